"""For any feasible pool every published object verifies, and says the truth about every council."""

import os
import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lottery_pools import adversarial, all_councils
from voting.lottery import (
    Event,
    Pool,
    draw,
    parse_bundle,
    parse_result,
    prepare,
    replace_members,
    verify_bundle,
    verify_replacement,
    verify_result,
)
from voting.lottery.verify.bundle import Bundle

EVERY = 1 if os.environ.get("MADANG_LOTTERY_POOLS") == "all" else 5
"""Of a thousand pools every fifth is tried; all of them for the record (docs/testing.md)."""
seeds = st.integers(0, 10**9)
quick = settings(max_examples=25, deadline=None, derandomize=True)


def verify_everything(pool: Pool, seed: int) -> Bundle:
    """Prepare, draw and replace; verify each document."""
    dice = random.Random(seed)
    bundle_data = prepare(pool)
    verified = verify_bundle(bundle_data)
    assert verified.grade == "A"
    result_data = draw(bundle_data, digits=f"{dice.randrange(10**6):06}", reveals={"w": str(seed)})
    _, result = verify_result(bundle_data, result_data)
    outcome = result.outcome
    events = [Event("vacant", dice.choice(outcome.selected))]
    if outcome.reserves:
        events.append(Event("refused", outcome.reserves[0]))
    verify_replacement(bundle_data, result_data, replace_members(bundle_data, result_data, events))
    return verified.bundle


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30))
def test_every_document_of_a_random_pool_verifies(seed: int) -> None:
    verify_everything(adversarial(seed, most_people=40, homes=seed % 2 == 1), seed)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 1_000, 100))
def test_every_document_of_a_larger_random_pool_verifies(first: int) -> None:
    # An even step would try pools with homes only, or without.
    for seed in range(first, first + 100, EVERY):
        verify_everything(adversarial(seed, homes=seed % 2 == 1), seed)


@pytest.mark.slow
@quick
@given(seeds)
def test_a_proof_holds_for_every_council_of_a_tiny_pool(seed: int) -> None:
    """Try all councils: none breaks a cut, none is worth more than a level's bound, and no better lottery exists.

    Σ y_t c_t + Σ_F a_t c_t is at most what the certificate says for each council by itself, so for every mixture of them.
    """
    pool = adversarial(seed, most_people=13, homes=seed % 2 == 1)
    bundle = parse_bundle(prepare(pool))
    councils = [[bundle.index[number] for number in council] for council in all_councils(pool)]
    assert councils
    valid = {tuple(sorted(council)) for council in councils}
    assert {row.seats for row in bundle.rows} <= valid
    sizes = [len(members) for members in bundle.members]
    settled: dict[int, Fraction] = {}
    for level in bundle.levels:
        worth = dict(level.weights)
        for at, multiplier in level.multipliers:
            for kind, amount in bundle.conditions[at].entries:
                if kind in settled:
                    worth[kind] = worth.get(kind, Fraction(0)) + multiplier * amount
        spent = sum((worth.get(kind, Fraction(0)) * sizes[kind] * p for kind, p in settled.items()), Fraction(0))
        share = sum(weight * sizes[kind] for kind, weight in level.weights)
        best = max(sum(worth.get(kind, Fraction(0)) for kind in council) for council in councils)
        # The highest that the smallest chance of these types can be, by trying every council, is the level itself.
        assert (best - spent) / share <= level.value
        settled.update((kind, level.value) for kind, _ in level.weights)
    for cut in bundle.cuts:
        for council in councils:
            assert sum(amount * council.count(kind) for kind, amount in cut.entries) <= cut.most


@pytest.mark.slow
@quick
@given(seeds)
def test_the_order_of_the_input_changes_no_byte(seed: int) -> None:
    pool = adversarial(seed, most_people=24, homes=seed % 2 == 1)
    again = list(pool.candidates)
    random.Random(seed + 1).shuffle(again)
    assert prepare(replace(pool, candidates=tuple(again))) == prepare(pool)
    # Now the numbers themselves move, so that the types are met in another order: the chances move along.
    numbers = [candidate.number for candidate in pool.candidates]
    shuffled = numbers[:]
    random.Random(seed).shuffle(shuffled)
    people = tuple(replace(c, number=n) for c, n in zip(pool.candidates, shuffled, strict=True))
    before, after = parse_bundle(prepare(pool)), parse_bundle(prepare(replace(pool, candidates=people)))
    for old, new in zip(numbers, shuffled, strict=True):
        assert before.probabilities[before.index[old]] == after.probabilities[after.index[new]]


@pytest.mark.slow
@quick
@given(seeds)
def test_people_who_are_alike_have_the_same_chance_and_the_chances_add_up_to_the_seats(seed: int) -> None:
    bundle = parse_bundle(prepare(adversarial(seed, most_people=24)))
    assert len(set(bundle.types)) == len(bundle.types)
    total = sum(bundle.probabilities[kind] for kind in bundle.type_of)
    assert total == bundle.seats


@pytest.mark.slow
@quick
@given(seeds)
def test_a_clone_shares_with_its_original(seed: int) -> None:
    pool = adversarial(seed, most_people=24)
    original = random.Random(seed).choice(pool.candidates)
    twice = parse_bundle(prepare(replace(pool, candidates=(*pool.candidates, replace(original, number="Z999")))))
    assert twice.index["Z999"] == twice.index[original.number]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_cloning_everybody_halves_every_chance(seed: int) -> None:
    """Unless somebody is sure of a seat, or whole seats stand in the way, the averages of the types stay the same."""
    pool = adversarial(seed, most_people=30)
    clones = tuple(replace(candidate, number=f"Z{candidate.number}") for candidate in pool.candidates)
    once = parse_bundle(prepare(pool))
    twice = parse_bundle(prepare(replace(pool, candidates=(*pool.candidates, *clones))))
    assert once.types == twice.types
    if not once.cuts and not twice.cuts and max(once.probabilities) < 1:
        assert [chance / 2 for chance in once.probabilities] == list(twice.probabilities)


@pytest.mark.parametrize("seed", range(0, 60, 4))
def test_a_drawn_result_seats_only_valid_councils(seed: int) -> None:
    pool = adversarial(seed, most_people=13, homes=seed % 8 == 4)
    data = prepare(pool)
    valid = {frozenset(council) for council in all_councils(pool)}
    for digits in ("000000", "333333", "777777", "999999"):
        selected = parse_result(draw(data, digits=digits, reveals={})).outcome.selected
        assert frozenset(selected) in valid
