"""What is due in the council: lists, publications, objections, unchecked applications, minutes, training."""

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from app.clock import kst_date, kst_midnight
from app.council.models import (
    Application,
    ApplicationObjection,
    AppointmentList,
    Council,
    CouncilMeeting,
    CouncilMember,
    CouncilTerm,
    DismissalMotion,
    OpenCall,
    Vacancy,
)
from app.council.permissions import can_appoint, can_check_applications, can_hold_meetings, can_run_council
from app.council.rules.calls import ApplicationState, CallState, ObjectionState
from app.council.rules.dismissal import MotionState
from app.council.rules.meetings import MeetingState
from app.council.rules.membership import ListState, MemberState, VacancyState
from app.db.session import session
from app.i18n import N_
from app.people.models import Person
from app.people.queries.people import in_places_of
from app.places.models import Place
from app.places.queries import setting
from app.todo import Todo

LIMIT = 100


def todos(person: Person, at: datetime) -> list[Todo]:
    """Return what is due for a person in the councils of their places."""
    if not any(grant.is_in_force(at) for grant in person.grants):
        return _own(person, at)
    return [
        *_lists(person, at),
        *_applications(person, at),
        *_objections(person, at),
        *_vacancies(person, at),
        *_minutes(person, at),
        *_motions(person, at),
        *_own(person, at),
    ]


def _lists(person: Person, at: datetime) -> list[Todo]:
    query = (
        select(AppointmentList)
        .join(CouncilTerm, CouncilTerm.id == AppointmentList.term_id)
        .join(Council, Council.id == CouncilTerm.council_id)
        .join(Place, Place.id == Council.place_id)
        .where(AppointmentList.state != ListState.PUBLISHED, in_places_of(person))
        .limit(LIMIT)
    )
    found = []
    for row in session().scalars(query):
        place = row.term.council.place
        title, due, may = {
            ListState.DRAWN: (N_("위촉할 명단 보내기"), row.send_due_at, can_check_applications(person, place, at)),
            ListState.SENT: (N_("위원 위촉하기"), row.appoint_due_at, can_appoint(person, place, at)),
            ListState.APPOINTED: (N_("위촉한 위원 공개하기"), row.publish_due_at, can_run_council(person, place, at)),
        }[row.state]
        if may:
            found.append(_todo(place, title, N_("보기"), "council.appointment", due, list_id=row.id))
    return found


def _applications(person: Person, at: datetime) -> list[Todo]:
    query = (
        select(OpenCall, func.count(Application.id))
        .join(Application, Application.call_id == OpenCall.id)
        .join(Place, Place.id == OpenCall.place_id)
        .where(
            OpenCall.state == CallState.ANNOUNCED,
            Application.state == ApplicationState.RECEIVED,
            in_places_of(person),
        )
        .group_by(OpenCall.id)
        .limit(LIMIT)
    )
    return [
        _todo(
            call.place, N_("지원서 %(n)s건 확인하기"), N_("확인하기"), "council.workbench", call.closes_at,
            values={"n": count}, call_id=call.id,
        )
        for call, count in session().execute(query)
        if can_check_applications(person, call.place, at)
    ]  # fmt: skip


def _objections(person: Person, at: datetime) -> list[Todo]:
    query = (
        select(ApplicationObjection)
        .join(Application, Application.id == ApplicationObjection.application_id)
        .join(OpenCall, OpenCall.id == Application.call_id)
        .join(Place, Place.id == OpenCall.place_id)
        .where(ApplicationObjection.state == ObjectionState.OPEN, in_places_of(person))
        .options(joinedload(ApplicationObjection.application).joinedload(Application.call))
        .order_by(ApplicationObjection.answer_due_at)
        .limit(LIMIT)
    )
    return [
        _todo(
            row.application.call.place, N_("%(number)s번 지원서의 이의에 답하기"), N_("답하기"), "council.check",
            row.answer_due_at, values={"number": row.application.number}, call_id=row.application.call_id,
            application_id=row.application_id,
        )
        for row in session().scalars(query)
        if can_check_applications(person, row.application.call.place, at)
    ]  # fmt: skip


def _vacancies(person: Person, at: datetime) -> list[Todo]:
    query = (
        select(Vacancy)
        .join(CouncilTerm, CouncilTerm.id == Vacancy.term_id)
        .join(Council, Council.id == CouncilTerm.council_id)
        .join(Place, Place.id == Council.place_id)
        .where(Vacancy.state == VacancyState.OPEN, in_places_of(person))
        .options(joinedload(Vacancy.term).joinedload(CouncilTerm.council).joinedload(Council.place))
        .order_by(Vacancy.arisen_at)
        .limit(LIMIT)
    )
    return [
        _todo(
            row.term.council.place, N_("위원의 빈자리 채우기"), N_("채우기"), "council.vacancy",
            row.arisen_at + timedelta(days=setting(row.term.council.place, "council.list_to_head_days")),
            vacancy_id=row.id,
        )
        for row in session().scalars(query)
        if can_run_council(person, row.term.council.place, at)
    ]  # fmt: skip


def _minutes(person: Person, at: datetime) -> list[Todo]:
    query = (
        select(CouncilMeeting)
        .join(Place, Place.id == CouncilMeeting.place_id)
        .where(CouncilMeeting.state.in_([MeetingState.CLOSED, MeetingState.CALLED]), in_places_of(person))
        .where(or_(CouncilMeeting.state == MeetingState.CLOSED, CouncilMeeting.starts_at <= at + timedelta(days=7)))
        .options(joinedload(CouncilMeeting.place))
        .limit(LIMIT)
    )
    found = []
    for row in session().scalars(query):
        if not can_hold_meetings(person, row.place, at):
            continue
        if row.state is MeetingState.CLOSED:
            found.append(
                _todo(
                    row.place, N_("회의록 쓰기: %(title)s"), N_("쓰기"), "council.minutes", row.minutes_due_at,
                    values={"title": row.title}, meeting_id=row.id,
                )
            )  # fmt: skip
        else:
            found.append(
                _todo(
                    row.place, N_("회의 열기: %(title)s"), N_("보기"), "council.meeting", row.starts_at,
                    values={"title": row.title}, meeting_id=row.id,
                )
            )  # fmt: skip
    return found


def _motions(person: Person, at: datetime) -> list[Todo]:
    query = (
        select(DismissalMotion)
        .join(Place, Place.id == DismissalMotion.place_id)
        .where(DismissalMotion.state == MotionState.ADOPTED, in_places_of(person))
        .options(joinedload(DismissalMotion.place))
        .limit(LIMIT)
    )
    return [
        _todo(row.place, N_("해촉 요구에 답하기"), N_("보기"), "council.dismissal", None, motion_id=row.id)
        for row in session().scalars(query)
        if can_appoint(person, row.place, at)
    ]


def _own(person: Person, at: datetime) -> list[Todo]:
    """What somebody owes as a member: the training that may follow the appointment."""
    query = (
        select(CouncilMember)
        .where(
            CouncilMember.person_id == person.id,
            CouncilMember.state == MemberState.SERVING,
            CouncilMember.training_due_on.is_not(None),
        )
        .options(joinedload(CouncilMember.term).joinedload(CouncilTerm.council).joinedload(Council.place))
        .limit(10)
    )
    return [
        _todo(
            row.term.council.place, N_("주민자치학교 마치기"), N_("보기"), "council.courses",
            kst_midnight(row.training_due_on + timedelta(days=1)),
        )
        for row in session().scalars(query)
        if row.training_due_on is not None and row.training_due_on >= kst_date(at)
    ]  # fmt: skip


def _todo(
    place: Place,
    title: str,
    action: str,
    endpoint: str,
    due_at: datetime | None,
    *,
    values: dict[str, object] | None = None,
    **arguments: object,
) -> Todo:
    return Todo(
        title=title,
        action=action,
        endpoint=endpoint,
        arguments={"slug": place.slug, **arguments},
        values=values or {},
        context=place.name,
        due_at=due_at,
        place_id=place.id,
    )
