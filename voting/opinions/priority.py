"""Which statement to show next: priorities of statements, and the draw.

A statement is worth showing when it is new, when few pass on it, when many agree, and when it tells where people stand.
"""

import math
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from voting.opinions.agreement import Counts
from voting.opinions.votes import Flags, Floats, Id

META_PRIORITY = 49.0
"""Statements about the person asked, 7 squared."""
DEFAULT_PRIORITY = 1.0
"""Of a statement that the last analysis did not know."""


def priorities(counts: Counts, extremity: Floats, *, meta: Flags) -> Floats:
    """Return the priority of every statement: [importance · (1 + 8·2^(−S/5))]², or 49 for meta statements.

    importance = (1 − (P+1)/(S+2)) · (E+1) · (A+1)/(S+2).

    Args:
        counts: arrays of shape (statements,).
        extremity: distance of each statement from the centre of the opinion space.
        meta: flag per statement: about the person.
    """
    seen = counts.seen
    importance = (1.0 - (counts.passes + 1.0) / (seen + 2.0)) * (extremity + 1.0) * (counts.agree + 1.0) / (seen + 2.0)
    novelty = 1.0 + 8.0 * np.exp2(-seen / 5.0)
    result: Floats = np.where(meta, META_PRIORITY, np.square(importance * novelty))
    return result


def draw_statement(
    unseen: Sequence[Id],
    priority_of: Mapping[Id, float],
    *,
    uniform: float,
    first: Collection[Id] = (),
    default: float = DEFAULT_PRIORITY,
) -> Id | None:
    """Draw the next statement for a participant with probability proportional to its priority.

    Args:
        unseen: statements that may be shown and that the participant has not answered, in a fixed order.
        priority_of: priorities of the last analysis.
        uniform: the randomness, in [0, 1).
        first: statements to exhaust before any other, the seeds of the topic.
        default: priority of a statement missing from ``priority_of``.

    Returns:
        A statement, or None if nothing is unseen. If all priorities are zero, each is equally likely.

    Raises:
        ValueError: ``uniform`` is outside [0, 1), or a priority is negative or not finite.
    """
    if not 0.0 <= uniform < 1.0:
        raise ValueError(f"the uniform number {uniform} is outside [0, 1)")
    leading = set(first)
    among = [statement for statement in unseen if statement in leading] or list(unseen)
    if not among:
        return None
    weights = [priority_of.get(statement, default) for statement in among]
    if not all(math.isfinite(weight) and weight >= 0 for weight in weights):
        raise ValueError("a priority is negative or not finite")
    total = math.fsum(weights)
    if total == 0:
        return among[int(uniform * len(among))]
    reached, wanted = 0.0, uniform * total
    for statement, weight in zip(among, weights, strict=True):
        reached += weight
        if wanted < reached:
            return statement
    # Rounding of the partial sums may leave the draw just above the last of them.
    return next(statement for statement, weight in zip(reversed(among), reversed(weights), strict=True) if weight > 0)
