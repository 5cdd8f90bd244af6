"""Rules of kiosks: every instant around the end, every sign of life."""

from datetime import UTC, datetime, timedelta

import pytest

from app.assembly.kiosks.rules import (
    PAIRING_LENGTH,
    PAIRING_LETTERS,
    QUIET_AFTER,
    Sign,
    arrival,
    is_missed,
    is_quiet,
    keep_open,
    pairing_code,
    spoken,
)
from app.errors import InvalidInput, RuleViolation

END = datetime(2026, 11, 21, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
GRACE = timedelta(minutes=30)


@pytest.mark.parametrize("sealed_at", [None, END - SECOND, END, END + SECOND])
def test_in_time_it_does_not_matter_when_a_ballot_was_locked(sealed_at: datetime | None):
    judged = arrival(at=END - SECOND, sealed_at=sealed_at, closes_at=END, grace=GRACE)
    assert (judged.at, judged.is_late) == (END - SECOND, False)


@pytest.mark.parametrize("after", [timedelta(0), SECOND, GRACE - SECOND])
def test_locked_before_the_end_it_is_judged_by_the_last_instant_of_the_vote(after: timedelta):
    judged = arrival(at=END + after, sealed_at=END - SECOND, closes_at=END, grace=GRACE)
    assert judged.is_late
    assert END - SECOND < judged.at < END


@pytest.mark.parametrize(
    ("after", "sealed_at", "grace"),
    [
        (timedelta(0), END, GRACE),
        (SECOND, None, GRACE),
        (SECOND, END + SECOND, GRACE),
        (GRACE, END - SECOND, GRACE),
        (timedelta(0), END - SECOND, timedelta(0)),
    ],
)
def test_too_late_is_too_late(after: timedelta, sealed_at: datetime | None, grace: timedelta):
    with pytest.raises(RuleViolation):
        arrival(at=END + after, sealed_at=sealed_at, closes_at=END, grace=grace)


@pytest.mark.parametrize(
    ("sign", "waits"),
    [
        (Sign(None, 0), True),
        (Sign(END - SECOND, 0), True),
        (Sign(END, 0), False),
        (Sign(END, 1), True),
        (Sign(END + SECOND, 0), False),
    ],
)
def test_a_kiosk_is_done_when_it_says_after_the_end_that_it_holds_nothing(sign: Sign, waits: bool):
    for after in (timedelta(0), GRACE - SECOND):
        assert keep_open([sign], at=END + after, closes_at=END, grace=GRACE) == waits
    for at in (END - SECOND, END + GRACE):
        assert keep_open([sign], at=at, closes_at=END, grace=GRACE) == 0
    assert keep_open([sign], at=END, closes_at=END, grace=timedelta(0)) == 0


def test_without_kiosks_nothing_waits():
    assert keep_open([], at=END, closes_at=END, grace=GRACE) == 0


def test_a_pairing_code_is_read_as_people_type_it_and_nothing_else_is_one():
    code = PAIRING_LETTERS[:PAIRING_LENGTH]
    assert pairing_code(f" {spoken(code).lower()} ") == code
    for typed in ("", code[:-1], code + "A", code[:-1] + "0", code[:-1] + "O", code[:-1] + "가"):
        with pytest.raises(InvalidInput):
            pairing_code(typed)


def test_quiet_is_who_was_not_heard_of_for_three_minutes():
    assert is_quiet(None, END)
    assert is_quiet(END - QUIET_AFTER - SECOND, END)
    assert not is_quiet(END - QUIET_AFTER, END)


@pytest.mark.parametrize(
    ("seen_at", "is_day_of_use", "missed"),
    [
        (END - timedelta(minutes=15), True, False),
        (END - timedelta(minutes=15, seconds=1), True, True),
        (END - timedelta(hours=12), False, False),
        (None, True, True),
        (None, False, False),
    ],
)
def test_a_silent_kiosk_is_missed_on_a_day_of_use_only(seen_at: datetime | None, is_day_of_use: bool, missed: bool):
    assert is_missed(seen_at, END, is_day_of_use=is_day_of_use) is missed
