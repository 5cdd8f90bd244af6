"""Reads voter rolls from the files that offices have: CSV (UTF-8, with mark or without, UTF-16, CP949) and XLSX.

Turns bytes into checked rows and a list of what is wrong with which line. Knows no database. Nothing of a file's
content appears in what is said about it: a line number and a sentence suffice, for the clerk has the file.
"""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import openpyxl

from app.errors import InvalidInput
from app.i18n import N_
from app.people.rules import Basis, Sex, age_on
from app.privacy.files import Cells
from app.privacy.rules import (
    RESIDENT_NUMBER_REFUSED,
    find_resident_numbers,
    is_resident_number_label,
    normal_email,
    normal_name,
    normal_phone,
)

MOST_ROWS = 200_000
MOST_PROBLEMS = 2_000
MOST_UNPACKED = 200 * 1024 * 1024
HEADING_WITHIN = 10
"""Titles and remarks may stand above the headings, but not further down."""

COLUMNS: dict[str, frozenset[str]] = {
    "name": frozenset({"성명", "이름", "성함", "name", "fullname"}),
    "birth_date": frozenset({"생년월일", "생일", "출생일", "출생년월일", "birthdate", "dateofbirth", "birthday", "dob"}),
    "unit": frozenset({"통", "통반", "리", "통리", "통번호", "행정통", "unit", "village"}),
    "address": frozenset({"주소", "도로명주소", "거주지", "주소지", "거소", "address"}),
    "phone": frozenset({"전화", "전화번호", "휴대전화", "휴대폰", "핸드폰", "연락처", "휴대전화번호", "휴대폰번호", "phone", "mobile"}),
    "email": frozenset({"이메일", "전자우편", "메일", "이메일주소", "전자우편주소", "email"}),
    "sex": frozenset({"성별", "sex", "gender"}),
    "basis": frozenset({"자격", "자격구분", "구분", "참여자격", "basis"}),
}  # fmt: skip
COLUMN_NAMES: dict[str, str] = {
    "name": N_("이름"),
    "birth_date": N_("생년월일"),
    "unit": N_("통"),
    "address": N_("주소"),
    "phone": N_("전화번호"),
    "email": N_("이메일"),
    "sex": N_("성별"),
    "basis": N_("자격"),
}
REQUIRED = ("name", "birth_date")
_SEXES = {"남": Sex.MAN, "남자": Sex.MAN, "남성": Sex.MAN, "m": Sex.MAN, "male": Sex.MAN,
          "여": Sex.WOMAN, "여자": Sex.WOMAN, "여성": Sex.WOMAN, "f": Sex.WOMAN, "female": Sex.WOMAN}  # fmt: skip
_BASES = {
    "주민등록": Basis.RESIDENCE, "주민": Basis.RESIDENCE, "거주": Basis.RESIDENCE, "거주자": Basis.RESIDENCE,
    "residence": Basis.RESIDENCE, "사업장": Basis.WORK, "사업자": Basis.WORK, "직장": Basis.WORK, "종사자": Basis.WORK,
    "work": Basis.WORK, "학교": Basis.SCHOOL_OR_GROUP, "기관": Basis.SCHOOL_OR_GROUP, "단체": Basis.SCHOOL_OR_GROUP,
    "학교·기관·단체": Basis.SCHOOL_OR_GROUP, "schoolorgroup": Basis.SCHOOL_OR_GROUP,
    "영주외국인": Basis.PERMANENT_RESIDENT, "외국인": Basis.PERMANENT_RESIDENT, "영주": Basis.PERMANENT_RESIDENT,
    "permanentresident": Basis.PERMANENT_RESIDENT,
}  # fmt: skip

UNREADABLE = N_("이 파일을 읽을 수 없습니다. CSV나 XLSX로 저장해 다시 올려 주세요.")
NO_HEADINGS = N_("첫 줄에서 “이름”과 “생년월일” 칸을 찾을 수 없습니다. 칸 이름을 확인해 주세요.")
RESIDENT_NUMBER_COLUMN = N_(
    "“%(heading)s” 칸이 있습니다. 주민등록번호는 받지 않습니다. 그 칸을 지우고 다시 올려 주세요."
)


@dataclass(frozen=True)
class Row:
    """One person as the file names them, in normal forms where there are any."""

    line: int
    name: str
    birth_date: date
    unit: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    sex: Sex | None = None
    basis: Basis = Basis.RESIDENCE

    @property
    def twin_key(self) -> tuple[str, str, str]:
        """What is equal for the same person entered twice: normal name, birth date, 통."""
        return normal_name(self.name), self.birth_date.isoformat(), normal_unit(self.unit)


@dataclass(frozen=True)
class Problem:
    """What is wrong with one line; never repeats what the line says."""

    line: int
    column: str
    message: str
    values: dict[str, object] = field(default_factory=dict)


@dataclass
class Reading:
    """What a file holds."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    columns: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    """Headings that mean nothing to us: these columns are not read."""
    twins: list[tuple[int, int]] = field(default_factory=list)
    """Lines that name somebody again: (line, first line that named them)."""

    def note(self, problem: Problem) -> None:
        """Remember a problem; past a limit only their number."""
        self.problem_count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)


def kind_of(content: bytes) -> str:
    """Return ``xlsx`` or ``csv`` by the content alone; a file's name proves nothing."""
    return "xlsx" if content.startswith(b"PK\x03\x04") else "csv"


def read(content: bytes, *, today: date) -> Reading:
    """Read a file.

    Raises:
        InvalidInput: the file as a whole cannot be taken: no spreadsheet, no headings, a resident number column, too
            many rows; ``field`` is ``file``.
    """
    lines = _sheet_rows(content) if kind_of(content) == "xlsx" else _text_rows(content)
    numbered = enumerate(lines, start=1)
    reading = Reading()
    places = _find_headings(numbered, reading)
    first_of: dict[tuple[str, str, str], int] = {}
    for line, cells in numbered:
        if not any(cells):
            continue
        if len(reading.rows) + reading.problem_count >= MOST_ROWS:
            raise InvalidInput(N_("한 번에 %(most)s줄까지 올릴 수 있습니다."), field="file", most=MOST_ROWS)
        row = _read_row(
            line, {name: cells[i] if i < len(cells) else "" for name, i in places.items()}, cells, reading, today
        )
        if row is None:
            continue
        first = first_of.setdefault(row.twin_key, line)
        if first != line:
            reading.twins.append((line, first))
        reading.rows.append(row)
    if not reading.rows and not reading.problem_count:
        raise InvalidInput(N_("칸 이름 아래에 사람이 한 명도 없습니다."), field="file")
    return reading


def normal_unit(text: str) -> str:
    """Return what two spellings of a 통 have in common: ``제12통 3반`` and ``12통`` both give ``12``."""
    folded = unicodedata.normalize("NFKC", text).strip()
    found = re.match(r"(?:제\s*)?(\d{1,3})\s*(?:통|리)?", folded)
    return str(int(found[1])) if found else "".join(folded.split()).casefold()


def normal_heading(text: str) -> str:
    """Return a heading without spaces, marks and case."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def _find_headings(numbered: Iterator[tuple[int, list[str]]], reading: Reading) -> dict[str, int]:
    for line, cells in numbered:
        places: dict[str, int] = {}
        for position, cell in enumerate(cells):
            heading = normal_heading(cell)
            for name, spellings in COLUMNS.items():
                if heading in spellings and name not in places:
                    places[name] = position
        if all(name in places for name in REQUIRED):
            for position, cell in enumerate(cells):
                if is_resident_number_label(cell):
                    raise InvalidInput(RESIDENT_NUMBER_COLUMN, field="file", heading=cell.strip()[:30])
                if cell.strip() and position not in places.values():
                    reading.ignored.append(cell.strip()[:40])
            reading.columns = list(places)
            return places
        if line >= HEADING_WITHIN:
            break
    raise InvalidInput(NO_HEADINGS, field="file")


def _read_row(line: int, cells: dict[str, str], whole: list[str], reading: Reading, today: date) -> Row | None:
    before = reading.problem_count
    values: dict[str, Any] = {}
    if find_resident_numbers(" | ".join(whole)):
        reading.note(Problem(line, "", RESIDENT_NUMBER_REFUSED))
    for column, typed in cells.items():
        text = " ".join(unicodedata.normalize("NFC", typed).split())
        try:
            values[column] = _READERS[column](text, today)
        except InvalidInput as refusal:
            reading.note(Problem(line, column, refusal.message, dict(refusal.values)))
    return None if reading.problem_count > before else Row(line=line, **values)


def _read_name(text: str, _today: date) -> str:
    normal_name(text)
    if len(text) > 60:
        raise InvalidInput(N_("이름이 너무 깁니다."))
    return text


_DATE = re.compile(r"(\d{4})\s*[-./년]?\s*(\d{1,2})\s*[-./월]?\s*(\d{1,2})\s*[.일]?(?: 00:00:00)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0)?")


def read_birth_date(text: str, today: date) -> date:
    """Read a birth date in any of the ways people write them, with a year of four digits.

    Raises:
        InvalidInput: no such date, two digits of a year, in the future, or more than 120 years ago.
    """
    folded = unicodedata.normalize("NFKC", text).strip()
    if not folded:
        raise InvalidInput(N_("생년월일이 비어 있습니다."))
    if re.fullmatch(r"\d{6}|\d{2}[-./]\d{1,2}[-./]\d{1,2}\.?", folded):
        raise InvalidInput(N_("태어난 해를 네 자리로 적어 주세요. 보기: 1980-01-02"))
    found = _COMPACT.fullmatch(folded) or _DATE.fullmatch(folded)
    if found is None:
        raise InvalidInput(N_("생년월일을 읽을 수 없습니다. 보기: 1980-01-02"))
    try:
        born = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise InvalidInput(N_("달력에 없는 날입니다.")) from None
    if born > today or age_on(born, today) > 120:
        raise InvalidInput(N_("생년월일이 앞날이거나 너무 오래되었습니다."))
    return born


def _read_phone(text: str, _today: date) -> str:
    if not text:
        return ""
    if re.fullmatch(r"1[016789]\d{7,8}", text):
        text = "0" + text  # spreadsheets drop the zero of a number
    return normal_phone(text)


def _read_sex(text: str, _today: date) -> Sex | None:
    if not text:
        return None
    sex = _SEXES.get(text.casefold())
    if sex is None:
        raise InvalidInput(N_("성별은 남 또는 여로 적어 주세요."))
    return sex


def _read_basis(text: str, _today: date) -> Basis:
    if not text:
        return Basis.RESIDENCE
    basis = _BASES.get(text) or _BASES.get(normal_heading(text))
    if basis is None:
        raise InvalidInput(N_("자격은 주민등록, 사업장, 학교·기관·단체, 영주 외국인 가운데 하나로 적어 주세요."))
    return basis


def _limited(most: int) -> Any:
    def read_text(text: str, _today: date) -> str:
        if len(text) > most:
            raise InvalidInput(N_("너무 깁니다(%(most)s자까지)."), most=most)
        return text

    return read_text


_READERS: dict[str, Any] = {
    "name": _read_name,
    "birth_date": read_birth_date,
    "unit": _limited(20),
    "address": _limited(200),
    "phone": _read_phone,
    "email": lambda text, _today: normal_email(text) if text else "",
    "sex": _read_sex,
    "basis": _read_basis,
}


def _text_rows(content: bytes) -> Iterator[list[str]]:
    text = _decode(content)
    sample = "\n".join(text.splitlines()[:HEADING_WITHIN])
    delimiter = max(",\t;|", key=sample.count)
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            # Spreadsheets write ="010…" to keep a leading zero, and exporters put ' before what looks like a formula.
            yield [re.sub(r'^="(.*)"$|^\'', r"\1", cell) for cell in cells]
    except csv.Error:
        raise InvalidInput(UNREADABLE, field="file") from None


def _decode(content: bytes) -> str:
    encodings = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp949"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise InvalidInput(UNREADABLE, field="file")


def _sheet_rows(content: bytes) -> Iterator[list[str]]:
    _require_unpacked_size(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except Exception:  # noqa: BLE001 - a broken workbook may raise anything at all; none of it is ours
        raise InvalidInput(UNREADABLE, field="file") from None
    try:
        yield from ([_cell_text(value) for value in row] for row in _values(book))
    finally:
        book.close()


def _require_unpacked_size(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile:
        raise InvalidInput(UNREADABLE, field="file") from None
    if size > MOST_UNPACKED:
        raise InvalidInput(N_("압축을 풀면 너무 큰 파일이라 받지 못합니다."), field="file")


def _values(book: Any) -> Iterable[tuple[Any, ...]]:
    try:
        yield from Cells().rows(book.worksheets[0])
    except InvalidInput:
        raise
    except Exception:  # noqa: BLE001 - as above, while it is read bit by bit
        raise InvalidInput(UNREADABLE, field="file") from None


def _cell_text(value: Any) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)
