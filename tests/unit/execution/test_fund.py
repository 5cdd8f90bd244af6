"""The village fund gives only what it has received."""

import itertools

import pytest

from app.errors import RuleViolation
from app.execution.rules.fund import PLEDGE_MOVES, Fund, PledgeState, require_allocation, require_pledge_move


@pytest.mark.parametrize(("state", "to"), list(itertools.product(PledgeState, PledgeState)))
def test_pledges_move_as_the_table_says(state: PledgeState, to: PledgeState):
    if to in PLEDGE_MOVES[state]:
        require_pledge_move(state, to)
    else:
        with pytest.raises(RuleViolation):
            require_pledge_move(state, to)


def test_what_is_only_promised_cannot_be_given():
    fund = Fund(promised_won=9_000, received_won=5_000, allocated_won=3_000)
    require_allocation(fund, 2_000)
    with pytest.raises(RuleViolation):
        require_allocation(fund, 2_001)
