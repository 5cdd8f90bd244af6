"""From exact weights to whole millionths: six balls can draw a row of the table."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from voting.lottery.decompose import Composition, seats_of
from voting.lottery.verify.bundle import MILLION, Row

_PASSES = 40


def rows_of(
    weights: Mapping[Composition, Fraction], averages: Sequence[Fraction], sizes: Sequence[int]
) -> tuple[Row, ...]:
    """Return the table: weights in millionths (sum 1,000,000), by weight and then by seats.

    Largest remainders first; then single millionths move between rows as long as that brings the person who is farthest
    from their exact chance closer to it.
    """
    total = sum(weights.values(), Fraction(0))
    compositions = sorted(weights, key=seats_of)
    exact = [weights[c] / total * MILLION for c in compositions]
    units = [share.__floor__() for share in exact]
    by_remainder = sorted(range(len(units)), key=lambda at: (units[at] - exact[at], at))
    for at in by_remainder[: MILLION - sum(units)]:
        units[at] += 1
    _improve(units, compositions, [float(average * MILLION) for average in averages], sizes)
    rows = [Row(unit, seats_of(c)) for unit, c in zip(units, compositions, strict=True) if unit]
    return tuple(sorted(rows, key=lambda row: (-row.weight, row.seats)))


def _improve(
    units: list[int], compositions: Sequence[Composition], wanted: Sequence[float], sizes: Sequence[int]
) -> None:
    error = [-want for want in wanted]
    for unit, composition in zip(units, compositions, strict=True):
        for kind, seats in enumerate(composition):
            if seats:
                error[kind] += unit * seats
    for _ in range(_PASSES):
        worst = max(range(len(error)), key=lambda kind: (abs(error[kind]) / sizes[kind], -kind))
        move = _best_move(units, compositions, error, sizes, worst)
        if move is None:
            return
        giver, taker = move
        units[giver] -= 1
        units[taker] += 1
        for kind, (less, more) in enumerate(zip(compositions[giver], compositions[taker], strict=True)):
            error[kind] += more - less


def _best_move(
    units: Sequence[int],
    compositions: Sequence[Composition],
    error: Sequence[float],
    sizes: Sequence[int],
    worst: int,
) -> tuple[int, int] | None:
    """Return (row that gives a millionth, row that takes it) that most lowers the largest error, or None."""

    def peak(giver: int, taker: int) -> float:
        pairs = zip(error, compositions[taker], compositions[giver], sizes, strict=True)
        return max(abs(e + more - less) / size for e, more, less, size in pairs)

    down = error[worst] > 0
    rows = range(len(units))
    ordered = sorted(rows, key=lambda at: compositions[at][worst], reverse=down)
    givers = [at for at in ordered if units[at] > 0][:12]
    takers = list(reversed(ordered))[:12]
    moves = [(peak(g, t), g, t) for g in givers for t in takers if compositions[g][worst] != compositions[t][worst]]
    if not moves:
        return None
    best, giver, taker = min(moves)
    return (giver, taker) if best < abs(error[worst]) / sizes[worst] - 1e-9 else None
