"""What a kiosk is, how it is paired, and until when the ballots on it are taken. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.errors import InvalidInput, RuleViolation
from app.i18n import N_

PAIRING_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Nothing that looks like something else: typed once by a clerk, in capitals."""
PAIRING_LENGTH = 10
PIN_LENGTH = 6
PAIR_WITHIN = timedelta(minutes=30)
"""How long a pairing code waits for its tablet."""
QUIET_AFTER = timedelta(minutes=3)
"""A kiosk says every half minute that it is there; after this long it counts as out of touch."""
MISSED_AFTER = timedelta(minutes=15)
"""After this long on a day of voting somebody goes and looks."""
MOST_WAITING = 100_000
_SEPARATORS = re.compile(r"[\s\-]+")


class KioskState(StrEnum):
    """Where a kiosk stands."""

    NEW = "new"
    """Its pairing code waits for a tablet."""
    IN_USE = "in_use"
    REVOKED = "revoked"
    """Its device is known no more. For good."""


KIOSK_STATE_NAMES: dict[KioskState, str] = {
    KioskState.NEW: N_("태블릿을 기다리는 중"),
    KioskState.IN_USE: N_("쓰는 중"),
    KioskState.REVOKED: N_("거둠"),
}


def pairing_code(typed: str) -> str:
    """Return a pairing code as it was made, from how it was typed.

    Raises:
        InvalidInput: it cannot be one.
    """
    letters = _SEPARATORS.sub("", typed).upper()
    if len(letters) != PAIRING_LENGTH or any(letter not in PAIRING_LETTERS for letter in letters):
        raise InvalidInput(N_("연결 번호가 아닙니다. 영어 글자와 숫자 10자입니다."), field="code")
    return letters


def spoken(code: str) -> str:
    """Return a pairing code in two halves, as it is shown."""
    half = PAIRING_LENGTH // 2
    return f"{code[:half]}-{code[half:]}"


@dataclass(frozen=True)
class Arrival:
    """How a ballot that a kiosk sends is judged.

    Attributes:
        at: the instant by which it is judged: its own, or the last one of the vote where it comes late.
        is_late: whether it came after the end.
    """

    at: datetime
    is_late: bool


def arrival(*, at: datetime, sealed_at: datetime | None, closes_at: datetime, grace: timedelta) -> Arrival:
    """Judge when a ballot of a registered kiosk comes.

    In time, it is a ballot like any other. After the end it is taken only when the kiosk locked it before the end and only
    within the grace that the election bound before it opened: somebody who voted in time must not lose the vote to a
    network, and nobody can wait with a ballot until something is known, because nothing is known before the count.

    Args:
        at: when it came.
        sealed_at: when the kiosk locked it, by the server's clock as the kiosk last heard it; None when it does not say.
        closes_at: the end of voting.
        grace: how long after the end late ballots are taken.

    Raises:
        RuleViolation: it is too late.
    """
    if at < closes_at:
        return Arrival(at, is_late=False)
    if sealed_at is None or sealed_at >= closes_at:
        raise RuleViolation(N_("투표가 끝난 뒤에 잠근 표라서 넣지 않았습니다."))
    if at >= closes_at + grace:
        raise RuleViolation(N_("키오스크의 늦은 표를 받는 시간이 지나 넣지 않았습니다."))
    return Arrival(closes_at - timedelta(microseconds=1), is_late=True)


@dataclass(frozen=True)
class Sign:
    """The last sign of life of a kiosk in use.

    Attributes:
        seen_at: when it came; None before the first.
        waiting: how many ballots it still held.
    """

    seen_at: datetime | None
    waiting: int


def keep_open(signs: Sequence[Sign], *, at: datetime, closes_at: datetime, grace: timedelta) -> int:
    """Return how many kiosks keep the box from being closed: late ballots may still come from them.

    A kiosk is done when it has said after the end that it holds nothing. When the grace is over none is waited for.
    """
    if not closes_at <= at < closes_at + grace:
        return 0
    return sum(sign.waiting > 0 or sign.seen_at is None or sign.seen_at < closes_at for sign in signs)


def is_quiet(seen_at: datetime | None, at: datetime) -> bool:
    """Tell whether nothing was heard of a kiosk for too long."""
    return seen_at is None or at - seen_at > QUIET_AFTER


def is_missed(seen_at: datetime | None, at: datetime, *, is_day_of_use: bool) -> bool:
    """Tell whether somebody has to go and look after a kiosk: nothing was heard of it for a quarter of an hour.

    Ballots may lie on it, or people stand before it in vain. Nobody is sent at night: a tablet that was switched off is not
    missed before the next day of use.

    Args:
        seen_at: its last sign of life.
        at: now, while the box is open.
        is_day_of_use: whether today is the last day of voting, or it was heard of today.
    """
    return is_day_of_use and (seen_at is None or at - seen_at > MISSED_AFTER)
