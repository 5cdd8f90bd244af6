"""Sequential Phragmén, maximum welfare, the majority step and weighted combinations, by hand."""

from fractions import Fraction

import pytest

from voting.allocation import (
    RESIDENTS,
    BallotKind,
    BallotsNeededError,
    CategoryLimit,
    Conditions,
    Election,
    Majority,
    MajorityBase,
    MalformedRuleError,
    MissingScoresError,
    Project,
    Reason,
    Rule,
    RuleName,
    ScoreScale,
    ScoreSource,
    TieKey,
    TieOrder,
    TooComplexError,
    UnsupportedConditionError,
    YesNo,
    count,
    from_ballots,
    from_sums,
)
from voting.allocation.rules import max_welfare as max_welfare_module

LEXICO = TieOrder((TieKey.LEXICO,))


def approval(costs: dict[str, int], budget: int, ballots: list[str]) -> Election:
    return from_ballots([Project(name, cost) for name, cost in costs.items()], budget, BallotKind.APPROVAL, ballots)


# Phragmén


def test_phragmen_spreads_the_load() -> None:
    # Three hold a and b, one holds c. a: load 10/3 each. b would make (10+10)/3 = 20/3; c alone 8: b is next, then c.
    votes = approval({"a": 10, "b": 10, "c": 8}, 28, ["ab", "ab", "ab", "c"])
    outcome = count(votes, Rule(RuleName.PHRAGMEN, ties=LEXICO))
    assert outcome.funded == ("a", "b", "c")
    cheaper = approval({"a": 10, "b": 10, "c": 6}, 28, ["ab", "ab", "ab", "c"])
    assert count(cheaper, Rule(RuleName.PHRAGMEN, ties=LEXICO)).funded == ("a", "c", "b")


def test_phragmen_sets_aside_what_no_longer_fits_and_funds_nothing_unsupported() -> None:
    votes = approval({"a": 10, "b": 15, "c": 10, "d": 1}, 20, ["ab", "ab", "c"])
    outcome = count(votes, Rule(RuleName.PHRAGMEN, ties=LEXICO))
    assert outcome.funded == ("a", "c")
    assert outcome.decisions["b"].reason is Reason.DOES_NOT_FIT
    assert outcome.decisions["d"].reason is Reason.NO_SUPPORT


def test_phragmen_as_pabutools_stops_at_the_first_misfit_and_funds_the_unsupported() -> None:
    compatible = Rule(RuleName.PHRAGMEN, ties=LEXICO, pabutools=True, conditions=Conditions(minimum_votes=0))
    stopped = approval({"a": 10, "b": 15, "c": 20, "d": 1}, 20, ["ab", "ab", "c"])
    assert count(stopped, compatible).funded == ("a",)
    spare = approval({"z": 10, "b": 1}, 20, ["z"])
    assert count(spare, compatible).funded == ("b", "z")  # sorted by id
    assert count(spare, Rule(RuleName.PHRAGMEN, ties=LEXICO)).funded == ("z",)


def test_phragmen_needs_ballots_and_knows_no_reserved_places() -> None:
    with pytest.raises(BallotsNeededError):
        count(from_sums([Project("a", 1)], 1, {"a": 1}, voters=1), Rule(RuleName.PHRAGMEN))
    for conditions in (Conditions(part_funding=True), Conditions(categories=(CategoryLimit("x", at_least=1),))):
        with pytest.raises(UnsupportedConditionError):
            count(approval({"a": 1}, 1, ["a"]), Rule(RuleName.PHRAGMEN, conditions=conditions))


# Maximum welfare


def test_maximum_welfare_takes_the_best_set_not_the_best_project() -> None:
    election = from_sums(
        [Project("a", 60), Project("b", 50), Project("c", 50)], 100, {"a": 5, "b": 4, "c": 3}, voters=9
    )
    outcome = count(election, Rule(RuleName.MAX_WELFARE))
    assert outcome.funded == ("b", "c")
    assert outcome.decisions["a"].reason is Reason.NOT_IN_BEST_SET
    assert count(election, Rule(RuleName.GREEDY)).funded == ("a",)


def test_maximum_welfare_respects_conditions() -> None:
    projects = [Project("a", 10, categories=("x",)), Project("b", 10, categories=("x",)), Project("c", 10)]
    election = from_sums(projects, 30, {"a": 5, "b": 4, "c": 3}, voters=9)

    def funded(**conditions: object) -> set[str]:
        return set(count(election, Rule(RuleName.MAX_WELFARE, conditions=Conditions(**conditions))).funded)  # type: ignore[arg-type]

    assert funded() == {"a", "b", "c"}
    assert funded(winners_at_most=2) == {"a", "b"}
    assert funded(exclusive=(("a", "b"),)) == {"a", "c"}
    assert funded(categories=(CategoryLimit("x", at_most=1),)) == {"a", "c"}
    assert funded(categories=(CategoryLimit("x", cost_at_most=15),)) == {"a", "c"}
    for conditions in (Conditions(part_funding=True), Conditions(categories=(CategoryLimit("x", at_least=1),))):
        with pytest.raises(UnsupportedConditionError):
            count(election, Rule(RuleName.MAX_WELFARE, conditions=conditions))


def test_maximum_welfare_gives_up_rather_than_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    # As many votes as won, all of them even, and an odd budget: no set dominates another.
    costs = range(10, 30, 2)
    election = from_sums([Project(f"p{n}", n) for n in costs], 81, {f"p{n}": n for n in costs}, voters=30)
    assert count(election, Rule(RuleName.MAX_WELFARE)).unspent == 1
    monkeypatch.setattr(max_welfare_module, "MOST_STATES", 3)
    with pytest.raises(TooComplexError):
        count(election, Rule(RuleName.MAX_WELFARE))


# Majority


def put_to_the_vote(*answers: tuple[int, int], voters: int) -> Election:
    projects = [Project(name, 10) for name in "abc"[: len(answers)]]
    yes_no = {project.id: YesNo(*answer) for project, answer in zip(projects, answers, strict=True)}
    return from_sums(projects, 100, {id_: answer.yes for id_, answer in yes_no.items()}, voters=voters, yes_no=yes_no)


def test_exactly_half_is_no_majority() -> None:
    election = put_to_the_vote((50, 50), (51, 50), voters=120)
    outcome = count(election, Rule(RuleName.GREEDY, majority=Majority()))
    assert outcome.funded == ("b",)
    assert outcome.decisions["a"].reason is Reason.NO_MAJORITY


def test_blank_answers_count_against_under_the_base_participants() -> None:
    election = put_to_the_vote((51, 10), (61, 10), voters=120)
    rule = Rule(RuleName.GREEDY, majority=Majority(base=MajorityBase.PARTICIPANTS))
    assert count(election, rule).funded == ("b",)
    two_thirds = Rule(RuleName.GREEDY, majority=Majority(share=Fraction(2, 3)))
    assert count(election, two_thirds).funded == ("b", "a")


def test_a_majority_needs_its_question() -> None:
    with pytest.raises(MissingScoresError):
        count(from_sums([Project("a", 1)], 1, {"a": 1}, voters=1), Rule(RuleName.GREEDY, majority=Majority()))


# Weighted combination


def weighed(committee: dict[str, int] | None) -> Election:
    scores = {} if committee is None else {"committee": {id_: Fraction(s) for id_, s in committee.items()}}
    projects = [Project("a", 10), Project("b", 10)]
    return from_sums(projects, 10, {"a": 60, "b": 40}, voters=100, scores=scores)


@pytest.mark.parametrize(
    ("scale", "score_of_b"),
    [
        # 30 % residents, 70 % committee (90 of 150 points go to b).
        (ScoreScale.SHARE, Fraction(3, 10) * Fraction(40, 100) + Fraction(7, 10) * Fraction(90, 150)),
        (ScoreScale.BEST, Fraction(3, 10) * Fraction(40, 60) + Fraction(7, 10)),
        (ScoreScale.RAW, Fraction(3, 10) * 40 + Fraction(7, 10) * 90),
    ],
)
def test_thirty_to_seventy_can_turn_the_vote(scale: ScoreScale, score_of_b: Fraction) -> None:
    parts = (ScoreSource(RESIDENTS, 30, scale), ScoreSource("committee", 70, scale))
    outcome = count(weighed({"a": 60, "b": 90}), Rule(RuleName.GREEDY, combination=parts))
    assert outcome.decisions["b"].score == score_of_b
    assert outcome.funded == ("b",)


def test_residents_may_be_weighed_by_the_number_of_voters() -> None:
    parts = (ScoreSource(RESIDENTS, 1, ScoreScale.VOTERS),)
    assert count(weighed(None), Rule(RuleName.GREEDY, combination=parts)).decisions["a"].score == Fraction(3, 5)


@pytest.mark.parametrize("committee", [None, {"a": 1}, {"a": 0, "b": 0}])
def test_scores_that_are_missing_are_not_taken_for_nought(committee: dict[str, int] | None) -> None:
    parts = (ScoreSource(RESIDENTS, 1), ScoreSource("committee", 1))
    with pytest.raises(MissingScoresError):
        count(weighed(committee), Rule(RuleName.GREEDY, combination=parts))


@pytest.mark.parametrize(
    "parts",
    [
        (ScoreSource(RESIDENTS, 1), ScoreSource(RESIDENTS, 2)),
        (ScoreSource(RESIDENTS, 0),),
    ],
)
def test_a_combination_names_each_source_once_with_a_weight(parts: tuple[ScoreSource, ...]) -> None:
    with pytest.raises(MalformedRuleError):
        Rule(RuleName.GREEDY, combination=parts)
    with pytest.raises(MalformedRuleError):
        Rule(RuleName.EQUAL_SHARES, combination=(ScoreSource(RESIDENTS, 1),))
