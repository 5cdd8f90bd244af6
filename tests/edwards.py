"""edwards25519 in plain integers: slow, obvious, and independent of what it is compared with."""

from functools import cache

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int]
IDENTITY: Point = (0, 1)


def add(left: Point, right: Point) -> Point:
    """Return the sum, by the affine formulae of RFC 8032 §5.1 (complete for every point of the curve)."""
    (x1, y1), (x2, y2) = left, right
    t = D * x1 * x2 * y1 * y2 % P
    return (
        (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P,
        (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P,
    )


def multiply(scalar: int, point: Point) -> Point:
    """Return a multiple; the scalar is taken as it is, not modulo anything."""
    result = IDENTITY
    for bit in f"{scalar:b}":
        result = add(result, result)
        if bit == "1":
            result = add(result, point)
    return result


def encode(point: Point) -> bytes:
    """Return RFC 8032's 32 bytes."""
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def text(point: Point) -> str:
    """Return the text of the protocol: big-endian hexadecimal."""
    return encode(point)[::-1].hex()


def decode(data: bytes) -> Point | None:
    """Return the point, or None for anything that RFC 8032 §5.1.3 does not decode strictly."""
    number = int.from_bytes(data, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != square or (x == 0 and sign):
        return None
    return (P - x if x & 1 != sign else x), y


BASE = decode(bytes.fromhex("58" + "66" * 31)) or IDENTITY


@cache
def small_order() -> tuple[Point, ...]:
    """Return the eight points whose order divides eight, found by clearing the prime part of random points."""
    for y in range(2, 1000):
        point = decode(y.to_bytes(32, "little"))
        torsion = None if point is None else multiply(L, point)
        if torsion is not None and multiply(4, torsion) != IDENTITY:
            return tuple(multiply(k, torsion) for k in range(8))
    raise LookupError("no point of order eight")
