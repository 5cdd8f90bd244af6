"""A file is what its content says, and its name must say the same."""

import io
import struct
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from PIL import Image, ImageOps

from app.errors import InvalidInput
from app.files import pictures
from app.files.kinds import MAX_BYTES, Sort, kind_of, safe_name
from app.files.pictures import LONGEST_SIDE, clean_picture
from tests.given_files import huge_picture, package, picture, word_document


@pytest.mark.parametrize(
    ("name", "content", "ending"),
    [
        ("그늘막.jpg", picture(), "jpg"),
        ("그늘막.PNG", picture("PNG"), "jpg"),
        ("a.webp", picture("WEBP"), "jpg"),
        ("견적.docx", word_document(), "docx"),
        ("안내.hwpx", package({"mimetype": b"application/hwp+zip", "Contents/section0.xml": b"<a/>"}), "hwpx"),
        ("a.odt", package({"mimetype": b"application/vnd.oasis.opendocument.text"}), "odt"),
        ("a.pdf", b"%PDF-1.7\n", "pdf"),
        ("메모.txt", "그늘이 없다".encode("cp949"), "txt"),
        ("표.csv", "곳,수\n향촌초,2".encode(), "csv"),
    ],
)
def test_what_people_send_is_recognised(name: str, content: bytes, ending: str):
    assert kind_of(name, content).ending == ending


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.jpg", b"", "빈 파일"),
        ("a.jpg", b"<html><script>alert(1)</script>", "내용이 다릅니다"),
        ("a.pdf", picture(), "내용이 다릅니다"),
        ("a.pdf", word_document(), "내용이 다릅니다"),
        ("a.docx", b"%PDF-1.7\n", "내용이 다릅니다"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "SVG"),
        ("a.png", b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        ("a.txt", b"<!DOCTYPE html><script>alert(1)</script>", "받을 수 없는"),
        ("a.html", b"<html></html>", "받을 수 없는"),
        ("a.exe", b"MZ\x90\x00", "받을 수 없는"),
        ("a.zip", package({"a.txt": b"a"}), "받을 수 없는"),
        ("a.docx", word_document(**{"word/vbaProject.bin": b"x"}), "매크로"),
        ("a.docx", b"PK\x03\x04 broken", "내용이 다릅니다"),
        ("a.pdf", b"%PDF-" + b"0" * MAX_BYTES, "10MB"),
    ],
)
def test_what_is_not_what_it_says_is_refused_with_the_reason(name: str, content: bytes, words: str):
    with pytest.raises(InvalidInput, match=words):
        kind_of(name, content)


def test_a_picture_keeps_its_pixels_and_nothing_else():
    taken = picture(gps=True)
    assert Image.open(io.BytesIO(taken)).getexif().get_ifd(0x8825)
    clean = clean_picture(taken)
    assert (clean.width, clean.height) == (64, 48)
    for content in (clean.content, clean.preview):
        image = Image.open(io.BytesIO(content))
        assert not dict(image.getexif())
        assert "우리 집 앞".encode() not in content
        assert b"Exif" not in content


def test_a_script_behind_the_pixels_does_not_survive():
    assert b"<script>" not in clean_picture(picture() + b"<script>alert(1)</script>").content


def test_a_large_picture_is_made_smaller_and_an_invisible_ground_white():
    clean = clean_picture(picture(size=(3000, 1000)))
    assert (clean.width, clean.height) == (LONGEST_SIDE, 533)
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(out, "PNG")
    assert Image.open(io.BytesIO(clean_picture(out.getvalue()).content)).getpixel((1, 1)) == (255, 255, 255)


@pytest.mark.slow
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded():
    with pytest.raises(InvalidInput, match="가로세로"):
        clean_picture(huge_picture())


@pytest.mark.parametrize("content", [b"\xff\xd8\xff broken", b"\x89PNG\r\n\x1a\n broken", b"GIF89a"])
def test_a_broken_picture_is_refused(content: bytes):
    with pytest.raises(InvalidInput, match="사진으로 읽을 수 없는"):
        clean_picture(content)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\서류\\견적.pdf", "견적.pdf"),
        ("a\u202efdp.pdf", "afdp.pdf"),
        ("...pdf", "file.pdf"),
        ("가" * 300 + ".pdf", "가" * 114 + ".pdf"),
    ],
)
def test_a_name_that_is_handed_back_is_harmless(name: str, safe: str):
    kind = kind_of("a.pdf", b"%PDF-1.7\n")
    assert safe_name(name, kind) == safe
    assert kind.sort is Sort.DOCUMENT


def test_a_picture_with_a_damaged_note_of_its_camera_is_refused_and_breaks_nothing(monkeypatch: pytest.MonkeyPatch):
    """What Pillow raises differs from byte to byte; none of it may reach the page as an error of ours."""

    def stumble(_image: object) -> None:
        raise struct.error("unpack requires a buffer of 2 bytes")

    monkeypatch.setattr(ImageOps, "exif_transpose", stumble)
    with pytest.raises(InvalidInput):
        clean_picture(picture())


def test_of_large_pictures_one_is_decoded_at_a_time(monkeypatch: pytest.MonkeyPatch):
    """Eight of them at once, each of some hundred kilobytes, would take the memory of the whole machine."""
    at_work: list[int] = []
    most: list[int] = []

    def decode(_image: object) -> Image.Image:
        at_work.append(1)
        most.append(len(at_work))
        sleep(0.01)
        at_work.pop()
        return Image.new("RGB", (4, 4))

    monkeypatch.setattr(ImageOps, "exif_transpose", decode)
    monkeypatch.setattr(pictures, "MAX_AT_ONCE", 100)
    large = picture(size=(20, 20))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(clean_picture, [large] * 8))
    assert max(most) == 1
    monkeypatch.setattr(pictures, "MAX_AT_ONCE", 400)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(clean_picture, [large] * 8))
    assert max(most) > 1
