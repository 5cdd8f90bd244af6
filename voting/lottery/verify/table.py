"""The table of compositions: every row is a valid council, and the rows together give everybody their chance."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from voting.lottery.verify.bundle import MILLION, Bundle, Condition, Row
from voting.lottery.verify.errors import BrokenQuotaError, WrongProbabilityError, WrongWeightError

TOLERANCE = Fraction(10, MILLION)
"""How far a person's chance in the table may lie from their exact fraction: the price of whole millionths."""


def require_table(bundle: Bundle) -> Fraction:
    """Check the rows and weights; return the largest difference of anybody's chance from their exact fraction.

    Raises:
        BrokenQuotaError: a row does not fill the seats, or breaks a quota, a home or the size of a type.
        WrongWeightError: the weights do not add up to 1,000,000, or rows are not by weight and then by seats.
        WrongProbabilityError: somebody's chance differs from the published fraction by more than `TOLERANCE`.
    """
    if sum(row.weight for row in bundle.rows) != MILLION:
        raise WrongWeightError("the weights do not add up to 1,000,000")
    keys = [(-row.weight, row.seats) for row in bundle.rows]
    if keys != sorted(keys) or len({row.seats for row in bundle.rows}) != len(keys):
        raise WrongWeightError("the rows are not by weight and then by seats, or one is given twice")
    sizes = tuple(map(len, bundle.members))
    for at, row in enumerate(bundle.rows, 1):
        _require_valid(row, at, bundle.conditions, sizes)
    worst = max(
        abs(Fraction(given, MILLION * size) - exact)
        for given, size, exact in zip(seats_in_millionths(bundle), sizes, bundle.probabilities, strict=True)
    )
    if worst > TOLERANCE:
        raise WrongProbabilityError(f"somebody's chance in the table is {float(worst):.7f} away from their fraction")
    return worst


def seats_in_millionths(bundle: Bundle) -> list[int]:
    """Return each type's expected seats in the table, times 1,000,000."""
    total = [0] * len(bundle.types)
    for row in bundle.rows:
        for kind in row.seats:
            total[kind] += row.weight
    return total


def _require_valid(row: Row, at: int, conditions: Sequence[Condition], sizes: Sequence[int]) -> None:
    count = Counter(row.seats)
    if any(seats > sizes[kind] for kind, seats in count.items()):
        raise BrokenQuotaError(f"row {at} seats more of a type than there are candidates")
    for number, condition in enumerate(conditions, 1):
        if not condition.least <= sum(amount * count[kind] for kind, amount in condition.entries) <= condition.most:
            raise BrokenQuotaError(f"row {at} breaks condition {number}")
