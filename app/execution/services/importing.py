"""Taking tables of projects and of the ledger in: shown first, then taken whole or not at all, and only once."""

import hashlib
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from app.clock import kst_date
from app.db.session import get_or_not_found, session
from app.errors import NotAllowed, RuleViolation
from app.execution.models import Project, TableImport
from app.execution.permissions import can_run
from app.execution.queries.importing import ORIGIN, NewLines, NewProjects, check_ledger, check_projects
from app.execution.rules.importing import (
    SHOWN_PROBLEMS,
    SHOWN_ROWS,
    ImportState,
    LedgerRow,
    ProjectRow,
    Table,
    require_import_move,
)
from app.execution.rules.projects import ProjectState
from app.execution.services.money import NewLine, append_line
from app.i18n import N_
from app.jobs.services import enqueue
from app.people.models import Person
from app.people.rules import Role
from app.places.models import Place
from app.record.services import append

TAKE_JOB = "execution.take_table"
KEPT_FOR = timedelta(days=7)
"""How long an uploaded file waits before its content is thrown away."""


def upload_table(place: Place, kind: Table, content: bytes, *, by: Person, at: datetime) -> TableImport:
    """Read a file and keep it with what it would do. Nothing else is changed.

    Raises:
        NotAllowed: not staff.
        InvalidInput: no table in the format of the export, or too large.
    """
    _require_staff(place, by, at)
    found = _check(place, kind, content, at)
    row = TableImport(
        place_id=place.id, kind=kind, state=ImportState.READ, content=content,
        sha256=hashlib.sha256(content).hexdigest(), report=_report(found), uploaded_by=by.id, uploaded_at=at,
    )  # fmt: skip
    session().add(row)
    session().flush()
    return row


def ask_to_take(import_id: int, *, by: Person, at: datetime) -> TableImport:
    """Ask a job to take a file as it was shown; asking twice is asking once.

    Raises:
        NotFound, NotAllowed: no such file; not staff.
        RuleViolation: it has rows with problems, brings nothing new, or was thrown away.
    """
    row = get_or_not_found(TableImport, import_id, lock=True)
    _require_staff(get_or_not_found(Place, row.place_id), by, at)
    if row.state in {ImportState.TAKING, ImportState.TAKEN}:
        return row
    require_import_move(row.state, ImportState.TAKING)
    if row.report["problem_count"]:
        raise RuleViolation(N_("고칠 줄이 남아 있어 올릴 수 없습니다. 파일을 고쳐 다시 올려 주세요."))
    if not row.report["new"]:
        raise RuleViolation(N_("새로 올릴 줄이 없습니다."))
    row.state, row.decided_at = ImportState.TAKING, at
    job = enqueue(
        TAKE_JOB, {"import_id": row.id, "by": by.id}, by=by.id, at=at, place_id=row.place_id,
        idempotency_key=f"{TAKE_JOB}:{row.id}:{at.timestamp()}",
    )  # fmt: skip
    row.job_id = job.id
    return row


def take(import_id: int, *, by: Person, at: datetime) -> int:
    """Take a file, whole or not at all; what came in meanwhile is looked at again.

    Returns:
        how many rows were taken.

    Raises:
        NotFound, NotAllowed: no such file; not staff.
        RuleViolation: it was taken or thrown away, or its rows do not fit what is here by now.
    """
    row = get_or_not_found(TableImport, import_id, lock=True)
    place = get_or_not_found(Place, row.place_id, lock=True)
    _require_staff(place, by, at)
    require_import_move(row.state, ImportState.TAKEN)
    # The projects of a dong are locked, so that no line comes in between looking and writing.
    session().execute(update(Project).where(Project.place_id == place.id).values(place_id=place.id))
    session().expire_all()
    found = _check(place, row.kind, row.content or b"", at)
    if found.problems:
        raise RuleViolation(N_("그 사이에 달라져 맞지 않는 줄이 있습니다. 파일을 다시 올려 주세요."))
    for new in found.new:
        _take(*new, at=at)
    row.state, row.content, row.decided_at = ImportState.TAKEN, None, at
    append(
        place, f"execution.{row.kind.value}_taken_in", role=Role.DONG_STAFF, subject=f"table_import:{row.id}", at=at,
        values={"n": str(len(found.new))}, document_hash=row.sha256,
    )  # fmt: skip
    return len(found.new)


def give_up(import_id: int) -> None:
    """Offer a file again whose taking was refused."""
    row = get_or_not_found(TableImport, import_id, lock=True)
    if row.state is ImportState.TAKING:
        row.state = ImportState.READ


def discard(import_id: int, *, by: Person, at: datetime) -> None:
    """Throw an uploaded file away.

    Raises:
        NotFound, NotAllowed, RuleViolation: no such file; not staff; it was taken.
    """
    row = get_or_not_found(TableImport, import_id, lock=True)
    _require_staff(get_or_not_found(Place, row.place_id), by, at)
    if row.state is ImportState.DISCARDED:
        return
    require_import_move(row.state, ImportState.DISCARDED)
    row.state, row.content, row.decided_at = ImportState.DISCARDED, None, at


def forget_old_tables(at: datetime) -> None:
    """Throw files away that nobody decided about. Repeatable."""
    session().execute(
        update(TableImport)
        .where(TableImport.state == ImportState.READ, TableImport.uploaded_at < at - KEPT_FOR)
        .values(state=ImportState.DISCARDED, content=None, decided_at=at)
    )


def _check(place: Place, kind: Table, content: bytes, at: datetime) -> NewProjects | NewLines:
    if kind is Table.PROJECTS:
        return check_projects(place, content)
    return check_ledger(place, content, kst_date(at))


def _report(found: NewProjects | NewLines) -> dict[str, Any]:
    return {
        "new": len(found.new),
        "known": found.known,
        "problem_count": len(found.problems),
        "problems": [asdict(problem) for problem in found.problems[:SHOWN_PROBLEMS]],
        "sample": [_seen(*new) for new in found.new[:SHOWN_ROWS]],
    }


def _seen(row: ProjectRow | LedgerRow, target: Any) -> dict[str, Any]:
    """Return a new row as the preview shows it."""
    if isinstance(row, ProjectRow):
        return {
            "line": row.line,
            "title": row.title,
            "kind": row.kind.value,
            "state": row.state.value,
            "unit": row.unit,
        }
    return {
        "line": row.line, "title": target.title, "kind": row.kind.value, "amount_won": row.amount_won,
        "happened_on": row.happened_on.isoformat(), "memo": row.memo,
    }  # fmt: skip


def _take(row: ProjectRow | LedgerRow, target: Any, *, at: datetime) -> None:
    if isinstance(row, ProjectRow):
        _new_project(row, target.id, target.place, at)
        return
    line = NewLine(
        row.kind, row.amount_won, row.happened_on, row.memo, source=row.source, year=row.year_of_account,
        approver=row.approver, document_hash=row.document_sha256, corrects=row.corrects,
    )  # fmt: skip
    # `_check` added every line up already, with the dong's projects locked.
    append_line(target, line, once=f"{ORIGIN}{row.number}", at=at)


def _new_project(row: ProjectRow, cycle_id: int, place: Place, at: datetime) -> None:
    project = Project(
        place_id=place.id, cycle_id=cycle_id, once=f"{ORIGIN}{row.project}", kind=row.kind, source=row.source,
        title=row.title, unit=row.unit, where=row.where, state=row.state, cancel_reason=row.cancel_reason,
        created_at=row.began_at or at, completed_at=row.completed_at, handed_over={},
    )  # fmt: skip
    session().add(project)
    session().flush()
    append(
        place, "execution.taken_in", role=Role.DONG_STAFF, subject=f"project:{project.id}", at=at,
        values={"title": row.title, "year": str(row.year), "state": ProjectState(row.state).value},
    )  # fmt: skip


def _require_staff(place: Place, by: Person, at: datetime) -> None:
    if not can_run(by, place, at):
        raise NotAllowed(N_("사업을 맡은 담당자만 할 수 있습니다."))
