"""What every rule promises whatever is voted, and what must not change its result."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.allocation_elections import random_election
from voting.allocation import (
    CategoryLimit,
    Completion,
    Conditions,
    Election,
    Outcome,
    Project,
    Ranking,
    Rule,
    RuleName,
    TieKey,
    TieOrder,
    Utility,
    count,
    explain,
    rule_from_json,
    rule_to_json,
)
from voting.allocation.fairness import deserving_projects

quick = settings(max_examples=120, deadline=None, derandomize=True)
slower = settings(quick, max_examples=60)

dice = st.randoms(use_true_random=False)
orders = st.sampled_from((TieOrder(), TieOrder((TieKey.LEXICO,)), TieOrder((TieKey.COST, TieKey.LEXICO))))
elections = dice.map(random_election)
completions = st.sampled_from(list(Completion))


@st.composite
def rules(draw: st.DrawFn, *, increment: int = 1) -> Rule:
    """Any rule that needs no scores of others."""
    name = draw(st.sampled_from(list(RuleName)))
    shares = name is RuleName.EQUAL_SHARES
    threshold = Fraction(draw(st.integers(1, 4))) if name is RuleName.GREEDY_THRESHOLD else None
    return Rule(
        name,
        utility=draw(st.sampled_from((None, *Utility))) if shares else None,
        completion=draw(completions) if shares else Completion.NONE,
        increment=increment,
        comparison_step=shares and draw(st.booleans()),
        ranking=draw(st.sampled_from((None, Ranking.LONGEST, (3, 2, 1)))),
        ties=draw(orders),
        conditions=Conditions(minimum_score=threshold),
    )


def shuffled(election: Election, dice: random.Random) -> Election:
    """The same election with its projects in another order on the paper, and its voters in another order."""
    order = list(range(len(election.projects)))
    dice.shuffle(order)
    new_place = {old: new for new, old in enumerate(order)}
    profile = election.profile
    assert profile is not None
    ballots = list(range(len(profile.choices)))
    dice.shuffle(ballots)
    return replace(
        election,
        projects=tuple(election.projects[old] for old in order),
        profile=replace(
            profile,
            choices=tuple(tuple(new_place[old] for old in profile.choices[ballot]) for ballot in ballots),
            points=tuple(profile.points[ballot] for ballot in ballots),
            counts=tuple(profile.counts[ballot] for ballot in ballots),
        ),
    )


def decided(outcome: Outcome) -> dict[str, object]:
    """Reason and money per project: more than the list alone."""
    return {id_: (decision.reason, decision.granted, decision.votes) for id_, decision in outcome.decisions.items()}


@pytest.mark.slow
@quick
@given(elections, rules())
def test_the_money_is_enough_and_every_project_has_its_reason(election: Election, rule: Rule) -> None:
    outcome = count(election, rule)
    decisions = outcome.decisions
    assert list(decisions) == [project.id for project in election.projects]
    assert sorted(outcome.funded) == sorted(id_ for id_, decision in decisions.items() if decision.reason.funded)
    assert len(set(outcome.funded)) == len(outcome.funded)
    assert outcome.total_cost == sum(decision.granted for decision in decisions.values())
    assert outcome.unspent == election.budget - outcome.total_cost >= 0
    costs = {project.id: project.cost for project in election.projects}
    assert all(decisions[id_].granted == costs[id_] for id_ in outcome.funded)
    assert all(decisions[id_].votes > 0 for id_ in outcome.funded)  # what nobody wants is not built


@pytest.mark.slow
@quick
@given(elections, rules())
def test_a_count_repeats_exactly(election: Election, rule: Rule) -> None:
    again = count(election, rule_from_json(rule_to_json(rule)))
    assert count(election, rule) == again


@pytest.mark.slow
@quick
@given(elections, rules(), dice)
def test_the_order_of_voters_and_of_the_paper_changes_nothing(
    election: Election, rule: Rule, dice: random.Random
) -> None:
    assert decided(count(shuffled(election, dice), rule)) == decided(count(election, rule))
    assert count(shuffled(election, dice), rule).funded == count(election, rule).funded


@pytest.mark.slow
@quick
@given(elections, rules())
def test_merging_identical_ballots_changes_nothing(election: Election, rule: Rule) -> None:
    profile = election.profile
    assert profile is not None
    each = [ballot for ballot, voters in enumerate(profile.counts) for _ in range(voters)]
    split = replace(
        profile,
        choices=tuple(profile.choices[ballot] for ballot in each),
        points=tuple(profile.points[ballot] for ballot in each),
        counts=(1,) * len(each),
    )
    assert count(replace(election, profile=split), rule) == count(election, rule)


@pytest.mark.slow
@quick
@given(elections, rules(), st.integers(2, 1_000))
def test_counting_in_another_unit_of_money_changes_nothing(election: Election, rule: Rule, factor: int) -> None:
    projects = tuple(replace(project, cost=project.cost * factor) for project in election.projects)
    larger = replace(election, projects=projects, budget=election.budget * factor)
    outcome = count(larger, replace(rule, increment=rule.increment * factor))
    assert outcome.funded == count(election, rule).funded
    assert outcome.unspent == factor * count(election, rule).unspent


@pytest.mark.slow
@quick
@given(elections, rules(), st.integers(0, 40))
def test_a_project_that_nobody_supports_changes_nothing(election: Election, rule: Rule, cost: int) -> None:
    more = replace(election, projects=(*election.projects, Project("unwanted", cost)))
    assert count(more, rule).funded == count(election, rule).funded
    assert not count(more, rule).decisions["unwanted"].reason.funded


@pytest.mark.slow
@quick
@given(elections, rules(increment=2))
def test_the_whole_electorate_twice_with_the_same_money_changes_nothing(election: Election, rule: Rule) -> None:
    profile = election.profile
    assert profile is not None
    twice = replace(election, profile=replace(profile, counts=tuple(2 * number for number in profile.counts)))
    if rule.conditions.minimum_score is not None:
        double = replace(rule.conditions, minimum_score=2 * rule.conditions.minimum_score)
        same = replace(rule, conditions=double)
    else:
        same = replace(rule, increment=1)  # shares are half as large, and so are the steps
    assert count(twice, same).funded == count(election, rule).funded


@pytest.mark.slow
@quick
@given(elections, completions, orders)
def test_equal_shares_leaves_no_group_without_what_it_deserves(
    election: Election, completion: Completion, order: TieOrder
) -> None:
    # With cost utilities; what completions add can only help.
    outcome = count(election, Rule(RuleName.EQUAL_SHARES, utility=Utility.COST, completion=completion, ties=order))
    assert deserving_projects(election, {election.position(id_) for id_ in outcome.funded}) == ()


@pytest.mark.slow
@quick
@given(elections, completions, st.integers(1, 7))
def test_every_completion_ends_and_keeps_within_the_budget(
    election: Election, completion: Completion, increment: int
) -> None:
    outcome = count(election, Rule(RuleName.EQUAL_SHARES, completion=completion, increment=increment))
    assert outcome.total_cost <= election.budget


@pytest.mark.slow
@quick
@given(elections, st.sampled_from((Utility.COST, Utility.CARDINALITY)))
def test_filling_up_only_adds(election: Election, utility: Utility) -> None:
    plain = count(election, Rule(RuleName.EQUAL_SHARES, utility=utility))
    filled = count(election, Rule(RuleName.EQUAL_SHARES, utility=utility, completion=Completion.UTILITARIAN))
    assert filled.funded[: len(plain.funded)] == plain.funded
    left = filled.unspent
    supported = {id_ for id_, decision in filled.decisions.items() if decision.reason != "no-support"}
    costs = {project.id: project.cost for project in election.projects}
    assert all(costs[id_] > left for id_ in supported - set(filled.funded))  # nothing supported still fits


@pytest.mark.slow
@quick
@given(elections, rules(), st.integers(0, 2), st.integers(1, 3), st.integers(1, 4))
def test_conditions_hold_for_every_list(
    election: Election, rule: Rule, in_category: int, minimum: int, winners: int
) -> None:
    ids = [project.id for project in election.projects]
    conditions = replace(
        rule.conditions,
        minimum_votes=minimum,
        winners_at_most=winners,
        categories=(CategoryLimit("a", at_most=in_category), CategoryLimit("b", cost_at_most=25)),
        exclusive=((ids[0], ids[-1]),) if len(ids) > 1 else (),
    )
    outcome = count(election, replace(rule, conditions=conditions))
    funded = [project for project in election.projects if project.id in outcome.funded]
    assert len(funded) <= winners
    assert sum("a" in project.categories for project in funded) <= in_category
    assert sum(project.cost for project in funded if "b" in project.categories) <= 25
    assert len(ids) == 1 or not {ids[0], ids[-1]} <= set(outcome.funded)
    assert all(outcome.decisions[id_].votes >= minimum for id_ in outcome.funded)


@pytest.mark.slow
@slower
@given(elections, rules())
def test_every_decision_can_be_told_in_both_languages(election: Election, rule: Rule) -> None:
    report = explain(election, rule)
    account = report.account
    assert len(account.facts) == len(election.projects)
    if account.trace is not None:
        paid = sum(
            amount * voters
            for payments, voters in zip(account.trace.payments, account.market.support.counts, strict=True)  # type: ignore[union-attr]
            for _, amount in payments
        )
        bought = sum(election.projects[round_.project].cost for round_ in account.trace.rounds)
        assert Fraction(paid, account.trace.unit) == bought  # the shares pay exactly what was bought
        assert all(held >= 0 for held in account.trace.money)
