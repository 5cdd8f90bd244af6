"""Pools for the lottery's tests: made from a seed, or so small that the answer is known by hand."""

import json
import random
from collections.abc import Callable
from functools import cache
from itertools import combinations
from typing import Any

from voting.lottery import Pool, QuotaRule, prepare
from voting.lottery.pool import Candidate
from voting.lottery.verify import canonical


def make_pool(
    candidates: dict[str, tuple[str, ...]],
    quotas: list[tuple[str, str, int, int]],
    *,
    seats: int,
    homes: dict[str, str] | None = None,
) -> Pool:
    """Return a pool from number → values and (feature, value, min, max)."""
    rules = tuple(QuotaRule(*quota, least_minimum=0, greatest_maximum=10**5) for quota in quotas)
    features = tuple(dict.fromkeys(rule.feature for rule in rules))
    people = tuple(Candidate(n, candidates[n], (homes or {}).get(n), None) for n in sorted(candidates))
    return Pool(seats, features, rules, people, homes is not None)


def village(*, people: int = 24, seats: int = 6) -> Pool:
    """Return a small everyday pool: sex and age, quotas that bind."""
    dice = random.Random(7)
    candidates = {f"C{at:03}": (dice.choice("여여남"), dice.choice(["청년", "중년", "노년"])) for at in range(people)}
    quotas = [("sex", "여", 2, 4), ("sex", "남", 2, 4)]
    quotas += [("age", "청년", 1, 3), ("age", "중년", 1, 2), ("age", "노년", 1, 3)]
    return make_pool(candidates, quotas, seats=seats)


def odd_cycle() -> Pool:
    """Return the smallest pool where whole seats cost fairness.

    a, b and c exclude each other pairwise, two seats: on average each could have 1/2, but every council is d and one of
    them. Leximin: 1/3, 1/3, 1/3, 1.
    """
    candidates = {"a": ("x", "-", "x"), "b": ("x", "x", "-"), "c": ("-", "x", "x"), "d": ("-", "-", "-")}
    quotas = [(f"f{at}", value, 0, most) for at in range(3) for value, most in (("x", 1), ("-", 2))]
    return make_pool(candidates, quotas, seats=2)


def adversarial(seed: int, *, most_people: int = 60, homes: bool = False) -> Pool:
    """Return a pool whose quotas are copied from a random council with a slack of 0 to 2 seats: tight, but feasible."""
    dice = random.Random(seed)
    people = dice.randint(12, most_people)
    seats = dice.randint(3, people // 3)
    features = [f"f{at}" for at in range(dice.randint(2, 5))]
    values = {feature: [f"v{at}" for at in range(dice.randint(2, 4))] for feature in features}
    share = {feature: [dice.random() + 0.05 for _ in values[feature]] for feature in features}
    chosen = [tuple(dice.choices(values[f], share[f])[0] for f in features) for _ in range(people)]
    council = dice.sample(range(people), seats)
    slack = dice.randint(0, 2)
    quotas = []
    for at, feature in enumerate(features):
        for value in values[feature]:
            if any(person[at] == value for person in chosen):
                count = sum(chosen[member][at] == value for member in council)
                least = max(0, count - dice.randint(0, slack))
                quotas.append((feature, value, least, count + dice.randint(0, slack)))
    shared: dict[str, str] = {}
    if homes:
        others = [at for at in range(people) if at not in council]
        for home, (member, other) in enumerate(zip(council[::2], others, strict=False)):
            shared[f"C{member:03}"] = shared[f"C{other:03}"] = f"home {home}"
    numbered = {f"C{at:03}": person for at, person in enumerate(chosen)}
    return make_pool(numbered, quotas, seats=seats, homes=shared if homes else None)


def all_councils(pool: Pool) -> list[tuple[str, ...]]:
    """Return every council of a tiny pool by trying all."""

    def is_valid(council: tuple[Candidate, ...]) -> bool:
        shared = [member.household for member in council if member.household]
        if pool.household and len(set(shared)) != len(shared):
            return False
        return all(
            rule.minimum
            <= sum(member.values[pool.features.index(rule.feature)] == rule.value for member in council)
            <= rule.maximum
            for rule in pool.quotas
        )

    councils = combinations(pool.candidates, pool.seats)
    return [tuple(member.number for member in council) for council in councils if is_valid(council)]


@cache
def village_bundle() -> bytes:
    """Return the bundle of `village`, with two witnesses named."""
    return prepare(village(), title="시험동 주민자치회", witnesses=("갑", "을"))


@cache
def panels_bundle() -> bytes:
    """Return the bundle of `village`, to be drawn from 1,000 panels."""
    return prepare(village(), title="시험동 주민자치회", witnesses=("갑", "을"), digits=3)


@cache
def cut_bundle() -> bytes:
    """Return the bundle of `odd_cycle`, which needs a cut."""
    return prepare(odd_cycle())


def changed(data: bytes, change: Callable[[Any], object]) -> bytes:
    """Return a document after ``change`` edited its fields, in canonical form again."""
    fields = json.loads(data)
    change(fields)
    return canonical(fields)
