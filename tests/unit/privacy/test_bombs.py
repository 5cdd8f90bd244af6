"""Small files that claim to be huge: refused after a little work, whatever they say of themselves."""

import io
import zipfile

import openpyxl
import pytest

from app.errors import InvalidInput
from app.people import roll_files
from app.privacy import files
from app.privacy.files import UnreadableFile, require_clean_file
from app.privacy.rules import ResidentNumberRefused
from tests.conftest import NOW
from tests.resident_numbers import checked

SHEET = "xl/worksheets/sheet1.xml"


def packed(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return buffer.getvalue()


def workbook(says: str, rows: str) -> bytes:
    """Return a workbook of one sheet that says how large it is, and holds these rows."""
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    with zipfile.ZipFile(buffer) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    members[SHEET] = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<dimension ref="{says}"/><sheetData>{rows}</sheetData></worksheet>'
    ).encode()
    return packed(members)


def cell(at: str, text: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


@pytest.fixture(autouse=True)
def _fewer_cells(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "MAX_CELLS", 100_000)


BOMBS = {
    "a row far below": workbook("A1:A1", f'<row r="1">{cell("A1", "이름")}</row><row r="999999999999"/>'),
    "many wide rows": workbook(
        "A1:XFD1048576", "".join(f'<row r="{n}">{cell(f"XFD{n}", "y")}</row>' for n in range(1, 9))
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_sheet_of_more_cells_than_anybody_writes_is_refused(name: str):
    with pytest.raises(UnreadableFile):
        require_clean_file("표.xlsx", BOMBS[name])


@pytest.mark.parametrize("name", BOMBS)
def test_a_roll_of_more_cells_than_anybody_writes_is_refused(name: str):
    with pytest.raises(InvalidInput):
        roll_files.read(BOMBS[name], today=NOW.date())


def test_a_sheet_is_read_as_far_as_it_is_filled_not_as_far_as_it_says():
    require_clean_file("표.xlsx", workbook("A1:XFD1048576", f'<row r="1">{cell("A1", "이름")}</row>'))
    heading = f'<row r="1">{cell("A1", "이름")}{cell("B1", "주민등록번호")}</row>'
    person = f'<row r="2">{cell("A2", "김마당")}{cell("B2", "900101")}</row>'
    with pytest.raises(ResidentNumberRefused):
        require_clean_file("표.xlsx", workbook("A1:A1", heading + person))


def test_archives_in_archives_share_the_room_of_one_file(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "MAX_UNPACKED_BYTES", 50_000)
    inner = packed({"a.txt": b"0" * 20_000})
    require_clean_file("묶음.zip", packed({"1.zip": inner, "2.zip": inner}))
    with pytest.raises(UnreadableFile):
        require_clean_file("묶음.zip", packed({f"{n}.zip": inner for n in range(3)}))


def test_archives_in_archives_share_the_number_of_members(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "MAX_MEMBERS", 10)
    inner = packed({f"{n}.txt": b"-" for n in range(5)})
    require_clean_file("묶음.zip", packed({"1.zip": inner}))
    with pytest.raises(UnreadableFile):
        require_clean_file("묶음.zip", packed({"1.zip": inner, "2.zip": inner}))


def test_a_number_in_an_archive_inside_is_found():
    number = checked("900101123456")
    inner = packed({"a.txt": f"{number[:6]}-{number[6:]}".encode()})
    with pytest.raises(ResidentNumberRefused):
        require_clean_file("묶음.zip", packed({"1.zip": inner}))


def test_a_damaged_member_is_refused_and_breaks_nothing():
    whole = bytearray(packed({"a.txt": b"0123456789" * 500}))
    start = whole.index(b"a.txt") + 5
    whole[start : start + 8] = b"\xff" * 8
    with pytest.raises(UnreadableFile):
        require_clean_file("묶음.zip", bytes(whole))


def test_elements_without_end_are_refused_over_all_members(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "MAX_ELEMENTS", 1000)
    half = b"<a>" + b"<c/>" * 600 + b"</a>"
    require_clean_file("글.docx", packed({"word/document.xml": half}))
    with pytest.raises(UnreadableFile):
        require_clean_file("글.docx", packed({"word/document.xml": half, "word/footnotes.xml": half}))
