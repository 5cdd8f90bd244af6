"""The ledger: every won as a line that stays."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from app.clock import kst_date
from app.db.session import get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.execution.models import MoneyEntry, Project
from app.execution.permissions import can_run
from app.execution.rules.ledger import GENESIS, EntryKind, LedgerEntry, Line, require_amount, require_sound
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.plan.rules import FundSource
from app.record.services import append

BY_HAND = frozenset({EntryKind.CONTRACTED, EntryKind.PAID, EntryKind.RETURNED, EntryKind.CARRIED})
"""What staff enter; plans come from decisions, corrections from `take_back`."""


@dataclass(frozen=True)
class NewLine:
    """A line before it is in the ledger.

    Attributes:
        kind: what happened to the money.
        amount_won: whole won, positive except for changes of the plan and corrections.
        happened_on: the day on the document.
        memo: what for; no names.
        source: of which purse; None for the project's own.
        year: the year of account; None for the year of the day.
        approver: the body or office that approved a plan.
        document_name: of the file, for people.
        document: its bytes; only their hash is kept.
        corrects: the line that this one takes back.
        document_hash: of a document that was hashed elsewhere; not together with ``document``.
    """

    kind: EntryKind
    amount_won: int
    happened_on: date
    memo: str
    source: FundSource | None = None
    year: int | None = None
    approver: str = ""
    document_name: str = ""
    document: bytes | None = None
    corrects: int | None = None
    document_hash: str | None = None


def enter_money(project_id: int, line: NewLine, *, once: str, by: Person, at: datetime) -> MoneyEntry:
    """Enter a line; the same form sent twice enters one.

    Raises:
        NotFound, NotAllowed: no such project; not staff.
        RuleViolation: the project is over, or the sums become impossible.
        InvalidInput: a kind that is not entered by hand, an amount that it does not take, or a day that has not come.
    """
    project = get_or_not_found(Project, project_id, lock=True)
    if not can_run(by, project.place, at):
        raise NotAllowed(N_("사업을 맡은 담당자만 할 수 있습니다."))
    known = next((entry for entry in project.entries if entry.once == once), None)
    if known is not None:
        return known
    _require_open(project)
    if line.kind not in BY_HAND:
        raise InvalidInput(N_("이 종류는 직접 적을 수 없습니다."), field="kind")
    if line.happened_on > kst_date(at):
        raise InvalidInput(N_("아직 오지 않은 날입니다."), field="happened_on")
    return write_entry(project, line, once=once, at=at)


def take_back(project_id: int, *, number: int, memo: str, once: str, by: Person, at: datetime) -> MoneyEntry:
    """Take a wrong line back by a counter-entry; both stay visible.

    Raises:
        NotFound, NotAllowed, RuleViolation: as `enter_money`; or it was taken back before, or comes from a decision.
        InvalidInput: no such line.
    """
    project = get_or_not_found(Project, project_id, lock=True)
    if not can_run(by, project.place, at):
        raise NotAllowed(N_("사업을 맡은 담당자만 할 수 있습니다."))
    known = next((entry for entry in project.entries if entry.once == once), None)
    if known is not None:
        return known
    _require_open(project)
    wrong = next((entry for entry in project.entries if entry.number == number), None)
    if wrong is None or wrong.kind not in BY_HAND:
        raise InvalidInput(N_("바로잡을 수 없는 줄입니다."), field="number")
    if any(entry.corrects == number for entry in project.entries):
        raise RuleViolation(N_("이미 바로잡은 줄입니다."))
    line = NewLine(
        EntryKind.CORRECTION,
        -wrong.amount_won,
        kst_date(at),
        memo,
        source=wrong.source,
        year=wrong.year,
        corrects=number,
    )
    return write_entry(project, line, once=once, at=at)


def write_entry(project: Project, line: NewLine, *, once: str, at: datetime) -> MoneyEntry:
    """Append a line to the chain of a project whose row is locked, and check the sums.

    Raises:
        InvalidInput: an amount that its kind does not take.
        RuleViolation: the sums become impossible.
    """
    require_amount(line.kind, line.amount_won)
    wrong = next((entry for entry in project.entries if entry.number == line.corrects), None)
    source, year = line.source or project.source, line.year or line.happened_on.year
    require_sound([*project.lines, Line(wrong.kind if wrong else line.kind, line.amount_won, source, year)])
    return append_line(project, line, once=once, at=at)


def append_line(project: Project, line: NewLine, *, once: str, at: datetime) -> MoneyEntry:
    """Append a line whose amount and sums were checked to the chain of a project whose row is locked."""
    last = project.entries[-1] if project.entries else None
    hashed = LedgerEntry(
        project=project.id,
        number=last.number + 1 if last else 1,
        kind=line.kind,
        source=line.source or project.source,
        year=line.year or line.happened_on.year,
        amount_won=line.amount_won,
        happened_on=line.happened_on,
        memo=line.memo,
        approver=line.approver,
        document_hash=hashlib.sha256(line.document).hexdigest() if line.document is not None else line.document_hash,
        corrects=line.corrects,
        entered_at=at,
        parent_hash=last.hash if last else GENESIS,
    )
    entry = MoneyEntry(
        project_id=project.id, number=hashed.number, once=once, kind=hashed.kind, source=hashed.source,
        year=hashed.year, amount_won=hashed.amount_won, happened_on=hashed.happened_on, memo=hashed.memo,
        approver=hashed.approver, document_name=line.document_name, document_hash=hashed.document_hash,
        corrects=hashed.corrects, entered_at=at, parent_hash=hashed.parent_hash, hash=hashed.hash(),
    )  # fmt: skip
    project.entries.append(entry)
    session().flush()
    append(
        project.place,
        "execution.money",
        role=Role.DONG_STAFF,
        subject=f"project:{project.id}",
        at=at,
        values={
            "title": project.title, "kind": hashed.kind.value, "amount_won": hashed.amount_won, "entry": entry.hash,
        },
        document_hash=hashed.document_hash,
    )  # fmt: skip
    return entry


def _require_open(project: Project) -> None:
    if not project.is_at_work:
        raise RuleViolation(N_("끝난 사업의 장부에는 적을 수 없습니다."))
