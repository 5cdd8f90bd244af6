"""Rules of jobs: moves, delays, arguments, estimates, the clock's grid."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import RuleViolation
from app.jobs.rules import ENDED, MOVES, Backoff, Result, State, next_run, require_ids_only, require_move, time_left

AT = datetime(2026, 7, 1, 5, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)

ALLOWED = {
    (State.QUEUED, State.RUNNING),
    (State.QUEUED, State.CANCELLED),
    (State.RUNNING, State.DONE),
    (State.RUNNING, State.FAILED),
    (State.RUNNING, State.QUEUED),
    (State.FAILED, State.QUEUED),
}


@pytest.mark.parametrize(("present", "wanted"), list(product(State, State)))
def test_only_the_moves_of_the_table_are_possible(present, wanted):
    if (present, wanted) in ALLOWED:
        require_move(present, wanted)
    else:
        with pytest.raises(RuleViolation):
            require_move(present, wanted)


def test_what_is_done_or_cancelled_never_moves_again():
    assert [state for state in State if not MOVES[state]] == [State.DONE, State.CANCELLED]
    assert State.QUEUED not in ENDED
    assert State.RUNNING not in ENDED


def test_delays_grow_and_stop_growing():
    backoff = Backoff(first=10 * SECOND, factor=4, ceiling=HOUR)
    assert [backoff.delay(attempt) / SECOND for attempt in range(1, 8)] == [10, 40, 160, 640, 2560, 3600, 3600]
    assert backoff.delay(10**6) == HOUR


@pytest.mark.parametrize(
    "arguments",
    [{}, {"place_id": 7}, {"ids": [1, 2]}, {"on": True, "none": None}, {"code": "2026.lottery:draw-1_a"}, {"ids": []}],
)
def test_ids_and_short_codes_are_arguments(arguments):
    require_ids_only(arguments)


@pytest.mark.parametrize(
    "value", ["홍길동", "hong@example.kr", "010 1234", "", "a" * 81, 1.5, {"id": 1}, b"x", ["a", "b c"]]
)
def test_anything_that_could_be_personal_is_no_argument(value):
    with pytest.raises(TypeError) as caught:
        require_ids_only({"value": value})
    assert not str(value) or str(value) not in str(caught.value)


def test_an_estimate_follows_the_pace_once_there_is_one():
    left = time_left(AT + 10 * SECOND, started_at=AT, done=100, total=400, usual=HOUR)
    assert left == 30 * SECOND


def test_before_that_it_follows_what_is_usual():
    assert time_left(AT + MINUTE, started_at=AT, done=1, total=400, usual=HOUR) == 59 * MINUTE
    assert time_left(AT + MINUTE, started_at=AT, done=0, total=None, usual=HOUR) == 59 * MINUTE


def test_an_estimate_is_never_negative_and_never_invented():
    assert time_left(AT + 2 * HOUR, started_at=AT, done=0, total=None, usual=HOUR) == timedelta(0)
    assert time_left(AT + 2 * HOUR, started_at=AT, done=0, total=None, usual=None) is None
    assert time_left(AT, started_at=AT + SECOND, done=0, total=0, usual=MINUTE) == MINUTE


def test_daily_tasks_run_at_midnight_in_korea():
    assert next_run(AT, 24 * HOUR) == datetime(2026, 7, 1, 15, 0, tzinfo=UTC)
    assert next_run(datetime(2026, 7, 1, 15, 0, tzinfo=UTC), 24 * HOUR) == datetime(2026, 7, 2, 15, 0, tzinfo=UTC)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
    st.sampled_from([SECOND, 5 * SECOND, MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, 24 * HOUR]),
)
def test_the_next_run_lies_after_now_and_within_one_interval(at, interval):
    following = next_run(at, interval)
    assert at < following <= at + interval
    assert next_run(following, interval) == following + interval


def test_a_result_is_plain_json():
    result = Result("%(count)s명", {"count": 3}, endpoint="people.roll", arguments={"slug": "a-dong"})
    assert result.as_json() == {
        "message": "%(count)s명",
        "values": {"count": 3},
        "endpoint": "people.roll",
        "arguments": {"slug": "a-dong"},
    }
