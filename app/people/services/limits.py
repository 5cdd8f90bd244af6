"""Slowing down guessing: attempts counted in the database, so that several workers count together."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from app.db.session import session
from app.people.models import AttemptCount
from app.privacy.encryption import Indexed
from app.privacy.sealing import index_of


@dataclass(frozen=True)
class Limit:
    """At most ``most`` attempts in any window of this length."""

    bucket: str
    most: int
    window: timedelta


PASSWORD_OF_CONTACT_FROM_IP = Limit("password:contact+ip", 10, timedelta(minutes=15))
PASSWORD_OF_CONTACT = Limit("password:contact", 50, timedelta(hours=1))
"""Higher than the one above: a stranger must not be able to lock somebody out of their own account from one place."""
PASSWORD_FROM_IP = Limit("password:ip", 150, timedelta(minutes=15))
"""A whole community centre may share one address."""
MESSAGE_TO_CONTACT = Limit("message:contact", 5, timedelta(hours=1))
MESSAGE_FROM_IP = Limit("message:ip", 30, timedelta(hours=1))
CODE_FROM_IP = Limit("code:ip", 60, timedelta(minutes=15))
SECOND_FACTOR_OF_PERSON = Limit("factor:person", 10, timedelta(minutes=15))
LETTER_CODE_OF_PERSON = Limit("letter:person", 5, timedelta(hours=24))
ROLL_LOOK_UPS_OF_PERSON = Limit("roll:person", 6, timedelta(hours=24))
"""Name and birth date of one's own account can be changed: without it, somebody's birth date is found by trying all."""
ROLL_LOOK_UPS_FROM_IP = Limit("roll:ip", 120, timedelta(hours=24))
INVITATIONS_OF_PERSON = Limit("invitation:person", 50, timedelta(hours=1))


def take(*wanted: tuple[Limit, str], at: datetime) -> timedelta | None:
    """Count an attempt against every limit; return how long to wait when one is used up, None when all admit it.

    What is refused is counted, too. Commit even when the attempt fails, otherwise nothing is counted.
    """
    wait: timedelta | None = None
    for limit, subject in wanted:
        count, ends_at = _count(limit, subject, at)
        if count > limit.most:
            wait = max(wait or timedelta(0), ends_at - at)
    return wait


def forgive(*limits: tuple[Limit, str], at: datetime) -> None:
    """Forget the attempts of a window: it was them after all."""
    for limit, subject in limits:
        session().execute(
            delete(AttemptCount).where(
                AttemptCount.bucket == limit.bucket,
                AttemptCount.subject == _index(limit, subject),
                AttemptCount.window >= _window(limit, at) - 1,
            )
        )


def forget_old_attempts(at: datetime) -> int:
    """Delete counts whose window is long over; return how many."""
    gone = session().execute(delete(AttemptCount).where(AttemptCount.ends_at < at - timedelta(days=2)))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _count(limit: Limit, subject: str, at: datetime) -> tuple[int, datetime]:
    """Count one more and return the count of the window that slides: this window's, and its share of the last one."""
    window, index = _window(limit, at), _index(limit, subject)
    ends_at = datetime.fromtimestamp((window + 1) * limit.window.total_seconds(), UTC)
    values = {"bucket": limit.bucket, "subject": index, "window": window, "count": 1, "ends_at": ends_at}
    dialect = session().get_bind().dialect.name
    insert = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(AttemptCount).values(**values)
    session().execute(
        insert.on_conflict_do_update(
            index_elements=["bucket", "subject", "window"], set_={"count": AttemptCount.count + 1}
        )
    )
    rows = session().execute(
        select(AttemptCount.window, func.sum(AttemptCount.count))
        .where(
            AttemptCount.bucket == limit.bucket,
            AttemptCount.subject == index,
            AttemptCount.window.in_([window - 1, window]),
        )
        .group_by(AttemptCount.window)
    )
    counts = {row[0]: int(row[1]) for row in rows}
    left = (ends_at - at) / limit.window
    return counts.get(window, 0) + int(counts.get(window - 1, 0) * left), ends_at


def _window(limit: Limit, at: datetime) -> int:
    return int(at.timestamp() // limit.window.total_seconds())


def _index(limit: Limit, subject: str) -> bytes:
    return index_of(Indexed.TOKEN, subject, scope=limit.bucket)
