"""One witness that follows one log: what it signs, and what it keeps when the log contradicts itself.

A log that shows two heads of one size with different roots, a smaller head than before, or a later one that does not
continue the earlier, has rewritten its history or tells different people different things. The two signed heads prove
it to anybody, so they are kept side by side; what is kept is never overwritten.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from voting.errors import VerificationError
from voting.log.checkpoint import Checkpoint, parse_checkpoint, require_empty_root, require_successor
from voting.log.errors import (
    ContradictionError,
    InvalidSignatureError,
    NoKnownSignatureError,
    StaleOldSizeError,
    UnknownOriginError,
    UntrustedCheckpointError,
)
from voting.log.note import SignedNote, SignerKey, VerifierKey, parse_note, verify_note
from voting.log.proof_file import format_hashes
from voting.log.witness import AddCheckpoint, Witness, WitnessRecord, WitnessStore, parse_add_checkpoint

SEEN, SHOWN, PROOF, WHY = "seen.checkpoint", "shown.checkpoint", "consistency.txt", "why.txt"


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A head with this witness's cosignature. ``is_new`` is false for one that was cosigned at an earlier visit."""

    checkpoint: Checkpoint
    note: bytes
    is_new: bool


class Follower:
    """A witness of one log: it cosigns what continues what it saw, and keeps the proof of what does not."""

    def __init__(self, signer: SignerKey, log: VerifierKey, *, store: WitnessStore, evidence: Path) -> None:
        """Make one.

        Args:
            signer: the witness's key, of the cosignature type.
            log: the log's key; its name is the log's origin.
            store: the witness's memory.
            evidence: a directory for contradictions; made when the first is found.

        Raises:
            ValueError: the witness's key is of another type.
        """
        self._log = log
        self._store = store
        self._evidence = evidence
        self._witness = Witness(signer, logs={log.name: [log]}, store=store)

    @property
    def size(self) -> int:
        """The size of the newest head that was cosigned; 0 before the first. The next request begins with it."""
        latest = self._store.latest(self._log.name)
        return 0 if latest is None else latest.size

    @property
    def seen(self) -> bytes | None:
        """The newest head that was cosigned, as a signed note."""
        return self._witness.checkpoint(self._log.name)

    def cosign(self, request: bytes, *, at: int) -> Cosigned:
        """Cosign the head of a request (C2SP tlog-witness, ``add-checkpoint``), if it continues the newest cosigned one.

        Args:
            request: ``old`` and the size that this witness has, a consistency proof, the log's newest checkpoint.
            at: the time, POSIX seconds.

        Raises:
            WitnessRefusal: not of the protocol's form, another log's, not signed by the log, or not for this state.
            ContradictionError: the log has contradicted itself; both heads were kept.
        """
        asked = parse_add_checkpoint(request)
        self._require_signed(asked)
        latest = self._store.latest(self._log.name)
        if asked.old_size != (0 if latest is None else latest.size):
            # Another process of this witness was faster. What it saw meanwhile must not look like a rollback.
            raise StaleOldSizeError(0 if latest is None else latest.size)
        if latest is not None:
            self._require_continued(latest, asked)
            if asked.checkpoint.size == latest.size:
                return Cosigned(asked.checkpoint, latest.note, is_new=False)
        cosignature = self._witness.add_checkpoint(request, at=at)
        return Cosigned(asked.checkpoint, asked.note.with_signatures([cosignature]).serialize(), is_new=True)

    def _require_signed(self, asked: AddCheckpoint) -> None:
        if asked.checkpoint.origin != self._log.name:
            raise UnknownOriginError(f"this is the log {asked.checkpoint.origin!r}, not the one that is followed")
        try:
            verify_note(asked.note, [self._log])
            require_empty_root(asked.checkpoint)
        except (InvalidSignatureError, NoKnownSignatureError) as error:
            raise UntrustedCheckpointError(str(error)) from None

    def _require_continued(self, latest: WitnessRecord, asked: AddCheckpoint) -> None:
        _, before = parse_checkpoint(latest.note)
        try:
            require_successor(before, asked.checkpoint, asked.proof)
        except VerificationError as error:
            kept = keep_evidence(self._evidence, seen=parse_note(latest.note), shown=asked, why=error)
            raise ContradictionError(f"{error}. Both heads are kept in {kept}: publish them") from None


def keep_evidence(directory: Path, *, seen: SignedNote, shown: AddCheckpoint, why: VerificationError) -> Path:
    """Keep two heads that do not fit together, durably; the same two are kept once.

    Returns:
        the directory of this contradiction, with both notes, the proof that was given, and how anybody checks them.
    """
    notes = {SEEN: seen.serialize(), SHOWN: shown.note.serialize()}
    name = hashlib.sha256(notes[SEEN] + notes[SHOWN]).hexdigest()[:16]
    folder = directory / name
    folder.mkdir(parents=True, exist_ok=True)
    words = (
        f"{type(why).__name__}: {why}\n\n"
        f"{SEEN} was cosigned by this witness; {SHOWN} was shown to it later. Both carry the log's signature.\n"
        "Anybody checks them, with the log's key:\n\n"
        f"  python -m voting log verify {SHOWN} --log KEY --earlier {SEEN} --consistency {PROOF}\n"
    )
    for file, data in (notes | {PROOF: format_hashes(shown.proof), WHY: words.encode()}).items():
        _write_once(folder / file, data)
    for flushed in (folder, directory):
        descriptor = os.open(flushed, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    return folder


def _write_once(path: Path, data: bytes) -> None:
    try:
        file = path.open("xb")
    except FileExistsError:
        return
    with file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
