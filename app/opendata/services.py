"""Exporting a municipality, and taking one into an empty installation."""

import base64
from collections.abc import Iterator
from datetime import date, datetime
from typing import IO, Any

from sqlalchemy import Date, LargeBinary, String, Table, func, insert, select, text
from sqlalchemy.orm import lazyload

from app.db.session import session
from app.db.types import UTCDateTime
from app.errors import InvalidInput, RuleViolation
from app.execution.models import Project
from app.execution.queries.checking import require_untouched_ledger
from app.execution.rules.ledger import BrokenLedgerError
from app.i18n import N_
from app.opendata.archive import UNREADABLE, Archive, write
from app.opendata.queries import KEPT, Kept, rows_of
from app.places.models import Place
from app.privacy.rules import require_no_resident_number
from app.record.queries import chain
from app.record.rules import BrokenRecordError, verify_chain

AT_ONCE = 500
NOT_EMPTY = N_("이 설치에 이미 동네가 있습니다. 빈 설치에서만 받을 수 있습니다.")
CHANGED = N_("장부나 기록이 나중에 바뀌었습니다: %(what)s")


def export_municipality(root: Place, target: IO[bytes]) -> None:
    """Write a municipality with everything under it (and the names of what it lies in) as an archive.

    Args:
        root: the city or district.
        target: a seekable binary file.
    """
    write(target, root=root.slug, tables=((kept.table.name, rows_of(kept, root)) for kept in KEPT))


def import_municipality(source: IO[bytes]) -> dict[str, int]:
    """Take a municipality into an empty installation, whole or not at all; ids stay, as the ledgers' hashes cover them.

    Returns:
        how many rows each table got.

    Raises:
        RuleViolation: the installation has places.
        InvalidInput: the file is no archive, or damaged; a ledger or a record in it was changed; a text holds a resident
            number.
    """
    if session().scalar(select(func.count(Place.id))):
        raise RuleViolation(NOT_EMPTY)
    archive = Archive(source)
    if archive.names != [kept.table.name for kept in KEPT]:
        raise InvalidInput(UNREADABLE)
    taken: dict[str, int] = {}
    for kept in KEPT:
        taken[kept.table.name] = 0
        for rows in _batches(archive, kept):
            session().execute(insert(kept.table), rows)
            taken[kept.table.name] += len(rows)
        _go_on_counting(kept.table)
    require_untouched()
    return taken


def require_untouched() -> None:
    """Check every ledger and every public record of the installation.

    Raises:
        InvalidInput: naming the first entry that was changed or does not follow.
    """
    try:
        for place in session().scalars(select(Place).order_by(Place.id)).all():
            verify_chain(chain(place))
        for project_id in session().scalars(select(Project.id).order_by(Project.id)).all():
            # One after the other, and nothing of it but its ledger.
            require_untouched_ledger(session().get_one(Project, project_id, options=[lazyload("*")]))
    except (BrokenLedgerError, BrokenRecordError) as error:
        raise InvalidInput(CHANGED, what=str(error)) from error


def _batches(archive: Archive, kept: Kept) -> Iterator[list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    for row in archive.rows(kept.table.name):
        rows.append(_understood(kept, row))
        if len(rows) == AT_ONCE:
            yield rows
            rows = []
    if rows:
        yield rows


def _understood(kept: Kept, row: dict[str, Any]) -> dict[str, Any]:
    if set(row) != set(kept.columns):
        raise InvalidInput(UNREADABLE)
    values: dict[str, Any] = dict.fromkeys(kept.left_out)
    for name, said in row.items():
        column = kept.table.c[name]
        try:
            values[name] = _value(column.type, said)
        except (TypeError, ValueError) as error:
            raise InvalidInput(UNREADABLE) from error
        if isinstance(said, str) and isinstance(column.type, String) and column.info.get("typed", True):
            require_no_resident_number(said, field=name)
    return values


def _value(kind: Any, said: Any) -> Any:
    if said is None:
        return None
    if isinstance(kind, UTCDateTime):
        return datetime.fromisoformat(said)
    if isinstance(kind, Date):
        return date.fromisoformat(said)
    if isinstance(kind, LargeBinary):
        return base64.b64decode(said, validate=True)
    return said


def _go_on_counting(table: Table) -> None:
    """Let the next row of a table get an id after those that were taken; SQLite does so by itself."""
    if session().get_bind().dialect.name != "postgresql" or "id" not in table.c:
        return
    newest = select(func.coalesce(func.max(table.c.id), 0) + 1).scalar_subquery()
    session().execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), newest, text("false"))))
