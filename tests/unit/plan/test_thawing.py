"""When a frozen version may be taken back: the whole table."""

from itertools import product

import pytest

from app.errors import InvalidInput, RuleViolation
from app.plan.rules import MOVES, PlanState, require_move, require_thaw


@pytest.mark.parametrize(
    ("state", "is_before_next", "is_adopted", "is_rejected"), list(product(PlanState, *([[False, True]] * 3)))
)
def test_a_version_is_taken_back_before_its_next_step_and_after_opinions_only_by_the_councils_no(
    state: PlanState, is_before_next: bool, is_adopted: bool, is_rejected: bool
):
    def ask() -> None:
        require_thaw(state, is_before_next=is_before_next, is_adopted=is_adopted, is_rejected=is_rejected)

    if state not in {PlanState.INSPECTION, PlanState.REVISED} or not is_before_next or is_adopted:
        with pytest.raises(RuleViolation):
            ask()
    elif state is PlanState.REVISED and not is_rejected:
        with pytest.raises(InvalidInput) as refusal:
            ask()
        assert refusal.value.field == "item"
    else:
        ask()
        require_move(state, PlanState.DRAFTING)


@pytest.mark.parametrize(("state", "to"), list(product(PlanState, PlanState)))
def test_a_plan_moves_only_as_the_table_says(state: PlanState, to: PlanState):
    if to in MOVES[state]:
        require_move(state, to)
    else:
        with pytest.raises(RuleViolation):
            require_move(state, to)
    assert to is not state or to not in MOVES[state]
