"""Rules of the report: what it must say, when it is late, what happens without it. Pure."""

from datetime import date
from enum import StrEnum

from app.errors import InvalidInput, RuleViolation
from app.i18n import N_

MOST_RECEIPTS = 40
MOST_PHOTOS = 12
DID_LEAST = 30
"""Letters of what was done: a few sentences."""
CORRECT_WITHIN = 7
"""Days that a group has at least to correct a report that was sent back."""


class ReportState(StrEnum):
    """Where a report stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    """Sent back with what must be corrected."""
    ACCEPTED = "accepted"


REPORT_STATE_NAMES: dict[ReportState, str] = {
    ReportState.DRAFT: N_("쓰는 중"),
    ReportState.SUBMITTED: N_("확인을 기다림"),
    ReportState.RETURNED: N_("고칠 곳이 있음"),
    ReportState.ACCEPTED: N_("확인함"),
}
REPORT_MOVES: dict[ReportState, frozenset[ReportState]] = {
    ReportState.DRAFT: frozenset({ReportState.SUBMITTED}),
    ReportState.SUBMITTED: frozenset({ReportState.RETURNED, ReportState.ACCEPTED}),
    ReportState.RETURNED: frozenset({ReportState.SUBMITTED}),
    ReportState.ACCEPTED: frozenset(),
}
WRITABLE = frozenset({ReportState.DRAFT, ReportState.RETURNED})


class Reminder(StrEnum):
    """What the group has been reminded of, in order; each is said once."""

    EARLY = "early"
    SOON = "soon"
    LATE = "late"


REMIND_BEFORE: dict[Reminder, int] = {Reminder.EARLY: 14, Reminder.SOON: 3, Reminder.LATE: -1}
"""How many days before the last day each is said; the last one the day after."""


def require_report_move(now: ReportState, new: ReportState) -> None:
    """Refuse a step of a report that the table does not have.

    Raises:
        RuleViolation: naming where it stands.
    """
    if new not in REPORT_MOVES[now]:
        raise RuleViolation(N_("지금 상태(%(state)s)에서는 할 수 없습니다."), state=REPORT_STATE_NAMES[now])


def require_report(*, did: str, meetings: int, people: int, spent_won: int, granted_won: int) -> None:
    """Refuse to send in a report that says too little, or more money than there was.

    Raises:
        InvalidInput: no account of what was done, or of how often and with how many.
        RuleViolation: the receipts come to more than the grant.
    """
    if len(did.strip()) < DID_LEAST:
        raise InvalidInput(N_("무엇을 했는지 %(least)s자 이상 적어 주세요."), field="did", least=DID_LEAST)
    if meetings < 1:
        raise InvalidInput(N_("몇 번 모였는지 적어 주세요."), field="meetings")
    if people < 1:
        raise InvalidInput(N_("모두 몇 명이 함께했는지 적어 주세요."), field="people")
    require_spent(spent_won, granted_won)


def require_spent(spent_won: int, granted_won: int) -> None:
    """Refuse receipts beyond the grant: what a group paid itself is not part of the settlement.

    Raises:
        RuleViolation: they come to more than was granted.
    """
    if spent_won > granted_won:
        raise RuleViolation(
            N_("영수증을 더하면 %(spent)s원으로 지원금 %(granted)s원보다 많습니다. 모임이 낸 돈은 빼 주세요."),
            spent=f"{spent_won:,}",
            granted=f"{granted_won:,}",
        )


def is_late(due_on: date, *, today: date, is_with_staff: bool) -> bool:
    """Tell whether a report is overdue: its last day has passed, and it does not lie with the staff."""
    return today > due_on and not is_with_staff


def reminder_due(due_on: date, *, today: date, said: Reminder | None) -> Reminder | None:
    """Return what is to be said now, if anything: the strongest that has come and was not said."""
    order = list(Reminder)
    come = [each for each in order if (due_on - today).days <= REMIND_BEFORE[each]]
    if not come or (said is not None and order.index(said) >= order.index(come[-1])):
        return None
    return come[-1]


def barred_until(ended_on: date, *, years: int) -> date:
    """Return the first day on which a group that never reported may apply again."""
    try:
        return ended_on.replace(year=ended_on.year + years)
    except ValueError:  # 29 February
        return date(ended_on.year + years, 3, 1)
