"""Subgroups of prime order of the integers modulo a prime, with gmpy2: BELENIOS-2048 and RFC-3526-2048.

Elements are ``mpz`` in ``1 … p - 1``; their text is canonical decimal.
"""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import gmpy2

from voting.election.group.base import Element, Group, PowerPair, RangeCommitments, RangeStatement
from voting.election.group.chains import Integer, joint_power, shared_powers
from voting.election.group.errors import ElementError, MalformedElementError, NotInGroupError

_DECIMAL = re.compile(r"0|[1-9][0-9]*", re.ASCII)
_PREPARED_BASES = 8


@dataclass(frozen=True, slots=True)
class FieldParameters:
    """A named group: prime modulus, prime order, generator, and how integers are embedded (voting.md §3)."""

    name: str
    modulus: int
    order: int
    generator: int
    padding_bits: int | None
    """Bits below the embedded integers, tried upward until a member is hit; None: no embedding."""


class FixedBase:
    """Powers of one base by windows: ``base^(d · 2^(w·i))`` for every digit d of every position i."""

    def __init__(self, base: Integer, modulus: Integer, order_bits: int) -> None:
        """Compute the table (BELENIOS-2048: 14 ms, 2 MB; RFC-3526-2048: 33 ms, 7 MB)."""
        # Wide windows pay off only while the table stays small: 32 positions of 255, or 342 of 63.
        self._width = 8 if order_bits <= 256 else 6
        self._modulus = modulus
        self._rows: list[list[Integer]] = []
        step = base
        for _ in range(-(-order_bits // self._width)):
            row = [gmpy2.mpz(1), step]
            for _ in range(2, 1 << self._width):
                row.append(row[-1] * step % modulus)
            self._rows.append(row)
            step = row[-1] * step % modulus

    def power(self, exponent: int) -> Integer:
        """Return the base to the power of an exponent in ``0 … order - 1``."""
        width, modulus = self._width, self._modulus
        result = gmpy2.mpz(1)
        if width == 8:
            for row, digit in zip(self._rows, exponent.to_bytes(len(self._rows), "little"), strict=True):
                if digit:
                    result = result * row[digit] % modulus
            return result
        mask = (1 << width) - 1
        digits = gmpy2.mpz(exponent)
        for position, row in enumerate(self._rows):
            digit = (digits >> (width * position)) & mask
            if digit:
                result = result * row[int(digit)] % modulus
        return result


class FiniteFieldGroup(Group):
    """The subgroup of order q of the multiplicative group modulo p."""

    def __init__(self, parameters: FieldParameters) -> None:
        """Make the group of fixed parameters; only `voting.election.group` does."""
        self.name = parameters.name
        self.order = parameters.order
        self._modulus = gmpy2.mpz(parameters.modulus)
        self._order = gmpy2.mpz(parameters.order)
        self._order_bits = parameters.order.bit_length()
        self._cofactor = (self._modulus - 1) // self._order
        self._padding_bits = parameters.padding_bits
        self._digits = len(str(parameters.modulus))
        self.generator = gmpy2.mpz(parameters.generator)
        self.identity = gmpy2.mpz(1)
        self._tables: OrderedDict[Element, FixedBase] = OrderedDict()

    def __repr__(self) -> str:
        return f"<group {self.name}>"

    def parse(self, text: str) -> Integer:
        """Read canonical decimal; see `Group.parse`."""
        element = self._decode(text)
        if not self._is_member(element):
            raise self._outside()
        return element

    def serialize(self, element: Element) -> str:
        """Return canonical decimal."""
        return str(element)

    def multiply(self, left: Element, right: Element) -> Integer:
        """Return the product modulo p."""
        return self._integer(left) * right % self._modulus

    def invert(self, element: Element) -> Integer:
        """Return the inverse modulo p."""
        return gmpy2.invert(element, self._modulus)

    def power(self, base: Element, exponent: int) -> Integer:
        """Return a power modulo p, through the base's table when it was prepared."""
        exponent %= self.order
        table = self._table(base)
        if table is not None:
            return table.power(exponent)
        return gmpy2.powmod(base, exponent, self._modulus)

    def power_secret(self, base: Element, exponent: int) -> Integer:
        """Return a power modulo p by GMP's constant-time exponentiation (``mpz_powm_sec``).

        Its time depends on the number of machine words of the exponent alone, which a random exponent fills.
        """
        exponent %= self.order
        if exponent == 0:
            return self.identity
        return gmpy2.powmod_sec(base, exponent, self._modulus)

    def double_powers(self, items: Sequence[PowerPair]) -> list[Element]:
        """Return products of two powers each; see `Group.double_powers`."""
        return [
            self._integer(self.power(base1, exponent1)) * self.power(base2, exponent2) % self._modulus
            for base1, exponent1, base2, exponent2 in items
        ]

    def multi_power(self, bases: Sequence[Element], exponents: Sequence[int]) -> Integer:
        """Return a product of many powers on one chain of squarings; see `Group.multi_power`."""
        return joint_power(bases, [exponent % self.order for exponent in exponents], self._modulus)

    def product(self, elements: Iterable[Element]) -> Integer:
        """Return the product modulo p."""
        result = self.identity
        modulus = self._modulus
        for element in elements:
            result = self._integer(result) * element % modulus
        return result

    def range_commitments(
        self, key: Element, statements: Sequence[RangeStatement]
    ) -> list[RangeCommitments | ElementError]:
        """Recompute the commitments of range proofs; see `Group.range_commitments`."""
        self.prepare(key)
        found: list[RangeCommitments | ElementError] = []
        for statement in statements:
            try:
                found.append(self._range_commitments(key, statement))
            except ElementError as error:
                found.append(error)
        return found

    def prepare(self, base: Element) -> None:
        """Compute the base's table of powers; the most recent eight are kept."""
        if self._table(base) is None:
            self._tables[base] = FixedBase(base, self._modulus, self._order_bits)
            while len(self._tables) > _PREPARED_BASES:
                self._tables.popitem(last=False)

    def sort_key(self, element: Element) -> bytes | int:
        """Return the number itself."""
        return int(self._integer(element))

    def embed(self, values: Sequence[int]) -> Integer:
        """Pack bytes above the padding and look upward for a member (voting.md §3.2)."""
        self._require_room(len(values))
        if any(not 0 <= value <= 255 for value in values):
            raise ValueError("only integers from 0 to 255 can be embedded")
        packed = gmpy2.mpz(int.from_bytes(bytes(values), "big")) << self._padding()
        for candidate in range(packed, packed + (1 << self._padding())):
            # Half of all numbers are members where there is an embedding, so the padding never runs out.
            if self._is_member(gmpy2.mpz(candidate)):
                return gmpy2.mpz(candidate)
        raise ValueError("no member within the padding")

    def extract(self, element: Element, count: int) -> list[int]:
        """Read the bytes above the padding; see `Group.extract`."""
        self._require_room(count)
        packed = (int(self._integer(element)) >> self._padding()) & ((1 << (8 * count)) - 1)
        return list(packed.to_bytes(count, "big"))

    def independent_generator(self, index: int) -> Integer:
        """Return ``SHA256("ggen|index")`` to the power of the cofactor."""
        digest = hashlib.sha256(f"ggen|{index}".encode()).digest()
        return gmpy2.powmod(int.from_bytes(digest, "big"), self._cofactor, self._modulus)

    @staticmethod
    def _integer(element: Element) -> Integer:
        return element

    def _decode(self, text: str) -> Integer:
        """Read canonical decimal below p, membership unchecked."""
        if len(text) > self._digits or not _DECIMAL.fullmatch(text):
            raise MalformedElementError("a group element is not canonical decimal")
        element = gmpy2.mpz(text)
        if element >= self._modulus:
            raise MalformedElementError("a group element is not smaller than the modulus")
        return element

    def _is_member(self, element: Integer) -> bool:
        """Whether ``0 < x < p`` and ``x^q = 1 (mod p)``."""
        if not 0 < element < self._modulus:
            return False
        if self._cofactor == 2:
            # The squares are the subgroup of index two; Legendre's symbol tells them at a hundredth of the cost.
            return bool(gmpy2.legendre(element, self._modulus) == 1)
        return bool(gmpy2.powmod(element, self._order, self._modulus) == 1)

    def _table(self, base: Element) -> FixedBase | None:
        table = self._tables.get(base)
        if table is None and base == self.generator:
            table = self._tables[base] = FixedBase(base, self._modulus, self._order_bits)
        return table

    def _range_commitments(self, key: Element, statement: RangeStatement) -> RangeCommitments:
        alpha = self._decode(statement.alpha)
        beta = self._decode(statement.beta)
        challenges = [challenge % self.order for challenge, _ in statement.proofs]
        if not statement.members and self._cofactor == 2 and not (self._is_member(alpha) and self._is_member(beta)):
            raise self._outside()
        alpha_powers = self._checked_powers(alpha, challenges, member=statement.members)
        beta_powers = self._checked_powers(beta, challenges, member=statement.members)
        modulus = self._modulus
        texts: list[str] = []
        for index, (challenge, response) in enumerate(statement.proofs):
            first = self._integer(self.power(self.generator, response)) * alpha_powers[index] % modulus
            second = self._integer(self.power(key, response)) * beta_powers[index] % modulus
            if number := statement.lowest + index:
                second = second * self.power(self.generator, -number * challenge) % modulus
            texts += (str(first), str(second))
        return RangeCommitments(alpha, beta, ",".join(texts))

    def _checked_powers(self, base: Integer, exponents: list[int], *, member: bool) -> list[Integer]:
        """Return powers of a base on one chain of squarings, on which the check of its order rides along.

        Raises:
            NotInGroupError: the base is not a member, and was not known to be one.
        """
        if member or self._cofactor == 2:
            return shared_powers(base, exponents, self._modulus)
        *powers, one = shared_powers(base, [*exponents, self.order], self._modulus)
        if one != 1:
            raise self._outside()
        return powers

    def _outside(self) -> NotInGroupError:
        return NotInGroupError(f"a number is outside the group {self.name}")

    def _padding(self) -> int:
        if self._padding_bits is None:
            raise ValueError(f"the group {self.name} has no embedding")
        return self._padding_bits

    def _require_room(self, count: int) -> None:
        room = (int(self._modulus).bit_length() - 1 - self._padding()) // 8
        if not 0 <= count <= room:
            raise ValueError(f"an element of {self.name} holds at most {room} integers")
