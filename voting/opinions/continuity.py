"""What a live round remembers from run to run, so that groups do not flicker.

Nothing of this enters a frozen final run: that is a function of the votes alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from voting.encoding import JSON
from voting.opinions.errors import MalformedRunError
from voting.opinions.grouping import MOST_GROUPS
from voting.opinions.votes import Id, Integers, id_key

RUNS_TO_ADOPT = 4
"""A new number of groups is adopted after it was the best so many times in a row."""


@dataclass(frozen=True)
class Memory:
    """What one run leaves to the next.

    Attributes:
        analysed: participants included so far; once in, always in.
        groups: members per label.
        count: the number of groups in use.
        candidate_count: the number that was best in the last run.
        times_best: in how many runs in a row.
    """

    analysed: frozenset[Id]
    groups: Mapping[int, frozenset[Id]]
    count: int
    candidate_count: int
    times_best: int

    def to_json(self) -> dict[str, JSON]:
        """Return the memory as a JSON object, for a round to store between its runs."""
        return {
            "analysed": _sorted(self.analysed),
            "groups": {str(label): _sorted(members) for label, members in sorted(self.groups.items())},
            "count": self.count,
            "candidate_count": self.candidate_count,
            "times_best": self.times_best,
        }

    @classmethod
    def from_json(cls, stored: JSON) -> "Memory":
        """Return the memory that `to_json` wrote.

        Raises:
            MalformedRunError: it is something else.
        """
        match stored:
            case {
                "analysed": list(analysed),
                "groups": dict(groups),
                "count": int(count),
                "candidate_count": int(candidate_count),
                "times_best": int(times_best),
            }:
                named = {_label(label): _ids(members) for label, members in groups.items()}
                return cls(_ids(analysed), named, count, candidate_count, times_best)
            case _:
                raise MalformedRunError("not the memory of an opinion round")


@dataclass(frozen=True)
class SmoothedCount:
    """The number of groups to use now, and the run of the challenger."""

    count: int
    candidate_count: int
    times_best: int


def smooth_count(best_count: int, available: Sequence[int], memory: Memory | None) -> SmoothedCount:
    """Keep the number of groups until another was the best four times in a row.

    Args:
        best_count: the best number in this run.
        available: numbers for which this run has a division.
        memory: of the run before, None for the first, which adopts its best.
    """
    if memory is None:
        return SmoothedCount(best_count, best_count, 1)
    repeated = best_count == memory.candidate_count
    times = memory.times_best + 1 if repeated else 1
    # The count in use is impossible now (its participants left, or there was none before): there is nothing to keep.
    adopt = times >= RUNS_TO_ADOPT or memory.count not in available
    return SmoothedCount(best_count if adopt else memory.count, best_count, times)


def labels_by_size(labels: Integers) -> dict[int, int]:
    """Name the groups 0, 1, 2 … by falling size; of equals, the one whose first member came first."""
    found, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    return {int(found[group]): name for name, group in enumerate(order.tolist())}


def labels_by_overlap(members: Mapping[int, frozenset[Id]], before: Mapping[int, frozenset[Id]]) -> dict[int, int]:
    """Name the groups after those of the run before, so that as many people as possible keep their group's name.

    Groups that match none take the smallest free names, the larger group first.
    """
    current = sorted(members, key=lambda group: (-len(members[group]), group))
    names = sorted({*before, *range(MOST_GROUPS)})
    nobody: frozenset[Id] = frozenset()

    def kept(assignment: tuple[int, ...]) -> int:
        return sum(
            len(members[group] & before.get(name, nobody)) for group, name in zip(current, assignment, strict=True)
        )

    # permutations() is lexicographic and max() keeps the first of equals: free names are taken from the smallest.
    best = max(permutations(names, len(current)), key=kept)
    return dict(zip(current, best, strict=True))


def _sorted(ids: frozenset[Id]) -> list[JSON]:
    ordered: list[Id] = sorted(ids, key=id_key)
    return [*ordered]


def _ids(values: JSON) -> frozenset[Id]:
    if not isinstance(values, list):
        raise MalformedRunError("the ids of a memory are not a list")
    ids = [value for value in values if isinstance(value, str) or type(value) is int]
    if len(ids) != len(values):
        raise MalformedRunError("a memory holds something that is not an id")
    return frozenset(ids)


def _label(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise MalformedRunError("a group's label is not a number")
    return int(text)
