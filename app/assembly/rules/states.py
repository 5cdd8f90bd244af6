"""States, times and turnout of an assembly. Pure: no Flask, no database, no clock, no randomness."""

from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from app.errors import InvalidInput, RuleViolation
from app.i18n import N_


class AssemblyState(StrEnum):
    """Where an assembly stands."""

    PREPARING = "preparing"
    OPEN = "open"
    """Frozen: the ballot, the codes and the rule cannot change any more."""
    CLOSED = "closed"
    COUNTED = "counted"


class KeyHolding(StrEnum):
    """Who makes and keeps the key that opens the sums, and the voting codes (voting.md §1.4)."""

    SERVER = "server"
    """Small stakes: the server makes and keeps both, and says so to every voter."""
    TRUSTEES = "trustees"
    """A ceremony: trustees hold the key in parts, a credential authority makes the codes; the server knows neither."""


MOVES: dict[AssemblyState, frozenset[AssemblyState]] = {
    AssemblyState.PREPARING: frozenset({AssemblyState.OPEN}),
    AssemblyState.OPEN: frozenset({AssemblyState.CLOSED}),
    AssemblyState.CLOSED: frozenset({AssemblyState.COUNTED}),
    AssemblyState.COUNTED: frozenset(),
}
STATE_NAMES: dict[AssemblyState, str] = {
    AssemblyState.PREPARING: N_("준비 중"),
    AssemblyState.OPEN: N_("투표 중"),
    AssemblyState.CLOSED: N_("개표 중"),
    AssemblyState.COUNTED: N_("결과 나옴"),
}


def require_move(state: AssemblyState, to: AssemblyState) -> None:
    """Refuse a move that the table does not list.

    Raises:
        RuleViolation: the assembly cannot go there from where it is.
    """
    if to not in MOVES[state]:
        raise RuleViolation(N_("총회를 지금 그렇게 바꿀 수 없습니다."))


def require_times(*, opens_at: datetime, closes_at: datetime, at: datetime, longest_days: int) -> None:
    """Refuse voting times that make no sense.

    Raises:
        InvalidInput: the end before the beginning, in the past, or longer than early voting may last.
    """
    if closes_at <= opens_at:
        raise InvalidInput(N_("투표가 끝나는 때가 시작하는 때보다 앞섭니다."), field="closes_on")
    if closes_at <= at:
        raise InvalidInput(N_("투표가 끝나는 때가 이미 지났습니다."), field="closes_on")
    if (closes_at - opens_at).days > longest_days:
        raise InvalidInput(N_("투표 기간은 %(n)s일을 넘을 수 없습니다."), field="closes_on", n=longest_days)


def least_turnout(share: Fraction, base: int) -> int:
    """Return how many must take part, rounded up (domain.md §2.3: 1000분의 5 of the population by default)."""
    return -((-share.numerator * base) // share.denominator)
