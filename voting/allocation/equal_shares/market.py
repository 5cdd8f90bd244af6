"""The market that both engines of Equal Shares work on: who supports what, what it costs, who wins a tie."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from voting.allocation.conditions import Conditions, Room
from voting.allocation.election import Election
from voting.allocation.outcome import SharesRun
from voting.allocation.scores import Support


@dataclass(frozen=True, slots=True)
class Market:
    """An election as Equal Shares sees it.

    Attributes:
        support: who supports what and how much; utility = scale · value.
        costs: per project.
        candidates: the projects that may be bought at all; each has a supporter.
        tie_ranks: per project its place in the tie order.
        new_room: makes the book of conditions for one run, or ``None`` when no purchase can forbid another.
    """

    support: Support
    costs: tuple[int, ...]
    candidates: tuple[int, ...]
    tie_ranks: tuple[int, ...]
    new_room: Callable[[], Room] | None

    @property
    def free(self) -> tuple[int, ...]:
        """Candidates that cost nothing, in tie order; every run buys them first, at price nought."""
        free = (position for position in self.candidates if self.costs[position] == 0)
        return tuple(sorted(free, key=lambda position: self.tie_ranks[position]))

    @property
    def priced(self) -> tuple[int, ...]:
        """Candidates that cost something."""
        return tuple(position for position in self.candidates if self.costs[position] > 0)


class Engine(Protocol):
    """What both engines do."""

    def run(self, endowment: Fraction) -> SharesRun:
        """Buy project after project until nobody can afford one, every voter starting with ``endowment``."""


def open_market(
    election: Election,
    support: Support,
    candidates: Sequence[int],
    tie_ranks: Sequence[int],
    conditions: Conditions,
) -> Market:
    """Make a market of the candidates that have a supporter and cost no more than the whole budget."""
    supported = support.supported

    def new_room() -> Room:
        return Room(election, conditions, budget=None)

    return Market(
        support=support,
        costs=tuple(project.cost for project in election.projects),
        candidates=tuple(
            position
            for position in candidates
            if position in supported and election.projects[position].cost <= election.budget
        ),
        tie_ranks=tuple(tie_ranks),
        new_room=new_room if conditions.restricts_combinations else None,
    )
