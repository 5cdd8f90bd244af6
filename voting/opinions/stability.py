"""How stable groups are: leave out a tenth of the people, group the others again, compare.

Measured on published rounds, the mean adjusted Rand index lies between 0.5 and 1.0 at village size; a single run says
nothing about which of these it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from voting.opinions.chance import Purpose, uniforms
from voting.opinions.clusters import adjusted_rand_index
from voting.opinions.grouping import find_groups
from voting.opinions.projection import Mode, Projection, project
from voting.opinions.votes import Flags, Integers, VoteTable

RESAMPLES = 20


@dataclass(frozen=True)
class Stability:
    """Agreement (adjusted Rand index) of the groups with those found without a tenth of the people.

    Attributes:
        indices: one per resample.
        counts: the number of groups found in each; 1 if there were none to find.
    """

    indices: tuple[float, ...]
    counts: tuple[int, ...]

    @property
    def mean(self) -> float:
        """The mean index, which the gate looks at."""
        return sum(self.indices) / len(self.indices)

    @property
    def least(self) -> float:
        """The worst index."""
        return min(self.indices)


def measure_stability(
    table: VoteTable,
    projection: Projection,
    *,
    included: Flags,
    labels: Integers,
    mode: Mode,
    seed: int,
    count: int | None,
    resamples: int = RESAMPLES,
) -> Stability | None:
    """Group again ``resamples`` times without a tenth of the analysed participants, rounded up.

    Args:
        table: the votes.
        projection: of the whole table, from whose components each resample starts.
        included: flag per participant: analysed.
        labels: groups of the analysed participants, in table order.
        mode: as in the analysis.
        seed: of the choice of people and of the clusters' starts.
        count: a forced number of groups, or None.
        resamples: how often.

    Returns:
        None if nothing was asked for, or there are fewer than three people.
    """
    analysed = np.flatnonzero(included)
    if resamples <= 0 or len(analysed) < 3:
        return None
    indices, counts = [], []
    for number, kept in enumerate(_resampled(len(analysed), seed, resamples), start=1):
        people = np.ones(len(included), np.bool_)
        people[analysed[~kept]] = False
        nearby = project(table, used=projection.used, mode=mode, seed=seed, people=people, start=projection.components)
        points = nearby.positions[analysed[kept]]
        possible = count is None or len(np.unique(points, axis=0)) >= count
        grouping = find_groups(points, mode=mode, seed=seed, stream=number, count=count if possible else None)
        best = grouping.candidate(grouping.best_count)
        found = np.zeros(len(points), np.int64) if best is None else best.clusters.labels
        indices.append(adjusted_rand_index(labels[kept], found))
        counts.append(grouping.best_count)
    return Stability(tuple(indices), tuple(counts))


def _resampled(number: int, seed: int, resamples: int) -> Iterator[Flags]:
    left_out = -(-number // 10)
    for resample in range(1, resamples + 1):
        kept = np.ones(number, np.bool_)
        order = np.argsort(uniforms(seed, Purpose.RESAMPLING, resample, size=number), kind="stable")
        kept[order[:left_out]] = False
        yield kept
