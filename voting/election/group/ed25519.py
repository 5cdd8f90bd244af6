"""The prime-order subgroup of edwards25519, with PyNaCl (libsodium): the reference, and every secret exponent.

An element's text is 64 lower-case hexadecimal digits, big-endian: RFC 8032's encoding with the bytes reversed.

libsodium's own rules, handled here: it refuses the identity as a base and zero as a scalar, which the protocol allows;
``crypto_core_ed25519_add`` takes any point of the curve, whatever its order; nothing of it is asked to judge
non-canonical encodings, because they are refused before.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import cast

from nacl import bindings
from nacl.exceptions import RuntimeError as SodiumError

from voting.election.group.base import Element, Group, PowerPair, RangeCommitments, RangeStatement
from voting.election.group.errors import ElementError, MalformedElementError, NotInGroupError

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
_BASE_POINT = bytes.fromhex("5866666666666666666666666666666666666666666666666666666666666666")
_IDENTITY = (1).to_bytes(32, "little")
_MINUS_ONE = (PRIME - 1).to_bytes(32, "little")
_SIGN = 1 << 255
_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)

PADDING_BITS = 14
ROOM = 30
"""Integers that one element can hold: 30 bytes above 14 bits of padding."""


class Point:
    """A member of the prime-order subgroup.

    Attributes:
        encoding: RFC 8032's 32 bytes; two points are equal when these are.
        affine: both coordinates, 32 bytes each, little-endian, when somebody has computed them already: it spares the
            accelerator a square root. Not part of the value.
    """

    __slots__ = ("affine", "encoding")

    def __init__(self, encoding: bytes, affine: bytes | None = None) -> None:
        """Hold an encoding that the caller has checked."""
        self.encoding = encoding
        self.affine = affine

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Point) and self.encoding == other.encoding

    def __hash__(self) -> int:
        return hash(self.encoding)

    def __repr__(self) -> str:
        return f"Point({self.encoding[::-1].hex()})"

    def __reduce__(self) -> tuple[type["Point"], tuple[bytes, bytes | None]]:
        return Point, (self.encoding, self.affine)


class Ed25519Group(Group):
    """Edwards25519 with nothing but libsodium: the path that every other one must agree with."""

    name = "Ed25519"
    order = ORDER

    def __init__(self) -> None:
        """Make the group; only `voting.election.group` does.

        Raises:
            RuntimeError: the installed libsodium takes mixed-order points for members (CVE-2025-69277).
        """
        self.generator: Element = Point(_BASE_POINT)
        self.identity: Element = Point(_IDENTITY)
        if bindings.crypto_core_ed25519_is_valid_point(bindings.crypto_core_ed25519_add(_BASE_POINT, _MINUS_ONE)):
            raise RuntimeError("this libsodium accepts points outside the group; install PyNaCl 1.6.2 or later")

    def __repr__(self) -> str:
        return f"<group {self.name}>"

    def parse(self, text: str) -> Element:
        """Read 64 hexadecimal digits; see `Group.parse`."""
        encoding = decode_text(text)
        self._require_member(encoding)
        return Point(encoding)

    def serialize(self, element: Element) -> str:
        """Return 64 lower-case hexadecimal digits, big-endian."""
        return cast("Point", element).encoding[::-1].hex()

    def multiply(self, left: Element, right: Element) -> Element:
        """Return the sum of two points."""
        return Point(bindings.crypto_core_ed25519_add(cast("Point", left).encoding, cast("Point", right).encoding))

    def invert(self, element: Element) -> Element:
        """Return the point with the other x."""
        return Point(_negated(cast("Point", element).encoding))

    def divide(self, left: Element, right: Element) -> Element:
        """Return the difference of two points."""
        return Point(bindings.crypto_core_ed25519_sub(cast("Point", left).encoding, cast("Point", right).encoding))

    def power(self, base: Element, exponent: int) -> Element:
        """Return a multiple of a point; libsodium has constant time only, but nothing need be computed for zero."""
        return self.power_secret(base, exponent) if exponent % ORDER else self.identity

    def power_secret(self, base: Element, exponent: int) -> Element:
        """Return a multiple of a point in constant time; the identity alone, which is nobody's secret, is quicker."""
        return Point(_multiple(cast("Point", base).encoding, exponent % ORDER))

    def generator_power_secret(self, exponent: int) -> Element:
        """Return a multiple of the base point in constant time, by libsodium's own table."""
        return Point(_base_multiple(exponent % ORDER))

    def double_powers(self, items: Sequence[PowerPair]) -> list[Element]:
        """Return sums of two multiples each; see `Group.double_powers`."""
        return [
            self.multiply(self.power(base1, exponent1), self.power(base2, exponent2))
            for base1, exponent1, base2, exponent2 in items
        ]

    def product(self, elements: Iterable[Element]) -> Element:
        """Return the sum of points."""
        total = _IDENTITY
        for element in elements:
            total = bindings.crypto_core_ed25519_add(total, cast("Point", element).encoding)
        return Point(total)

    def range_commitments(
        self, key: Element, statements: Sequence[RangeStatement]
    ) -> list[RangeCommitments | ElementError]:
        """Recompute the commitments of range proofs; see `Group.range_commitments`."""
        found: list[RangeCommitments | ElementError] = []
        for statement in statements:
            try:
                found.append(self._range_commitments(cast("Point", key).encoding, statement))
            except ElementError as error:
                found.append(error)
        return found

    def sort_key(self, element: Element) -> bytes | int:
        """Return the little-endian bytes."""
        return cast("Point", element).encoding

    def embed(self, values: Sequence[int]) -> Element:
        """Pack bytes above the padding and look upward for a y of the subgroup (voting.md §3.3)."""
        _require_room(len(values))
        if any(not 0 <= value <= 255 for value in values):
            raise ValueError("only integers from 0 to 255 can be embedded")
        packed = int.from_bytes(bytes(values), "big") << PADDING_BITS
        # One y in sixteen belongs to the subgroup, so sixteen thousand tries never run out.
        for candidate in range(packed, packed + (1 << PADDING_BITS)):
            encoding = candidate.to_bytes(32, "little")
            if encoding == _IDENTITY or bindings.crypto_core_ed25519_is_valid_point(encoding):
                return Point(encoding)
        raise ValueError("no member within the padding")

    def extract(self, element: Element, count: int) -> list[int]:
        """Read the bytes above the padding; see `Group.extract`."""
        _require_room(count)
        packed = int.from_bytes(cast("Point", element).encoding, "little") >> PADDING_BITS
        return list((packed & ((1 << (8 * count)) - 1)).to_bytes(count, "big"))

    def independent_generator(self, index: int) -> Element:
        """Return eight times the first point of the curve at or above ``SHA256("ggen|index") >> 2``."""
        start = int.from_bytes(hashlib.sha256(f"ggen|{index}".encode()).digest(), "big") >> 2
        for candidate in range(start, start + 1024):
            point = candidate.to_bytes(32, "little")
            try:
                for _ in range(3):
                    point = bindings.crypto_core_ed25519_add(point, point)
            except SodiumError:
                continue  # not on the curve
            return Point(point)
        raise ValueError("no point of the curve near the hash")

    def _require_member(self, encoding: bytes) -> None:
        # libsodium's test covers the curve and the order, and refuses the identity, which is a member.
        if encoding != _IDENTITY and not bindings.crypto_core_ed25519_is_valid_point(encoding):
            raise NotInGroupError("a point is not in the prime-order subgroup of edwards25519")

    def _range_commitments(self, key: bytes, statement: RangeStatement) -> RangeCommitments:
        alpha = decode_text(statement.alpha)
        beta = decode_text(statement.beta)
        if not statement.members:
            self._require_member(alpha)
            self._require_member(beta)
        add = bindings.crypto_core_ed25519_add
        texts: list[str] = []
        for number, (challenge, response) in enumerate(statement.proofs, start=statement.lowest):
            first = add(_base_multiple(response % ORDER), _multiple(alpha, challenge % ORDER))
            second = add(_multiple(key, response % ORDER), _multiple(beta, challenge % ORDER))
            if number:
                second = add(second, _base_multiple(-number * challenge % ORDER))
            texts += (first[::-1].hex(), second[::-1].hex())
        return RangeCommitments(Point(alpha), Point(beta), ",".join(texts))


def decode_text(text: str) -> bytes:
    """Return the RFC 8032 encoding that a text stands for; whether it is a point at all is still unknown.

    Raises:
        MalformedElementError: not 64 lower-case hexadecimal digits; y ≥ p; or minus zero as x.
    """
    if not _HEX.fullmatch(text):
        raise MalformedElementError("a group element is not 64 lower-case hexadecimal digits")
    encoding = bytes.fromhex(text)[::-1]
    # Only the top nibble decides for nearly every input; the exact comparison is for the rest.
    if text[0] in "7f":
        y = int.from_bytes(encoding, "little") & (_SIGN - 1)
        if y >= PRIME or (y == PRIME - 1 and text[0] == "f"):
            raise MalformedElementError("a group element is not a canonical encoding")
    elif text == "8" + "0" * 62 + "1":
        raise MalformedElementError("a group element encodes minus zero")
    return encoding


def _negated(encoding: bytes) -> bytes:
    # The members with x = 0 are the identity alone: (0, -1) has order two.
    if encoding == _IDENTITY:
        return encoding
    return encoding[:31] + bytes([encoding[31] ^ 0x80])


def _multiple(point: bytes, scalar: int) -> bytes:
    if point == _IDENTITY:
        return _IDENTITY
    # libsodium refuses zero; it is multiplied as one and thrown away, to take the time of any other scalar.
    product = bindings.crypto_scalarmult_ed25519_noclamp((scalar or 1).to_bytes(32, "little"), point)
    return product if scalar else _IDENTITY


def _base_multiple(scalar: int) -> bytes:
    product = bindings.crypto_scalarmult_ed25519_base_noclamp((scalar or 1).to_bytes(32, "little"))
    return product if scalar else _IDENTITY


def _require_room(count: int) -> None:
    if not 0 <= count <= ROOM:
        raise ValueError(f"an element of Ed25519 holds at most {ROOM} integers")
