"""The proof of a cut by cases, found by branch and bound and written so that fractions alone check it.

In each case (at most and at least so many seats of some types) a linear program bounds the sum; its duals, rounded to
short fractions, are the multipliers of the leaf. Any multipliers give a valid bound, so rounding only costs a little of
it, and the bound is rounded down to a whole number anyway.
"""

from collections.abc import Sequence
from fractions import Fraction

from voting.lottery.leximin import Problem
from voting.lottery.solver import INFINITY, Program, SolverError, solve
from voting.lottery.verify.bundle import Branch, Cut, Leaf
from voting.lottery.verify.proof import bound

_WHOLE = 1e-6
_DENOMINATORS = (60, 10**4, 10**9)

_Box = tuple[tuple[int, int], ...]


def prove_cut(problem: Problem, cut: Cut, *, cases: int) -> tuple[Leaf | Branch, ...]:
    """Return the tree that proves a cut from the problem's conditions; empty if it would need more than ``cases``."""
    tree: list[Leaf | Branch | None] = [None]
    open_cases: list[tuple[int, _Box]] = [(0, tuple((0, size) for size in problem.sizes))]
    while open_cases:
        at, box = open_cases.pop()
        try:
            duals, values = _relaxation(problem, cut, box)
        except SolverError:
            return ()
        leaf = _leaf(problem, cut, box, duals)
        if leaf is not None:
            tree[at] = leaf
            continue
        split = _split(box, values)
        if split is None or len(tree) + 2 > cases:
            return ()
        kind, at_most = split
        least, most = box[kind]
        below, above = len(tree), len(tree) + 1
        tree[at] = Branch(kind, at_most, below, above)
        tree += [None, None]
        open_cases.append((above, (*box[:kind], (at_most + 1, most), *box[kind + 1 :])))
        open_cases.append((below, (*box[:kind], (least, at_most), *box[kind + 1 :])))
    return tuple(node for node in tree if node is not None)


def _relaxation(problem: Problem, cut: Cut, box: _Box) -> tuple[list[float], list[float]]:
    """Return duals and values of: maximise the cut's sum within the box, breaking conditions at a high price.

    The price makes the program solvable in impossible cases too; its duals then prove them impossible.
    """
    gains = dict(cut.entries)
    price = 2.0 * max(map(abs, gains.values())) * problem.seats
    program = Program()
    for kind, (least, most) in enumerate(box):
        program.add_column(cost=float(gains.get(kind, 0)), lower=least, upper=most)
    for condition in problem.conditions:
        over = program.add_column(cost=-price, lower=0.0, upper=INFINITY)
        under = program.add_column(cost=-price, lower=0.0, upper=INFINITY)
        program.add_row([*condition.entries, (over, -1.0), (under, 1.0)], lower=condition.least, upper=condition.most)
    solution = solve(program)
    if solution is None:
        raise SolverError("a program with priced conditions has no solution")
    return solution.duals, solution.values[: len(box)]


def _leaf(problem: Problem, cut: Cut, box: _Box, duals: Sequence[float]) -> Leaf | None:
    for denominator in _DENOMINATORS:
        rounded = [Fraction(dual).limit_denominator(denominator) for dual in duals]
        multipliers = tuple((at, value) for at, value in enumerate(rounded) if value)
        if bound(cut.entries, multipliers, box, problem.conditions).__floor__() <= cut.most:
            return Leaf(multipliers)
    return None


def _split(box: _Box, values: Sequence[float]) -> tuple[int, int] | None:
    """Return (type, at most): the most fractional value, else the widest interval; None if all is decided."""
    distance = [abs(value - round(value)) for value in values]
    kind = max(range(len(box)), key=lambda i: distance[i])
    if distance[kind] > _WHOLE:
        return kind, int(values[kind].__floor__())
    kind = max(range(len(box)), key=lambda i: box[i][1] - box[i][0])
    least, most = box[kind]
    if least == most:
        return None
    return kind, min(round(values[kind]), most - 1)
