"""A document on paper can be read, not only copied."""

import re

from app.files.pdf_writer import FAMILY, PIECES, STATIC, with_own_families


def test_every_piece_of_the_font_has_a_family_of_its_own_in_a_pdf():
    css = with_own_families((STATIC / "css" / "fonts.css").read_text())
    families = re.findall(r'@font-face\{font-family:"([^"]+)"', css)
    assert len(families) == len(set(families)) == PIECES


def test_a_style_sheet_asks_for_all_pieces_of_the_font():
    css = with_own_families(f'body {{ font: 10pt "{FAMILY}", sans-serif; }}')
    assert all(f'"{FAMILY} {number}"' in css for number in range(PIECES))
