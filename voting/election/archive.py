"""The ``.bel`` archive: one file with everything public, in the one order that its events dictate.

The file is a concatenation of old-style tar members without an end-of-archive mark: first ``BELENIOS``, then for every
event its data members and the event itself, each named by its hash. There is exactly one file for a given history, so
an earlier copy is a byte prefix of a later one. Reading is streaming, one event at a time.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self

from voting.election.definition import SetupData
from voting.election.errors import (
    ArchiveMemberError,
    EarlierCopyError,
    MemberHashError,
    MissingMemberError,
    NotAnArchiveError,
    OversizedObjectError,
    PayloadReferenceError,
    TruncatedArchiveError,
    UnexpectedMemberError,
    UnsupportedVersionError,
)
from voting.election.events import (
    PAYLOADS,
    Event,
    EventType,
    Owned,
    Record,
    SizedTally,
    next_record,
    require_continues,
)
from voting.election.shape import read_canonical, read_integer, read_object, read_text
from voting.encoding import canonical_json, sha256

BLOCK = 512
HEADER_NAME = "BELENIOS"
MAX_MEMBER_BYTES = 512 * 1024 * 1024
MAX_TIMESTAMP = 8**11 - 1

_MEMBER_NAME = re.compile(r"([0-9a-f]{64})\.(data|event)\.json")
_SIZE = re.compile(rb"[0-7]{11}")
_TIMESTAMP = re.compile(r"0|[1-9][0-9]{0,10}")


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record with the places of its data members in the file, so that they can be read again.

    Attributes:
        places: for each data member the offset and size of its bytes.
        end: offset just after the event.
    """

    record: Record
    places: tuple[tuple[int, int], ...]
    end: int


# Writing --------------------------------------------------------------------------------------------------------------


def archive_bytes(timestamp: int, records: Iterable[Record]) -> Iterator[bytes]:
    """Yield an archive piece by piece; ``timestamp`` is the time of its making, in seconds since 1970 (UTC).

    Specification: ``voting/SPEC.md`` §11.
    """
    yield header_member(timestamp)
    for record in records:
        yield record_members(record, timestamp)


def header_member(timestamp: int) -> bytes:
    """Return the first member, ``BELENIOS``."""
    if not 0 <= timestamp <= MAX_TIMESTAMP:
        raise ArchiveMemberError("a timestamp that the archive cannot hold")
    return _member(HEADER_NAME, canonical_json({"version": 1, "timestamp": str(timestamp)}), timestamp)


def record_members(record: Record, timestamp: int) -> bytes:
    """Return the members of one event: what is appended to an archive when it happens.

    Specification: ``voting/SPEC.md`` §11.
    """
    members = [_member(f"{sha256(data).hex()}.data.json", data, timestamp) for data in record.payloads]
    event = record.event.to_bytes()
    return b"".join([*members, _member(f"{sha256(event).hex()}.event.json", event, timestamp)])


class ArchiveWriter:
    """Appends events to an archive file; each one is on the disk when `append` returns.

    Specification: ``voting/SPEC.md`` §11.
    """

    def __init__(self, path: Path, timestamp: int, head: Event | None) -> None:
        self.path = path
        self.timestamp = timestamp
        self.head = head

    @classmethod
    def create(cls, path: Path, timestamp: int) -> Self:
        """Begin an archive; an existing file is never overwritten.

        Raises:
            FileExistsError: so.
        """
        with path.open("xb") as file:
            file.write(header_member(timestamp))
            _flush(file)
        return cls(path, timestamp, None)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Continue an archive: reads it once, checking hashes, names and the chain.

        Raises:
            ElectionRefusedError, UnreadableInputError: as `read_records`.
        """
        with path.open("rb") as file:
            timestamp = read_header(file)
            head = None
            for stored in read_records(file, timestamp):
                head = stored.record.event
        return cls(path, timestamp, head)

    def next_event(self, kind: EventType, *payloads: bytes) -> Event:
        """Return the event that `append` would write, without writing it."""
        return next_record(self.head, kind, payloads).event

    def append(self, kind: EventType, *payloads: bytes) -> Record:
        """Append an event with its data members and return it."""
        record = next_record(self.head, kind, payloads)
        with self.path.open("ab") as file:
            file.write(record_members(record, self.timestamp))
            _flush(file)
        self.head = record.event
        return record


# Reading --------------------------------------------------------------------------------------------------------------


def read_header(file: BinaryIO) -> int:
    """Read the first member and return the timestamp, which is the time of every member.

    Raises:
        NotAnArchiveError: the file does not begin as an archive does.
        UnsupportedVersionError: an archive of another version.
        ArchiveMemberError: the member is not in its one form.
    """
    block = file.read(BLOCK)
    if len(block) < BLOCK or not block.startswith(HEADER_NAME.encode() + b"\0"):
        raise NotAnArchiveError("the file does not begin like a .bel archive")
    body = _read_body(file, _size_of(block))
    fields = read_object(read_canonical(body, "archive header"), "archive header", ("version", "timestamp"))
    if read_integer(fields["version"], "archive version") != 1:
        raise UnsupportedVersionError("an archive of another version")
    text = read_text(fields["timestamp"], "timestamp")
    if not _TIMESTAMP.fullmatch(text) or int(text) > MAX_TIMESTAMP:
        raise ArchiveMemberError("the timestamp is not a canonical number")
    timestamp = int(text)
    _require_header(block, HEADER_NAME, len(body), timestamp)
    return timestamp


def read_records(file: BinaryIO, timestamp: int) -> Iterator[StoredRecord]:
    """Yield the events after the header, checking all that concerns the container.

    Every member stands in its one form and place, has the hash that it is named by, and is used by its event; every
    event continues the chain. The order of event types, and what is inside, is for the verification.

    Raises:
        TruncatedArchiveError: the file ends inside a member.
        ArchiveMemberError, MemberHashError, UnexpectedMemberError, MissingMemberError, ChainError,
        PayloadReferenceError, OversizedObjectError, MalformedObjectError, NonCanonicalObjectError: as they say.
    """
    head: Event | None = None
    pending: list[tuple[str, bytes, int]] = []
    while block := file.read(BLOCK):
        name, kind, body, offset = _read_member(file, block, timestamp)
        if kind == "data":
            if len(pending) == max(PAYLOADS.values()):
                raise UnexpectedMemberError(f"data member {name} belongs to no event")
            pending.append((name, body, offset))
            continue
        event = Event.parse(body)
        require_continues(head, event)
        _require_payloads(event, [name for name, _, _ in pending], [body for _, body, _ in pending])
        yield StoredRecord(
            Record(event, tuple(body for _, body, _ in pending)),
            tuple((offset, len(body)) for _, body, offset in pending),
            file.tell(),
        )
        head = event
        pending = []
    if pending:
        raise UnexpectedMemberError(f"data member {pending[0][0]} belongs to no event")


def read_archive(path: Path) -> tuple[int, list[Record]]:
    """Read a whole archive into memory: its timestamp and its records. For elections of a few thousand ballots.

    Specification: ``voting/SPEC.md`` §11.
    """
    with path.open("rb") as file:
        timestamp = read_header(file)
        return timestamp, [stored.record for stored in read_records(file, timestamp)]


def require_continues_copy(path: Path, earlier: Path) -> int:
    """Check that an archive continues an earlier copy of itself and return the number of bytes added since.

    Raises:
        EarlierCopyError: naming the first byte that differs, or that the archive is shorter.
    """
    added = path.stat().st_size - earlier.stat().st_size
    if added < 0:
        raise EarlierCopyError(f"the archive is {-added} bytes shorter than the earlier copy")
    position = 0
    with path.open("rb") as now, earlier.open("rb") as before:
        while piece := before.read(1 << 20):
            other = now.read(len(piece))
            if piece != other:
                differing = next((i for i, (x, y) in enumerate(zip(piece, other, strict=False)) if x != y), len(other))
                raise EarlierCopyError(f"the archive differs from the earlier copy at byte {position + differing}")
            position += len(piece)
    return added


def _read_member(file: BinaryIO, block: bytes, timestamp: int) -> tuple[str, str, bytes, int]:
    if len(block) < BLOCK:
        raise TruncatedArchiveError("the archive ends inside a member's header")
    raw_name = block[:100].rstrip(b"\0")
    match = _MEMBER_NAME.fullmatch(raw_name.decode("ascii", errors="replace"))
    if match is None:
        raise ArchiveMemberError("a member that is named neither as data nor as an event")
    offset = file.tell()
    body = _read_body(file, _size_of(block))
    name, kind = match.group(1), match.group(2)
    _require_header(block, match.group(0), len(body), timestamp)
    if sha256(body).hex() != name:
        raise MemberHashError(f"member {name} has other bytes than its name says")
    return name, kind, body, offset


def _size_of(block: bytes) -> int:
    field = block[124:135]
    if not _SIZE.fullmatch(field):
        raise ArchiveMemberError("a member's size is not eleven octal digits")
    size = int(field, 8)
    if size > MAX_MEMBER_BYTES:
        raise OversizedObjectError(f"a member of {size} bytes")
    return size


def _read_body(file: BinaryIO, size: int) -> bytes:
    padded = -(-size // BLOCK) * BLOCK
    data = file.read(padded)
    if len(data) < padded:
        raise TruncatedArchiveError("the archive ends inside a member")
    if data.count(b"\0", size) != padded - size:
        raise ArchiveMemberError("a member is padded with other bytes than zeros")
    return data[:size]


def _require_header(block: bytes, name: str, size: int, timestamp: int) -> None:
    if block != _header(name, size, timestamp):
        raise ArchiveMemberError(f"the header of member {name} is not in its one form")


def _require_payloads(event: Event, names: list[str], bodies: list[bytes]) -> None:
    expected = PAYLOADS[event.type]
    if len(names) < expected:
        raise MissingMemberError(f"event {event.height} ({event.type}) lacks a data member")
    if len(names) > expected:
        raise UnexpectedMemberError(f"event {event.height} ({event.type}) has a data member too many")
    if not names:
        return
    if event.payload != names[-1]:
        raise MissingMemberError(f"event {event.height} ({event.type}) names another payload than stands before it")
    if _references(event.type, bodies[-1]) != names[:-1]:
        raise PayloadReferenceError(f"event {event.height} ({event.type}) refers to other data than stand before it")


def _references(kind: EventType, payload: bytes) -> list[str]:
    """Return the hashes that a payload refers to: those of the other data members of its event, in order."""
    match kind:
        case EventType.SETUP:
            setup = SetupData.parse(payload)
            return [setup.election, setup.trustees, setup.credentials]
        case EventType.ENCRYPTED_TALLY:
            return [SizedTally.parse(payload).encrypted_tally]
        case EventType.SHUFFLE | EventType.PARTIAL_DECRYPTION:
            return [Owned.parse(payload).payload]
        case EventType.BALLOT | EventType.END_BALLOTS | EventType.END_SHUFFLES | EventType.RESULT:
            return []


def _member(name: str, body: bytes, timestamp: int) -> bytes:
    return _header(name, len(body), timestamp) + body + bytes(-len(body) % BLOCK)


def _header(name: str, size: int, timestamp: int) -> bytes:
    header = bytearray(BLOCK)
    header[0 : len(name)] = name.encode("ascii")
    header[100:108] = b"0000644\0"
    header[108:116] = header[116:124] = b"0000000\0"
    header[124:136] = b"%011o\0" % size
    header[136:148] = b"%011o\0" % timestamp
    header[148:156] = b" " * 8
    header[156:157] = b"0"
    # The checksum is the sum of all bytes, its own field counted as spaces.
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
