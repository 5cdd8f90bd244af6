"""Taking a file into a voter roll: read, checked and shown first, then taken whole or not at all."""

import base64
import json
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, func, insert, select

from app.db.session import get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.jobs.services import enqueue
from app.people.models import Person, Roll, RollEntry, RollImport
from app.people.permissions import can_keep_roll
from app.people.roll_files import Reading, Row, kind_of
from app.people.rules import IMPORT_MOVES, ImportState, Role, RollState
from app.people.services.rolls import MAY_NOT, require_roll_move
from app.privacy.encryption import Indexed
from app.privacy.keys import keys
from app.privacy.sealing import cell_of, index_of, reveal, sealed_values
from app.record.services import append

READ_JOB = "people.read_roll"
TAKE_JOB = "people.take_roll"
SAMPLE_ROWS = 8
Progress = Callable[[int, int], None]


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
            nothing was decided about them.
    """
    row = get_or_not_found(RollImport, import_id, lock=True)
    roll = _open_draft(row.roll_id, by=by, at=at)
    require_import_move(row.state, ImportState.TAKING)
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


def prepare_rows(
    roll_id: int, import_id: int, rows: list[Row], *, progress: Progress | None = None
) -> list[dict[str, Any]]:
    """Seal every row for the table. Takes a while and writes nothing: call it outside a transaction."""
    prepared = []
    for done, row in enumerate(rows, start=1):
        row_key = uuid4()
        texts = {
            "name": row.name,
            "birth_date": row.birth_date.isoformat(),
            "unit": row.unit or None,
            "address": row.address or None,
            "phone": row.phone or None,
            "email": row.email or None,
        }
        prepared.append(
            {
                "row_key": row_key,
                "roll_id": roll_id,
                "import_id": import_id,
                "sex": row.sex,
                "basis": row.basis,
                "identity_index": index_of(Indexed.NAME_AND_BIRTH, row.name, row.birth_date.isoformat()),
                "twin_index": twin_index(row),
                "phone_index": index_of(Indexed.PHONE, row.phone) if row.phone else None,
                "email_index": index_of(Indexed.EMAIL, row.email) if row.email else None,
                "salt": secrets.token_bytes(32),
                **sealed_values(RollEntry, row_key, texts),
            }
        )
        if progress is not None and done % 2000 == 0:
            progress(done, len(rows))
    return prepared


def take(import_id: int, prepared: list[dict[str, Any]], *, twins: str, at: datetime) -> int:
    """Put prepared rows onto the roll, all in this one transaction; return how many.

    Raises:
        RuleViolation: the roll was frozen or the file thrown away meanwhile; nothing is taken.
    """
    row = get_or_not_found(RollImport, import_id, lock=True)
    require_import_move(row.state, ImportState.TAKEN)
    roll = get_or_not_found(Roll, row.roll_id, lock=True)
    require_roll_move(roll.state, RollState.FROZEN)
    if twins == "once":
        seen = set(session().scalars(select(RollEntry.twin_index).where(RollEntry.roll_id == roll.id)))
        fresh = []
        for values in prepared:
            if values["twin_index"] not in seen:
                seen.add(values["twin_index"])
                fresh.append(values)
        prepared = fresh
    number = session().scalar(select(func.max(RollEntry.number)).where(RollEntry.roll_id == roll.id)) or 0
    for offset, values in enumerate(prepared, start=1):
        values["number"] = number + offset
    if prepared:
        session().execute(insert(RollEntry), prepared)
    row.state, row.content, row.sample = ImportState.TAKEN, None, None
    row.report = {**row.report, "taken": len(prepared)}
    roll.version += 1
    append(
        roll.place,
        "people.roll_grew",
        role=Role.DONG_STAFF,
        subject=f"roll:{roll.id}",
        at=at,
        values={"count": len(prepared), "total": number + len(prepared)},
    )
    return len(prepared)


def discard(import_id: int, *, by: Person, at: datetime) -> None:
    """Throw an uploaded file away.

    Raises:
        NotFound, NotAllowed, RuleViolation: no such file; not a public servant of the dong; it is being taken.
    """
    row = get_or_not_found(RollImport, import_id, lock=True)
    if not can_keep_roll(by, row.roll.place, at):
        raise NotAllowed(MAY_NOT)
    require_import_move(row.state, ImportState.DISCARDED)
    row.state, row.content, row.sample, row.decided_at = ImportState.DISCARDED, None, None, at


def undo(import_id: int, *, by: Person, at: datetime) -> int:
    """Take a file's people off a draft again; return how many.

    Raises:
        NotFound, NotAllowed: no such file; not a public servant of the dong.
        RuleViolation: the roll is no draft, or the file was not taken.
    """
    row = get_or_not_found(RollImport, import_id, lock=True)
    roll = _open_draft(row.roll_id, by=by, at=at)
    if row.state is not ImportState.TAKEN:
        raise RuleViolation(N_("명부에 올린 파일이 아닙니다."))
    gone = session().execute(delete(RollEntry).where(RollEntry.import_id == row.id))
    row.state = ImportState.DISCARDED
    roll.version += 1
    count = int(gone.rowcount)  # type: ignore[attr-defined]
    append(
        roll.place,
        "people.roll_shrank",
        role=by.staff_role(roll.place, at) or Role.DONG_STAFF,
        subject=f"roll:{roll.id}",
        at=at,
        values={"count": count},
    )
    return count


def give_up(import_id: int) -> None:
    """Return a file whose taking failed for good to where the clerk can decide again."""
    row = get_or_not_found(RollImport, import_id, lock=True)
    if row.state is ImportState.TAKING:
        row.state = ImportState.READ


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
    on_roll = set(session().scalars(select(RollEntry.twin_index).where(RollEntry.roll_id == roll_id)))
    if not on_roll:
        return []
    return [row.line for row in rows if twin_index(row) in on_roll]


def _open_draft(roll_id: int, *, by: Person, at: datetime) -> Roll:
    roll = get_or_not_found(Roll, roll_id, lock=True)
    if not can_keep_roll(by, roll.place, at):
        raise NotAllowed(MAY_NOT)
    require_roll_move(roll.state, RollState.FROZEN)
    return roll
