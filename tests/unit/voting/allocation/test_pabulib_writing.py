"""Writing ``.pb`` files: strict, without a word about voters, and accepted by Pabulib's own checker."""

import importlib
import os
import random
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import date
from fractions import Fraction
from io import StringIO
from typing import Any

import pytest

from tests.allocation_elections import random_election
from voting.allocation import (
    About,
    BallotKind,
    BallotsNeededError,
    Completion,
    Conditions,
    Election,
    Majority,
    MalformedElectionError,
    Project,
    Rule,
    RuleName,
    TieKey,
    TieOrder,
    count,
    from_ballots,
    from_sums,
    pabulib_rule,
    read_pabulib,
    without_blank_ballots,
    write_pabulib,
)

ABOUT = About(
    description="Village assembly of Gwansan-dong",
    country="South Korea",
    unit="Goyang",
    subunit="Gwansan-dong",
    instance="2026",
    begins=date(2026, 8, 29),
    ends=date(2026, 9, 12),
)
PROJECTS = [
    Project("1", 60, 'Flowers; and "paths"', ("green", "young"), "North"),
    Project("2", 50, "Bench\u2028by the\r\nriver", ("green",)),
    Project("3", 40),
]


def check(data: bytes) -> dict[str, Any]:
    """Run Pabulib's checker; return its errors and warnings."""
    try:
        checker = importlib.import_module("pabulib.checker").Checker()
    except ImportError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("pabulib-checker is not installed")
    with redirect_stdout(StringIO()):
        results = checker.process_files([data.decode()])
    found: dict[str, Any] = results[1]["results"]
    return found


def ballots(kind: BallotKind) -> list[Any]:
    if kind is BallotKind.CUMULATIVE:
        return [{"1": 5, "3": 2}, {"2": 7}, {"2": 3, "3": 4}, {"2": 7}]
    if kind is BallotKind.SCORING:
        return [{"1": 5, "3": 1}, {"2": 4}, {"2": 3, "3": 4}]
    if kind is BallotKind.CHOOSE_ONE:
        return [["1"], ["3"], ["3"]]
    return [["1", "3"], ["2"], ["3", "2"], ["2"]]


@pytest.mark.parametrize("kind", list(BallotKind))
def test_what_is_written_is_read_back_unchanged(kind: BallotKind) -> None:
    election = from_ballots(PROJECTS, 100, kind, ballots(kind))
    again = read_pabulib(write_pabulib(election, ABOUT)).election
    assert again.profile is not None
    assert again.profile.kind is kind
    assert election.profile is not None

    def as_set(profile: Any) -> set[Any]:
        return set(zip(profile.choices, profile.points, profile.counts, strict=True))

    assert as_set(again.profile) == as_set(election.profile)
    assert [(p.id, p.cost, p.categories, p.area) for p in again.projects] == [
        (p.id, p.cost, p.categories, p.area) for p in election.projects
    ]
    assert [project.name for project in again.projects] == ['Flowers; and "paths"', "Bench by the river", "3"]
    assert (again.budget, again.currency) == (100, "KRW")


@pytest.mark.parametrize("kind", list(BallotKind))
@pytest.mark.parametrize("name", [RuleName.GREEDY, RuleName.GREEDY_NO_SKIP, RuleName.EQUAL_SHARES])
def test_pabulibs_own_checker_finds_no_error(kind: BallotKind, name: RuleName) -> None:
    election = from_ballots(PROJECTS, 100, kind, ballots(kind))
    rule = Rule(name)
    found = check(write_pabulib(election, ABOUT, rule=rule, outcome=count(election, rule)))
    assert found["errors"] == {}


@pytest.mark.slow
def test_the_checker_counts_equal_shares_as_we_do() -> None:
    # The checker recounts Equal Shares with fractions of its own; ties in these votes are rare and settled by cost.
    seen = 0
    for seed in range(60):
        dice = random.Random(seed)
        election = random_election(dice, kinds=(BallotKind.APPROVAL,), most_projects=6, most_voters=30, most_cost=997)
        election = without_blank_ballots(election)
        costs = [project.cost for project in election.projects]
        if not election.voters or len(set(costs)) != len(costs) or not all(costs) or max(costs) > election.budget:
            continue
        rule = Rule(RuleName.EQUAL_SHARES, completion=Completion.ADD1, ties=TieOrder((TieKey.COST,)))
        found = check(write_pabulib(election, ABOUT, rule=rule, outcome=count(election, rule)))
        assert not any("selected" in error or "equalshares" in error for error in found["errors"]), (seed, found)
        seen += 1
    assert seen >= 10


def test_nothing_is_written_about_a_voter_but_the_ballot_and_the_order_says_nothing() -> None:
    cast = ballots(BallotKind.APPROVAL)
    written = write_pabulib(from_ballots(PROJECTS, 100, BallotKind.APPROVAL, cast), ABOUT)
    reordered = write_pabulib(from_ballots(PROJECTS, 100, BallotKind.APPROVAL, cast[::-1]), ABOUT)
    assert written == reordered
    lines = written.decode().split("VOTES\n")[1].splitlines()
    assert lines == ["voter_id;vote", "1;1,3", "2;2", "3;2", "4;2,3"]


def test_projects_are_listed_in_the_tie_order_of_the_rule() -> None:
    election = from_ballots(PROJECTS, 100, BallotKind.APPROVAL, [["1"]])
    rule = Rule(RuleName.GREEDY, ties=TieOrder((TieKey.LOTTERY,), ("3", "1", "2")))
    file = read_pabulib(write_pabulib(election, ABOUT, rule=rule, outcome=count(election, rule)))
    assert [project.id for project in file.election.projects] == ["3", "1", "2"]
    assert file.published.selected == (0, 1, 0)


def test_cents_are_written_as_decimals() -> None:
    election = replace(from_ballots([Project("1", 6025)], 10050, BallotKind.APPROVAL, [["1"]]), money_scale=100)
    again = read_pabulib(write_pabulib(election, ABOUT)).election
    assert Fraction(again.projects[0].cost, again.money_scale) == Fraction(6025, 100)


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        (None, "unknown"),
        (Rule(RuleName.GREEDY), "greedy"),
        (Rule(RuleName.GREEDY_NO_SKIP), "greedy-no-skip"),
        (Rule(RuleName.GREEDY_THRESHOLD, conditions=Conditions(minimum_score=Fraction(3))), "greedy-threshold"),
        (Rule(RuleName.GREEDY, conditions=Conditions(winners_at_most=3)), "greedy-custom"),
        (Rule(RuleName.GREEDY, majority=Majority()), "greedy-custom"),
        (Rule(RuleName.EQUAL_SHARES), "equalshares"),
        (Rule(RuleName.EQUAL_SHARES, completion=Completion.ADD1), "equalshares/add1"),
        (Rule(RuleName.EQUAL_SHARES, completion=Completion.ADD1, comparison_step=True), "equalshares/add1-comparison"),
        (Rule(RuleName.EQUAL_SHARES, completion=Completion.ADD1U), "unknown"),
        (Rule(RuleName.PHRAGMEN), "unknown"),
        (Rule(RuleName.MAX_WELFARE), "unknown"),
    ],
)
def test_a_rule_is_named_only_where_pabulibs_name_says_it_all(rule: Rule | None, name: str) -> None:
    assert pabulib_rule(rule) == name


@pytest.mark.parametrize(
    "project",
    [Project("a;b", 1), Project("a,b", 1), Project("votes", 1), Project("a b ", 1), Project("a", 1, "", ("x,y",))],
)
def test_what_the_format_cannot_carry_is_refused(project: Project) -> None:
    with pytest.raises(MalformedElectionError):
        write_pabulib(from_ballots([project], 10, BallotKind.APPROVAL, [[project.id]]), ABOUT)


def test_blank_ballots_must_be_settled_before_writing() -> None:
    election = from_ballots(PROJECTS, 100, BallotKind.APPROVAL, [["1"], []])
    with pytest.raises(MalformedElectionError, match="blank"):
        write_pabulib(election, ABOUT)
    assert without_blank_ballots(election).voters == 1
    assert read_pabulib(write_pabulib(without_blank_ballots(election), ABOUT)).election.voters == 1


def test_unknown_limits_and_sums_are_refused() -> None:
    election = from_ballots(PROJECTS, 100, BallotKind.APPROVAL, [["1"]])
    with pytest.raises(MalformedElectionError, match="max_height"):
        write_pabulib(election, replace(ABOUT, limits=(("max_height", 3),)))
    with pytest.raises(BallotsNeededError):
        write_pabulib(from_sums(PROJECTS, 100, {"1": 1}, voters=1), ABOUT)


def test_random_elections_survive_the_round_trip_with_their_result() -> None:
    for seed in range(60):
        dice = random.Random(seed)
        election: Election = without_blank_ballots(random_election(dice))
        rule = Rule(
            dice.choice([RuleName.GREEDY, RuleName.EQUAL_SHARES, RuleName.PHRAGMEN]), ties=TieOrder((TieKey.LEXICO,))
        )
        data = write_pabulib(election, ABOUT, rule=rule, outcome=count(election, rule))
        if not election.voters:
            continue
        assert count(read_pabulib(data).election, rule).funded == count(election, rule).funded
