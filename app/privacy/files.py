"""Looks for resident numbers in uploaded files: text, CSV, XLSX, DOCX, HWPX, ODF, PDF, and archives of those.

What cannot be opened cannot be checked, so it is refused (encrypted files, the old binary formats of HWP, DOC and XLS).
Pictures are let through: nothing here reads text in pictures, nor in a PDF of scanned pages, and no page may claim so.
"""

import csv
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from typing import Any

import openpyxl
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, XMLParser
from pypdf import PdfReader

from app.errors import InvalidInput
from app.i18n import N_
from app.privacy.rules import (
    RESIDENT_NUMBER_REFUSED,
    ResidentNumberRefused,
    find_resident_numbers,
    has_check_digit,
    is_resident_number_label,
)

UNREADABLE = N_(
    "이 파일은 열어 볼 수 없어 받지 못합니다. 암호를 풀거나 HWPX, DOCX, XLSX, PDF로 저장해 다시 올려 주세요."
)
TOO_BIG_INSIDE = N_("압축을 풀면 너무 큰 파일이라 받지 못합니다.")
LABELLED = N_(
    "주민등록번호 칸이 있는 파일입니다. 그 칸을 지우고 다시 올려 주세요. 마당은 이 번호를 받지도 보관하지도 않습니다."
)

MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_MEMBERS = 5000
MAX_DEPTH = 2
MAX_PDF_PAGES = 2000
MAX_ELEMENTS = 4_000_000
"""Of XML, in one upload: twenty kilobytes may unpack to five million, which take ten seconds to walk through."""
MAX_CELLS = 8_000_000
"""Of a workbook, the empty ones between filled ones included: a file of some kilobytes may claim seventeen thousand million."""
_HEADING_ROWS = 10
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_XML_NAMES = (".xml", ".hml", ".xhtml", ".html", ".svg")
_TEXT_NAMES = (".txt", ".csv", ".tsv", ".json", ".md")
_NESTED_NAMES = (".zip", ".xlsx", ".docx", ".pptx", ".hwpx", ".odt", ".ods", ".pdf")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?1[0-2]")
# Elements that end a line of text; runs inside them belong together ("900101-" in bold, the rest not).
_BLOCKS = frozenset(
    {"p", "h", "si", "is", "c", "v", "f", "row", "tr", "tc", "td", "th", "li", "br", "tab", "comment", "title"}
)


class UnreadableFile(InvalidInput):  # noqa: N818 - named by the refusal
    """The file cannot be opened, so nobody can say that it holds no resident number."""


def require_clean_file(name: str, content: bytes, *, field: str | None = None) -> None:
    """Refuse an upload that holds a resident number, or a column for them, or that cannot be looked into.

    Args:
        name: the file's name; only its ending counts.
        content: all of it.
        field: passed on for the form.

    Raises:
        ResidentNumberRefused: something in it looks like a resident number.
        UnreadableFile: it is encrypted, damaged, of an unreadable format, or unpacks to more than 200 MB.
    """
    try:
        _require_clean(name.lower(), content, room=_Room(), depth=0)
    except InvalidInput as refusal:
        refusal.field = field
        raise


def require_clean_rows(rows: Iterator[list[str]]) -> None:
    """Refuse a table that holds a resident number in a cell, or a filled column whose heading asks for them.

    Raises:
        ResidentNumberRefused: it does.
    """
    labelled: set[int] = set()
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if not cell:
                continue
            if number < _HEADING_ROWS and is_resident_number_label(cell):
                labelled.add(column)
            elif column in labelled and sum(map(str.isdigit, cell)) >= 6:
                raise ResidentNumberRefused(LABELLED)
            if is_resident_number_cell(cell):
                raise ResidentNumberRefused(RESIDENT_NUMBER_REFUSED)


def is_resident_number_cell(cell: str) -> bool:
    """Tell whether a cell holds a resident number, also one that a spreadsheet took for a number.

    Spreadsheets write long numbers as ``9.00101E+12`` and drop the leading zero of people born from 2001 to 2009.
    """
    text = cell.strip()
    if _SCIENTIFIC.fullmatch(text) or re.fullmatch(r"[0-9]+\.0", text):
        try:
            text = str(int(Decimal(text)))
        except (InvalidOperation, ValueError):
            return False
    if re.fullmatch(r"[1-9][0-9]{11}", text) and text[5] in "3478" and has_check_digit("0" + text):
        text = "0" + text
    return bool(find_resident_numbers(text))


class _Room:
    """What is left to unpack of one upload, archives in archives together."""

    def __init__(self) -> None:
        self._bytes, self._members, self._elements = MAX_UNPACKED_BYTES, MAX_MEMBERS, MAX_ELEMENTS

    def take(self, members: list[zipfile.ZipInfo]) -> None:
        """Make room for the members of an archive.

        Raises:
            UnreadableFile: there is none.
        """
        self._members -= len(members)
        self._bytes -= sum(one.file_size for one in members)
        if self._members < 0 or self._bytes < 0:
            raise UnreadableFile(TOO_BIG_INSIDE)

    def take_element(self) -> None:
        """Make room for one element of XML.

        Raises:
            UnreadableFile: there is none.
        """
        self._elements -= 1
        if self._elements < 0:
            raise UnreadableFile(TOO_BIG_INSIDE)


def _require_clean(name: str, content: bytes, *, room: _Room, depth: int) -> None:
    if content.startswith(_PICTURES) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP"):
        return
    if b"%PDF-" in content[:1024]:
        _require_clean_text("\n".join(_pdf_texts(content)))
    elif content.startswith(b"PK\x03\x04"):
        _require_clean_archive(name, content, room=room, depth=depth)
    elif content.startswith(_OLE):
        raise UnreadableFile(UNREADABLE)
    elif name.endswith(_XML_NAMES):
        _require_clean_text(_xml_text(content, room))
    else:
        text = decode_text(content)
        if name.endswith((".csv", ".tsv")):
            require_clean_rows(iter(csv.reader(io.StringIO(text), delimiter="\t" if name.endswith(".tsv") else ",")))
        else:
            _require_clean_text(text)


def decode_text(content: bytes) -> str:
    """Return the text of a file: UTF-8, UTF-16 with a mark, or CP949 as Korean offices still write it.

    Raises:
        UnreadableFile: it is none of them.
    """
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if marked else ["utf-8-sig", "cp949"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise UnreadableFile(UNREADABLE)


def _require_clean_text(text: str) -> None:
    if find_resident_numbers(text):
        raise ResidentNumberRefused(RESIDENT_NUMBER_REFUSED)


def _require_clean_archive(name: str, content: bytes, *, room: _Room, depth: int) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if depth > MAX_DEPTH:
                raise UnreadableFile(TOO_BIG_INSIDE)
            room.take(members)
            for member in members:
                if member.flag_bits & 1:
                    raise UnreadableFile(UNREADABLE)
                _require_clean_member(archive, member, room=room, depth=depth)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        zipfile.LargeZipFile,
        OSError,
        zlib.error,
        lzma.LZMAError,
    ):
        raise UnreadableFile(UNREADABLE) from None
    if name.endswith((".xlsx", ".xlsm")):
        for rows in _sheets(content):
            require_clean_rows(rows)


def _require_clean_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, room: _Room, depth: int) -> None:
    name = member.filename.lower()
    if not name.endswith(_XML_NAMES + _TEXT_NAMES + _NESTED_NAMES):
        return
    with archive.open(member) as opened:
        # The directory may lie about the size: read no more than it says, and refuse if there is more.
        data = opened.read(member.file_size)
        if opened.read(1):
            raise UnreadableFile(TOO_BIG_INSIDE)
    if name.endswith(_XML_NAMES):
        for line in _xml_text(data, room).splitlines():
            if is_resident_number_cell(line):
                raise ResidentNumberRefused(RESIDENT_NUMBER_REFUSED)
    else:
        _require_clean(name, data, room=room, depth=depth + 1)


class _TextOfXml:
    """Collects the text of an XML file, a line per block element."""

    def __init__(self, room: "_Room") -> None:
        self.parts: list[str] = []
        self._room = room

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        self._room.take_element()
        if tag.rpartition("}")[2] in _BLOCKS:
            self.parts.append("\n")

    def end(self, tag: str) -> None:
        if tag.rpartition("}")[2] in _BLOCKS:
            self.parts.append("\n")

    def data(self, text: str) -> None:
        self.parts.append(text)

    def close(self) -> str:
        return "".join(self.parts)


def _xml_text(content: bytes, room: _Room) -> str:
    parser = XMLParser(target=_TextOfXml(room))
    try:
        parser.feed(content)
        return str(parser.close())
    except DefusedXmlException:
        raise UnreadableFile(UNREADABLE) from None
    except ParseError:
        # HTML and damaged XML: tags away, what remains is read as one text.
        return re.sub(r"<[^<>]*>", "", decode_text(content))


class Cells:
    """Reads the sheets of one workbook, as far as they are filled and as long as there are not too many cells.

    What a file says of its own size is not believed, neither too little nor too much.
    """

    def __init__(self) -> None:
        self._left = MAX_CELLS

    def rows(self, sheet: Any) -> Iterator[tuple[Any, ...]]:
        """Yield the values of a sheet's rows.

        Raises:
            UnreadableFile: there are more cells than anybody writes; counted over all sheets.
        """
        sheet.reset_dimensions()
        for row in sheet.iter_rows(values_only=True):
            self._left -= 1 + len(row)
            if self._left < 0:
                raise UnreadableFile(TOO_BIG_INSIDE)
            yield row


def _sheets(content: bytes) -> Iterator[Iterator[list[str]]]:
    with _readable_workbook():
        book: Any = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    cells = Cells()
    for sheet in book.worksheets:
        yield _texts_of(sheet, cells)


def _texts_of(sheet: Any, cells: Cells) -> Iterator[list[str]]:
    with _readable_workbook():
        for row in cells.rows(sheet):
            yield ["" if cell is None else str(cell) for cell in row]


@contextmanager
def _readable_workbook() -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OSError, SyntaxError, OverflowError):
        # openpyxl has no error of its own for damaged workbooks.
        raise UnreadableFile(UNREADABLE) from None


def _pdf_texts(content: bytes) -> Iterator[str]:
    try:
        reader = PdfReader(io.BytesIO(content))
        _require_readable(reader)
        yield from (str(value) for value in (reader.metadata or {}).values())
        yield from (str(value) for value in (reader.get_form_text_fields() or {}).values() if value)
        for page in reader.pages:
            yield page.extract_text()
            for note in page.annotations or []:
                yield str(note.get_object().get("/Contents", ""))
    except InvalidInput:
        raise
    except Exception:  # noqa: BLE001 - a damaged PDF fails in pypdf in a hundred ways; each means that it cannot be read
        raise UnreadableFile(UNREADABLE) from None


def _require_readable(reader: PdfReader) -> None:
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableFile(UNREADABLE)
    if len(reader.pages) > MAX_PDF_PAGES:
        raise UnreadableFile(TOO_BIG_INSIDE)
