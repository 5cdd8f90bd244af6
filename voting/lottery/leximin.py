"""The fairest chances: exact leximin over the average seats of each type, with a proof of every level.

Maximise the smallest chance; settle those who cannot have more; repeat with the others. Each step is a small linear
program. HiGHS proposes an optimal basis in floats; from the basis alone the multipliers are solved again in fractions,
and the level's value is what they prove. The final chances are checked against every quota in fractions.

The quotas may admit no lottery that reaches these averages, because a council seats whole people. Whether one does is
`voting.lottery.decompose`'s question.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from voting.errors import VotingError
from voting.lottery.exact import solve_exactly
from voting.lottery.solver import INFINITY, Program, Solution, Status, solve
from voting.lottery.verify.bundle import Condition, Level
from voting.lottery.verify.proof import proved_value


class InexactBasisError(VotingError):
    """The solver's basis is not optimal in exact arithmetic."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A lottery in numbers: seats, candidates per type, and conditions on the seats of the types."""

    seats: int
    sizes: tuple[int, ...]
    conditions: tuple[Condition, ...]


def leximin(problem: Problem) -> tuple[Level, ...]:
    """Return the levels of the leximin optimum of the averages, ascending; together they settle every type.

    Raises:
        InexactBasisError: a basis does not survive exact arithmetic.
    """
    settled: dict[int, Fraction] = {}
    levels: list[Level] = []
    while len(settled) < len(problem.sizes):
        level = next_level(problem, settled)
        if levels and level.value < levels[-1].value:
            raise InexactBasisError("a level is below the one before")
        levels.append(level)
        settled.update((kind, level.value) for kind, _ in level.weights)
    for condition in problem.conditions:
        total = sum(amount * problem.sizes[kind] * settled[kind] for kind, amount in condition.entries)
        if not condition.least <= total <= condition.most:
            raise InexactBasisError("the chances break a quota")
    if any(value > 1 for value in settled.values()):
        raise InexactBasisError("a chance is above 1")
    return tuple(levels)


def next_level(problem: Problem, settled: Mapping[int, Fraction]) -> Level:
    """Return the best smallest chance of the types not settled, and who must have exactly that."""
    free = [kind for kind in range(len(problem.sizes)) if kind not in settled]
    program, rows = _program(problem, settled, free)
    solution = solve(program)
    if solution is None:
        raise InexactBasisError("the program of a level has no solution")
    return _prove(problem, settled, free, solution, rows)


def averages(problem: Problem, levels: Sequence[Level]) -> list[Fraction]:
    """Return each type's expected seats under these levels."""
    chance = {kind: level.value for level in levels for kind, _ in level.weights}
    return [size * chance[kind] for kind, size in enumerate(problem.sizes)]


_Row = tuple[int, tuple[tuple[int, int], ...]]
"""A condition's position, and its entries on the types that are not settled."""


def _program(problem: Problem, settled: Mapping[int, Fraction], free: Sequence[int]) -> tuple[Program, list[_Row]]:
    """Return: maximise z subject to m_t ≥ n_t z and the conditions."""
    # z is measured in the average chance, so that tolerances mean the same for 50 and for 10,000 candidates.
    scale = problem.seats / sum(problem.sizes)
    program = Program()
    program.add_column(cost=1.0, lower=0.0, upper=INFINITY)
    column = {kind: program.add_column(cost=0.0, lower=0.0, upper=problem.sizes[kind]) for kind in free}
    rows: list[_Row] = []
    for number, condition in enumerate(problem.conditions):
        inside = tuple((kind, amount) for kind, amount in condition.entries if kind in column)
        if not inside:
            continue
        spent = sum(
            (amount * problem.sizes[kind] * settled[kind] for kind, amount in condition.entries if kind in settled),
            Fraction(0),
        )
        program.add_row(
            [(column[kind], amount) for kind, amount in inside],
            lower=float(condition.least - spent),
            upper=float(condition.most - spent),
        )
        rows.append((number, inside))
    for kind in free:
        program.add_row([(column[kind], 1.0), (0, -scale * problem.sizes[kind])], lower=0.0, upper=INFINITY)
    return program, rows


def _prove(
    problem: Problem,
    settled: Mapping[int, Fraction],
    free: Sequence[int],
    solution: Solution,
    rows: Sequence[_Row],
) -> Level:
    """Solve the multipliers of the basis in fractions, and return the level that they prove.

    Basic variables have reduced cost 0. For a type at its least (row "m_t ≥ n_t z" not basic) that says y_t = a_t, the
    sum of its multipliers; for a type strictly between it says a_t = 0; for z it says Σ n_t y_t = 1.
    """
    tight = [at for at in range(len(rows)) if solution.rows[at] is not Status.BASIC]
    place = {at: number for number, at in enumerate(tight)}
    inner: dict[int, dict[int, Fraction]] = {kind: {} for kind in free}
    for at in tight:
        for kind, amount in rows[at][1]:
            inner[kind][place[at]] = Fraction(amount)
    at_least = [kind for at, kind in enumerate(free) if solution.rows[len(rows) + at] is not Status.BASIC]
    between = {kind for at, kind in enumerate(free) if solution.columns[1 + at] is Status.BASIC}
    corner = {kind: len(tight) + at for at, kind in enumerate(k for k in at_least if k not in between)}
    total: dict[int, Fraction] = {}
    for kind in at_least:
        for column, factor in (inner[kind] if kind in between else {corner[kind]: Fraction(1)}).items():
            total[column] = total.get(column, Fraction(0)) + factor * problem.sizes[kind]
    equations = [(total, Fraction(1))]
    equations += [(inner[kind], Fraction(0)) for kind in sorted(between.difference(at_least))]
    found = solve_exactly(equations, len(tight) + len(corner))
    if found is None:
        raise InexactBasisError("the basis is singular")
    weights: dict[int, Fraction] = {}
    for kind in at_least:
        terms = inner[kind] if kind in between else {corner[kind]: Fraction(1)}
        weights[kind] = sum((factor * found[column] for column, factor in terms.items()), Fraction(0))
    if any(weight < 0 for weight in weights.values()):
        raise InexactBasisError("a weight is negative")
    multipliers = tuple((rows[at][0], found[place[at]]) for at in tight if found[place[at]])
    level = Level(Fraction(0), tuple((kind, weight) for kind, weight in weights.items() if weight), multipliers)
    return replace(level, value=proved_value(level, settled, problem.sizes, problem.conditions))
