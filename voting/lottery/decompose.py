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
from math import lcm

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
    unit = lcm(*(average.denominator for average in averages))
    low = [average.__floor__() for average in averages]
    high = [average.__ceil__() for average in averages]
    state = _Rest(unit, [int(average * unit) for average in averages])
    found: dict[Composition, Fraction] = {}
    while state.mass:
        composition = _on_face(problem, state, low, high)
        if composition is None or not is_valid(problem, composition):
            return Peeled(found, complete=False)
        step = _longest_step(problem, state, (low, high), composition)
        if step <= 0:
            return Peeled(found, complete=False)
        found[composition] = found.get(composition, Fraction(0)) + step / state.scaled / unit
        state.take(composition, step)
    return Peeled(found, complete=True)


class _Rest:
    """What is left to peel, in whole numbers: ``mass`` and the seats of each type, in units that may become finer."""

    def __init__(self, mass: int, seats: list[int]) -> None:
        self.mass = mass
        self.seats = seats
        self.scaled = 1

    def take(self, composition: Composition, step: Fraction) -> None:
        """Subtract ``step`` units of a composition."""
        finer, amount = step.denominator, step.numerator
        self.scaled *= finer
        self.mass = self.mass * finer - amount
        self.seats = [total * finer - amount * seats for total, seats in zip(self.seats, composition, strict=True)]


def _longest_step(
    problem: Problem, rest: _Rest, box: tuple[Sequence[int], Sequence[int]], composition: Composition
) -> Fraction:
    """Return how much of a composition can be taken so that the rest, per mass, keeps box and conditions."""
    top, bottom = rest.mass, 1
    for total, seats, least, most in zip(rest.seats, composition, *box, strict=True):
        if least < most:
            # What is left must keep least·mass ≤ total ≤ most·mass.
            slack = total - least * rest.mass if seats > least else most * rest.mass - total
            if slack * bottom < top:
                top, bottom = slack, 1
    for condition in problem.conditions:
        total = sum(amount * rest.seats[kind] for kind, amount in condition.entries)
        count = count_of(condition, composition)
        for slack, used in (
            (total - condition.least * rest.mass, count - condition.least),
            (condition.most * rest.mass - total, condition.most - count),
        ):
            if used > 0 and slack * bottom < top * used:
                top, bottom = slack, used
    return Fraction(top, bottom)


def _on_face(problem: Problem, rest: _Rest, low: Sequence[int], high: Sequence[int]) -> Composition | None:
    """Return a composition that meets with equality whatever the rest meets with equality, or None."""
    fixed = list(low)
    program = Program()
    column: dict[int, int] = {}
    for kind, total in enumerate(rest.seats):
        above = total - low[kind] * rest.mass
        if above == (high[kind] - low[kind]) * rest.mass:
            fixed[kind] = high[kind]
        elif above:
            cost = 2 * (above / rest.mass) - 1
            column[kind] = program.add_column(cost=cost, lower=low[kind], upper=high[kind])
    if not column:
        return tuple(fixed)
    for condition in problem.conditions:
        inside = [(column[kind], amount) for kind, amount in condition.entries if kind in column]
        if not inside:
            continue
        total = sum(amount * rest.seats[kind] for kind, amount in condition.entries)
        held = sum(amount * fixed[kind] for kind, amount in condition.entries if kind not in column)
        lower = condition.most if total == condition.most * rest.mass else condition.least
        upper = condition.least if total == condition.least * rest.mass else condition.most
        program.add_row(inside, lower=lower - held, upper=upper - held)
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
