"""A document on paper can be read, not only copied: the PDF writer gets its font whole."""

import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from app.files.pdf_writer import STATIC

TEMPLATES = STATIC.parent / "templates" / "print"
WHOLE = range(ord("가"), ord("힣") + 1)


@pytest.mark.parametrize("weight", [400, 700])
def test_the_printed_font_holds_every_syllable_and_the_space_between(weight: int):
    with TTFont(STATIC / "fonts" / "madang-print" / f"{weight}.ttf") as font:
        known = font.getBestCmap()
    missing = [chr(code) for code in [*WHOLE, *map(ord, " 0123456789abcXYZ○→·~%₩")] if code not in known]
    assert missing == []


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_printed_document_asks_for_the_font_in_pieces(path: Path):
    links = re.findall(r'href="/static/css/([\w-]+\.css)"', path.read_text())
    assert "fonts.css" not in links
    assert all("Pretendard" not in re.sub(r"/\*.*?\*/", "", (STATIC / "css" / name).read_text()) for name in links)
