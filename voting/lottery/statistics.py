"""What a bundle says to people: figures of fairness, why a chance is not higher, and what to warn about."""

import math
from dataclasses import dataclass
from fractions import Fraction

from voting.lottery.verify.bundle import Bundle


@dataclass(frozen=True, slots=True)
class Fairness:
    """The chances of all candidates in four figures; zero and one are counted as they are."""

    minimum: Fraction
    maximum: Fraction
    gini: Fraction
    geometric_mean: float


@dataclass(frozen=True, slots=True)
class Binding:
    """A condition in a certificate: its position, which side binds, and how many candidates it concerns."""

    condition: int
    side: str
    candidates: int
    multiplier: Fraction


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a type's chance is not higher.

    ``single`` is set when one quota says it all: its maximum shared by everybody it concerns ("60대 34명·최대 7석 → 7/34").
    """

    chance: Fraction
    bindings: tuple[Binding, ...]
    single: Binding | None


def fairness(bundle: Bundle) -> Fairness:
    """Return the figures over candidates (not types), from the exact chances.

    The Gini coefficient is Σ (2i − n + 1) p_i / (n·k) over the ascending chances p_0…p_{n−1} with k seats.
    """
    chances = sorted(bundle.probabilities[kind] for kind in bundle.type_of)
    count = len(chances)
    gini = sum(((2 * at - count + 1) * chance for at, chance in enumerate(chances)), Fraction(0))
    mean = 0.0 if chances[0] == 0 else math.exp(math.fsum(math.log(chance) for chance in chances) / count)
    return Fairness(chances[0], chances[-1], gini / (count * bundle.seats), mean)


def distinct_levels(bundle: Bundle) -> tuple[tuple[Fraction, int], ...]:
    """Return each distinct chance with the number of candidates who have it, ascending."""
    found: dict[Fraction, int] = {}
    for kind in bundle.type_of:
        found[bundle.probabilities[kind]] = found.get(bundle.probabilities[kind], 0) + 1
    return tuple(sorted(found.items()))


def explain(bundle: Bundle, number: str) -> Explanation:
    """Return why this candidate's chance is not higher, from the certificate of their level.

    Raises:
        KeyError: nobody has this number.
    """
    kind = bundle.index[number]
    sizes = tuple(map(len, bundle.members))
    level = next(level for level in bundle.levels if any(kind == settled for settled, _ in level.weights))
    bindings = tuple(
        Binding(at, "maximum" if amount > 0 else "minimum", _concerned(bundle, at, sizes), amount)
        for at, amount in level.multipliers
    )
    single = None
    if len(bindings) == 1 and bindings[0].condition < len(bundle.quotas) and bindings[0].side == "maximum":
        only = bindings[0]
        if Fraction(bundle.conditions[only.condition].most, only.candidates) == level.value:
            single = only
    return Explanation(level.value, bindings, single)


def condition_label(bundle: Bundle, condition: int) -> str:
    """Return a condition in words: ``age 60대``, ``seats``, ``home 3`` or ``cut 1``."""
    quotas, homes = len(bundle.quotas), len(bundle.conditions) - len(bundle.cuts)
    if condition < quotas:
        return f"{bundle.quotas[condition].feature} {bundle.quotas[condition].value}"
    if condition == quotas:
        return "seats"
    return f"home {condition - quotas}" if condition < homes else f"cut {condition - homes + 1}"


def lonely(bundle: Bundle) -> tuple[str, ...]:
    """Return the candidates who are alone of their type: the bundle publishes their combination of features."""
    return tuple(members[0] for members in bundle.members if len(members) == 1)


def certain(bundle: Bundle) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the candidates who cannot be drawn, and those who are drawn for sure: to be named before the draw."""
    chances = [
        (number, bundle.probabilities[kind]) for number, kind in zip(bundle.numbers, bundle.type_of, strict=True)
    ]
    return tuple(n for n, chance in chances if chance == 0), tuple(n for n, chance in chances if chance == 1)


def chance_in_table(bundle: Bundle, number: str) -> Fraction:
    """Return this candidate's chance as the table gives it, in millionths."""
    kind = bundle.index[number]
    seats = sum(row.weight * row.seats.count(kind) for row in bundle.rows)
    return Fraction(seats, 1_000_000 * len(bundle.members[kind]))


def _concerned(bundle: Bundle, condition: int, sizes: tuple[int, ...]) -> int:
    return sum(sizes[kind] for kind, _ in bundle.conditions[condition].entries)
