"""Tables are opened by programs that do more with a text than show it."""

import csv
import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from app.execution.figures import as_workbook
from app.files.tables import as_csv, safe, xlsx_pieces

STRANGE = "장부\x0b의 메모\uffff\ud800 끝"
PLAIN = "장부의 메모 끝"


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_text_begins_as_a_formula(first: str):
    text = f"{first}HYPERLINK(1)"
    assert safe(text) == f"'{text}"
    rows = list(csv.reader(io.StringIO(as_csv(["a"], [[text]]).decode("utf-8-sig"), newline="")))
    assert rows[1][0].startswith("'")


@pytest.mark.parametrize("text", ["쉼터", "1=1", "", "a@b.kr", "(=1)"])
def test_ordinary_texts_stay_as_they_are(text: str):
    assert safe(text) == text


def test_a_letter_that_no_workbook_can_hold_does_not_make_it_unreadable():
    def rows() -> Iterator[list[str | int]]:
        yield [STRANGE, 1]

    book = b"".join(xlsx_pieces(["메모", "수"], rows()))
    with zipfile.ZipFile(io.BytesIO(book)) as opened:
        sheet = opened.read("xl/worksheets/sheet1.xml")
    assert PLAIN in "".join(ET.fromstring(sheet).itertext())  # noqa: S314 - our own
    assert openpyxl.load_workbook(io.BytesIO(book)).active["A2"].value == PLAIN


def test_a_settlement_is_written_whatever_letters_its_memos_hold():
    book = openpyxl.load_workbook(io.BytesIO(as_workbook([("장부", ["메모"], [[STRANGE], ["=1+1"], [7]])])))
    assert [row[0].value for row in book["장부"].iter_rows(min_row=2)] == [PLAIN, "'=1+1", 7]
