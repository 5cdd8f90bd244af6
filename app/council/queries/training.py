"""SELECTs about the residents' school: courses, who came, and whose hours count."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.clock import kst_date
from app.council.models import (
    TrainingAttendance,
    TrainingCourse,
    TrainingCredit,
    TrainingEnrolment,
    TrainingSession,
)
from app.council.queries.people import NOTHING
from app.council.rules.training import Attended, CourseState, valid_minutes, valid_until
from app.cycle.dong_page import Meeting
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.people.models import Person
from app.places.models import Place
from app.places.queries import setting
from app.privacy.sealing import reveal


def courses_newest_first(place: Place, *, drafts: bool) -> list[TrainingCourse]:
    """Return a dong's courses, with or without those that are not announced yet."""
    query = select(TrainingCourse).where(TrainingCourse.place_id == place.id).order_by(TrainingCourse.id.desc())
    if not drafts:
        query = query.where(TrainingCourse.state != CourseState.DRAFT)
    return list(session().scalars(query.limit(100)))


def course_of(place: Place, course_id: int) -> TrainingCourse:
    """Return a course of a dong, drafts too.

    Raises:
        NotFound: none of this number here.
    """
    found = get_or_not_found(TrainingCourse, course_id)
    if found.place_id != place.id:
        raise NotFound(NOTHING)
    return found


def session_of(place: Place, session_id: int) -> TrainingSession:
    """Return a session of an announced (or finished) course of a dong.

    Raises:
        NotFound: none of this number here.
    """
    found = get_or_not_found(TrainingSession, session_id)
    if found.course.place_id != place.id or found.course.state is CourseState.DRAFT:
        raise NotFound(NOTHING)
    return found


def enrolment_of(course: TrainingCourse, person_id: int) -> TrainingEnrolment | None:
    """Return somebody's enrolment that is in force."""
    return session().scalar(
        select(TrainingEnrolment).where(
            TrainingEnrolment.course_id == course.id,
            TrainingEnrolment.person_id == person_id,
            TrainingEnrolment.withdrawn_at.is_(None),
        )
    )


def enrolled_counts(courses: Iterable[TrainingCourse]) -> dict[int, int]:
    """Return how many are enrolled, by id of the course."""
    ids = [course.id for course in courses]
    query = (
        select(TrainingEnrolment.course_id, func.count(TrainingEnrolment.id))
        .where(TrainingEnrolment.course_id.in_(ids), TrainingEnrolment.withdrawn_at.is_(None))
        .group_by(TrainingEnrolment.course_id)
    )
    return {row[0]: row[1] for row in session().execute(query)}


def attended_sessions(course: TrainingCourse, person_id: int) -> dict[int, TrainingAttendance]:
    """Return somebody's attendance of a course, by id of the session."""
    query = (
        select(TrainingAttendance)
        .join(TrainingSession, TrainingSession.id == TrainingAttendance.session_id)
        .where(TrainingSession.course_id == course.id, TrainingAttendance.person_id == person_id)
    )
    return {row.session_id: row for row in session().scalars(query)}


@dataclass(frozen=True)
class Present:
    """Somebody on the attendance list of a session, as staff see them."""

    id: int
    name: str
    minutes: int
    checked_in_at: datetime
    by_code: bool


def attendance_list(found: TrainingSession) -> list[Present]:
    """Return who came to a session, in the order of coming; opened for staff, who keep the list."""
    query = (
        select(TrainingAttendance)
        .where(TrainingAttendance.session_id == found.id)
        .options(joinedload(TrainingAttendance.person))
        .order_by(TrainingAttendance.checked_in_at, TrainingAttendance.id)
    )
    return [
        Present(
            row.id,
            row.person.public_name if row.person else reveal(row, TrainingAttendance.legal_name) or "",
            row.minutes,
            row.checked_in_at,
            row.method.value == "code",
        )
        for row in session().scalars(query)
    ]


def enrolled_without(found: TrainingSession) -> list[Person]:
    """Return those enrolled in the course of a session who have not checked in to it, by name."""
    came = select(TrainingAttendance.person_id).where(
        TrainingAttendance.session_id == found.id, TrainingAttendance.person_id.is_not(None)
    )
    query = (
        select(Person)
        .join(TrainingEnrolment, TrainingEnrolment.person_id == Person.id)
        .where(
            TrainingEnrolment.course_id == found.course_id,
            TrainingEnrolment.withdrawn_at.is_(None),
            Person.id.not_in(came),
        )
        .options(selectinload(Person.grants), selectinload(Person.verifications))
        .order_by(Person.public_name)
        .limit(500)
    )
    return list(session().scalars(query))


@dataclass(frozen=True)
class Hours:
    """What somebody has done of the residents' school, and until when it counts."""

    minutes: int
    """Minutes that count today."""
    needed_new: int
    needed_renew: int
    valid_until: date | None
    """The last day on which what is needed of a new member is still reached; None where it is not."""
    attended: tuple[Attended, ...]

    @property
    def is_enough(self) -> bool:
        """Whether a new member has done what is needed."""
        return self.minutes >= self.needed_new


def hours_of(place: Place, on: date, *, person: Person | None = None, identity: bytes | None = None) -> Hours:
    """Return somebody's training at a dong, found by account or by name and birth date.

    Args:
        place: the dong; sessions of its own courses count, and credits that its clerks saw.
        on: the day on which validity is asked.
        person: the account.
        identity: blind index of name and birth date, for people without an account.
    """
    index = identity if identity is not None else (person.identity_index if person is not None else None)
    attended = [*_sessions(place, person, index), *_credits(place, person, index)]
    months = setting(place, "council.training_valid_months")
    needed = setting(place, "council.training_hours_new") * 60
    return Hours(
        minutes=valid_minutes(attended, on=on, valid_months=months),
        needed_new=needed,
        needed_renew=setting(place, "council.training_hours_renew") * 60,
        valid_until=valid_until(attended, needed_minutes=needed, valid_months=months) if needed else None,
        attended=tuple(sorted(attended, key=lambda each: each.day)),
    )


def _sessions(place: Place, person: Person | None, index: bytes | None) -> list[Attended]:
    mine: list[ColumnElement[bool]] = []
    if person is not None:
        mine.append(TrainingAttendance.person_id == person.id)
    if index is not None:
        mine.append(TrainingAttendance.identity_index == index)
        mine.append(TrainingAttendance.person_id.in_(select(Person.id).where(Person.identity_index == index)))
    if not mine:
        return []
    query = (
        select(TrainingSession.id, TrainingSession.starts_at, TrainingAttendance.minutes)
        .join(TrainingAttendance, TrainingAttendance.session_id == TrainingSession.id)
        .join(TrainingCourse, TrainingCourse.id == TrainingSession.course_id)
        .where(TrainingCourse.place_id == place.id, TrainingCourse.state != CourseState.CANCELLED, or_(*mine))
    )
    best: dict[int, Attended] = {}
    for session_id, starts_at, minutes in session().execute(query):
        # The same person noted twice in one session, by account and by paper, was there once.
        known = best.get(session_id)
        if known is None or known.minutes < minutes:
            best[session_id] = Attended(kst_date(starts_at), minutes)
    return list(best.values())


def _credits(place: Place, person: Person | None, index: bytes | None) -> list[Attended]:
    mine: list[ColumnElement[bool]] = []
    if person is not None:
        mine.append(TrainingCredit.person_id == person.id)
    if index is not None:
        mine.append(TrainingCredit.identity_index == index)
    if not mine:
        return []
    query = select(TrainingCredit.held_on, TrainingCredit.minutes).where(
        TrainingCredit.place_id == place.id, or_(*mine)
    )
    return [Attended(day, minutes) for day, minutes in session().execute(query)]


def coming_sessions(place: Place, at: datetime) -> list[Meeting]:
    """Return the next sessions, for the dong's page."""
    query = (
        select(TrainingSession)
        .join(TrainingCourse, TrainingCourse.id == TrainingSession.course_id)
        .where(
            TrainingCourse.place_id == place.id,
            TrainingCourse.state == CourseState.ANNOUNCED,
            TrainingSession.starts_at > at,
        )
        .options(joinedload(TrainingSession.course))
        .order_by(TrainingSession.starts_at)
        .limit(3)
    )
    return [
        Meeting(
            title=f"{row.course.title}: {row.title}",
            at=row.starts_at,
            where=row.where,
            endpoint="council.course",
            arguments={"slug": place.slug, "course_id": row.course_id},
        )
        for row in session().scalars(query)
    ]
