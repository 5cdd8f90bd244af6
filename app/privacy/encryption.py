"""Sealing of personal fields: AES-256-GCM bound to the cell, keys that rotate, blind indexes. No Flask, no database.

Format of a sealed value: ``01 ‖ len(key id) ‖ key id ‖ nonce (12) ‖ ciphertext and tag``. What is encrypted is the UTF-8
text, padded with 80 00… to a multiple of 32 bytes, so that the length of a name or the answer of a yes-or-no question
does not show. The associated data is the cell, see `Cell`. Extension rule: another construction takes another first byte.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.privacy.rules import normal_email, normal_name, normal_phone

VERSION = 1
KEY_BYTES = 32
INDEX_BYTES = 16
_NONCE_BYTES = 12
_PAD_TO = 32
_KEY_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")


class EncryptionError(Exception):
    """The root of what can go wrong with sealed fields; always the operator's or an attacker's doing."""


class MalformedKeyring(EncryptionError):  # noqa: N818 - named by the refusal
    """The configured keys cannot be read. Never repeats a key."""


class UnknownKey(EncryptionError):  # noqa: N818
    """A value was sealed with a key that is not in the keyring."""


class BrokenSeal(EncryptionError):  # noqa: N818
    """A sealed value was altered, truncated, or stands in a cell it was not sealed for."""


class Cell(NamedTuple):
    """The place a value is sealed for; a ciphertext pasted into any other row or column does not open."""

    table: str
    row_key: UUID
    column: str


@dataclass(frozen=True, slots=True)
class SealedText:
    """An encrypted text. Shows nothing of itself, compares by ciphertext."""

    data: bytes

    def __repr__(self) -> str:
        return "SealedText(…)"

    __str__ = __repr__

    @property
    def key_id(self) -> str:
        """The id of the key that sealed it.

        Raises:
            BrokenSeal: the value is too short or of no known version.
        """
        if len(self.data) < 2 or self.data[0] != VERSION:
            raise BrokenSeal("not a sealed value")
        raw = self.data[2 : 2 + self.data[1]]
        if not raw.isascii() or not _KEY_ID.fullmatch(raw.decode("ascii")):
            raise BrokenSeal("not a sealed value")
        return raw.decode("ascii")


@dataclass(frozen=True, slots=True)
class FieldKey:
    """A 256-bit key and its public id. At most 2³² values per key: rotate well before (NIST SP 800-38D §8.3)."""

    id: str
    secret: bytes

    def __repr__(self) -> str:
        return f"FieldKey({self.id})"


class Keyring:
    """Keys of sealed fields: the first one seals, all of them open."""

    def __init__(self, keys: Iterable[FieldKey]) -> None:
        self._ciphers: dict[str, AESGCM] = {}
        for key in keys:
            if not _KEY_ID.fullmatch(key.id) or len(key.secret) != KEY_BYTES:
                raise MalformedKeyring("a key needs an id of a-z 0-9 . _ - and 32 bytes")
            if key.id in self._ciphers:
                raise MalformedKeyring(f"two keys are called {key.id}")
            self._ciphers[key.id] = AESGCM(key.secret)
        if not self._ciphers:
            raise MalformedKeyring("there is no key")
        self.primary_id = next(iter(self._ciphers))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``id:base64,id:base64…``.

        Raises:
            MalformedKeyring: not that, or a key is not 32 bytes, or an id stands twice.
        """
        keys = []
        for part in filter(None, (piece.strip() for piece in text.split(","))):
            key_id, colon, encoded = part.partition(":")
            if not colon:
                raise MalformedKeyring("keys are written id:base64,id:base64")
            keys.append(FieldKey(key_id.strip(), decode_key(encoded)))
        return cls(keys)

    @property
    def key_ids(self) -> tuple[str, ...]:
        """Ids of all keys, the sealing one first."""
        return tuple(self._ciphers)

    def seal(self, cell: Cell, text: str) -> SealedText:
        """Encrypt a text for one cell with the first key."""
        key_id = self.primary_id.encode("ascii")
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._ciphers[self.primary_id].encrypt(nonce, _pad(text.encode()), _bound_to(cell, self.primary_id))
        return SealedText(bytes([VERSION, len(key_id)]) + key_id + nonce + sealed)

    def open(self, cell: Cell, sealed: SealedText) -> str:
        """Decrypt a text that was sealed for this very cell.

        Raises:
            UnknownKey: its key is not in the keyring.
            BrokenSeal: it was altered or belongs to another cell.
        """
        key_id = sealed.key_id
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise UnknownKey(f"no key {key_id} for {cell.table}.{cell.column}")
        start = 2 + len(key_id)
        nonce, body = sealed.data[start : start + _NONCE_BYTES], sealed.data[start + _NONCE_BYTES :]
        try:
            return _unpad(cipher.decrypt(nonce, body, _bound_to(cell, key_id))).decode()
        except (InvalidTag, ValueError):
            raise BrokenSeal(f"a value of {cell.table}.{cell.column} does not open") from None

    def needs_rotation(self, sealed: SealedText) -> bool:
        """Tell whether a value was sealed with a key other than the first."""
        return sealed.key_id != self.primary_id


class Indexed(StrEnum):
    """What a blind index is of; each has a key of its own, so that equal values in two columns do not show as equal."""

    EMAIL = "email"
    PHONE = "phone"
    NAME = "name"
    NAME_AND_BIRTH = "name+birth"
    TOKEN = "token"  # noqa: S105 - a purpose, no secret


_NORMAL = {Indexed.EMAIL: normal_email, Indexed.PHONE: normal_phone, Indexed.NAME: normal_name}


class BlindIndex:
    """Keyed hashes that find a sealed value again by equality, and by nothing else.

    HMAC-SHA-256 truncated to 128 bits under a key per purpose and scope. Telephone numbers and birth dates can be
    guessed by whoever holds the index key, so it is kept like the field keys, never with a backup of the database.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) < KEY_BYTES:
            raise MalformedKeyring("the index key needs at least 32 bytes")
        self._secret = secret

    def of(self, purpose: Indexed, *values: str, scope: str = "") -> bytes:
        """Return the index of a value in its normal form.

        Args:
            purpose: e-mail, phone and name take one value and normalise it; name-and-birth takes the name and the
                ISO date; a token takes one value as it is.
            values: the parts, joined unambiguously.
            scope: ``place:17`` keeps the rolls of two villages unlinkable; empty for accounts.

        Raises:
            InvalidInput: the value has no normal form.
        """
        normal = [_NORMAL[purpose](value) for value in values] if purpose in _NORMAL else list(values)
        if purpose is Indexed.NAME_AND_BIRTH:
            normal[0] = normal_name(normal[0])
        key = hmac.digest(self._secret, _framed("madang/blind-index/1", purpose.value, scope), hashlib.sha256)
        return hmac.digest(key, _framed(*normal), hashlib.sha256)[:INDEX_BYTES]


def decode_key(encoded: str) -> bytes:
    """Return the bytes of a base64 key (either alphabet).

    Raises:
        MalformedKeyring: it is not base64 of at least 32 bytes.
    """
    try:
        secret = base64.b64decode(encoded.strip().replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raise MalformedKeyring("a key is not base64") from None
    if len(secret) < KEY_BYTES:
        raise MalformedKeyring("a key needs 32 bytes")
    return secret


def generate_key() -> str:
    """Return a fresh 256-bit key as base64."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")


def _bound_to(cell: Cell, key_id: str) -> bytes:
    return _framed("madang/field/1", cell.table, cell.row_key.hex, cell.column, key_id)


def _framed(*parts: str) -> bytes:
    """Join parts so that no two lists of parts give the same bytes: each is preceded by its length."""
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def _pad(data: bytes) -> bytes:
    return data + b"\x80" + bytes(-(len(data) + 1) % _PAD_TO)


def _unpad(data: bytes) -> bytes:
    text, mark, zeros = data.rpartition(b"\x80")
    if not mark or zeros.strip(b"\x00"):
        raise ValueError("bad padding")
    return text
