"""Reading JSON objects: every field is taken exactly as its kind, and none may be left over.

Raises `MalformedFieldError` throughout.
"""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeVar

from voting.allocation.errors import MalformedFieldError
from voting.encoding import JSON

_FRACTION = re.compile(r"(-?[0-9]{1,18})/([1-9][0-9]{0,17})")
_T = TypeVar("_T")


class Fields:
    """A JSON object that is read field by field; ``close`` refuses what was not asked for.

    Args:
        value: what should be an object.
        what: its name in refusals.
    """

    def __init__(self, value: JSON, what: str) -> None:
        if not isinstance(value, dict):
            raise MalformedFieldError(f"{what} is not an object")
        self._value: Mapping[str, JSON] = value
        self._what = what
        self._taken: set[str] = set()

    def take(self, key: str) -> JSON:
        """Return a field."""
        if key not in self._value:
            raise MalformedFieldError(f"{self._what} lacks '{key}'")
        self._taken.add(key)
        return self._value[key]

    def close(self) -> None:
        """Refuse fields that were not taken."""
        left = sorted(set(self._value) - self._taken)
        if left:
            raise MalformedFieldError(f"{self._what} has the unknown field '{left[0]}'")

    def optional(self, key: str, read: Callable[[], _T]) -> _T | None:
        """Return ``None`` for null, and what ``read`` makes of anything else."""
        return None if self.take(key) is None else read()

    def text(self, key: str) -> str:
        """Return a text."""
        return read_text(self.take(key), key)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        return tuple(read_text(item, key) for item in self.array(key))

    def whole(self, key: str) -> int:
        """Return a whole number."""
        return read_whole(self.take(key), key)

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self.take(key)
        if not isinstance(value, bool):
            raise MalformedFieldError(f"'{key}' is neither true nor false")
        return value

    def array(self, key: str) -> list[JSON]:
        """Return a list."""
        return read_array(self.take(key), key)

    def inside(self, key: str) -> "Fields":
        """Return an object inside this one."""
        return Fields(self.take(key), f"'{key}'")

    def fraction(self, key: str) -> Fraction:
        """Return a fraction written as ``1/2``."""
        return read_fraction(self.take(key), key)

    def named(self, key: str, kind: Callable[[str], _T]) -> _T:
        """Return a text as one of a kind."""
        return read_named(self.take(key), kind, key)


def read_named(value: JSON, kind: Callable[[str], _T], key: str) -> _T:
    """Return a text as one of a kind (an enumeration)."""
    try:
        return kind(read_text(value, key))
    except ValueError:
        raise MalformedFieldError(f"'{key}' has the unknown value '{value}'") from None


def read_text(value: JSON, key: str) -> str:
    """Return a text."""
    if not isinstance(value, str):
        raise MalformedFieldError(f"'{key}' is not a text")
    return value


def read_whole(value: JSON, key: str) -> int:
    """Return a whole number; true is none."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise MalformedFieldError(f"'{key}' is not a whole number")
    return value


def read_array(value: JSON, key: str) -> list[JSON]:
    """Return a list."""
    if not isinstance(value, list):
        raise MalformedFieldError(f"'{key}' is not a list")
    return value


def fraction_text(number: Fraction) -> str:
    """Write a fraction as ``1/2``."""
    return f"{number.numerator}/{number.denominator}"


def read_fraction(value: JSON, key: str) -> Fraction:
    """Return a fraction written as ``1/2``."""
    match = _FRACTION.fullmatch(read_text(value, key))
    if match is None:
        raise MalformedFieldError(f"'{key}' is not a fraction such as 1/2")
    return Fraction(int(match[1]), int(match[2]))
