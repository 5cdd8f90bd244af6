"""What happens to the money that Equal Shares leaves, and that raising the shares always ends."""

from fractions import Fraction

import pytest

from voting.allocation import (
    BallotKind,
    Completion,
    Conditions,
    Election,
    EngineName,
    Project,
    Reason,
    Rule,
    RuleName,
    TieKey,
    TieOrder,
    UnsupportedConditionError,
    count,
    from_ballots,
)

ENGINES = [EngineName.EXACT, EngineName.CERTIFIED]


def approval(costs: dict[str, int], budget: int, ballots: list[str]) -> Election:
    return from_ballots([Project(name, cost) for name, cost in costs.items()], budget, BallotKind.APPROVAL, ballots)


def shares(completion: Completion = Completion.NONE, **changes: object) -> Rule:
    return Rule(RuleName.EQUAL_SHARES, completion=completion, ties=TieOrder((TieKey.LEXICO,)), **changes)  # type: ignore[arg-type]


# Ten voters, 100: four for A (50), three for B (36), three for C (20). A share of 10 buys C alone; a share of 12
# buys B and C; a share of 12.5 buys all three: 106, too much.
VOTES = approval({"A": 50, "B": 36, "C": 20}, 100, ["A"] * 4 + ["B"] * 3 + ["C"] * 3)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("completion", "funded"),
    [
        (Completion.NONE, ("C",)),
        (Completion.UTILITARIAN, ("C", "A")),  # four votes beat three; B no longer fits
        (Completion.ADD1, ("B", "C")),
        (Completion.ADD1_EXHAUSTIVE, ("B", "C")),  # 44 left: A does not fit any more
        (Completion.ADD1U, ("B", "C")),
    ],
)
def test_the_completion_changes_the_winners(
    completion: Completion, funded: tuple[str, ...], engine: EngineName
) -> None:
    outcome = count(VOTES, shares(completion), engine=engine)
    assert set(outcome.funded) == set(funded)


@pytest.mark.parametrize("engine", ENGINES)
def test_add1_is_the_last_list_within_the_budget_and_add1u_fills_it_up(engine: EngineName) -> None:
    with_d = from_ballots(
        (*VOTES.projects, Project("D", 40)), 100, BallotKind.APPROVAL, ["A"] * 4 + ["B"] * 3 + ["C"] * 2 + ["CD"]
    )
    plain = count(with_d, shares(Completion.ADD1), engine=engine)
    assert set(plain.funded) == {"B", "C"}
    filled = count(with_d, shares(Completion.ADD1U), engine=engine)
    assert set(filled.funded) == {"B", "C", "D"}
    assert filled.decisions["D"].reason is Reason.FILLED


@pytest.mark.parametrize("engine", ENGINES)
def test_the_increment_changes_where_the_rise_stops(engine: EngineName) -> None:
    fine = count(VOTES, shares(Completion.ADD1, increment=1), engine=engine)
    coarse = count(VOTES, shares(Completion.ADD1, increment=3), engine=engine)
    assert fine.run is not None
    assert coarse.run is not None
    assert fine.run.endowment == 12
    assert coarse.run.endowment == 10  # 13 would already buy too much
    assert coarse.funded == ("C",)


def test_an_integral_start_rounds_the_first_share_down() -> None:
    seven = approval({"A": 100}, 100, ["A"] * 7)
    for integral, share in ((False, Fraction(100, 7)), (True, Fraction(14))):
        run = count(seven, shares(integral_start=integral)).run
        assert run is not None
        assert run.endowment == share
    assert count(seven, shares()).funded == ("A",)
    assert count(seven, shares(integral_start=True)).funded == ()


@pytest.mark.parametrize("completion", list(Completion))
@pytest.mark.parametrize("engine", ENGINES)
def test_it_ends_when_everything_supported_fits_and_a_project_without_votes_would_fit_too(
    completion: Completion, engine: EngineName
) -> None:
    # A public tool never ends on this vote: the unsupported project would fit, so it goes on raising shares.
    votes = approval({"A": 10, "B": 10, "nobody": 5}, 100, ["A", "A", "B"])
    outcome = count(votes, shares(completion), engine=engine)
    assert set(outcome.funded) == {"A", "B"}
    assert outcome.decisions["nobody"].reason is Reason.NO_SUPPORT


@pytest.mark.parametrize("completion", list(Completion))
def test_it_ends_when_nobody_supports_anything(completion: Completion) -> None:
    votes = approval({"A": 10}, 100, ["", ""])
    assert count(votes, shares(completion)).funded == ()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_dear_project_of_one_supporter_does_not_need_millions_of_steps(engine: EngineName) -> None:
    votes = approval({"A": 60_000_000, "B": 50_000_000}, 100_000_000, ["A"] + ["B"] * 99)
    outcome = count(votes, shares(Completion.ADD1), engine=engine)
    assert outcome.funded == ("B",)
    assert outcome.run is not None
    assert outcome.run.endowment == 59_999_999 + Fraction(0)  # one won more, and A would be bought, too


def test_what_costs_more_than_the_whole_budget_is_not_for_sale() -> None:
    votes = approval({"A": 101, "B": 50}, 100, ["A"] * 9 + ["B"])
    outcome = count(votes, shares(Completion.ADD1))
    assert outcome.funded == ("B",)
    assert outcome.decisions["A"].reason is Reason.OVER_BUDGET


def test_the_comparison_step_counts_voters_who_get_nothing_from_one_list() -> None:
    # Greedy: A (60), liked by 5. Equal Shares: B and C, liked by 2 + 1 and none of the five.
    votes = approval({"A": 60, "B": 20, "C": 20}, 80, ["A"] * 5 + ["B"] * 2 + ["C"])
    rule = shares(Completion.NONE, comparison_step=True)
    outcome = count(votes, rule)
    assert outcome.comparison is not None
    assert outcome.run is not None
    bought = [votes.projects[position].id for position in outcome.run.bought]
    assert bought == ["B"]
    assert outcome.comparison.greedy == ("A", "B")
    # Five have more under greedy; nobody under Equal Shares.
    assert (outcome.comparison.prefer_shares, outcome.comparison.prefer_greedy) == (0, 5)
    assert outcome.comparison.takes_greedy
    assert outcome.funded == ("A", "B")


def test_the_comparison_step_keeps_equal_shares_when_as_many_prefer_it() -> None:
    votes = approval({"A": 20, "B": 20, "C": 20}, 40, ["AB"] * 4 + ["C"] * 4)
    outcome = count(votes, shares(comparison_step=True))
    assert outcome.comparison is not None
    assert outcome.comparison.prefer_shares == outcome.comparison.prefer_greedy == 4
    assert outcome.funded == ("A", "C")


def test_part_funding_needs_a_completion_that_fills_up() -> None:
    votes = from_ballots(
        [Project("A", 50), Project("B", 60, least_cost=40)], 100, BallotKind.APPROVAL, ["A"] * 5 + ["B"] * 5
    )
    with pytest.raises(UnsupportedConditionError):
        count(votes, shares(conditions=Conditions(part_funding=True)))
    outcome = count(votes, shares(Completion.UTILITARIAN, conditions=Conditions(part_funding=True)))
    assert outcome.funded == ("A", "B")
    assert outcome.decisions["B"].granted == 50
    assert outcome.decisions["B"].reason is Reason.PARTLY
