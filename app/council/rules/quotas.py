"""Quotas as a clerk types them: one of each line, ``성별 여 12~18``, ``나이대 20대 2 이상``, ``area North 3``. Pure."""

import re
from collections.abc import Sequence

from app.council.rules.calls import FEATURE_NAMES, SEX_LABELS, Quota
from app.errors import InvalidInput
from app.i18n import N_

_WORDS = FEATURE_NAMES | {"track": "모집"}
"""One word each: what follows the first space of a line is the value."""
_CODES = {name: code for code, name in _WORDS.items()} | {code: code for code in FEATURE_NAMES} | {"길": "track"}
_DECADE = re.compile(r"(\d0)s", re.ASCII)
_RANGE = re.compile(r"(\d{1,3})\s*[~∼-]\s*(\d{1,3})", re.ASCII)
_AT_LEAST = re.compile(r"(\d{1,3})\s*이상", re.ASCII)
_AT_MOST = re.compile(r"(\d{1,3})\s*이하", re.ASCII)
_EXACT = re.compile(r"(\d{1,3})", re.ASCII)
_NUMBERS = re.compile(r"(?P<name>.+?)\s+(?P<numbers>\d{1,3}\s*(?:[~∼-]\s*\d{1,3}|이상|이하)?)\s*명?", re.ASCII)


def read_quotas(typed: str, *, seats: int) -> list[Quota]:
    """Read quotas, one of each line.

    Args:
        typed: the lines.
        seats: seats of the whole council; bounds how far a quota may be relaxed.

    Raises:
        InvalidInput: a line is none; ``field`` is ``quotas``.
    """
    found = []
    for line in (" ".join(each.split()) for each in typed.splitlines() if each.strip()):
        feature, _, rest = line.partition(" ")
        matched = _NUMBERS.fullmatch(rest)
        if feature not in _CODES or matched is None:
            raise InvalidInput(
                N_("“%(line)s”: 성별 여 12~18, 나이대 20대 2 이상, 구역 1구역 3처럼 적어 주세요."),
                field="quotas",
                line=line,
            )
        low, high = _bounds(matched["numbers"], seats)
        found.append(Quota(_CODES[feature], _published(matched["name"]), low, high, 0, max(seats, high)))
    return found


def _published(value: str) -> str:
    """Return a value as lists publish it, from what an English page suggests: ``woman``, ``20s``."""
    decade = _DECADE.fullmatch(value)
    return f"{decade[1]}대" if decade else SEX_LABELS.get(value, value)


def write_quotas(quotas: Sequence[Quota]) -> str:
    """Return quotas as a clerk would type them; the inverse of `read_quotas`."""
    return "\n".join(f"{_WORDS[quota.feature]} {quota.value} {quota.minimum}~{quota.maximum}" for quota in quotas)


def _bounds(text: str, seats: int) -> tuple[int, int]:
    if found := _RANGE.fullmatch(text):
        return int(found[1]), int(found[2])
    if found := _AT_LEAST.fullmatch(text):
        return int(found[1]), seats
    if found := _AT_MOST.fullmatch(text):
        return 0, int(found[1])
    exact = _EXACT.fullmatch(text)
    number = int(exact[1]) if exact else 0
    return number, number
