"""When a station is open, and which hours are refused."""

from datetime import UTC, date, datetime, time

import pytest

from app.assembly.stations.rules.hours import Hours, require_hours
from app.errors import InvalidInput

OPENS_AT = datetime(2026, 9, 1, 0, 0, tzinfo=UTC)  # Tuesday, nine in the morning in Korea
CLOSES_AT = datetime(2026, 9, 14, 9, 0, tzinfo=UTC)  # Monday, six in the evening
OFFICE = Hours(date(2026, 9, 1), date(2026, 9, 14), time(9), time(18), weekdays_only=True)


def korean(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, day, hour - 9, minute, tzinfo=UTC)


def test_a_station_is_open_from_its_opening_minute_up_to_not_including_its_closing_one():
    assert not OFFICE.is_open(korean(2, 9) - (korean(2, 10) - korean(2, 9)) / 3600)
    assert OFFICE.is_open(korean(2, 9))
    assert OFFICE.is_open(korean(2, 17, 59))
    assert not OFFICE.is_open(korean(2, 18))


def test_a_station_that_rests_at_weekends_opens_again_on_monday():
    saturday = korean(5, 12)
    assert not OFFICE.is_open(saturday)
    assert OFFICE.next_opening(saturday) == korean(7, 9)
    assert korean(5, 12).date() not in OFFICE.days()


def test_after_its_last_closing_a_station_opens_no_more():
    assert OFFICE.next_opening(korean(14, 10)) is None
    assert not OFFICE.is_over(korean(14, 17, 59))
    assert OFFICE.is_over(korean(14, 18))


def test_hours_within_the_vote_up_to_its_very_ends_are_taken():
    require_hours(OFFICE, opens_at=OPENS_AT, closes_at=CLOSES_AT)
    one_day = Hours(date(2026, 9, 6), date(2026, 9, 6), time(13, 30), time(16))
    require_hours(one_day, opens_at=OPENS_AT, closes_at=CLOSES_AT)
    assert list(one_day.days()) == [date(2026, 9, 6)]


@pytest.mark.parametrize(
    ("hours", "field"),
    [
        (Hours(date(2026, 9, 3), date(2026, 9, 2), time(9), time(18)), "last_day"),
        (Hours(date(2026, 9, 2), date(2026, 9, 3), time(18), time(9)), "closes"),
        (Hours(date(2026, 9, 2), date(2026, 9, 3), time(9), time(9)), "closes"),
        (Hours(date(2026, 9, 5), date(2026, 9, 6), time(9), time(18), weekdays_only=True), "weekdays_only"),
        (Hours(date(2026, 9, 1), date(2026, 9, 3), time(8, 59), time(18)), "first_day"),
        (Hours(date(2026, 8, 31), date(2026, 9, 3), time(9), time(18)), "first_day"),
        (Hours(date(2026, 9, 2), date(2026, 9, 14), time(9), time(18, 1)), "last_day"),
        (Hours(date(2026, 9, 2), date(2026, 9, 15), time(9), time(12)), "last_day"),
        (Hours(date(2026, 9, 2), date(9999, 12, 31), time(9), time(18)), "last_day"),
    ],
)
def test_hours_that_make_no_sense_or_lie_outside_the_vote_are_refused(hours: Hours, field: str):
    with pytest.raises(InvalidInput) as refusal:
        require_hours(hours, opens_at=OPENS_AT, closes_at=CLOSES_AT)
    assert refusal.value.field == field
