"""Rules of the public record. Pure: no Flask, no database, no clock, no randomness."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from voting.encoding import JSON, canonical_json
from voting.errors import VerificationError

GENESIS = "0" * 64
"""Parent of the first entry of a place."""


class BrokenRecordError(VerificationError):
    """An entry of the record is not what its hash says, or does not follow its parent."""


@dataclass(frozen=True)
class Entry:
    """One act as it is hashed and published.

    Extension rule: a new field is added at the end, only where it is not null, so that old entries keep their hashes.
    """

    place: str
    height: int
    at: datetime
    role: str
    act: str
    subject: str
    values: dict[str, JSON]
    document_hash: str | None
    parent_hash: str

    def canonical(self) -> bytes:
        """Return the bytes that are hashed: compact JSON in this order of fields."""
        fields: dict[str, JSON] = {
            "place": self.place,
            "height": self.height,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "role": self.role,
            "act": self.act,
            "subject": self.subject,
            "values": dict(sorted(self.values.items())),
            "document_hash": self.document_hash,
            "parent_hash": self.parent_hash,
        }
        return canonical_json(fields)

    def hash(self) -> str:
        """Return the SHA-256 of the canonical bytes, as hexadecimal."""
        return hashlib.sha256(self.canonical()).hexdigest()


def verify_chain(entries: Iterable[tuple[Entry, str]]) -> int:
    """Check entries with their published hashes, from the first on, and return how many there are.

    Raises:
        BrokenRecordError: naming the first height at which the chain breaks.
    """
    parent = GENESIS
    count = 0
    for expected_height, (entry, published) in enumerate(entries):
        if entry.height != expected_height or entry.parent_hash != parent:
            raise BrokenRecordError(f"entry {entry.height} does not follow entry {expected_height - 1}")
        if entry.hash() != published:
            raise BrokenRecordError(f"entry {entry.height} was changed after it was recorded")
        parent = published
        count += 1
    return count
