"""Rules of the planning group. Pure: no Flask, no database, no clock, no randomness."""

from datetime import datetime
from enum import StrEnum

from app.errors import InvalidInput, RuleViolation
from app.i18n import N_

MOTIVE_MAX = 1000
TEAMS_MOST = 20


class MemberState(StrEnum):
    """How somebody stands to the group of a year."""

    APPLIED = "applied"
    MEMBER = "member"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LEFT = "left"


STATE_NAMES: dict[MemberState, str] = {
    MemberState.APPLIED: N_("답을 기다림"),
    MemberState.MEMBER: N_("단원"),
    MemberState.REFUSED: N_("함께하지 못함"),
    MemberState.WITHDRAWN: N_("지원을 거둠"),
    MemberState.LEFT: N_("그만둠"),
}
MOVES: dict[MemberState, frozenset[MemberState]] = {
    MemberState.APPLIED: frozenset({MemberState.MEMBER, MemberState.REFUSED, MemberState.WITHDRAWN}),
    MemberState.MEMBER: frozenset({MemberState.LEFT}),
    MemberState.REFUSED: frozenset({MemberState.APPLIED}),
    MemberState.WITHDRAWN: frozenset({MemberState.APPLIED}),
    MemberState.LEFT: frozenset({MemberState.APPLIED}),
}
"""Who was refused, withdrew or left may apply again while a call is open."""


def require_move(present: MemberState, wanted: MemberState) -> None:
    """Refuse a move that the table does not list.

    Raises:
        RuleViolation: already decided, already gone, or already a member.
    """
    if wanted not in MOVES[present]:
        raise RuleViolation(N_("이미 처리한 지원입니다. 지금 상태를 살펴봐 주세요."))


def require_period(opens_at: datetime, closes_at: datetime) -> None:
    """Refuse a call that ends before it begins.

    Raises:
        InvalidInput: the last day lies before the first.
    """
    if closes_at <= opens_at:
        raise InvalidInput(N_("마지막 날이 첫날보다 앞섭니다."), field="last_day")


def require_seat(*, members: int, seats: int) -> None:
    """Refuse to take in more than the call has places for.

    Raises:
        RuleViolation: all places are taken; 0 places stands for no limit.
    """
    if seats and members >= seats:
        raise RuleViolation(N_("정원 %(seats)s명이 다 찼습니다. 정원을 늘리거나 자리가 나면 받아 주세요."), seats=seats)
