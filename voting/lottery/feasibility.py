"""Advice when the quotas cannot all be met: the smallest changes that would make them possible, by name.

The committee decides; the decision and the final quotas are published before the freeze.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from voting.errors import InfeasibleError
from voting.lottery.pool import Grouping, Pool, QuotaRule, group
from voting.lottery.solver import Program, solve

OPTIONS = 3


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A quota, and the minimum and maximum that would be needed."""

    quota: QuotaRule
    minimum: int
    maximum: int

    @property
    def seats(self) -> int:
        """By how many seats the quota gives way."""
        return self.quota.minimum - self.minimum + self.maximum - self.quota.maximum

    def __str__(self) -> str:
        parts = []
        if self.minimum != self.quota.minimum:
            parts.append(f"min {self.quota.minimum} → {self.minimum}")
        if self.maximum != self.quota.maximum:
            parts.append(f"max {self.quota.maximum} → {self.maximum}")
        return f"{self.quota.feature} {self.quota.value}: {', '.join(parts)}"


@dataclass(frozen=True, slots=True)
class Advice:
    """What stands in the way at first sight, and the options: each a set of relaxations that together suffice."""

    obstacles: tuple[str, ...]
    options: tuple[tuple[Relaxation, ...], ...]


class InfeasibleQuotasError(InfeasibleError):
    """No council meets all quotas; ``advice`` says what would have to give way."""

    def __init__(self, advice: Advice) -> None:
        self.advice = advice
        lines = [f"  {obstacle}" for obstacle in advice.obstacles]
        lines += [
            f"  option {number}: {'; '.join(map(str, option))}" for number, option in enumerate(advice.options, 1)
        ]
        if not advice.options:
            lines.append("  no relaxation within the given limits helps")
        super().__init__("no council meets all quotas\n" + "\n".join(lines))


def require_feasible(pool: Pool) -> None:
    """Refuse quotas that no council meets.

    Raises:
        InfeasibleQuotasError: with the smallest relaxations.
        SolverError: the solver gave no answer.
    """
    grouping = group(pool)
    if _relax(pool, grouping, ()) == ():
        return
    raise InfeasibleQuotasError(advise(pool))


def advise(pool: Pool) -> Advice:
    """Return the obstacles and up to `OPTIONS` sets of relaxations, the fewest seats first, then the fewest quotas.

    Each option relaxes other quotas than the ones before it.
    """
    grouping = group(pool)
    options: list[tuple[Relaxation, ...]] = []
    for _ in range(OPTIONS):
        found = _relax(pool, grouping, options)
        if not found:
            break
        options.append(found)
    return Advice(tuple(_obstacles(pool)), tuple(options))


def relaxed(pool: Pool, option: Sequence[Relaxation]) -> Pool:
    """Return the pool with one option of the advice applied."""
    change = {(item.quota.feature, item.quota.value): item for item in option}
    rules = []
    for rule in pool.quotas:
        item = change.get((rule.feature, rule.value))
        rules.append(rule if item is None else replace(rule, minimum=item.minimum, maximum=item.maximum))
    return replace(pool, quotas=tuple(rules))


def _obstacles(pool: Pool) -> list[str]:
    """Return what a person sees without a computer: sums and counts that cannot fit."""
    found: list[str] = []
    for at, feature in enumerate(pool.features):
        rules = [rule for rule in pool.quotas if rule.feature == feature]
        least, most = sum(rule.minimum for rule in rules), sum(rule.maximum for rule in rules)
        if least > pool.seats:
            found.append(f"{feature}: the minimums add up to {least}, more than {pool.seats} seats")
        if most < pool.seats:
            found.append(f"{feature}: the maximums add up to {most}, fewer than {pool.seats} seats")
        available = Counter(candidate.values[at] for candidate in pool.candidates)
        found += [
            f"{feature} {rule.value}: at least {rule.minimum} are required, {available[rule.value]} stand"
            for rule in rules
            if available[rule.value] < rule.minimum
        ]
    homes = {candidate.household for candidate in pool.candidates if candidate.household}
    alone = sum(candidate.household is None for candidate in pool.candidates)
    if pool.household and alone + len(homes) < pool.seats:
        found.append(f"one per home: {alone + len(homes)} homes for {pool.seats} seats")
    return found


def _relax(pool: Pool, grouping: Grouping, excluded: Sequence[Sequence[Relaxation]]) -> tuple[Relaxation, ...] | None:
    """Return the smallest relaxations, none of the excluded sets; () if nothing must give way, None if nothing helps."""
    program = Program()
    for size in grouping.sizes:
        program.add_column(cost=0.0, lower=0, upper=size, whole=True)
    everybody = [(kind, 1.0) for kind in range(len(grouping.types))]
    program.add_row(everybody, lower=pool.seats, upper=pool.seats)
    homes: dict[int, list[tuple[int, float]]] = {}
    for kind, found in enumerate(grouping.types):
        if found.household:
            homes.setdefault(found.household, []).append((kind, 1.0))
    for entries in homes.values():
        program.add_row(entries, lower=0, upper=1)
    # A seat costs more than all quotas together, so seats count first and the number of quotas second.
    seat_price = len(pool.quotas) + 1.0
    columns: list[tuple[int, int, int]] = []
    for rule in pool.quotas:
        feature = pool.features.index(rule.feature)
        lowest, highest = min(rule.least_minimum, pool.seats), min(rule.greatest_maximum, pool.seats)
        down, up = max(0, rule.minimum - lowest), max(0, highest - rule.maximum)
        less = program.add_column(cost=-seat_price, lower=0, upper=down, whole=True)
        more = program.add_column(cost=-seat_price, lower=0, upper=up, whole=True)
        used = program.add_column(cost=-1.0, lower=0, upper=1, whole=True)
        program.add_row([(less, 1.0), (more, 1.0), (used, -float(down + up))], lower=-pool.seats * 2, upper=0)
        inside = [(kind, 1.0) for kind, t in enumerate(grouping.types) if t.values[feature] == rule.value]
        program.add_row([*inside, (less, 1.0)], lower=rule.minimum, upper=len(pool.candidates) + pool.seats)
        program.add_row([*inside, (more, -1.0)], lower=-pool.seats, upper=rule.maximum)
        columns.append((less, more, used))
    place = {(rule.feature, rule.value): at for at, rule in enumerate(pool.quotas)}
    for option in excluded:
        entries = [(columns[place[item.quota.feature, item.quota.value]][2], 1.0) for item in option]
        program.add_row(entries, lower=0, upper=len(entries) - 1)
    solution = solve(program)
    if solution is None:
        return None
    relaxations: list[Relaxation] = []
    for rule, (less, more, _) in zip(pool.quotas, columns, strict=True):
        down, up = round(solution.values[less]), round(solution.values[more])
        if down or up:
            relaxations.append(Relaxation(rule, rule.minimum - down, rule.maximum + up))
    return tuple(relaxations)
