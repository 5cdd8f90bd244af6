"""The report: written by the group, sent in, sent back or accepted; acceptance settles the money."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import select

from app.clock import kst_date
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotFound, RuleViolation
from app.execution.services.grants import Document, settle_grant
from app.files.services import keep_file
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.record.references import reference
from app.small_groups.models import GroupApplication, GroupReport, Receipt, ReportPhoto
from app.small_groups.permissions import is_in_group
from app.small_groups.queries.applications import NO_APPLICATION
from app.small_groups.rules.applications import State, require_move
from app.small_groups.rules.objections import require_nothing_open
from app.small_groups.rules.reports import (
    CORRECT_WITHIN,
    MOST_PHOTOS,
    MOST_RECEIPTS,
    WRITABLE,
    ReportState,
    require_report,
    require_report_move,
    require_spent,
)
from app.small_groups.rules.rounds import require_reason
from app.small_groups.services.loading import about, checked_by_staff, led, locked, note, role_of
from app.small_groups.services.telling import tell_leader

G = TypeVar("G", Receipt, ReportPhoto)
NO_FILE = N_("찾으시는 파일이 없습니다.")
NOT_WRITABLE = N_("지금은 결과보고를 고칠 수 없습니다.")


@dataclass(frozen=True)
class Account:
    """What a group says it did: in words, how often it met, how many took part."""

    did: str
    meetings: int
    attendance: int


@dataclass(frozen=True)
class Spending:
    """Money that was spent, and the paper that shows it."""

    line: str
    what: str
    won: int
    spent_on: date
    name: str
    content: bytes


def write_report(application_id: int, account: Account, *, version: int, by: Person, at: datetime) -> GroupReport:
    """Keep what has been written of a report; anybody of the group may.

    Raises:
        NotFound: no grant of a group that this person is in.
        Conflict: changed meanwhile by another of the group.
        RuleViolation: the money was not paid yet, or the report lies with the staff.
    """
    report = _writable(application_id, by, at)
    claim_version(report, version)
    report.did, report.meetings, report.attendance = account.did, account.meetings, account.attendance
    return report


def add_receipt(application_id: int, spending: Spending, *, once: str, by: Person, at: datetime) -> Receipt:
    """Add what was spent with its paper; the same form sent twice adds it once.

    Raises:
        NotFound, RuleViolation: as `write_report`; or there are as many as a report may have.
        InvalidInput: no such line of the budget, no money, a day outside of the grant, or a file that is not taken.
        ResidentNumberRefused: a resident number is in the file.
    """
    report = _writable(application_id, by, at)
    known = session().scalar(select(Receipt).where(Receipt.report_id == report.id, Receipt.once == once))
    if known is not None:
        return known
    if len([each for each in report.receipts if each.removed_at is None]) >= MOST_RECEIPTS:
        raise RuleViolation(N_("영수증은 %(n)s장까지 올립니다. 작은 것은 모아서 올려 주세요."), n=MOST_RECEIPTS)
    row = report.application
    if spending.line not in {line.what for line in row.budget}:
        raise InvalidInput(N_("예산에 있는 항목을 골라 주세요."), field="line")
    if spending.won <= 0:
        raise InvalidInput(N_("금액을 0보다 크게 적어 주세요."), field="won")
    if spending.spent_on > kst_date(at) or (row.granted_on and spending.spent_on < row.granted_on):
        raise InvalidInput(N_("지원이 정해진 날부터 오늘까지 쓴 돈만 적습니다."), field="spent_on")
    stored = keep_file(row.place, name=spending.name, content=spending.content, by=by, at=at)
    if any(each.file.sha256 == stored.sha256 for each in report.receipts if each.removed_at is None):
        raise InvalidInput(N_("같은 영수증이 이미 있습니다."), field="file")
    receipt = Receipt(
        report_id=report.id, once=once, line=spending.line, what=spending.what, won=spending.won,
        spent_on=spending.spent_on, file_id=stored.id, added_at=at,
    )  # fmt: skip
    report.receipts.append(receipt)
    session().flush()
    return receipt


def add_photo(application_id: int, *, name: str, content: bytes, text: str, by: Person, at: datetime) -> ReportPhoto:
    """Add a photo of what was done; the same one twice is one.

    Raises:
        NotFound, RuleViolation: as `write_report`; or there are as many as a report may have.
        InvalidInput: not a picture.
    """
    report = _writable(application_id, by, at)
    shown = [each for each in report.photos if each.removed_at is None]
    stored = keep_file(
        report.application.place, name=name, content=content, by=by, at=at, only_pictures=True, field="photo"
    )
    twin = next((each for each in shown if each.file.sha256 == stored.sha256), None)
    if twin is not None:
        session().delete(stored)
        return twin
    if len(shown) >= MOST_PHOTOS:
        raise RuleViolation(N_("사진은 %(n)s장까지 올립니다."), n=MOST_PHOTOS)
    photo = ReportPhoto(report_id=report.id, file_id=stored.id, text=text, added_at=at)
    report.photos.append(photo)
    session().flush()
    return photo


def remove_receipt(application_id: int, receipt_id: int, *, by: Person, at: datetime) -> Receipt:
    """Take a receipt away; its paper is erased. Twice is once.

    Raises:
        NotFound, RuleViolation: as `write_report`; or it belongs to another report.
    """
    return _taken_away(_writable(application_id, by, at).receipts, receipt_id, at)


def remove_photo(application_id: int, photo_id: int, *, by: Person, at: datetime) -> ReportPhoto:
    """Take a photo away; it is erased. Twice is once.

    Raises:
        NotFound, RuleViolation: as `write_report`; or it belongs to another report.
    """
    return _taken_away(_writable(application_id, by, at).photos, photo_id, at)


def submit_report(application_id: int, *, by: Person, at: datetime) -> GroupReport:
    """Send the report in; late is better than never, until the money is taken back. Twice is once.

    Raises:
        NotFound, NotAllowed: no such grant; not the group's leader.
        RuleViolation: it was not paid, or the receipts come to more than the grant.
        InvalidInput: it says too little.
    """
    led(application_id, by)
    row = _granted(application_id)
    report = _report_of(row, at)
    if report.state is ReportState.SUBMITTED:
        return report
    require_report_move(report.state, ReportState.SUBMITTED)
    for receipt in report.receipts:
        receipt.struck_reason = ""  # what was struck out and is still there is put to the staff once more
    require_report(
        did=report.did, meetings=report.meetings, people=report.attendance, spent_won=report.receipts_won,
        granted_won=row.granted_won,
    )  # fmt: skip
    report.state, report.submitted_at = ReportState.SUBMITTED, at
    report.version += 1
    session().flush()
    note(
        row.place, "reported", Role.RESIDENT, about(row), at, title=reference("small_group", row.id),
        spent_won=report.receipts_won,
    )  # fmt: skip
    return report


def strike_receipt(
    application_id: int, receipt_id: int, *, reason: str, version: int, by: Person, at: datetime
) -> Receipt:
    """Leave a receipt out of the settlement, or count it again (an empty reason).

    Raises:
        NotFound, NotAllowed, Conflict: no such receipt; not staff, or of the group; the report changed meanwhile.
        RuleViolation: the report does not lie with the staff.
    """
    report = _with_staff(application_id, version, by, at)
    found = next((each for each in report.receipts if each.id == receipt_id and each.removed_at is None), None)
    if found is None:
        raise NotFound(NO_FILE)
    found.struck_reason = reason.strip()
    return found


def send_back(application_id: int, *, answer: str, version: int, by: Person, at: datetime) -> GroupReport:
    """Send a report back with what must be corrected; the group has at least a week for it.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: as `strike_receipt`.
        InvalidInput: nothing is said.
    """
    report = _with_staff(application_id, version, by, at)
    require_reason(answer, field="answer")
    row = report.application
    report.state, report.answer, report.answered_at, report.answered_by = ReportState.RETURNED, answer, at, by.id
    row.report_due_on = max(row.report_due_on or kst_date(at), kst_date(at) + timedelta(days=CORRECT_WITHIN))
    row.reminded = None
    session().flush()
    note(
        row.place, "report_returned", role_of(by, row.place, at), about(row), at, title=reference("small_group", row.id)
    )
    tell_leader(
        row, "report_returned", key=str(report.version), at=at, answer=answer, due=row.report_due_on.isoformat()
    )
    return report


def accept_report(application_id: int, *, version: int, by: Person, at: datetime) -> GroupReport:
    """Accept a report: what its receipts show stays spent, the rest is returned, the report becomes public.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: as `strike_receipt`; or an objection is open, or not all is paid.
    """
    report = _with_staff(application_id, version, by, at)
    row = report.application
    require_move(row.state, State.SETTLED)
    require_nothing_open(row.objection.standing if row.objection is not None else None)
    require_report_move(report.state, ReportState.ACCEPTED)
    if row.owed_won:
        raise RuleViolation(N_("더 주기로 한 지원금을 먼저 주고 적어 주세요."))
    spent = report.receipts_won
    require_spent(spent, row.granted_won)
    if row.project_id is not None:
        settle_grant(row.project_id, spent_won=spent, document=_receipts_document(report), at=at)
    report.state, report.answered_at, report.answered_by = ReportState.ACCEPTED, at, by.id
    report.spent_won, report.answer = spent, ""
    row.state, row.ended_on = State.SETTLED, kst_date(at)
    row.version += 1
    session().flush()
    note(
        row.place, "settled", role_of(by, row.place, at), about(row), at, title=reference("small_group", row.id),
        spent_won=spent, returned_won=row.granted_won - spent,
    )  # fmt: skip
    tell_leader(row, "settled", key="", at=at, spent=f"{spent:,}", returned=f"{row.granted_won - spent:,}")
    return report


def _taken_away(given: Sequence[G], number: int, at: datetime) -> G:
    found = next((each for each in given if each.id == number), None)
    if found is None:
        raise NotFound(NO_FILE)
    if found.removed_at is None:
        found.removed_at = at
        found.file.content, found.file.preview = b"", None
    return found


def _receipts_document(report: GroupReport) -> Document | None:
    """Bind the papers to the ledger's line: the hash of the one, or of the list of their hashes."""
    hashes = sorted(each.file.sha256 for each in report.counted_receipts)
    if not hashes:
        return None
    return Document("receipts.txt", hashlib.sha256("\n".join(hashes).encode()).hexdigest())


def _granted(application_id: int) -> GroupApplication:
    row = get_or_not_found(GroupApplication, application_id)
    if row.state is not State.GRANTED or row.paid_on is None:
        raise RuleViolation(N_("지원금을 받은 모임만 결과를 보고합니다."))
    return row


def _report_of(row: GroupApplication, at: datetime) -> GroupReport:
    """Return the locked report of a grant; an empty one where nothing was written yet."""
    report = session().scalar(
        select(GroupReport)
        .where(GroupReport.application_id == row.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if report is None:
        report = GroupReport(application_id=row.id, application=row, state=ReportState.DRAFT, begun_at=at)
        session().add(report)
        session().flush()
    return report


def _writable(application_id: int, by: Person, at: datetime) -> GroupReport:
    row = locked(application_id)
    if not is_in_group(by, row):
        raise NotFound(NO_APPLICATION)
    report = _report_of(_granted(application_id), at)
    if report.state not in WRITABLE:
        raise RuleViolation(NOT_WRITABLE)
    return report


def _with_staff(application_id: int, version: int, by: Person, at: datetime) -> GroupReport:
    row = checked_by_staff(application_id, by, at)
    if row.report is None:
        raise NotFound(NO_APPLICATION)
    report = _report_of(row, at)
    claim_version(report, version)
    if report.state is not ReportState.SUBMITTED:
        raise RuleViolation(N_("확인을 기다리는 결과보고가 아닙니다."))
    return report
