"""The bundle: everything about a lottery that is fixed and published before the draw.

Canonical JSON: UTF-8, object keys sorted, no spaces, no floats, no final line feed. Its SHA-256 is the commitment that
the notice board shows. It holds candidate numbers and feature values, never names.

Extension rule: a field is never added to, removed from or reinterpreted within ``madang-lottery/1``; another content is
another format string, and a verifier refuses a format it does not know.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

FORMAT = "madang-lottery/1"
MILLION = 1_000_000
MAX_CANDIDATES = 200_000
PANEL_DIGITS = (3, 4)
"""With so many digits the draw is made from 1,000 or 10,000 panels (`voting.lottery.verify.panels`)."""


@dataclass(frozen=True, slots=True)
class Quota:
    """At least ``minimum`` and at most ``maximum`` seats for the candidates with this value of this feature."""

    feature: str
    value: str
    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Type:
    """The candidates who are alike: same value in every feature, and same shared home if they share one.

    ``household`` numbers the homes of two or more candidates from 1; it is 0 for everybody else, and for all when the
    ordinance has no household rule.
    """

    values: tuple[str, ...]
    household: int


@dataclass(frozen=True, slots=True)
class Row:
    """One composition of the council: its chance in millionths, and one type index per seat, ascending."""

    weight: int
    seats: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A bound by multipliers: condition → value; see `voting.lottery.verify.proof`."""

    multipliers: tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """Two cases: at most ``at_most`` seats for ``type``, or more. ``below`` and ``above`` are node indices."""

    type: int
    at_most: int
    below: int
    above: int


@dataclass(frozen=True, slots=True)
class Condition:
    """A linear condition that every composition c meets: least ≤ Σ coefficient·c_type ≤ most."""

    least: int
    most: int
    entries: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """A condition that follows from the others only because seats are whole: Σ coefficient·c_type ≤ most.

    ``tree`` is its proof, a distinction of cases; empty if the maximum is only claimed (grade B).
    """

    entries: tuple[tuple[int, int], ...]
    most: int
    tree: tuple[Leaf | Branch, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """One step of the leximin order: these types get ``value`` each, and the proof that they could not get more.

    ``weights`` (type → y > 0) name the types that this level settles; ``multipliers`` belong to the conditions.
    """

    value: Fraction
    weights: tuple[tuple[int, Fraction], ...]
    multipliers: tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Beacon:
    """A round of drand, named before it exists: chain hash (hex) and round number."""

    chain: str
    round: int


@dataclass(frozen=True)
class Bundle:
    """A parsed bundle whose shape is right; `voting.lottery.verify.check.verify_bundle` says whether it is true."""

    commitment: str
    mode: str
    title: str
    seats: int
    features: tuple[str, ...]
    quotas: tuple[Quota, ...]
    household: bool
    types: tuple[Type, ...]
    numbers: tuple[str, ...]
    type_of: tuple[int, ...]
    people: tuple[str, ...] | None
    probabilities: tuple[Fraction, ...]
    cuts: tuple[Cut, ...]
    levels: tuple[Level, ...]
    rows: tuple[Row, ...]
    witnesses: tuple[str, ...]
    beacon: Beacon | None
    rules: tuple[str, ...]
    digits: int = 6
    """How many balls the draw has: six, or the three or four that name one of 1,000 or 10,000 panels."""

    @property
    def panels(self) -> int | None:
        """How many panels the draw is made from; None without panels."""
        return 10**self.digits if self.digits in PANEL_DIGITS else None

    @cached_property
    def members(self) -> tuple[tuple[str, ...], ...]:
        """The candidate numbers of each type, ascending."""
        found: list[list[str]] = [[] for _ in self.types]
        for number, kind in zip(self.numbers, self.type_of, strict=True):
            found[kind].append(number)
        return tuple(map(tuple, found))

    @cached_property
    def index(self) -> dict[str, int]:
        """Candidate number → type index."""
        return dict(zip(self.numbers, self.type_of, strict=True))

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Every linear condition: the quotas, the seats, one per shared home, then the cuts.

        Multipliers refer to these by position.
        """
        return (*base_conditions(self.seats, self.features, self.quotas, self.types), *self._cut_conditions())

    def _cut_conditions(self) -> list[Condition]:
        return [cut_condition(cut, tuple(map(len, self.members))) for cut in self.cuts]


def base_conditions(
    seats: int, features: Sequence[str], quotas: Sequence[Quota], types: Sequence[Type]
) -> tuple[Condition, ...]:
    """Return the conditions of quotas, seats and shared homes, in the order that multipliers refer to."""
    position = {feature: at for at, feature in enumerate(features)}
    by_value: dict[tuple[int, str], list[int]] = {}
    homes: dict[int, list[int]] = {}
    for at, kind in enumerate(types):
        for feature, value in enumerate(kind.values):
            by_value.setdefault((feature, value), []).append(at)
        if kind.household:
            homes.setdefault(kind.household, []).append(at)
    found = [
        Condition(quota.minimum, quota.maximum, _ones(by_value.get((position[quota.feature], quota.value), [])))
        for quota in quotas
    ]
    found.append(Condition(seats, seats, _ones(list(range(len(types))))))
    found.extend(Condition(0, 1, _ones(homes[home])) for home in sorted(homes))
    return tuple(found)


def cut_condition(cut: Cut, sizes: Sequence[int]) -> Condition:
    """Return a cut as a condition; its least is what the sizes of the types alone imply."""
    return Condition(sum(min(0, amount) * sizes[kind] for kind, amount in cut.entries), cut.most, cut.entries)


def _ones(kinds: list[int]) -> tuple[tuple[int, int], ...]:
    return tuple((kind, 1) for kind in kinds)
