"""Passwords: what is refused, and how they are kept.

Argon2id with the second recommended parameters of RFC 9106 §4 (64 MiB, three passes, four lanes): 0.14 s on one core of
the development machine. Whoever does not exist costs the same time as whoever typed a wrong password.
"""

import itertools
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from app.errors import InvalidInput
from app.i18n import N_

SHORTEST = 8
RECOMMENDED = 15
LONGEST = 256
_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_COMMON = Path(__file__).with_name("common_passwords.txt")


@cache
def _common() -> frozenset[str]:
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def _nobody() -> str:
    return _hasher.hash("the password of nobody")


def require_good_password(password: str, *, about: Iterable[str] = (), field: str = "password") -> None:
    """Refuse a password that a stranger would try first (NIST SP 800-63B §5.1.1.2; no rules of composition).

    Args:
        password: as typed.
        about: what others know of the person: contacts, names, birth date.
        field: the form's field, for the refusal.

    Raises:
        InvalidInput: too short, too long, common, a pattern, or made of what is known about the person.
    """
    normal = _normal(password)
    if len(normal) < SHORTEST:
        raise InvalidInput(
            N_("비밀번호는 %(shortest)s자 이상이어야 합니다. %(recommended)s자 이상을 권합니다."),
            field=field,
            shortest=SHORTEST,
            recommended=RECOMMENDED,
        )
    if len(normal) > LONGEST:
        raise InvalidInput(N_("비밀번호가 너무 깁니다(%(longest)s자까지)."), field=field, longest=LONGEST)
    folded = normal.casefold()
    if folded in _common() or _is_pattern(folded):
        raise InvalidInput(N_("누구나 먼저 떠올리는 비밀번호입니다. 다른 것을 정해 주세요."), field=field)
    for known in about:
        for piece in _pieces(known):
            # A long sentence may well contain one's name; a password that is little more than it may not.
            if piece in folded and len(folded) - len(piece) < SHORTEST:
                raise InvalidInput(N_("이름, 연락처, 생년월일이 들어 있어 알아내기 쉽습니다."), field=field)


def hash_password(password: str) -> str:
    """Return what is stored instead of the password."""
    return _hasher.hash(_normal(password))


def is_password(stored: str | None, typed: str) -> bool:
    """Tell whether a password fits; without a stored one it takes the same time and does not fit."""
    try:
        fits = _hasher.verify(stored or _nobody(), _normal(typed)[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return fits and stored is not None


def needs_rehash(stored: str) -> bool:
    """Tell whether the stored form has weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def _normal(password: str) -> str:
    # The same letters may arrive composed or decomposed, by keyboard and system.
    return unicodedata.normalize("NFC", password)


def _is_pattern(text: str) -> bool:
    if len(set(text)) <= 2:
        return True
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(text)}
    if steps in ({1}, {-1}):
        return True
    return any(len(text) % size == 0 and text == text[:size] * (len(text) // size) for size in (1, 2, 3, 4))


def _pieces(known: str) -> list[str]:
    folded = _normal(known).casefold()
    joined = "".join(letter for letter in folded if letter.isalnum())
    parts = {joined, folded.split("@")[0], joined[-8:] if joined.isdigit() else joined}
    return [part for part in parts if len(part) >= 4 or (len(part) >= 2 and not part.isascii())]
