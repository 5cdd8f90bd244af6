"""Every state, every step: what the tables do not have is refused."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import pytest

from app.council.rules import calls, dismissal, meetings, membership, training
from app.errors import RuleViolation

TABLES: list[tuple[dict[Any, Any], Callable[[Any, Any], None]]] = [
    (calls.CALL_MOVES, calls.require_call_move),
    (calls.APPLICATION_MOVES, calls.require_application_move),
    (membership.MEMBER_MOVES, membership.require_member_move),
    (membership.LIST_MOVES, membership.require_list_move),
    (meetings.MEETING_MOVES, meetings.require_meeting_move),
    (training.COURSE_MOVES, training.require_course_move),
    (dismissal.MOTION_MOVES, dismissal.require_motion_move),
]
PAIRS = [(table, require, now, new) for table, require in TABLES for now in table for new in type(now)]


@pytest.mark.parametrize(
    ("table", "require", "now", "new"), PAIRS, ids=[f"{type(p[2]).__name__}-{p[2]}-{p[3]}" for p in PAIRS]
)
def test_a_step_is_taken_exactly_when_the_table_has_it(
    table: dict[Any, Any], require: Callable[[Any, Any], None], now: StrEnum, new: StrEnum
):
    if new in table[now]:
        require(now, new)
    else:
        with pytest.raises(RuleViolation):
            require(now, new)


@pytest.mark.parametrize("table", [table for table, _ in TABLES], ids=lambda t: type(next(iter(t))).__name__)
def test_every_state_is_in_its_table(table: dict[Any, Any]):
    assert set(table) == set(type(next(iter(table))))


def test_nobody_leaves_a_settled_application():
    settled = {calls.ApplicationState.APPOINTED, calls.ApplicationState.DECLINED, calls.ApplicationState.EXPIRED}
    assert all(not calls.APPLICATION_MOVES[state] for state in settled)
