"""SELECTs about the public record."""

from collections.abc import Iterator

from sqlalchemy import select

from app.db.session import session
from app.places.models import Place
from app.record.models import RecordEntry
from app.record.rules import Entry

PAGE = 50


def entries_newest_first(place: Place, *, before: int | None = None) -> list[RecordEntry]:
    """Return up to `PAGE` entries of a place below a height."""
    query = select(RecordEntry).where(RecordEntry.place_id == place.id).order_by(RecordEntry.height.desc()).limit(PAGE)
    if before is not None:
        query = query.where(RecordEntry.height < before)
    return list(session().scalars(query))


def latest_acts(place: Place, count: int) -> list[RecordEntry]:
    """Return the acts of the newest page of the record that happened last; what was entered belatedly stands by its instant."""
    return sorted(entries_newest_first(place), key=lambda entry: (entry.at, entry.height), reverse=True)[:count]


def chain(place: Place) -> Iterator[tuple[Entry, str]]:
    """Yield every entry with its published hash, oldest first, a few at a time."""
    query = select(RecordEntry).where(RecordEntry.place_id == place.id).order_by(RecordEntry.height)
    for row in session().scalars(query.execution_options(yield_per=500)):
        yield as_entry(row), row.hash


def entries_about(place: Place, subject: str) -> list[RecordEntry]:
    """Return the entries about one thing, oldest first."""
    query = select(RecordEntry).where(RecordEntry.place_id == place.id, RecordEntry.subject == subject)
    return list(session().scalars(query.order_by(RecordEntry.height)))


def as_entry(row: RecordEntry) -> Entry:
    """Return a row as it is hashed."""
    return Entry(
        place=row.place_slug,
        height=row.height,
        at=row.at,
        role=row.role,
        act=row.act,
        subject=row.subject,
        values=row.values,
        document_hash=row.document_hash,
        parent_hash=row.parent_hash,
    )
