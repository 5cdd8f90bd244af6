"""A lottery over whole councils with exactly the given average seats, by peeling.

Write the averages m as a convex combination of compositions: find a composition on the face of m (it meets with equality
whatever m meets with equality), take as much of it as leaves the rest within the quotas, continue with the rest. Every
step adds an equality, so the number of rows stays below the number of types and conditions (Carathéodory). A type's
seats are always its average rounded down or up. The weights are exact fractions.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from voting.lottery.leximin import Problem
from voting.lottery.solver import Program, solve
from voting.lottery.verify.bundle import Condition

Composition = tuple[int, ...]
"""Seats by type."""

_NEAR_WHOLE = 1e-6


@dataclass(frozen=True, slots=True)
class Peeled:
    """Compositions and their exact weights; ``complete`` when the weights add up to 1 and give the averages exactly."""

    weights: dict[Composition, Fraction]
    complete: bool


def is_valid(problem: Problem, composition: Composition) -> bool:
    """Say whether a composition seats everybody within the sizes and conditions."""
    if any(not 0 <= seats <= size for seats, size in zip(composition, problem.sizes, strict=True)):
        return False
    return all(
        condition.least <= count_of(condition, composition) <= condition.most for condition in problem.conditions
    )


def count_of(condition: Condition, composition: Composition) -> int:
    """Return Σ coefficient·seats of a composition."""
    return sum(amount * composition[kind] for kind, amount in condition.entries)


def seats_of(composition: Composition) -> tuple[int, ...]:
    """Return a composition as one type index per seat."""
    return tuple(kind for kind, seats in enumerate(composition) for _ in range(seats))


def composition_of(seats: Sequence[int], types: int) -> Composition:
    """Return one type index per seat as seats by type."""
    count = Counter(seats)
    return tuple(count[kind] for kind in range(types))


def peel(problem: Problem, averages: Sequence[Fraction]) -> Peeled:
    """Peel compositions off the averages until nothing is left, or no composition lies on the face of the rest.

    Being stuck does not mean that there is no such lottery: see `voting.lottery.columns`.
    """
    low = [average.__floor__() for average in averages]
    high = [average.__ceil__() for average in averages]
    rest = list(averages)
    mass = Fraction(1)
    rows = [row for row in problem.conditions if any(low[kind] < high[kind] for kind, _ in row.entries)]
    sums = [sum((amount * rest[kind] for kind, amount in row.entries), Fraction(0)) for row in rows]
    found: dict[Composition, Fraction] = {}
    while mass:
        composition = _on_face(problem, rest, mass, (low, high), (rows, sums))
        if composition is None or not is_valid(problem, composition):
            return Peeled(found, complete=False)
        step = mass
        for kind, seats in enumerate(composition):
            if low[kind] < high[kind]:
                # What is left must keep low·mass ≤ rest ≤ high·mass.
                step = _shorter(step, rest[kind] - low[kind] * mass, seats - low[kind])
                step = _shorter(step, high[kind] * mass - rest[kind], high[kind] - seats)
        seated = [count_of(row, composition) for row in rows]
        for row, total, count in zip(rows, sums, seated, strict=True):
            step = _shorter(step, total - row.least * mass, count - row.least)
            step = _shorter(step, row.most * mass - total, row.most - count)
        if step <= 0:
            return Peeled(found, complete=False)
        found[composition] = found.get(composition, Fraction(0)) + step
        mass -= step
        rest = [total - step * seats if seats else total for total, seats in zip(rest, composition, strict=True)]
        sums = [total - step * count for total, count in zip(sums, seated, strict=True)]
    return Peeled(found, complete=True)


def _shorter(step: Fraction, slack: Fraction, used: int) -> Fraction:
    return min(step, slack / used) if used > 0 else step


def _on_face(
    problem: Problem,
    rest: Sequence[Fraction],
    mass: Fraction,
    box: tuple[Sequence[int], Sequence[int]],
    rows: tuple[Sequence[Condition], Sequence[Fraction]],
) -> Composition | None:
    low, high = box
    fixed = [0] * len(rest)
    program = Program()
    column: dict[int, int] = {}
    for kind, total in enumerate(rest):
        if total == low[kind] * mass:
            fixed[kind] = low[kind]
        elif total == high[kind] * mass:
            fixed[kind] = high[kind]
        else:
            share = float(total / mass - low[kind])
            column[kind] = program.add_column(cost=2 * share - 1, lower=low[kind], upper=high[kind])
    for row, total in zip(*rows, strict=True):
        inside = [(column[kind], amount) for kind, amount in row.entries if kind in column]
        if not inside:
            continue
        held = sum(amount * fixed[kind] for kind, amount in row.entries if kind not in column)
        lower = row.most if total == row.most * mass else row.least
        upper = row.least if total == row.least * mass else row.most
        program.add_row(inside, lower=lower - held, upper=upper - held)
    if not column:
        return tuple(fixed)
    values = _whole_corner(program)
    if values is None:
        return None
    for kind, place in column.items():
        fixed[kind] = round(values[place])
    return tuple(fixed)


def _whole_corner(program: Program) -> list[float] | None:
    """Return an optimal whole solution: of the linear program if its corner happens to be whole, which is cheap."""
    solution = solve(program)
    if solution is None:
        return None
    if all(abs(value - round(value)) < _NEAR_WHOLE for value in solution.values):
        return solution.values
    program.whole = [True] * len(program.costs)
    solution = solve(program)
    return None if solution is None else solution.values
