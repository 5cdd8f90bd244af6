"""Real elections counted as their cities counted them: three by Equal Shares, five by greedy rules."""

from fractions import Fraction
from functools import cache

import pytest

from tests.shared_data import shared_data
from voting.allocation import (
    Completion,
    Conditions,
    PabulibFile,
    Rule,
    RuleName,
    TieKey,
    TieOrder,
    count,
    explain,
    measure,
    read_pabulib,
)
from voting.allocation.equal_shares.exact import ExactEngine
from voting.allocation.equal_shares.method import market_of
from voting.allocation.equal_shares.trace import Trace, replay, standings
from voting.allocation.rules.ranking import draw_up

pytestmark = pytest.mark.slow


@cache
def pabulib(name: str) -> PabulibFile:
    return read_pabulib((shared_data() / "pabulib" / name).read_bytes())


def in_file_order(file: PabulibFile) -> TieOrder:
    return TieOrder((TieKey.LOTTERY,), tuple(project.id for project in file.election.projects))


@pytest.mark.parametrize(
    ("name", "comparison"),
    [
        ("Netherlands_Assen_2024.pb", False),
        ("Poland_Swiecie_2023.pb", True),
        ("Poland_Wieliczka_2023_Green_Budget.pb", True),
    ],
)
def test_the_official_results_of_equal_shares_are_reproduced(name: str, comparison: bool) -> None:
    file = pabulib(name)
    rule = Rule(
        RuleName.EQUAL_SHARES,
        completion=Completion.ADD1,
        comparison_step=comparison,
        ties=TieOrder((TieKey.COST,)),
    )
    outcome = count(file.election, rule)
    assert set(outcome.funded) == set(file.published.funded(file.election.projects))
    if outcome.comparison is not None:
        assert not outcome.comparison.takes_greedy


def test_stopping_at_the_first_exhausted_list_is_not_what_wieliczka_did() -> None:
    # The completion changes the winners: 31 projects instead of 30.
    file = pabulib("Poland_Wieliczka_2023_Green_Budget.pb")
    rule = Rule(RuleName.EQUAL_SHARES, completion=Completion.ADD1_EXHAUSTIVE)
    assert len(count(file.election, rule).funded) == 31
    assert len(file.published.funded(file.election.projects)) == 30


def test_filling_up_after_the_rise_is_not_what_assen_did() -> None:
    file = pabulib("Netherlands_Assen_2024.pb")
    funded = count(file.election, Rule(RuleName.EQUAL_SHARES, completion=Completion.ADD1U)).funded
    assert len(funded) == len(file.published.funded(file.election.projects)) + 1


@pytest.mark.parametrize(
    ("name", "rule_name"),
    [
        ("Poland_Warszawa_2020_Praga-Poludnie.pb", RuleName.GREEDY),
        ("Poland_Lodz_2022.pb", RuleName.GREEDY_THRESHOLD),
        ("Poland_Katowice_2023.pb", RuleName.GREEDY_THRESHOLD),
        ("Poland_Warszawa_2026_Brodno.pb", RuleName.GREEDY_THRESHOLD),
        ("Poland_Gdynia_2021_Babie_Doly__large.pb", RuleName.GREEDY_NO_SKIP),
    ],
)
def test_the_official_greedy_results_are_reproduced(name: str, rule_name: RuleName) -> None:
    file = pabulib(name)
    rule = Rule(rule_name, conditions=Conditions(minimum_score=file.threshold), ties=in_file_order(file))
    outcome = count(file.election, rule)
    assert set(outcome.funded) == set(file.published.funded(file.election.projects))


def test_the_published_votes_are_those_of_the_ballots() -> None:
    file = pabulib("Poland_Lodz_2022.pb")
    outcome = count(file.election, Rule(RuleName.GREEDY))
    assert tuple(decision.votes for decision in outcome.decisions.values()) == file.published.votes


def test_a_ballot_that_lists_a_project_twice_counts_once() -> None:
    file = pabulib("Poland_Warszawa_2026_Brodno.pb")
    assert any("twice" in warning for warning in file.warnings)
    votes = [decision.votes for decision in count(file.election, Rule(RuleName.GREEDY)).decisions.values()]
    differences = [(published or 0) - counted for counted, published in zip(votes, file.published.votes, strict=True)]
    assert sorted(set(differences)) == [0, 1]


def wieliczka_at_313() -> Trace:
    """The run that equalshares.net explains: every voter with 313 zł."""
    election = pabulib("Poland_Wieliczka_2023_Green_Budget.pb").election
    rule = Rule(RuleName.EQUAL_SHARES)
    market = market_of(election, rule, draw_up(election, rule))
    return replay(market, ExactEngine(market).run(Fraction(313)))


def test_the_figures_that_wieliczka_published_with_its_result_are_ours() -> None:
    # equalshares.net, "Zielony Milion": 18 % empty-handed; of project 16's voters 52 % also voted for 6 and 64 % for
    # 70, and paid 38,700 and 11,800 for them; project 21's voters paid 40,000 for 6; 292 voters for 87.
    election = pabulib("Poland_Wieliczka_2023_Green_Budget.pb").election
    rule = Rule(RuleName.EQUAL_SHARES)
    market = market_of(election, rule, draw_up(election, rule))
    trace = wieliczka_at_313()
    bought = {election.projects[round_.project].id: round_ for round_ in trace.rounds}
    funded = {id_: election.projects[election.position(id_)].cost for id_ in bought}
    assert measure(election, funded).empty_handed == pytest.approx(0.178, abs=0.0005)
    where = {id_: election.position(id_) for id_ in ("16", "21", "87", "6", "70")}
    stand = standings(market, trace, [where["16"], where["21"], where["87"]])
    flows = {flow.project: flow for flow in stand[where["16"]].flows}
    supporters = stand[where["16"]].supporters
    assert round(flows[where["6"]].amount) == 38_777
    assert round(flows[where["70"]].amount) == 11_789
    assert flows[where["6"]].supporters / supporters == pytest.approx(0.519, abs=0.0005)
    assert flows[where["70"]].supporters / supporters == pytest.approx(0.644, abs=0.0005)
    paid_by_21 = {flow.project: flow.amount for flow in stand[where["21"]].flows}
    assert round(paid_by_21[where["6"]]) == 40_040
    assert stand[where["87"]].supporters == 292


def test_the_fairness_panel_shows_whom_greedy_would_have_left_out() -> None:
    file = pabulib("Poland_Swiecie_2023.pb")
    report = explain(file.election, Rule(RuleName.EQUAL_SHARES, completion=Completion.ADD1))
    assert report.fairness is not None
    assert report.greedy is not None
    assert report.fairness.deserving == ()
    assert len(report.greedy.fairness.deserving) == 2
    assert report.fairness.empty_handed < Fraction(1, 500)
    assert report.greedy.fairness.empty_handed > Fraction(9, 100)
    assert report.greedy.more_here > report.greedy.more_greedy
