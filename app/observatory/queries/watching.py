"""SELECTs about alerts, visits and findings, and what of them is due for whom."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, lazyload, load_only

from app.clock import kst_midnight
from app.cycle.models import Cycle
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.execution.models import Project
from app.i18n import N_
from app.observatory.models import Alert, Finding, Visit
from app.observatory.permissions import can_answer, can_monitor
from app.observatory.queries.inside import inside
from app.observatory.rules import ALERT_NAMES, FindingState
from app.people.models import Person
from app.people.queries.people import in_places_of
from app.places.models import Place
from app.todo import Todo

VISITS = 30
"""Visits on a page."""


@dataclass(frozen=True)
class Watched:
    """What stands in a place and under it: how much of it, and the newest with their places loaded."""

    alert_count: int
    alerts: list[Alert]
    visit_count: int
    visits: list[Visit]


def watched(place: Place | None, *, alerts: int = 20, visits: int = 5) -> Watched:
    """Return the standing alerts and the visits of a place and of what lies under it (None: of all places).

    Args:
        place: which.
        alerts: how many of the newest to load.
        visits: likewise.
    """
    standing = Alert.cleared_at.is_(None)
    alert_count = select(func.count(Alert.id)).join(Place, Place.id == Alert.place_id).where(inside(place), standing)
    counted = session().execute(select(alert_count.scalar_subquery(), _visit_count(place).scalar_subquery())).one()
    query = (
        select(Alert)
        .join(Alert.place)
        .options(contains_eager(Alert.place))
        .where(inside(place), standing)
        .order_by(Alert.id.desc())
        .limit(alerts)
    )
    return Watched(
        counted[0], list(session().scalars(query)) if counted[0] else [],
        counted[1], _visits(place, visits) if counted[1] else [],
    )  # fmt: skip


def alert_of(place: Place, alert_id: int) -> Alert:
    """Return an alert of a dong.

    Raises:
        NotFound: there is none here.
    """
    alert = get_or_not_found(Alert, alert_id)
    if alert.place_id != place.id:
        raise NotFound(N_("찾으시는 알림이 없습니다."))
    return alert


def visits_of(place: Place | None, *, page: int = 1, size: int = VISITS) -> tuple[int, list[Visit]]:
    """Return how many visits there were in a place and under it, and a page of them, newest first."""
    return session().scalar(_visit_count(place)) or 0, _visits(place, size, offset=(page - 1) * size)


def _visit_count(place: Place | None) -> Select[int]:
    return select(func.count(Visit.id)).join(Place, Place.id == Visit.place_id).where(inside(place))


def _visits(place: Place | None, size: int, *, offset: int = 0) -> list[Visit]:
    # The page is chosen among ids, so that the database sorts no texts that nobody reads.
    order = (Visit.visited_on.desc(), Visit.id.desc())
    chosen = select(Visit.id).join(Place, Place.id == Visit.place_id).where(inside(place)).order_by(*order)
    query = (
        select(Visit)
        .options(
            joinedload(Visit.place),
            joinedload(Visit.project).options(load_only(Project.id, Project.title), lazyload("*")),
        )
        .where(Visit.id.in_(chosen.limit(size).offset(offset)))
        .order_by(*order)
    )
    return list(session().scalars(query))


def visit_of(place: Place, visit_id: int) -> Visit:
    """Return a visit to a dong.

    Raises:
        NotFound: there was none here.
    """
    visit = get_or_not_found(Visit, visit_id)
    if visit.place_id != place.id:
        raise NotFound(N_("찾으시는 점검이 없습니다."))
    return visit


def finding_of(place: Place, finding_id: int) -> Finding:
    """Return a finding of a visit to a dong.

    Raises:
        NotFound: there is none here.
    """
    finding = get_or_not_found(Finding, finding_id)
    if finding.visit.place_id != place.id:
        raise NotFound(N_("찾으시는 지적이 없습니다."))
    return finding


def project_titles(cycle: Cycle) -> list[tuple[int, str]]:
    """Return the projects of a year, to choose from."""
    query = select(Project.id, Project.title).where(Project.cycle_id == cycle.id).order_by(Project.id)
    return [(row[0], row[1]) for row in session().execute(query)]


def todos(person: Person, at: datetime) -> list[Todo]:
    """Return the alerts and findings that this person should answer, and the answers they should judge."""
    mine = in_places_of(person)
    alerts = (
        select(Alert)
        .join(Alert.place)
        .options(contains_eager(Alert.place))
        .where(Alert.cleared_at.is_(None), Alert.answered_at.is_(None), mine)
        .order_by(Alert.id)
        .limit(100)
    )
    found = [
        Todo(
            title=N_("알림에 답하기: %(alert)s"), action=N_("답하기"), endpoint="observatory.alert",
            arguments={"slug": alert.place.slug, "alert_id": alert.id}, values={"alert": ALERT_NAMES[alert.kind]},
            context=alert.place.name, place_id=alert.place_id,
        )
        for alert in session().scalars(alerts)
        if can_answer(person, alert.place, at)
    ]  # fmt: skip
    findings = (
        select(Finding)
        .join(Finding.visit)
        .join(Visit.place)
        .options(contains_eager(Finding.visit).contains_eager(Visit.place))
        .where(Finding.state != FindingState.CLOSED, mine)
        .order_by(Finding.due_on)
        .limit(100)
    )
    for finding in session().scalars(findings):
        place = finding.visit.place
        waits = finding.state is FindingState.OPEN
        if not (can_answer(person, place, at) if waits else can_monitor(person, place, at)):
            continue
        found.append(
            Todo(
                title=N_("점검에서 지적한 것에 답하기") if waits else N_("지적에 온 답 살피기"),
                action=N_("답하기") if waits else N_("살피기"), endpoint="observatory.finding",
                arguments={"slug": place.slug, "finding_id": finding.id}, context=place.name,
                due_at=kst_midnight(finding.due_on) if waits else None, place_id=place.id,
            )
        )  # fmt: skip
    return found
