"""The board's Merkle log: a short proof that an event stands where its receipt says, under a head that the server signed.

The leaves are the events of the chain, byte for byte, so that an entry's number is the event's height (RFC 6962). Hashes
of complete subtrees are kept when they become complete: about two rows an event, and a proof reads a few dozen of them
however long the board is. The key that signs heads is made when voting opens and bound by the election.
"""

import secrets
from collections.abc import Iterable

from sqlalchemy import and_, false, or_, select

from app.assembly.models import Assembly, BoardNode
from app.db.session import session
from app.privacy.sealing import reveal, seal
from voting.log.checkpoint import Checkpoint, sign_checkpoint
from voting.log.merkle import HASH_BYTES, inclusion_proof, leaf_hash, node_hash, root_hash
from voting.log.note import SignatureType, SignerKey
from voting.log.proof_file import LogProof

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
    """Return the ``.tlog-proof`` file of an event: its path to the newest head, and that head signed.

    Empty for a board from before boards had a log.
    """
    secret = reveal(assembly, Assembly.log_key)
    if secret is None:
        return ""
    size = assembly.head_height + 1
    wanted: set[Node] = set()

    def noted(level: int, position: int) -> bytes:
        wanted.add((level, position))
        return bytes(HASH_BYTES)

    inclusion_proof(height, size, noted)
    root_hash(size, noted)
    found = _nodes(assembly, wanted)

    def known(level: int, position: int) -> bytes:
        return found[level, position]

    signer = SignerKey.parse(secret)
    head = Checkpoint(signer.verifier.name, size, root_hash(size, known))
    path = tuple(inclusion_proof(height, size, known))
    return LogProof(height, path, sign_checkpoint(head, signer)).serialize().decode()


def log_key(assembly: Assembly) -> str:
    """Return the public key that checks the signed heads; empty for a board without a log."""
    secret = reveal(assembly, Assembly.log_key)
    return str(SignerKey.parse(secret).verifier) if secret else ""


def leaf_of(assembly: Assembly, height: int) -> str:
    """Return the leaf hash of an event, as hexadecimal; empty for a board without a log."""
    found = _nodes(assembly, {(0, height)}).get((0, height))
    return found.hex() if found else ""


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
