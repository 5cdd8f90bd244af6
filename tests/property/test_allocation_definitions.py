"""Every engine does what the definition in the paper says, on thousands of small elections full of ties."""

import random
from fractions import Fraction
from itertools import combinations

import pytest

from tests.allocation_elections import random_election, shares_by_definition
from voting.allocation import (
    BallotKind,
    Completion,
    Conditions,
    Election,
    EngineName,
    Rule,
    RuleName,
    TieKey,
    TieOrder,
    Utility,
    count,
)
from voting.allocation.rules.ranking import RankedList, draw_up

LEXICO = TieOrder((TieKey.LEXICO,))
ORDERS = (TieOrder(), LEXICO, TieOrder((TieKey.COST,)))
ELECTIONS = 1_000


def shares_rule(dice: random.Random, **changes: object) -> Rule:
    """Equal Shares with a random utility and tie order."""
    return Rule(
        RuleName.EQUAL_SHARES,
        utility=dice.choice((None, *Utility)),
        ties=dice.choice(ORDERS),
        **changes,  # type: ignore[arg-type]
    )


def check_equal_shares(seed: int) -> None:
    dice = random.Random(seed)
    election = random_election(dice)
    rule = shares_rule(dice)
    endowment = Fraction(election.budget, election.voters) if election.voters else Fraction(0)
    defined = shares_by_definition(election, rule, endowment)
    runs = []
    for engine in (EngineName.EXACT, EngineName.CERTIFIED):
        run = count(election, rule, engine=engine).run
        assert run is not None
        runs.append(run)
        assert [election.projects[purchase.project].id for purchase in run.purchases] == [id_ for id_, _ in defined]
    assert runs[0] == runs[1]  # the same exact prices, and the same projects that could not be paid
    if rule.utility is Utility.CARDINALITY:
        assert [purchase.price for purchase in runs[0].purchases] == [rho for _, rho in defined]


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, ELECTIONS, 250))
def test_both_engines_of_equal_shares_do_what_the_definition_says(first: int) -> None:
    for seed in range(first, first + 250):
        check_equal_shares(seed)


@pytest.mark.slow
def test_both_engines_agree_on_larger_elections_with_conditions_and_completions() -> None:
    for seed in range(60):
        dice = random.Random(seed)
        election = random_election(dice, most_projects=14, most_voters=60, most_cost=200)
        exclusive = ((election.projects[0].id, election.projects[-1].id),) if len(election.projects) > 1 else ()
        rule = shares_rule(
            dice,
            completion=dice.choice(list(Completion)),
            increment=dice.choice((1, 3)),
            integral_start=dice.random() < 0.3,
            conditions=Conditions(exclusive=exclusive if dice.random() < 0.5 else ()),
        )
        exact, certified = (count(election, rule, engine=e) for e in (EngineName.EXACT, EngineName.CERTIFIED))
        assert exact == certified
        assert exact.run == certified.run


def raised_by_hand(election: Election, rule: Rule) -> list[str]:
    """Add1 word for word: one step at a time, nothing skipped."""
    budget, costs = election.budget, {project.id: project.cost for project in election.projects}
    share = Fraction(budget, election.voters)
    supported = [p.id for p in election.projects if count(election, rule).decisions[p.id].reason != "no-support"]
    buyable = {project_id for project_id in supported if costs[project_id] <= budget}
    bought = [project_id for project_id, _ in shares_by_definition(election, rule, share)]
    while set(bought) != buyable:
        left = budget - sum(costs[project_id] for project_id in bought)
        if rule.completion is Completion.ADD1_EXHAUSTIVE and all(costs[p] > left for p in buyable - set(bought)):
            break
        share += rule.increment
        richer = [project_id for project_id, _ in shares_by_definition(election, rule, share)]
        if sum(costs[project_id] for project_id in richer) > budget:
            break
        bought = richer
    return bought


@pytest.mark.slow
@pytest.mark.parametrize("completion", [Completion.ADD1, Completion.ADD1_EXHAUSTIVE])
def test_raising_the_shares_in_leaps_ends_where_single_steps_end(completion: Completion) -> None:
    checked = 0
    for seed in range(120):
        dice = random.Random(seed)
        election = random_election(dice, most_cost=24)
        if not election.voters:
            continue
        rule = shares_rule(dice, completion=completion, increment=dice.choice((1, 1, 2)))
        assert list(count(election, rule).funded) == raised_by_hand(election, rule)
        checked += 1
    assert checked > 90


def phragmen_by_definition(election: Election, ranks: tuple[int, ...]) -> list[str]:
    """Everybody earns at the same pace; supporters who together own a project's cost buy it and are left with nothing.

    A project that no longer fits into the budget is set aside when its supporters could buy it.
    """
    profile = election.profile
    assert profile is not None
    voters = [
        frozenset(
            position
            for place, position in enumerate(choices)
            if not profile.kind.has_points or profile.points[ballot][place] > 0
        )
        for ballot, choices in enumerate(profile.choices)
        for _ in range(profile.counts[ballot])
    ]
    purse, bought, left = [Fraction(0)] * len(voters), [], election.budget
    waiting = {position for row in voters for position in row}
    while waiting:
        pauses = {}
        for position in waiting:
            backers = [money for money, row in zip(purse, voters, strict=True) if position in row]
            pauses[position] = (election.projects[position].cost - sum(backers)) / Fraction(len(backers))
        pause, _, best = min((pauses[position], ranks[position], position) for position in waiting)
        waiting.remove(best)
        if election.projects[best].cost > left:
            continue
        purse = [Fraction(0) if best in row else money + pause for money, row in zip(purse, voters, strict=True)]
        bought.append(election.projects[best].id)
        left -= election.projects[best].cost
    return bought


def test_phragmen_does_what_the_definition_says() -> None:
    for seed in range(400):
        dice = random.Random(seed)
        election = random_election(dice)
        rule = Rule(RuleName.PHRAGMEN, ties=dice.choice(ORDERS))
        assert list(count(election, rule).funded) == phragmen_by_definition(election, draw_up(election, rule).tie_ranks)


def test_maximum_welfare_finds_the_best_of_all_sets() -> None:
    for seed in range(250):
        dice = random.Random(seed)
        election = random_election(dice, kinds=(BallotKind.APPROVAL, BallotKind.SCORING, BallotKind.CUMULATIVE))
        rule = Rule(RuleName.MAX_WELFARE, ties=dice.choice(ORDERS))
        ranked = draw_up(election, rule)
        costs = [project.cost for project in election.projects]

        def worth(
            chosen: tuple[int, ...], ranked: RankedList = ranked, costs: list[int] = costs
        ) -> tuple[Fraction, int, list[bool]]:
            # The largest sum; then the lowest cost; then the set that holds what comes first in the tie order.
            in_order = sorted(range(len(costs)), key=lambda position: ranked.tie_ranks[position])
            score = sum((ranked.scores[position] for position in chosen), Fraction(0))
            return score, -sum(costs[p] for p in chosen), [position in chosen for position in in_order]

        affordable = [
            chosen
            for size in range(len(ranked.candidates) + 1)
            for chosen in combinations(ranked.candidates, size)
            if sum(costs[position] for position in chosen) <= election.budget
        ]
        best = {election.projects[position].id for position in max(affordable, key=worth)}
        assert set(count(election, rule).funded) == best
