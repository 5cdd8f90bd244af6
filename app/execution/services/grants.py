"""Money that is given to somebody who reports on it afterwards: begun, paid out, settled, or taken back.

Who may is decided by the concept that gives the grant (`app.small_groups`); here its project and its ledger are kept.
"""

from dataclasses import dataclass
from datetime import date, datetime

from app.clock import kst_date
from app.cycle.models import Cycle
from app.db.session import get_or_not_found, session
from app.errors import RuleViolation
from app.execution.models import Milestone, MoneyEntry, Project
from app.execution.rules.ledger import EntryKind
from app.execution.rules.projects import ProjectKind, ProjectState
from app.execution.services.money import NewLine, write_entry
from app.execution.services.projects import Description, begin_ledger, new_project, note
from app.i18n import N_
from app.people.models import Person
from app.plan.rules import FundSource

NOT_AT_WORK = N_("이 모임의 사업이 이미 끝나 장부에 적을 수 없습니다.")
REPORT = "결과보고와 정산"
"""Name of the one step that a grant owes."""


@dataclass(frozen=True)
class Document:
    """What shows that money moved: the file's name, and its SHA-256 (hex)."""

    name: str
    sha256: str


def begin_grant(
    cycle: Cycle,
    words: Description,
    *,
    source: FundSource,
    won: int,
    approver: str,
    report_due_on: date,
    once: str,
    by: Person,
    at: datetime,
) -> Project:
    """Make a project of a grant, with what was decided as the first line of its ledger and the report as its step.

    Args:
        cycle: the year of the grant; its execution may still lie ahead.
        words: what it says of itself.
        source: where the money comes from.
        won: what was decided.
        approver: which body decided.
        report_due_on: the last day for the report; past it the project counts as late.
        once: unique within the dong.
        by: who wrote the decision down.
        at: when.
    """
    project = new_project(cycle, words, ProjectKind.GROUP_GRANT, source, once=once, at=at)
    begin_ledger(project, won, memo="지원하기로 정함", approver=approver, by=by, at=at)
    project.milestones.append(Milestone(project_id=project.id, title=REPORT, planned_on=report_due_on, moves=[]))
    session().flush()
    note(project, "execution.milestone_planned", at, title=REPORT, day=report_due_on.isoformat())
    return project


def raise_grant(project_id: int, *, won: int, memo: str, approver: str, at: datetime) -> Project:
    """Enter that a body decided to give more: a change of the plan, in the purse and year of account of the grant.

    Raises:
        NotFound: no such project.
        RuleViolation: it is over.
        InvalidInput: nothing is added.
    """
    project = _at_work(project_id)
    first = project.entries[0]
    line = NewLine(
        EntryKind.CHANGED, won, kst_date(at), memo, source=first.source, year=first.year, approver=approver
    )  # fmt: skip
    write_entry(project, line, once=f"grant-raise-{len(project.entries)}", at=at)
    project.version += 1
    return project


def pay_grant(project_id: int, *, won: int, paid_on: date, document: Document | None, at: datetime) -> Project:
    """Enter that a grant, or what was added to it, was handed over: committed, and paid, in its year of account.

    Raises:
        NotFound: no such project.
        RuleViolation: it is over, or it would be more than was planned.
    """
    project = _at_work(project_id)
    balance = project.balance
    if won > balance.planned_won - balance.paid_won:
        raise RuleViolation(N_("지원금을 이미 주었습니다."))
    again = f"-{len(project.entries)}" if balance.paid_won else ""
    missing = balance.paid_won + won - balance.contracted_won
    if missing > 0:
        _write(project, EntryKind.CONTRACTED, missing, "지원금 교부 결정", f"grant-commit{again}", on=paid_on, at=at)
    _write(project, EntryKind.PAID, won, "지원금을 줌", f"grant-pay{again}", on=paid_on, at=at, document=document)
    project.state = ProjectState.RUNNING
    project.version += 1
    return project


def settle_grant(project_id: int, *, spent_won: int, document: Document | None, at: datetime) -> Project:
    """Settle a grant: what was spent stays paid, the rest is returned, the report counts as done, the project is complete.

    What was handed over is taken back by a counter-entry first, so that the ledger says what the money became and both
    lines stay visible.

    Raises:
        NotFound: no such project.
        RuleViolation: it is over, or more was spent than was planned.
    """
    project = _at_work(project_id)
    _redo(project, spent_won, memo="정산: 쓴 돈", document=document, at=at)
    for step in project.milestones:
        if step.done_on is None:
            step.done_on = kst_date(at)
            note(project, "execution.milestone_done", at, title=step.title, day=step.done_on.isoformat())
    project.state, project.completed_at = ProjectState.COMPLETED, at
    project.version += 1
    note(project, "execution.completed", at, title=project.title)
    return project


def end_grant(project_id: int, *, reason: str, at: datetime) -> Project:
    """End a grant of which nothing counts as spent: given up, or never reported. All of it is returned.

    Raises:
        NotFound: no such project.
        RuleViolation: it is over.
    """
    project = _at_work(project_id)
    _redo(project, 0, memo="", document=None, at=at)
    project.state, project.cancel_reason = ProjectState.CANCELLED, reason
    project.version += 1
    note(project, "execution.cancelled", at, title=project.title, reason=reason)
    return project


def _at_work(project_id: int) -> Project:
    project = get_or_not_found(Project, project_id, lock=True)
    if not project.is_at_work:
        raise RuleViolation(NOT_AT_WORK)
    return project


def _redo(project: Project, spent_won: int, *, memo: str, document: Document | None, at: datetime) -> None:
    """Make the ledger say: so much was spent, and everything else went back."""
    planned = project.balance.planned_won
    if spent_won > planned:
        raise RuleViolation(N_("쓴 돈이 지원금보다 많을 수 없습니다."))
    if project.balance.paid_won != spent_won:
        for entry in _uncorrected(project, EntryKind.PAID):
            line = NewLine(
                EntryKind.CORRECTION, -entry.amount_won, kst_date(at), "정산: 준 돈을 되돌려 적음", source=entry.source,
                year=entry.year, corrects=entry.number,
            )  # fmt: skip
            write_entry(project, line, once=f"grant-back-{entry.number}", at=at)
        if spent_won:
            _write(project, EntryKind.PAID, spent_won, memo, "grant-spent", on=kst_date(at), at=at, document=document)
    if project.balance.left_won:
        _write(
            project, EntryKind.RETURNED, project.balance.left_won, "정산: 돌려받은 돈", "grant-return", on=kst_date(at), at=at
        )  # fmt: skip


def _uncorrected(project: Project, kind: EntryKind) -> list[MoneyEntry]:
    corrected = {entry.corrects for entry in project.entries}
    return [entry for entry in project.entries if entry.kind is kind and entry.number not in corrected]


def _write(  # noqa: PLR0913 - one line of a ledger
    project: Project,
    kind: EntryKind,
    won: int,
    memo: str,
    once: str,
    *,
    on: date,
    at: datetime,
    document: Document | None = None,
) -> None:
    """Write a line of the purse that the grant came from: a report in January settles last year's money."""
    first = project.entries[0]
    line = NewLine(
        kind, won, on, memo, source=first.source, year=first.year,
        document_name=document.name if document else "", document_hash=document.sha256 if document else None,
    )  # fmt: skip
    write_entry(project, line, once=once, at=at)
