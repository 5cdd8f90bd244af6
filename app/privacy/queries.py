"""SELECTs about the log of staff reads: what a monthly check looks at (안전성 확보조치 기준 art. 8(2))."""

from datetime import datetime

from sqlalchemy import select

from app.db.session import session
from app.privacy.models import AccessLogEntry
from app.privacy.rules import Access

PAGE = 100


def accesses_newest_first(
    *,
    place_id: int | None = None,
    person_id: int | None = None,
    subject: str | None = None,
    access: Access | None = None,
    since: datetime | None = None,
    before: int | None = None,
) -> list[AccessLogEntry]:
    """Return up to `PAGE` entries: of a place, by an account, about somebody, of a kind, since an instant, below an id."""
    query = select(AccessLogEntry).order_by(AccessLogEntry.id.desc()).limit(PAGE)
    if place_id is not None:
        query = query.where(AccessLogEntry.place_id == place_id)
    if person_id is not None:
        query = query.where(AccessLogEntry.person_id == person_id)
    if subject is not None:
        query = query.where(AccessLogEntry.subject == subject)
    if access is not None:
        query = query.where(AccessLogEntry.access == access)
    if since is not None:
        query = query.where(AccessLogEntry.at >= since)
    if before is not None:
        query = query.where(AccessLogEntry.id < before)
    return list(session().scalars(query))


def accesses_about(subject: str) -> list[AccessLogEntry]:
    """Return who read somebody's data, oldest first: what the person may ask to see (PIPA art. 35)."""
    query = select(AccessLogEntry).where(AccessLogEntry.subject == subject).order_by(AccessLogEntry.id)
    return list(session().scalars(query))
