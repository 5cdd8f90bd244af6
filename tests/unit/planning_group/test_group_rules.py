"""Rules of the planning group."""

from datetime import timedelta
from itertools import product

import pytest

from app.errors import InvalidInput, RuleViolation
from app.planning_group.rules import MOVES, MemberState, require_move, require_period, require_seat
from tests.conftest import NOW


@pytest.mark.parametrize(("present", "wanted"), list(product(MemberState, MemberState)))
def test_every_move_is_as_the_table_says(present: MemberState, wanted: MemberState):
    if wanted in MOVES[present]:
        require_move(present, wanted)
    else:
        with pytest.raises(RuleViolation):
            require_move(present, wanted)


def test_only_an_applicant_becomes_a_member():
    assert [state for state, moves in MOVES.items() if MemberState.MEMBER in moves] == [MemberState.APPLIED]


def test_a_call_ends_after_it_begins():
    require_period(NOW, NOW + timedelta(days=1))
    with pytest.raises(InvalidInput):
        require_period(NOW, NOW)


@pytest.mark.parametrize(("members", "seats", "free"), [(0, 1, True), (1, 1, False), (2, 1, False), (999, 0, True)])
def test_places_are_counted(*, members: int, seats: int, free: bool):
    if free:
        require_seat(members=members, seats=seats)
    else:
        with pytest.raises(RuleViolation):
            require_seat(members=members, seats=seats)
