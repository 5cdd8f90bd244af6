"""Reading documents of the lottery field by field: every freedom of form is refused."""

import hashlib
import json
import re
from fractions import Fraction

from voting.encoding import JSON, parse_json
from voting.lottery.verify.errors import MalformedBundleError, NotCanonicalError

_HEX64 = re.compile(r"[0-9a-f]{64}")
_FRACTION = re.compile(r"(0|[1-9][0-9]{0,4000})(?:/([1-9][0-9]{0,4000}))?")


def canonical(document: JSON) -> bytes:
    """Return the canonical bytes of a lottery document."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False, allow_nan=False, sort_keys=True).encode()


def commitment_of(data: bytes) -> str:
    """Return the SHA-256 of a document as lower-case hexadecimal: what ``sha256sum FILE`` prints."""
    return hashlib.sha256(data).hexdigest()


def document(data: bytes, form: str, names: frozenset[str]) -> dict[str, JSON]:
    """Parse one canonical JSON object of the format ``form`` with exactly the fields ``names``."""
    value = parse_json(data)
    if not isinstance(value, dict) or value.get("format") != form:
        raise MalformedBundleError(f"not a document of the format {form}")
    if frozenset(value) != names:
        odd = ", ".join(sorted(names.symmetric_difference(value)))
        raise MalformedBundleError(f"fields missing or not known: {odd}")
    if canonical(value) != data:
        raise NotCanonicalError("the bytes are not the canonical form (sorted keys, no spaces, no final line feed)")
    return value


def array(value: JSON, length: int | None = None) -> list[JSON]:
    """Return the value as an array, of this length if one is given."""
    if not isinstance(value, list) or (length is not None and len(value) != length):
        raise MalformedBundleError("an array is missing or has the wrong length")
    return value


def text(value: JSON, *, empty: bool = False) -> str:
    """Return the value as a string without control characters; empty only where that is allowed."""
    if not isinstance(value, str) or not (value or empty) or any(ord(c) < 0x20 or ord(c) == 0x7F for c in value):
        raise MalformedBundleError("a text is missing, empty or has control characters")
    return value


def label(value: JSON) -> str:
    """Return the value as a text that can stand between the separators of the seed: no ``|``, ``=`` or ``,``."""
    found = text(value)
    if any(c in "|=," for c in found):
        raise MalformedBundleError("a name, number or secret contains one of | = ,")
    return found


def integer(value: JSON, least: int, most: int) -> int:
    """Return the value as an integer of this range."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise MalformedBundleError(f"a number is missing or not within {least}…{most}")
    return value


def hex64(value: JSON) -> str:
    """Return the value as 32 bytes of lower-case hexadecimal."""
    if not isinstance(value, str) or not _HEX64.fullmatch(value):
        raise MalformedBundleError("not 64 digits of lower-case hexadecimal")
    return value


def fraction(value: JSON) -> Fraction:
    """Return the value as a non-negative fraction, written in lowest terms (``7/34``, ``1``)."""
    found = _FRACTION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise MalformedBundleError("not a fraction")
    parsed = Fraction(int(found[1]), int(found[2] or 1))
    require(str(parsed) == value, "a fraction is not in lowest terms")
    return parsed


def signed(value: JSON) -> Fraction:
    """Return the value as a fraction that may be negative."""
    if isinstance(value, str) and value.startswith("-"):
        parsed = fraction(value[1:])
        require(parsed != 0, "minus zero")
        return -parsed
    return fraction(value)


def require(condition: bool, refusal: str) -> None:  # noqa: FBT001 - reads as a sentence at each call
    """Refuse a document whose shape is not as it should be."""
    if not condition:
        raise MalformedBundleError(refusal)
