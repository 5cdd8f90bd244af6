"""What the election law restricts at a place."""

from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager

from app.clock import kst_date
from app.db.session import session
from app.places.elections.models import ByElectionRow
from app.places.elections.rules import ByElection, Ground, Guard, guards, require_excepted, scheduled_elections
from app.places.models import Place
from app.places.queries import setting

AHEAD = timedelta(days=60)
"""How long before a restriction begins forms already ask for an exception: what is announced now may fall into it."""


def guards_on(place: Place, day: date) -> list[Guard]:
    """Return the restrictions of the election law in force at a place on a day."""
    head, pr = (setting(place, f"election.guard_days_{code}") for code in ("head_events", "pr"))
    ahead = [ByElection(row.office, row.election_on, row.confirmed_on) for row in by_elections_at(place, day)]
    return guards(day, head_days=head, pr_days=pr, by_elections=ahead)


def by_elections_at(place: Place, day: date) -> list[ByElectionRow]:
    """Return the by-elections from a day on that concern a place: in it, in what lies above it, or below it.

    What lies below counts because the office above works there as well: a city holds its events for its dongs.
    """
    query = (
        select(ByElectionRow)
        .join(Place, Place.id == ByElectionRow.place_id)
        .options(contains_eager(ByElectionRow.place))
        .where(
            ByElectionRow.removed_at.is_(None),
            ByElectionRow.election_on >= day,
            or_(Place.id.in_(place.ancestor_ids), Place.path.startswith(place.path, autoescape=True)),
        )
        .order_by(ByElectionRow.election_on, ByElectionRow.id)
        .limit(100)
    )
    return list(session().scalars(query))


def by_elections_of(place: Place) -> list[ByElectionRow]:
    """Return every by-election that concerns a place, those past and taken back too, newest first."""
    query = (
        select(ByElectionRow)
        .join(Place, Place.id == ByElectionRow.place_id)
        .options(contains_eager(ByElectionRow.place))
        .where(or_(Place.id.in_(place.ancestor_ids), Place.path.startswith(place.path, autoescape=True)))
        .order_by(ByElectionRow.election_on.desc(), ByElectionRow.id.desc())
        .limit(100)
    )
    return list(session().scalars(query))


def next_scheduled(day: date, *, count: int = 4) -> list[date]:
    """Return the next regular election days from a day on."""
    ahead = [on for year in range(day.year, day.year + 8) for on in scheduled_elections(year) if on >= day]
    return ahead[:count]


def guards_at(place: Place, at: datetime) -> list[Guard]:
    """Return the restrictions of the election law in force at a place."""
    return guards_on(place, kst_date(at))


def guards_near(place: Place, at: datetime) -> list[Guard]:
    """Return the restrictions in force now or beginning within two months, each once."""
    return list(dict.fromkeys([*guards_at(place, at), *guards_at(place, at + AHEAD)]))


def require_lawful(place: Place, code: str, *, ground: Ground | None, on: datetime) -> Guard | None:
    """Refuse what an office may not do on a day (settings ``election.guard_mode`` and ``election.guard_days_*``).

    Raises:
        InvalidInput: as `app.places.elections.rules.require_excepted`.
    """
    blocks = setting(place, "election.guard_mode") == "block"
    return require_excepted(guards_at(place, on), code, ground=ground, blocks=blocks)
