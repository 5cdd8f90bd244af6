"""Rules of taking tables of projects and of the ledger in: exactly the format of the export, cell by cell. Pure.

The format is that of the open data (``projects.csv``, ``ledger.csv``): a header with these columns in this order, one row a
line. What a spreadsheet was kept from running as a formula (a leading apostrophe) is read as it was meant, and so is what
spreadsheets make of such a file when they save it: Korean code page 949, thousands between commas, a hash of zeros as 0.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from app.errors import InvalidInput, RuleViolation
from app.execution.rules.ledger import GENESIS, EntryKind
from app.execution.rules.projects import ProjectKind, ProjectState
from app.files.tables import unguarded
from app.i18n import N_
from app.plan.rules import FundSource
from app.privacy.rules import ResidentNumberRefused, require_no_resident_number

PROJECT_COLUMNS: tuple[str, ...] = (
    "dong", "year", "project", "title", "kind", "source", "unit", "where", "state", "began_at", "completed_at",
    "cancel_reason",
)  # fmt: skip
LEDGER_COLUMNS: tuple[str, ...] = (
    "dong", "year", "project", "number", "kind", "source", "year_of_account", "amount_won", "happened_on", "memo",
    "approver", "corrects", "document_sha256", "entered_at", "parent_hash", "hash",
)  # fmt: skip
Row = TypeVar("Row")
Value = TypeVar("Value")
Choice = TypeVar("Choice", bound=StrEnum)
MAX_ROWS = 3000
"""Taken in one transaction, for which others who write have to wait."""
MAX_BYTES = 3 * 1024 * 1024
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+")
SHOWN_PROBLEMS = 200
"""How many problems are told; the count is of all."""
SHOWN_ROWS = 20
"""How many of the new rows a preview shows."""


class Table(StrEnum):
    """Which table a file holds."""

    PROJECTS = "projects"
    LEDGER = "ledger"


TABLE_NAMES: dict[Table, str] = {Table.PROJECTS: N_("사업"), Table.LEDGER: N_("장부")}
COLUMNS: dict[Table, tuple[str, ...]] = {Table.PROJECTS: PROJECT_COLUMNS, Table.LEDGER: LEDGER_COLUMNS}


class ImportState(StrEnum):
    """Where an uploaded table stands."""

    READ = "read"
    TAKING = "taking"
    TAKEN = "taken"
    DISCARDED = "discarded"


IMPORT_STATE_NAMES: dict[ImportState, str] = {
    ImportState.READ: N_("읽었고 아직 올리지 않음"),
    ImportState.TAKING: N_("올리는 중"),
    ImportState.TAKEN: N_("올림"),
    ImportState.DISCARDED: N_("치움"),
}
IMPORT_MOVES: dict[ImportState, frozenset[ImportState]] = {
    ImportState.READ: frozenset({ImportState.TAKING, ImportState.DISCARDED}),
    ImportState.TAKING: frozenset({ImportState.TAKEN, ImportState.READ}),
    ImportState.TAKEN: frozenset(),
    ImportState.DISCARDED: frozenset(),
}


def require_import_move(state: ImportState, to: ImportState) -> None:
    """Refuse a move that the table does not list.

    Raises:
        RuleViolation: the file was taken, thrown away, or is being taken.
    """
    if to not in IMPORT_MOVES[state]:
        raise RuleViolation(N_("이 파일은 이미 처리했거나 처리하고 있습니다."))


@dataclass(frozen=True)
class Problem:
    """What is wrong with a cell; ``message`` is marked for translation and takes ``values``."""

    line: int
    """In the file, the header being 1."""
    column: str
    message: str
    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class ProjectRow:
    """A line of ``projects.csv``."""

    line: int
    dong: str
    year: int
    project: int
    """Its number where it was exported."""
    title: str
    kind: ProjectKind
    source: FundSource
    unit: str
    where: str
    state: ProjectState
    began_at: datetime | None
    completed_at: datetime | None
    cancel_reason: str


@dataclass(frozen=True)
class LedgerRow:
    """A line of ``ledger.csv``. The hashes and the instant of entry say where it was before; it is hashed anew here."""

    line: int
    dong: str
    year: int
    project: int
    number: int
    kind: EntryKind
    source: FundSource
    year_of_account: int
    amount_won: int
    happened_on: date
    memo: str
    approver: str
    corrects: int | None
    document_sha256: str | None
    hash: str


@dataclass(frozen=True)
class Reading(Generic[Row]):
    """What a file holds: the rows that can be read, and what is wrong with the others."""

    rows: list[Row]
    problems: list[Problem]


class _Cells:
    """The cells of one line; what cannot be read becomes a problem."""

    def __init__(self, line: int, values: dict[str, str]) -> None:
        self.line, self._values = line, values
        self.problems: list[Problem] = []

    def text(self, column: str, *, least: int = 0, most: int) -> str:
        found = self._values[column].strip()
        found = unguarded(found)
        try:
            require_no_resident_number(found, field=column)
        except ResidentNumberRefused as error:
            self._wrong(column, error.message)
            return ""
        if not least <= len(found) <= most:
            self._wrong(column, N_("%(least)s자에서 %(most)s자까지 적어 주세요."), least=least, most=most)
        return found

    def number(self, column: str, *, least: int, most: int) -> int:
        said = self._values[column].strip()
        if _THOUSANDS.fullmatch(said):
            said = said.replace(",", "")
        digits = said.removeprefix("-")
        if not (digits.isascii() and digits.isdecimal() and len(digits) <= 15):  # noqa: PLR2004 - won fit 64 bits
            self._wrong(column, N_("숫자로 적어 주세요."))
            return least
        if not least <= int(said) <= most:
            self._wrong(column, N_("%(least)s에서 %(most)s 사이로 적어 주세요."), least=f"{least:,}", most=f"{most:,}")
            return least
        return int(said)

    def choice(self, column: str, choices: type[Choice]) -> Choice:
        said = self._values[column].strip()
        if said not in {each.value for each in choices}:
            self._wrong(column, N_("이 가운데 하나로 적어 주세요: %(choices)s"), choices=", ".join(choices))
            return next(iter(choices))
        return choices(said)

    def day(self, column: str) -> date:
        return self._parsed(column, date.fromisoformat, date.min, N_("날짜를 2026-07-01처럼 적어 주세요."))

    def instant(self, column: str) -> datetime | None:
        if not self._values[column].strip():
            return None
        message = N_("때를 2026-07-01T09:00:00+09:00처럼 적어 주세요.")
        found = self._parsed(column, datetime.fromisoformat, datetime.min.replace(tzinfo=UTC), message)
        if found.tzinfo is None:
            self._wrong(column, message)
            return None
        return found.astimezone(UTC)

    def digest(self, column: str) -> str:
        said = self._values[column].strip()
        if said == "0":
            said = GENESIS
        if said and (len(said) != 64 or any(letter not in "0123456789abcdef" for letter in said)):  # noqa: PLR2004
            self._wrong(column, N_("지문(SHA-256)이 아닙니다."))
        return said

    def _parsed(self, column: str, read: Callable[[str], Value], instead: Value, message: str) -> Value:
        try:
            return read(self._values[column].strip())
        except ValueError:
            self._wrong(column, message)
            return instead

    def _wrong(self, column: str, message: str, **values: object) -> None:
        self.problems.append(Problem(self.line, column, message, values))


def read_projects(content: bytes) -> Reading[ProjectRow]:
    """Read ``projects.csv``.

    Raises:
        InvalidInput: it is no table with these columns, or too large.
    """
    return _read(content, Table.PROJECTS, _project_row)


def read_ledger(content: bytes) -> Reading[LedgerRow]:
    """Read ``ledger.csv``.

    Raises:
        InvalidInput: it is no table with these columns, or too large.
    """
    return _read(content, Table.LEDGER, _ledger_row)


def _project_row(cells: _Cells) -> ProjectRow:
    return ProjectRow(
        line=cells.line,
        dong=cells.text("dong", least=1, most=60),
        year=cells.number("year", least=2000, most=2100),
        project=cells.number("project", least=1, most=10**12),
        title=cells.text("title", least=2, most=80),
        kind=cells.choice("kind", ProjectKind),
        source=cells.choice("source", FundSource),
        unit=cells.text("unit", least=2, most=60),
        where=cells.text("where", most=80),
        state=cells.choice("state", ProjectState),
        began_at=cells.instant("began_at"),
        completed_at=cells.instant("completed_at"),
        cancel_reason=cells.text("cancel_reason", most=2000),
    )


def _ledger_row(cells: _Cells) -> LedgerRow:
    cells.instant("entered_at")
    cells.digest("parent_hash")
    corrects = cells.text("corrects", most=9)
    return LedgerRow(
        line=cells.line,
        dong=cells.text("dong", least=1, most=60),
        year=cells.number("year", least=2000, most=2100),
        project=cells.number("project", least=1, most=10**12),
        number=cells.number("number", least=1, most=10**6),
        kind=cells.choice("kind", EntryKind),
        source=cells.choice("source", FundSource),
        year_of_account=cells.number("year_of_account", least=2000, most=2100),
        amount_won=cells.number("amount_won", least=-(10**14), most=10**14),
        happened_on=cells.day("happened_on"),
        memo=cells.text("memo", least=2, most=200),
        approver=cells.text("approver", most=80),
        corrects=cells.number("corrects", least=1, most=10**6) if corrects else None,
        document_sha256=cells.digest("document_sha256") or None,
        hash=cells.digest("hash"),
    )


def _read(content: bytes, table: Table, row_of: Callable[[_Cells], Row]) -> Reading[Row]:
    rows: list[Row] = []
    problems: list[Problem] = []
    for line, values in _lines(content, COLUMNS[table]):
        if len(values) != len(COLUMNS[table]):
            problems.append(Problem(line, "", N_("칸이 %(n)s개여야 합니다."), {"n": len(COLUMNS[table])}))
            continue
        cells = _Cells(line, dict(zip(COLUMNS[table], values, strict=True)))
        row = row_of(cells)
        problems += cells.problems
        if not cells.problems:
            rows.append(row)
    if not rows and not problems:
        raise InvalidInput(N_("줄이 하나도 없습니다."), field="file")
    return Reading(rows, problems)


def _lines(content: bytes, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    if len(content) > MAX_BYTES:
        raise InvalidInput(N_("파일이 너무 큽니다. 3MB보다 작게 나누어 주세요."), field="file")
    try:
        reader = csv.reader(io.StringIO(_text(content), newline=""), strict=True)
        header = next(reader, [])
        if [name.strip() for name in header] != list(columns):
            raise InvalidInput(
                N_("첫 줄의 칸이 내려받은 표와 다릅니다. 이 차례로 있어야 합니다: %(columns)s"), field="file",
                columns=", ".join(columns),
            )  # fmt: skip
        for count, values in enumerate((values for values in reader if any(cell.strip() for cell in values)), start=1):
            if count > MAX_ROWS:
                raise InvalidInput(
                    N_("한 번에 %(most)s줄까지 올릴 수 있습니다. 사업 번호 차례로 나누어 올려 주세요."),
                    field="file",
                    most=f"{MAX_ROWS:,}",
                )
            yield reader.line_num, values
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput(
            N_("CSV로 읽을 수 없는 파일입니다. 표 프로그램에서 ‘CSV UTF-8’로 저장해 주세요."), field="file"
        ) from error


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Spreadsheets on Korean Windows save "CSV" in the code page of the system.
        return content.decode("cp949")


def project_problem(row: ProjectRow) -> Problem | None:
    """Return why a project cannot be as a row says; None when it can."""
    if (row.state is ProjectState.COMPLETED) is (row.completed_at is None):
        return Problem(row.line, "completed_at", N_("마친 사업에만, 마친 때를 적습니다."))
    if (row.state is ProjectState.CANCELLED) is not bool(row.cancel_reason):
        return Problem(row.line, "cancel_reason", N_("그만둔 사업에만, 그만둔 까닭을 적습니다."))
    return None
