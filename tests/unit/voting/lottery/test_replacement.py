"""Vacancies: the published rule, its record, and every way to falsify it."""

import json

import pytest

from tests.lottery_pools import changed, make_pool, village_bundle
from tests.lottery_tampering import REPLACEMENT_CHANGES, Change
from voting.lottery import (
    Event,
    draw,
    next_reserve,
    parse_bundle,
    parse_replacement,
    parse_result,
    prepare,
    replace_members,
    standings,
    verify_replacement,
)
from voting.lottery.verify.errors import MalformedBundleError
from voting.lottery.verify.replacement import broken, shortfall


def drawn() -> bytes:
    return draw(village_bundle(), digits="271828", reveals={"갑": "a", "을": "b"})


def test_the_first_reserve_who_keeps_every_quota_takes_the_seat() -> None:
    bundle, result = parse_bundle(village_bundle()), parse_result(drawn())
    found = 0
    for leaver in result.outcome.selected:
        record = parse_replacement(replace_members(village_bundle(), drawn(), [Event("vacant", leaver)]))
        rest = [n for n in result.outcome.selected if n != leaver]
        fitting = [n for n in result.outcome.reserves if not broken(bundle, [*rest, n])]
        if fitting:
            assert record.steps[0].enters == fitting[0]
            assert record.steps[0].shortfall == 0
            assert record.sitting == (*rest, fitting[0])
            found += 1
    assert found >= 4


def test_a_reserve_who_declines_is_struck_and_the_next_follows() -> None:
    result = parse_result(drawn())
    leaver = result.outcome.selected[0]
    first = parse_replacement(replace_members(village_bundle(), drawn(), [Event("vacant", leaver)])).steps[0].enters
    assert first is not None
    events = [Event("vacant", leaver), Event("refused", first)]
    record = parse_replacement(replace_members(village_bundle(), drawn(), events))
    assert first not in record.sitting
    assert first not in record.reserves
    struck_before = [Event("ineligible", first), Event("vacant", leaver)]
    other = parse_replacement(replace_members(village_bundle(), drawn(), struck_before))
    assert other.steps[0].enters is None
    assert other.steps[1].enters == record.steps[1].enters
    assert set(other.sitting) == set(record.sitting)


def test_a_seat_may_stay_empty() -> None:
    leaver = parse_result(drawn()).outcome.selected[0]
    record = parse_replacement(replace_members(village_bundle(), drawn(), [Event("unfilled", leaver)]))
    assert record.steps[0].enters is None
    assert len(record.sitting) == 5


def test_if_nobody_keeps_every_quota_the_one_nearest_to_them_enters() -> None:
    pool = make_pool(
        {"a": ("x",), "b": ("y",), "c": ("y",), "d": ("y",)}, [("f", "x", 1, 1), ("f", "y", 0, 1)], seats=2
    )
    bundle_data = prepare(pool)
    result_data = draw(bundle_data, digits="000000", reveals={})
    record = parse_replacement(replace_members(bundle_data, result_data, [Event("vacant", "a")]))
    assert record.steps[0].enters == parse_result(result_data).outcome.reserves[0]
    assert record.steps[0].shortfall == 2
    everybody = [Event("vacant", number) for number in ("a", "b", "c", "d")]
    emptied = parse_replacement(replace_members(bundle_data, result_data, everybody))
    assert emptied.sitting == emptied.reserves == ()
    assert emptied.steps[-1].enters is None


def test_a_home_already_sitting_counts_as_broken() -> None:
    homes = {"a": "1", "b": "1"}
    pool = make_pool(dict.fromkeys("abcd", ("x",)), [("f", "x", 0, 4)], seats=2, homes=homes)
    bundle = parse_bundle(prepare(pool))
    assert shortfall(bundle, ["a", "b"]) == 1
    assert shortfall(bundle, ["a", "c"]) == 0


def test_standings_say_why_a_reserve_is_passed_over() -> None:
    bundle, result = parse_bundle(village_bundle()), parse_result(drawn())
    leaver, *sitting = result.outcome.selected
    places = standings(bundle, sitting, result.outcome.reserves)
    assert [place.rank for place in places] == list(range(1, len(result.outcome.reserves) + 1))
    best = next_reserve(bundle, sitting, result.outcome.reserves)
    assert best == next(place for place in places if not place.breaks)
    assert all(place.breaks for place in places[: best.rank - 1])
    assert next_reserve(bundle, sitting, []) is None
    assert leaver not in sitting


@pytest.mark.parametrize("event", [Event("vacant", "nobody"), Event("bored", "C001")])
def test_an_event_about_nobody_or_of_no_kind_is_refused(event: Event) -> None:
    with pytest.raises(MalformedBundleError):
        replace_members(village_bundle(), drawn(), [event])


def record() -> bytes:
    leaver = parse_result(drawn()).outcome.selected[2]
    return replace_members(village_bundle(), drawn(), [Event("vacant", leaver)])


@pytest.mark.parametrize(("change", "refusal"), [pytest.param(c, r, id=name) for name, c, r in REPLACEMENT_CHANGES])
def test_one_change_of_a_record_is_one_refusal(change: Change, refusal: type[Exception]) -> None:
    with pytest.raises(refusal) as raised:
        verify_replacement(village_bundle(), drawn(), changed(record(), change))
    assert type(raised.value) is refusal


def test_every_field_of_a_record_is_tampered_with_here() -> None:
    assert all(any(word.startswith(name) for word, _, _ in REPLACEMENT_CHANGES) for name in json.loads(record()))
