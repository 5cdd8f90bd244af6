"""SELECTs about cycles."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import aliased

from app.cycle.models import Cycle, CycleStage
from app.cycle.rules import Stage
from app.db.session import session
from app.errors import NotFound
from app.i18n import N_
from app.places.models import Place
from app.places.rules import PlaceKind


def current_cycle(place: Place) -> Cycle | None:
    """Return the newest cycle of a dong, or None before the first."""
    query = select(Cycle).where(Cycle.place_id == place.id).order_by(Cycle.year.desc(), Cycle.id.desc()).limit(1)
    return session().scalar(query)


def newest_cycle_id() -> ScalarSelect[int]:
    """Return the id of the newest cycle of each dong, for a SELECT about places: by its year, not by when it was written."""
    latest = aliased(Cycle)
    query = select(latest.id).where(latest.place_id == Place.id).correlate(Place)
    return query.order_by(latest.year.desc(), latest.id.desc()).limit(1).scalar_subquery()


def require_current_cycle(place: Place) -> Cycle:
    """Return the newest cycle of a dong.

    Raises:
        NotFound: the dong has not begun one.
    """
    cycle = current_cycle(place)
    if cycle is None:
        raise NotFound(N_("이 동네는 아직 마을계획을 시작하지 않았습니다."))
    return cycle


def cycle_of_year(place: Place, year: int) -> Cycle | None:
    """Return a dong's cycle of a year."""
    return session().scalar(select(Cycle).where(Cycle.place_id == place.id, Cycle.year == year))


def years_of(place_id: int) -> list[int]:
    """Return the years in which a dong has a cycle, newest first."""
    return list(session().scalars(select(Cycle.year).where(Cycle.place_id == place_id).order_by(Cycle.year.desc())))


def kept_year(cycle: Cycle) -> int | None:
    """Return the year that an address of this cycle must name; None where it is the newest, which needs no name."""
    return cycle.year if cycle.year != years_of(cycle.place_id)[0] else None


def stages_due(at: datetime) -> list[CycleStage]:
    """Return planned stages whose opening, and open stages whose closing, has come."""
    query = (
        select(CycleStage)
        .where(CycleStage.closed_at.is_(None))
        .where(
            (CycleStage.opened_at.is_(None) & (CycleStage.opens_at <= at))
            | (CycleStage.opened_at.is_not(None) & (CycleStage.closes_at <= at))
        )
        .order_by(CycleStage.cycle_id, CycleStage.number)
    )
    return list(session().scalars(query))


@dataclass(frozen=True)
class StageStep:
    """One stone of the stage line."""

    stage: Stage
    number: int
    name: str
    state: str
    """``done``, ``now`` or ``next``."""
    when: str
    days_left: int | None
    endpoint: str | None
    arguments: dict[str, object]


@dataclass(frozen=True)
class DongRow:
    """A dong with its cycle, for lists."""

    place: Place
    parent: Place | None
    cycle: Cycle | None


def dongs_with_stage(search: str = "", *, below: Place | None = None, limit: int = 60) -> list[DongRow]:
    """Return dongs with their newest cycle, by name.

    Args:
        search: words of the dong's name or of its parent's; empty finds all.
        below: only those in this place.
        limit: how many at most.
    """
    parent = aliased(Place)
    query = (
        select(Place, parent, Cycle)
        .outerjoin(parent, parent.id == Place.parent_id)
        .outerjoin(Cycle, Cycle.id == newest_cycle_id())
        .where(Place.kind == PlaceKind.DONG)
        .order_by(Place.sort_name, Place.id)
        .limit(limit)
    )
    if below is not None:
        query = query.where(Place.path.startswith(below.path, autoescape=True))
    words = unicodedata.normalize("NFC", search).split()
    for word in words:
        query = query.where(
            Place.name.contains(word, autoescape=True)
            | parent.name.contains(word, autoescape=True)
            | Place.name_en.icontains(word, autoescape=True)
        )
    return [DongRow(place, above, cycle) for place, above, cycle in session().execute(query)]
