"""What may be shown of a group's votes without pointing at neighbours.

A group is people of one village. Counts are shown only where agreeing, disagreeing and passing members are at least five
each; elsewhere shares, rounded to ten percent; nothing where fewer than five saw the statement.
"""

from dataclasses import dataclass

import numpy as np

from voting.opinions.agreement import Counts

SMALLEST_CELL = 5
_STEP_PERCENT = 10


@dataclass(frozen=True)
class ShownVotes:
    """What may be shown of one group's votes on one statement.

    Attributes:
        agree_percent, disagree_percent, passes_percent: of those in the group who saw it, to the nearest ten.
        counts: agree, disagree, pass; None if one of them, or another group's by subtraction, would be below five.
    """

    agree_percent: int
    disagree_percent: int
    passes_percent: int
    counts: tuple[int, int, int] | None


def shown_votes(counts: Counts) -> list[list[ShownVotes | None]]:
    """Return what may be shown, per group and statement; None where fewer than five of the group saw it.

    If one group's counts alone were withheld, the statement's total would give them away: those of the group with the
    next smallest count are withheld too.

    Args:
        counts: arrays of shape (groups, statements).
    """
    cells = np.stack([counts.agree, counts.disagree, counts.passes], axis=2)
    smallest = cells.min(axis=2)
    countable = smallest >= SMALLEST_CELL
    for column in np.flatnonzero((~countable).sum(axis=0) == 1).tolist():
        among = np.where(countable[:, column], smallest[:, column], np.iinfo(np.int64).max)
        countable[int(np.argmin(among)), column] = False
    return [
        [_shown(tuple(cell), may) for cell, may in zip(row, flags, strict=True)]
        for row, flags in zip(cells.tolist(), countable.tolist(), strict=True)
    ]


def _shown(cell: tuple[int, int, int], may_count: bool) -> ShownVotes | None:
    seen = sum(cell)
    if seen < SMALLEST_CELL:
        return None
    # Whole numbers: the nearest ten percent, halves upwards, without a binary fraction deciding it.
    agree, disagree, passes = (
        (200 * part // seen + _STEP_PERCENT) // (2 * _STEP_PERCENT) * _STEP_PERCENT for part in cell
    )
    return ShownVotes(agree, disagree, passes, cell if may_count else None)
