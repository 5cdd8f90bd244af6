"""Rules of the village fund: promised, received, given to projects. Pure. No money moves through this software."""

from dataclasses import dataclass
from enum import StrEnum

from app.errors import RuleViolation
from app.i18n import N_


class PledgeState(StrEnum):
    """Where a pledge stands."""

    PROMISED = "promised"
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"


PLEDGE_STATE_NAMES: dict[PledgeState, str] = {
    PledgeState.PROMISED: N_("약속함"),
    PledgeState.RECEIVED: N_("받음"),
    PledgeState.WITHDRAWN: N_("거둠"),
}
PLEDGE_MOVES: dict[PledgeState, frozenset[PledgeState]] = {
    PledgeState.PROMISED: frozenset({PledgeState.RECEIVED, PledgeState.WITHDRAWN}),
    PledgeState.RECEIVED: frozenset(),
    PledgeState.WITHDRAWN: frozenset(),
}


def require_pledge_move(state: PledgeState, to: PledgeState) -> None:
    """Refuse a move that the table does not list.

    Raises:
        RuleViolation: the pledge was received or taken back already.
    """
    if to not in PLEDGE_MOVES[state]:
        raise RuleViolation(N_("이미 받았거나 거둔 약속입니다."))


@dataclass(frozen=True)
class Fund:
    """The village fund of a year, in whole won.

    Attributes:
        promised_won: pledged and not yet received.
        received_won: received, with a document.
        allocated_won: planned for the year's projects of the fund.
        paid_won: paid by these projects.
    """

    promised_won: int = 0
    received_won: int = 0
    allocated_won: int = 0
    paid_won: int = 0

    @property
    def free_won(self) -> int:
        """What was received and is not given to any project."""
        return self.received_won - self.allocated_won


def require_allocation(fund: Fund, cost_won: int) -> None:
    """Refuse to give a project more than the fund has received: a promise is no money yet.

    Raises:
        RuleViolation: it would.
    """
    if cost_won > fund.free_won:
        raise RuleViolation(
            N_("받은 마을기금에서 나눌 수 있는 돈은 %(free)s원입니다. 약속만 한 돈은 아직 나눌 수 없습니다."),
            free=f"{max(fund.free_won, 0):,}",
        )
