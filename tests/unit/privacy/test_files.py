"""Uploads: a resident number is found in every kind of file that offices send, and what cannot be read is refused."""

import io
import zipfile
import zlib

import openpyxl
import pytest
from openpyxl.comments import Comment

from app.privacy import files
from app.privacy.files import UnreadableFile, is_resident_number_cell, require_clean_file, require_clean_rows
from app.privacy.rules import ResidentNumberRefused
from tests.resident_numbers import checked, unchecked

NUMBER = checked("900101123456")
DASHED = f"{NUMBER[:6]}-{NUMBER[6:]}"


def archive(members: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return buffer.getvalue()


def workbook(rows, comment=None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if comment:
        book.active["A1"].comment = Comment(comment, "동 담당자")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def pdf(text: str) -> bytes:
    stream = zlib.compress(f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET".encode())
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"xref\n0 6\n0000000000 65535 f \n%btrailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(out),
    )


DOCX = (
    '<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>{}</w:t></w:r><w:r><w:t>{}</w:t></w:r></w:p></w:body></w:document>'
)
HWPX = '<hs:sec xmlns:hs="s" xmlns:hp="p"><hp:p><hp:run><hp:t>{}</hp:t></hp:run><hp:run><hp:t>{}</hp:t></hp:run></hp:p></hs:sec>'
ODT = '<office:text xmlns:office="o" xmlns:text="t"><text:p>{}<text:span>{}</text:span></text:p></office:text>'

DIRTY = {
    "note.txt": f"연락처와 {DASHED}".encode(),
    "cp949.txt": f"주민번호 {DASHED}".encode("cp949"),
    "utf16.txt": f"주민번호 {DASHED}".encode("utf-16"),
    "bom.csv": f"\ufeff이름,번호\n홍길동,{DASHED}\n".encode(),
    "quoted.csv": f'이름,메모\n홍길동,"한 줄\n{DASHED}"\n'.encode(),
    "tabs.tsv": f"이름\t번호\n홍길동\t{NUMBER}\n".encode(),
    "labelled.csv": "이름,주민등록번호\n홍길동,900101-1******\n".encode(),
    "sheet.xlsx": workbook([["이름", "번호"], ["홍길동", DASHED]]),
    "number.xlsx": workbook([["이름", "번호"], ["홍길동", int(NUMBER)]]),
    "float.xlsx": workbook([["이름", "번호"], ["홍길동", float(NUMBER)]]),
    "labelled.xlsx": workbook([["명부"], [], ["이름", "주민번호"], ["홍길동", "900101-1******"]]),
    "comment.xlsx": workbook([["이름"], ["홍길동"]], comment=f"확인함 {DASHED}"),
    "runs.docx": archive({"word/document.xml": DOCX.format(NUMBER[:6] + "-", NUMBER[6:])}),
    "runs.hwpx": archive(
        {"mimetype": "application/hwp+zip", "Contents/section0.xml": HWPX.format(NUMBER[:6] + "-", NUMBER[6:])}
    ),
    "span.odt": archive({"content.xml": ODT.format(NUMBER[:6] + "-", NUMBER[6:])}),
    "page.pdf": pdf(DASHED),
    "inside.zip": archive({"a/b.zip": archive({"roll.csv": f"이름,번호\n홍길동,{DASHED}\n"})}),
    "page.html": f"<p>연락 <b>{NUMBER[:6]}-</b>{NUMBER[6:]}<br></p>".encode(),
    "renamed.png": archive({"word/document.xml": DOCX.format(DASHED, "")}),
}


@pytest.mark.parametrize("name", DIRTY)
def test_a_number_is_found_in(name):
    with pytest.raises(ResidentNumberRefused) as caught:
        require_clean_file(name, DIRTY[name], field="file")
    assert caught.value.field == "file"
    assert NUMBER[:6] not in str(caught.value)


CLEAN = {
    "note.txt": "통일로 문화축제 3,000,000원".encode(),
    "roll.csv": "이름,생년월일,전화,금액\n홍길동,900101,01012345678,1234568\n".encode("cp949"),
    "roll.xlsx": workbook(
        [["이름", "생년월일", "전화"], ["홍길동", "1990-01-01", 1012345678], ["김철수", "19900102", "010-2345-6789"]]
    ),
    "masked.txt": b"900101-1******",
    "empty-column.csv": "이름,주민등록번호\n홍길동,\n".encode(),
    "plan.docx": archive({"word/document.xml": DOCX.format("마을계획 ", "2026"), "word/media/image1.png": b"\x89PNG"}),
    "plan.pdf": pdf("2026-07-01 14:00 30,000,000"),
    "photo.jpg": b"\xff\xd8\xff\xe0" + DASHED.encode(),
    "photo.webp": b"RIFF\x00\x00\x00\x00WEBP" + DASHED.encode(),
}


@pytest.mark.parametrize("name", CLEAN)
def test_clean_files_pass(name):
    require_clean_file(name, CLEAN[name])


def encrypted_zip() -> bytes:
    content = bytearray(archive({"a.txt": "x"}))
    content[6] |= 1  # general purpose flag, bit 0, local header
    central = content.index(b"PK\x01\x02")
    content[central + 8] |= 1
    return bytes(content)


UNREADABLE = {
    "old.hwp": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "damaged.pdf": b"%PDF-1.7\n" + bytes(range(256)),
    "damaged.xlsx": archive({"xl/workbook.xml": "<x/>"}),
    "truncated.docx": archive({"word/document.xml": DOCX.format("a", "b") * 50})[:-60],
    "locked.zip": encrypted_zip(),
    "noise.bin": bytes(range(256)) * 4,
    "entities.docx": archive({"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_looked_into_is_refused(name):
    with pytest.raises(UnreadableFile) as caught:
        require_clean_file(name, UNREADABLE[name], field="file")
    assert caught.value.field == "file"


def test_a_locked_pdf_is_refused():
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.encrypt("비밀", algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    with pytest.raises(UnreadableFile):
        require_clean_file("locked.pdf", buffer.getvalue())


@pytest.mark.slow
def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    bomb = archive({"a.txt": b"0" * (files.MAX_UNPACKED_BYTES + 1)})
    assert len(bomb) < 1_000_000
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(UnreadableFile):
        require_clean_file("bomb.zip", bomb)


def test_archives_in_archives_in_archives_are_refused():
    nested = archive({"a.txt": "x"})
    for _ in range(files.MAX_DEPTH + 1):
        nested = archive({"a.zip": nested})
    with pytest.raises(UnreadableFile):
        require_clean_file("a.zip", nested)


def test_a_spreadsheet_that_took_the_number_for_a_number_is_understood():
    born_2005 = checked("050817412345")
    assert is_resident_number_cell(born_2005[1:])  # the leading zero is gone
    assert is_resident_number_cell(f"{NUMBER}.0")
    assert is_resident_number_cell(f"{NUMBER[0]}.{NUMBER[1:]}E+12")
    assert not is_resident_number_cell(unchecked("050817412345")[1:])
    assert not is_resident_number_cell("01012345678")
    assert not is_resident_number_cell("1.5E+12")


def test_the_heading_is_found_below_a_title_and_an_empty_column_passes():
    require_clean_rows(iter([["명부"], ["이름", "주민번호"], ["홍길동", ""]]))
    with pytest.raises(ResidentNumberRefused):
        require_clean_rows(iter([["명부"], ["이름", "주민번호"], ["홍길동", "900101"]]))
