"""The chain of events of an election: what happened, in which order, linked by hashes (Belenios specification, "Events").

``{["parent":hex,]"height":int,"type":str[,"payload":hex]}``. The first event has height 0 and no parent; every other
names the SHA-256 of the one before. `MOVES` is the order that we demand; the reference tools check none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from voting.election.errors import ChainError, EventOrderError, MalformedObjectError, MissingShuffleError
from voting.election.shape import (
    count_to_json,
    read_canonical,
    read_count,
    read_hash,
    read_integer,
    read_object,
    read_text,
)
from voting.election.trustees.objects import MAX_TRUSTEES
from voting.encoding import canonical_json, sha256


class EventType(StrEnum):
    """What can happen in an election.

    Specification: ``voting/SPEC.md`` §11.
    """

    SETUP = "Setup"
    BALLOT = "Ballot"
    END_BALLOTS = "EndBallots"
    ENCRYPTED_TALLY = "EncryptedTally"
    SHUFFLE = "Shuffle"
    END_SHUFFLES = "EndShuffles"
    PARTIAL_DECRYPTION = "PartialDecryption"
    RESULT = "Result"


_T = EventType

PAYLOADS: dict[EventType, int] = {
    _T.SETUP: 4,  # election, trustees, credentials, setup data
    _T.BALLOT: 1,
    _T.END_BALLOTS: 0,
    _T.ENCRYPTED_TALLY: 2,  # the tally, its size
    _T.SHUFFLE: 2,  # the shuffle, its owner
    _T.END_SHUFFLES: 0,
    _T.PARTIAL_DECRYPTION: 2,  # the partial decryption, its owner
    _T.RESULT: 1,
}
"""How many data members stand before an event of each type; the last of them is the event's payload."""

MOVES: dict[EventType | None, frozenset[EventType]] = {
    None: frozenset({_T.SETUP}),
    _T.SETUP: frozenset({_T.BALLOT, _T.END_BALLOTS}),
    _T.BALLOT: frozenset({_T.BALLOT, _T.END_BALLOTS}),
    _T.END_BALLOTS: frozenset({_T.ENCRYPTED_TALLY}),
    _T.ENCRYPTED_TALLY: frozenset({_T.PARTIAL_DECRYPTION}),
    _T.PARTIAL_DECRYPTION: frozenset({_T.PARTIAL_DECRYPTION, _T.RESULT}),
    _T.RESULT: frozenset(),
}
"""What may follow what, without NonHomomorphic questions."""

SHUFFLED_MOVES: dict[EventType | None, frozenset[EventType]] = MOVES | {
    _T.ENCRYPTED_TALLY: frozenset({_T.SHUFFLE}),
    _T.SHUFFLE: frozenset({_T.SHUFFLE, _T.END_SHUFFLES}),
    _T.END_SHUFFLES: frozenset({_T.PARTIAL_DECRYPTION}),
}
"""What may follow what, with NonHomomorphic questions: at least one shuffle."""


@dataclass(frozen=True, slots=True)
class Event:
    """One link of the chain.

    Specification: ``voting/SPEC.md`` §11.
    """

    type: EventType
    height: int
    parent: str | None
    payload: str | None

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read the canonical object; a payload is there if and only if its type has one.

        Raises:
            EventOrderError: a type that nobody knows.
            NonCanonicalObjectError, MalformedObjectError: as their names say.
        """
        names = ("parent", "height", "type", "payload")
        fields = read_object(read_canonical(data, "event"), "event", names, optional=("parent", "payload"))
        kind = read_text(fields["type"], "event type")
        if kind not in EventType.__members__.values():
            raise EventOrderError("an event of an unknown type")
        found = cls(
            type=EventType(kind),
            height=read_integer(fields["height"], "height"),
            parent=read_hash(fields["parent"], "parent") if "parent" in fields else None,
            payload=read_hash(fields["payload"], "payload") if "payload" in fields else None,
        )
        if (found.payload is None) != (PAYLOADS[found.type] == 0):
            raise MalformedObjectError(f"an event {found.type} with or without a payload")
        return found

    def to_bytes(self) -> bytes:
        """Return the canonical object."""
        found: dict[str, bool | int | str] = {}
        if self.parent is not None:
            found["parent"] = self.parent
        found |= {"height": self.height, "type": self.type.value}
        if self.payload is not None:
            found["payload"] = self.payload
        return canonical_json({**found})

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical object, in hexadecimal: the name of the event, and the chain's head after it."""
        return sha256(self.to_bytes()).hex()


@dataclass(frozen=True, slots=True)
class Record:
    """An event with the data members that stand before it in an archive; its payload is the last of them.

    Specification: ``voting/SPEC.md`` §11.
    """

    event: Event
    payloads: tuple[bytes, ...]


def next_event(head: Event | None, kind: EventType, payload: bytes | None = None) -> Event:
    """Return the event that continues the chain after ``head`` (``None`` at the beginning). Pure.

    Specification: ``voting/SPEC.md`` §11.

    Raises:
        MalformedObjectError: a payload where the type has none, or the other way round.
    """
    if (payload is None) != (PAYLOADS[kind] == 0):
        raise MalformedObjectError(f"an event {kind} with or without a payload")
    return Event(
        type=kind,
        height=0 if head is None else head.height + 1,
        parent=None if head is None else head.hash,
        payload=None if payload is None else sha256(payload).hex(),
    )


def next_record(head: Event | None, kind: EventType, payloads: Sequence[bytes] = ()) -> Record:
    """Return the event that continues the chain, together with its data members in archive order. Pure.

    Specification: ``voting/SPEC.md`` §11.

    Raises:
        MalformedObjectError: another number of data members than the type has.
    """
    if len(payloads) != PAYLOADS[kind]:
        raise MalformedObjectError(f"{len(payloads)} data members for an event {kind}, not {PAYLOADS[kind]}")
    return Record(next_event(head, kind, payloads[-1] if payloads else None), tuple(payloads))


def require_continues(head: Event | None, event: Event) -> None:
    """Check that an event names its predecessor.

    Raises:
        ChainError: another parent, or another height.
    """
    expected = (None, 0) if head is None else (head.hash, head.height + 1)
    if (event.parent, event.height) != expected:
        raise ChainError(f"event {expected[1]} does not continue the chain")


def require_allowed(head: Event | None, event: Event, *, shuffled: bool) -> None:
    """Check that an event of this type may follow.

    Raises:
        MissingShuffleError: decryption is to begin without any shuffle.
        EventOrderError: anything else out of order.
    """
    before = None if head is None else head.type
    if event.type in (SHUFFLED_MOVES if shuffled else MOVES).get(before, frozenset()):
        return
    unshuffled = {EventType.END_SHUFFLES, EventType.PARTIAL_DECRYPTION}
    if shuffled and before is EventType.ENCRYPTED_TALLY and event.type in unshuffled:
        raise MissingShuffleError("NonHomomorphic answers are to be decrypted without having been shuffled")
    raise EventOrderError(f"event {event.height}: {event.type} cannot follow {before or 'nothing'}")


@dataclass(frozen=True, slots=True)
class Owned:
    """``{"owner":int,"payload":hex}``: which trustee made a shuffle or a partial decryption."""

    owner: int
    payload: str

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read the canonical object."""
        fields = read_object(read_canonical(data, "owner"), "owner", ("owner", "payload"))
        return cls(
            owner=read_integer(fields["owner"], "owner", least=1, most=MAX_TRUSTEES),
            payload=read_hash(fields["payload"], "payload"),
        )

    @classmethod
    def of(cls, owner: int, payload: bytes) -> Self:
        """Name the owner of an object."""
        return cls(owner, sha256(payload).hex())

    def to_bytes(self) -> bytes:
        """Return the canonical object."""
        return canonical_json({"owner": self.owner, "payload": self.payload})


@dataclass(frozen=True, slots=True)
class SizedTally:
    """``{"num_tallied":int,"total_weight":count,"encrypted_tally":hex}``: how much stands behind a tally."""

    num_tallied: int
    total_weight: int
    encrypted_tally: str

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read the canonical object."""
        names = ("num_tallied", "total_weight", "encrypted_tally")
        fields = read_object(read_canonical(data, "size of the tally"), "size of the tally", names)
        return cls(
            num_tallied=read_integer(fields["num_tallied"], "number of ballots"),
            total_weight=read_count(fields["total_weight"], "total weight"),
            encrypted_tally=read_hash(fields["encrypted_tally"], "tally"),
        )

    def to_bytes(self) -> bytes:
        """Return the canonical object."""
        return canonical_json(
            {
                "num_tallied": self.num_tallied,
                "total_weight": count_to_json(self.total_weight),
                "encrypted_tally": self.encrypted_tally,
            }
        )
