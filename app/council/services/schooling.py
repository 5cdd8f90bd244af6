"""The residents' school: courses planned and announced, people enrolled, present, and credited."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.clock import kst_date
from app.council.models import (
    TrainingAttendance,
    TrainingCourse,
    TrainingCredit,
    TrainingEnrolment,
    TrainingSession,
)
from app.council.permissions import can_check_applications, can_teach
from app.council.queries.training import enrolled_counts, enrolment_of
from app.council.rules.training import (
    CheckInMethod,
    CourseState,
    is_current_code,
    require_check_in_time,
    require_course_move,
)
from app.council.services.reindexing import identity_of
from app.db.session import claim_version, get_or_not_found, is_duplicate, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.services.roles import acting_role
from app.places.models import Place
from app.privacy.sealing import seal
from app.record.services import append

NOT_STAFF = N_("이 동네를 맡은 담당자만 할 수 있습니다.")
MOST_MINUTES = 10 * 60


@dataclass(frozen=True)
class SessionPlan:
    """One sitting of a course."""

    title: str
    where: str
    starts_at: datetime
    minutes: int


def plan_course(
    place: Place,
    *,
    title: str,
    text: str,
    capacity: int | None,
    sessions: Sequence[SessionPlan],
    once: str,
    by: Person,
    at: datetime,
) -> TrainingCourse:
    """Plan and announce a course; the same form sent twice plans one.

    Raises:
        NotAllowed: not its staff.
        InvalidInput: no session, sessions that have begun, overlap, or last longer than a day allows.
    """
    if not can_teach(by, place, at):
        raise NotAllowed(NOT_STAFF)
    known = session().scalar(select(TrainingCourse).where(TrainingCourse.once == once))
    if known is not None:
        return known
    _require_sessions(sessions, at)
    course = TrainingCourse(
        place_id=place.id, place=place, title=title, text=text, capacity=capacity, state=CourseState.ANNOUNCED,
        once=once, created_by=by.id, created_at=at, announced_at=at,
        sessions=[
            TrainingSession(
                title=each.title, where=each.where, starts_at=each.starts_at, minutes=each.minutes,
                check_in_secret=secrets.token_bytes(16),
            )
            for each in sorted(sessions, key=lambda one: one.starts_at)
        ],
    )  # fmt: skip
    session().add(course)
    session().flush()
    append(
        place, "council.course_announced", role=acting_role(by, place, at), subject=f"training_course:{course.id}",
        at=at, values={"title": title, "count": len(sessions)},
    )  # fmt: skip
    return course


def cancel_course(course_id: int, *, reason: str, version: int, by: Person, at: datetime) -> TrainingCourse:
    """Call a course off, with the reason; what was attended of it counts for nothing.

    Raises:
        NotFound, NotAllowed, Conflict: no such course; not its staff; changed meanwhile.
        RuleViolation: over or cancelled already, or somebody has attended.
        InvalidInput: no reason.
    """
    course = _own(course_id, version=version, by=by, at=at)
    require_course_move(course.state, CourseState.CANCELLED)
    came = session().scalar(
        select(TrainingAttendance.id)
        .join(TrainingSession, TrainingSession.id == TrainingAttendance.session_id)
        .where(TrainingSession.course_id == course.id)
        .limit(1)
    )
    if came is not None:
        raise RuleViolation(N_("이미 출석한 사람이 있어 취소할 수 없습니다."))
    if len(reason) < 5:
        raise InvalidInput(N_("까닭을 적어 주세요. 누구나 읽습니다."), field="reason")
    course.state, course.cancel_reason = CourseState.CANCELLED, reason
    append(
        course.place, "council.course_cancelled", role=acting_role(by, course.place, at),
        subject=f"training_course:{course.id}", at=at, values={"title": course.title, "reason": reason},
    )  # fmt: skip
    return course


def finish_course(course_id: int, *, version: int, by: Person, at: datetime) -> TrainingCourse:
    """Close a course whose last session is over; its attendance lists stay as they are.

    Raises:
        NotFound, NotAllowed, Conflict: as `cancel_course`.
        RuleViolation: a session is still to come.
    """
    course = _own(course_id, version=version, by=by, at=at)
    require_course_move(course.state, CourseState.FINISHED)
    if any(_ends_at(each) > at for each in course.sessions):
        raise RuleViolation(N_("아직 남은 시간이 있습니다."))
    course.state = CourseState.FINISHED
    return course


def enrol(course_id: int, *, by: Person, at: datetime) -> TrainingEnrolment:
    """Enrol in a course; done twice, one is enrolled once.

    Raises:
        NotFound: no such course.
        RuleViolation: it takes nobody any more, or is full.
    """
    course = get_or_not_found(TrainingCourse, course_id, lock=True)
    known = session().scalar(
        select(TrainingEnrolment).where(TrainingEnrolment.course_id == course.id, TrainingEnrolment.person_id == by.id)
    )
    if known is not None and known.withdrawn_at is None:
        return known
    if course.state is not CourseState.ANNOUNCED or all(_ends_at(each) <= at for each in course.sessions):
        raise RuleViolation(N_("이제 신청을 받지 않습니다."))
    if course.capacity is not None and enrolled_counts([course]).get(course.id, 0) >= course.capacity:
        raise RuleViolation(N_("자리가 모두 찼습니다."))
    if known is None:
        known = TrainingEnrolment(course_id=course.id, person_id=by.id, enrolled_at=at)
        session().add(known)
    else:
        known.enrolled_at, known.withdrawn_at = at, None
    session().flush()
    return known


def withdraw_enrolment(course_id: int, *, by: Person, at: datetime) -> None:
    """Take one's enrolment back; done twice, nothing more happens.

    Raises:
        NotFound: no such course.
    """
    course = get_or_not_found(TrainingCourse, course_id, lock=True)
    known = enrolment_of(course, by.id)
    if known is not None:
        known.withdrawn_at = at


def check_in(session_id: int, *, code: str, by: Person, at: datetime) -> TrainingAttendance:
    """Note oneself as present, with the code that the screen of the room shows; done twice, one is there once.

    Who is not enrolled is enrolled by it, room permitting or not: they are there.

    Raises:
        NotFound: no such session.
        RuleViolation: too early or over, or the course is off.
        InvalidInput: not the code of now.
    """
    found = get_or_not_found(TrainingSession, session_id, lock=True)
    known = _attendance(found, by.id)
    if known is not None:
        return known
    if found.course.state is not CourseState.ANNOUNCED:
        raise RuleViolation(N_("출석을 받지 않는 과정입니다."))
    require_check_in_time(at, starts_at=found.starts_at, minutes=found.minutes)
    if not is_current_code(found.check_in_secret, code, at):
        raise InvalidInput(N_("화면에 보이는 지금의 글자를 적어 주세요. 몇 분마다 바뀝니다."), field="code")
    return _note(found, by, minutes=_minutes_left(found, at), method=CheckInMethod.CODE, confirmed_by=None, at=at)


def note_attendance(
    session_id: int, *, person: Person, minutes: int | None, by: Person, at: datetime
) -> TrainingAttendance:
    """Note somebody enrolled as present, or correct for how long (None: the whole session).

    Raises:
        NotFound, NotAllowed: no such session; not its staff.
        RuleViolation: it has not begun.
        InvalidInput: not enrolled, or more minutes than it lasts.
    """
    found = _taught(session_id, by=by, at=at)
    minutes = _checked_minutes(found, minutes)
    known = _attendance(found, person.id)
    if known is not None:
        known.minutes, known.confirmed_by = minutes, by.id
        return known
    if enrolment_of(found.course, person.id) is None:
        raise InvalidInput(N_("이 과정을 신청한 사람이 아닙니다."), field="person")
    return _note(found, person, minutes=minutes, method=CheckInMethod.STAFF, confirmed_by=by.id, at=at)


def note_visitor(
    session_id: int, *, name: str, birth_date: date, minutes: int | None, by: Person, at: datetime
) -> TrainingAttendance:
    """Note somebody without an account as present, by name and birth date; the same person twice is there once.

    Raises:
        NotFound, NotAllowed, RuleViolation: as `note_attendance`; only public servants note names.
        InvalidInput: no name, or more minutes than the session lasts.
    """
    found = _taught(session_id, by=by, at=at)
    if not can_check_applications(by, found.course.place, at):
        raise NotAllowed(NOT_STAFF)
    minutes = _checked_minutes(found, minutes)
    index = identity_of(name, birth_date.isoformat())
    known = session().scalar(
        select(TrainingAttendance).where(
            TrainingAttendance.session_id == found.id, TrainingAttendance.identity_index == index
        )
    )
    if known is not None:
        known.minutes, known.confirmed_by = minutes, by.id
        return known
    row = TrainingAttendance(
        session_id=found.id, minutes=minutes, method=CheckInMethod.STAFF, checked_in_at=at, confirmed_by=by.id,
        identity_index=index,
    )  # fmt: skip
    seal(row, TrainingAttendance.legal_name, name)
    seal(row, TrainingAttendance.birth_date, birth_date.isoformat())
    session().add(row)
    session().flush()
    return row


def credit_training(
    place: Place,
    *,
    name: str,
    birth_date: date,
    title: str,
    held_on: date,
    hours: int,
    once: str,
    by: Person,
    at: datetime,
) -> TrainingCredit:
    """Credit training done elsewhere, by a certificate that was seen; the paper is not kept.

    Raises:
        NotAllowed: no public servant of the place.
        InvalidInput: in the future, or not one to forty hours.
    """
    if not can_check_applications(by, place, at):
        raise NotAllowed(NOT_STAFF)
    known = session().scalar(select(TrainingCredit).where(TrainingCredit.once == once))
    if known is not None:
        return known
    if held_on > kst_date(at):
        raise InvalidInput(N_("아직 오지 않은 날입니다."), field="held_on")
    if not 1 <= hours <= 40:
        raise InvalidInput(N_("1시간부터 40시간까지 적어 주세요."), field="hours")
    row = TrainingCredit(
        place_id=place.id, title=title, held_on=held_on, minutes=hours * 60, seen_by=by.id, seen_at=at, once=once,
        identity_index=identity_of(name, birth_date.isoformat()),
    )  # fmt: skip
    seal(row, TrainingCredit.legal_name, name)
    seal(row, TrainingCredit.birth_date, birth_date.isoformat())
    session().add(row)
    session().flush()
    append(
        place, "council.training_credited", role=acting_role(by, place, at), subject=f"training_credit:{row.id}",
        at=at, values={"hours": hours},
    )  # fmt: skip
    return row


def _require_sessions(sessions: Sequence[SessionPlan], at: datetime) -> None:
    if not sessions:
        raise InvalidInput(N_("교육 시간을 하나 이상 적어 주세요."), field="sessions")
    ordered = sorted(sessions, key=lambda each: each.starts_at)
    for each in ordered:
        if each.starts_at <= at:
            raise InvalidInput(N_("지난 때에는 교육을 열 수 없습니다."), field="sessions")
        if not 10 <= each.minutes <= MOST_MINUTES:
            raise InvalidInput(N_("한 번의 교육은 10분부터 10시간까지입니다."), field="sessions")
    for before, after in pairwise(ordered):
        if before.starts_at + timedelta(minutes=before.minutes) > after.starts_at:
            raise InvalidInput(N_("겹치는 시간이 있습니다."), field="sessions")


def _own(course_id: int, *, version: int, by: Person, at: datetime) -> TrainingCourse:
    course = get_or_not_found(TrainingCourse, course_id, lock=True)
    if not can_teach(by, course.place, at):
        raise NotAllowed(NOT_STAFF)
    claim_version(course, version)
    return course


def _taught(session_id: int, *, by: Person, at: datetime) -> TrainingSession:
    found = get_or_not_found(TrainingSession, session_id, lock=True)
    if not can_teach(by, found.course.place, at):
        raise NotAllowed(NOT_STAFF)
    if found.course.state is CourseState.CANCELLED or at < found.starts_at:
        raise RuleViolation(N_("시작한 뒤에 출석을 적을 수 있습니다."))
    return found


def _checked_minutes(found: TrainingSession, minutes: int | None) -> int:
    if minutes is None:
        return found.minutes
    if not 0 <= minutes <= found.minutes:
        raise InvalidInput(N_("0분부터 %(most)s분까지 적어 주세요."), field="minutes", most=found.minutes)
    return minutes


def _minutes_left(found: TrainingSession, at: datetime) -> int:
    """Who comes more than a quarter of an hour late is credited from then on; staff can correct it."""
    late = int((at - found.starts_at).total_seconds()) // 60
    return found.minutes if late <= 15 else found.minutes - late


def _attendance(found: TrainingSession, person_id: int) -> TrainingAttendance | None:
    return session().scalar(
        select(TrainingAttendance).where(
            TrainingAttendance.session_id == found.id, TrainingAttendance.person_id == person_id
        )
    )


def _note(
    found: TrainingSession,
    person: Person,
    *,
    minutes: int,
    method: CheckInMethod,
    confirmed_by: int | None,
    at: datetime,
) -> TrainingAttendance:
    if enrolment_of(found.course, person.id) is None:
        _enrol_present(found.course, person, at=at)
    row = TrainingAttendance(
        session_id=found.id, person_id=person.id, minutes=minutes, method=method, checked_in_at=at,
        confirmed_by=confirmed_by,
    )  # fmt: skip
    try:
        with session().begin_nested():
            session().add(row)
    except IntegrityError as error:
        known = _attendance(found, person.id)
        if not is_duplicate(error) or known is None:
            raise
        return known
    return row


def _enrol_present(course: TrainingCourse, person: Person, *, at: datetime) -> None:
    known = session().scalar(
        select(TrainingEnrolment).where(
            TrainingEnrolment.course_id == course.id, TrainingEnrolment.person_id == person.id
        )
    )
    if known is None:
        session().add(TrainingEnrolment(course_id=course.id, person_id=person.id, enrolled_at=at))
    else:
        known.withdrawn_at = None
    session().flush()


def _ends_at(each: TrainingSession) -> datetime:
    return each.starts_at + timedelta(minutes=each.minutes)
