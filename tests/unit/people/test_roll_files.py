import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from app.errors import InvalidInput
from app.people.roll_files import COLUMNS, Reading, kind_of, normal_unit, read, read_birth_date
from app.people.rules import Basis, Sex

TODAY = date(2026, 7, 1)
HEAD = "이름,생년월일,통,주소,전화번호,이메일,성별,자격\n"
ROW = "김민지,1990-03-04,12통,가상로 12,010-1234-5678,minji@example.kr,여,주민등록\n"


def read_text(text: str, encoding: str = "utf-8") -> Reading:
    return read(text.encode(encoding), today=TODAY)


def sheet(*rows: tuple) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_a_file_is_read_in_every_encoding_that_offices_use(encoding: str):
    found = read_text(HEAD + ROW, encoding)
    assert found.problem_count == 0
    row = found.rows[0]
    assert (row.line, row.name, row.birth_date, row.unit, row.address) == (
        2,
        "김민지",
        date(1990, 3, 4),
        "12통",
        "가상로 12",
    )
    assert (row.phone, row.email, row.sex, row.basis) == (
        "+821012345678",
        "minji@example.kr",
        Sex.WOMAN,
        Basis.RESIDENCE,
    )


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_separator_is_found(delimiter: str):
    text = (HEAD + ROW).replace(",", delimiter)
    assert read_text(text).rows[0].name == "김민지"


def test_a_workbook_is_read_with_dates_and_numbers_as_spreadsheets_keep_them():
    found = read(
        sheet(
            ("관산동 명부", None, None, None),
            (),
            ("성  명", "생년월일", "휴대 전화", "비고"),
            ("김민지", datetime(1990, 3, 4), "010-1234-5678", "x"),
            ("이서준", 19851231, 1098765432, None),
        ),
        today=TODAY,
    )
    assert [(row.line, row.name, row.birth_date.isoformat(), row.phone) for row in found.rows] == [
        (4, "김민지", "1990-03-04", "+821012345678"),
        (5, "이서준", "1985-12-31", "+821098765432"),
    ]
    assert found.ignored == ["비고"]


@pytest.mark.parametrize(
    "typed",
    [
        "1990-03-04",
        "19900304",
        "1990. 3. 4.",
        "1990.03.04",
        "1990/3/4",
        "1990년 3월 4일",
        "1990-03-04 00:00:00",
        "１９９０-０３-０４",
    ],
)
def test_birth_dates_are_read_as_people_write_them(typed: str):
    assert read_birth_date(typed, TODAY) == date(1990, 3, 4)


@pytest.mark.parametrize(
    "typed", ["", "900304", "90-03-04", "1990-13-01", "1990-02-30", "2026-07-02", "1899-01-01", "어제", "1990-3"]
)
def test_other_birth_dates_are_refused(typed: str):
    with pytest.raises(InvalidInput):
        read_birth_date(typed, TODAY)


def test_every_wrong_cell_is_named_by_line_and_column_and_never_repeated():
    found = read_text(HEAD + "김민지,900304,12통,,010-12,minji@,남녀,외계인\n" + ROW + ",1990-03-04,,,,,,\n")
    assert [(p.line, p.column) for p in found.problems] == [
        (2, "birth_date"), (2, "phone"), (2, "email"), (2, "sex"), (2, "basis"), (4, "name"),
    ]  # fmt: skip
    assert len(found.rows) == 1
    said = " ".join(p.message % p.values if p.values else p.message for p in found.problems)
    assert "900304" not in said
    assert "minji" not in said


def test_a_resident_number_column_stops_the_whole_file():
    with pytest.raises(InvalidInput) as refusal:
        read_text("이름,주민등록번호,생년월일\n김민지,,1990-03-04\n")
    assert refusal.value.field == "file"
    assert refusal.value.values == {"heading": "주민등록번호"}


def test_a_resident_number_in_a_cell_is_a_problem_of_that_line_even_when_split_over_cells():
    found = read_text("이름,생년월일,주소\n김민지,1990-03-04,900304-2345678\n이서준,1990-03-04,가상로 1\n")
    assert [p.line for p in found.problems] == [2]
    assert [row.name for row in found.rows] == ["이서준"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("김민지,1990-03-04,12통", "김민지,1990-03-04,제12통 3반"),
        ("김민지,1990-03-04,12통", "김 민 지,19900304,12"),
        ("김민지,1990-03-04,12통", "\u1100\u1175\u11b7\u1106\u1175\u11ab\u110c\u1175,1990.3.4.,12 통"),
    ],
    ids=["unit", "spaces", "decomposed"],
)
def test_the_same_person_twice_is_found_however_it_is_written(first: str, second: str):
    found = read_text(f"이름,생년월일,통\n{first}\n이서준,1990-03-04,12통\n{second}\n")
    assert found.twins == [(4, 2)]


def test_neighbours_of_one_name_are_not_taken_for_one_person():
    found = read_text("이름,생년월일,통\n김민지,1990-03-04,12통\n김민지,1990-03-04,13통\n김민지,1991-03-04,12통\n")
    assert found.twins == []
    assert len(found.rows) == 3


@pytest.mark.parametrize(
    ("typed", "unit"), [("제12통", "12"), ("012통 3반", "12"), ("12리", "12"), ("가상리", "가상리"), ("", "")]
)
def test_units_have_a_normal_form(typed: str, unit: str):
    assert normal_unit(typed) == unit


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        "아무 말이나".encode(),
        "전화,주소\n1,2\n".encode(),
        b"PK\x03\x04 not really a workbook",
        HEAD.encode(),
        ("\n" * 20 + HEAD + ROW).encode(),
        '이름,생년월일\n"김민지,1990-03-04\n'.encode(),
    ],
    ids=["empty", "binary", "prose", "headings", "zip", "nobody", "too-low", "quote"],
)
def test_a_file_that_is_no_roll_is_refused_as_a_whole(content: bytes):
    with pytest.raises(InvalidInput) as refusal:
        read(content, today=TODAY)
    assert refusal.value.field == "file"


@pytest.mark.slow
def test_a_workbook_that_unpacks_to_too_much_is_not_opened():
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member,
    ):
        for _ in range(210):
            member.write(bytes(1024 * 1024))
    with pytest.raises(InvalidInput) as refusal:
        read(out.getvalue(), today=TODAY)
    assert "압축" in refusal.value.message


def test_blank_lines_do_not_count_and_columns_may_be_missing():
    found = read_text("name,birth date\n\n,\nMinji Kim,1990-03-04\n")
    assert [(row.line, row.name, row.unit) for row in found.rows] == [(4, "Minji Kim", "")]


def test_no_heading_means_two_columns():
    spellings = [spelling for column in COLUMNS.values() for spelling in column]
    assert len(spellings) == len(set(spellings))


def test_the_kind_of_a_file_is_its_content():
    assert kind_of(sheet(("a",))) == "xlsx"
    assert kind_of(HEAD.encode()) == "csv"
