"""The ceremony: seed, order, row, selection; every claim of a result, and every way to cheat with it."""

import hashlib
import hmac
import json
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest

from tests.lottery_pools import changed, make_pool, village, village_bundle
from tests.lottery_tampering import RESULT_CHANGES, Change
from voting.lottery import (
    Beacon,
    Pulse,
    draw,
    identity_commitment,
    parse_bundle,
    parse_result,
    prepare,
    reserves_by,
    secret_commitment,
    verify_result,
)
from voting.lottery.verify.errors import (
    MalformedBundleError,
    StuckDrawError,
    WrongBeaconError,
    WrongBundleError,
    WrongCommitmentError,
    WrongWitnessError,
)

SECRETS = {"갑": "봄비", "을": "가을 하늘"}
COMMITMENTS = {name: secret_commitment(secret) for name, secret in SECRETS.items()}


def result(digits: str = "482913", **options: Any) -> bytes:
    return draw(village_bundle(), digits=digits, reveals=SECRETS, commitments=COMMITMENTS, **options)


def test_the_seed_and_the_order_are_those_of_the_specification() -> None:
    bundle, found = parse_bundle(village_bundle()), parse_result(result())
    text = f"jachi-draw/v1|{hashlib.sha256(village_bundle()).hexdigest()}|482913|갑=봄비,을=가을 하늘"
    seed = hashlib.sha256(text.encode()).digest()
    assert found.outcome.seed == seed.hex()
    order = sorted(bundle.numbers, key=lambda n: hmac.new(seed, f"order|{n}".encode(), "sha256").digest())
    assert list(found.outcome.reserves) == [n for n in order if n not in found.outcome.selected]
    assert list(found.outcome.selected) == [n for n in order if n in found.outcome.selected]


def test_the_row_holds_the_digits_and_its_first_of_each_type_are_selected() -> None:
    bundle = parse_bundle(village_bundle())
    first = 0
    for at, row in enumerate(bundle.rows, 1):
        for digits in (first, first + row.weight - 1):
            outcome = parse_result(result(f"{digits:06}")).outcome
            assert outcome.row == at
            assert Counter(bundle.index[n] for n in outcome.selected) == Counter(row.seats)
        first += row.weight
    assert first == 10**6


def test_every_drawn_council_keeps_every_quota() -> None:
    bundle = parse_bundle(village_bundle())
    for digits in range(0, 10**6, 61_803):
        selected = parse_result(result(f"{digits:06}")).outcome.selected
        for quota in bundle.quotas:
            at = bundle.features.index(quota.feature)
            count = sum(bundle.types[bundle.index[n]].values[at] == quota.value for n in selected)
            assert quota.minimum <= count <= quota.maximum


@pytest.mark.parametrize("digits", ["48291", "4829130", "48291a", "４８２９１３", "-82913", " 82913", "", None])
def test_digits_are_six_balls(digits: str | None) -> None:
    with pytest.raises(MalformedBundleError):
        draw(village_bundle(), digits=digits, reveals=SECRETS)


@pytest.mark.parametrize("secret", ["", "a|b", "a=b", "a,b", "a\nb"])
def test_a_secret_with_a_separator_is_refused(secret: str) -> None:
    with pytest.raises(MalformedBundleError):
        draw(village_bundle(), digits="000000", reveals={"갑": secret, "을": "x"})
    with pytest.raises(MalformedBundleError):
        secret_commitment(secret)


def test_an_identity_is_bound_by_all_its_parts() -> None:
    parts = {"number": "C001", "name": "홍길동", "birthdate": "19700101", "salt": "9f"}
    whole = hashlib.sha256("C001|홍길동|19700101|9f".encode()).hexdigest()
    assert identity_commitment(**parts) == whole
    for part in parts:
        assert identity_commitment(**{**parts, part: parts[part] + "x"}) != whole
    with pytest.raises(MalformedBundleError):
        identity_commitment(**{**parts, "name": "홍|길동"})


def test_a_witness_who_does_not_reveal_is_recorded_and_left_out() -> None:
    data = draw(village_bundle(), digits="000000", reveals={"갑": "봄비"}, commitments=COMMITMENTS)
    _, found = verify_result(village_bundle(), data, commitments=COMMITMENTS)
    assert [(w.name, w.secret) for w in found.ceremony.witnesses] == [("갑", "봄비"), ("을", None)]


@pytest.mark.parametrize(("change", "refusal"), [pytest.param(c, r, id=name) for name, c, r in RESULT_CHANGES])
def test_one_change_of_a_result_is_one_refusal(change: Change, refusal: type[Exception]) -> None:
    with pytest.raises(refusal) as raised:
        verify_result(village_bundle(), changed(result(), change))
    assert type(raised.value) is refusal


def test_every_field_of_a_result_is_tampered_with_here() -> None:
    assert all(any(word.startswith(name) for word, _, _ in RESULT_CHANGES) for name in json.loads(result()))


# Grinding: whoever runs the draw tries to choose among outcomes (threat T59).


def test_another_order_of_rows_or_candidates_is_another_bundle() -> None:
    other = prepare(village(), title="시험동 주민자치회 2", witnesses=("갑", "을"))
    with pytest.raises(WrongBundleError):
        verify_result(other, result())


def test_a_secret_chosen_after_the_balls_does_not_open_the_published_commitment() -> None:
    favourite = draw(village_bundle(), digits="482913", reveals={**SECRETS, "을": "다른 비밀"})
    with pytest.raises(WrongCommitmentError):
        verify_result(village_bundle(), favourite, commitments=COMMITMENTS)
    with pytest.raises(WrongCommitmentError):
        draw(village_bundle(), digits="482913", reveals={**SECRETS, "을": "다른 비밀"}, commitments=COMMITMENTS)


def test_a_witness_cannot_be_added_or_left_out() -> None:
    with pytest.raises(WrongWitnessError):
        draw(village_bundle(), digits="482913", reveals={**SECRETS, "병": "셋째"})
    with pytest.raises(WrongWitnessError):
        draw(village_bundle(), digits="482913", reveals={"갑": "봄비"})
    with pytest.raises(WrongWitnessError):
        draw(village_bundle(), digits="482913", reveals=SECRETS, commitments={"갑": COMMITMENTS["갑"]})
    free = prepare(village())
    with pytest.raises(WrongWitnessError):
        verify_result(free, draw(free, digits="482913", reveals={"갑": "봄비"}), commitments=COMMITMENTS)


def test_the_beacon_is_the_round_named_before() -> None:
    data = prepare(village(), beacon=Beacon("ab" * 32, 1000))
    good = draw(data, digits="111111", reveals={}, pulse=Pulse(1000, "cd" * 32))
    verify_result(data, good)
    for pulse in (None, Pulse(1001, "cd" * 32)):
        with pytest.raises(WrongBeaconError):
            draw(data, digits="111111", reveals={}, pulse=pulse)
    other = draw(data, digits="111111", reveals={}, pulse=Pulse(1000, "ce" * 32))
    assert parse_result(other).outcome.seed != parse_result(good).outcome.seed


def test_two_ceremonies_never_hash_the_same_text() -> None:
    """Names and secrets cannot be cut differently: no separator can be in them."""
    free = prepare(village())
    seeds = {
        parse_result(draw(free, digits=digits, reveals=reveals)).outcome.seed
        for digits in ("000000", "000001")
        for reveals in ({}, {"a": "bc"}, {"ab": "c"}, {"a": "b", "c": "d"}, {"a": "b c", "d": "e"})
    }
    assert len(seeds) == 10


# The simple draw.


def simple_bundle() -> bytes:
    return prepare(village(), mode="simple")


def test_a_simple_draw_passes_over_whoever_would_break_a_cap_and_is_never_stuck() -> None:
    data = simple_bundle()
    bundle = parse_bundle(data)
    for digits in range(0, 10**6, 98_765):
        _, found = verify_result(data, draw(data, digits=f"{digits:06}", reveals={}))
        assert len(found.outcome.selected) == bundle.seats
        assert sorted([*found.outcome.selected, *found.outcome.reserves]) == list(bundle.numbers)
        for quota in bundle.quotas:
            at = bundle.features.index(quota.feature)
            count = sum(bundle.types[bundle.index[n]].values[at] == quota.value for n in found.outcome.selected)
            assert quota.minimum <= count <= quota.maximum


def test_a_simple_draw_keeps_seats_for_a_minimum() -> None:
    people = {f"C{at}": ("y",) for at in range(6)} | {"X1": ("x",), "X2": ("x",), "X3": ("x",)}
    data = prepare(make_pool(people, [("f", "x", 2, 3), ("f", "y", 0, 3)], seats=3), mode="simple")
    order = [f"C{at}" for at in range(6)] + ["X3", "X1", "X2"]
    _, found = verify_result(data, draw(data, digits=None, reveals={}, order=order))
    assert found.outcome.selected == ("C0", "X3", "X1")
    assert found.outcome.reserves == ("C1", "C2", "C3", "C4", "C5", "X2")


def test_balls_can_give_the_order_of_a_simple_draw() -> None:
    data = simple_bundle()
    order = list(reversed(parse_bundle(data).numbers))
    _, found = verify_result(data, draw(data, digits=None, reveals={}, order=order))
    assert found.outcome.seed is None
    assert found.outcome.selected[0] == order[0]
    with pytest.raises(StuckDrawError):
        draw(data, digits=None, reveals={}, order=order[:3])
    with pytest.raises(MalformedBundleError):
        draw(data, digits=None, reveals={}, order=[*order, order[0]])
    with pytest.raises(MalformedBundleError):
        draw(data, digits="000000", reveals={}, order=order)
    with pytest.raises(MalformedBundleError):
        draw(village_bundle(), digits=None, reveals=SECRETS, order=order)
    with pytest.raises(MalformedBundleError):
        prepare(village(), mode="simple", digits=3)


def test_reserves_are_cut_by_sex_in_public_order() -> None:
    bundle, found = parse_bundle(village_bundle()), parse_result(result())
    lists = reserves_by(bundle, found, "sex")
    assert sorted(n for numbers in lists.values() for n in numbers) == sorted(found.outcome.reserves)
    assert list(lists["남"]) == [n for n in found.outcome.reserves if n in lists["남"]]
    with pytest.raises(MalformedBundleError):
        reserves_by(bundle, found, "zone")


def test_over_all_digits_everybody_is_drawn_as_often_as_the_table_says() -> None:
    """The chances of the rows alone, without the order: Σ weight · seats / members."""
    bundle = parse_bundle(village_bundle())
    for kind, members in enumerate(bundle.members):
        seats = sum(row.weight * row.seats.count(kind) for row in bundle.rows)
        assert abs(Fraction(seats, 10**6 * len(members)) - bundle.probabilities[kind]) < Fraction(1, 10**5)
