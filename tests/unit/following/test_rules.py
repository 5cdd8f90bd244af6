"""What is told to whom, when digests leave, and how a calendar is written."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.following.calendars import CalendarEvent, calendar
from app.following.rules import OF_PLACE, Rhythm, is_told, rhythms_due
from app.record.acts import ACTS

MONDAY = date(2026, 7, 6)


@pytest.mark.parametrize("days", range(7))
def test_weekly_mail_leaves_on_mondays_and_daily_mail_every_day(days: int):
    due = rhythms_due(MONDAY + timedelta(days=days))
    assert Rhythm.DAILY in due
    assert (Rhythm.WEEKLY in due) == (days == 0)
    assert Rhythm.NEVER not in due


def test_what_followers_of_a_dong_are_told_is_in_the_record():
    assert {*ACTS, "deliberation.opened", "deliberation.concluded"} >= OF_PLACE
    assert all(is_told(act) for act in OF_PLACE)


@pytest.mark.parametrize("act", ["people.roll_grew", "places.setting_changed", "discussion.hidden"])
def test_keeping_house_is_no_news(act: str):
    assert not is_told(act)


def event(**changes: object) -> CalendarEvent:
    values: dict[str, object] = {
        "uid": "a-1@example.kr",
        "sequence": 2,
        "title": "백인 토론회",
        "where": "주민센터, 2층; 큰방",
        "starts_at": datetime(2026, 7, 10, 10, 0, tzinfo=UTC),
        "changed_at": datetime(2026, 7, 1, 5, 0, tzinfo=UTC),
        "url": "https://example.kr/a/meetings/1",
        "is_cancelled": False,
    }
    return CalendarEvent(**{**values, **changes})  # type: ignore[arg-type]


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_a_calendar_says_when_where_and_whether():
    lines = unfolded(calendar("가상동", [event(), event(uid="a-2@example.kr", is_cancelled=True)]))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART:20260710T100000Z" in lines
    assert "DTEND:20260710T120000Z" in lines
    assert "LOCATION:주민센터\\, 2층\\; 큰방" in lines
    assert "SEQUENCE:2" in lines
    assert [line for line in lines if line.startswith("STATUS")] == ["STATUS:CONFIRMED", "STATUS:CANCELLED"]


def test_no_line_is_longer_than_75_octets_and_no_letter_is_cut():
    title = "아주 긴 모임 이름을 이어 적습니다 " * 8
    text = calendar("가상동", [event(title=title)])
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert f"SUMMARY:{title}" in unfolded(text)


def test_words_of_a_title_never_become_a_property():
    lines = unfolded(calendar("가상동", [event(title="모임\r\nATTENDEE:mailto:a@example.kr")]))
    assert not [line for line in lines if line.startswith("ATTENDEE")]
