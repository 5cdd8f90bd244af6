"""Strict parsing and canonical bytes.

Python's own parsers are lenient where a verifier must not be: ``json`` keeps the last of two equal keys, accepts
``NaN`` and lone surrogates; ``int`` accepts ``'1_0'``, ``' 12'`` and Arabic digits; ``bytes.fromhex`` accepts spaces.
Everything that enters the kernel from outside passes through this module.
"""

import base64
import hashlib
import json
import re
from typing import TypeAlias

from voting.errors import UnreadableInputError

JSON: TypeAlias = "bool | int | str | list[JSON] | dict[str, JSON] | None"
"""A JSON value as `parse_json` returns it. There are no floats: no format of the kernel has any."""

MAX_DEPTH = 64
MAX_BYTES = 64 * 1024 * 1024
_DECIMAL = re.compile(r"0|[1-9][0-9]*")
_SMALL_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_LOWER_HEX = re.compile(r"(?:[0-9a-f]{2})*")
# An unterminated string reaches to the end, so that no input makes the search start over and over.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_SURROGATE = re.compile("[\ud800-\udfff]")


class MalformedJSONError(UnreadableInputError):
    """The bytes are not strict JSON: duplicate keys, floats, surrogates, too deep, too large, not UTF-8."""


class MalformedNumberError(UnreadableInputError):
    """A number is not canonical decimal."""


class MalformedHexError(UnreadableInputError):
    """A string is not lower-case hexadecimal of the expected length."""


def parse_json(data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> JSON:
    """Parse strict JSON (RFC 8259 without its freedoms).

    Args:
        data: UTF-8 bytes without a byte-order mark.
        max_bytes: refuse anything longer before looking at it.
        max_depth: the deepest nesting of arrays and objects.

    Raises:
        MalformedJSONError: anything is duplicate, lenient, too deep, too large or not UTF-8.
    """
    if len(data) > max_bytes:
        raise MalformedJSONError(f"{len(data)} bytes of JSON; at most {max_bytes} are read")
    _require_shallow(data, max_depth)
    try:
        text = data.decode("utf-8", errors="strict")
        value: JSON = json.loads(
            text,
            object_pairs_hook=_object_without_duplicates,
            parse_float=_refuse_float,
            parse_constant=_refuse_float,
            parse_int=_parse_small_integer,
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise MalformedJSONError(f"not JSON: {type(error).__name__}") from None
    if "\\u" in text.lower():
        # Only an escape can smuggle a lone surrogate past the UTF-8 decoder.
        _require_no_surrogates(value)
    return value


def canonical_json(value: JSON) -> bytes:
    """Return compact JSON: no spaces, UTF-8 unescaped, object fields in insertion order."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def parse_decimal(text: str, *, below: int) -> int:
    """Parse a canonical non-negative decimal smaller than ``below``.

    Raises:
        MalformedNumberError: a sign, a leading zero, a space, a foreign digit, or out of range.
    """
    # The length guard keeps int() away from the quadratic cost of absurd inputs.
    if len(text) > 1300 or not _DECIMAL.fullmatch(text):
        raise MalformedNumberError("not a canonical decimal number")
    value = int(text)
    if value >= below:
        raise MalformedNumberError("a number is out of range")
    return value


def parse_hex(text: str, *, length: int) -> bytes:
    """Parse exactly ``length`` bytes of lower-case hexadecimal.

    Raises:
        MalformedHexError: another length, upper case, spaces, or anything but ``0-9a-f``.
    """
    if len(text) != 2 * length or not _LOWER_HEX.fullmatch(text):
        raise MalformedHexError(f"not {length} bytes of lower-case hexadecimal")
    return bytes.fromhex(text)


def sha256(data: bytes) -> bytes:
    """Return the SHA-256 digest."""
    return hashlib.sha256(data).digest()


def base64_unpadded(data: bytes) -> str:
    """Return standard base64 (``+`` and ``/``) without padding, as Belenios writes hashes."""
    return base64.b64encode(data).decode("ascii").rstrip("=")


def _object_without_duplicates(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedJSONError("an object has the same key twice")
    return found


def _refuse_float(text: str) -> JSON:
    raise MalformedJSONError(f"the number {text[:40]} is not an integer")


def _parse_small_integer(text: str) -> int:
    if text == "-0" or not _SMALL_INTEGER.fullmatch(text):
        raise MalformedJSONError("an integer is out of range or not canonical")
    return int(text)


def _require_shallow(data: bytes, max_depth: int) -> None:
    """Refuse deep nesting before the recursive parser sees it."""
    if data.count(b"[") + data.count(b"{") <= max_depth:
        return
    # Without escapes every other piece between quotes is outside of strings; that is much quicker, and the usual case.
    outside = _STRING.sub(b"", data) if b"\\" in data else b"".join(data.split(b'"')[::2])
    depth = 0
    for byte in outside.translate(None, _NOT_BRACKETS):
        if byte in b"[{":
            depth += 1
            if depth > max_depth:
                raise MalformedJSONError(f"nested deeper than {max_depth}")
        else:
            depth -= 1


def _require_no_surrogates(value: JSON) -> None:
    if isinstance(value, str):
        if _SURROGATE.search(value):
            raise MalformedJSONError("a string has a lone surrogate")
    elif isinstance(value, list):
        for item in value:
            _require_no_surrogates(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            _require_no_surrogates(key)
            _require_no_surrogates(item)
