"""SELECTs about cycles."""

from datetime import datetime

from sqlalchemy import select

from app.cycle.models import Cycle, CycleStage
from app.db.session import session
from app.errors import NotFound
from app.i18n import N_
from app.places.models import Place


def current_cycle(place: Place) -> Cycle | None:
    """Return the newest cycle of a dong, or None before the first."""
    query = select(Cycle).where(Cycle.place_id == place.id).order_by(Cycle.year.desc(), Cycle.id.desc()).limit(1)
    return session().scalar(query)


def require_current_cycle(place: Place) -> Cycle:
    """Return the newest cycle of a dong.

    Raises:
        NotFound: the dong has not begun one.
    """
    cycle = current_cycle(place)
    if cycle is None:
        raise NotFound(N_("이 동네는 아직 마을계획을 시작하지 않았습니다."))
    return cycle


def cycles_newest_first(place: Place) -> list[Cycle]:
    """Return all cycles of a dong."""
    return list(session().scalars(select(Cycle).where(Cycle.place_id == place.id).order_by(Cycle.year.desc())))


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
