"""Walking down a list and funding what fits: the common step of all greedy rules."""

from collections.abc import Sequence
from fractions import Fraction

from voting.allocation.conditions import Conditions, Refusal, Room
from voting.allocation.election import Election
from voting.allocation.outcome import Outcome, Reason
from voting.allocation.rules.ledger import Ledger


def in_order(candidates: Sequence[int], keys: Sequence[Fraction], ranks: Sequence[int]) -> list[int]:
    """Return candidates by falling key; equal keys by their place in the tie order."""
    return sorted(candidates, key=lambda position: (-keys[position], ranks[position]))


def walk(
    election: Election,
    order: Sequence[int],
    ledger: Ledger,
    conditions: Conditions,
    *,
    stop_at_first_overflow: bool = False,
) -> Outcome:
    """Fund projects in a given order while the money lasts.

    Places reserved by a category's ``at_least`` are filled first, in the same order. A project that does not fit is
    passed over; with ``stop_at_first_overflow`` the first one whose cost exceeds what is left ends the count.

    Args:
        election: projects and budget.
        order: positions of all projects not refused yet, best first.
        ledger: where decisions go; refusals already in it stay.
        conditions: what may be funded together.
        stop_at_first_overflow: whether to stop rather than to pass over.
    """
    room = Room(election, conditions, budget=election.budget)
    reserved = _fill_reserved_places(election, order, ledger, conditions, room)
    stopper: int | None = None
    for position in order:
        if position in reserved:
            continue
        if stopper is not None:
            ledger.refuse(position, Refusal(Reason.AFTER_STOP, (stopper,)), room.left)
            continue
        left = room.left
        refusal = room.refusal(position)
        if refusal is None:
            room.take(position)
            ledger.fund(position, Reason.RANKED, money_left=left)
            continue
        part = room.part(position) if _is_about_money(refusal) else None
        if part is not None:
            room.take(position, part)
            ledger.fund(position, Reason.PARTLY, part, money_left=left)
            continue
        ledger.refuse(position, refusal, left)
        if stop_at_first_overflow and refusal.reason in {Reason.DOES_NOT_FIT, Reason.OVER_BUDGET}:
            stopper = position
    return ledger.outcome()


def _is_about_money(refusal: Refusal) -> bool:
    return refusal.reason in {Reason.DOES_NOT_FIT, Reason.OVER_BUDGET, Reason.CATEGORY_SPENT}


def _fill_reserved_places(
    election: Election, order: Sequence[int], ledger: Ledger, conditions: Conditions, room: Room
) -> set[int]:
    reserving = {limit.category: limit.at_least for limit in conditions.categories if limit.at_least}
    filled: set[int] = set()
    for position in order if reserving else ():
        wanted = any(
            room.taken_in(category) < reserving[category]
            for category in election.projects[position].categories
            if category in reserving
        )
        if wanted and room.refusal(position) is None:
            ledger.fund(position, Reason.RESERVED, money_left=room.left)
            room.take(position)
            filled.add(position)
    return filled
