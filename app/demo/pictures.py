"""Draws what a place looked like before and after: the demonstration shows no photo of a real place. Pure."""

import io

from PIL import Image, ImageDraw

SIZE = (960, 640)


def empty_ground() -> bytes:
    """Draw bare ground with weeds and a broken fence, as PNG."""
    picture = Image.new("RGB", SIZE, "#cfd8dc")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 330, *SIZE), fill="#a1887f")
    for n in range(9):
        x = 30 + n * 105
        draw.line((x, 250 + n % 3 * 18, x + 14, 400), fill="#6d4c41", width=12)
    draw.line((20, 300, 560, 322), fill="#6d4c41", width=9)
    for n in range(26):
        x, y = 40 + n * 131 % 890, 430 + n * 67 % 180
        for lean in (-16, 0, 16):
            draw.line((x, y, x + lean, y - 36), fill="#9e9d24", width=5)
    return _png(picture)


def small_park() -> bytes:
    """Draw the same ground with trees, a path and a bench, as PNG."""
    picture = Image.new("RGB", SIZE, "#bbdefb")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 330, *SIZE), fill="#8bc34a")
    draw.polygon([(380, 640), (620, 640), (540, 330), (470, 330)], fill="#efebe9")
    for x, tall in ((120, 150), (270, 110), (720, 130), (860, 165)):
        draw.rectangle((x - 12, 360 - tall // 3, x + 12, 440), fill="#6d4c41")
        draw.ellipse((x - 78, 300 - tall, x + 78, 400 - tall // 2), fill="#388e3c")
    draw.rectangle((660, 486, 880, 508), fill="#8d6e63")
    for x in (680, 852):
        draw.rectangle((x, 508, x + 12, 560), fill="#5d4037")
    for n in range(16):
        x, y = 60 + n * 53 % 300, 490 + n * 41 % 110
        draw.ellipse((x - 11, y - 11, x + 11, y + 11), fill=("#f06292", "#ffd54f", "#ba68c8")[n % 3])
    return _png(picture)


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
