"""Checkpoints (C2SP tlog-checkpoint): a log's name, size and root as a signed note, and what two of them say together.

Cosignatures (C2SP tlog-cosignature) are signatures of the same note by keys of type 0x04; see `voting.log.note`.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from voting.log.errors import (
    MalformedCheckpointError,
    OriginMismatchError,
    RollbackError,
    RootMismatchError,
    SplitViewError,
)
from voting.log.merkle import EMPTY_ROOT, HASH_BYTES, MAX_SIZE, verify_consistency
from voting.log.note import SignedNote, SignerKey, decode_base64, parse_note, sign_note

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: its origin, the number of leaves, the RFC 6962 root.

    ``extensions`` are further lines; ours have none, and nothing is concluded from those of others.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """Return the note text."""
        root = base64.b64encode(self.root).decode("ascii")
        return "".join(f"{line}\n" for line in (self.origin, str(self.size), root, *self.extensions))


def parse_checkpoint_text(text: str) -> Checkpoint:
    """Read a note text as a checkpoint.

    Raises:
        MalformedCheckpointError: fewer than three lines, an empty one, a size that is not canonical decimal below 2^63,
            a root that is not 32 bytes of canonical base64.
    """
    *lines, rest = text.split("\n")
    if rest or len(lines) < 3 or not all(lines):
        raise MalformedCheckpointError("a checkpoint has three lines or more, none of them empty")
    origin, size_text, root_text, *extensions = lines
    size = parse_size(size_text)
    root = decode_base64(root_text)
    if size is None:
        raise MalformedCheckpointError("a checkpoint's size is not a decimal number below 2^63")
    if root is None or len(root) != HASH_BYTES:
        raise MalformedCheckpointError("a checkpoint's root is not 32 bytes in base64")
    return Checkpoint(origin, size, root, tuple(extensions))


def parse_checkpoint(data: bytes) -> tuple[SignedNote, Checkpoint]:
    """Read a signed checkpoint. Nothing is verified.

    Raises:
        MalformedNoteError: not a signed note.
        MalformedCheckpointError: a note, but no checkpoint.
    """
    note = parse_note(data)
    return note, parse_checkpoint_text(note.text)


def sign_checkpoint(checkpoint: Checkpoint, signer: SignerKey) -> SignedNote:
    """Sign a checkpoint as the log itself.

    The caller has made sure, with `require_successor`, that it continues everything it ever signed.

    Raises:
        ValueError: the key's name is not the origin, or what comes out is no checkpoint.
    """
    if signer.verifier.name != checkpoint.origin:
        raise ValueError("a log's key is named like its origin")
    note = sign_note(checkpoint.text(), [signer])
    if parse_checkpoint_text(note.text) != checkpoint or parse_note(note.serialize()) != note:
        raise ValueError("the checkpoint cannot be written")
    return note


def require_successor(earlier: Checkpoint, later: Checkpoint, proof: Sequence[bytes]) -> None:
    """Check that the later checkpoint's tree continues the earlier one's.

    Raises:
        OriginMismatchError: they speak of different logs.
        RollbackError: the later tree is smaller, as after restoring an old backup.
        SplitViewError: equal sizes, different roots. If both are signed, they are evidence: publish them.
        RootMismatchError, ProofLengthError: the consistency proof does not verify.
    """
    if earlier.origin != later.origin:
        raise OriginMismatchError("the checkpoints speak of different logs")
    if later.size < earlier.size:
        raise RollbackError(f"the log had {earlier.size} entries and now has {later.size}")
    if later.size == earlier.size and later.root != earlier.root:
        raise SplitViewError(f"two trees of {later.size} entries have different roots")
    verify_consistency(old_size=earlier.size, old_root=earlier.root, size=later.size, root=later.root, proof=proof)


def require_empty_root(checkpoint: Checkpoint) -> None:
    """Check that an empty log has the empty tree's root.

    Raises:
        RootMismatchError: it has another.
    """
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        raise RootMismatchError("an empty tree has the hash of nothing as its root")


def parse_size(text: str) -> int | None:
    """Return a canonical decimal number up to 2^63 - 1, or None for anything else."""
    size = int(text) if _SIZE.fullmatch(text) else MAX_SIZE + 1
    return size if size <= MAX_SIZE else None
