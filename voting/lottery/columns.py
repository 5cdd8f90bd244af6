"""When peeling fails: column generation decides whether a lottery over whole councils reaches the averages.

A ray runs from the average of known compositions to the target. A linear program combines the known compositions so that
they reach as far along the ray as they can; an integer program looks for a composition beyond the face where that ends;
it joins the known ones. Either the target is reached, and the combination is the lottery, or no composition lies beyond:
then seats being whole stands in the way, and `voting.lottery.hull` finds the leximin optimum of whole councils.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from voting.lottery.decompose import Composition, is_valid
from voting.lottery.leximin import Problem
from voting.lottery.solver import Program, SolverError, solve
from voting.lottery.verify.bundle import Condition

_REACHED = 1e-9
_BEYOND = 1e-8
_ROUNDS = 20_000


@dataclass(frozen=True, slots=True)
class Combination:
    """Compositions and weights (from floats, sum 1 within 1e-9) that give the averages; or as far as they reach."""

    weights: dict[Composition, Fraction]
    reached: bool


def combine(problem: Problem, averages: Sequence[Fraction], known: Mapping[Composition, Fraction]) -> Combination:
    """Combine compositions into a lottery with these averages, if there is one.

    Args:
        problem: the conditions.
        averages: expected seats by type, within all conditions.
        known: compositions to begin with, with the weights of a first guess; may be empty.

    Raises:
        SolverError: the search did not end.
    """
    face = _face(problem, averages)
    columns = [c for c in known if is_valid(face, c)]
    guess = [float(known[c]) for c in columns]
    if not columns:
        first = best_composition(face, [0.0] * len(averages))
        if first is None:
            return Combination({}, reached=False)
        columns, guess = [first], [1.0]
    target = [float(average) for average in averages]
    start = [sum(c[kind] * g for c, g in zip(columns, guess, strict=True)) / sum(guess) for kind in range(len(target))]
    for _ in range(_ROUNDS):
        reach, weights, normal, level = _master(columns, start, target)
        if reach >= 1 - _REACHED:
            found = {c: Fraction(w) for c, w in zip(columns, weights, strict=True) if w > 0}
            return Combination(found, reached=True)
        new = best_composition(face, normal)
        if new is None or new in columns or sum(n * c for n, c in zip(normal, new, strict=True)) <= level + _BEYOND:
            return Combination(dict.fromkeys(columns, Fraction(0)), reached=False)
        columns.append(new)
    raise SolverError("column generation did not end")


def best_composition(problem: Problem, gains: Sequence[float]) -> Composition | None:
    """Return a composition with the largest Σ gain·seats, or None if there is no composition."""
    program = Program()
    for gain, size in zip(gains, problem.sizes, strict=True):
        program.add_column(cost=float(gain), lower=0, upper=size, whole=True)
    for condition in problem.conditions:
        program.add_row(condition.entries, lower=condition.least, upper=condition.most)
    solution = solve(program)
    if solution is None:
        return None
    composition = tuple(round(value) for value in solution.values)
    if not is_valid(problem, composition):
        raise SolverError("the solver's composition breaks a condition")
    return composition


def _face(problem: Problem, averages: Sequence[Fraction]) -> Problem:
    """Return the problem narrowed to what every lottery with these averages keeps: tight conditions stay tight."""
    found = []
    for condition in problem.conditions:
        total = sum(amount * averages[kind] for kind, amount in condition.entries)
        least = condition.most if total == condition.most else condition.least
        most = condition.least if total == condition.least else condition.most
        found.append(Condition(least, most, condition.entries))
    for kind, (average, size) in enumerate(zip(averages, problem.sizes, strict=True)):
        if average in {0, size}:
            found.append(Condition(int(average), int(average), ((kind, 1),)))
    return Problem(problem.seats, problem.sizes, tuple(found))


def _master(
    columns: Sequence[Composition], start: Sequence[float], target: Sequence[float]
) -> tuple[float, list[float], list[float], float]:
    """Return how far along the ray (0…1), the weights, and the inequality normal·c ≤ level that stops there."""
    program = Program()
    program.add_column(cost=1.0, lower=0.0, upper=1.0)
    for _ in columns:
        program.add_column(cost=0.0, lower=0.0, upper=1.0)
    program.add_row([(1 + at, 1.0) for at in range(len(columns))], lower=1.0, upper=1.0)
    for kind, (begin, end) in enumerate(zip(start, target, strict=True)):
        entries = [(1 + at, float(c[kind])) for at, c in enumerate(columns) if c[kind]]
        if begin != end:
            entries.append((0, begin - end))
        program.add_row(entries, lower=begin if entries else 0.0, upper=begin if entries else 0.0)
    solution = solve(program)
    if solution is None:
        raise SolverError("the known compositions do not hold their own average")
    normal = [-dual for dual in solution.duals[1:]]
    return solution.values[0], solution.values[1:], normal, solution.duals[0]
