"""Edwards25519 with the accelerator for public data; secret exponents stay with libsodium.

Byte for byte the same answers as `voting.election.group.ed25519`.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import cast

from voting.election.group.accelerator import (
    MEMBER,
    TEXT_BYTES,
    Accelerator,
    Table,
    encoding_of,
)
from voting.election.group.base import Element, PowerPair, RangeCommitments, RangeStatement
from voting.election.group.ed25519 import ORDER, Ed25519Group, Point, decode_text
from voting.election.group.errors import ElementError, NotInGroupError

_PREPARED_BASES = 8
_ZERO = bytes(32)
_NOTHING = bytes(64)


class AcceleratedEd25519Group(Ed25519Group):
    """Edwards25519 with edwards25519.c."""

    releases_lock = True

    def __init__(self, accelerator: Accelerator) -> None:
        """Make the group; only `voting.election.group` does."""
        super().__init__()
        self._accelerator = accelerator
        self._generator_table = accelerator.table(self._affine(self.generator))
        self._tables: OrderedDict[Element, Table] = OrderedDict()

    def parse(self, text: str) -> Element:
        """Read 64 hexadecimal digits; see `Group.parse`."""
        encoding = decode_text(text)
        affine, status = self._accelerator.decode(encoding, check_order=True)
        if status[0] != MEMBER:
            raise _outside()
        return Point(encoding, affine)

    def parse_many(self, texts: Sequence[str]) -> list[Element | ElementError]:
        """Read many elements at once; see `Group.parse_many`."""
        encodings: list[bytes] = []
        found: list[Element | ElementError | None] = []
        for text in texts:
            try:
                encodings.append(decode_text(text))
                found.append(None)
            except ElementError as error:
                found.append(error)
        affine, status = self._accelerator.decode(b"".join(encodings), check_order=True)
        answers = (
            Point(encoding, affine[64 * i : 64 * i + 64]) if status[i] == MEMBER else _outside()
            for i, encoding in enumerate(encodings)
        )
        return [next(answers) if item is None else item for item in found]

    def multiply(self, left: Element, right: Element) -> Element:
        """Return the sum of two points."""
        return self.product((left, right))

    def divide(self, left: Element, right: Element) -> Element:
        """Return the difference of two points."""
        return self.product((left, self.invert(right)))

    def power(self, base: Element, exponent: int) -> Element:
        """Return a multiple of a point in variable time."""
        return self.double_powers([(base, exponent, self.generator, 0)])[0]

    def double_powers(self, items: Sequence[PowerPair]) -> list[Element]:
        """Return sums of two multiples each; see `Group.double_powers`."""
        tables: list[Table | None] = []
        bases: list[bytes] = []
        scalars: list[bytes] = []
        for base1, exponent1, base2, exponent2 in items:
            for base, exponent in ((base1, exponent1), (base2, exponent2)):
                table = self._table(base)
                tables.append(table)
                bases.append(_NOTHING if table is not None else self._affine(base))
                scalars.append((exponent % ORDER).to_bytes(32, "little"))
        affine = self._accelerator.double_powers(tables, b"".join(bases), b"".join(scalars))
        return [_point(affine[i : i + 64]) for i in range(0, len(affine), 64)]

    def multi_power(self, bases: Sequence[Element], exponents: Sequence[int]) -> Element:
        """Return the product of many powers, two by two; see `Group.multi_power`."""
        pairs = list(zip(bases, exponents, strict=True))
        if len(pairs) % 2:
            pairs.append((self.generator, 0))
        return self.product(self.double_powers([(*pairs[i], *pairs[i + 1]) for i in range(0, len(pairs), 2)]))

    def product(self, elements: Iterable[Element]) -> Element:
        """Return the sum of points."""
        return _point(self._accelerator.sum(b"".join(map(self._affine, elements))))

    def range_commitments(
        self, key: Element, statements: Sequence[RangeStatement]
    ) -> list[RangeCommitments | ElementError]:
        """Recompute the commitments of range proofs; see `Group.range_commitments`."""
        refused: dict[int, ElementError] = {}
        ciphertexts: list[bytes] = []
        members = bytearray()
        counts: list[int] = []
        scalars: list[bytes] = []
        for position, (alpha, beta, lowest, proofs, known) in enumerate(statements):
            try:
                pair = decode_text(alpha) + decode_text(beta)
            except ElementError as error:
                refused[position] = error
                continue
            ciphertexts.append(pair)
            members.append(known)
            counts.append(len(proofs))
            for number, (challenge, response) in enumerate(proofs, start=lowest):
                scalars.append((challenge % ORDER).to_bytes(32, "little"))
                scalars.append((response % ORDER).to_bytes(32, "little"))
                scalars.append((-number * challenge % ORDER).to_bytes(32, "little") if number else _ZERO)
        self.prepare(key)
        affine, status, texts = self._accelerator.range_commitments(
            self._generator_table,
            self._table(key) or self._accelerator.table(self._affine(key)),
            ciphertexts=b"".join(ciphertexts),
            members=bytes(members),
            counts=counts,
            scalars=b"".join(scalars),
        )
        answers: list[RangeCommitments | ElementError] = []
        start = 0
        for i, (pair, count) in enumerate(zip(ciphertexts, counts, strict=True)):
            end = start + TEXT_BYTES * count
            if status[i] == MEMBER:
                answers.append(
                    RangeCommitments(
                        Point(pair[:32], affine[128 * i : 128 * i + 64]),
                        Point(pair[32:], affine[128 * i + 64 : 128 * i + 128]),
                        texts[start : max(start, end - 1)].decode("ascii"),
                    )
                )
            else:
                answers.append(_outside())
            start = end
        for position, refusal in refused.items():
            answers.insert(position, refusal)
        return answers

    def prepare(self, base: Element) -> None:
        """Compute the base's table of multiples; the most recent eight are kept."""
        if self._table(base) is None:
            self._tables[base] = self._accelerator.table(self._affine(base))
            while len(self._tables) > _PREPARED_BASES:
                self._tables.popitem(last=False)

    def _table(self, base: Element) -> Table | None:
        return self._generator_table if base == self.generator else self._tables.get(base)

    def _affine(self, element: Element) -> bytes:
        """Return the coordinates of a point, computed once."""
        point = cast("Point", element)
        if point.affine is None:
            point.affine, _ = self._accelerator.decode(point.encoding, check_order=False)
        return point.affine


def _point(affine: bytes) -> Point:
    return Point(encoding_of(affine), affine)


def _outside() -> NotInGroupError:
    return NotInGroupError("a point is not in the prime-order subgroup of edwards25519")
