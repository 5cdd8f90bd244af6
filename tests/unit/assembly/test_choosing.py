"""Warnings before a rule is frozen, and trying one."""

from dataclasses import replace
from fractions import Fraction

import pytest

from app.assembly.rules.ballots import BallotForm, BallotLine, Preference
from app.assembly.rules.choosing import (
    RULE_NAMES,
    RULE_TEXTS,
    compose_rule,
    default_rule,
    require_fitting,
    suggested_increment,
    try_rules,
    warnings,
)
from app.assembly.rules.samples import VOTERS, sample_election
from app.errors import InvalidInput
from voting.allocation import Completion, Rule, RuleName

pytestmark = pytest.mark.slow

LINES = [BallotLine(n, n, f"사업 {n}", n * 1_000_000, "환경" if n % 2 else "복지") for n in range(1, 9)]
CHOOSE = BallotForm(Preference.APPROVAL, at_most=3)
MIXED = replace(CHOOSE, shuffled=True)
SHARES = Rule(RuleName.EQUAL_SHARES, completion=Completion.ADD1U, increment=100)


def said(form: BallotForm, rule: Rule, *, electors: int = 1000, envelope: int = 10_000_000) -> str:
    found = warnings(form, rule, LINES, electors=electors, envelope_won=envelope)
    grave = [each.is_grave for each in found]
    assert grave == sorted(grave, reverse=True), "the gravest first"
    return " ".join(each.text % each.values for each in found)


def test_the_usual_choice_needs_no_warning():
    assert not said(CHOOSE, default_rule())


def test_published_ballots_are_announced_and_few_voters_warned_of():
    assert "하나하나 공개" in said(MIXED, SHARES)
    assert "99명이면" in said(MIXED, SHARES, electors=99)
    assert "100명이면" not in said(MIXED, SHARES, electors=100)
    assert "9명뿐" in said(CHOOSE, default_rule(), electors=9)


def test_many_approvals_among_published_ballots_are_warned_of():
    assert "5개까지를 권합니다" in said(replace(MIXED, at_most=6), SHARES)
    assert "5개까지를 권합니다" not in said(replace(MIXED, at_most=5), SHARES)
    assert "5개까지를 권합니다" not in said(replace(CHOOSE, at_most=6), default_rule())
    ranked = BallotForm(Preference.RANKING, at_most=8, shuffled=True)
    assert "109,601가지" in said(ranked, SHARES, electors=500)


def test_shares_that_buy_little_are_warned_of():
    assert "3분의 1" in said(MIXED, Rule(RuleName.EQUAL_SHARES))
    assert "3개보다 많이" in said(replace(MIXED, at_most=1), SHARES)


def test_what_costs_more_than_there_is_is_named():
    assert "8. 사업 8" in said(CHOOSE, default_rule(), envelope=7_000_000)


@pytest.mark.parametrize(("envelope", "electors", "step"), [(30_000_000, 3000, 10), (30_000_000, 30, 1000), (5, 9, 1)])
def test_shares_are_raised_by_about_a_thousandth(envelope: int, electors: int, step: int):
    assert suggested_increment(envelope, electors) == step


def test_a_composed_rule_has_only_the_parts_that_belong_to_it():
    def composed(name: RuleName, threshold: int | None = None) -> Rule:
        return compose_rule(
            name, completion=Completion.ADD1, increment_won=500, threshold=threshold, minimum_votes=4, majority=None
        )

    assert composed(RuleName.EQUAL_SHARES).increment == 500
    greedy = composed(RuleName.GREEDY, threshold=7)
    assert (greedy.completion, greedy.increment, greedy.conditions.minimum_score) == (Completion.NONE, 1, None)
    assert composed(RuleName.GREEDY_THRESHOLD, threshold=7).conditions.minimum_score == 7
    with pytest.raises(InvalidInput):
        composed(RuleName.GREEDY_THRESHOLD)


def test_channels_of_different_weight_cannot_share_shuffled_ballots():
    require_fitting(CHOOSE, default_rule(), {"online": Fraction(1), "paper": Fraction(2)})
    require_fitting(MIXED, SHARES, {"online": Fraction(1), "paper": Fraction(1)})
    with pytest.raises(InvalidInput):
        require_fitting(MIXED, SHARES, {"online": Fraction(1), "paper": Fraction(2)})


def test_every_rule_has_a_name_and_an_explanation():
    assert set(RULE_NAMES) == set(RULE_TEXTS) == set(RuleName)


@pytest.mark.parametrize("preference", Preference)
@pytest.mark.parametrize("name", [RuleName.GREEDY, RuleName.EQUAL_SHARES, RuleName.PHRAGMEN, RuleName.MAX_WELFARE])
def test_every_rule_can_be_tried_on_made_up_votes_within_the_budget(preference: Preference, name: RuleName):
    form = BallotForm(preference, at_most=3, per_item=2)
    election = sample_election(form, LINES, 9_000_000)
    assert election.voters == VOTERS
    assert election == sample_election(form, LINES, 9_000_000)
    chosen, *others = try_rules(election, Rule(name))
    assert chosen.is_chosen
    assert chosen.rule is name
    assert chosen.spent_won <= 9_000_000
    assert chosen.funded
    assert all(other.rule is not name and not other.is_chosen for other in others)


def test_made_up_votes_show_what_equal_shares_is_for():
    """Two neighbourhoods that want different things: the smaller one gets something, too."""
    lines = [BallotLine(n, n, f"사업 {n}", 3_000_000) for n in range(1, 7)]
    election = sample_election(CHOOSE, lines, 9_000_000)
    greedy, *_, shares = try_rules(election, default_rule())
    assert shares.rule is RuleName.EQUAL_SHARES
    assert greedy.happy is not None
    assert shares.happy is not None
    assert shares.happy > greedy.happy


def test_trying_the_finest_step_does_not_keep_a_page_waiting():
    election = sample_election(CHOOSE, LINES, 9_000_000)
    fine, usual = (
        try_rules(election, Rule(RuleName.EQUAL_SHARES, completion=Completion.ADD1U, increment=step))[0]
        for step in (1, suggested_increment(9_000_000, VOTERS))
    )
    assert fine == usual
