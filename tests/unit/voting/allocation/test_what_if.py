"""What would have been enough: always recounted, never believed."""

import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from tests.allocation_elections import random_election
from voting.allocation import (
    BallotKind,
    Completion,
    Election,
    Project,
    Ranking,
    Rule,
    RuleName,
    TieKey,
    TieOrder,
    Utility,
    WhatIf,
    count,
    english_what_if,
    explain,
    from_ballots,
    korean_what_if,
    read_pabulib,
)
from voting.allocation.conditions import Room
from voting.allocation.equal_shares.completion import fill_up
from voting.allocation.equal_shares.method import engine_for, market_of
from voting.allocation.explanation.what_if import _with_voters, _with_votes
from voting.allocation.rules.ranking import draw_up

BY_COST = TieOrder((TieKey.COST, TieKey.LEXICO))


def at_cost(election: Election, project_id: str, cost: int) -> Election:
    projects = tuple(replace(p, cost=cost) if p.id == project_id else p for p in election.projects)
    return replace(election, projects=projects)


def bought_at_share(election: Election, rule: Rule, share: Fraction, position: int) -> bool:
    """Whether a project is bought, or filled in, when every voter has exactly this share."""
    market = market_of(election, rule, draw_up(election, rule))
    run = engine_for(market).run(share)
    if position in run.bought or rule.completion not in {Completion.UTILITARIAN, Completion.ADD1U}:
        return position in run.bought
    room = Room(election, rule.conditions, budget=election.budget)
    for bought in run.bought:
        room.take(bought)
    return position in [filled for filled, _ in fill_up(market, room)]


def check_cost(what_if: WhatIf, cost: int, wins: Callable[[int], bool]) -> None:
    """The cost wins, the next higher one does not; without one, not even a single coin wins."""
    if what_if.winning_cost is None:
        assert cost <= 1 or not wins(1)
    else:
        assert wins(what_if.winning_cost)
        assert not wins(what_if.winning_cost + 1)


@pytest.mark.parametrize("completion", list(Completion))
def test_equal_shares_would_have_bought_at_that_cost_and_with_those_votes(completion: Completion) -> None:
    checked = 0
    for seed in range(80):
        dice = random.Random(seed)
        election = random_election(dice, kinds=(BallotKind.APPROVAL,), most_voters=20, most_cost=100)
        utility = dice.choice((Utility.COST, Utility.CARDINALITY))
        rule = Rule(RuleName.EQUAL_SHARES, completion=completion, utility=utility, ties=BY_COST)
        report = explain(election, rule)
        assert report.account.outcome.run is not None
        share = report.account.outcome.run.endowment
        for what_if in report.what_ifs:
            position = election.position(what_if.project_id)

            def at(cost: int, election=election, rule=rule, share=share, position=position) -> bool:  # type: ignore[no-untyped-def]
                other = at_cost(election, election.projects[position].id, cost)
                return bought_at_share(other, rule, share, position)

            check_cost(what_if, election.projects[position].cost, at)
            if what_if.votes_missing is not None:
                enough, fewer = (
                    _with_voters(report.account, position, what_if.votes_missing - short) for short in (0, 1)
                )
                assert bought_at_share(enough, rule, share, position)
                assert not bought_at_share(fewer, rule, share, position)
            checked += 1
    assert checked > 50


@pytest.mark.parametrize(
    "name", [RuleName.GREEDY, RuleName.GREEDY_NO_SKIP, RuleName.GREEDY_COST_RATIO, RuleName.MAX_WELFARE]
)
def test_rules_on_sums_would_have_funded_at_that_cost_and_with_those_votes(name: RuleName) -> None:
    checked = 0
    for seed in range(40):
        dice = random.Random(seed)
        election = random_election(dice, most_projects=5)
        rule = Rule(name, ties=BY_COST, ranking=Ranking.OWN_LENGTH)
        report = explain(election, rule)
        for what_if in report.what_ifs:
            project_id = what_if.project_id
            position = election.position(project_id)

            def at(cost: int, election=election, rule=rule, project_id=project_id) -> bool:  # type: ignore[no-untyped-def]
                return project_id in count(at_cost(election, project_id, cost), rule).funded

            check_cost(what_if, election.projects[position].cost, at)
            if what_if.votes_missing is not None:
                missing = what_if.votes_missing
                assert project_id in count(_with_votes(report.account, position, missing), rule).funded
                assert project_id not in count(_with_votes(report.account, position, missing - 1), rule).funded
            checked += 1
    assert checked > 30


def test_what_was_missing_is_said_in_both_languages() -> None:
    projects = [Project("a", 60, "꽃길"), Project("b", 50, "쉼터")]
    votes = from_ballots(projects, 100, BallotKind.APPROVAL, [["a"]] * 5 + [["b"]] * 4 + [[]])
    report = explain(votes, Rule(RuleName.GREEDY))
    (what_if,) = report.what_ifs
    assert what_if == WhatIf("b", 40, 1)
    assert korean_what_if(report.account, what_if) == (
        "사업비가 40원 이하였다면 선정되었습니다. 1표가 더 있었다면 선정되었습니다."
    )
    assert english_what_if(report.account, what_if) == (
        "It would have been funded at a cost of 40 won or less. It would have been funded with 1 more vote."
    )
    by_shares = explain(votes, Rule(RuleName.EQUAL_SHARES))
    missing = {entry.project_id: entry for entry in by_shares.what_ifs}
    # Each holds 10: five can pay 50 for a, four 40 for b.
    assert missing == {"a": WhatIf("a", 50, 1), "b": WhatIf("b", 40, 1)}
    assert korean_what_if(by_shares.account, missing["a"]) == (
        "각자의 몫이 그대로라면 사업비가 50원 이하일 때 지지자들이 마련할 수 있었습니다. "
        "각자의 몫이 그대로라면 이 사업만 지지하는 사람이 1명 더 있을 때 마련할 수 있었습니다."
    )
    assert english_what_if(by_shares.account, missing["b"]) == (
        "With the shares as they were, its supporters could have paid a cost of 40 won or less. "
        "With the shares as they were, 1 more supporter who supports nothing else could have paid for it."
    )


def test_points_are_missing_where_points_are_counted() -> None:
    votes = from_ballots(
        [Project("a", 60), Project("b", 60)], 60, BallotKind.CUMULATIVE, [{"a": 5, "b": 1}, {"a": 1, "b": 2}]
    )
    report = explain(votes, Rule(RuleName.GREEDY, ties=BY_COST))
    (what_if,) = report.what_ifs
    assert what_if.votes_missing == 4
    assert korean_what_if(report.account, what_if).endswith("4점이 더 있었다면 선정되었습니다.")
    assert english_what_if(report.account, what_if).endswith("It would have been funded with 4 more points.")


def test_nothing_is_said_where_nothing_would_have_helped() -> None:
    account = explain(
        read_pabulib(
            b"META\nkey;value\nbudget;1\nvote_type;approval\nPROJECTS\nproject_id;cost\na;1\nVOTES\nvoter_id;vote\nv;a\n"
        ).election,
        Rule(RuleName.GREEDY),
    ).account
    assert korean_what_if(account, WhatIf("a", None, None)) == english_what_if(account, WhatIf("a", None, None)) == ""
