"""Real elections counted as pabutools and two independent engines counted them, in order (``golden.json``)."""

import json
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from tests.shared_data import shared_data
from voting.allocation import Completion, Election, Rule, RuleName, TieKey, TieOrder, Utility, count, read_pabulib
from voting.allocation.equal_shares import method
from voting.allocation.equal_shares.market import Engine, Market
from voting.allocation.equal_shares.method import EngineName, engine_for
from voting.allocation.outcome import SharesRun

LEXICO = TieOrder((TieKey.LEXICO,))


def equal_shares(utility: Utility, completion: Completion = Completion.NONE) -> Rule:
    return Rule(RuleName.EQUAL_SHARES, utility=utility, completion=completion, ties=LEXICO)


RULES: dict[str, Rule] = {
    "mes_cost": equal_shares(Utility.COST),
    "mes_cardinality": equal_shares(Utility.CARDINALITY),
    "mes_points": equal_shares(Utility.POINTS),
    "mes_borda": equal_shares(Utility.POINTS),
    "greedy_votes_lexico": Rule(RuleName.GREEDY, ties=LEXICO),
    "phragmen_seq": Rule(RuleName.PHRAGMEN, ties=LEXICO, pabutools=True),
    "mes_cost_add1_pabutools(stop when exhaustive)": equal_shares(Utility.COST, Completion.ADD1_EXHAUSTIVE),
    "mes_cost_add1_until_overspend": equal_shares(Utility.COST, Completion.ADD1),
    "mes_cost_add1u": equal_shares(Utility.COST, Completion.ADD1U),
}
SMALL = 60_000
"""Bytes up to which a file is counted by the readable engine, too."""


def golden() -> Iterator[tuple[Path, str, list[str]]]:
    folder = shared_data() / "pabulib"
    for name, outcomes in json.loads((folder / "golden.json").read_text()).items():
        for rule, funded in outcomes.items():
            yield folder / name, rule, funded


@cache
def election_of(path: Path) -> Election:
    return read_pabulib(path.read_bytes()).election


class Remembering:
    """An engine that computes each run once: the ways to raise shares walk through the same ones."""

    def __init__(self, engine: Engine) -> None:
        self._run = cache(engine.run)

    def run(self, endowment: Fraction) -> SharesRun:
        return self._run(endowment)


_engines: dict[tuple[Path, Utility, EngineName], Remembering] = {}


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
def test_every_file_is_counted_as_the_world_counts_it(rule: str, monkeypatch: pytest.MonkeyPatch):
    seen = 0
    for path, name, funded in golden():
        if name != rule:
            continue

        def shared(market: Market, engine: EngineName = EngineName.AUTO, path: Path = path) -> Engine:
            key = (path, RULES[rule].utility, engine)
            if key not in _engines:
                _engines[key] = Remembering(engine_for(market, engine))
            return _engines[key]

        monkeypatch.setattr(method, "engine_for", shared)
        election = election_of(path)
        assert list(count(election, RULES[rule]).funded) == funded, path.name
        if RULES[rule].name is RuleName.EQUAL_SHARES and path.stat().st_size < SMALL:
            assert list(count(election, RULES[rule], engine=EngineName.EXACT).funded) == funded, path.name
        seen += 1
    assert seen >= 2


def test_no_outcome_of_the_golden_file_is_left_out() -> None:
    assert {rule for _, rule, _ in golden()} == set(RULES)


@pytest.mark.parametrize("name", ["synthetic_scoring", "synthetic_scoring_2", "synthetic_cumulative"])
def test_points_are_counted_as_pabutools_counts_them(name: str) -> None:
    folder = shared_data() / "pabulib" / "synthetic_scoring"
    reference = json.loads((folder / "pabutools_cardinal_reference.json").read_text())
    winners = reference[f"test/fixtures/pb_cardinal/{name}.pb"]["winners"]
    election = read_pabulib((folder / f"{name}.pb").read_bytes()).election
    assert sorted(count(election, equal_shares(Utility.POINTS)).funded) == winners
