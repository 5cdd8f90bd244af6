"""The same ballots as flat arrays, one entry for every project that a ballot names. Needs numpy; nothing is rounded.

Sums are made in double precision, which counts whole numbers exactly up to 2⁵³; whoever asks for larger ones is refused.
"""

from collections.abc import Sequence
from copy import copy
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

EXACT = 2**53
"""Floats hold every whole number up to here; single precision up to 2²⁴."""


class Columns:
    """Merged ballots, entry by entry.

    Args:
        rows: per distinct ballot the positions of the projects it names.
        counts: per distinct ballot how many voters cast it.
        values: beside ``rows``, a whole number for each; ``None`` when all of them are one.

    Attributes:
        ballots: how many distinct ballots there are.
        projects: per entry the position of the project.
        ballot: per entry the number of the distinct ballot.
        counts: per entry how many voters cast that ballot.
        values: per entry its number, or ``None`` when all are one.
        largest: no number is further from nought.

    Raises:
        OverflowError: sums of the numbers may pass 2⁵³, where floats no longer count exactly.
    """

    def __init__(
        self, rows: Sequence[Sequence[int]], counts: Sequence[int], values: Sequence[Sequence[int]] | None = None
    ) -> None:
        self.ballots = len(rows)
        lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
        total = int(lengths.sum())
        self.projects = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=total)
        self.ballot = np.arange(len(rows)).repeat(lengths)
        self.counts = np.fromiter(counts, dtype=np.float64, count=len(rows)).repeat(lengths)
        self.values: NDArray[np.float64] | None = None
        self.largest = 1
        if values is not None:
            whole = np.fromiter(chain.from_iterable(values), dtype=np.int64, count=total)
            self.largest = int(max(whole.max(initial=1), -whole.min(initial=0)))
            self.values = None if bool((whole == 1).all()) else whole.astype(np.float64)
        if self.largest * sum(counts) >= EXACT:
            raise OverflowError

    def voters(self, projects: int, *, whatever: bool) -> tuple[int, ...]:
        """Return per project how many voters name it: with ``whatever`` number, or with one above nought."""
        counts = self.counts if whatever or self.values is None else self.counts * (self.values > 0)
        return _whole(np.bincount(self.projects, weights=counts, minlength=projects))

    def totals(self, projects: int) -> tuple[int, ...]:
        """Return per project the sum of the numbers of all voters."""
        counts = self.counts if self.values is None else self.counts * self.values
        return _whole(np.bincount(self.projects, weights=counts, minlength=projects))

    def by_project(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the order that puts the entries of each project together, and per project where they end in it."""
        entries = np.bincount(self.projects)
        # Narrow integers are sorted by their digits, which takes a fraction of the time.
        narrow = self.projects.astype(np.int16) if len(entries) < 2**15 else self.projects
        return np.argsort(narrow, kind="stable"), np.cumsum(entries)

    @property
    def named(self) -> frozenset[int]:
        """The positions of all projects that a ballot names."""
        return frozenset(np.flatnonzero(np.bincount(self.projects)).tolist())

    def without_values(self) -> "Columns":
        """Return the same entries with the number one beside each."""
        plain = copy(self)
        plain.values, plain.largest = None, 1
        return plain

    @property
    def positive(self) -> bool:
        """Whether every number is above nought."""
        return self.values is None or bool((self.values > 0).all())


def _whole(sums: NDArray[Any]) -> tuple[int, ...]:
    whole: list[int] = sums.astype(np.int64).tolist()
    return tuple(whole)
