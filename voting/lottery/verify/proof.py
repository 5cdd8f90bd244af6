"""Proofs of fairness, checked in exact fractions: no solver, no floats.

A composition c gives type t the seats c_t, 0 ≤ c_t ≤ n_t, and meets conditions least_r ≤ Σ_t A_rt c_t ≤ most_r. For any
weights y and any multipliers λ, with a_t = Σ_r λ_r A_rt,

    Σ y_t c_t ≤ Σ_r max(λ_r least_r, λ_r most_r) + Σ_t max over c_t of (y_t − a_t) c_t

because Σ a_t c_t = Σ_r λ_r Σ_t A_rt c_t. The inequality holds for every composition, hence for every lottery over them.
If the types F settled before have their chances p, then at least one type with y_t > 0 outside F has at most

    z ≤ (bound − Σ_F y_t n_t p_t) / Σ_{t∉F} y_t n_t ,

where y_t = a_t for t in F. A level is proved when its value equals that quotient: nobody it settles could have more
unless somebody with an equal or smaller chance had less. All levels, ascending and covering every type, prove the leximin
optimum, which is unique.

Quotas alone may allow averages that no lottery over whole councils reaches. Then the bundle adds cuts: further conditions
of whole-number compositions. A cut is proved by cases (at most v seats of a type, or more), each case by a bound as
above, rounded down. A level that rests on a cut may state slightly more than it proves (coefficients are rounded): it is
a bound all the same, and the table shows that it is reached within the table's tolerance.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from voting.lottery.verify.bundle import Branch, Bundle, Condition, Cut, Level
from voting.lottery.verify.errors import WrongProbabilityError, WrongProofError


def require_proved(bundle: Bundle) -> str:
    """Check every cut and level; return the grade of the whole proof.

    ``A``: everything is proved here by fractions alone. ``B``: at least one cut claims the maximum of a small integer
    program, which any solver can confirm.

    Raises:
        WrongProofError: a certificate does not prove its value, or the levels are not ascending or complete.
        WrongProbabilityError: a type's published probability is not its level's value, or they break a condition.
    """
    sizes = tuple(map(len, bundle.members))
    conditions = bundle.conditions
    base = len(conditions) - len(bundle.cuts)
    for at, cut in enumerate(bundle.cuts):
        if cut.tree:
            require_cut(cut, sizes, conditions[: base + at])
    settled: dict[int, Fraction] = {}
    floor = Fraction(0)
    for level in bundle.levels:
        if level.value < floor or any(kind in settled for kind, _ in level.weights):
            raise WrongProofError("levels are not ascending, or settle a type twice")
        proved = proved_value(level, settled, sizes, conditions)
        if proved > level.value or (proved != level.value and not _uses_cut(level, base)):
            raise WrongProofError(f"the certificate does not prove the level {level.value}")
        floor = level.value
        settled.update((kind, level.value) for kind, _ in level.weights)
    if len(settled) != len(sizes):
        raise WrongProofError("a type is in no level")
    for kind, value in settled.items():
        if bundle.probabilities[kind] != value or value > 1:
            raise WrongProbabilityError(f"type {kind}: {bundle.probabilities[kind]} is not its level's {value}")
    for condition in conditions if not bundle.cuts else ():
        total = sum(amount * sizes[kind] * settled[kind] for kind, amount in condition.entries)
        if not condition.least <= total <= condition.most:
            raise WrongProbabilityError("the probabilities break a condition on average")
    return "A" if all(cut.tree for cut in bundle.cuts) else "B"


def proved_value(
    level: Level, settled: Mapping[int, Fraction], sizes: Sequence[int], conditions: Sequence[Condition]
) -> Fraction:
    """Return the value that a level's weights and multipliers prove.

    Raises:
        WrongProofError: a weight is not positive.
    """
    if min(weight for _, weight in level.weights) <= 0:
        raise WrongProofError("a level's weight is not positive")
    gains = _gains(dict(level.weights), level.multipliers, len(sizes), conditions)
    most = _fixed_part(level.multipliers, conditions)
    for kind, (gain, size) in enumerate(zip(gains, sizes, strict=True)):
        if kind in settled:
            # y_t = a_t leaves no gain; what the settled type takes is −gain = a_t.
            most += gain * size * settled[kind]
        elif gain > 0:
            most += gain * size
    return most / sum(weight * sizes[kind] for kind, weight in level.weights)


def bound(
    entries: Sequence[tuple[int, int]],
    multipliers: Sequence[tuple[int, Fraction]],
    box: Sequence[tuple[int, int]],
    conditions: Sequence[Condition],
) -> Fraction:
    """Return an upper bound of Σ coefficient·c_t over the compositions within the box (least, most seats per type)."""
    gains = _gains({kind: Fraction(amount) for kind, amount in entries}, multipliers, len(box), conditions)
    inner = (gain * (most if gain > 0 else least) for gain, (least, most) in zip(gains, box, strict=True) if gain)
    return _fixed_part(multipliers, conditions) + sum(inner)


def require_cut(cut: Cut, sizes: Sequence[int], conditions: Sequence[Condition]) -> None:
    """Check that no composition exceeds a cut: in every case of its tree the bound, rounded down, is at most ``most``.

    Raises:
        WrongProofError: a case admits more, or is used twice.
    """
    open_cases: list[tuple[int, dict[int, tuple[int, int]]]] = [(0, {})]
    seen: set[int] = set()
    while open_cases:
        at, narrowed = open_cases.pop()
        if at in seen:
            raise WrongProofError("a case is used twice")
        seen.add(at)
        node = cut.tree[at]
        if isinstance(node, Branch):
            least, most = narrowed.get(node.type, (0, sizes[node.type]))
            open_cases.append((node.below, {**narrowed, node.type: (least, min(most, node.at_most))}))
            open_cases.append((node.above, {**narrowed, node.type: (max(least, node.at_most + 1), most)}))
            continue
        if any(least > most for least, most in narrowed.values()):
            continue
        box = [narrowed.get(kind, (0, size)) for kind, size in enumerate(sizes)]
        if bound(cut.entries, node.multipliers, box, conditions).__floor__() > cut.most:
            raise WrongProofError(f"case {at} of a cut admits more than {cut.most}")


def _uses_cut(level: Level, base: int) -> bool:
    return any(at >= base for at, _ in level.multipliers)


def _fixed_part(multipliers: Sequence[tuple[int, Fraction]], conditions: Sequence[Condition]) -> Fraction:
    return sum(
        (amount * (conditions[at].most if amount > 0 else conditions[at].least) for at, amount in multipliers),
        Fraction(0),
    )


def _gains(
    weights: Mapping[int, Fraction],
    multipliers: Sequence[tuple[int, Fraction]],
    types: int,
    conditions: Sequence[Condition],
) -> list[Fraction]:
    """Return y_t − a_t for every type."""
    gains = [weights.get(kind, Fraction(0)) for kind in range(types)]
    for at, multiplier in multipliers:
        for kind, amount in conditions[at].entries:
            gains[kind] -= multiplier * amount
    return gains
