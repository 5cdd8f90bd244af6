"""Gathers what is due for a person."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from app.agenda.queries import todos as agenda_todos
from app.agenda.queries.around import todos as asked_todos
from app.assembly.floor.queries.days import todos as floor_todos
from app.assembly.kiosks.queries import todos as kiosk_todos
from app.assembly.objections.queries import todos as objection_todos
from app.assembly.queries import todos as assembly_todos
from app.assembly.stations.queries import todos as station_todos
from app.assembly.witnesses.queries import todos as witness_todos
from app.clock import kst_date, kst_midnight
from app.council.queries.todos import todos as council_todos
from app.cycle.gates import undone_duties
from app.cycle.models import Cycle, CycleStage
from app.cycle.rules import STAGE_NAMES
from app.db.session import session
from app.deliberation.queries.signposts import todos as deliberation_todos
from app.desk.reasons import STAGE, WHY
from app.discussion.queries.moderation import todos as discussion_todos
from app.draw.queries.todos import todos as draw_todos
from app.execution.queries.duties import todos as execution_todos
from app.i18n import N_
from app.inspection.queries.signposts import todos as inspection_todos
from app.observatory.queries.watching import todos as observatory_todos
from app.opendata.tokens.queries import todos as token_todos
from app.people.models import Person
from app.people.permissions import is_staff
from app.people.queries.people import in_places_of
from app.people.queries.todos import todos as counter_todos
from app.places.models import Place
from app.plan.queries import todos as plan_todos
from app.plan.queries.workbench import todos as drafting_todos
from app.planning_group.queries import todos as planning_group_todos
from app.publication.queries import todos as publication_todos
from app.review.queries import todos as review_todos
from app.small_groups.queries.todos import todos as small_group_todos
from app.survey.queries import todos as survey_todos
from app.todo import Todo

SOURCES = (
    counter_todos,
    council_todos,
    planning_group_todos,
    survey_todos,
    agenda_todos,
    asked_todos,
    deliberation_todos,
    discussion_todos,
    plan_todos,
    drafting_todos,
    review_todos,
    inspection_todos,
    assembly_todos,
    publication_todos,
    station_todos,
    kiosk_todos,
    witness_todos,
    floor_todos,
    objection_todos,
    execution_todos,
    small_group_todos,
    observatory_todos,
    token_todos,
    draw_todos,
)
AHEAD = timedelta(days=42)
"""How long before a stage's last day its open duties come onto the desk of those who work in the dong."""


@dataclass(frozen=True)
class Group:
    """Todos of one urgency."""

    name: str
    css: str
    icon: str
    todos: list[Todo]


def todos_of(person: Person, at: datetime) -> list[Todo]:
    """Return everything that is due for a person, most urgent first; what has no deadline comes last.

    What is due at the same instant keeps the order of its sources: duties of a stage stand in the order of its work.
    """
    found = [todo for source in SOURCES for todo in source(person, at)]
    found += stage_duties(person, at, known={(todo.place_id, todo.endpoint) for todo in found})
    found = [todo if todo.why else replace(todo, why=WHY.get(todo.endpoint, "")) for todo in found]
    return sorted(found, key=lambda todo: (todo.due_at is None, todo.due_at or at))


def places_named(todos: list[Todo]) -> dict[int, Place]:
    """Return the places of todos by id, so that their names can be said in the reader's language."""
    ids = {todo.place_id for todo in todos if todo.place_id is not None}
    return {place.id: place for place in session().scalars(select(Place).where(Place.id.in_(ids)))} if ids else {}


def groups(todos: list[Todo], at: datetime) -> list[Group]:
    """Sort todos into overdue, today, this week, later; empty groups are left out."""
    tomorrow = kst_midnight(kst_date(at) + timedelta(days=1))
    next_week = tomorrow + timedelta(days=6)
    parts: list[tuple[str, str, str, list[Todo]]] = [
        (N_("기한 지남"), "bad", "warn", [t for t in todos if t.due_at is not None and t.due_at < at]),
        (N_("오늘까지"), "warn", "clock", [t for t in todos if t.due_at is not None and at <= t.due_at <= tomorrow]),
        (N_("이번 주"), "", "cal", [t for t in todos if t.due_at is not None and tomorrow < t.due_at <= next_week]),
        (N_("그 뒤"), "", "cal", [t for t in todos if t.due_at is None or t.due_at > next_week]),
    ]
    return [Group(*part) for part in parts if part[3]]


def stage_duties(person: Person, at: datetime, *, known: Collection[tuple[int | None, str]] = ()) -> list[Todo]:
    """Return what this person's dongs still owe before their stage may end.

    Who works in the dong itself sees each duty, at the page where it is done, from six weeks before the stage's last day;
    who runs many dongs sees one line for a dong whose stage is past its last day.

    Args:
        person: staff, or somebody to whom nothing is shown.
        at: when.
        known: place and endpoint of what is listed already: a duty of the same page is not listed twice.
    """
    here = {grant.place_id for grant in person.grants if grant.is_in_force(at)}
    query = (
        select(CycleStage)
        .join(Cycle, Cycle.id == CycleStage.cycle_id)
        .join(Place, Place.id == Cycle.place_id)
        .where(CycleStage.opened_at.is_not(None), CycleStage.closed_at.is_(None))
        .where(or_(CycleStage.closes_at <= at, (CycleStage.closes_at <= at + AHEAD) & Place.id.in_(here)))
        .where(in_places_of(person))
        .limit(100)
    )
    found: list[Todo] = []
    for row in session().scalars(query):
        place = row.cycle.place
        if not is_staff(person, place, at):
            continue
        duties = undone_duties(row.cycle, row.stage)
        if place.id in here:
            found += [
                Todo(
                    title=duty.text, action=N_("하러 가기"), endpoint=duty.endpoint, arguments=duty.arguments,
                    values={**duty.values, "stage": STAGE_NAMES[row.stage]}, context=place.name, why=STAGE,
                    due_at=row.closes_at, place_id=place.id,
                )
                for duty in duties
                if (place.id, duty.endpoint) not in known
            ]  # fmt: skip
        elif duties:
            found.append(
                Todo(
                    title=N_("%(stage)s 단계 마치기: 남은 일 %(n)s가지"), action=N_("보기"), endpoint="cycle.schedule",
                    arguments={"slug": place.slug}, values={"stage": STAGE_NAMES[row.stage], "n": len(duties)},
                    context=place.name, due_at=row.closes_at, place_id=place.id,
                )
            )  # fmt: skip
    return found
