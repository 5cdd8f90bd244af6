"""The fairest chances: exact leximin over the average seats of each type, with a proof of every level.

Maximise the smallest chance; settle those who cannot have more; repeat with the others. Each step is a small linear
program. HiGHS proposes an optimal basis in floats; from the basis alone the multipliers are solved again in fractions,
and the level's value is what they prove. The final chances are checked against every quota in fractions.

The quotas may admit no lottery that reaches these averages, because a council seats whole people. Whether one does is
`voting.lottery.decompose`'s question.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from voting.errors import VotingError
from voting.lottery.exact import solve_exactly
from voting.lottery.solver import INFINITY, Program, Solution, Status, solve
from voting.lottery.verify.bundle import Leaf, Level
from voting.lottery.verify.proof import bound, implied_weights


class InexactBasisError(VotingError):
    """The solver's basis is not optimal in exact arithmetic."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A lottery in numbers: candidates per type, and conditions (least, most, type indices) on the seats."""

    seats: int
    sizes: tuple[int, ...]
    conditions: tuple[tuple[int, int, tuple[int, ...]], ...]


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
    for least, most, kinds in problem.conditions:
        if not least <= sum(problem.sizes[kind] * settled[kind] for kind in kinds) <= most:
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


def _program(
    problem: Problem, settled: Mapping[int, Fraction], free: Sequence[int]
) -> tuple[Program, list[tuple[int, tuple[int, ...]]]]:
    """Return: maximise z subject to m_t ≥ n_t z and the conditions; and (condition, its free types) of each row."""
    # z is measured in the average chance, so that tolerances mean the same for 50 and for 10,000 candidates.
    scale = problem.seats / sum(problem.sizes)
    program = Program()
    program.add_column(cost=1.0, lower=0.0, upper=INFINITY)
    column = {kind: program.add_column(cost=0.0, lower=0.0, upper=problem.sizes[kind]) for kind in free}
    rows: list[tuple[int, tuple[int, ...]]] = []
    for number, (least, most, kinds) in enumerate(problem.conditions):
        open_kinds = tuple(kind for kind in kinds if kind in column)
        if not open_kinds:
            continue
        spent = sum((problem.sizes[kind] * settled[kind] for kind in kinds if kind in settled), Fraction(0))
        program.add_row(
            [(column[kind], 1.0) for kind in open_kinds], lower=float(least - spent), upper=float(most - spent)
        )
        rows.append((number, open_kinds))
    for kind in free:
        program.add_row([(column[kind], 1.0), (0, -scale * problem.sizes[kind])], lower=0.0, upper=INFINITY)
    return program, rows


def _prove(
    problem: Problem,
    settled: Mapping[int, Fraction],
    free: Sequence[int],
    solution: Solution,
    rows: Sequence[tuple[int, tuple[int, ...]]],
) -> Level:
    """Solve the multipliers of the basis in fractions, and return the level that they prove.

    Basic variables have reduced cost 0. For a type at its least (row "m_t ≥ n_t z" not basic) that says y_t = a_t, the
    sum of its multipliers; for a type strictly between it says a_t = 0; for z it says Σ n_t y_t = 1.
    """
    of_type: dict[int, list[int]] = {kind: [] for kind in free}
    tight = [at for at in range(len(rows)) if solution.rows[at] is not Status.BASIC]
    for at in tight:
        for kind in rows[at][1]:
            of_type[kind].append(at)
    least_rows = {kind: solution.rows[len(rows) + at] is not Status.BASIC for at, kind in enumerate(free)}
    between = {kind: solution.columns[1 + at] is Status.BASIC for at, kind in enumerate(free)}
    corner = [kind for kind in free if least_rows[kind] and not between[kind]]
    unknown = {("row", at): place for place, at in enumerate(tight)}
    unknown.update({("type", kind): len(tight) + place for place, kind in enumerate(corner)})
    # Σ n_t y_t = 1
    total: dict[int, Fraction] = {}
    for kind in free:
        if not least_rows[kind]:
            continue
        if between[kind]:
            for at in of_type[kind]:
                place = unknown["row", at]
                total[place] = total.get(place, Fraction(0)) + problem.sizes[kind]
        else:
            total[unknown["type", kind]] = Fraction(problem.sizes[kind])
    equations = [(total, Fraction(1))]
    equations += [
        ({unknown["row", at]: Fraction(1) for at in of_type[kind]}, Fraction(0))
        for kind in free
        if between[kind] and not least_rows[kind]
    ]
    found = solve_exactly(equations, len(unknown))
    if found is None:
        raise InexactBasisError("the basis is singular")
    multipliers = {at: found[unknown["row", at]] for at in tight}
    weights: dict[int, Fraction] = {}
    for kind in free:
        if least_rows[kind]:
            inner = sum((multipliers[at] for at in of_type[kind]), Fraction(0))
            weights[kind] = inner if between[kind] else found[unknown["type", kind]]
    if any(weight < 0 for weight in weights.values()):
        raise InexactBasisError("a weight is negative")
    leaf = Leaf(tuple((rows[at][0], value) for at, value in multipliers.items() if value))
    positive = {kind: weight for kind, weight in weights.items() if weight > 0}
    return proved_level(problem, settled, positive, leaf)


def proved_level(
    problem: Problem, settled: Mapping[int, Fraction], weights: Mapping[int, Fraction], leaf: Leaf
) -> Level:
    """Return the level that these weights and multipliers prove."""
    given = implied_weights(leaf, settled, problem.conditions)
    box = [(0, size) for size in problem.sizes]
    most = bound(leaf, {**weights, **given}, box, problem.conditions)
    spent = sum((weight * problem.sizes[kind] * settled[kind] for kind, weight in given.items()), Fraction(0))
    value = (most - spent) / sum(weight * problem.sizes[kind] for kind, weight in weights.items())
    ordered = Leaf(tuple(sorted(leaf.multipliers)))
    return Level(value, tuple(sorted(weights.items())), (), None, (ordered,))
