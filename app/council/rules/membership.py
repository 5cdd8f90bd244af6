"""Rules of terms, members, officers and vacancies. Pure."""

import calendar
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.errors import RuleViolation
from app.i18n import N_


class MemberState(StrEnum):
    """Where a member stands."""

    NOMINATED = "nominated"
    """Drawn (or renewed), not appointed yet."""
    SERVING = "serving"
    ENDED = "ended"
    DECLINED = "declined"
    """Did not take the seat."""


MEMBER_MOVES: dict[MemberState, frozenset[MemberState]] = {
    MemberState.NOMINATED: frozenset({MemberState.SERVING, MemberState.DECLINED}),
    MemberState.SERVING: frozenset({MemberState.ENDED}),
    MemberState.ENDED: frozenset(),
    MemberState.DECLINED: frozenset(),
}

MEMBER_STATE_NAMES: dict[MemberState, str] = {
    MemberState.NOMINATED: N_("위촉 앞둠"),
    MemberState.SERVING: N_("활동 중"),
    MemberState.ENDED: N_("활동 마침"),
    MemberState.DECLINED: N_("위촉 사양"),
}


class Origin(StrEnum):
    """How somebody came to their seat."""

    DRAWN = "drawn"
    RESERVE = "reserve"
    RENEWED = "renewed"
    FOUNDING = "founding"
    """Entered when the council began to use this product."""


ORIGIN_NAMES: dict[Origin, str] = {
    Origin.DRAWN: N_("추첨"),
    Origin.RESERVE: N_("예비 순번"),
    Origin.RENEWED: N_("이어서"),
    Origin.FOUNDING: N_("처음 위촉"),
}


class EndReason(StrEnum):
    """Why a seat was left."""

    TERM_OVER = "term_over"
    RESIGNED = "resigned"
    LOST_ELIGIBILITY = "lost_eligibility"
    ELECTIONEERING = "electioneering"
    TRAINING_MISSED = "training_missed"
    DISMISSED = "dismissed"
    DECEASED = "deceased"


END_REASON_NAMES: dict[EndReason, str] = {
    EndReason.TERM_OVER: N_("임기가 끝남"),
    EndReason.RESIGNED: N_("스스로 그만둠"),
    EndReason.LOST_ELIGIBILITY: N_("자격을 잃음"),
    EndReason.ELECTIONEERING: N_("선거운동을 함"),
    EndReason.TRAINING_MISSED: N_("기한 안에 교육을 마치지 않음"),
    EndReason.DISMISSED: N_("위원들이 해촉을 정함"),
    EndReason.DECEASED: N_("세상을 떠남"),
}
BY_CLERK = frozenset(EndReason) - {EndReason.TERM_OVER, EndReason.DISMISSED}
"""Reasons that a clerk enters; the end of a term is the clock's, a dismissal follows a vote."""
COOLS_OFF = frozenset({EndReason.DISMISSED, EndReason.ELECTIONEERING, EndReason.TRAINING_MISSED})
"""After these somebody may not apply again for a while (해촉)."""


class Office(StrEnum):
    """An office of the council."""

    CHAIR = "chair"
    VICE_CHAIR = "vice_chair"
    AUDITOR = "auditor"
    SECRETARY = "secretary"


OFFICE_NAMES: dict[Office, str] = {
    Office.CHAIR: N_("자치회장"),
    Office.VICE_CHAIR: N_("부회장"),
    Office.AUDITOR: N_("감사"),
    Office.SECRETARY: N_("간사"),
}


class CommitteeRole(StrEnum):
    """What somebody is in a committee."""

    CHAIR = "chair"
    MEMBER = "member"
    ASSOCIATE = "associate"
    """A resident who is no council member: speaks, does not vote."""


COMMITTEE_ROLE_NAMES: dict[CommitteeRole, str] = {
    CommitteeRole.CHAIR: N_("분과위원장"),
    CommitteeRole.MEMBER: N_("분과위원"),
    CommitteeRole.ASSOCIATE: N_("함께하는 주민"),
}


class VacancyState(StrEnum):
    """What became of an empty seat."""

    OPEN = "open"
    FILLED = "filled"
    LEFT = "left"
    """Stays empty, for the reason that is written down."""


VACANCY_STATE_NAMES: dict[VacancyState, str] = {
    VacancyState.OPEN: N_("빈자리"),
    VacancyState.FILLED: N_("채움"),
    VacancyState.LEFT: N_("채우지 않음"),
}


class ListState(StrEnum):
    """Where a list of people to appoint stands."""

    DRAWN = "drawn"
    SENT = "sent"
    APPOINTED = "appointed"
    PUBLISHED = "published"


LIST_MOVES: dict[ListState, frozenset[ListState]] = {
    ListState.DRAWN: frozenset({ListState.SENT}),
    ListState.SENT: frozenset({ListState.APPOINTED}),
    ListState.APPOINTED: frozenset({ListState.PUBLISHED}),
    ListState.PUBLISHED: frozenset(),
}

LIST_STATE_NAMES: dict[ListState, str] = {
    ListState.DRAWN: N_("명단을 보낼 차례"),
    ListState.SENT: N_("위촉을 기다림"),
    ListState.APPOINTED: N_("공개할 차례"),
    ListState.PUBLISHED: N_("공개함"),
}

OPEN_END_AGE = 70
"""From this age on people share one band: older ones are few, and could be recognised."""


def age_band(age: int) -> str:
    """Return the ten years an age belongs to, as lists and quotas write it: ``50대``, ``70대 이상``."""
    return f"{OPEN_END_AGE}대 이상" if age >= OPEN_END_AGE else f"{age // 10 * 10}대"


AGE_BANDS: tuple[str, ...] = (
    N_("10대"), N_("20대"), N_("30대"), N_("40대"), N_("50대"), N_("60대"), N_("70대 이상"),
)  # fmt: skip


def add_months(day: date, months: int) -> date:
    """Return the same day some months later (earlier, where negative), or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def whole_months(first: date, until: date) -> int:
    """Return how many whole months lie between two days; 0 when the second is not later."""
    months = (until.year - first.year) * 12 + until.month - first.month
    return max(months - (add_months(first, months) > until), 0)


def term_end(starts_on: date, months: int) -> date:
    """Return the last day of a term: the day before the same day that many months later."""
    return add_months(starts_on, months) - timedelta(days=1)


def is_worth_filling(day: date, *, ends_on: date, min_months: int) -> bool:
    """Tell whether an empty seat is filled: at least so many whole months of the term are left after ``day``.

    Ordinances of 성동구, 대덕구, 순천시: not filled when less than six months are left.
    """
    return whole_months(day, ends_on + timedelta(days=1)) >= min_months


def require_member_move(now: MemberState, new: MemberState) -> None:
    """Refuse a step of a member that the table does not have.

    Raises:
        RuleViolation: it is not in the table.
    """
    if new not in MEMBER_MOVES[now]:
        raise RuleViolation(N_("지금 상태(%(state)s)에서는 할 수 없습니다."), state=MEMBER_STATE_NAMES[now])


def require_list_move(now: ListState, new: ListState) -> None:
    """Refuse a step of a list of people to appoint that the table does not have.

    Raises:
        RuleViolation: it is not in the table.
    """
    if new not in LIST_MOVES[now]:
        raise RuleViolation(N_("지금 상태(%(state)s)에서는 할 수 없습니다."), state=LIST_STATE_NAMES[now])


def shown_counts(counts: Mapping[str, int], *, least: int) -> dict[str, int | None]:
    """Return how many there are of each kind, as far as it may be shown.

    Counts below ``least`` (and above nought) are None. Where exactly one would be hidden, it could be had by subtraction
    from the whole; then the next smallest is hidden, too.
    """
    hidden = {kind for kind, count in counts.items() if 0 < count < least}
    if len(hidden) == 1:
        others = sorted((count, kind) for kind, count in counts.items() if kind not in hidden and count)
        hidden |= {kind for _, kind in others[:1]}
    return {kind: None if kind in hidden else count for kind, count in counts.items()}


def days_after(at: datetime, days: int) -> datetime:
    """Return the instant some days later."""
    return at + timedelta(days=days)
