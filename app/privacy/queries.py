"""SELECTs about the log of staff reads: what a monthly check looks at (안전성 확보조치 기준 art. 8(2))."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select

from app.clock import kst_midnight
from app.db.session import session
from app.people.models import Person
from app.places.models import Place
from app.privacy.models import AccessLogEntry
from app.privacy.rules import Access

PAGE = 100


@dataclass(frozen=True)
class Readings:
    """Which entries are asked for; None leaves a choice open."""

    below: Place | None = None
    """Of this place and of every place under it."""
    person_id: int | None = None
    """By this account."""
    subject: str | None = None
    access: Access | None = None
    day: date | None = None
    """On this Korean day."""
    since: datetime | None = None


EVERYTHING = Readings()


@dataclass(frozen=True)
class ShownAccess:
    """An entry with the names that its page needs."""

    entry: AccessLogEntry
    reader: str
    """The name of the account that read; empty for a command, or when the account is gone."""
    place: Place | None


def accesses_newest_first(wanted: Readings = EVERYTHING, *, before: int | None = None) -> list[ShownAccess]:
    """Return up to `PAGE` entries, below an id when one is given."""
    query = _entries(wanted).order_by(AccessLogEntry.id.desc()).limit(PAGE)
    if before is not None:
        query = query.where(AccessLogEntry.id < before)
    return [ShownAccess(entry, name or "", place) for entry, name, place in session().execute(query)]


def all_accesses(wanted: Readings) -> Iterator[ShownAccess]:
    """Yield every entry, oldest first, a few at a time: what a download holds."""
    query = _entries(wanted).order_by(AccessLogEntry.id).execution_options(yield_per=500)
    for entry, name, place in session().execute(query):
        yield ShownAccess(entry, name or "", place)


def readers_below(place: Place) -> list[tuple[int, str]]:
    """Return the accounts that stand in a place's log, by name: the choices of its filter."""
    query = (
        select(Person.id, Person.public_name)
        .where(Person.id.in_(select(AccessLogEntry.person_id).where(AccessLogEntry.place_id.in_(_below(place)))))
        .order_by(Person.public_name, Person.id)
        .limit(500)
    )
    return [(row[0], row[1]) for row in session().execute(query)]


def _entries(wanted: Readings) -> Select[AccessLogEntry, str, Place]:
    query = (
        select(AccessLogEntry, Person.public_name, Place)
        .outerjoin(Person, Person.id == AccessLogEntry.person_id)
        .outerjoin(Place, Place.id == AccessLogEntry.place_id)
    )
    if wanted.below is not None:
        query = query.where(AccessLogEntry.place_id.in_(_below(wanted.below)))
    if wanted.person_id is not None:
        query = query.where(AccessLogEntry.person_id == wanted.person_id)
    if wanted.subject is not None:
        query = query.where(AccessLogEntry.subject == wanted.subject)
    if wanted.access is not None:
        query = query.where(AccessLogEntry.access == wanted.access)
    if wanted.since is not None:
        query = query.where(AccessLogEntry.at >= wanted.since)
    if wanted.day is not None:
        midnight = kst_midnight(wanted.day)
        query = query.where(AccessLogEntry.at >= midnight, AccessLogEntry.at < midnight + timedelta(days=1))
    return query


def _below(place: Place) -> Select[int]:
    return select(Place.id).where(Place.path.startswith(place.path, autoescape=True))
