"""From a decrypted result to what a counting rule looks at."""

from fractions import Fraction

import pytest

from app.assembly.rules.ballots import BallotForm, BallotLine, Preference
from app.assembly.rules.reading import answer_of, read_result
from voting.allocation import BallotKind, Sums, YesNo, combine_channels, tally

LINES = [
    BallotLine(1, 1, "화단", 4_000_000, "환경"),
    BallotLine(2, 2, "쉼터", 3_000_000, "복지"),
    BallotLine(3, 3, "나무", 2_000_000, "환경"),
    BallotLine(4, 4, "잔치", 1_000_000, "복지"),
]


def read(form: BallotForm, *questions: object, voters: int = 5):
    return read_result(form, LINES, questions, envelope_won=5_000_000, voters=voters)  # type: ignore[arg-type]


def votes(reading) -> tuple[int, ...]:
    return tally(reading.election).votes


def test_marks_are_votes():
    reading = read(BallotForm(Preference.APPROVAL, at_most=2), (3, 0, 5, 1))
    assert votes(reading) == (3, 0, 5, 1)
    assert reading.election.voters == 5
    assert reading.blank is None


def test_marks_by_category_return_to_their_items():
    reading = read(BallotForm(Preference.CATEGORIES, at_most=1), (3, 1), (2, 4))
    assert votes(reading) == (3, 2, 1, 4)


def test_points_are_the_sum_of_their_units_and_supporters_the_largest_of_them():
    reading = read(BallotForm(Preference.POINTS, at_most=5, per_item=3), (4, 2, 1, 0, 0, 0, 1, 2, 1, 5, 0, 0))
    found = tally(reading.election)
    assert found.scores == tuple(map(Fraction, (7, 0, 4, 5)))
    assert found.votes == (4, 0, 2, 5)


def test_a_majority_is_read_beside_the_preference():
    reading = read(BallotForm(Preference.APPROVAL, at_most=1, majority=True), (1, 1, 1, 1), *[(1, 3, 1)] * 3, (0, 1, 4))
    assert reading.election.yes_no["item-1"] == YesNo(3, 1)
    assert reading.election.yes_no["item-4"] == YesNo(1, 4)
    assert reading.majorities[0].abstained == 1


def test_where_only_yes_and_no_are_asked_the_approvals_rank():
    reading = read(BallotForm(Preference.NONE, majority=True), (0, 3, 2), (1, 4, 0), (0, 1, 4), (5, 0, 0))
    assert votes(reading) == (3, 4, 1, 0)


def test_shuffled_approvals_are_ballots_and_wrong_ones_are_blank():
    reading = read(
        BallotForm(Preference.APPROVAL, at_most=2, shuffled=True),
        ((1, 1, 0, 0), (1, 1, 0, 0), (0, 0, 0, 0), (1, 1, 1, 0), (2, 0, 0, 0)),
    )
    assert reading.election.profile is not None
    assert reading.election.profile.kind is BallotKind.APPROVAL
    assert votes(reading) == (2, 2, 0, 0)
    assert (reading.blank, reading.invalid) == (3, 2)
    assert reading.election.voters == 5, "a ballot that is no answer was cast by somebody who took part"


def test_shuffled_ranks_are_read_best_first():
    reading = read(BallotForm(Preference.RANKING, at_most=3, shuffled=True), ((2, 0, 1, 3), (0, 1, 0, 0)))
    profile = reading.election.profile
    assert profile is not None
    assert profile.kind is BallotKind.ORDINAL
    assert profile.choices == ((2, 0, 3), (1,))


def test_shuffled_points_keep_their_numbers():
    reading = read(BallotForm(Preference.POINTS, at_most=5, per_item=3, shuffled=True), ((3, 0, 2, 0),))
    profile = reading.election.profile
    assert profile is not None
    assert (profile.choices, profile.points) == (((0, 2),), ((3, 2),))


@pytest.mark.parametrize(
    ("form", "numbers", "valid"),
    [
        (BallotForm(Preference.APPROVAL, at_most=2), (1, 0, 1, 0), True),
        (BallotForm(Preference.APPROVAL, at_most=2), (1, 1, 1, 0), False),
        (BallotForm(Preference.APPROVAL, at_most=2), (255, 0, 0, 0), False),
        (BallotForm(Preference.CATEGORIES, at_most=1), (1, 1, 0, 0), True),
        (BallotForm(Preference.CATEGORIES, at_most=1), (1, 0, 1, 0), False),
        (BallotForm(Preference.POINTS, at_most=5, per_item=3), (3, 2, 0, 0), True),
        (BallotForm(Preference.POINTS, at_most=5, per_item=3), (4, 0, 0, 0), False),
        (BallotForm(Preference.POINTS, at_most=5, per_item=3), (3, 3, 0, 0), False),
        (BallotForm(Preference.RANKING, at_most=3), (0, 2, 1, 3), True),
        (BallotForm(Preference.RANKING, at_most=3), (0, 2, 0, 3), False),
        (BallotForm(Preference.RANKING, at_most=3), (0, 2, 2, 1), False),
        (BallotForm(Preference.RANKING, at_most=3), (4, 2, 3, 1), False),
        (BallotForm(Preference.KNAPSACK), (1, 0, 0, 1), True),
        (BallotForm(Preference.KNAPSACK), (1, 0, 1, 0), False),
    ],
)
def test_what_is_an_answer_and_what_is_not(form: BallotForm, numbers: tuple[int, ...], valid: bool):
    assert (answer_of(form, LINES, numbers, 5_000_000) is not None) is valid


def test_every_ballot_may_be_blank():
    for preference in Preference:
        assert answer_of(BallotForm(preference, at_most=2, per_item=1), LINES, (0, 0, 0, 0), 1) == ()


def test_a_weight_is_on_the_sum_of_a_channel_and_never_on_people():
    online = Sums((3, 1), (Fraction(3), Fraction(1)), 4)
    paper = Sums((1, 2), (Fraction(1), Fraction(2)), 2)
    found = combine_channels({"online": online, "paper": paper}, {"online": Fraction(1), "paper": Fraction(3, 2)})
    assert found.votes == (4, 3)
    assert found.scores == (Fraction(9, 2), Fraction(4))
    assert found.voters == 6
