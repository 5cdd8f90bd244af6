"""Maximum welfare: the affordable set with the largest sum of scores. An exact 0/1 knapsack.

Among equally good sets the cheaper one wins, then the one that holds the project first in the tie order, then the
second, and so on: a linear-programming solver would pick one of them by accident, and the count could not be repeated.

The algorithm lists undominated (cost, score) pairs item by item (Nemhauser and Ullmann 1969) and drops those that even
a fractional filling could not lift to the best set known (Dantzig's bound).
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from itertools import accumulate
from math import lcm

from voting.allocation.conditions import Conditions, Refusal, Room
from voting.allocation.election import Election
from voting.allocation.errors import TooComplexError, UnsupportedConditionError
from voting.allocation.outcome import Outcome, Reason
from voting.allocation.rules.ranking import RankedList

MOST_STATES = 2_000_000
_Key = tuple[tuple[int, ...], ...]
_State = tuple[int, int, int]
"""(cost, −score, −preference): the smaller tuple is the better one at equal cost."""


@dataclass(frozen=True, slots=True)
class _Item:
    position: int
    cost: int
    score: int
    preference: int


def max_welfare(election: Election, ranked: RankedList, conditions: Conditions) -> Outcome:
    """Fund the best affordable set.

    Raises:
        UnsupportedConditionError: reserved places or part funding, which this rule does not know.
        TooComplexError: more than `MOST_STATES` undominated sets.
    """
    if conditions.part_funding or any(limit.at_least for limit in conditions.categories):
        raise UnsupportedConditionError("max-welfare knows neither part funding nor reserved places")
    items = _items(election, ranked)
    chosen = _best_set(election, items, conditions)
    room_left = election.budget - sum(election.projects[position].cost for position in chosen)
    for position in sorted(chosen, key=lambda p: (-ranked.scores[p], ranked.tie_ranks[p])):
        ranked.ledger.fund(position, Reason.BEST_SET)
    for position in ranked.candidates:
        if position in chosen:
            continue
        over = election.projects[position].cost > election.budget
        reason = Reason.OVER_BUDGET if over else Reason.NOT_IN_BEST_SET
        ranked.ledger.refuse(position, Refusal(reason), room_left)
    return ranked.ledger.outcome()


def _items(election: Election, ranked: RankedList) -> list[_Item]:
    scale = lcm(*(ranked.scores[position].denominator for position in ranked.candidates))
    items = [
        _Item(
            position=position,
            cost=election.projects[position].cost,
            score=int(ranked.scores[position] * scale),
            preference=1 << (len(election.projects) - ranked.tie_ranks[position]),
        )
        for position in ranked.candidates
        if election.projects[position].cost <= election.budget and ranked.scores[position] > 0
    ]
    # Best value for money first: then the bound is tight early.
    return sorted(items, key=lambda item: (item.cost > 0, -Fraction(item.score, item.cost or 1), -item.preference))


def _best_set(election: Election, items: Sequence[_Item], conditions: Conditions) -> frozenset[int]:
    bound = _FractionalBound(items, election.budget)
    floor = _plain_filling(election, items, conditions)
    tracker = _Tracker(election, conditions)
    states: dict[_Key, list[_State]] = {tracker.start: [(0, 0, 0)]}
    for place, item in enumerate(items):
        grown: dict[_Key, list[list[_State]]] = {key: [row] for key, row in states.items()}
        for key, row in states.items():
            after = tracker.after(key, item)
            if after is not None:
                larger = [
                    (cost + item.cost, worth - item.score, preference - item.preference)
                    for cost, worth, preference in row
                    if cost + item.cost <= election.budget
                ]
                grown.setdefault(after, []).append(larger)
        states = {}
        for key, rows in grown.items():
            kept = _undominated(merge(*rows))
            kept = [state for state in kept if bound.reach(place + 1, state) >= floor]
            if kept:
                states[key] = kept
        if sum(map(len, states.values())) > MOST_STATES:
            raise TooComplexError(f"more than {MOST_STATES} sets would have to be kept to be certain of the best one")
    best = min((worth, cost, preference) for row in states.values() for cost, worth, preference in row)
    return frozenset(item.position for item in items if -best[2] & item.preference)


def _undominated(states: Iterable[_State]) -> list[_State]:
    """Keep what is better than everything that costs as much or less; the input comes by rising cost."""
    kept: list[_State] = []
    for state in states:
        if not kept or state[1] < kept[-1][1]:
            kept.append(state)
    return kept


def _plain_filling(election: Election, items: Sequence[_Item], conditions: Conditions) -> int:
    """Return the score of a set found by simple filling: the best set is at least as good."""
    room = Room(election, conditions, budget=election.budget)
    score = 0
    for item in items:
        if room.refusal(item.position) is None:
            room.take(item.position)
            score += item.score
    return score


class _FractionalBound:
    """An upper limit on what the remaining items can add, as if the last one could be cut (Dantzig 1957)."""

    def __init__(self, items: Sequence[_Item], budget: int) -> None:
        self._items = items
        self._budget = budget
        self._costs = [0, *accumulate(item.cost for item in items)]
        self._scores = [0, *accumulate(item.score for item in items)]

    def reach(self, first: int, state: _State) -> int:
        """Return the largest score that ``state`` can reach with items from ``first`` on, rounded up."""
        left = self._budget - state[0]
        whole = bisect_right(self._costs, self._costs[first] + left) - 1
        score = self._scores[whole] - self._scores[first]
        if whole < len(self._items):
            item = self._items[whole]
            rest = left - (self._costs[whole] - self._costs[first])
            score += -(-item.score * rest // item.cost) if item.cost else 0
        return score - state[1]


class _Tracker:
    """What must be remembered of a set so that conditions can be checked: only sets that agree in it are compared."""

    def __init__(self, election: Election, conditions: Conditions) -> None:
        self._projects = election.projects
        self._conditions = conditions
        self._rivals = [
            frozenset(election.position(project_id) for project_id in group) for group in conditions.exclusive
        ]
        self._count_all = conditions.winners_at_most is not None
        self.start: _Key = ((0,), (0,) * len(self._rivals), (0,) * (2 * len(conditions.categories)))

    def after(self, key: _Key, item: _Item) -> _Key | None:
        """Return what is remembered once ``item`` is added, or ``None`` when the conditions forbid it."""
        (count,), groups, categories = key
        if self._count_all:
            count += 1
            if count > (self._conditions.winners_at_most or 0):
                return None
        used = list(groups)
        for place, group in enumerate(self._rivals):
            if item.position in group:
                if used[place]:
                    return None
                used[place] = 1
        totals = list(categories)
        for place, limit in enumerate(self._conditions.categories):
            if limit.category in self._projects[item.position].categories:
                if limit.at_most is not None:
                    totals[2 * place] += 1
                    if totals[2 * place] > limit.at_most:
                        return None
                if limit.cost_at_most is not None:
                    totals[2 * place + 1] += item.cost
                    if totals[2 * place + 1] > limit.cost_at_most:
                        return None
        return ((count,), tuple(used), tuple(totals))
