"""Taking a file into a voter roll: read, checked and shown first, then taken (`taking`) or thrown away."""

import base64
import json
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from app.db.session import get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.jobs.services import enqueue
from app.people.models import Person, Roll, RollEntry, RollImport, VerificationLetter
from app.people.permissions import can_keep_roll
from app.people.queries.rolls import on_roll
from app.people.roll_files import Reading, Row, kind_of
from app.people.rules import IMPORT_MOVES, ImportState, Role
from app.people.services.rolls import MAY_NOT, ask_to_sweep, require_draft, require_not_being_taken
from app.privacy.encryption import Indexed
from app.privacy.keys import keys
from app.privacy.sealing import cell_of, index_of, reveal
from app.record.services import append

READ_JOB = "people.read_roll"
TAKE_JOB = "people.take_roll"
SAMPLE_ROWS = 8


def upload(roll_id: int, content: bytes, *, by: Person, at: datetime) -> RollImport:
    """Keep an uploaded file (sealed) and ask a job to read it.

    Raises:
        NotFound, NotAllowed: no such roll; not a public servant of the dong.
        RuleViolation: the roll is no draft.
        InvalidInput: the file is empty.
    """
    roll = _open_draft(roll_id, by=by, at=at)
    if not content:
        raise InvalidInput(N_("빈 파일입니다."), field="file")
    row = RollImport(roll_id=roll.id, kind=kind_of(content), uploaded_by=by.id, uploaded_at=at)
    # Sealed as it is: the form looked for resident numbers inside already, and base64 may look like anything.
    cell = cell_of(row, RollImport.content)
    row.content = keys().keyring.seal(cell, base64.b64encode(content).decode("ascii"))
    session().add(row)
    session().flush()
    job = enqueue(
        READ_JOB,
        {"import_id": row.id},
        by=by.id,
        at=at,
        place_id=roll.place_id,
        idempotency_key=f"{READ_JOB}:{row.id}",
    )
    row.job_id = job.id
    return row


def content_of(row: RollImport) -> bytes:
    """Return the uploaded file.

    Raises:
        RuleViolation: it was taken or thrown away already.
    """
    text = reveal(row, RollImport.content)
    if text is None:
        raise RuleViolation(N_("이 파일은 이미 처리했습니다."))
    return base64.b64decode(text)


def note_reading(import_id: int, reading: Reading | None, *, refusal: InvalidInput | None = None) -> RollImport:
    """Keep what reading the file found: counts and problems without values, and a sealed sample for the preview."""
    row = get_or_not_found(RollImport, import_id, lock=True)
    require_import_move(row.state, ImportState.READ)
    row.state = ImportState.READ
    if reading is None:
        message = refusal.message if refusal else ""
        row.report = {"refusal": {"message": message, "values": dict(refusal.values) if refusal else {}}}
        row.content = None
        return row
    known = _twins_on_roll(row.roll_id, reading.rows)
    row.report = {
        "rows": len(reading.rows),
        "problem_count": reading.problem_count,
        "problems": [
            {"line": each.line, "column": each.column, "message": each.message, "values": each.values}
            for each in reading.problems
        ],
        "columns": reading.columns,
        "ignored": reading.ignored,
        "twins": reading.twins[:2000],
        "twin_count": len(reading.twins),
        "known": known[:2000],
        "known_count": len(known),
    }
    sample = [
        {
            "line": each.line,
            "name": each.name,
            "birth_date": each.birth_date.isoformat(),
            "unit": each.unit,
            "address": each.address,
            "phone": each.phone,
            "email": each.email,
        }
        for each in reading.rows[:SAMPLE_ROWS]
    ]
    row.sample = keys().keyring.seal(cell_of(row, RollImport.sample), json.dumps(sample, ensure_ascii=False))
    return row


def sample_of(row: RollImport) -> list[dict[str, Any]]:
    """Return the first rows as they were understood."""
    text = reveal(row, RollImport.sample)
    return json.loads(text) if text else []


def ask_to_take(import_id: int, *, twins: str, by: Person, at: datetime) -> RollImport:
    """Ask a job to take the file as it was shown.

    Args:
        import_id: which file.
        twins: what to do with people who appear twice: ``once`` takes the first line of each, ``all`` takes every line.
        by: who decides.
        at: when.

    Raises:
        NotFound, NotAllowed: no such file; not a public servant of the dong.
        RuleViolation: the roll is no draft, the file was not read or not without problems, or has people twice and
            nothing was decided about them; or another file is being taken.
    """
    row = get_or_not_found(RollImport, import_id, lock=True)
    roll = _open_draft(row.roll_id, by=by, at=at)
    require_import_move(row.state, ImportState.TAKING)
    require_not_being_taken(roll)
    report = row.report
    if "refusal" in report or report.get("problem_count"):
        raise RuleViolation(N_("고칠 줄이 남아 있어 올릴 수 없습니다. 파일을 고쳐 다시 올려 주세요."))
    if twins not in {"once", "all"}:
        if report.get("twin_count") or report.get("known_count"):
            raise RuleViolation(N_("두 번 나오는 사람을 어떻게 할지 골라 주세요."))
        twins = "once"
    row.state, row.decided_at = ImportState.TAKING, at
    job = enqueue(
        TAKE_JOB,
        {"import_id": row.id, "twins": twins},
        by=by.id,
        at=at,
        place_id=roll.place_id,
        idempotency_key=f"{TAKE_JOB}:{row.id}:{at.timestamp()}",
    )
    row.job_id = job.id
    return row


def discard(import_id: int, *, by: Person, at: datetime) -> None:
    """Throw an uploaded file away.

    Raises:
        NotFound, NotAllowed, RuleViolation: no such file; not a public servant of the dong; it is being taken.
    """
    row = get_or_not_found(RollImport, import_id, lock=True)
    if not can_keep_roll(by, row.roll.place, at):
        raise NotAllowed(MAY_NOT)
    require_import_move(row.state, ImportState.DISCARDED)
    if row.state is ImportState.TAKEN:
        raise RuleViolation(N_("이 파일은 이미 처리했거나 처리하고 있습니다."))
    row.state, row.content, row.sample, row.decided_at = ImportState.DISCARDED, None, None, at


def undo(import_id: int, *, by: Person, at: datetime) -> int:
    """Take a file's people off a draft again, at once; a job deletes their rows. Returns how many.

    Raises:
        NotFound, NotAllowed: no such file; not a public servant of the dong.
        RuleViolation: the roll is no draft, the file was not taken, or another file is being taken.
    """
    row = get_or_not_found(RollImport, import_id, lock=True)
    roll = _open_draft(row.roll_id, by=by, at=at)
    if row.state is not ImportState.TAKEN:
        raise RuleViolation(N_("명부에 올린 파일이 아닙니다."))
    require_not_being_taken(roll)
    mine = select(RollEntry.id).where(RollEntry.import_id == row.id)
    session().execute(delete(VerificationLetter).where(VerificationLetter.roll_entry_id.in_(mine)))
    count = session().scalar(select(func.count()).select_from(mine.subquery())) or 0
    row.state, row.decided_at = ImportState.DISCARDED, at
    roll.version += 1
    append(
        roll.place,
        "people.roll_shrank",
        role=by.staff_role(roll.place, at) or Role.DONG_STAFF,
        subject=f"roll:{roll.id}",
        at=at,
        values={"count": count},
    )
    ask_to_sweep(roll, by=by, at=at)
    return count


def twin_index(row: Row) -> bytes:
    """Return the blind index of what is equal for the same person entered twice."""
    return index_of(Indexed.TOKEN, *row.twin_key, scope="roll-twin")


def require_import_move(present: ImportState, wanted: ImportState) -> None:
    """Refuse a move that the table does not list.

    Raises:
        RuleViolation: the file cannot go there from where it stands.
    """
    if wanted not in IMPORT_MOVES[present]:
        raise RuleViolation(N_("이 파일은 이미 처리했거나 처리하고 있습니다."))


def _twins_on_roll(roll_id: int, rows: list[Row]) -> list[int]:
    known = set(session().scalars(select(RollEntry.twin_index).where(on_roll(get_or_not_found(Roll, roll_id)))))
    return [row.line for row in rows if twin_index(row) in known] if known else []


def _open_draft(roll_id: int, *, by: Person, at: datetime) -> Roll:
    roll = get_or_not_found(Roll, roll_id, lock=True)
    if not can_keep_roll(by, roll.place, at):
        raise NotAllowed(MAY_NOT)
    require_draft(roll)
    return roll
