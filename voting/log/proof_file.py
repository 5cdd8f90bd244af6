"""Offline proofs that an entry is in a log (C2SP tlog-proof), and lists of hashes.

A voter's receipt is such a file: the entry's index, its Merkle path, and a checkpoint with cosignatures. It verifies
without the network, years later, against nothing but the entry and a policy.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from voting.log.checkpoint import parse_size
from voting.log.errors import MalformedProofError
from voting.log.merkle import HASH_BYTES, verify_inclusion
from voting.log.note import MAX_NOTE_BYTES, SignedNote, decode_base64, parse_note
from voting.log.policy import Policy, WitnessedCheckpoint

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63
"""No tree below 2^63 leaves has a longer path."""


@dataclass(frozen=True, slots=True)
class LogProof:
    """A parsed ``.tlog-proof`` file. ``extra`` is opaque and authenticated by nothing."""

    index: int
    hashes: tuple[bytes, ...]
    note: SignedNote
    extra: bytes | None = None

    def serialize(self) -> bytes:
        """Return the file's bytes; the exact inverse of `parse_log_proof`."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {base64.b64encode(self.extra).decode('ascii')}")
        lines.append(f"index {self.index}")
        return (
            "".join(f"{line}\n" for line in lines).encode() + format_hashes(self.hashes) + b"\n" + self.note.serialize()
        )

    def verify(self, leaf: bytes, policy: Policy) -> WitnessedCheckpoint:
        """Check the whole chain from a leaf hash to the quorum, and return the checkpoint.

        Source: tlog-proof, "Verifying a tlog proof", steps 2 to 4; step 1, the leaf's hash, is the caller's.

        Raises:
            VerificationError: as `Policy.verify_checkpoint` and `voting.log.merkle.verify_inclusion` say.
        """
        witnessed = policy.verify_checkpoint(self.note)
        checkpoint = witnessed.checkpoint
        verify_inclusion(leaf=leaf, index=self.index, size=checkpoint.size, proof=self.hashes, root=checkpoint.root)
        return witnessed


def parse_log_proof(data: bytes) -> LogProof:
    """Read a ``.tlog-proof`` file.

    Raises:
        MalformedProofError: another header, lines out of order or form.
        MalformedNoteError: the checkpoint is no signed note.
    """
    if len(data) > 2 * MAX_NOTE_BYTES:
        raise MalformedProofError("a proof file is too long")
    head, separator, checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise MalformedProofError("a proof's head is not ASCII") from None
    if not separator or lines[0] != HEADER:
        raise MalformedProofError(f"a proof starts with {HEADER} and has a checkpoint after an empty line")
    rest = lines[1:]
    extra: bytes | None = None
    if rest and rest[0].startswith("extra "):
        extra = decode_base64(rest.pop(0).removeprefix("extra "))
        if extra is None:
            raise MalformedProofError("a proof's extra data is not base64")
    if not rest or not rest[0].startswith("index "):
        raise MalformedProofError("a proof has no index line")
    index = parse_size(rest[0].removeprefix("index "))
    if index is None:
        raise MalformedProofError("a proof's index is not a decimal number below 2^63")
    return LogProof(index, tuple(parse_hash_lines(rest[1:])), parse_note(checkpoint), extra)


def format_hashes(hashes: Sequence[bytes]) -> bytes:
    """Return one line of base64 per hash, as consistency proofs are stored and sent."""
    return b"".join(base64.b64encode(item) + b"\n" for item in hashes)


def parse_hashes(data: bytes) -> list[bytes]:
    """Read what `format_hashes` writes.

    Raises:
        MalformedProofError: a line is not one hash in base64, or the last has no newline.
    """
    if len(data) > MAX_NOTE_BYTES:
        raise MalformedProofError("a list of hashes is too long")
    try:
        *lines, rest = data.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise MalformedProofError("a list of hashes is not ASCII") from None
    if rest:
        raise MalformedProofError("the last hash has no newline")
    return parse_hash_lines(lines)


def parse_hash_lines(lines: Sequence[str]) -> list[bytes]:
    """Read one hash a line.

    Raises:
        MalformedProofError: more than 63, or a line that is not 32 bytes of canonical base64.
    """
    if len(lines) > MAX_HASHES:
        raise MalformedProofError(f"a proof has at most {MAX_HASHES} hashes")
    found: list[bytes] = []
    for line in lines:
        item = decode_base64(line)
        if item is None or len(item) != HASH_BYTES:
            raise MalformedProofError("a hash is not 32 bytes in base64")
        found.append(item)
    return found
