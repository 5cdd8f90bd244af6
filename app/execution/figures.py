"""Settlements as a workbook. Pure: rows in, bytes out."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from app.files.tables import Value, safe
from app.letters import without_control_letters


def as_workbook(sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[Value]]]]) -> bytes:
    """Return sheets (name, header, rows) as XLSX; numbers stay numbers."""
    book = Workbook()
    book.remove(book.active)
    for name, header, rows in sheets:
        sheet = book.create_sheet(name[:31])
        sheet.append(list(header))
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for row in rows:
            sheet.append(
                [without_control_letters(found) if isinstance(found := safe(value), str) else found for value in row]
            )
        for column, title in enumerate(header, start=1):
            longest = max([len(str(title)), *(len(str(row[column - 1])) for row in rows)])
            sheet.column_dimensions[get_column_letter(column)].width = min(longest * 2 + 2, 60)
        sheet.freeze_panes = "B2"
    if not book.sheetnames:
        book.create_sheet("-")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
