"""The steps of preparing, one by one: levels, peeling, column generation, cuts and their proofs, rounding."""

import random
import sys
from fractions import Fraction

import pytest

from tests.lottery_pools import adversarial, odd_cycle, village
from voting.lottery import Pool, SolverError, prepare, solver
from voting.lottery.case_tree import prove_cut
from voting.lottery.columns import combine
from voting.lottery.decompose import composition_of, is_valid, peel, seats_of
from voting.lottery.exact import solve_exactly
from voting.lottery.hull import approximate_averages, whole_leximin
from voting.lottery.leximin import Problem, averages, leximin
from voting.lottery.pool import group
from voting.lottery.rounding import rows_of
from voting.lottery.verify.bundle import Condition, Cut, Leaf, Quota, base_conditions
from voting.lottery.verify.errors import WrongProofError
from voting.lottery.verify.proof import require_cut


def problem_of(pool: Pool) -> Problem:
    grouping = group(pool)
    quotas = [Quota(rule.feature, rule.value, rule.minimum, rule.maximum) for rule in pool.quotas]
    conditions = base_conditions(pool.seats, pool.features, quotas, grouping.types)
    return Problem(pool.seats, grouping.sizes, conditions)


@pytest.mark.parametrize("seed", range(25))
def test_what_is_peeled_gives_the_averages_exactly(seed: int) -> None:
    problem = problem_of(adversarial(seed, homes=seed % 2 == 1))
    target = averages(problem, leximin(problem))
    peeled = peel(problem, target)
    assert all(is_valid(problem, composition) for composition in peeled.weights)
    assert all(weight > 0 for weight in peeled.weights.values())
    if peeled.complete:
        assert sum(peeled.weights.values()) == 1
        assert approximate_averages(problem, peeled.weights) == target
        assert len(peeled.weights) <= len(problem.sizes) + len(problem.conditions)
    else:
        assert sum(peeled.weights.values()) < 1


def test_column_generation_reaches_the_averages_without_any_known_council() -> None:
    problem = problem_of(village())
    target = averages(problem, leximin(problem))
    combination = combine(problem, target, {})
    assert combination.reached
    found = approximate_averages(problem, combination.weights)
    assert all(abs(a - b) < Fraction(1, 10**8) for a, b in zip(found, target, strict=True))


def test_column_generation_says_when_whole_councils_cannot_reach_them() -> None:
    problem = problem_of(odd_cycle())
    target = averages(problem, leximin(problem))
    assert set(target) == {Fraction(1, 2)}
    assert not peel(problem, target).complete
    assert not combine(problem, target, {}).reached


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_the_optimum_of_whole_councils_is_that_of_the_averages_when_these_are_reached(seed: int) -> None:
    problem = problem_of(adversarial(seed, most_people=24))
    levels = leximin(problem)
    target = averages(problem, levels)
    optimum = whole_leximin(problem, [], cases=500)
    if combine(problem, target, {}).reached:
        found = averages(problem, optimum.levels)
        assert all(abs(a - b) < Fraction(1, 10**6) for a, b in zip(found, target, strict=True))


def test_a_cut_that_needs_more_cases_than_allowed_is_left_unproved() -> None:
    problem = problem_of(odd_cycle())
    optimum = whole_leximin(problem, [], cases=500)
    cut = optimum.cuts[0]
    assert len(cut.tree) >= 1
    require_cut(cut, problem.sizes, problem.conditions)
    if len(cut.tree) > 1:
        assert prove_cut(problem, cut, cases=1) == ()
    false = Cut(cut.entries, cut.most - 1, ())
    assert prove_cut(problem, false, cases=500) == ()


def test_branching_proves_what_no_single_bound_can() -> None:
    """Five people in a ring, neighbours exclude each other: on average 5/2 may sit, but never more than two.

    Counted singly, 5/2 rounds down to 2; counted fourfold, 10 does not round down to 8.
    """
    ring = tuple((kind, 1) for kind in range(5))
    pairs = [Condition(0, 1, ((at, 1), ((at + 1) % 5, 1))) for at in range(5)]
    weighted = Cut(tuple((kind, 4) for kind in range(5)), 8, ())
    problem = Problem(2, (1,) * 5, tuple(pairs))
    tree = prove_cut(problem, weighted, cases=100)
    assert len(tree) > 1
    require_cut(Cut(weighted.entries, 8, tree), problem.sizes, problem.conditions)
    with pytest.raises(WrongProofError):
        require_cut(Cut(weighted.entries, 7, tree), problem.sizes, problem.conditions)
    simple = prove_cut(problem, Cut(ring, 2, ()), cases=1)
    assert simple
    assert isinstance(simple[0], Leaf)


def test_sparse_equations_are_solved_exactly_or_refused() -> None:
    one = Fraction(1)
    equations = [({0: one, 1: one}, Fraction(3)), ({0: one, 1: -one}, Fraction(1, 3))]
    assert solve_exactly(equations, 2) == [Fraction(5, 3), Fraction(4, 3)]
    assert solve_exactly([*equations, ({0: one}, Fraction(7))], 2) is None
    assert solve_exactly([({1: Fraction(2)}, one)], 3) == [0, Fraction(1, 2), 0]


def test_rounding_keeps_the_sum_and_the_chances() -> None:
    weights = {(1, 0, 1): Fraction(1, 3), (0, 1, 1): Fraction(1, 3), (1, 1, 0): Fraction(1, 3)}
    rows = rows_of(weights, [Fraction(2, 3)] * 3, [1, 1, 1])
    assert sorted(row.weight for row in rows) == [333_333, 333_333, 333_334]
    assert [row.seats for row in rows if row.weight == 333_334] == [rows[0].seats]
    tiny = rows_of({(1, 0): Fraction(1, 10**9), (0, 1): 1 - Fraction(1, 10**9)}, [Fraction(0), Fraction(1)], [1, 1])
    assert [(row.weight, row.seats) for row in tiny] == [(1_000_000, (1,))]


def test_single_millionths_move_until_nobody_is_unnecessarily_far_off() -> None:
    better = 0
    for seed in range(10):
        dice = random.Random(seed)
        kinds, rows = 12, 60
        weights = {
            tuple(int(dice.random() < 0.3) for _ in range(kinds)): Fraction(dice.randrange(1, 10**6))
            for _ in range(rows)
        }
        total = sum(weights.values())
        weights = {composition: weight / total for composition, weight in weights.items()}
        exact = [sum(w * c[kind] for c, w in weights.items()) for kind in range(kinds)]
        made = rows_of(weights, exact, [1] * kinds)
        plain = {c: (w * 10**6).__floor__() for c, w in weights.items()}
        by_remainder = sorted(plain, key=lambda c: plain[c] - weights[c] * 10**6)
        for composition in by_remainder[: 10**6 - sum(plain.values())]:
            plain[composition] += 1
        before = max(abs(sum(w * c[k] for c, w in plain.items()) - exact[k] * 10**6) for k in range(kinds))
        after = max(abs(sum(r.weight * r.seats.count(k) for r in made) - exact[k] * 10**6) for k in range(kinds))
        assert sum(row.weight for row in made) == 10**6
        assert after <= before
        better += after < before
    assert better >= 5


def test_seats_and_compositions_are_two_ways_to_write_the_same() -> None:
    assert seats_of((2, 0, 1)) == (0, 0, 2)
    assert composition_of((0, 0, 2), 3) == (2, 0, 1)


def test_a_missing_solver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    solver._highs.cache_clear()
    monkeypatch.setitem(sys.modules, "highspy", None)
    with pytest.raises(SolverError, match="highspy"):
        prepare(village())
    solver._highs.cache_clear()
