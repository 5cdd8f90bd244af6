"""What becomes of a grant beside its report: paid out, given up, taken back where nothing was reported."""

from dataclasses import dataclass
from datetime import date, datetime

from app.clock import kst_date
from app.db.session import claim_version, session
from app.errors import InvalidInput, RuleViolation
from app.execution.services.grants import Document, end_grant, pay_grant
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.record.references import reference
from app.small_groups.models import GroupApplication
from app.small_groups.queries.applications import WITH_STAFF
from app.small_groups.rules.applications import State, require_move
from app.small_groups.rules.objections import require_nothing_open
from app.small_groups.rules.reports import is_late
from app.small_groups.rules.rounds import require_reason
from app.small_groups.services.loading import about, checked_by_staff, lapse, led, note, role_of
from app.small_groups.services.telling import tell_leader

GIVEN_UP = "모임이 지원을 사양함"
NOT_GRANTED = N_("지원하기로 정한 모임이 아닙니다.")
NEVER_REPORTED = "결과보고가 없어 지원금을 돌려받음"


@dataclass(frozen=True)
class Payment:
    """That the grant was handed over: the day, and the paper that shows it. No account of anybody is kept."""

    paid_on: date
    document: Document | None = None


def pay_out(application_id: int, payment: Payment, *, version: int, by: Person, at: datetime) -> GroupApplication:
    """Note that a group has its money, and write it into the ledger.

    Raises:
        NotFound, NotAllowed, Conflict: no such grant; not staff, or of the group; changed meanwhile.
        RuleViolation: nothing was granted, or it was paid already.
        InvalidInput: a day before the decision, or one that has not come.
    """
    row = checked_by_staff(application_id, by, at)
    claim_version(row, version)
    require_payable(row)
    if row.project_id is None:
        raise RuleViolation(NOT_GRANTED)
    decided_on = row.decided_on
    if payment.paid_on > kst_date(at) or (decided_on is not None and payment.paid_on < decided_on):
        raise InvalidInput(N_("정한 날부터 오늘까지의 날을 적어 주세요."), field="paid_on")
    won = row.owed_won
    pay_grant(row.project_id, won=won, paid_on=payment.paid_on, document=payment.document, at=at)
    row.paid_on, row.paid_won = payment.paid_on, row.paid_won + won
    session().flush()
    note(
        row.place, "paid", role_of(by, row.place, at), about(row), at, title=reference("small_group", row.id),
        granted_won=won, document_hash=payment.document.sha256 if payment.document else None,
    )  # fmt: skip
    due = row.report_due_on
    tell_leader(row, "paid", key=str(row.paid_won), at=at, won=f"{won:,}", due=due.isoformat() if due else "")
    return row


def require_payable(row: GroupApplication) -> None:
    """Refuse to pay what is not owed: also asked before the page of the payment opens.

    Raises:
        RuleViolation: nothing was granted, or it was paid already.
    """
    if row.state is not State.GRANTED:
        raise RuleViolation(NOT_GRANTED)
    if row.owed_won <= 0:
        raise RuleViolation(N_("지원금을 이미 주었습니다."))


def give_up(application_id: int, *, by: Person, at: datetime) -> GroupApplication:
    """Give a grant up before it was paid out; what was planned goes back. Twice is once.

    Raises:
        NotFound, NotAllowed: no such grant; not its leader.
        RuleViolation: it was paid already: then a report says what was not needed.
    """
    row = led(application_id, by)
    if row.state is State.GIVEN_UP:
        return row
    require_not_paid(row)
    lapse(row, at=at)
    _end(row, State.GIVEN_UP, GIVEN_UP, at)
    note(row.place, "given_up", Role.RESIDENT, about(row), at, title=reference("small_group", row.id))
    return row


def require_not_paid(row: GroupApplication) -> None:
    """Refuse to give up what is not granted, or is in the group's hands already.

    Raises:
        RuleViolation: naming which of the two.
    """
    require_move(row.state, State.GIVEN_UP)
    if row.paid_on is not None:
        raise RuleViolation(N_("지원금을 이미 받았습니다. 쓰지 않은 돈은 결과보고에서 돌려주세요."))


def reclaim(application_id: int, *, reason: str, version: int, by: Person, at: datetime) -> GroupApplication:
    """End a grant of which no report came in time: what was paid is taken back by a counter-entry and returned.

    Raises:
        NotFound, NotAllowed, Conflict: no such grant; not staff, or of the group; changed meanwhile.
        RuleViolation: the day for the report has not passed, or a report lies with the staff.
        InvalidInput: no reason.
    """
    row = checked_by_staff(application_id, by, at)
    claim_version(row, version)
    require_reclaimable(row, at)
    require_reason(reason)
    _end(row, State.RECLAIMED, NEVER_REPORTED, at)
    row.end_reason = reason
    note(
        row.place, "reclaimed", role_of(by, row.place, at), about(row), at, title=reference("small_group", row.id),
        granted_won=row.granted_won,
    )  # fmt: skip
    tell_leader(row, "reclaimed", key="", at=at, won=f"{row.granted_won:,}", reason=reason)
    return row


def require_reclaimable(row: GroupApplication, at: datetime) -> None:
    """Refuse to take a grant back that is not overdue: also asked before the page of it opens.

    Raises:
        RuleViolation: nothing was granted, an objection is open, the day for the report has not passed, or a report lies
            with the staff.
    """
    require_move(row.state, State.RECLAIMED)
    require_nothing_open(row.objection.standing if row.objection is not None else None)
    with_staff = row.report is not None and row.report.state in WITH_STAFF
    if row.report_due_on is None or not is_late(row.report_due_on, today=kst_date(at), is_with_staff=with_staff):
        raise RuleViolation(N_("결과보고 기한이 지나고 보고가 없을 때만 할 수 있습니다."))


def _end(row: GroupApplication, state: State, reason: str, at: datetime) -> None:
    if row.project_id is None:
        raise RuleViolation(NOT_GRANTED)
    end_grant(row.project_id, reason=reason, at=at)
    row.state, row.ended_on, row.end_reason = state, kst_date(at), reason
    if state is State.GIVEN_UP:
        row.version += 1
    session().flush()
