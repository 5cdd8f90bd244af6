"""One streaming pass over an archive: container and chain are checked, the places of everything are kept.

Memory: about 150 bytes per ballot, whatever the ballots' size.
"""

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from voting.election.archive import StoredRecord, read_header, read_records
from voting.election.errors import IncompleteElectionError, RepeatedBallotError
from voting.election.events import Event, EventType, require_allowed
from voting.election.progress import Progress
from voting.encoding import base64_unpadded, sha256

# The beginning of a canonical ballot; anything else is refused when the ballot itself is read.
_CREDENTIAL = re.compile(rb'\{"election_uuid":"[^"\\]*","election_hash":"[^"\\]*","credential":"([^"\\]*)",')
_DIGEST = 16
_EVENTS_A_CALL = 1024
"""How many events are read between two calls of ``progress``."""


@dataclass(frozen=True, slots=True)
class IndexedEvent:
    """An event other than a ballot, with the offset and size of its data members."""

    event: Event
    places: tuple[tuple[int, int], ...]


@dataclass
class ArchiveIndex:
    """Where everything is. Ballots are numbered from 0 in the order of the archive."""

    path: Path
    timestamp: int
    events: list[IndexedEvent] = field(default_factory=list)
    kinds: list[tuple[EventType, int]] = field(default_factory=list)
    head: Event | None = None
    noted: dict[int, str] = field(default_factory=dict)
    _offsets: "array[int]" = field(default_factory=lambda: array("Q"), repr=False)
    _sizes: "array[int]" = field(default_factory=lambda: array("Q"), repr=False)
    _hashes: bytearray = field(default_factory=bytearray, repr=False)
    _credentials: bytearray = field(default_factory=bytearray, repr=False)

    @property
    def ballot_count(self) -> int:
        """The number of ballots, superseded ones included."""
        return len(self._offsets)

    def place(self, ballot: int) -> tuple[int, int]:
        """Return offset and size of a ballot's bytes."""
        return self._offsets[ballot], self._sizes[ballot]

    def tracker(self, ballot: int) -> str:
        """Return a ballot's tracker."""
        return base64_unpadded(self.ballot_hash(ballot))

    def ballot_hash(self, ballot: int) -> bytes:
        """Return the SHA-256 of a ballot's bytes."""
        return bytes(self._hashes[32 * ballot : 32 * ballot + 32])

    def credential_digest(self, ballot: int) -> bytes:
        """Return `digest_of` the credential that a ballot names."""
        return bytes(self._credentials[_DIGEST * ballot : _DIGEST * (ballot + 1)])

    def last_ballots(self) -> bytearray:
        """Return for each ballot 1 if it is the last one of its credential, 0 if it is superseded."""
        last = {self.credential_digest(ballot): ballot for ballot in range(self.ballot_count)}
        counted = bytearray(self.ballot_count)
        for ballot in last.values():
            counted[ballot] = 1
        return counted

    def require_distinct_ballots(self) -> None:
        """Refuse an archive in which the same ballot was cast twice, at once or after a revote.

        Raises:
            RepeatedBallotError: with its tracker.
        """
        seen: set[bytes] = set()
        for ballot in range(self.ballot_count):
            digest = self.ballot_hash(ballot)
            if digest in seen:
                raise RepeatedBallotError("the same ballot is cast a second time").locate(tracker=self.tracker(ballot))
            seen.add(digest)

    def require_order(self, *, shuffled: bool) -> None:
        """Check the order of the events' types.

        Raises:
            MissingShuffleError, EventOrderError: see `voting.election.events.require_allowed`.
            IncompleteElectionError: there is no event at all.
        """
        if not self.kinds:
            raise IncompleteElectionError("an archive without any event")
        before: Event | None = None
        for kind, height in self.kinds:
            event = Event(type=kind, height=height, parent=None, payload=None)
            require_allowed(before, event, shuffled=shuffled)
            before = event

    def of_type(self, kind: EventType) -> Iterator[IndexedEvent]:
        """Yield the events of one type, in order."""
        return (indexed for indexed in self.events if indexed.event.type is kind)

    def read(self, indexed: IndexedEvent) -> list[bytes]:
        """Read the data members of an event again."""
        with self.path.open("rb") as file:
            found: list[bytes] = []
            for offset, size in indexed.places:
                file.seek(offset)
                found.append(file.read(size))
        return found

    def add(self, stored: StoredRecord) -> None:
        """Take in the next record."""
        event = stored.record.event
        self.head = event
        # Equal neighbours are kept once: two ballots in a row allow the same as one.
        if not self.kinds or self.kinds[-1][0] is not event.type or event.type is not EventType.BALLOT:
            self.kinds.append((event.type, event.height))
        if event.type is not EventType.BALLOT:
            self.events.append(IndexedEvent(event, stored.places))
            return
        (offset, size), (data,) = stored.places[0], stored.record.payloads
        match = _CREDENTIAL.match(data)
        self._offsets.append(offset)
        self._sizes.append(size)
        self._hashes += sha256(data)
        self._credentials += digest_of(match.group(1) if match else b"")


def digest_of(credential: bytes) -> bytes:
    """Return the short digest under which credentials are compared between ballots; 128 bits are enough for that."""
    return sha256(credential)[:_DIGEST]


def index_archive(
    path: Path, *, note_heights: frozenset[int] = frozenset(), progress: Progress | None = None
) -> ArchiveIndex:
    """Read an archive once.

    Args:
        path: the file.
        note_heights: heights of events whose hashes are to be kept in `ArchiveIndex.noted`.
        progress: called with bytes read and bytes in all, now and then and at the end.

    Raises:
        ElectionRefusedError, UnreadableInputError: see `voting.election.archive.read_records`.
    """
    total = path.stat().st_size
    with path.open("rb") as file:
        index = ArchiveIndex(path, read_header(file))
        for stored in read_records(file, index.timestamp):
            index.add(stored)
            height = stored.record.event.height
            if height in note_heights:
                index.noted[height] = stored.record.event.hash
            if progress is not None and height % _EVENTS_A_CALL == 0:
                progress(stored.end, total)
    if progress is not None:
        progress(total, total)
    return index
