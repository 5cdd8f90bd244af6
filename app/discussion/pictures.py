"""Draws QR codes."""

import io

import segno


def qr_code(address: str) -> bytes:
    """Return an SVG picture of an address, with the quiet zone that readers need, black on white in every scheme."""
    target = io.BytesIO()
    segno.make(address, error="m").save(target, kind="svg", border=4, dark="#000", light="#fff", omitsize=True)
    return target.getvalue()
