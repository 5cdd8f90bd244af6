"""Equal Shares on examples small enough to check with pencil and paper. Both engines do every one of them."""

from fractions import Fraction

import pytest

from voting.allocation import (
    BallotKind,
    BallotsNeededError,
    CategoryLimit,
    Completion,
    Conditions,
    Election,
    EngineName,
    Project,
    Purchase,
    Reason,
    Rule,
    RuleName,
    TieKey,
    TieOrder,
    TooComplexError,
    UnsupportedConditionError,
    Utility,
    count,
    from_ballots,
    from_sums,
)

ENGINES = [EngineName.EXACT, EngineName.CERTIFIED]
LEXICO = TieOrder((TieKey.LEXICO,))


def election(costs: dict[str, int], budget: int, ballots: list[str]) -> Election:
    """An approval election; a ballot is the letters of its projects."""
    return from_ballots([Project(name, cost) for name, cost in costs.items()], budget, BallotKind.APPROVAL, ballots)


def shares(**changes: object) -> Rule:
    return Rule(RuleName.EQUAL_SHARES, ties=LEXICO, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("engine", ENGINES)
def test_two_groups_each_get_what_their_share_pays(engine: EngineName) -> None:
    # Six voters hold 10 each. Four share A and B (20 each), two want C (20): greedy would fund A, B and another of
    # the majority's, and leave the two with nothing.
    votes = election({"A": 20, "B": 20, "C": 20, "D": 20}, 60, ["ABD"] * 4 + ["C"] * 2)
    outcome = count(votes, shares(), engine=engine)
    assert outcome.funded == ("A", "B", "C")
    assert count(votes, Rule(RuleName.GREEDY, ties=LEXICO)).funded == ("A", "B", "D")


@pytest.mark.parametrize("engine", ENGINES)
def test_prices_are_exact_fractions(engine: EngineName) -> None:
    votes = election({"A": 10, "B": 7}, 20, ["AB", "A", "A", "B"])
    run = count(votes, shares(), engine=engine).run
    assert run is not None
    # Each holds 5. A: 10/3 each. The first voter then holds 5/3 for B, and the last pays the other 16/3 — too much.
    assert run.endowment == 5
    assert run.purchases == (Purchase(0, Fraction(10, 3)),)
    assert run.unaffordable == (1,)


@pytest.mark.parametrize("engine", ENGINES)
def test_those_who_run_dry_give_all_they_have_and_the_others_pay_the_rest(engine: EngineName) -> None:
    votes = election({"A": 12, "B": 10}, 30, ["AB", "A", "B"])
    run = count(votes, shares(), engine=engine).run
    assert run is not None
    # Each holds 10. B costs two supporters 5 each, A 6 each; under cost utilities B has price 1/2 per won, as has A;
    # A is first by name. The first voter is left with 4, so the third pays 6 for B.
    assert run.purchases == (Purchase(0, Fraction(6)), Purchase(1, Fraction(6)))


@pytest.mark.parametrize("engine", ENGINES)
def test_supporters_who_hold_exactly_the_cost_can_buy(engine: EngineName) -> None:
    votes = election({"A": 20, "B": 10}, 30, ["A", "A", "B"])
    outcome = count(votes, shares(), engine=engine)
    assert set(outcome.funded) == {"A", "B"}
    assert outcome.unspent == 0


@pytest.mark.parametrize("engine", ENGINES)
def test_a_project_that_takes_everything_stays_affordable_when_a_tied_one_is_bought_first(engine: EngineName) -> None:
    # Every supporter of A and of B would give exactly all he has; A wins the tie, and B can still be paid.
    votes = election({"A": 30, "B": 20, "C": 10}, 60, ["A", "A", "A", "B", "B", "C"])
    outcome = count(votes, shares(utility=Utility.CARDINALITY), engine=engine)
    assert outcome.funded == ("A", "B", "C")


@pytest.mark.parametrize("engine", ENGINES)
def test_unequal_purses_run_dry_one_after_the_other(engine: EngineName) -> None:
    # After X (20) its five payers hold 6 each, after Y (12) two of them hold 3. Z asks 2×3, 1×6 and 2×10 for 32.
    votes = election({"X": 20, "Y": 12, "Z": 32}, 70, ["XYZ", "XYZ", "XZ", "X", "X", "YZ", "YZ"])
    run = count(votes, shares(utility=Utility.CARDINALITY), engine=engine).run
    assert run is not None
    # Y has four supporters (3 each) and comes first at price 3, X (five supporters, 4 each) second.
    assert run.purchases[:2] == (Purchase(1, Fraction(3)), Purchase(0, Fraction(4)))
    # Then the five of Z hold 3, 3, 6, 7, 7: 26 in all.
    assert run.unaffordable == (2,)


@pytest.mark.parametrize("engine", ENGINES)
def test_cost_utilities_prefer_the_large_and_cardinality_the_cheap(engine: EngineName) -> None:
    votes = election({"big": 60, "small": 12}, 60, [])
    votes = from_ballots(
        votes.projects, 60, BallotKind.APPROVAL, [["big", "small"]] * 2 + [["big"]] * 2 + [["small"], ["small"]]
    )
    by_cost = count(votes, shares(utility=Utility.COST), engine=engine)
    by_number = count(votes, shares(utility=Utility.CARDINALITY), engine=engine)
    assert by_cost.funded == ("small",)  # four supporters of "big" hold only 40
    assert by_number.funded == ("small",)
    votes = from_ballots([Project("big", 40), Project("small", 12)], 60, BallotKind.APPROVAL, [["big", "small"]] * 6)
    assert count(votes, shares(utility=Utility.COST), engine=engine).funded == ("big", "small")
    assert count(votes, shares(utility=Utility.CARDINALITY), engine=engine).funded == ("small", "big")


@pytest.mark.parametrize("engine", ENGINES)
def test_points_are_paid_in_proportion(engine: EngineName) -> None:
    votes = from_ballots(
        [Project("a", 12), Project("b", 6)], 20, BallotKind.CUMULATIVE, [{"a": 3, "b": 1}, {"a": 1, "b": 3}]
    )
    run = count(votes, shares(), engine=engine).run
    assert run is not None
    # b costs 6/4 per point and comes first: 1.5 and 4.5. a then asks 3 per point: 9 (holds 8.5: all) and 3.5.
    assert run.purchases == (Purchase(1, Fraction(3, 2)), Purchase(0, Fraction(7, 2)))


@pytest.mark.parametrize("engine", ENGINES)
def test_points_of_nought_are_no_support(engine: EngineName) -> None:
    votes = from_ballots([Project("a", 5), Project("b", 5)], 10, BallotKind.SCORING, [{"a": 1, "b": 0}, {"b": -2}])
    outcome = count(votes, shares(), engine=engine)
    assert outcome.funded == ("a",)
    assert outcome.decisions["b"].reason is Reason.NO_SUPPORT


@pytest.mark.parametrize("engine", ENGINES)
def test_equal_prices_are_settled_by_the_tie_order(engine: EngineName) -> None:
    votes = election({"a": 10, "b": 10}, 10, ["ab", "ab"])
    lottery = TieOrder((TieKey.LOTTERY,), ("b", "a"))
    assert count(votes, shares(), engine=engine).funded == ("a",)
    assert count(votes, Rule(RuleName.EQUAL_SHARES, ties=lottery), engine=engine).funded == ("b",)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_costs_nothing_is_bought_first(engine: EngineName) -> None:
    votes = election({"a": 10, "free": 0, "unwanted": 0}, 10, [])
    votes = from_ballots(votes.projects, 10, BallotKind.APPROVAL, [["a", "free"], ["a"]])
    outcome = count(votes, shares(), engine=engine)
    assert outcome.funded == ("free", "a")
    assert outcome.decisions["unwanted"].reason is Reason.NO_SUPPORT


@pytest.mark.parametrize("engine", ENGINES)
def test_blank_ballots_hold_a_share_that_buys_nothing(engine: EngineName) -> None:
    votes = election({"a": 10}, 10, ["a", ""])
    outcome = count(votes, shares(), engine=engine)
    assert outcome.funded == ()
    assert outcome.decisions["a"].reason is Reason.SUPPORTERS_SPENT


@pytest.mark.parametrize("engine", ENGINES)
def test_an_election_without_voters_or_money_funds_nothing(engine: EngineName) -> None:
    assert count(election({"a": 10}, 10, []), shares(completion=Completion.ADD1U), engine=engine).funded == ()
    assert count(election({"a": 10}, 0, ["a"]), shares(completion=Completion.ADD1), engine=engine).funded == ()


@pytest.mark.parametrize("engine", ENGINES)
def test_of_two_versions_of_one_idea_only_one_is_bought(engine: EngineName) -> None:
    votes = election({"a": 10, "b": 10, "c": 10}, 30, ["ab", "ab", "bc"])
    rule = shares(conditions=Conditions(exclusive=(("a", "b"),)), completion=Completion.UTILITARIAN)
    outcome = count(votes, rule, engine=engine)
    assert outcome.funded == ("b", "c")
    assert outcome.decisions["a"].reason is Reason.CONFLICT
    assert outcome.decisions["a"].because == ("b",)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_category_takes_no_more_than_its_places(engine: EngineName) -> None:
    projects = [Project("a", 10, categories=("green",)), Project("b", 10, categories=("green",)), Project("c", 10)]
    votes = from_ballots(projects, 30, BallotKind.APPROVAL, [["a", "b", "c"]] * 3)
    rule = shares(conditions=Conditions(categories=(CategoryLimit("green", at_most=1),)))
    outcome = count(votes, rule, engine=engine)
    assert outcome.funded == ("a", "c")
    assert outcome.decisions["b"].reason is Reason.CATEGORY_FULL


def test_sums_are_not_enough() -> None:
    sums = from_sums([Project("a", 10)], 10, {"a": 3}, voters=5)
    with pytest.raises(BallotsNeededError):
        count(sums, shares())


def test_reserved_places_are_refused_rather_than_ignored() -> None:
    rule = shares(conditions=Conditions(categories=(CategoryLimit("green", at_least=1),)))
    with pytest.raises(UnsupportedConditionError):
        count(election({"a": 10}, 10, ["a"]), rule)


def test_amounts_beyond_the_fast_engine_fall_back_to_the_exact_one() -> None:
    votes = election({"a": 2**60, "b": 2**60}, 2**61, ["a", "b"])
    with pytest.raises(TooComplexError):
        count(votes, shares(), engine=EngineName.CERTIFIED)
    assert count(votes, shares()).funded == ("a", "b")


def test_a_large_election_is_counted_by_the_fast_engine_alike() -> None:
    ballots = [[f"p{(i * k) % 11:02d}" for k in (1, 3, 7)] for i in range(1, 2400)]
    ballots = [sorted(set(ballot)) for ballot in ballots]
    projects = [Project(f"p{i:02d}", 1000 + 137 * i) for i in range(11)]
    votes = from_ballots(projects, 9000, BallotKind.APPROVAL, ballots)
    assert (
        count(votes, shares(), engine=EngineName.EXACT).run == count(votes, shares(), engine=EngineName.CERTIFIED).run
    )
