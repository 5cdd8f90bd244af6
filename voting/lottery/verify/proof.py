"""Proofs of fairness, checked in exact fractions: no solver, no floats.

A composition c gives type t the seats c_t, 0 ≤ c_t ≤ n_t, and satisfies conditions least_r ≤ Σ_{t∈r} c_t ≤ most_r. For
any weights y and any multipliers λ, with a_t = Σ_{r∋t} λ_r,

    Σ y_t c_t ≤ Σ_r max(λ_r least_r, λ_r most_r) + Σ_t max over c_t of (y_t − a_t) c_t

because Σ a_t c_t = Σ λ_r Σ_{t∈r} c_t. The inequality holds for every composition, hence for every lottery over them. If
the types F settled before have their probabilities p, at least one type with y_t > 0 outside F therefore has

    z ≤ (bound − Σ_F y_t n_t p_t) / Σ_{t∉F} y_t n_t .

A level is proved when its value equals that quotient: then nobody it settles could have more unless somebody with an
equal or smaller chance had less. All levels, in ascending order and covering every type, prove the leximin optimum,
which is unique.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from voting.lottery.verify.bundle import Branch, Bundle, Leaf, Level
from voting.lottery.verify.errors import WrongProbabilityError, WrongProofError


def require_proved(bundle: Bundle) -> str:
    """Check every level; return the grade of the whole proof.

    ``A``: every bound is proved here by fractions alone. ``B``: at least one level claims the maximum of a small integer
    program, which any solver can confirm.

    Raises:
        WrongProofError: a level's certificate does not prove its value, or the levels are not ascending or complete.
        WrongProbabilityError: a type's published probability is not its level's value.
    """
    sizes = tuple(map(len, bundle.members))
    settled: dict[int, Fraction] = {}
    floor = Fraction(0)
    grade = "A"
    for level in bundle.levels:
        if level.value < floor or any(kind in settled for kind, _ in level.weights):
            raise WrongProofError("levels are not ascending, or settle a type twice")
        if _quotient(level, bundle, settled, sizes) != level.value:
            raise WrongProofError(f"the certificate does not prove the level {level.value}")
        if level.maximum is not None and not level.tree:
            grade = "B"
        floor = level.value
        settled.update((kind, level.value) for kind, _ in level.weights)
    if len(settled) != len(sizes):
        raise WrongProofError("a type is in no level")
    for kind, value in settled.items():
        if bundle.probabilities[kind] != value or value > 1:
            raise WrongProbabilityError(f"type {kind}: {bundle.probabilities[kind]} is not its level's {value}")
    if all(level.maximum is None for level in bundle.levels):
        _require_attainable(bundle, settled, sizes)
    return grade


def bound(
    leaf: Leaf,
    weights: Mapping[int, Fraction],
    box: Sequence[tuple[int, int]],
    conditions: Sequence[tuple[int, int, tuple[int, ...]]],
) -> Fraction:
    """Return an upper bound of Σ y_t c_t over the compositions within the box (least, most seats of each type)."""
    gains = [weights.get(kind, Fraction(0)) for kind in range(len(box))]
    total = Fraction(0)
    for row, multiplier in leaf.multipliers:
        least, most, kinds = conditions[row]
        total += max(multiplier * least, multiplier * most)
        for kind in kinds:
            gains[kind] -= multiplier
    return total + sum(max(gain * least, gain * most) for gain, (least, most) in zip(gains, box, strict=True))


def implied_weights(
    leaf: Leaf, settled: Mapping[int, Fraction], conditions: Sequence[tuple[int, int, tuple[int, ...]]]
) -> dict[int, Fraction]:
    """Return the y of the settled types under which they add nothing to the bound: y_t = a_t."""
    found = dict.fromkeys(settled, Fraction(0))
    for row, multiplier in leaf.multipliers:
        for kind in conditions[row][2]:
            if kind in found:
                found[kind] += multiplier
    return found


def require_bounded(
    tree: Sequence[Leaf | Branch],
    maximum: Fraction,
    weights: Mapping[int, Fraction],
    box: Sequence[tuple[int, int]],
    conditions: Sequence[tuple[int, int, tuple[int, ...]]],
) -> None:
    """Check that no integer composition exceeds ``maximum``: every leaf of the case distinction stays below.

    With integer weights the sum is an integer, so a leaf's bound is rounded down.

    Raises:
        WrongProofError: a leaf admits more, or a node is used twice.
    """
    whole = all(weight.denominator == 1 for weight in weights.values())
    open_nodes = [(0, tuple(box))]
    seen: set[int] = set()
    while open_nodes:
        at, within = open_nodes.pop()
        if at in seen:
            raise WrongProofError("a case is used twice")
        seen.add(at)
        node = tree[at]
        if isinstance(node, Branch):
            least, most = within[node.type]
            before, after = within[: node.type], within[node.type + 1 :]
            open_nodes.append((node.below, (*before, (least, min(most, node.at_most)), *after)))
            open_nodes.append((node.above, (*before, (max(least, node.at_most + 1), most), *after)))
            continue
        if any(least > most for least, most in within):
            continue
        found = bound(node, weights, within, conditions)
        if (found.__floor__() if whole else found) > maximum:
            raise WrongProofError(f"case {at} admits more than the claimed maximum {maximum}")


def _quotient(level: Level, bundle: Bundle, settled: Mapping[int, Fraction], sizes: Sequence[int]) -> Fraction:
    conditions = bundle.constraints
    box = tuple((0, size) for size in sizes)
    weights = dict(level.weights)
    if min(weights.values()) <= 0:
        raise WrongProofError("a level has a negative weight")
    if level.maximum is None:
        leaf = level.tree[0]
        if not isinstance(leaf, Leaf):
            raise WrongProofError("a linear proof is one leaf")
        given = implied_weights(leaf, settled, conditions)
        most = bound(leaf, {**weights, **given}, box, conditions)
    else:
        given = dict(level.settled)
        if not settled.keys() >= given.keys() or min(given.values(), default=Fraction(0)) < 0:
            raise WrongProofError("a level weighs types that are not settled, or negatively")
        most = level.maximum
        if level.tree:
            require_bounded(level.tree, most, {**weights, **given}, box, conditions)
    spent = sum((weight * sizes[kind] * settled[kind] for kind, weight in given.items()), Fraction(0))
    return (most - spent) / sum(weight * sizes[kind] for kind, weight in weights.items())


def _require_attainable(bundle: Bundle, settled: Mapping[int, Fraction], sizes: Sequence[int]) -> None:
    for least, most, kinds in bundle.constraints:
        if not least <= sum(sizes[kind] * settled[kind] for kind in kinds) <= most:
            raise WrongProbabilityError("the probabilities break a quota on average")
