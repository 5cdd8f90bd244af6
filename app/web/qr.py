"""QR codes: black on white in every scheme, because cameras read no others."""

import io

import segno
from markupsafe import Markup


def qr_on_page(address: str) -> Markup:
    """Return an address as a picture inside a page, as large as its place there."""
    drawing = segno.make(address, error="m").svg_inline(border=2, dark="#000", light="#fff", omitsize=True)
    return Markup(drawing)  # noqa: S704 - drawn from the address alone


def qr_file(address: str) -> bytes:
    """Return an address as an SVG file, with the quiet zone that readers need."""
    target = io.BytesIO()
    segno.make(address, error="m").save(target, kind="svg", border=4, dark="#000", light="#fff", omitsize=True)
    return target.getvalue()
