"""What small groups put on desks, on the dong's page, and in the way of closing execution."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import joinedload

from app.clock import kst_date, kst_midnight
from app.cycle.dong_page import Link
from app.cycle.models import Cycle
from app.cycle.rules import Duty
from app.db.session import session
from app.i18n import N_
from app.people.models import Person
from app.people.queries.people import in_places_of
from app.places.models import Place
from app.small_groups.models import (
    GrantObjection,
    GrantRecusal,
    GrantRound,
    GroupApplication,
    GroupPerson,
    GroupReport,
    ScoreSheet,
)
from app.small_groups.permissions import can_check, can_deliberate, is_in_group
from app.small_groups.queries.applications import WITH_STAFF
from app.small_groups.queries.objections import is_upheld, is_waiting, open_objections
from app.small_groups.queries.offices import is_free_to_answer, runs_rounds
from app.small_groups.queries.rounds import rounds_of
from app.small_groups.rules.applications import State
from app.small_groups.rules.reports import ReportState
from app.todo import Todo

CHECK_WITHIN = timedelta(days=7)
"""How long after the closing groups should wait at most until they are checked."""
DECIDE_ANEW_WITHIN = timedelta(days=31)
"""How long a new decision should take at most: a council meets every month (domain.md §2.2)."""
ANSWER_WITHIN = timedelta(days=14)
"""How long a report should lie with the staff at most."""
LIMIT = 100
Values = dict[str, object]


def todos(person: Person, at: datetime) -> list[Todo]:
    """Return what is due for a person: as leader of a group, as staff, as member or secretary of a council."""
    found = _own_reports(person, at)
    if any(grant.is_in_force(at) for grant in person.grants):
        found += [
            *_to_check(person, at),
            *_to_score(person, at),
            *_to_conclude(person, at),
            *_to_answer_objections(person, at),
            *_to_decide_anew(person, at),
            *_to_pay(person, at),
            *_to_answer(person, at),
            *_overdue(person, at),
        ]
    return found


def _own_reports(person: Person, at: datetime) -> list[Todo]:
    query = (
        _grants()
        .where(GroupApplication.leader_id == person.id, or_(GroupReport.id.is_(None), _not_with_staff()))
        .where(GroupApplication.paid_on.is_not(None))
    )
    return [
        _todo(
            row.place, N_("소모임 결과보고 내기: %(name)s"), N_("쓰기"), "small_groups.report", _end_of(row),
            {"name": row.name}, application_id=row.id,
        )
        for row in session().scalars(query)
    ]  # fmt: skip


def _to_check(person: Person, at: datetime) -> list[Todo]:
    query = (
        select(GrantRound, func.count(GroupApplication.id))
        .join(GroupApplication, GroupApplication.round_id == GrantRound.id)
        .join(Place, Place.id == GrantRound.place_id)
        .where(
            GroupApplication.state == State.SUBMITTED,
            GrantRound.closes_at <= at,
            GrantRound.cancelled_at.is_(None),
            in_places_of(person),
        )
        .group_by(GrantRound.id)
        .limit(LIMIT)
    )
    return [
        _todo(
            row.place, N_("소모임 신청 %(n)s건의 자격 확인하기"), N_("확인하기"), "small_groups.workbench",
            row.closes_at + CHECK_WITHIN, {"n": count}, round_id=row.id,
        )
        for row, count in session().execute(query)
        if can_check(person, row.place, at)
    ]  # fmt: skip


def _to_score(person: Person, at: datetime) -> list[Todo]:
    done = or_(
        exists().where(ScoreSheet.application_id == GroupApplication.id, ScoreSheet.person_id == person.id),
        exists().where(GrantRecusal.application_id == GroupApplication.id, GrantRecusal.person_id == person.id),
        exists().where(
            GroupPerson.application_id == GroupApplication.id,
            GroupPerson.person_id == person.id,
            GroupPerson.left_at.is_(None),
        ),
    )
    query = (
        select(GrantRound, func.count(GroupApplication.id))
        .join(GroupApplication, GroupApplication.round_id == GrantRound.id)
        .join(Place, Place.id == GrantRound.place_id)
        .where(GroupApplication.state == State.ELIGIBLE, GrantRound.cancelled_at.is_(None), ~done, in_places_of(person))
        .group_by(GrantRound.id)
        .limit(LIMIT)
    )
    return [
        _todo(
            row.place, N_("소모임 신청 %(n)s건의 심의표 쓰기"), N_("쓰기"), "small_groups.workbench", None, {"n": count},
            round_id=row.id,
        )
        for row, count in session().execute(query)
        if can_deliberate(person, row.place, at)
    ]  # fmt: skip


def _to_conclude(person: Person, at: datetime) -> list[Todo]:
    unchecked = exists().where(GroupApplication.round_id == GrantRound.id, GroupApplication.state == State.SUBMITTED)
    query = (
        select(GrantRound)
        .join(Place, Place.id == GrantRound.place_id)
        .where(
            GrantRound.closes_at <= at,
            GrantRound.cancelled_at.is_(None),
            GrantRound.concluded_at.is_(None),
            ~unchecked,
            in_places_of(person),
        )
        .options(joinedload(GrantRound.place))
        .limit(LIMIT)
    )
    return [
        _todo(
            row.place, N_("소모임 지원 심의 결과 적기: %(title)s"), N_("적기"), "small_groups.decide", None,
            {"title": row.title}, round_id=row.id,
        )
        for row in session().scalars(query)
        if runs_rounds(person, row.place, at)
    ]  # fmt: skip


def _to_answer_objections(person: Person, at: datetime) -> list[Todo]:
    return [
        _todo(
            row.application.place, N_("소모임의 이의에 답하기: %(receipt)s"), N_("답하기"), "small_groups.answer_objection",
            row.due_at, {"receipt": row.receipt}, application_id=row.application_id,
        )
        for row in _objections(person, is_waiting())
        if runs_rounds(person, row.application.place, at)
        and not is_in_group(person, row.application)
        and is_free_to_answer(person, row.application, at)
    ]  # fmt: skip


def _to_decide_anew(person: Person, at: datetime) -> list[Todo]:
    return [
        _todo(
            row.application.place, N_("이의를 받아들인 소모임을 다시 정하고 적기: %(receipt)s"), N_("적기"),
            "small_groups.decide_anew", (row.answered_at or at) + DECIDE_ANEW_WITHIN, {"receipt": row.receipt},
            application_id=row.application_id,
        )
        for row in _objections(person, is_upheld())
        if runs_rounds(person, row.application.place, at) and not is_in_group(person, row.application)
    ]  # fmt: skip


def _objections(person: Person, which: ColumnElement[bool]) -> Sequence[GrantObjection]:
    query = (
        select(GrantObjection)
        .join(GroupApplication, GroupApplication.id == GrantObjection.application_id)
        .join(Place, Place.id == GroupApplication.place_id)
        .where(which, in_places_of(person))
        .options(
            joinedload(GrantObjection.application).joinedload(GroupApplication.place),
            joinedload(GrantObjection.application).joinedload(GroupApplication.round).joinedload(GrantRound.cycle),
            joinedload(GrantObjection.application).selectinload(GroupApplication.people),
        )
        .order_by(GrantObjection.due_at, GrantObjection.id)
        .limit(LIMIT)
    )
    return session().scalars(query).all()


def _to_pay(person: Person, at: datetime) -> list[Todo]:
    return _by_staff(
        person, at, GroupApplication.paid_won < GroupApplication.granted_won, N_("소모임 지원금 주고 적기: %(name)s"), N_("적기"), "small_groups.pay",
        lambda _row: None,
    )  # fmt: skip


def _to_answer(person: Person, at: datetime) -> list[Todo]:
    return _by_staff(
        person, at, GroupReport.state == ReportState.SUBMITTED, N_("소모임 결과보고 확인하기: %(name)s"), N_("확인하기"),
        "small_groups.settle", _answer_due,
    )  # fmt: skip


def _answer_due(row: GroupApplication) -> datetime | None:
    sent = row.report.submitted_at if row.report is not None else None
    return sent + ANSWER_WITHIN if sent is not None else None


def _overdue(person: Person, at: datetime) -> list[Todo]:
    late = (
        GroupApplication.paid_on.is_not(None)
        & (GroupApplication.report_due_on < kst_date(at))
        & or_(GroupReport.id.is_(None), _not_with_staff())
    )
    return _by_staff(
        person, at, late, N_("결과보고가 늦은 소모임: %(name)s"), N_("보기"), "small_groups.application", _end_of
    )


def _by_staff(
    person: Person,
    at: datetime,
    which: ColumnElement[bool],
    title: str,
    action: str,
    endpoint: str,
    due: Callable[[GroupApplication], datetime | None],
) -> list[Todo]:
    query = _grants().join(Place, Place.id == GroupApplication.place_id).where(which, in_places_of(person)).limit(LIMIT)
    return [
        _todo(row.place, title, action, endpoint, due(row), {"name": row.name}, application_id=row.id)
        for row in session().scalars(query)
        if can_check(person, row.place, at)
    ]


def _grants() -> Select[Any]:
    return (
        select(GroupApplication)
        .outerjoin(GroupReport, GroupReport.application_id == GroupApplication.id)
        .where(GroupApplication.state == State.GRANTED)
        .options(joinedload(GroupApplication.place), joinedload(GroupApplication.report))
        .order_by(GroupApplication.report_due_on, GroupApplication.id)
    )


def _not_with_staff() -> ColumnElement[bool]:
    return GroupReport.state.not_in(WITH_STAFF)


def _end_of(row: GroupApplication) -> datetime | None:
    return kst_midnight(row.report_due_on + timedelta(days=1)) if row.report_due_on is not None else None


def _todo(
    place: Place, title: str, action: str, endpoint: str, due_at: datetime | None, values: Values, **arguments: object
) -> Todo:
    return Todo(
        title=title,
        action=action,
        endpoint=endpoint,
        arguments={"slug": place.slug, **arguments},
        values=values,
        context=place.name,
        due_at=due_at,
        place_id=place.id,
    )


def links(cycle: Cycle, at: datetime) -> list[Link]:
    """Return the way to the year's small groups: to apply while one may, to read once there was a round."""
    rounds = [row for row in rounds_of(cycle) if row.cancelled_at is None]
    if not rounds:
        return []
    arguments: dict[str, object] = {"slug": cycle.place.slug}
    if any(row.is_open(at) for row in rounds):
        return [Link(N_("주민 소모임 지원 신청하기"), "sprout", "small_groups.index", arguments)]
    return [Link(N_("주민 소모임 보기"), "sprout", "small_groups.index", arguments)]


def undecided(cycle: Cycle) -> list[Duty]:
    """Return the duties to decide rounds and objections before execution closes: nothing can be given after it."""
    found = []
    slug: dict[str, object] = {"slug": cycle.place.slug}
    count = sum(row.cancelled_at is None and row.concluded_at is None for row in rounds_of(cycle))
    if count:
        text = N_("알린 소모임 지원 %(n)s건의 결과를 정하거나 취소해야 합니다.")
        found.append(Duty(text, "small_groups.index", slug, {"n": count}))
    waiting = open_objections(cycle)
    if waiting:
        text = N_("소모임 지원에 대한 이의 %(n)s건에 답하고 다시 정해야 합니다.")
        found.append(Duty(text, "small_groups.index", slug, {"n": waiting}))
    return found
