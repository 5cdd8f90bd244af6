"""Opinion groups: who is analysed, how many groups there are, and who stands in which.

Groups are the least stable thing an opinion round yields at village size; `voting.opinions.gate` decides whether they may
be shown at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from voting.opinions.chance import Purpose, uniforms
from voting.opinions.clusters import RESTARTS, Clusters, best_of_starts, distinct_rows, lloyd, silhouettes
from voting.opinions.errors import ImpossibleGroupCountError
from voting.opinions.projection import Mode
from voting.opinions.votes import Flags, Floats, Integers, VoteTable

MINIMUM_VOTES = 7
"""Votes after which a participant's position means something (fewer if there are fewer statements)."""
MINIMUM_ANALYSED = 15
"""If fewer qualify, those with most votes are added up to this number."""
MOST_GROUPS = 5
FEWEST_MEMBERS = 5
"""A group of fewer than five, or than a tenth of the analysed, is a handful of people, not an opinion group."""

_BASE_CLUSTERS = 100
_BASE_TOLERANCE = 0.01
_BASE_ITERATIONS = 100
_GROUP_ITERATIONS = 20


@dataclass(frozen=True, eq=False)
class Analysed:
    """Who takes part in grouping.

    Attributes:
        qualified: flag per participant: enough votes of their own.
        included: flag per participant: qualified, included before, or added to reach the minimum.
        required_votes: how many were enough.
    """

    qualified: Flags
    included: Flags
    required_votes: int


@dataclass(frozen=True, eq=False)
class Candidate:
    """One way of dividing the analysed participants.

    Attributes:
        count: the number of groups asked for.
        clusters: label of each analysed participant (in table order) and the groups' centres.
        silhouette: mean over participants (``madang``) or over base clusters, unweighted (``polis``).
    """

    count: int
    clusters: Clusters
    silhouette: float

    @property
    def sizes(self) -> Integers:
        """Members per group."""
        return np.bincount(self.clusters.labels, minlength=self.clusters.count)

    @property
    def has_only_real_groups(self) -> bool:
        """Whether every group has at least five members and a tenth of the analysed."""
        return int(self.sizes.min()) >= smallest_real_group(len(self.clusters.labels))


@dataclass(frozen=True, eq=False)
class Grouping:
    """All candidate divisions and the best of them.

    Attributes:
        base: base cluster of each analysed participant; in ``madang`` mode everyone is their own.
        candidates: one per number of groups, ascending; empty if the participants have no two distinct positions.
        best_count: number of groups of the best candidate; 1 if there is none.
    """

    base: Clusters
    candidates: tuple[Candidate, ...]
    best_count: int

    def candidate(self, count: int) -> Candidate | None:
        """Return the division into so many groups, if it was computed."""
        return next((candidate for candidate in self.candidates if candidate.count == count), None)


def smallest_real_group(analysed: int) -> int:
    """Return the least size a group needs: five, or a tenth of the analysed, rounded up."""
    return max(FEWEST_MEMBERS, -(-analysed // 10))


def select_analysed(table: VoteTable, *, used: Flags, mode: Mode, before: Iterable[int] = ()) -> Analysed:
    """Select the participants to group.

    Args:
        table: the votes.
        used: flag per statement. In ``madang`` mode only votes on these count; ``polis`` counts all votes.
        mode: see `Mode`.
        before: rows that earlier runs included; they stay.
    """
    counted = np.ones(len(table.columns), np.bool_) if mode == "polis" else used[table.columns]
    votes = np.bincount(table.rows[counted], minlength=len(table.participants))
    required = min(MINIMUM_VOTES, len(table.statements) if mode == "polis" else int(used.sum()))
    qualified = (votes >= required) & (votes > 0)
    included = qualified.copy()
    included[np.fromiter(before, np.int64)] = True
    missing = MINIMUM_ANALYSED - int(included.sum())
    if missing > 0:
        busiest = np.argsort(-votes, kind="stable")
        waiting = busiest[~included[busiest] & (votes[busiest] > 0)]
        included[waiting[:missing]] = True
    return Analysed(qualified, included, required)


def find_groups(
    points: Floats,
    *,
    mode: Mode,
    seed: int,
    stream: int = 0,
    count: int | None = None,
    start_centres: Floats | None = None,
) -> Grouping:
    """Divide the analysed participants in every admissible way.

    The best division has the largest mean silhouette, the fewest groups among equals. ``madang`` considers first the
    divisions into real groups only (`Candidate.has_only_real_groups`): a couple of outliers far away make the best
    silhouette and say nothing about the village.

    Args:
        points: shape (analysed, 2).
        mode: see `Mode`.
        seed: of the k-means++ starts.
        stream: which stream of that seed.
        count: compute and take this number of groups only.
        start_centres: shape (k, 2): begin from these centres, with k groups only.

    Raises:
        ImpossibleGroupCountError: ``count`` or the start is outside 2 … 5, or there are fewer distinct positions.
    """
    base = _base_clusters(points) if mode == "polis" else Clusters(np.arange(len(points)), points)
    distinct = len(distinct_rows(base.centres))
    if start_centres is not None:
        count = len(start_centres)
    if count is not None and not 2 <= count <= min(MOST_GROUPS, distinct):
        raise ImpossibleGroupCountError(f"{count} groups of {distinct} distinct positions")
    most = min(MOST_GROUPS, 2 + base.count // 12, distinct)
    counts = range(2, most + 1) if count is None else [count]
    divisions = [
        _divide(base, points, size, mode=mode, seed=seed, stream=stream, start=start_centres) for size in counts
    ]
    divisions = [(size, labels) for size, labels in divisions if len(labels) and labels.max() > 0]
    _, measured = silhouettes(base.centres, [labels for _, labels in divisions])
    candidates = tuple(
        Candidate(size, _with_means(points, labels[base.labels]), float(row.mean()))
        for (size, labels), row in zip(divisions, measured, strict=True)
    )
    return Grouping(base, candidates, _best(candidates, mode))


def _best(candidates: tuple[Candidate, ...], mode: Mode) -> int:
    real = tuple(candidate for candidate in candidates if candidate.has_only_real_groups)
    eligible = real if real and mode == "madang" else candidates
    if not eligible:
        return 1
    return max(eligible, key=lambda candidate: (round(candidate.silhouette, 9), -candidate.count)).count


def _base_clusters(points: Floats) -> Clusters:
    """Sum up participants in at most a hundred base clusters, as Polis does; their start is the first distinct rows."""
    if not len(points):
        return Clusters(np.zeros(0, np.int64), points)
    start = distinct_rows(points)[:_BASE_CLUSTERS]
    return lloyd(points, np.ones(len(points)), start, iterations=_BASE_ITERATIONS, tolerance=_BASE_TOLERANCE)


def _divide(
    base: Clusters, points: Floats, count: int, *, mode: Mode, seed: int, stream: int, start: Floats | None
) -> tuple[int, Integers]:
    """Return the group label of each base cluster."""
    if mode == "polis" or start is not None:
        weights = np.bincount(base.labels, minlength=base.count).astype(np.float64)
        initial = distinct_rows(base.centres)[:count] if start is None else start
        found = lloyd(base.centres, weights, initial, iterations=_GROUP_ITERATIONS, tolerance=_BASE_TOLERANCE)
        return count, found.labels
    chance = uniforms(seed, Purpose.CLUSTERS, stream * (MOST_GROUPS + 1) + count, size=RESTARTS * count)
    return count, best_of_starts(points, count, chance.reshape(RESTARTS, count)).labels


def _with_means(points: Floats, labels: Integers) -> Clusters:
    sizes = np.bincount(labels)
    centres = np.stack([np.bincount(labels, points[:, axis]) / sizes for axis in range(2)], axis=1)
    return Clusters(labels, centres)
