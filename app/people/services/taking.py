"""Taking a file onto a voter roll: its rows are put beside the roll a few thousand at a time, and stand on it at once.

Until `finish` the rows belong to a file that is not taken, so no page, count or search sees them
(`app.people.queries.rolls.on_roll`).
"""

import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import func, insert, select

from app.db.session import get_or_not_found, session
from app.errors import RuleViolation
from app.i18n import N_
from app.people.models import Roll, RollEntry, RollImport
from app.people.queries.rolls import on_roll
from app.people.roll_files import Row
from app.people.rules import ImportState, Role
from app.people.services.imports import require_import_move, twin_index
from app.people.services.rolls import BATCH, ask_to_sweep, require_draft
from app.privacy.encryption import Indexed
from app.privacy.sealing import index_of, sealed_values
from app.record.services import append


class Staging:
    """Where the rows of a file go: the roll, the next number, and who stands on the roll already."""

    def __init__(self, roll_id: int, import_id: int | None, *, number: int, seen: set[bytes] | None) -> None:
        self.roll_id, self.import_id = roll_id, import_id
        self.first_number = self.number = number
        self._seen = seen

    @property
    def staged(self) -> int:
        """How many rows were prepared so far."""
        return self.number - self.first_number

    def prepare(self, rows: list[Row]) -> list[dict[str, Any]]:
        """Seal rows for the table, people who appear twice left out if so decided. Slow; writes nothing."""
        prepared = []
        for row in rows:
            twin = twin_index(row)
            if self._seen is not None:
                if twin in self._seen:
                    continue
                self._seen.add(twin)
            prepared.append(self._sealed(row, twin))
            self.number += 1
        return prepared

    def _sealed(self, row: Row, twin: bytes) -> dict[str, Any]:
        row_key = uuid4()
        texts = {
            "name": row.name,
            "birth_date": row.birth_date.isoformat(),
            "unit": row.unit or None,
            "address": row.address or None,
            "phone": row.phone or None,
            "email": row.email or None,
        }
        return {
            "row_key": row_key,
            "roll_id": self.roll_id,
            "import_id": self.import_id,
            "number": self.number,
            "sex": row.sex,
            "basis": row.basis,
            "identity_index": index_of(Indexed.NAME_AND_BIRTH, row.name, row.birth_date.isoformat()),
            "twin_index": twin,
            "phone_index": index_of(Indexed.PHONE, row.phone) if row.phone else None,
            "email_index": index_of(Indexed.EMAIL, row.email) if row.email else None,
            "salt": secrets.token_bytes(32),
            **sealed_values(RollEntry, row_key, texts),
        }


def begin(import_id: int, *, twins: str) -> Staging:
    """Look where the rows of a file go.

    Args:
        import_id: the file; nothing else comes onto its roll while it is being taken.
        twins: ``once`` takes the first line of each person, ``all`` takes every line.

    Raises:
        NotFound, RuleViolation: no such file; it is not being taken, or the roll is no draft any more.
    """
    row, roll = _taken_now(import_id)
    seen = set(session().scalars(select(RollEntry.twin_index).where(on_roll(roll)))) if twins == "once" else None
    number = session().scalar(select(func.max(RollEntry.number)).where(on_roll(roll))) or 0
    return Staging(roll.id, row.id, number=number + 1, seen=seen)


def batches(rows: list[Row]) -> Iterator[list[Row]]:
    """Yield the rows `BATCH` at a time."""
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def forget_staged(import_id: int) -> int:
    """Delete up to `BATCH` rows that an attempt before this one left; return how many. Call it until it returns 0.

    Raises:
        NotFound, RuleViolation: as `begin`.
    """
    _taken_now(import_id)
    query = select(RollEntry.id).where(RollEntry.import_id == import_id).limit(BATCH)
    ids = list(session().scalars(query))
    if ids:
        session().execute(
            RollEntry.__table__.delete().where(RollEntry.id.in_(ids)),  # type: ignore[attr-defined]
        )
    return len(ids)


def stage(import_id: int, prepared: list[dict[str, Any]]) -> None:
    """Put prepared rows beside the roll.

    Raises:
        NotFound, RuleViolation: as `begin`.
    """
    _taken_now(import_id)
    if prepared:
        session().execute(insert(RollEntry), prepared)


def finish(import_id: int, *, count: int, at: datetime) -> int:
    """Let the staged rows stand on the roll from this instant; return how many.

    Raises:
        NotFound, RuleViolation: as `begin`; or not exactly ``count`` rows were staged.
    """
    row, roll = _taken_now(import_id)
    staged = session().scalar(select(func.count(RollEntry.id)).where(RollEntry.import_id == row.id)) or 0
    if staged != count:
        raise RuleViolation(N_("파일을 끝까지 올리지 못했습니다. 다시 올려 주세요."))
    row.state, row.content, row.sample = ImportState.TAKEN, None, None
    row.report = {**row.report, "taken": count}
    roll.version += 1
    session().flush()
    total = session().scalar(select(func.count(RollEntry.id)).where(on_roll(roll))) or 0
    append(
        roll.place,
        "people.roll_grew",
        role=Role.DONG_STAFF,
        subject=f"roll:{roll.id}",
        at=at,
        values={"count": count, "total": total},
    )
    return count


def give_up(import_id: int, *, at: datetime) -> None:
    """Return a file whose taking was refused to where the clerk can decide again; a job clears what it left."""
    row = get_or_not_found(RollImport, import_id, lock=True)
    if row.state is ImportState.TAKING:
        row.state = ImportState.READ
        ask_to_sweep(row.roll, by=None, at=at)


def _taken_now(import_id: int) -> tuple[RollImport, Roll]:
    row = get_or_not_found(RollImport, import_id, lock=True)
    require_import_move(row.state, ImportState.TAKEN)
    roll = get_or_not_found(Roll, row.roll_id, lock=True)
    require_draft(roll)
    return row, roll
