"""Rules of stations: the equation, the moves, groups that are large enough, ballots written down by hand."""

import itertools
from dataclasses import replace
from fractions import Fraction
from time import perf_counter

import pytest

from app.assembly.rules.ballots import BallotForm, BallotLine, Preference
from app.assembly.rules.papers import HandCount, read_ballots, require_possible, together, with_ballots
from app.assembly.rules.reading import Majorities, OnPaper, read_result
from app.assembly.stations.rules import groups
from app.assembly.stations.rules.entries import differences
from app.assembly.stations.rules.groups import Elector, Row, merged, tables
from app.assembly.stations.rules.states import (
    STATION_MOVES,
    Figures,
    StationState,
    missing,
    require_station_move,
)
from app.errors import InvalidInput, RuleViolation
from voting.allocation import Channel, Sums, YesNo, channels_from_json, channels_to_json, require_combined
from voting.allocation.errors import MalformedElectionError, WrongBundleError

LINES = [BallotLine(n, n, f"사업 {n}", n * 1_000_000, "환경" if n < 3 else "복지") for n in range(1, 5)]
APPROVAL = BallotForm(Preference.APPROVAL, at_most=2)
RANKING = BallotForm(Preference.RANKING, at_most=3, shuffled=True)
POINTS = BallotForm(Preference.POINTS, at_most=5, per_item=3, shuffled=True)
RIGHT = Figures(printed=10, issued=6, spoiled=1, unused=3, taken_away=1, in_box=5, counted=5)


@pytest.mark.parametrize("state", StationState)
@pytest.mark.parametrize("to", StationState)
def test_a_station_moves_as_the_table_says_and_never_back(state: StationState, to: StationState):
    if to in STATION_MOVES[state]:
        require_station_move(state, to)
    else:
        with pytest.raises(RuleViolation):
            require_station_move(state, to)


def test_the_equation_comes_out_for_right_figures_and_for_no_single_wrong_one():
    assert RIGHT.comes_out
    for name, step in itertools.product(Figures.__dataclass_fields__, (-1, 1)):
        assert not replace(RIGHT, **{name: getattr(RIGHT, name) + step}).comes_out, name


def test_small_groups_are_merged_and_cannot_be_found_by_subtraction():
    rows = [Row("가", 40, 20), Row("나", 30, 9), Row("다", 4, 4), Row("라", 3, 0)]
    assert merged(rows, least=10) == [Row("가", 40, 20), Row(groups.REST, 37, 13)]
    assert merged(rows[:2], least=10) == rows[:2]
    assert merged(rows[2:], least=10) == [Row(groups.REST, 7, 4)]


@pytest.mark.parametrize("voted", [0, 30])
def test_a_group_of_which_all_or_nobody_voted_tells_of_nobody(voted: int):
    rows = [Row("가", 40, 20), Row("나", 30, voted), Row("다", 50, 25)]
    assert merged(rows, least=10) == [Row("다", 50, 25), Row(groups.REST, 70, 20 + voted)]
    assert len(merged([Row("가", 40, 40), Row("나", 30, 30)], least=10)) == 1


def test_tables_keep_every_elector_and_say_nothing_where_there_is_one_group():
    people = [Elector("woman" if n % 2 else "man", 20 + n, f"{1 + n % 3}통", n % 4 == 0) for n in range(60)]
    told = tables(people, least=10)
    for rows in told.values():
        assert sum(row.electors for row in rows) == 60
        assert sum(row.voted for row in rows) == 15
        assert all(row.electors >= 10 for row in rows)
    assert groups.from_json(groups.to_json(told)) == told
    assert tables(people[:6], least=10) == {}


def test_ballots_are_written_one_per_line():
    assert read_ballots("1,3\n-\n2 x3", APPROVAL, LINES) == ((1, 0, 1, 0), (0, 0, 0, 0), *[(0, 1, 0, 0)] * 3)
    assert read_ballots("3, 1", RANKING, LINES) == ((2, 0, 1, 0),)
    assert read_ballots("2:3 4:1", POINTS, LINES) == ((0, 3, 0, 1),)


@pytest.mark.parametrize("line", ["5", "1,1", "하나", "1:2", "x3", "1 x99999"])
def test_a_line_that_is_no_ballot_is_named(line: str):
    with pytest.raises(InvalidInput):
        read_ballots(f"1\n{line}", APPROVAL, LINES)


def test_a_long_line_that_is_no_ballot_is_refused_in_no_time():
    began = perf_counter()
    with pytest.raises(InvalidInput):
        read_ballots("1" + " " * 100_000 + "!", APPROVAL, LINES)
    assert perf_counter() - began < 1


def test_supporters_and_points_follow_from_the_ballots():
    count = HandCount(3, 1, (0,) * 4, (0,) * 4, ballots=((0, 3, 0, 1), (1, 0, 0, 0)))
    full = with_ballots(POINTS, LINES, count, 10_000_000)
    assert (full.votes, full.scores) == ((1, 1, 0, 1), (1, 3, 0, 1))
    require_possible(POINTS, LINES, full)
    with pytest.raises(InvalidInput):
        with_ballots(POINTS, LINES, replace(count, ballots=((0, 4, 0, 0),)), 10_000_000)


def test_approvals_and_rejections_must_add_up_to_the_valid_papers():
    form = replace(APPROVAL, majority=True)
    right = HandCount(3, 1, (1, 0, 0, 0), (1, 0, 0, 0), yes=(2, 1, 0, 0), no=(0, 1, 1, 2), abstained=(0, 0, 1, 0))
    require_possible(form, LINES, right)
    with pytest.raises(InvalidInput):
        require_possible(form, LINES, replace(right, no=(1, 1, 1, 2)))


def test_counts_add_up_and_differences_are_named():
    one = HandCount(3, 0, (1, 2, 0, 0), (1, 2, 0, 0))
    assert together(APPROVAL, LINES, [one, one]).votes == (2, 4, 0, 0)
    other = replace(one, votes=(1, 1, 0, 0), scores=(1, 1, 0, 0))
    assert [(each.values, each.first, each.second) for each in differences(LINES, one, other)] == [({"n": 2}, 2, 1)]
    assert differences(LINES, one, one) == []
    assert HandCount.from_json(one.to_json()) == one


def test_paper_joins_what_was_decrypted_and_only_scores_are_weighted():
    papers = {"onsite": OnPaper(4, (3, 0, 0, 1), (3, 0, 0, 1), tuple(Majorities(3, 1, 0) for _ in LINES))}
    form = replace(APPROVAL, majority=True)
    questions = [(1, 2, 0, 0), *[(0, 2, 1)] * 4]
    reading = read_result(
        form, LINES, questions, envelope_won=5, voters=3, papers=papers, weights={"onsite": Fraction(1, 2)}
    )
    assert reading.election.sums == Sums((4, 2, 0, 1), tuple(map(Fraction, ("5/2", "2", "0", "1/2"))), 7)
    assert reading.election.yes_no["item-1"] == YesNo(5, 2)
    assert reading.majorities[0] == Majorities(5, 2, 0)
    require_combined(reading.election, reading.channels)


def test_channels_survive_being_written_and_refuse_to_add_up_to_something_else():
    papers = {"booth": OnPaper(4, (3, 0, 0, 1), (3, 0, 0, 1))}
    reading = read_result(APPROVAL, LINES, [(1, 2, 0, 0)], envelope_won=5, voters=3, papers=papers)
    data = channels_to_json(reading.channels)
    assert channels_from_json(data) == dict(reading.channels)
    booth = reading.channels["booth"]
    for wrong in (
        {},
        {"online": reading.channels["online"]},
        dict(reading.channels) | {"booth": replace(booth, weight=Fraction(2))},
        dict(reading.channels) | {"booth": Channel(Sums((3, 0, 0), (Fraction(3),) * 3, 4), {})},
        dict(reading.channels) | {"booth": replace(booth, yes_no={"item-1": YesNo(1, 0)})},
    ):
        with pytest.raises(WrongBundleError):
            require_combined(reading.election, wrong)
    with pytest.raises(MalformedElectionError):
        channels_from_json(data.replace(b"madang-channels-1", b"madang-channels-2"))
    with pytest.raises(MalformedElectionError):
        channels_from_json(data.replace(b'"voters":4', b'"voters":"4"'))


def test_a_station_that_is_counted_and_balanced_misses_nothing():
    assert missing([(1, 2, True, True)], RIGHT) == []


def test_what_keeps_a_station_from_closing_is_named_one_by_one():
    boxes = [(1, 1, False, False), (2, 2, False, True), (3, 2, True, False)]
    texts = [each.text % each.values for each in missing(boxes, replace(RIGHT, in_box=4))]
    assert [text.partition(":")[0] for text in texts] == [
        "1번 투표함", "1번 투표함", "2번 투표함", "3번 투표함", "용지의 수", "용지의 수",
    ]  # fmt: skip
    assert "지금 1명" in texts[0]
    assert "다릅니다" in texts[2]
    assert "2번째 줄" in texts[4]
    assert "3번째 줄" in texts[5]
