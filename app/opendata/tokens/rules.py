"""Rules of tokens. Pure: no Flask, no database, no clock, no randomness."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.errors import InvalidInput
from app.i18n import N_
from voting.encoding import sha256

LONGEST = timedelta(days=365)
AT_A_TIME = 20
"""Tokens of a place that may be in use at once."""
PREFIX_BYTES, SECRET_BYTES = 6, 32
_FORM = re.compile(r"(mdg_[0-9a-f]{12})_([A-Za-z0-9_-]{43})")


class TokenState(StrEnum):
    """Where a token stands."""

    IN_USE = "in_use"
    EXPIRED = "expired"
    REVOKED = "revoked"


STATE_NAMES: dict[TokenState, str] = {
    TokenState.IN_USE: N_("쓸 수 있음"),
    TokenState.EXPIRED: N_("기한이 끝남"),
    TokenState.REVOKED: N_("토큰을 거둠"),
}


@dataclass(frozen=True)
class Presented:
    """A token as a machine sends it: the prefix by which it is found, and the secret that proves it."""

    prefix: str
    secret: str

    def __str__(self) -> str:
        return f"{self.prefix}_{self.secret}"


def parse_token(text: str) -> Presented | None:
    """Take a token apart; None when it has not the form of one."""
    found = _FORM.fullmatch(text)
    return Presented(*found.groups()) if found else None


def secret_hash(secret: str) -> str:
    """Return what is kept of a secret: its SHA-256, hexadecimal. It has 256 random bits, so that salt adds nothing."""
    return sha256(secret.encode()).hex()


def require_lifetime(expires_on: date, today: date) -> None:
    """Refuse a last day that is over or more than a year away.

    Raises:
        InvalidInput: it is.
    """
    if not today <= expires_on <= today + LONGEST:
        raise InvalidInput(N_("오늘부터 1년 안의 날을 적어 주세요."), field="expires_on")


def reminder_day(made_on: date, expires_on: date, days: int) -> date | None:
    """Return from which day on its maker is told that a token ends soon; None for never.

    A token that lives but a few days is not called out as soon as it is made: half of its life passes first.

    Args:
        made_on: the day on which it was made.
        expires_on: the last day on which it serves.
        days: how long before the last day the place wants to be told; 0 for never.
    """
    return expires_on - min(timedelta(days=days), (expires_on - made_on) // 2) if days else None


def state_of(*, revoked: bool, expires_on: date, today: date) -> TokenState:
    """Tell where a token stands; it serves through its last day, in Korea."""
    if revoked:
        return TokenState.REVOKED
    return TokenState.IN_USE if today <= expires_on else TokenState.EXPIRED
