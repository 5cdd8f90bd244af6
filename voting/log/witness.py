"""A witness (C2SP tlog-witness, ``add-checkpoint``): it follows logs and cosigns only what continues what it saw.

Pure: the time is an argument, and what must survive is kept by an injected `WitnessStore`. Two rules carry the whole
promise. The new checkpoint is stored *before* the cosignature is given away. And the old state is compared and the new
one stored in one atomic step: otherwise a slow request could put an older state over a newer one, and a log could be
rolled back with a witness's blessing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from voting.errors import UnreadableInputError, VerificationError
from voting.log.checkpoint import Checkpoint, parse_checkpoint, parse_size, require_empty_root
from voting.log.errors import (
    InconsistentCheckpointError,
    InvalidSignatureError,
    MalformedRequestError,
    NoKnownSignatureError,
    OldSizeTooLargeError,
    StaleOldSizeError,
    UnknownOriginError,
    UntrustedCheckpointError,
    WitnessRefusal,
)
from voting.log.merkle import EMPTY_ROOT, verify_consistency
from voting.log.note import (
    MAX_NOTE_BYTES,
    NoteSignature,
    SignatureType,
    SignedNote,
    SignerKey,
    VerifierKey,
    verify_note,
)
from voting.log.proof_file import format_hashes, parse_hash_lines

SIZE_CONTENT_TYPE = "text/x.tlog.size"
TEXT_CONTENT_TYPE = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class WitnessRecord:
    """The latest cosigned checkpoint of one log; ``note`` carries the log's signature and the cosignature."""

    size: int
    root: bytes
    note: bytes


class WitnessStore(Protocol):
    """What a witness remembers. Durable: what `advance` has accepted survives the loss of power."""

    def latest(self, origin: str) -> WitnessRecord | None:
        """Return the latest record of a log, or None when it never had one."""

    def advance(self, origin: str, *, expected: WitnessRecord | None, new: WitnessRecord) -> bool:
        """Replace ``expected`` by ``new`` atomically and durably.

        Returns:
            False, with nothing changed, if ``expected`` is not the latest any more.
        """


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A parsed ``add-checkpoint`` request."""

    old_size: int
    proof: tuple[bytes, ...]
    note: SignedNote
    checkpoint: Checkpoint

    def serialize(self) -> bytes:
        """Return the request's body."""
        return f"old {self.old_size}\n".encode() + format_hashes(self.proof) + b"\n" + self.note.serialize()


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer: status, body and content type."""

    status: int
    body: bytes
    content_type: str = TEXT_CONTENT_TYPE


class Witness:
    """A witness with its key, the logs that it follows, and its memory."""

    def __init__(self, signer: SignerKey, *, logs: Mapping[str, Sequence[VerifierKey]], store: WitnessStore) -> None:
        """Make a witness.

        Args:
            signer: its key, of the cosignature type.
            logs: origin to the keys that are trusted for it.
            store: its memory; several processes may share one.

        Raises:
            ValueError: the key is of another type.
        """
        if signer.verifier.kind is not SignatureType.COSIGNATURE:
            raise ValueError("a witness signs with a cosignature key (type 0x04)")
        self._signer = signer
        self._logs = {origin: tuple(keys) for origin, keys in logs.items()}
        self._store = store

    def answer(self, body: bytes, *, at: int) -> Answer:
        """Handle a request as HTTP: 200, 400, 403, 404, 409 (with the current size) or 422.

        Args:
            body: of ``POST …/add-checkpoint``.
            at: the time, POSIX seconds.
        """
        try:
            line = self.add_checkpoint(body, at=at).line()
        except StaleOldSizeError as refusal:
            return Answer(refusal.status, f"{refusal.current_size}\n".encode(), SIZE_CONTENT_TYPE)
        except WitnessRefusal as refusal:
            return Answer(refusal.status, f"{refusal}\n".encode())
        return Answer(200, line.encode())

    def add_checkpoint(self, body: bytes, *, at: int) -> NoteSignature:
        """Check a request, remember its checkpoint, and return the cosignature.

        Raises:
            WitnessRefusal: its subclasses say why; nothing is remembered.
        """
        request = parse_add_checkpoint(body)
        checkpoint = request.checkpoint
        self._require_trusted(request)
        if request.old_size > checkpoint.size:
            raise OldSizeTooLargeError("the old size is larger than the checkpoint's")
        latest = self._store.latest(checkpoint.origin)
        current_size = 0 if latest is None else latest.size
        if request.old_size != current_size:
            raise StaleOldSizeError(current_size)
        _require_consistent(request, EMPTY_ROOT if latest is None else latest.root)
        cosignature = self._signer.sign(request.note.text, at=at)
        kept = self._trusted_part(request.note).with_signatures([cosignature])
        new = WitnessRecord(checkpoint.size, checkpoint.root, kept.serialize())
        # SPEC tlog-witness: compare and persist in one step, before answering. Whoever lost the race asks again.
        if not self._store.advance(checkpoint.origin, expected=latest, new=new):
            winner = self._store.latest(checkpoint.origin)
            raise StaleOldSizeError(0 if winner is None else winner.size)
        return cosignature

    def checkpoint(self, origin: str) -> bytes | None:
        """Return the latest cosigned checkpoint of a log, for monitors, or None."""
        latest = self._store.latest(origin)
        return None if latest is None else latest.note

    def _require_trusted(self, request: AddCheckpoint) -> None:
        keys = self._logs.get(request.checkpoint.origin)
        if keys is None:
            raise UnknownOriginError("this log is not followed here")
        try:
            verify_note(request.note, keys)
        except (InvalidSignatureError, NoKnownSignatureError) as error:
            raise UntrustedCheckpointError(str(error)) from None

    def _trusted_part(self, note: SignedNote) -> SignedNote:
        """Return the note without the signatures of strangers: a witness vouches for nobody it does not know."""
        keys = self._logs[note.text.split("\n", 1)[0]]
        known = {(key.name, key.key_id) for key in keys}
        return SignedNote(note.text, tuple(s for s in note.signatures if (s.name, s.key_id) in known))


def parse_add_checkpoint(body: bytes) -> AddCheckpoint:
    """Read a request: ``old N``, hashes, an empty line, a checkpoint.

    Raises:
        MalformedRequestError: not of that form.
    """
    if len(body) > 2 * MAX_NOTE_BYTES:
        raise MalformedRequestError("the request is too long")
    head, separator, note_bytes = body.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
        old_size = parse_size(first.removeprefix("old ")) if first.startswith("old ") else None
        if not separator or old_size is None:
            raise MalformedRequestError("the request does not start with its old size")
        proof = parse_hash_lines(lines)
        note, checkpoint = parse_checkpoint(note_bytes)
    except (UnicodeDecodeError, UnreadableInputError) as error:
        raise MalformedRequestError(f"the request is out of form: {error}") from None
    return AddCheckpoint(old_size, tuple(proof), note, checkpoint)


def _require_consistent(request: AddCheckpoint, old_root: bytes) -> None:
    checkpoint = request.checkpoint
    try:
        require_empty_root(checkpoint)
        verify_consistency(
            old_size=request.old_size,
            old_root=old_root,
            size=checkpoint.size,
            root=checkpoint.root,
            proof=request.proof,
        )
    except VerificationError as error:
        raise InconsistentCheckpointError(str(error)) from None
