"""Small linear systems in fractions."""

from collections.abc import Sequence
from fractions import Fraction


def solve_exactly(equations: Sequence[tuple[dict[int, Fraction], Fraction]], unknowns: int) -> list[Fraction] | None:
    """Solve sparse equations Σ coefficient·x = right side by elimination; unknowns left free become 0.

    Returns:
        One solution, or None when there is none.
    """
    pending = [(dict(left), right) for left, right in equations]
    solved: list[tuple[int, dict[int, Fraction], Fraction]] = []
    while pending:
        # The shortest equation first keeps the others short.
        at = min(range(len(pending)), key=lambda i: len(pending[i][0]))
        left, right = pending.pop(at)
        if not left:
            if right:
                return None
            continue
        pivot = next(iter(left))
        factor = left.pop(pivot)
        left = {column: value / factor for column, value in left.items()}
        right /= factor
        solved.append((pivot, left, right))
        for i, (other, side) in enumerate(pending):
            share = other.pop(pivot, None)
            if share is None:
                continue
            for column, value in left.items():
                total = other.get(column, Fraction(0)) - share * value
                if total:
                    other[column] = total
                else:
                    other.pop(column, None)
            pending[i] = (other, side - share * right)
    values = [Fraction(0)] * unknowns
    for pivot, left, right in reversed(solved):
        values[pivot] = right - sum((value * values[column] for column, value in left.items()), Fraction(0))
    return values
