"""Flat arrays and plain Python read the same ballots alike."""

import random

import pytest

from tests.allocation_elections import random_election
from voting.allocation import BallotKind, Election, Project, Ranking, Utility, from_ballots
from voting.allocation import scores as reading
from voting.allocation.columns import Columns
from voting.allocation.scores import columns_of, tally_and_support


def read(election: Election, utility: Utility, ranking: Ranking) -> tuple[object, ...]:
    tally, support = tally_and_support(election, utility, ranking)
    return tally, support, support.supported


def test_arrays_find_the_votes_scores_and_supports_that_plain_python_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(300):
        dice = random.Random(seed)
        election = random_election(dice)
        utility, ranking = dice.choice(list(Utility)), dice.choice(list(Ranking))
        monkeypatch.setattr(reading, "_COLUMNS_FROM", 10**9)
        plain = read(election, utility, ranking)
        monkeypatch.setattr(reading, "_COLUMNS_FROM", 0)
        assert read(election, utility, ranking) == plain


def test_few_ballots_are_not_worth_arrays() -> None:
    assert columns_of(((0, 1),) * 10, (1,) * 10) is None
    assert isinstance(columns_of(((0, 1),) * 1_000, (1,) * 1_000), Columns)


def test_sums_that_floats_cannot_hold_are_left_to_plain_python() -> None:
    assert columns_of(((0,),) * 2_000, (2**43,) * 2_000) is None
    assert columns_of(((0,),) * 2_000, (1,) * 2_000, ((2**60,),) * 2_000) is None
    assert columns_of(((0,),) * 2_000, (1,) * 2_000, ((2**70,),) * 2_000) is None


def test_entries_of_a_project_stand_together_in_the_order_of_the_ballots() -> None:
    order, ends = Columns(((1, 0), (1,), (), (0, 1)), (1, 1, 1, 1)).by_project()
    assert order.tolist() == [1, 3, 0, 2, 4]
    assert ends.tolist() == [2, 5]


def test_huge_points_are_counted_without_rounding() -> None:
    ballots = [{"a": 2**61 + 1, "b": 1}] + [{"a": 1}] * 1_200
    election = from_ballots([Project("a", 5), Project("b", 5)], 10, BallotKind.CUMULATIVE, ballots)
    tally, _ = tally_and_support(election, Utility.POINTS)
    assert tally.scores == (2**61 + 1 + 1_200, 1)
