"""The interface of a prime-order group. Nothing outside `voting.election.group` knows which one it holds.

Elements are opaque, immutable, hashable, picklable and comparable with ``==``; only a group makes them, so holding an
`Element` means: a member of the prime-order subgroup. Scalars are plain ``int``; every exponent is reduced modulo
``order``, so a negative one is the power of the inverse.

Two kinds of time. `Group.power_secret` and `Group.generator_power_secret` are for exponents that somebody must not
learn (keys, randomness of ballots, shares): constant time where the group allows it, and never the accelerator. All
other methods may take time that depends on their arguments, and are for public data: proofs, archives, results.

Verification is done in batches (`Group.range_commitments`, `Group.double_powers`, `Group.parse_many`): hand over as
much public data as is at hand, at least one ballot, at best hundreds. Where `Group.releases_lock` says so, a batch leaves
the interpreter lock free while it computes, and threads help. A batch never raises for an item: the item's place in
the answer holds the refusal, for the caller to raise with the name of the ballot and the step.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple, TypeAlias

from voting.election.group.errors import ElementError, IdentityElementError

Element: TypeAlias = Hashable
"""Opaque outside the group that made it (Ed25519: a point; the finite fields: an integer)."""

PowerPair: TypeAlias = tuple[Element, int, Element, int]
"""``(base1, exponent1, base2, exponent2)``."""


class RangeStatement(NamedTuple):
    """The claim that a ciphertext encrypts one of ``lowest, lowest + 1, …``, with one disjunct per number.

    Attributes:
        alpha, beta: the ciphertext, as texts.
        lowest: the number that the first disjunct claims.
        proofs: ``(challenge, response)`` of each disjunct, in order.
        members: alpha and beta are known to be members already (a product of checked elements); otherwise both are
            decoded strictly and checked for membership of the prime-order subgroup.
    """

    alpha: str
    beta: str
    lowest: int
    proofs: Sequence[tuple[int, int]]
    members: bool = False


class RangeCommitments(NamedTuple):
    """What a verifier recomputes from a `RangeStatement`.

    Attributes:
        alpha, beta: the ciphertext as elements, members of the prime-order subgroup.
        text: ``A0,B0,A1,B1,…`` as texts joined by commas, ready to be hashed, where
            ``A_j = g^r_j · alpha^c_j`` and ``B_j = key^r_j · (beta / g^(lowest + j))^c_j``.
    """

    alpha: Element
    beta: Element
    text: str


class Group(ABC):
    """A cyclic group of prime order with the encodings of the protocol."""

    name: str
    order: int
    generator: Element
    identity: Element
    releases_lock: bool = False
    """Whether batches leave the interpreter lock free, so that threads do the work of processes at no cost to start."""

    @abstractmethod
    def parse(self, text: str) -> Element:
        """Read the canonical text of an element and check membership of the prime-order subgroup.

        The identity is accepted; use `parse_key` where it must not stand.

        Raises:
            MalformedElementError: not the canonical text of anything.
            NotInGroupError: canonical, but outside the prime-order subgroup.
        """

    def parse_key(self, text: str) -> Element:
        """Read an element that must not be the identity: a public key, a credential, a commitment to a secret.

        Raises:
            MalformedElementError, NotInGroupError: as `parse`.
            IdentityElementError: the identity, for which anybody knows the discrete logarithm.
        """
        element = self.parse(text)
        if element == self.identity:
            raise IdentityElementError("the identity element stands where a key is expected")
        return element

    def parse_many(self, texts: Sequence[str]) -> list[Element | ElementError]:
        """Read many elements as `parse` does; a refused one leaves its error, unraised, in its place."""
        found: list[Element | ElementError] = []
        for text in texts:
            try:
                found.append(self.parse(text))
            except ElementError as error:
                found.append(error)
        return found

    @abstractmethod
    def serialize(self, element: Element) -> str:
        """Return the canonical text."""

    @abstractmethod
    def multiply(self, left: Element, right: Element) -> Element:
        """Return the group operation."""

    @abstractmethod
    def invert(self, element: Element) -> Element:
        """Return the inverse element."""

    def divide(self, left: Element, right: Element) -> Element:
        """Return ``left`` times the inverse of ``right``."""
        return self.multiply(left, self.invert(right))

    @abstractmethod
    def power(self, base: Element, exponent: int) -> Element:
        """Return ``base ** exponent``; the exponent is public, so the time taken may depend on it."""

    @abstractmethod
    def power_secret(self, base: Element, exponent: int) -> Element:
        """Return ``base ** exponent`` for a secret exponent, in constant time where the group allows it."""

    def generator_power_secret(self, exponent: int) -> Element:
        """Return ``generator ** exponent`` for a secret exponent, as `power_secret` but quicker where possible."""
        return self.power_secret(self.generator, exponent)

    def double_power(self, base1: Element, exponent1: int, base2: Element, exponent2: int) -> Element:
        """Return ``base1 ** exponent1 * base2 ** exponent2`` for public exponents."""
        return self.double_powers([(base1, exponent1, base2, exponent2)])[0]

    @abstractmethod
    def double_powers(self, items: Sequence[PowerPair]) -> list[Element]:
        """Return ``base1 ** exponent1 * base2 ** exponent2`` of many items; all exponents are public.

        Signatures (``g^r · C^c``) and decryption proofs (``g^r · X^c``, ``alpha^r · F^c``) of a whole batch go
        through here. The generator and prepared bases are recognised and cost a fraction of another base.
        """

    def multi_power(self, bases: Sequence[Element], exponents: Sequence[int]) -> Element:
        """Return the product of ``base ** exponent`` over two lists of equal length; all exponents are public.

        Raises:
            ValueError: the lists differ in length.
        """
        return self.product(self.power(base, exponent) for base, exponent in zip(bases, exponents, strict=True))

    @abstractmethod
    def product(self, elements: Iterable[Element]) -> Element:
        """Return the product of many elements (of none: the identity)."""

    @abstractmethod
    def range_commitments(
        self, key: Element, statements: Sequence[RangeStatement]
    ) -> list[RangeCommitments | ElementError]:
        """Recompute the commitments of many range proofs at once, and check alpha and beta of each.

        Args:
            key: the election's public key.
            statements: in any number; see `RangeStatement`. Challenges and responses in ``0 … order - 1``.

        Returns:
            For each statement its commitments, or the unraised refusal of its alpha or beta.
        """

    def prepare(self, base: Element) -> None:  # noqa: B027 - preparing is optional
        """Announce that a base (an election key, a trustee's key) will be raised to many exponents. May do nothing."""

    @abstractmethod
    def sort_key(self, element: Element) -> bytes | int:
        """Return the key by which ciphertexts and public credentials are sorted (numeric, or little-endian bytes)."""

    @abstractmethod
    def embed(self, values: Sequence[int]) -> Element:
        """Encode small integers (0…255) reversibly as an element, for NonHomomorphic questions.

        Raises:
            ValueError: a value is out of range, or there are too many, or the group has no embedding.
        """

    @abstractmethod
    def extract(self, element: Element, count: int) -> list[int]:
        """Decode ``count`` integers (0…255 each) from an element.

        Total on purpose: a voter can encrypt an element that `embed` never makes, and after the mixing nobody can take
        that ballot out again. Like the reference it reads the lowest ``count`` bytes above the padding; whether they
        are a valid ranking is for the counting rule to say.

        Raises:
            ValueError: ``count`` is negative or more than the group can hold, or the group has no embedding.
        """

    @abstractmethod
    def independent_generator(self, index: int) -> Element:
        """Return the ``index``-th generator with unknown discrete logarithm (``ggen|index``; -1 is the secondary)."""

    def hash_to_scalar(self, prefix: str, elements: Iterable[Element]) -> int:
        """Return SHA-256 of the prefix and the elements' texts, joined by commas, modulo the order."""
        return self.hash_texts_to_scalar(prefix, ",".join(map(self.serialize, elements)))

    def hash_texts_to_scalar(self, prefix: str, texts: str) -> int:
        """Return SHA-256 of the prefix and of texts already joined by commas (`RangeCommitments.text`), modulo q."""
        return int.from_bytes(hashlib.sha256((prefix + texts).encode()).digest(), "big") % self.order
