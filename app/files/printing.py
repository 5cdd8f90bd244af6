"""HTML to PDF with the project's own font, where the machine can."""

import ctypes.util
import functools
import importlib

from app.errors import RuleViolation
from app.i18n import N_

MISSING = N_("이 서버에는 PDF를 만드는 프로그램(Pango)이 없습니다. 화면을 인쇄하거나 다른 형식으로 내려받아 주세요.")


def can_print() -> bool:
    """Tell whether the machine has the text layout library that the PDF writer needs."""
    return ctypes.util.find_library("pango-1.0") is not None


@functools.lru_cache(maxsize=16)
def as_pdf(html: str) -> bytes:
    """Return a page as an accessible, tagged PDF (PDF/UA-1) with embedded fonts; the last few are remembered.

    Args:
        html: a whole document; links to style sheets and pictures are paths below ``/static/``.

    Raises:
        RuleViolation: the machine cannot make PDFs.
    """
    if not can_print():
        raise RuleViolation(MISSING)
    # Loaded when the first PDF is made: a machine without Pango must still run everything else.
    return bytes(importlib.import_module("app.files.pdf_writer").write(html))
