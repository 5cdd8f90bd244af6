"""What published ballots can carry as a mark, per kind of ballot, and how long a ranking may be."""

from dataclasses import replace

import pytest

from app.assembly.rules.ballots import BallotForm, BallotLine, Preference
from app.assembly.rules.choosing import default_rule, warnings
from app.assembly.rules.marks import ALWAYS_RANKED, patterns_of, rank_limit, require_rank_length, shown
from app.errors import InvalidInput

LINES = [BallotLine(n, n, f"사업 {n}", n * 1_000_000, "환경" if n % 3 else "복지") for n in range(1, 9)]
RANKED = BallotForm(Preference.RANKING, at_most=8, shuffled=True)


@pytest.mark.parametrize(
    ("form", "ballots"),
    [
        (BallotForm(Preference.APPROVAL, at_most=1), 9),
        (BallotForm(Preference.APPROVAL, at_most=8), 256),
        (BallotForm(Preference.RANKING, at_most=2), 65),
        (BallotForm(Preference.POINTS, at_most=2, per_item=2), 45),
        (BallotForm(Preference.POINTS, at_most=2, per_item=1), 37),
        (BallotForm(Preference.CATEGORIES, at_most=1), 7 * 3),
        (BallotForm(Preference.KNAPSACK), 32),
        (BallotForm(Preference.NONE, majority=True), 1),
    ],
)
def test_shuffled_ballots_of_every_kind_are_counted_and_sums_hide_them_all(form: BallotForm, ballots: int):
    assert patterns_of(replace(form, shuffled=True), LINES, 9_000_000).ballots == ballots
    assert patterns_of(replace(form, shuffled=False), LINES, 9_000_000).ballots == 1


def test_without_a_setting_a_ranking_is_as_long_as_marks_nobody():
    assert rank_limit(30, electors=3000, wished=0) == 3
    assert rank_limit(10, electors=771, wished=0) == 4
    assert rank_limit(8, electors=100_000, wished=0) == 8
    assert rank_limit(8, electors=5, wished=0) == ALWAYS_RANKED
    assert rank_limit(2, electors=5, wished=0) == 2


def test_the_setting_has_the_last_word_and_an_unknown_roll_limits_nothing_yet():
    assert rank_limit(30, electors=3000, wished=5) == 5
    assert rank_limit(4, electors=3000, wished=5) == 4
    assert rank_limit(30, electors=0, wished=0) == 30


def test_a_ranking_that_is_too_long_is_refused_with_the_number_and_the_longest_one():
    with pytest.raises(InvalidInput) as refused:
        require_rank_length(RANKED, LINES, electors=500, wished=0)
    assert refused.value.field == "at_most"
    assert refused.value.values == {"k": 8, "ways": "109,601", "most": 4}
    require_rank_length(replace(RANKED, at_most=4), LINES, electors=500, wished=0)
    require_rank_length(replace(RANKED, preference=Preference.APPROVAL), LINES, electors=1, wished=1)


@pytest.mark.parametrize(("most", "is_grave"), [(3, False), (4, True)])
def test_the_page_tells_the_number_gravely_where_it_is_more_than_the_voters(most: int, is_grave: bool):
    lines = [replace(LINES[0], item_id=n, number=n) for n in range(1, 11)]
    form = replace(RANKED, at_most=most)
    found = warnings(form, default_rule(), lines, electors=300, envelope_won=10_000_000, mixers=2)
    (said,) = [each for each in found if "ways" in each.values]
    assert said.is_grave is is_grave
    assert said.values == {
        "ways": f"{patterns_of(form, lines, 1).ballots:,}",
        "beside": f"{patterns_of(form, lines, 1).beside:,}",
        "n": "300",
    }


def test_huge_numbers_are_shown_by_their_size():
    assert shown(109_601) == "109,601"
    assert shown(721_032_028_774_273_509_017_636_384_693_701) == "10^32"
