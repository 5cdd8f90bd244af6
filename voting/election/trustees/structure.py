"""All trustees of an election: their numbering, the election key, and the combination of their factors.

Trustees are numbered from 1 over the flattened list ("owner"): a single trustee counts as one, a threshold structure as
many as it has members.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from voting.election.errors import NotEnoughDecryptionsError
from voting.election.group.base import Element, Group
from voting.election.trustees.checks import require_trustees
from voting.election.trustees.objects import (
    PedersenParameters,
    TrusteeEntry,
    TrusteePublicKey,
    parse_trustees,
    serialize_trustees,
)
from voting.election.trustees.pedersen import lagrange_coefficient, public_coefficients, structure_key


@dataclass(frozen=True, slots=True)
class TrusteeMember:
    """One who can decrypt: a single trustee or a member of a threshold structure.

    Attributes:
        owner: the number, from 1.
        public_key: with which decryption proofs are checked.
        name: as published, or ``None``.
        entry: position in the list of trustees.
        index: position inside a threshold structure, from 1; 1 for a single trustee.
    """

    owner: int
    public_key: Element
    name: str | None
    entry: int
    index: int


@dataclass(frozen=True)
class Trustees:
    """The published list of trustees.

    Specification: ``voting/SPEC.md`` §8.1.
    """

    group: Group
    entries: tuple[TrusteeEntry, ...]

    @classmethod
    def parse(cls, data: bytes, group: Group) -> Self:
        """Read the list; shapes and membership only, see `require_valid`."""
        return cls(group, parse_trustees(data, group))

    def to_bytes(self) -> bytes:
        """Return the list as it stands in an archive."""
        return serialize_trustees(self.entries, self.group)

    def require_valid(self) -> None:
        """Check every proof, signature and derived key (`voting.election.trustees.checks.require_trustees`)."""
        require_trustees(self.entries, self.group)

    @property
    def members(self) -> tuple[TrusteeMember, ...]:
        """Everybody who can decrypt, by number."""
        found: list[TrusteeMember] = []
        for position, entry in enumerate(self.entries):
            keys = (entry,) if isinstance(entry, TrusteePublicKey) else entry.verification_keys
            for index, key in enumerate(keys, start=1):
                found.append(TrusteeMember(len(found) + 1, key.public_key, key.name, position, index))
        return tuple(found)

    def election_key(self) -> Element:
        """Return the key of the election: the product of single keys and of all constant coefficients."""
        factors: list[Element] = []
        for entry in self.entries:
            if isinstance(entry, TrusteePublicKey):
                factors.append(entry.public_key)
            else:
                factors.append(structure_key(self.group, public_coefficients(entry, self.group)))
        return self.group.product(factors)

    def shares_needed(self) -> tuple[tuple[frozenset[int], int], ...]:
        """Return, for each entry, the owners it has and how many of them it takes."""
        found: list[tuple[frozenset[int], int]] = []
        members = self.members
        for position, entry in enumerate(self.entries):
            owners = frozenset(member.owner for member in members if member.entry == position)
            found.append((owners, entry.threshold if isinstance(entry, PedersenParameters) else 1))
        return tuple(found)

    def can_do_without(self, owners: Collection[int]) -> bool:
        """Whether the other trustees are enough for a result."""
        return all(len(members.difference(owners)) >= needed for members, needed in self.shares_needed())

    def combine(self, factors: Mapping[int, Sequence[Element]]) -> list[Element]:
        """Combine decryption factors into ``alpha^x`` of each ciphertext, for the election's secret ``x``.

        Args:
            factors: owner → one *verified* factor per ciphertext, all in the same order. More than a threshold needs
                are ignored from the highest number down, so that everybody computes the same.

        Raises:
            NotEnoughDecryptionsError: a single trustee, or too many members of a threshold structure, are missing.
        """
        group = self.group
        bases: list[Sequence[Element]] = []
        exponents: list[int] = []
        for position, (owners, needed) in enumerate(self.shares_needed()):
            present = [m for m in self.members if m.entry == position and m.owner in factors][:needed]
            if len(present) < needed:
                raise NotEnoughDecryptionsError(
                    f"of trustees {_numbers(owners)}, {len(present)} decrypted; it takes {needed}"
                )
            threshold = isinstance(self.entries[position], PedersenParameters)
            indexes = [member.index for member in present]
            for member in present:
                bases.append(factors[member.owner])
                exponents.append(lagrange_coefficient(indexes, member.index, group.order) if threshold else 1)
        return [group.multi_power(column, exponents) for column in zip(*bases, strict=True)]


def _numbers(owners: frozenset[int]) -> str:
    return ", ".join(str(owner) for owner in sorted(owners))
