"""Large tables as files, written while they are read: CSV and XLSX in pieces, with memory for one piece only. Pure.

A workbook is a zip of XML (ECMA-376 part 1, §18); its sheet is written row by row with inline strings, so that nothing of
it is kept. A sheet ends at the 1,048,576 rows that spreadsheets read; what is beyond goes on in the next.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

from app.letters import without_control_letters

Value = str | int | None
PIECE = 64 * 1024
"""About how many bytes one piece has."""
MAX_ROWS = 1_048_576
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What begins a formula; East Asian spreadsheets read the wide forms as well."""
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_SHEET = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns='
    '"http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
)
"""The head of a sheet: its first row stays in sight."""
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def csv_pieces(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """Yield a table as CSV with a byte order mark, which spreadsheets need for Korean."""
    out = io.StringIO()
    writer = csv.writer(out)
    out.write("\ufeff")
    writer.writerow(header)
    for row in rows:
        writer.writerow([safe(value) for value in row])
        if out.tell() > PIECE:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Return a small table as CSV with a byte order mark."""
    return b"".join(csv_pieces(header, rows))


def xlsx_pieces(header: Sequence[str], rows: Iterable[Sequence[Value]], *, name: str = "") -> Iterator[bytes]:
    r"""Yield a table as a workbook; numbers stay numbers, text never becomes a formula.

    Args:
        header: names of the columns; no column is narrower than its name.
        rows: read as they are sent.
        name: of the sheet, at most 25 letters without ``[]:*?/\``; without one sheets are numbered.
    """
    columns = _columns(header)
    pipe = _Pipe()
    source = iter(rows)
    more: Sequence[Value] | None = next(source, None)
    sheets = 0
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        while sheets == 0 or more is not None:
            sheets += 1
            with book.open(f"xl/worksheets/sheet{sheets}.xml", "w", force_zip64=True) as sheet:
                buffer = [_SHEET, columns, _row(header)]
                size = count = 1
                while more is not None and count < MAX_ROWS:
                    text = _row(more)
                    buffer.append(text)
                    size += len(text)
                    count += 1
                    more = next(source, None)
                    if size > PIECE:
                        sheet.write("".join(buffer).encode())
                        buffer.clear()
                        size = 0
                        yield from pipe.taken()
                buffer.append("</sheetData></worksheet>")
                sheet.write("".join(buffer).encode())
        for file, text in _frame(sheets, name):
            book.writestr(file, text)
    yield from pipe.taken()


def safe(value: Value) -> str | int:
    """Keep a spreadsheet from running a text as a formula, by an apostrophe; nothing is an empty cell.

    A text that has the apostrophe of its own before such a sign gets one more, so that `unguarded` gives every text back.
    """
    if isinstance(value, str) and value.lstrip("'").startswith(FORMULAS):
        return f"'{value}"
    return "" if value is None else value


def unguarded(text: str) -> str:
    """Return a cell as it was before `safe`."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULAS) else text


def _columns(header: Sequence[str]) -> str:
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{max(len(name) + 3, 14)}" customWidth="1"/>'
        for n, name in enumerate(header, 1)
    )
    return f"<cols>{widths}</cols><sheetData>"


def _row(values: Sequence[Value]) -> str:
    return f"<row>{''.join(_cell(value) for value in values)}</row>"


def _cell(value: Value) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(without_control_letters(value))}</t></is></c>'


def _frame(sheets: int, name: str) -> Iterator[tuple[str, str]]:
    numbers = range(1, sheets + 1)
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPES}.worksheet+xml"/>' for n in numbers
    )
    types = (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{_TYPES}.sheet.main+xml"/>{parts}</Types>'
    )
    root = (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    )
    names = {n: f"{name} {n}".strip() if n > 1 or not name else name for n in numbers}
    named = "".join(f'<sheet name="{escape(names[n])}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
    book = (
        f'{_HEAD}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        f'xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews><sheets>{named}</sheets></workbook>'
    )
    links = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    yield "[Content_Types].xml", types
    yield "_rels/.rels", root
    yield "xl/workbook.xml", book
    yield (
        "xl/_rels/workbook.xml.rels",
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
    )


class _Pipe(io.RawIOBase):
    """Takes what the zip writes and gives it away; cannot seek, so the zip never waits for its end."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._pieces.append(piece)
        return len(piece)

    def taken(self) -> Iterator[bytes]:
        """Give away what was written since the last time."""
        pieces, self._pieces = self._pieces, []
        if pieces:
            yield b"".join(pieces)
