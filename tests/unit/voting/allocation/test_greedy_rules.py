"""The greedy family on examples to check by hand, with every condition that a village may set."""

from dataclasses import replace
from fractions import Fraction

import pytest

from voting.allocation import (
    BallotKind,
    CategoryLimit,
    Completion,
    Conditions,
    Election,
    MalformedRuleError,
    Outcome,
    Project,
    Ranking,
    Reason,
    Rule,
    RuleName,
    TieKey,
    TieOrder,
    Utility,
    count,
    from_ballots,
    from_sums,
    suggested_increment,
)


def sums(budget: int = 100, **projects: tuple[int, int]) -> Election:
    """An election of sums; per project its cost and its votes."""
    return from_sums(
        [Project(name, cost) for name, (cost, _) in projects.items()],
        budget,
        {name: votes for name, (_, votes) in projects.items()},
        voters=50,
    )


def greedy(**conditions: object) -> Rule:
    return Rule(RuleName.GREEDY, conditions=Conditions(**conditions))  # type: ignore[arg-type]


def reasons(outcome: Outcome) -> dict[str, Reason]:
    return {id_: decision.reason for id_, decision in outcome.decisions.items()}


FIVE = sums(a=(60, 30), b=(50, 20), c=(40, 10), d=(5, 5), e=(10, 0))


def test_greedy_skips_what_does_not_fit_and_goes_on() -> None:
    outcome = count(FIVE, greedy())
    assert outcome.funded == ("a", "c")
    assert outcome.unspent == 0
    assert reasons(outcome) == {
        "a": Reason.RANKED,
        "b": Reason.DOES_NOT_FIT,
        "c": Reason.RANKED,
        "d": Reason.DOES_NOT_FIT,
        "e": Reason.NO_SUPPORT,
    }
    assert outcome.decisions["b"].money_left == 40
    assert outcome.decisions["b"].because == ("a",)
    assert outcome.decisions["d"].because == ("a", "c")


def test_no_skip_ends_at_the_first_project_that_does_not_fit() -> None:
    outcome = count(FIVE, Rule(RuleName.GREEDY_NO_SKIP))
    assert outcome.funded == ("a",)
    assert reasons(outcome)["c"] is Reason.AFTER_STOP
    assert outcome.decisions["c"].because == ("b",)


def test_cost_ratio_prefers_votes_per_won() -> None:
    # d: 1 per won, a: ½, b: 2/5, c: ¼.
    assert count(FIVE, Rule(RuleName.GREEDY_COST_RATIO)).funded == ("d", "a")
    free = sums(a=(60, 30), gift=(0, 1))
    assert count(free, Rule(RuleName.GREEDY_COST_RATIO)).funded == ("gift", "a")


def test_a_threshold_is_met_by_its_exact_value() -> None:
    rule = Rule(RuleName.GREEDY_THRESHOLD, conditions=Conditions(minimum_score=Fraction(10)))
    outcome = count(FIVE, rule)
    assert outcome.funded == ("a", "c")
    assert reasons(outcome)["d"] is Reason.BELOW_THRESHOLD


def test_minimum_votes_and_the_support_floor_are_met_by_their_exact_values() -> None:
    assert count(FIVE, greedy(minimum_votes=10)).funded == ("a", "c")
    assert reasons(count(FIVE, greedy(minimum_votes=11)))["c"] is Reason.TOO_FEW_VOTES
    # Świecie's floor: votes/50 ≥ ⅓ · cost/100. c needs 6⅔, b 8⅓, a 10, d ⅚.
    outcome = count(sums(a=(60, 10), b=(50, 8), c=(40, 7)), greedy(support_floor=Fraction(1, 3)))
    assert outcome.funded == ("a", "c")
    assert reasons(outcome)["b"] is Reason.BELOW_FLOOR


def test_without_a_minimum_even_what_nobody_supports_is_funded() -> None:
    assert count(sums(e=(10, 0)), greedy(minimum_votes=0)).funded == ("e",)
    assert count(sums(e=(10, 0)), greedy()).funded == ()


def test_a_number_of_places_ends_the_list() -> None:
    outcome = count(sums(a=(10, 3), b=(10, 2), c=(10, 1)), greedy(winners_at_most=2))
    assert outcome.funded == ("a", "b")
    assert outcome.decisions["c"].because == ("a", "b")


def test_two_projects_on_one_site_exclude_each_other() -> None:
    outcome = count(sums(a=(10, 3), b=(10, 2), c=(10, 1)), greedy(exclusive=(("a", "b"),)))
    assert outcome.funded == ("a", "c")
    assert (outcome.decisions["b"].reason, outcome.decisions["b"].because) == (Reason.CONFLICT, ("a",))


def in_categories() -> Election:
    projects = [
        Project("a", 40, categories=("green",)),
        Project("b", 40, categories=("green",)),
        Project("c", 20, categories=("green", "young")),
        Project("d", 20, categories=("young",)),
    ]
    return from_sums(projects, 100, {"a": 9, "b": 8, "c": 7, "d": 1}, voters=9)


def test_a_category_has_places_and_an_envelope() -> None:
    places = count(in_categories(), greedy(categories=(CategoryLimit("green", at_most=1),)))
    assert places.funded == ("a", "d")
    assert places.decisions["b"].because == ("a",)
    money = count(in_categories(), greedy(categories=(CategoryLimit("green", cost_at_most=60),)))
    assert money.funded == ("a", "c", "d")
    assert money.decisions["b"].reason is Reason.CATEGORY_SPENT


def test_reserved_places_are_filled_first() -> None:
    plain = count(in_categories(), greedy())
    assert plain.funded == ("a", "b", "c")
    outcome = count(in_categories(), greedy(categories=(CategoryLimit("young", at_least=2),)))
    assert outcome.funded == ("c", "d", "a")
    assert outcome.decisions["d"].reason is Reason.RESERVED


def test_an_adjustable_project_takes_what_is_left_if_that_is_enough() -> None:
    projects = [Project("a", 70), Project("b", 60, least_cost=30), Project("c", 50, least_cost=20)]
    election = from_sums(projects, 100, {"a": 3, "b": 2, "c": 1}, voters=3)
    assert count(election, greedy()).funded == ("a",)
    outcome = count(election, greedy(part_funding=True))
    assert outcome.funded == ("a", "b")
    assert outcome.decisions["b"].granted == 30
    assert outcome.decisions["b"].reason is Reason.PARTLY
    assert (outcome.total_cost, outcome.unspent) == (100, 0)
    poorer = replace(election, budget=95)
    assert count(poorer, greedy(part_funding=True)).funded == ("a", "c")


def test_part_funding_respects_the_envelope_of_a_category() -> None:
    projects = [Project("a", 60, categories=("x",)), Project("b", 60, categories=("x",), least_cost=10)]
    election = from_sums(projects, 200, {"a": 2, "b": 1}, voters=2)
    outcome = count(election, greedy(part_funding=True, categories=(CategoryLimit("x", cost_at_most=75),)))
    assert outcome.decisions["b"].granted == 15


def test_what_exceeds_the_whole_budget_says_so() -> None:
    assert reasons(count(sums(a=(101, 9)), greedy()))["a"] is Reason.OVER_BUDGET


@pytest.mark.parametrize(
    ("keys", "lottery", "funded"),
    [
        ((TieKey.VOTES, TieKey.COST), (), "cheap"),
        ((TieKey.LEXICO,), (), "Zoo"),  # capitals come first among code points
        ((TieKey.LOTTERY,), ("dear", "cheap", "Zoo"), "dear"),
        ((TieKey.COST, TieKey.LOTTERY), ("dear", "Zoo", "cheap"), "cheap"),
        ((), (), "Zoo"),
    ],
)
def test_equal_scores_are_settled_by_the_published_order(
    keys: tuple[TieKey, ...], lottery: tuple[str, ...], funded: str
) -> None:
    election = sums(budget=60, dear=(60, 5), Zoo=(60, 5), cheap=(50, 5))
    assert count(election, Rule(RuleName.GREEDY, ties=TieOrder(keys, lottery))).funded == (funded,)


def test_a_lottery_order_must_hold_every_project() -> None:
    with pytest.raises(MalformedRuleError, match="'c'"):
        count(sums(a=(1, 1), c=(1, 1)), Rule(RuleName.GREEDY, ties=TieOrder((TieKey.LOTTERY,), ("a",))))
    with pytest.raises(MalformedRuleError, match="twice"):
        TieOrder((TieKey.LOTTERY,), ("a", "a"))
    with pytest.raises(MalformedRuleError, match="twice"):
        TieOrder((TieKey.COST, TieKey.COST))


@pytest.mark.parametrize(
    ("ranking", "scores"),
    [
        (None, (5, 3, 1)),  # each ballot starts from its own length: 3+2, 2+1, 1
        (Ranking.OWN_LENGTH, (5, 3, 1)),
        (Ranking.LONGEST, (6, 4, 1)),
        (Ranking.BORDA, (3, 1, 0)),
        (Ranking.ALL_PROJECTS, (4, 2, 0)),
        ((5, 1), (10, 2, 0)),
    ],
)
def test_a_rank_is_worth_what_the_rule_says(ranking: Ranking | tuple[int, ...] | None, scores: tuple[int, ...]) -> None:
    projects = [Project(name, 10) for name in "abc"]
    election = from_ballots(projects, 10, BallotKind.ORDINAL, [["a", "b", "c"], ["a", "b"]])
    outcome = count(election, Rule(RuleName.GREEDY, ranking=ranking))
    assert tuple(decision.score for decision in outcome.decisions.values()) == scores
    assert outcome.funded == ("a",)


@pytest.mark.parametrize("points", [(), (1, 2), (3, -1)])
def test_points_that_grow_towards_the_end_are_refused(points: tuple[int, ...]) -> None:
    election = from_ballots([Project("a", 1), Project("b", 1)], 1, BallotKind.ORDINAL, [["a", "b"]])
    with pytest.raises(MalformedRuleError):
        count(election, Rule(RuleName.GREEDY, ranking=points))


def test_a_negative_sum_of_points_is_no_support() -> None:
    projects = [Project("a", 10), Project("b", 10)]
    election = from_ballots(projects, 20, BallotKind.SCORING, [{"a": 1, "b": 2}, {"a": -1, "b": 1}])
    outcome = count(election, greedy())
    assert outcome.funded == ("b",)
    assert reasons(outcome)["a"] is Reason.NO_SUPPORT


def test_last_on_every_ranking_is_supported_all_the_same() -> None:
    # Borda gives the last rank nothing; Equal Shares with cost or cardinality utilities does not ask for ranks.
    projects = [Project("a", 90), Project("b", 10)]
    election = from_ballots(projects, 100, BallotKind.ORDINAL, [["a", "b"]] * 2)
    for utility in (Utility.COST, Utility.CARDINALITY):
        assert set(count(election, Rule(RuleName.EQUAL_SHARES, utility=utility)).funded) == {"a", "b"}
    by_points = count(election, Rule(RuleName.EQUAL_SHARES, utility=Utility.POINTS))
    assert by_points.funded == ("a",)
    assert by_points.decisions["b"].reason is Reason.NO_SUPPORT


@pytest.mark.parametrize(
    "wrong",
    [
        {"minimum_votes": -1},
        {"winners_at_most": -1},
        {"support_floor": Fraction(-1, 3)},
        {"categories": (CategoryLimit("a", at_most=-1),)},
        {"categories": (CategoryLimit("a"), CategoryLimit("a"))},
        {"categories": (CategoryLimit("a", at_most=1, at_least=2),)},
    ],
)
def test_impossible_conditions_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(MalformedRuleError):
        Conditions(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": RuleName.GREEDY, "completion": Completion.ADD1},
        {"name": RuleName.GREEDY, "comparison_step": True},
        {"name": RuleName.PHRAGMEN, "integral_start": True},
        {"name": RuleName.EQUAL_SHARES, "increment": 0},
        {"name": RuleName.GREEDY_THRESHOLD},
        {"name": RuleName.GREEDY, "pabutools": True},
    ],
)
def test_rules_with_parts_that_do_not_belong_together_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(MalformedRuleError):
        Rule(**wrong)  # type: ignore[arg-type]


def test_the_suggested_increment_is_a_thousandth_of_a_share() -> None:
    assert suggested_increment(from_sums([Project("a", 1)], 50_000_000, {"a": 1}, voters=100)) == 500
    assert suggested_increment(from_sums([Project("a", 1)], 10, {"a": 1}, voters=100)) == 1
    assert suggested_increment(from_sums([Project("a", 1)], 10, {}, voters=0)) == 1
