"""Signed notes (C2SP signed-note): a text with signatures by named keys, and the keys.

Two signature types are supported, which is all that this log and its witnesses use: 0x01, Ed25519 over the text, and
0x04, a timestamped cosignature of a checkpoint (C2SP tlog-cosignature). Keys of other types are refused when they are
configured; *signatures* of other types are signatures of unknown keys and ignored, as the specification demands.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from voting.log.errors import InvalidSignatureError, MalformedKeyError, MalformedNoteError, NoKnownSignatureError

MAX_NOTE_BYTES = 1 << 19
MAX_SIGNATURES = 64
"""The specification asks for at least 16."""

_SIGNATURE_LINE = re.compile(r"— (?P<name>[^\s+]+) (?P<blob>[A-Za-z0-9+/]+={0,2})")
_VERIFIER_KEY = re.compile(r"(?P<name>[^\s+]+)\+(?P<id>[0-9a-f]{8})\+(?P<key>[A-Za-z0-9+/]+={0,2})")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NAME = re.compile(r"[^\s+]+")
_SIGNER_PREFIX = "PRIVATE+KEY+"
_MAX_TIMESTAMP = 2**63 - 1


class SignatureType(IntEnum):
    """The signature type identifier bytes that are supported."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: the key's name, its id (4 bytes), and the signature."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """Return the line as it stands in the note, with its newline."""
        return f"— {self.name} {base64.b64encode(self.key_id + self.signature).decode('ascii')}\n"


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A parsed note, of which nothing is known to be true until `verify_note` has passed."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def serialize(self) -> bytes:
        """Return the note's bytes; the exact inverse of `parse_note`."""
        return (self.text + "\n" + "".join(signature.line() for signature in self.signatures)).encode()

    def with_signatures(self, added: Iterable[NoteSignature]) -> "SignedNote":
        """Return the note with more signatures, those it has already left out."""
        new = [signature for signature in added if signature not in self.signatures]
        return SignedNote(self.text, (*self.signatures, *new))


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name (C2SP signed-note, "Verifier keys")."""

    name: str
    kind: SignatureType
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes that, with the name, point a signature line to this key."""
        return _key_id(self.name, self.kind, self.public_key)

    def __str__(self) -> str:
        material = base64.b64encode(bytes((self.kind,)) + self.public_key).decode("ascii")
        return f"{self.name}+{self.key_id.hex()}+{material}"

    def verify(self, text: str, signature: bytes) -> int | None:
        """Check a signature of a note's text; return a cosignature's time (POSIX seconds), otherwise None.

        Raises:
            InvalidSignatureError: it does not verify.
        """
        timestamp: int | None = None
        message = text.encode()
        if self.kind is SignatureType.COSIGNATURE:
            timestamp, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            if timestamp > _MAX_TIMESTAMP:
                raise InvalidSignatureError(f"the cosignature of {self.name} is of an impossible time")
            message = cosigned_message(text, timestamp)
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, message)
        except (InvalidSignature, ValueError):
            raise InvalidSignatureError(f"the signature of {self.name} does not verify") from None
        return timestamp


class SignerKey:
    """A private Ed25519 key with its name. Shows its public half only."""

    __slots__ = ("_private", "verifier")

    def __init__(self, name: str, kind: SignatureType, seed: bytes) -> None:
        """Make the key of 32 random bytes.

        Raises:
            MalformedKeyError: the name or the seed is out of form.
        """
        if not _NAME.fullmatch(name) or _CONTROL.search(name):
            raise MalformedKeyError("a key's name has no spaces, no plus sign, and is not empty")
        if len(seed) != 32:
            raise MalformedKeyError("an Ed25519 seed has 32 bytes")
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = VerifierKey(name, kind, self._private.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return f"SignerKey({self.verifier})"

    @classmethod
    def parse(cls, text: str) -> "SignerKey":
        """Read ``PRIVATE+KEY+name+id+base64``, the form that `secret_text` writes and Go's ``note`` package reads.

        Raises:
            MalformedKeyError: not of that form.
        """
        text = text.removesuffix("\n")
        match = _VERIFIER_KEY.fullmatch(text.removeprefix(_SIGNER_PREFIX))
        if not text.startswith(_SIGNER_PREFIX) or match is None:
            # Never quote what may be most of a private key.
            raise MalformedKeyError("a signer key is not of the form PRIVATE+KEY+name+id+base64")
        kind, seed = _key_material(match["key"])
        signer = cls(match["name"], kind, seed)
        if signer.verifier.key_id.hex() != match["id"]:
            raise MalformedKeyError("a signer key's id does not fit its key")
        return signer

    def secret_text(self) -> str:
        """Return the private key as text, to be kept where secrets are kept."""
        seed = self._private.private_bytes_raw()
        material = base64.b64encode(bytes((self.verifier.kind,)) + seed).decode("ascii")
        return f"{_SIGNER_PREFIX}{self.verifier.name}+{self.verifier.key_id.hex()}+{material}"

    def sign(self, text: str, *, at: int | None = None) -> NoteSignature:
        """Sign a note's text; a cosigner says when (POSIX seconds).

        Raises:
            ValueError: a cosignature without a time, an impossible time, or a time for a plain signature.
        """
        if (at is None) == (self.verifier.kind is SignatureType.COSIGNATURE):
            raise ValueError("a cosignature carries its time, and only a cosignature does")
        if at is None:
            signature = self._private.sign(text.encode())
        else:
            if not 0 < at <= _MAX_TIMESTAMP:
                raise ValueError("a cosignature's time is positive and fits 63 bits")
            signature = at.to_bytes(8, "big") + self._private.sign(cosigned_message(text, at))
        return NoteSignature(self.verifier.name, self.verifier.key_id, signature)


def parse_verifier_key(text: str) -> VerifierKey:
    """Read a verifier key, ``name+id+base64``.

    Raises:
        MalformedKeyError: not of that form, not a supported type, or the id is not the key's.
    """
    match = _VERIFIER_KEY.fullmatch(text)
    if match is None or _CONTROL.search(text):
        raise MalformedKeyError("a verifier key is not of the form name+id+base64")
    kind, material = _key_material(match["key"])
    key = VerifierKey(match["name"], kind, material)
    if key.key_id.hex() != match["id"]:
        raise MalformedKeyError(f"the id of the verifier key {key.name} does not fit its key")
    return key


def parse_note(data: bytes) -> SignedNote:
    """Read a signed note.

    Raises:
        MalformedNoteError: too long, not UTF-8, a control character (carriage returns included), no signature or more
            than 64, a line out of form, base64 that is not canonical.
    """
    if len(data) > MAX_NOTE_BYTES:
        raise MalformedNoteError(f"a note of more than {MAX_NOTE_BYTES} bytes")
    try:
        whole = data.decode("utf-8", errors="strict")
    except UnicodeDecodeError:
        raise MalformedNoteError("a note is not UTF-8") from None
    if _CONTROL.search(whole):
        raise MalformedNoteError("a note has a control character")
    body, separator, block = whole.rpartition("\n\n")
    if not separator or not body:
        raise MalformedNoteError("a note has no text, or no signatures after an empty line")
    return SignedNote(body + "\n", tuple(parse_signature_lines(block)))


def parse_signature_lines(block: str) -> list[NoteSignature]:
    """Read one or more signature lines, each with its newline.

    Raises:
        MalformedNoteError: as `parse_note`.
    """
    *lines, rest = block.split("\n")
    if rest:
        raise MalformedNoteError("the last signature line has no newline")
    if not 0 < len(lines) <= MAX_SIGNATURES:
        raise MalformedNoteError(f"a note has one to {MAX_SIGNATURES} signatures")
    return [_signature(line) for line in lines]


def sign_note(text: str, signers: Sequence[SignerKey]) -> SignedNote:
    """Sign a text with plain keys.

    Raises:
        MalformedNoteError: the text is empty, has a control character or does not end in a newline.
    """
    if not text.endswith("\n") or text == "\n" or _CONTROL.search(text):
        raise MalformedNoteError("a note's text ends in a newline and has no other control character")
    return SignedNote(text, tuple(signer.sign(text) for signer in signers))


def verify_note(note: SignedNote, keys: Iterable[VerifierKey]) -> list[tuple[VerifierKey, int | None]]:
    """Check every signature by a known key; return those keys, each once, with a cosignature's latest time.

    Signatures of unknown keys are ignored, even when the name or the id (not both) is a known one.

    Raises:
        InvalidSignatureError: a known key's signature does not verify; the whole note is refused.
        NoKnownSignatureError: no signature is by a known key.
    """
    known = {(key.name, key.key_id): key for key in keys}
    found: dict[VerifierKey, int | None] = {}
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        timestamp = key.verify(note.text, signature.signature)
        before = found.get(key)
        found[key] = timestamp if timestamp is None or before is None else max(timestamp, before)
    if not found:
        raise NoKnownSignatureError("no signature is by a known key")
    return list(found.items())


def cosigned_message(text: str, timestamp: int) -> bytes:
    """Return what an Ed25519 cosigner signs (C2SP tlog-cosignature, "Ed25519 signed message")."""
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def decode_base64(text: str) -> bytes | None:
    """Return canonical standard base64 with padding decoded, or None for anything else."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    # Stray bits in the last digit would give one value two spellings.
    return data if base64.b64encode(data).decode("ascii") == text else None


def _signature(line: str) -> NoteSignature:
    match = _SIGNATURE_LINE.fullmatch(line)
    blob = None if match is None else decode_base64(match["blob"])
    if match is None or blob is None or len(blob) < 5:
        raise MalformedNoteError("a signature line is out of form")
    return NoteSignature(match["name"], blob[:4], blob[4:])


def _key_material(text: str) -> tuple[SignatureType, bytes]:
    material = decode_base64(text)
    if material is None or len(material) != 33:
        raise MalformedKeyError("a key is not a type byte and 32 bytes in base64")
    try:
        return SignatureType(material[0]), material[1:]
    except ValueError:
        raise MalformedKeyError(f"keys of type {material[0]:#04x} are not supported") from None


def _key_id(name: str, kind: SignatureType, public_key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes((kind,)) + public_key).digest()[:4]
