"""Boards that are full already: what casting one by one leaves, in bulk, so that a hundred thousand take minutes.

Every ballot is made with its voter's own code, and holds. `fill` writes the rows that `app.assembly.services.casting` would
have written: events of the chain as the kernel makes them, nodes of the log, trackers, the head. `require_true` then
compares the log with a tree made anew from all events.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import sqlalchemy as sa

from app.assembly.models import Assembly, BoardNode, BoardRecord, CastBallot
from app.assembly.services import inclusion
from app.db.base import Base
from app.db.session import get_or_not_found, session, transaction
from app.extensions import db
from bench._electorate import BATCH
from tests.load.casting import FORK
from voting import Ballot, Election, Event, EventType, derive_credential, make_ballot, next_record, tracker_of
from voting.election.checking import content_of
from voting.log.checkpoint import parse_checkpoint_text
from voting.log.merkle import MerkleTree, leaf_hash, node_hash, verify_inclusion
from voting.log.proof_file import parse_log_proof

PROCESSES = os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Locked:
    """A ballot as its voter's device locks it, and what the ballot box reads from it."""

    data: bytes
    content: str
    credential: str


def locked_ballots(election: Election, codes: Sequence[str]) -> Iterator[Locked]:
    """Yield a ballot for each voting code, in their order, made on all cores."""
    with FORK.Pool(PROCESSES, _take, (election,)) as pool:
        yield from pool.imap(_lock, codes, chunksize=100)


_taken: list[Election] = []


def _take(election: Election) -> None:
    _taken[:] = [election]


def _lock(code: str) -> Locked:
    election = _taken[0]
    credential = derive_credential(code, uuid=election.uuid, group=election.group)
    size = len(election.questions[0].answers)
    chosen = sum(map(ord, code)) % size
    data = make_ballot(election, credential, [[int(number == chosen) for number in range(size)]]).data
    return Locked(data, content_of(Ballot.parse(data, election)), election.group.serialize(credential.public))


def fill(assembly_id: int, ballots: Iterable[Locked]) -> None:
    """Put ballots on the board as if they had been cast one after the other."""
    iterator = iter(ballots)
    while some := list(islice(iterator, BATCH)):
        with transaction() as current:
            assembly = get_or_not_found(Assembly, assembly_id, lock=True)
            head = Event.parse(assembly.head_event.encode())
            edge = _edge(assembly)
            events, nodes, trackers = [], [], []
            for locked in some:
                head = next_record(head, EventType.BALLOT, (locked.data,)).event
                text = head.to_bytes().decode()
                common = {"assembly_id": assembly_id, "height": head.height}
                events.append({**common, "event": text, "payloads": [locked.data.decode()]})
                trackers.append(
                    {
                        **common,
                        "tracker": tracker_of(locked.data),
                        "content": locked.content,
                        "credential": locked.credential,
                    }
                )
                nodes += [
                    {"assembly_id": assembly_id, "level": level, "position": position, "hash": digest.hex()}
                    for level, position, digest in _completed(edge, head.height, leaf_hash(text.encode()))
                ]
            for model, rows in ((BoardRecord, events), (BoardNode, nodes), (CastBallot, trackers)):
                current.execute(sa.insert(model), rows)
            assembly.head_height, assembly.head_event = head.height, text


def _edge(assembly: Assembly) -> dict[int, bytes]:
    """Return, by level, the complete subtrees of which the tree so far consists (RFC 6962 §2.1)."""
    size = assembly.head_height + 1
    wanted = [(level, (size >> level) - 1) for level in range(size.bit_length()) if size >> level & 1]
    query = sa.select(BoardNode).where(
        BoardNode.assembly_id == assembly.id, sa.tuple_(BoardNode.level, BoardNode.position).in_(wanted)
    )
    return {row.level: bytes.fromhex(row.hash) for row in session().scalars(query)}


def _completed(edge: dict[int, bytes], height: int, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield the subtrees that a leaf completes, itself first; ``edge`` becomes that of the larger tree."""
    level, position, digest = 0, height, leaf
    yield level, position, digest
    while position & 1:
        digest = node_hash(edge.pop(level), digest)
        level, position = level + 1, position >> 1
        yield level, position, digest
    edge[level] = digest


def require_true(assembly_id: int) -> None:
    """See that the board is what casting leaves: the chain unbroken, an entry for each ballot, the log's head and proofs true."""
    assembly = get_or_not_found(Assembly, assembly_id)
    tree, parent = MerkleTree(), None
    events = sa.select(BoardRecord.event).where(BoardRecord.assembly_id == assembly_id).order_by(BoardRecord.height)
    for text in session().scalars(events.execution_options(yield_per=BATCH)):
        event = Event.parse(text.encode())
        if (event.height, event.parent) != (len(tree), parent):
            raise SystemExit(f"event {len(tree)} does not continue the chain")
        parent = event.hash
        tree.append(leaf_hash(text.encode()))
    size = assembly.head_height + 1
    for height in (1, size // 3, size - 1):
        proof = parse_log_proof(inclusion.proof_of(assembly, height).encode())
        head = parse_checkpoint_text(proof.note.text)
        if (head.size, head.root) != (len(tree), tree.root()):
            raise SystemExit("the log's head is not that of the events")
        verify_inclusion(
            leaf=tree.hash_at(0, height), index=height, size=size, proof=proof.hashes, root=head.root
        )  # fmt: skip
    for model, expected in ((CastBallot, size - 1), (BoardNode, 2 * size - size.bit_count())):
        rows = session().scalar(sa.select(sa.func.count()).select_from(model).where(model.assembly_id == assembly_id))
        if rows != expected:
            raise SystemExit(f"{rows} rows of {model.__tablename__}, not {expected}")


def copy_from(template: sa.Engine) -> None:
    """Copy all tables of another database into the current, empty one."""
    with template.connect() as source, db.engine.begin() as target:
        for table in Base.metadata.sorted_tables:
            rows = source.execution_options(yield_per=BATCH).execute(sa.select(table))
            for some in rows.mappings().partitions():
                target.execute(sa.insert(table), [dict(row) for row in some])
            key = table.autoincrement_column
            if key is not None and target.dialect.name == "postgresql":
                target.execute(
                    sa.text("SELECT setval(pg_get_serial_sequence(:table, :column), :next, false)"),
                    {"table": table.name, "column": key.name,
                     "next": (target.scalar(sa.select(sa.func.max(key))) or 0) + 1},
                )  # fmt: skip
