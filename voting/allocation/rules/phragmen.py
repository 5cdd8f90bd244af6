"""Sequential Phragmén: the cost of a project is a load that its supporters carry, spread as evenly as can be.

Every voter earns at the same pace; a project is funded as soon as its supporters together have earned its cost
(Brill, Freeman, Janson and Lackner 2017; with costs: Los, Christoff and Grossi 2022). Project c would raise the load of
its supporters to (cost(c) + Σ their loads) / supporters; the smallest such load is next.

Our stopping rule: a project that no longer fits is set aside and the count goes on, and nothing that nobody supports
is funded. ``pabutools=True`` counts as that library does, for comparison with published sets.
"""

from collections.abc import Sequence
from math import gcd

from voting.allocation.conditions import Conditions, Refusal, Room
from voting.allocation.election import Election
from voting.allocation.errors import UnsupportedConditionError
from voting.allocation.outcome import Outcome, Reason
from voting.allocation.rules.ranking import RankedList
from voting.allocation.scores import Support


class Loads:
    """The loads of all voters, exact: whole numbers over one common denominator.

    All supporters of a funded project carry the same load afterwards, so there are never more different loads than
    funded projects; per project only the sum of its supporters' loads is kept.
    """

    def __init__(self, support: Support, projects: int) -> None:
        self._support = support
        self.supporters = [0] * projects
        self._ballots_of: list[list[int]] = [[] for _ in range(projects)]
        for ballot, (named, count) in enumerate(zip(support.projects, support.counts, strict=True)):
            for position in named:
                self.supporters[position] += count
                self._ballots_of[position].append(ballot)
        self._unit = 1
        self._loads = [0]
        self._load_of = [0] * len(support.counts)
        self._sums = [0] * projects

    def numerator(self, position: int, cost: int) -> int:
        """Return the load after funding, times supporters, in units common to all projects."""
        return cost * self._unit + self._sums[position]

    def fund(self, position: int, cost: int) -> None:
        """Put the cost of a project on its supporters."""
        numerator, supporters = self.numerator(position, cost), self.supporters[position]
        finer = supporters // gcd(numerator, supporters)
        self._unit *= finer
        self._loads = [load * finer for load in self._loads]
        self._sums = [load * finer for load in self._sums]
        self._loads.append(numerator * finer // supporters)
        newest = len(self._loads) - 1
        moved: dict[tuple[int, int], int] = {}
        for ballot in self._ballots_of[position]:
            old = self._load_of[ballot]
            self._load_of[ballot] = newest
            count = self._support.counts[ballot]
            for other in self._support.projects[ballot]:
                moved[other, old] = moved.get((other, old), 0) + count
        for (other, old), count in moved.items():
            self._sums[other] += count * (self._loads[newest] - self._loads[old])


def phragmen(election: Election, ranked: RankedList, support: Support, conditions: Conditions) -> Outcome:
    """Fund by rising load; set aside what no longer fits.

    Raises:
        UnsupportedConditionError: reserved places or part funding, which this rule does not know.
    """
    if conditions.part_funding or any(limit.at_least for limit in conditions.categories):
        raise UnsupportedConditionError("phragmen knows neither part funding nor reserved places")
    loads = Loads(support, len(election.projects))
    room = Room(election, conditions, budget=election.budget)
    # Without a minimum of votes an unsupported project may be a candidate; its load would be infinite.
    waiting = [position for position in ranked.candidates if loads.supporters[position]]
    for position in set(ranked.candidates) - set(waiting):
        ranked.ledger.refuse(position, Refusal(Reason.NO_SUPPORT))
    while waiting:
        best = _least_loaded(election, loads, waiting, ranked.tie_ranks)[0]
        waiting.remove(best)
        refusal = room.refusal(best)
        if refusal is not None:
            ranked.ledger.refuse(best, refusal, room.left)
            continue
        ranked.ledger.fund(best, Reason.RANKED, money_left=room.left)
        room.take(best)
        loads.fund(best, election.projects[best].cost)
    return ranked.ledger.outcome()


def phragmen_as_pabutools(election: Election, ranked: RankedList, support: Support) -> Outcome:
    """Fund as pabutools 1.2 does, and list the result by id.

    Projects dearer than the whole budget are left out; when every remaining project lacks support they are all tied;
    the count ends as soon as any of the tied projects does not fit.
    """
    loads = Loads(support, len(election.projects))
    left = election.budget
    waiting = [position for position in ranked.candidates if election.projects[position].cost <= election.budget]
    for position in set(ranked.candidates) - set(waiting):
        ranked.ledger.refuse(position, Refusal(Reason.OVER_BUDGET), left)
    funded: list[tuple[int, int]] = []
    while waiting:
        supported = [position for position in waiting if loads.supporters[position]]
        tied = _least_loaded(election, loads, supported, ranked.tie_ranks) if supported else list(waiting)
        tied.sort(key=lambda position: ranked.tie_ranks[position])
        too_dear = [position for position in tied if election.projects[position].cost > left]
        if too_dear:
            for position in waiting:
                reason = Reason.DOES_NOT_FIT if position in too_dear else Reason.AFTER_STOP
                ranked.ledger.refuse(position, Refusal(reason, tuple(too_dear)), left)
            break
        best = tied[0]
        waiting.remove(best)
        funded.append((best, left))
        left -= election.projects[best].cost
        if loads.supporters[best]:
            loads.fund(best, election.projects[best].cost)
    for position, money_left in sorted(funded, key=lambda entry: election.projects[entry[0]].id):
        ranked.ledger.fund(position, Reason.RANKED, money_left=money_left)
    return ranked.ledger.outcome()


def _least_loaded(election: Election, loads: Loads, waiting: Sequence[int], ranks: Sequence[int]) -> list[int]:
    """Return the projects of smallest load, in tie order."""
    best: list[int] = []
    best_numerator, best_supporters = 0, 1
    for position in waiting:
        numerator = loads.numerator(position, election.projects[position].cost)
        supporters = loads.supporters[position]
        left, right = numerator * best_supporters, best_numerator * supporters
        if not best or left < right:
            best, best_numerator, best_supporters = [position], numerator, supporters
        elif left == right:
            best.append(position)
    return sorted(best, key=lambda position: ranks[position])
