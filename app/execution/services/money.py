"""The ledger: every won as a line that stays."""

import hashlib
from datetime import date, datetime

from app.clock import kst_date
from app.cycle.rules import require_not_over
from app.db.session import get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.execution.models import MoneyEntry, Project
from app.execution.permissions import can_run
from app.execution.rules import GENESIS, EntryKind, LedgerEntry, ProjectState, require_amount, require_sound
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.record.services import append


def enter_money(
    project_id: int,
    *,
    kind: EntryKind,
    amount_won: int,
    happened_on: date,
    memo: str,
    document_name: str,
    document: bytes | None,
    once: str,
    by: Person,
    at: datetime,
) -> MoneyEntry:
    """Enter a line; the same form sent twice enters one.

    Args:
        project_id: whose ledger.
        kind: what happened to the money; a correction is made with `take_back`.
        amount_won: whole won, positive except for changes of the plan.
        happened_on: the day on the document, not in the future.
        memo: what for; no names.
        document_name: of the file, for people.
        document: its bytes; only their hash is kept here.
        once: the form's key.
        by: staff.
        at: when.

    Raises:
        NotFound, NotAllowed: no such project; not staff.
        RuleViolation: the project is over, or the sums become impossible.
        InvalidInput: an amount that its kind does not take, or a day that has not come.
    """
    project = get_or_not_found(Project, project_id, lock=True)
    if not can_run(by, project.place, at):
        raise NotAllowed(N_("사업을 맡은 담당자만 할 수 있습니다."))
    known = next((entry for entry in project.entries if entry.once == once), None)
    if known is not None:
        return known
    if project.state in {ProjectState.COMPLETED, ProjectState.CANCELLED}:
        raise RuleViolation(N_("끝난 사업의 장부에는 적을 수 없습니다."))
    if kind in {EntryKind.PLANNED, EntryKind.CORRECTION}:
        raise InvalidInput(N_("이 종류는 직접 적을 수 없습니다."), field="kind")
    if happened_on > kst_date(at):
        raise InvalidInput(N_("아직 오지 않은 날입니다."), field="happened_on")
    return write_entry(
        project, kind=kind, amount_won=amount_won, happened_on=happened_on, memo=memo, document_name=document_name,
        document=document, corrects=None, once=once, at=at,
    )  # fmt: skip


def take_back(project_id: int, *, number: int, memo: str, once: str, by: Person, at: datetime) -> MoneyEntry:
    """Take a wrong line back by a counter-entry; both stay visible.

    Raises:
        NotFound, NotAllowed, RuleViolation: as `enter_money`; or it was taken back before, or is the assembly's own line.
        InvalidInput: no such line.
    """
    project = get_or_not_found(Project, project_id, lock=True)
    if not can_run(by, project.place, at):
        raise NotAllowed(N_("사업을 맡은 담당자만 할 수 있습니다."))
    known = next((entry for entry in project.entries if entry.once == once), None)
    if known is not None:
        return known
    require_not_over(is_over=project.cycle.is_over)
    wrong = next((entry for entry in project.entries if entry.number == number), None)
    if wrong is None or wrong.kind in {EntryKind.CORRECTION, EntryKind.PLANNED}:
        raise InvalidInput(N_("바로잡을 수 없는 줄입니다."), field="number")
    if any(entry.corrects == number for entry in project.entries):
        raise RuleViolation(N_("이미 바로잡은 줄입니다."))
    return write_entry(
        project, kind=EntryKind.CORRECTION, amount_won=-wrong.amount_won, happened_on=kst_date(at), memo=memo,
        document_name="", document=None, corrects=number, once=once, at=at,
    )  # fmt: skip


def write_entry(
    project: Project,
    *,
    kind: EntryKind,
    amount_won: int,
    happened_on: date,
    memo: str,
    document_name: str,
    document: bytes | None,
    corrects: int | None,
    once: str,
    at: datetime,
) -> MoneyEntry:
    """Append a line to the chain of a project whose row is locked, and check the sums."""
    require_amount(kind, amount_won)
    last = project.entries[-1] if project.entries else None
    line = LedgerEntry(
        project=project.id,
        number=last.number + 1 if last else 1,
        kind=kind,
        amount_won=amount_won,
        happened_on=happened_on,
        memo=memo,
        document_hash=hashlib.sha256(document).hexdigest() if document is not None else None,
        corrects=corrects,
        entered_at=at,
        parent_hash=last.hash if last else GENESIS,
    )
    entry = MoneyEntry(
        project_id=project.id, number=line.number, once=once, kind=kind, amount_won=amount_won,
        happened_on=happened_on, memo=memo, document_name=document_name, document_hash=line.document_hash,
        corrects=corrects, entered_at=at, parent_hash=line.parent_hash, hash=line.hash(),
    )  # fmt: skip
    project.entries.append(entry)
    require_sound(project.balance)
    session().flush()
    append(
        project.place,
        "execution.money",
        role=Role.DONG_STAFF,
        subject=f"project:{project.id}",
        at=at,
        values={"title": project.title, "kind": kind.value, "amount_won": amount_won, "entry": entry.hash},
        document_hash=line.document_hash,
    )
    return entry


def as_ledger_entry(entry: MoneyEntry) -> LedgerEntry:
    """Return a row as it is hashed."""
    return LedgerEntry(
        project=entry.project_id, number=entry.number, kind=entry.kind, amount_won=entry.amount_won,
        happened_on=entry.happened_on, memo=entry.memo, document_hash=entry.document_hash, corrects=entry.corrects,
        entered_at=entry.entered_at, parent_hash=entry.parent_hash,
    )  # fmt: skip
