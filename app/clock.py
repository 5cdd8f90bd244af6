"""The only module that reads the time. Everything else gets an instant as an argument.

Instants are aware UTC. Dates that people see, and the hours at which stages open and close, are Korean (KST, no
daylight saving since 1988).
"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

KST = ZoneInfo("Asia/Seoul")


def utc_now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


def kst_date(at: datetime) -> date:
    """Return the calendar day in Korea of an instant."""
    return at.astimezone(KST).date()


def kst_midnight(day: date) -> datetime:
    """Return the instant at which a day begins in Korea, as UTC."""
    return datetime.combine(day, time.min, tzinfo=KST).astimezone(UTC)


def kst_instant(day: date, at: time) -> datetime:
    """Return the instant of a Korean wall-clock time, as UTC."""
    return datetime.combine(day, at, tzinfo=KST).astimezone(UTC)
