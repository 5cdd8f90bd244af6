"""Rules of the residents' school (주민자치학교): sessions, check-in, hours and how long they count. Pure."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.council.rules.membership import add_months
from app.errors import RuleViolation
from app.i18n import N_


class CourseState(StrEnum):
    """Where a course stands."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    FINISHED = "finished"
    CANCELLED = "cancelled"


COURSE_MOVES: dict[CourseState, frozenset[CourseState]] = {
    CourseState.DRAFT: frozenset({CourseState.ANNOUNCED, CourseState.CANCELLED}),
    CourseState.ANNOUNCED: frozenset({CourseState.FINISHED, CourseState.CANCELLED}),
    CourseState.FINISHED: frozenset(),
    CourseState.CANCELLED: frozenset(),
}

COURSE_STATE_NAMES: dict[CourseState, str] = {
    CourseState.DRAFT: N_("준비"),
    CourseState.ANNOUNCED: N_("신청 받는 중"),
    CourseState.FINISHED: N_("마침"),
    CourseState.CANCELLED: N_("취소함"),
}


class CheckInMethod(StrEnum):
    """How attendance was noted."""

    CODE = "code"
    STAFF = "staff"


CODE_MINUTES = 5
"""The code on the screen of the room changes this often, so that a photograph of it is soon worthless."""
EARLY = timedelta(minutes=30)
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Attended:
    """Minutes of training on a day."""

    day: date
    minutes: int


def require_course_move(now: CourseState, new: CourseState) -> None:
    """Refuse a step of a course that the table does not have.

    Raises:
        RuleViolation: it is not in the table.
    """
    if new not in COURSE_MOVES[now]:
        raise RuleViolation(N_("지금 상태(%(state)s)에서는 할 수 없습니다."), state=COURSE_STATE_NAMES[now])


def code_at(secret: bytes, at: datetime) -> str:
    """Return the six letters that the screen of the room shows at an instant."""
    window = int(at.timestamp()) // (CODE_MINUTES * 60)
    digest = hmac.digest(secret, f"madang/check-in/1|{window}".encode(), hashlib.sha256)
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:6])


def is_current_code(secret: bytes, typed: str, at: datetime) -> bool:
    """Tell whether typed letters are the code of now or of the moment before, so that nobody must hurry."""
    letters = typed.strip().upper().replace(" ", "").replace("-", "")
    moments = (at, at - timedelta(minutes=CODE_MINUTES))
    return any(hmac.compare_digest(code_at(secret, moment).encode(), letters.encode()) for moment in moments)


def require_check_in_time(at: datetime, *, starts_at: datetime, minutes: int) -> None:
    """Refuse to check in long before a session or after it.

    Raises:
        RuleViolation: earlier than half an hour before its beginning, or after its end.
    """
    if at < starts_at - EARLY:
        raise RuleViolation(N_("아직 출석을 받지 않습니다. 시작 30분 전부터 할 수 있습니다."))
    if at >= starts_at + timedelta(minutes=minutes):
        raise RuleViolation(N_("이 시간은 끝났습니다. 오셨다면 담당자에게 말씀해 주세요."))


def valid_minutes(attended: Iterable[Attended], *, on: date, valid_months: int) -> int:
    """Return the minutes that count on a day: of sessions on or before it, not older than so many months."""
    oldest = add_months(on, -valid_months)
    return sum(each.minutes for each in attended if oldest <= each.day <= on)


def valid_until(attended: Iterable[Attended], *, needed_minutes: int, valid_months: int) -> date | None:
    """Return the last day on which the sessions together still reach what is needed; None if they never do."""
    left = needed_minutes
    for each in sorted(attended, key=lambda one: one.day, reverse=True):
        left -= each.minutes
        if left <= 0:
            return add_months(each.day, valid_months)
    return None
