"""The QR code that the booth draws, compared module by module with another implementation."""

import pytest
import segno

from tests.booth import ask

FULL = [14, 26, 42, 62, 84, 106, 122, 152, 180, 213]
"""Bytes that fill versions 1 to 10 at level M; segno pads what is not full otherwise than the standard says."""
RECEIPT = "https://madang.example/gwansan/assembly/find?tracker=m1bHIJOAHTuFcLkyUCFle6q1Wti9F1Xik44cO1wMyZU"
MASKS = [
    lambda r, c: (r + c) % 2,
    lambda r, c: r % 2,
    lambda r, c: c % 3,
    lambda r, c: (r + c) % 3,
    lambda r, c: (r // 2 + c // 3) % 2,
    lambda r, c: r * c % 2 + r * c % 3,
    lambda r, c: (r * c % 2 + r * c % 3) % 2,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2,
]


def others(text: str) -> list[list[list[bool]]]:
    """Return another implementation's drawings, one per mask: a drawer may choose any."""
    codes = [
        segno.make(text.encode(), mode="byte", error="m", mask=mask, boost_error=False, micro=False)
        for mask in range(8)
    ]
    return [[[bool(module) for module in row] for row in code.matrix] for code in codes]


@pytest.mark.slow
@pytest.mark.parametrize("text", ["/b+" * 71, RECEIPT * 3, "가" * 71])
def test_codes_of_every_version_equal_another_implementations(text: str):
    texts = [text.encode()[:length].decode(errors="ignore") for length in FULL]
    texts = [each + "." * (length - len(each.encode())) for each, length in zip(texts, FULL, strict=True)]
    for index, (each, rows) in enumerate(zip(texts, ask(qr=texts)["qr"], strict=True)):
        assert len(each.encode()) == FULL[index]
        assert len(rows) == 21 + 4 * index
        assert rows in others(each)


def read(rows: list[list[bool]], mask: int) -> bytes:
    """Read the codewords of a code of version 1 the way a telephone does."""
    size, bits, upward = len(rows), [], True
    for right in [*range(size - 1, 6, -2), *range(5, 0, -2)]:
        for step in range(size):
            row = size - 1 - step if upward else step
            for column in (right, right - 1):
                in_corner = (row < 9 and (column < 9 or column >= size - 8)) or (row >= size - 8 and column < 9)
                if row != 6 and not in_corner:
                    bits += [rows[row][column] != (MASKS[mask](row, column) == 0)]
        upward = not upward
    return bytes(int("".join("01"[bit] for bit in bits[at : at + 8]), 2) for at in range(0, 208, 8))


@pytest.mark.parametrize("text", ["A", "가나다", "madang"])
def test_a_short_text_is_padded_as_the_standard_says(text: str):
    data = text.encode()
    stream = (4 << 8 | len(data)) << (8 * len(data) + 4) | int.from_bytes(data, "big") << 4
    expected = stream.to_bytes(len(data) + 2, "big")
    expected += bytes([0xEC, 0x11] * 8)[: 16 - len(expected)]
    (rows,) = ask(qr=[text])["qr"]
    assert expected in [read(rows, mask)[:16] for mask in range(8)]


@pytest.mark.parametrize("length", [214, 1000])
def test_a_text_that_does_not_fit_is_refused(length: int):
    assert ask(qr=["x" * length])["qr"][0]["error"] == "RangeError"
