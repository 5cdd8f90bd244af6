"""The board's Merkle log: a short proof that an event stands where its receipt says, under a head that the server signed.

The leaves are the events of the chain, byte for byte, so that an entry's number is the event's height (RFC 6962). Hashes
of complete subtrees are kept when they become complete: about two rows an event, and a proof reads a few dozen of them
however long the board is. The key that signs heads is made when voting opens and bound by the election.
"""

import secrets
from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy import and_, false, or_, select

from app.assembly.models import Assembly, BoardNode
from app.assembly.witnesses.queries import best_size, cosignatures_of
from app.db.session import session
from app.errors import NotFound
from app.i18n import N_
from app.privacy.sealing import reveal, seal
from voting.log.checkpoint import Checkpoint, sign_checkpoint
from voting.log.errors import IndexOutOfRangeError
from voting.log.merkle import (
    HASH_BYTES,
    HashAt,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_hash,
)
from voting.log.note import SignatureType, SignedNote, SignerKey, parse_signature_lines
from voting.log.proof_file import LogProof

T = TypeVar("T")
Node = tuple[int, int]
"""Level (0 for leaves) and position of a complete subtree."""


def begin_log(assembly: Assembly, origin: str) -> str:
    """Make the key that signs the heads of an assembly's log; return its public half, to be bound by the election."""
    signer = SignerKey(origin, SignatureType.ED25519, secrets.token_bytes(32))
    seal(assembly, Assembly.log_key, signer.secret_text(), checked=True)
    return str(signer.verifier)


def log_event(assembly: Assembly, height: int, event: bytes) -> None:
    """Add an event of a locked assembly as the leaf of its height, and every subtree that it completes."""
    current = leaf_hash(event)
    level, position = 0, height
    lefts = _nodes(assembly, {(up, (height >> up) - 1) for up in range(height.bit_length()) if height >> up & 1})
    session().add(BoardNode(assembly_id=assembly.id, level=0, position=height, hash=current.hex()))
    while position & 1:
        current = node_hash(lefts[level, position - 1], current)
        level, position = level + 1, position >> 1
        session().add(BoardNode(assembly_id=assembly.id, level=level, position=position, hash=current.hex()))


def proof_of(assembly: Assembly, height: int) -> str:
    """Return the ``.tlog-proof`` file of an event: its path to a signed head, with the cosignatures of witnesses.

    The head is the newest that has its quorum of witnesses and covers the event, else the one with most of them, else the
    newest of all. Empty for a board from before boards had a log.
    """
    if assembly.log_key is None:
        return ""
    size = best_size(assembly, height) or assembly.head_height + 1
    path = _computed(assembly, lambda known: inclusion_proof(height, size, known))
    return LogProof(height, tuple(path), head_of(assembly, size)).serialize().decode()


def head_of(assembly: Assembly, size: int, *, cosigned: bool = True) -> SignedNote:
    """Return the head that the log had at a size, signed, with the cosignatures of witnesses that there are.

    Raises:
        NotFound: the board has no log.
        IndexOutOfRangeError: it was never of that size.
    """
    signer = _signer(assembly)
    if signer is None:
        raise NotFound(N_("이 투표함에는 머리를 서명하는 기록이 없습니다."))
    head = sign_checkpoint(Checkpoint(signer.verifier.name, size, root_at(assembly, size)), signer)
    lines = "".join(row.line for row in cosignatures_of(assembly, size)) if cosigned else ""
    return head.with_signatures(parse_signature_lines(lines)) if lines else head


def root_at(assembly: Assembly, size: int) -> bytes:
    """Return the root of the log at a size that it has or had.

    Raises:
        IndexOutOfRangeError: it was never of that size.
    """
    if not 0 <= size <= assembly.head_height + 1:
        raise IndexOutOfRangeError(f"a log of {assembly.head_height + 1} entries was never of size {size}")
    return _computed(assembly, lambda known: root_hash(size, known))


def consistency_of(assembly: Assembly, old_size: int, size: int) -> list[bytes]:
    """Return the proof that the log of a size continues the log of an earlier size (RFC 6962 §2.1.2).

    Raises:
        IndexOutOfRangeError: the earlier size is larger.
    """
    return _computed(assembly, lambda known: consistency_proof(old_size, size, known))


def log_key(assembly: Assembly) -> str:
    """Return the public key that checks the signed heads; empty for a board without a log."""
    signer = _signer(assembly)
    return str(signer.verifier) if signer is not None else ""


def leaf_of(assembly: Assembly, height: int) -> str:
    """Return the leaf hash of an event, as hexadecimal; empty for a board without a log."""
    found = _nodes(assembly, {(0, height)}).get((0, height))
    return found.hex() if found else ""


def _signer(assembly: Assembly) -> SignerKey | None:
    secret = reveal(assembly, Assembly.log_key)
    return SignerKey.parse(secret) if secret else None


def _computed(assembly: Assembly, compute: Callable[[HashAt], T]) -> T:
    """Compute something of the hashes of complete subtrees: once to learn which it needs, and again with them."""
    wanted: set[Node] = set()

    def noted(level: int, position: int) -> bytes:
        wanted.add((level, position))
        return bytes(HASH_BYTES)

    compute(noted)
    found = _nodes(assembly, wanted) if wanted else {}
    return compute(lambda level, position: found[level, position])


def _nodes(assembly: Assembly, wanted: Iterable[Node]) -> dict[Node, bytes]:
    positions: dict[int, list[int]] = {}
    for level, position in sorted(wanted):
        positions.setdefault(level, []).append(position)
    # One whole key for each level. SQLite reads all nodes of the board for a list of pairs beside the assembly.
    keys = [
        and_(BoardNode.assembly_id == assembly.id, BoardNode.level == level, BoardNode.position.in_(some))
        for level, some in positions.items()
    ]
    query = select(BoardNode.level, BoardNode.position, BoardNode.hash).where(or_(false(), *keys))
    return {(level, position): bytes.fromhex(digest) for level, position, digest in session().execute(query)}
