"""One number decides: panels mixed by public randomness after the freeze, published, and picked by three balls."""

import hashlib
import hmac
import json
from collections import Counter
from functools import cache

import pytest

from tests.lottery_pools import changed, panels_bundle, village, village_bundle
from tests.lottery_tampering import PANELS_CHANGES, PICKED_CHANGES, Change
from voting.lottery import (
    Beacon,
    Pulse,
    draw,
    draw_panel,
    expand,
    mix,
    parse_bundle,
    parse_panels,
    parse_result,
    prepare,
    secret_commitment,
    verify_bundle,
    verify_panels,
    verify_result,
)
from voting.lottery.verify.check import require_same_panels
from voting.lottery.verify.errors import (
    MalformedBundleError,
    WrongBeaconError,
    WrongBundleError,
    WrongCommitmentError,
    WrongPanelsError,
    WrongWitnessError,
)
from voting.lottery.verify.panels import multiplicities

SECRETS = {"갑": "봄비", "을": "가을 하늘"}
COMMITMENTS = {name: secret_commitment(secret) for name, secret in SECRETS.items()}


@cache
def table(digits: str = "482913") -> bytes:
    return mix(panels_bundle(), digits=digits, reveals=SECRETS, commitments=COMMITMENTS)


@cache
def picked(digits: str = "007") -> bytes:
    return draw_panel(panels_bundle(), table(), digits=digits)


@pytest.mark.parametrize("count", [1000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_panels_give_everybody_their_chance_within_two_panels(count: int) -> None:
    bundle = parse_bundle(panels_bundle())
    panels = expand(bundle, count, "some randomness")
    assert len(panels) == count
    times = Counter(number for panel in panels for number in panel)
    for number, kind in bundle.index.items():
        assert abs(times[number] - count * bundle.probabilities[kind]) <= 2
    for members in bundle.members:
        assert max(times[n] for n in members) - min(times[n] for n in members) <= 1
    assert all(len(set(panel)) == bundle.seats for panel in panels)


def test_every_panel_keeps_every_quota() -> None:
    bundle = parse_bundle(panels_bundle())
    for panel in parse_panels(table()).panels:
        for quota in bundle.quotas:
            at = bundle.features.index(quota.feature)
            count = sum(bundle.types[bundle.index[n]].values[at] == quota.value for n in panel)
            assert quota.minimum <= count <= quota.maximum


def test_the_randomness_and_the_panels_are_those_of_the_specification() -> None:
    bundle = parse_bundle(panels_bundle())
    found = parse_panels(table())
    text = f"jachi-mix/v1|{hashlib.sha256(panels_bundle()).hexdigest()}|482913|갑=봄비,을=가을 하늘"
    assert found.randomness == hashlib.sha256(text.encode()).hexdigest()
    assert [list(panel) for panel in found.panels] == expand(bundle, 1000, found.randomness)
    assert found.commitment == hashlib.sha256(table()).hexdigest()


def test_another_mixing_gives_other_panels_and_the_same_one_the_same() -> None:
    again = mix(panels_bundle(), digits="482913", reveals=SECRETS)
    assert again == table() != table("482914")
    assert parse_panels(table()).panels != parse_panels(table("482914")).panels


def test_three_balls_name_a_panel_and_the_reserves_follow_the_seed() -> None:
    for digits in ("000", "007", "999"):
        verified, found = verify_result(panels_bundle(), picked(digits), commitments=COMMITMENTS)
        panel = parse_panels(table()).panels[int(digits)]
        assert sorted(found.outcome.selected) == list(panel)
        assert found.outcome.row == int(digits)
        randomness = parse_panels(table()).randomness
        text = f"jachi-draw/v1|{verified.bundle.commitment}|{digits}|갑=봄비,을=가을 하늘|panels:{randomness}"
        seed = hashlib.sha256(text.encode()).digest()
        order = sorted(verified.bundle.numbers, key=lambda n: hmac.digest(seed, f"order|{n}".encode(), "sha256"))
        assert list(found.outcome.reserves) == [n for n in order if n not in panel]


@pytest.mark.parametrize("digits", ["07", "0007", "48a", "", "४८२"])
def test_balls_that_name_no_panel_are_refused(digits: str) -> None:
    with pytest.raises(MalformedBundleError):
        draw_panel(panels_bundle(), table(), digits=digits)


def test_ten_thousand_panels_take_four_balls() -> None:
    data = prepare(village(), digits=4)
    assert verify_bundle(data).bundle.panels == 10_000
    with pytest.raises(MalformedBundleError):
        prepare(village(), digits=5)


def test_how_many_balls_decide_is_fixed_in_the_bundle() -> None:
    """Otherwise the organiser could choose between the rows of the table and the panels once the secrets are open."""
    with pytest.raises(MalformedBundleError):
        draw(panels_bundle(), digits="482913", reveals=SECRETS)
    with pytest.raises(MalformedBundleError):
        draw(panels_bundle(), digits="007", reveals=SECRETS)
    with pytest.raises(MalformedBundleError):
        mix(village_bundle(), digits="482913", reveals=SECRETS)
    with pytest.raises(WrongBundleError):
        draw_panel(village_bundle(), table(), digits="007")


def test_a_mixing_needs_the_witnesses_and_the_beacon_that_the_bundle_names() -> None:
    with pytest.raises(WrongWitnessError):
        mix(panels_bundle(), digits="482913", reveals={"갑": "봄비"})
    with pytest.raises(WrongCommitmentError):
        mix(panels_bundle(), digits="482913", reveals={**SECRETS, "을": "다른 비밀"}, commitments=COMMITMENTS)
    data = prepare(village(), beacon=Beacon("ab" * 32, 1000), digits=3)
    for pulse in (None, Pulse(1001, "cd" * 32)):
        with pytest.raises(WrongBeaconError):
            mix(data, digits="482913", reveals={}, pulse=pulse)
    mixed = mix(data, digits="482913", reveals={}, pulse=Pulse(1000, "cd" * 32))
    verify_result(data, draw_panel(data, mixed, digits="123"))


def test_a_witness_who_does_not_reveal_is_recorded_and_left_out() -> None:
    data = mix(panels_bundle(), digits="482913", reveals={"갑": "봄비"}, commitments=COMMITMENTS)
    _, found = verify_panels(panels_bundle(), data, commitments=COMMITMENTS)
    assert [(w.name, w.secret) for w in found.mixing.witnesses] == [("갑", "봄비"), ("을", None)]
    assert found.panels != parse_panels(table()).panels


@pytest.mark.parametrize(("change", "refusal"), [pytest.param(c, r, id=name) for name, c, r in PANELS_CHANGES])
def test_one_change_of_a_table_is_one_refusal(change: Change, refusal: type[Exception]) -> None:
    forged = changed(table(), change)
    with pytest.raises(refusal) as raised:
        verify_panels(panels_bundle(), forged)
    assert type(raised.value) is refusal
    with pytest.raises(refusal):
        draw_panel(panels_bundle(), forged, digits="007")


@pytest.mark.parametrize(("change", "refusal"), [pytest.param(c, r, id=name) for name, c, r in PICKED_CHANGES])
def test_one_change_of_a_picked_result_is_one_refusal(change: Change, refusal: type[Exception]) -> None:
    with pytest.raises(refusal) as raised:
        verify_result(panels_bundle(), changed(picked(), change))
    assert type(raised.value) is refusal


def test_every_field_of_a_table_is_tampered_with_here() -> None:
    assert all(any(word.startswith(name) for word, _, _ in PANELS_CHANGES) for name in json.loads(table()))


def test_a_result_of_another_true_table_is_not_that_of_the_published_one() -> None:
    """Mixed once more in a back room: everything verifies, except that its hash is not on the notice board."""
    other = draw_panel(panels_bundle(), table("111111"), digits="007")
    verify_result(panels_bundle(), other)
    published = parse_panels(table())
    require_same_panels(published, parse_result(picked()))
    with pytest.raises(WrongPanelsError):
        require_same_panels(published, parse_result(other))


def test_multiplicities_round_the_largest_remainders_up() -> None:
    assert multiplicities((500_500, 499_500), 1000) == [501, 499]
    assert multiplicities((333_334, 333_333, 333_333), 1000) == [334, 333, 333]
    assert sum(multiplicities((900_001, 99_999), 1000)) == 1000
