"""Keeping the counted figures fresh, and raising what is out of bounds."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, or_, select

from app.clock import kst_date, kst_midnight
from app.cycle.models import Cycle
from app.cycle.rules import Stage, StageState
from app.db.session import session
from app.observatory.models import Alert, DongFigures, GroupCount
from app.observatory.queries.counting import Groups, figures_of, record_heights
from app.observatory.rules import ALERT_NAMES, ALERT_SENTENCES, Breach, Figures, Limits, breaches
from app.people.models import Person
from app.people.queries.people import grants_in_force
from app.people.rules import Role
from app.people.services.messages import tell
from app.places.models import Place
from app.places.queries import ancestors, setting
from app.places.settings.council import SEX_MAX_SHARE
from app.places.settings.observing import (
    WATCH_LATE_PROJECTS,
    WATCH_PAID_SHARE,
    WATCH_SILENT_PROJECTS,
    WATCH_STAGE_DAYS,
    WATCH_TURNOUT_SHARE,
)
from app.record.models import RecordHead
from app.record.services import append

BATCH = 100
"""How many years one transaction counts."""
TOLD = frozenset({Role.DONG_STAFF, Role.SUPPORT_OFFICER, Role.DISTRICT_STAFF, Role.CITY_STAFF})


def stale_cycles(at: datetime, limit: int = BATCH) -> list[Cycle]:
    """Return years that must be counted again: never counted, something recorded since, or, while they run, a day old."""
    height = func.coalesce(RecordHead.height, 0)
    query = (
        select(Cycle)
        .outerjoin(DongFigures, DongFigures.cycle_id == Cycle.id)
        .outerjoin(RecordHead, RecordHead.place_id == Cycle.place_id)
        .where(
            or_(
                DongFigures.cycle_id.is_(None),
                DongFigures.seen_height < height,
                DongFigures.is_over.is_(False) & (DongFigures.counted_at < kst_midnight(kst_date(at))),
            )
        )
        .order_by(Cycle.id)
        .limit(limit)
    )
    return list(session().scalars(query))


def count_again(cycles: Sequence[Cycle], *, at: datetime) -> int:
    """Count years anew, and raise or clear the alerts of those that run. Repeatable.

    Returns:
        how many were counted.
    """
    if not cycles:
        return 0
    heights = record_heights([cycle.place_id for cycle in cycles])
    for cycle in cycles:
        cycle_id = cycle.id
        session().execute(delete(GroupCount).where(GroupCount.cycle_id == cycle_id))
    for cycle_id, (found, groups) in figures_of(cycles, at).items():
        cycle = next(each for each in cycles if each.id == cycle_id)
        closes_on = _closes_on(cycle)
        _write(cycle, found, groups, closes_on=closes_on, height=heights.get(cycle.place_id, 0), at=at)
        wrong = (
            []
            if cycle.is_over
            else breaches(
                found,
                limits_of(cycle.place),
                stage_closes_on=closes_on,
                in_evaluation=cycle.current.stage is Stage.EVALUATION and closes_on is not None,
                today=kst_date(at),
            )
        )
        _call_out(cycle, wrong, at)
    session().flush()
    return len(cycles)


def limits_of(place: Place) -> Limits:
    """Return from where a place calls things out."""
    return Limits(
        stage_late_days=setting(place, WATCH_STAGE_DAYS),
        turnout_share=setting(place, WATCH_TURNOUT_SHARE),
        late_projects=setting(place, WATCH_LATE_PROJECTS),
        silent_projects=setting(place, WATCH_SILENT_PROJECTS),
        paid_share=setting(place, WATCH_PAID_SHARE),
        sex_max_share=setting(place, SEX_MAX_SHARE),
    )


def _closes_on(cycle: Cycle) -> date | None:
    row = cycle.current
    return kst_date(row.closes_at) - timedelta(days=1) if row.state is StageState.OPEN else None


def _write(cycle: Cycle, found: Figures, groups: Groups, *, closes_on: date | None, height: int, at: datetime) -> None:
    counted = {name: getattr(found, name) for name in Figures.__dataclass_fields__ if name != "dongs"}
    session().merge(
        DongFigures(
            cycle_id=cycle.id, place_id=cycle.place_id, year=cycle.year, stage=cycle.current.stage,
            stage_number=cycle.current.number, closes_on=closes_on, is_over=cycle.is_over, seen_height=height,
            counted_at=at, **counted,
        )
    )  # fmt: skip
    for (circle, dimension), counts in groups.items():
        for name, count in counts.items():
            session().add(
                GroupCount(
                    cycle_id=cycle.id, circle=circle, dimension=dimension, name=name, year=cycle.year, count=count
                )
            )  # fmt: skip


def _call_out(cycle: Cycle, wrong: list[Breach], at: datetime) -> None:
    query = select(Alert).where(Alert.cycle_id == cycle.id, Alert.cleared_at.is_(None)).with_for_update(of=Alert)
    standing = {alert.kind: alert for alert in session().scalars(query)}
    for breach in wrong:
        alert = standing.pop(breach.kind, None)
        if alert is not None:
            alert.value, alert.limit = breach.value, breach.limit
            continue
        alert = Alert(
            place_id=cycle.place_id, cycle_id=cycle.id, kind=breach.kind, value=breach.value, limit=breach.limit,
            raised_at=at,
        )  # fmt: skip
        session().add(alert)
        session().flush()
        append(
            cycle.place, "observatory.alert_raised", role="clock", subject=f"alert:{alert.id}", at=at,
            values={"alert": breach.kind.value},
        )  # fmt: skip
        for person in responsible(cycle.place, at):
            tell(
                person, "observatory/alert",
                values={
                    "place": cycle.place.name, "place_en": cycle.place.name_en, "name": ALERT_NAMES[breach.kind],
                    "sentence": ALERT_SENTENCES[breach.kind], "value": breach.value, "limit": breach.limit, "slug": cycle.place.slug, "alert_id": alert.id,
                },
                key=str(alert.id), at=at, place_id=cycle.place_id,
            )  # fmt: skip
    for alert in standing.values():
        alert.cleared_at = at
        append(
            cycle.place, "observatory.alert_cleared", role="clock", subject=f"alert:{alert.id}", at=at,
            values={"alert": alert.kind.value},
        )  # fmt: skip


def responsible(place: Place, at: datetime) -> list[Person]:
    """Return those who are told of a dong's alerts: its staff and the staff above it, each once."""
    found: dict[int, Person] = {}
    for holder in [*ancestors(place), place]:
        for grant in grants_in_force(holder, at):
            if grant.role in TOLD:
                found[grant.person_id] = grant.person
    return list(found.values())
