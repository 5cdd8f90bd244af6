"""The interface of a prime-order group. Nothing outside `voting.election.group` knows which one it holds.

Elements are opaque, immutable, hashable and comparable with ``==``; only a group makes them, so
holding an `Element` means: a member of the prime-order subgroup. Scalars are plain ``int`` modulo ``order``.
"""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeAlias

Element: TypeAlias = Hashable
"""Opaque outside the group that made it (Ed25519: 32 bytes; the finite fields: an integer)."""


class Group(ABC):
    """A cyclic group of prime order with the encodings of the protocol."""

    name: str
    order: int
    generator: Element
    identity: Element

    @abstractmethod
    def parse(self, text: str) -> Element:
        """Read the canonical text of an element and check membership of the prime-order subgroup.

        Raises:
            MalformedElementError: not the canonical text of anything.
            NotInGroupError: canonical, but outside the prime-order subgroup.
        """

    @abstractmethod
    def serialize(self, element: Element) -> str:
        """Return the canonical text."""

    @abstractmethod
    def multiply(self, left: Element, right: Element) -> Element:
        """Return the group operation."""

    @abstractmethod
    def invert(self, element: Element) -> Element:
        """Return the inverse element."""

    @abstractmethod
    def power(self, base: Element, exponent: int) -> Element:
        """Return ``base ** exponent``; the exponent is public, so the time taken may depend on it."""

    @abstractmethod
    def power_secret(self, base: Element, exponent: int) -> Element:
        """Return ``base ** exponent`` for a secret exponent, in constant time where the group allows it."""

    @abstractmethod
    def double_power(self, base1: Element, exponent1: int, base2: Element, exponent2: int) -> Element:
        """Return ``base1 ** exponent1 * base2 ** exponent2`` for public exponents."""

    def multi_power(self, bases: Sequence[Element], exponents: Sequence[int]) -> Element:
        """Return the product of ``base ** exponent`` over two lists of equal length; the exponents are public.

        The identity for empty lists. A group overrides this where it knows a faster way (Straus, Pippenger).

        Raises:
            ValueError: the lists differ in length.
        """
        return self.product(self.power(base, exponent) for base, exponent in zip(bases, exponents, strict=True))

    @abstractmethod
    def product(self, elements: Iterable[Element]) -> Element:
        """Return the product of many elements."""

    @abstractmethod
    def sort_key(self, element: Element) -> bytes | int:
        """Return the key by which ciphertexts and public credentials are sorted (numeric, or little-endian bytes)."""

    @abstractmethod
    def embed(self, values: Sequence[int]) -> Element:
        """Encode small integers (0…255) reversibly as an element, for NonHomomorphic questions.

        Raises:
            ValueError: a value is out of range, or there are too many.
        """

    @abstractmethod
    def extract(self, element: Element, count: int) -> list[int]:
        """Decode ``count`` integers from an element made by `embed`.

        Raises:
            ValueError: the element holds no such list.
        """

    @abstractmethod
    def independent_generator(self, index: int) -> Element:
        """Return the ``index``-th generator with unknown discrete logarithm (``ggen|index``)."""

    @abstractmethod
    def hash_to_scalar(self, prefix: str, elements: Iterable[Element]) -> int:
        """Return SHA-256 of the prefix and the elements' texts, joined by commas, modulo the order."""
