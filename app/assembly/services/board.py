"""The board: the election's chain of events, kept in the database and written out as an archive."""

import hashlib
import threading
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from app.assembly.models import Assembly, BoardRecord
from app.assembly.services.inclusion import log_event
from app.assembly.services.setting_back import note_when_committed, require_continued
from app.db.session import get_or_not_found, session
from voting import Election, ElectionContext, Event, EventType, PublicCredentials, Record, archive_bytes, next_record

PREPARED_AT_ONCE = 64
"""Elections that a process keeps prepared: one of 20,000 voters takes about 5 MB, and a tenth of a second."""
_preparing = threading.Lock()


@dataclass(frozen=True)
class Prepared:
    """An election as it stands on the board, ready for ballots: preparing the key's tables costs more than checking one."""

    data: bytes
    """The election's canonical bytes: their hash is the fingerprint."""
    context: ElectionContext
    credentials: tuple[str, ...]
    """All public credentials, sorted as texts."""


def append_record(assembly: Assembly, kind: EventType, payloads: tuple[bytes, ...] = ()) -> Record:
    """Append an event to the chain of an assembly whose row is locked.

    Raises:
        SetBack: the board does not continue what was noted of it outside the database (`setting_back`).
    """
    require_continued(assembly)
    head = Event.parse(assembly.head_event.encode()) if assembly.head_event else None
    record = next_record(head, kind, payloads)
    session().add(
        BoardRecord(
            assembly_id=assembly.id,
            height=record.event.height,
            event=record.event.to_bytes().decode(),
            payloads=[payload.decode() for payload in payloads],
        )
    )
    if assembly.log_key is not None:
        log_event(assembly, record.event.height, record.event.to_bytes())
    assembly.head_height = record.event.height
    assembly.head_event = record.event.to_bytes().decode()
    session().flush()
    note_when_committed(assembly, record.event)
    return record


def records(assembly: Assembly) -> Iterator[Record]:
    """Yield the chain, oldest first, a few at a time."""
    query = select(BoardRecord).where(BoardRecord.assembly_id == assembly.id).order_by(BoardRecord.height)
    for row in session().scalars(query.execution_options(yield_per=200)):
        yield Record(Event.parse(row.event.encode()), tuple(text.encode() for text in row.payloads))


def archive(assembly: Assembly) -> Iterator[bytes]:
    """Yield the archive (``.bel``) of an opened assembly; always the same bytes for the same chain."""
    return archive_bytes(timestamp(assembly.opened_at), records(assembly))


def timestamp(at: datetime | None) -> int:
    """Return the archive's time in whole seconds."""
    return int(at.timestamp()) if at else 0


def archive_digest(assembly: Assembly) -> str:
    """Return the SHA-256 of the archive, as hexadecimal."""
    digest = hashlib.sha256()
    for part in archive(assembly):
        digest.update(part)
    return digest.hexdigest()


def setup_members(assembly: Assembly) -> tuple[bytes, bytes, bytes]:
    """Return the election, the trustees and the public credentials as they stand on the board."""
    row = (
        session()
        .scalars(select(BoardRecord).where(BoardRecord.assembly_id == assembly.id, BoardRecord.height == 0))
        .one()
    )
    election, trustees, credentials, _ = (text.encode() for text in row.payloads)
    return election, trustees, credentials


def last_payload(assembly: Assembly, kind: EventType) -> bytes:
    """Return the first data member of the newest event of a kind: the election (Setup), the result (Result).

    Raises:
        NoResultFound: there is no such event.
    """
    query = (
        select(BoardRecord)
        .where(BoardRecord.assembly_id == assembly.id, BoardRecord.height.in_((0, assembly.head_height)))
        .order_by(BoardRecord.height.desc())
    )
    for row in session().scalars(query):
        if Event.parse(row.event.encode()).type is kind:
            text: str = row.payloads[0]
            return text.encode()
    raise NoResultFound(f"the board has no event {kind} at either end")


def context_of(assembly: Assembly) -> ElectionContext:
    """Return what checks ballots, prepared once per process and election."""
    return _prepared_of(assembly).context


def bound_window(assembly: Assembly) -> tuple[datetime, datetime]:
    """Return from when up to when the election takes ballots, as its own bytes on the board say.

    The times in the assembly's row are for pages. Whoever moves them in the database gains nothing: ballots are taken, the
    box is closed and paper is counted by these (security.md T44).
    """
    bound = context_of(assembly).election.extensions.get("assembly") if assembly.fingerprint else None
    opens, closes = (bound.get("opens_at"), bound.get("closes_at")) if isinstance(bound, dict) else (None, None)
    if not isinstance(opens, str) or not isinstance(closes, str):
        return assembly.opens_at, assembly.closes_at
    return datetime.fromisoformat(opens), datetime.fromisoformat(closes)


def election_bytes(assembly: Assembly) -> bytes:
    """Return the election as it stands on the board, without reading the list of credentials beside it each time."""
    return _prepared_of(assembly).data


def credentials_beginning(assembly: Assembly, beginning: str) -> tuple[str, ...]:
    """Return the public credentials that begin with a text, sorted; all of them for an empty one."""
    listed = _prepared_of(assembly).credentials
    first = bisect_left(listed, beginning)
    after = bisect_left(listed, beginning + chr(0x10FFFF), lo=first)
    return listed[first:after]


def _prepared_of(assembly: Assembly) -> Prepared:
    # One at a time: when voting opens, all threads come at once.
    with _preparing:
        return _prepared(assembly.fingerprint, assembly.id)


@lru_cache(maxsize=PREPARED_AT_ONCE)
def _prepared(fingerprint: str, assembly_id: int) -> Prepared:
    data, _, credentials = setup_members(get_or_not_found(Assembly, assembly_id))
    election = Election.parse(data)
    if election.fingerprint != fingerprint:
        raise RuntimeError(f"the board of assembly {assembly_id} begins with another election")
    weights = PublicCredentials.parse_published(credentials).weights
    return Prepared(data, ElectionContext(election, weights), tuple(sorted(weights)))
