"""Leximin over whole councils, when seats being whole keeps the averages from their linear optimum.

Level by level, like `voting.lottery.leximin`, but over lotteries of compositions: a linear program weighs the known
compositions, an integer program finds the one that helps most, until none helps. The duals of the last linear program,
rounded to whole coefficients, make an inequality that every composition meets, a cut; the cut proves the level's value
up to less than one millionth. Levels that the linear conditions already prove stay exact and need no cut.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from voting.lottery.case_tree import prove_cut
from voting.lottery.columns import best_composition
from voting.lottery.decompose import Composition, count_of
from voting.lottery.leximin import InexactBasisError, Problem, next_level
from voting.lottery.solver import INFINITY, Program, SolverError, solve
from voting.lottery.verify.bundle import Cut, Level, cut_condition
from voting.lottery.verify.proof import proved_value

_SAME = 1e-9
_HELPS = 1e-9
_SLACKS = (0.0, 1e-9, 1e-8, 1e-7)
"""How much of a settled type's seats a later level may lose to rounding; the first that works."""
_ROUNDS = 20_000
_EXACT = 2e-8
_CLOSE = 4e-6
_SCALES = (*range(1, 61), 72, 84, 90, 120, 180, 240, 360, 420, 720, 840, 1260, 2520)


@dataclass(frozen=True, slots=True)
class WholeOptimum:
    """The leximin optimum of whole councils: cuts, levels, and a lottery (weights from floats) that reaches them."""

    cuts: tuple[Cut, ...]
    levels: tuple[Level, ...]
    weights: dict[Composition, Fraction]


def whole_leximin(problem: Problem, known: Iterable[Composition], *, cases: int) -> WholeOptimum:
    """Return the leximin optimum over lotteries of whole councils.

    Args:
        problem: the conditions; at least one composition meets them.
        known: compositions to begin with.
        cases: the most cases to prove a cut by; a cut that needs more is left as a claim.

    Raises:
        SolverError: the search did not end, or a dual could not be rounded.
    """
    columns = list(dict.fromkeys(known))
    if not columns:
        first = best_composition(problem, [0.0] * len(problem.sizes))
        if first is None:
            raise SolverError("no council meets the conditions")
        columns.append(first)
    search = _Search(problem, columns)
    while len(search.settled) < len(problem.sizes):
        search.settle_next()
    cuts: list[Cut] = []
    within = problem
    for cut in search.cuts:
        cuts.append(replace(cut, tree=prove_cut(within, cut, cases=cases)))
        within = Problem(problem.seats, problem.sizes, (*within.conditions, cut_condition(cut, problem.sizes)))
    return WholeOptimum(tuple(cuts), tuple(search.levels), search.weights)


class _Search:
    def __init__(self, problem: Problem, columns: list[Composition]) -> None:
        self.problem = problem
        self.columns = columns
        self.settled: dict[int, Fraction] = {}
        self.reached: dict[int, float] = {}
        self.cuts: list[Cut] = []
        self.levels: list[Level] = []
        self.weights: dict[Composition, Fraction] = {}

    def settle_next(self) -> None:
        value, duals, weights = self._best_value()
        self.weights = {c: Fraction(w) for c, w in zip(self.columns, weights, strict=True) if w > 0}
        level = self._linear_level(value) or self._cut_level(value, duals)
        self.levels.append(level)
        for kind, _ in level.weights:
            self.settled[kind] = level.value
            # The fraction is the better number unless its cut was rounded; then the float is.
            self.reached[kind] = float(level.value) if abs(float(level.value) - value) < _EXACT else value

    def _best_value(self) -> tuple[float, list[float], list[float]]:
        """Return the best smallest chance of the unsettled, the duals of the types, and the weights."""
        for _ in range(_ROUNDS):
            value, duals, level, weights = self._master()
            largest = max(duals)
            new = best_composition(self.problem, [dual / largest for dual in duals])
            if new is None or new in self.columns:
                return value, duals, weights
            gain = sum(dual * seats for dual, seats in zip(duals, new, strict=True))
            if gain <= level + _HELPS:
                return value, duals, weights
            self.columns.append(new)
        raise SolverError("column generation did not end")

    def _master(self) -> tuple[float, list[float], float, list[float]]:
        for slack in _SLACKS:
            found = self._solve_master(slack)
            if found is not None:
                return found
        raise SolverError("the settled chances are not reached")

    def _solve_master(self, slack: float) -> tuple[float, list[float], float, list[float]] | None:
        sizes = self.problem.sizes
        scale = self.problem.seats / sum(sizes)
        program = Program()
        program.add_column(cost=1.0, lower=0.0, upper=INFINITY)
        for _ in self.columns:
            program.add_column(cost=0.0, lower=0.0, upper=INFINITY)
        program.add_row([(1 + at, 1.0) for at in range(len(self.columns))], lower=1.0, upper=1.0)
        for kind, size in enumerate(sizes):
            entries = [(1 + at, float(c[kind])) for at, c in enumerate(self.columns) if c[kind]]
            least = 0.0
            if kind in self.reached:
                least = max(0.0, self.reached[kind] * size - slack)
            else:
                entries.append((0, -scale * size))
            program.add_row(entries, lower=least if entries else 0.0, upper=INFINITY)
        solution = solve(program)
        if solution is None:
            return None
        duals = [max(0.0, -dual) for dual in solution.duals[1:]]
        return solution.values[0] * scale, duals, solution.duals[0], solution.values[1:]

    def _linear_level(self, value: float) -> Level | None:
        """Return the level of the linear conditions alone, if whole councils reach it too."""
        if self.cuts:
            return None
        try:
            level = next_level(self.problem, self.settled)
        except InexactBasisError:
            return None
        return level if abs(float(level.value) - value) < _SAME else None

    def _cut_level(self, value: float, duals: Sequence[float]) -> Level:
        floor = self.levels[-1].value if self.levels else Fraction(0)
        largest = max(duals)
        closest: tuple[float, Cut, Level] | None = None
        for scale in _scales([dual / largest for dual in duals]):
            whole = [round(dual * scale / largest) for dual in duals]
            fresh = [(kind, amount) for kind, amount in enumerate(whole) if amount and kind not in self.settled]
            best = best_composition(self.problem, whole)
            if best is None or not fresh:
                continue
            entries = tuple((kind, amount) for kind, amount in enumerate(whole) if amount)
            cut = Cut(entries, sum(amount * best[kind] for kind, amount in entries), ())
            level = self._level_by(cut, fresh)
            distance = abs(float(level.value) - value)
            if self._holds(cut) and (closest is None or distance < closest[0]):
                closest = distance, cut, level
            if closest is not None and closest[0] < _EXACT:
                break
        if closest is None or closest[0] > _CLOSE:
            raise SolverError("the duals of a level cannot be rounded")
        _, cut, level = closest
        self.cuts.append(cut)
        # Rounding may leave the bound a hair below the level before; a larger value is still a bound.
        return replace(level, value=max(level.value, floor))

    def _level_by(self, cut: Cut, fresh: Sequence[tuple[int, int]]) -> Level:
        sizes = self.problem.sizes
        weights = tuple((kind, Fraction(amount)) for kind, amount in fresh)
        at = len(self.problem.conditions) + len(self.cuts)
        level = Level(Fraction(0), weights, ((at, Fraction(1)),))
        conditions = (
            *self.problem.conditions,
            *(cut_condition(earlier, sizes) for earlier in self.cuts),
            cut_condition(cut, sizes),
        )
        return replace(level, value=proved_value(level, self.settled, sizes, conditions))

    def _holds(self, cut: Cut) -> bool:
        condition = cut_condition(cut, self.problem.sizes)
        return all(count_of(condition, column) <= cut.most for column in self.columns)


def _scales(duals: Sequence[float]) -> list[int]:
    """Return the multipliers to try: those under which the duals (at most 1) are nearly whole, then powers of ten."""
    near = [scale for scale in _SCALES if max(abs(d * scale - round(d * scale)) for d in duals) < 1e-6]
    return [*near[:2], 10**3, 10**4, 10**5, 10**6, 10**7]


def approximate_averages(problem: Problem, weights: Mapping[Composition, Fraction]) -> list[Fraction]:
    """Return each type's expected seats under these weights."""
    return [
        sum((weight * composition[kind] for composition, weight in weights.items()), Fraction(0))
        for kind in range(len(problem.sizes))
    ]
