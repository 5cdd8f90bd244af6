"""Clusters of points in the plane: k-means in two manners, silhouettes, agreement between partitions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from voting.opinions.votes import Floats, Integers

RESTARTS = 10
_ITERATIONS = 100
_CHUNK = 64
SILHOUETTE_ROWS = 2000
"""Above this many points the mean silhouette is taken over so many evenly spaced ones, against all."""


@dataclass(frozen=True, eq=False)
class Clusters:
    """A partition of points.

    Attributes:
        labels: cluster of each point, 0 … k−1, none empty.
        centres: shape (k, 2), the means.
    """

    labels: Integers
    centres: Floats

    @property
    def count(self) -> int:
        """How many clusters."""
        return len(self.centres)


def distinct_rows(points: Floats) -> Floats:
    """Return the distinct points in the order of their first appearance."""
    if not len(points):
        return points
    _, first = np.unique(points, axis=0, return_index=True)
    return points[np.sort(first)]


def lloyd(points: Floats, weights: Floats, start: Floats, *, iterations: int, tolerance: float) -> Clusters:
    """Weighted k-means from given centres (S. P. Lloyd, 1982); clusters that end empty are left out.

    Args:
        points: shape (n, 2), n ≥ 1.
        weights: how many participants each point stands for.
        start: shape (k, 2).
        iterations: at most so many.
        tolerance: stop as soon as every centre moves by less.
    """
    centres = start.astype(np.float64)
    labels = np.zeros(len(points), np.int64)
    for _ in range(iterations):
        labels = _nearest(points, centres)
        mass = np.bincount(labels, weights, minlength=len(centres))
        filled = mass > 0
        moved = centres.copy()
        for axis in range(2):
            sums = np.bincount(labels, weights * points[:, axis], minlength=len(centres))
            moved[filled, axis] = sums[filled] / mass[filled]
        shift = float(np.sqrt(np.square(moved - centres).sum(axis=1)).max())
        centres = moved
        if shift < tolerance:
            break
    kept, labels = np.unique(labels, return_inverse=True)
    return Clusters(labels.astype(np.int64), centres[kept])


def best_of_starts(points: Floats, count: int, chance: Floats) -> Clusters:
    """K-means++ from several starts at once, each to its fixed point; the least sum of squares wins, the first of equals.

    D. Arthur, S. Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007.

    Args:
        points: shape (n, 2) with at least ``count`` distinct points.
        count: number of clusters.
        chance: shape (starts, count), uniform in [0, 1).
    """
    across, down = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    centres = _careful_seeds(points, count, chance)
    starts = len(centres)
    labels = np.full((starts, len(points)), -1, np.int64)
    active = np.arange(starts)
    for _ in range(_ITERATIONS):
        found, _ = _assign(across, down, centres[active])
        changed = (found != labels[active]).any(axis=1)
        labels[active] = found
        active = active[changed]
        if not len(active):
            break
        centres[active] = _means(across, down, labels[active], centres[active])
    labels, distances = _assign(across, down, centres)
    best = int(np.argmin(np.round(distances.sum(axis=1), 9)))
    kept, compact = np.unique(labels[best], return_inverse=True)
    return Clusters(compact.astype(np.int64), centres[best][kept])


def silhouettes(points: Floats, labellings: Sequence[Integers]) -> tuple[Integers, Floats]:
    """Return the silhouettes (P. J. Rousseeuw, 1987) of points under several labellings.

    s = (b − a)/max(a, b), where a is the mean distance to the own cluster's other points and b the least mean distance to
    another cluster's; 0 for a cluster of one, and where there is only one cluster.

    Args:
        points: shape (n, 2).
        labellings: labels 0 … k−1, each cluster non-empty.

    Returns:
        The rows evaluated (all, or `SILHOUETTE_ROWS` evenly spaced ones), and an array (labellings, rows).
    """
    number = len(points)
    rows = np.arange(number)
    if number > SILHOUETTE_ROWS:
        rows = np.arange(SILHOUETTE_ROWS) * number // SILHOUETTE_ROWS
    result = np.zeros((len(labellings), len(rows)))
    if not number or not len(labellings):
        return rows, result
    # Points that share their labels in every labelling stand side by side: their distances are summed once for all.
    cells, cell_of = np.unique(np.stack(labellings, axis=1), axis=0, return_inverse=True)
    order = np.argsort(cell_of, kind="stable")
    firsts = np.searchsorted(cell_of[order], np.arange(len(cells)))
    across, down = points[order, 0], points[order, 1]
    belongs = [
        cells[:, index] == np.arange(cells[:, index].max() + 1)[:, np.newaxis] for index in range(len(labellings))
    ]
    for first in range(0, len(rows), _CHUNK):
        chunk = rows[first : first + _CHUNK]
        distance = np.square(np.subtract.outer(points[chunk, 0], across))
        distance += np.square(np.subtract.outer(points[chunk, 1], down))
        sums = np.add.reduceat(np.sqrt(distance, out=distance), firsts, axis=1)
        for index, labels in enumerate(labellings):
            per_cluster = np.einsum("rc,kc->rk", sums, belongs[index].astype(np.float64))
            result[index, first : first + _CHUNK] = _silhouette(per_cluster, np.bincount(labels), labels[chunk])
    return rows, result


def adjusted_rand_index(one: Integers, other: Integers) -> float:
    """Return the agreement of two partitions of the same points, 1 for equal, about 0 for unrelated.

    L. Hubert, P. Arabie, "Comparing partitions", 1985. Two partitions that are both trivial agree perfectly.
    """
    _, first = np.unique(one, return_inverse=True)
    _, second = np.unique(other, return_inverse=True)
    if not len(first):
        return 1.0
    width = int(second.max()) + 1
    table = np.bincount(first * width + second).astype(np.float64)
    joint, rows, columns = (_pairs(counts) for counts in (table, np.bincount(first), np.bincount(second)))
    every = _pairs(np.array([len(first)]))
    expected = rows * columns / every if every else 0.0
    greatest = (rows + columns) / 2
    return 1.0 if greatest == expected else (joint - expected) / (greatest - expected)


def _pairs(counts: Floats | Integers) -> float:
    numbers = counts.astype(np.float64)
    return float((numbers * (numbers - 1) / 2).sum())


def _silhouette(sums: Floats, sizes: Integers, own: Integers) -> Floats:
    index = np.arange(len(own))
    if len(sizes) < 2:
        return np.zeros(len(own))
    others = sums / sizes
    inside = sums[index, own] / np.maximum(sizes[own] - 1, 1)
    others[index, own] = np.inf
    outside = others.min(axis=1)
    widest = np.maximum(inside, outside)
    alone = (sizes[own] == 1) | (widest == 0)
    result: Floats = np.where(alone, 0.0, (outside - inside) / np.where(alone, 1.0, widest))
    return result


def _nearest(points: Floats, centres: Floats) -> Integers:
    distance = np.subtract.outer(points[:, 0], centres[:, 0]) ** 2
    distance += np.subtract.outer(points[:, 1], centres[:, 1]) ** 2
    nearest: Integers = distance.argmin(axis=1)
    return nearest


def _careful_seeds(points: Floats, count: int, chance: Floats) -> Floats:
    """Draw k-means++ starting centres: shape (starts, count, 2)."""
    number = len(points)
    centres = np.empty((len(chance), count, 2))
    centres[:, 0] = points[(chance[:, 0] * number).astype(np.int64)]
    distance = np.full((len(chance), number), np.inf)
    for index in range(1, count):
        latest = centres[:, index - 1]
        square = np.subtract.outer(latest[:, 0], points[:, 0]) ** 2
        square += np.subtract.outer(latest[:, 1], points[:, 1]) ** 2
        np.minimum(distance, square, out=distance)
        reached = np.cumsum(distance, axis=1)
        wanted = chance[:, index, np.newaxis] * reached[:, -1:]
        # The first point whose cumulated square exceeds the draw; a point of distance zero is never taken.
        centres[:, index] = points[np.minimum((reached <= wanted).sum(axis=1), number - 1)]
    return centres


def _assign(across: Floats, down: Floats, centres: Floats) -> tuple[Integers, Floats]:
    """Return each point's nearest centre and its squared distance, per start; the lower index wins a tie."""
    labels = np.zeros((len(centres), len(across)), np.int64)
    least, distance, square = np.empty((3, *labels.shape))
    for index in range(centres.shape[1]):
        current = distance if index else least
        np.subtract(across, centres[:, index, 0, np.newaxis], out=current)
        np.square(current, out=current)
        np.subtract(down, centres[:, index, 1, np.newaxis], out=square)
        np.square(square, out=square)
        current += square
        if index:
            np.putmask(labels, distance < least, index)
            np.minimum(least, distance, out=least)
    return labels, least


def _means(across: Floats, down: Floats, labels: Integers, centres: Floats) -> Floats:
    moved = centres.copy()
    for start, own in enumerate(labels):
        mass = np.bincount(own, minlength=centres.shape[1])
        filled = mass > 0
        for axis, coordinate in enumerate((across, down)):
            sums = np.bincount(own, coordinate, minlength=centres.shape[1])
            moved[start, filled, axis] = sums[filled] / mass[filled]
    return moved
