"""Reading the shapes of JSON objects strictly: exact fields, exact order, exact types.

The reference tools accept reordered and extra fields inside answers; here nothing has two spellings. Each reader
returns the plain value or raises `MalformedObjectError` naming what was read.
"""

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from voting.election.errors import (
    MalformedObjectError,
    MalformedScalarError,
    MalformedUuidError,
    NonCanonicalObjectError,
    OversizedObjectError,
)
from voting.election.group.base import Element
from voting.election.group.errors import MalformedElementError
from voting.encoding import JSON, MAX_BYTES, MalformedHexError, MalformedNumberError, canonical_json, parse_decimal
from voting.encoding import parse_hex as _parse_hex
from voting.encoding import parse_json as _parse_json
from voting.errors import UnreadableInputError

Decode: TypeAlias = Callable[[str], Element]
"""Reads a group element: ``group.parse``, or a reader that leaves membership to a later batch check."""

LARGEST_JSON_INTEGER = 2**30 - 1
_UUID = re.compile(r"[1-9A-HJ-NP-Za-km-z]{14,64}")
_WEIGHT = re.compile(r"0|[1-9][0-9]{0,17}")


def read_json(data: bytes, what: str, *, max_bytes: int = MAX_BYTES) -> JSON:
    """Parse strict JSON; the refusal is about content, as the bytes come from inside a readable file.

    Raises:
        OversizedObjectError: more than ``max_bytes``.
        MalformedObjectError: not strict JSON.
    """
    if len(data) > max_bytes:
        raise OversizedObjectError(f"{what}: {len(data)} bytes, at most {max_bytes} are honest")
    try:
        return _parse_json(data, max_bytes=max_bytes)
    except UnreadableInputError as error:
        raise MalformedObjectError(f"{what}: {error}") from None


def read_canonical(data: bytes, what: str, *, max_bytes: int = MAX_BYTES) -> JSON:
    """Parse JSON whose bytes must be the canonical ones.

    Raises:
        NonCanonicalObjectError: another spelling of the same value (spaces, escapes).
        MalformedObjectError: not strict JSON.
    """
    value = read_json(data, what, max_bytes=max_bytes)
    if canonical_json(value) != data:
        raise NonCanonicalObjectError(f"{what}: not in canonical form")
    return value


def read_object(value: JSON, what: str, fields: Sequence[str], optional: Sequence[str] = ()) -> dict[str, JSON]:
    """Return the object if its fields are ``fields`` in this order, of which only the ``optional`` ones may be absent."""
    if not isinstance(value, dict):
        raise MalformedObjectError(f"{what}: not an object")
    present = list(value)
    if present != list(fields) and present != [f for f in fields if f in value or f not in optional]:
        raise MalformedObjectError(f"{what}: fields {_shown(present)} instead of {', '.join(fields)}")
    return value


def read_array(value: JSON, what: str, *, length: int | None = None) -> list[JSON]:
    """Return the array, of exactly ``length`` items where that is given."""
    if not isinstance(value, list):
        raise MalformedObjectError(f"{what}: not an array")
    if length is not None and len(value) != length:
        raise MalformedObjectError(f"{what}: {len(value)} items instead of {length}")
    return value


def read_text(value: JSON, what: str) -> str:
    """Return the string."""
    if not isinstance(value, str):
        raise MalformedObjectError(f"{what}: not a string")
    return value


def read_boolean(value: JSON, what: str) -> bool:
    """Return the boolean."""
    if not isinstance(value, bool):
        raise MalformedObjectError(f"{what}: not a boolean")
    return value


def read_integer(value: JSON, what: str, *, least: int = 0, most: int = LARGEST_JSON_INTEGER) -> int:
    """Return the integer, which must lie in ``least…most``."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise MalformedObjectError(f"{what}: not an integer")
    if not least <= value <= most:
        raise MalformedObjectError(f"{what}: {value} is not in {least}…{most}")
    return value


def read_count(value: JSON, what: str) -> int:
    """Return a weight or sum of weights: a JSON integer up to 2^30 − 1, above that a canonical decimal string."""
    if isinstance(value, str):
        if not _WEIGHT.fullmatch(value) or int(value) <= LARGEST_JSON_INTEGER:
            raise MalformedObjectError(f"{what}: not a canonical count")
        return int(value)
    return read_integer(value, what)


def count_to_json(count: int) -> JSON:
    """Return a weight or sum of weights as the protocol writes it (see `read_count`)."""
    return count if count <= LARGEST_JSON_INTEGER else str(count)


def read_element(value: JSON, what: str, decode: Decode) -> Element:
    """Return the group element that a JSON string denotes."""
    if not isinstance(value, str):
        raise MalformedElementError(f"{what}: not a string")
    return decode(value)


def read_scalar(value: JSON, what: str, order: int) -> int:
    """Return a scalar: a JSON string of canonical decimal below ``order``."""
    if not isinstance(value, str):
        raise MalformedScalarError(f"{what}: not a string")
    try:
        return parse_decimal(value, below=order)
    except MalformedNumberError as error:
        raise MalformedScalarError(f"{what}: {error}") from None


def read_hash(value: JSON, what: str) -> str:
    """Return a SHA-256 hash in lower-case hexadecimal."""
    try:
        return _parse_hex(read_text(value, what), length=32).hex()
    except MalformedHexError as error:
        raise MalformedObjectError(f"{what}: {error}") from None


def read_uuid(value: JSON, what: str = "uuid") -> str:
    """Return an election's identifier: 14 to 64 characters of Base58, so that it is harmless as a file name."""
    text = read_text(value, what)
    if not _UUID.fullmatch(text):
        raise MalformedUuidError(f"{what}: not 14…64 Base58 characters")
    return text


def printable(text: str) -> str:
    """Return a stranger's text for a terminal: no control, direction-changing or other invisible character."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def _shown(names: list[str]) -> str:
    """List at most a dozen field names, cut short: they come from a stranger."""
    return ", ".join(printable(name[:24]) for name in names[:12]) or "none"
