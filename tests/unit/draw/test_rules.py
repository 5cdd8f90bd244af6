"""The rules of a draw, over the whole product of states, reasons and steps."""

import itertools
from collections import Counter
from datetime import timedelta

import pytest

from app.council.rules.calls import Quota
from app.draw import rules
from app.draw.rules import ABORTABLE, DECIDED, WAYS, AbortReason, DrawState, Mode, Step, moves_of, way_of
from app.errors import InvalidInput, RuleViolation
from app.places.settings.council import DRAW_MODE
from tests.conftest import NOW


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("present", DrawState)
def test_only_the_moves_of_the_table_are_allowed(present: DrawState, mode: Mode):
    for to in DrawState:
        if to in moves_of(mode).get(present, frozenset()):
            rules.require_move(present, to, mode=mode)
            continue
        with pytest.raises(RuleViolation):
            rules.require_move(present, to, mode=mode)


def reachable(mode: Mode, start: DrawState, *, without: DrawState | None = None) -> set[DrawState]:
    """Return the states to which a draw can come, never through one of them."""
    reached: set[DrawState] = set()
    ahead = {start}
    while ahead:
        reached |= ahead
        ahead = {to for each in ahead for to in moves_of(mode).get(each, frozenset()) if to is not without} - reached
    return reached


@pytest.mark.parametrize("mode", Mode)
def test_no_draw_is_drawn_without_its_notice_and_no_panel_without_a_published_table(mode: Mode):
    assert DrawState.DRAWN in reachable(mode, DrawState.PREPARING)
    assert DrawState.DRAWN not in reachable(mode, DrawState.PREPARING, without=DrawState.PUBLISHED)
    mixed = {DrawState.MIXING, DrawState.MIXED, DrawState.TABLED}
    assert bool(mixed & reachable(mode, DrawState.PREPARING)) == way_of(mode).mixes
    if way_of(mode).mixes:
        assert all(DrawState.DRAWN not in reachable(mode, DrawState.PREPARING, without=each) for each in mixed)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("state", sorted(DECIDED | {DrawState.ABORTED}))
def test_no_way_leads_from_a_decided_or_aborted_draw_to_another_drawing(state: DrawState, mode: Mode):
    assert reachable(mode, state) <= {DrawState.DRAWN, DrawState.CERTIFIED, DrawState.ABORTED}


def test_once_the_panels_are_mixed_no_way_leads_to_another_mixing():
    for state in (DrawState.MIXED, DrawState.TABLED, DrawState.CEREMONY):
        assert DrawState.MIXING not in reachable(Mode.PANELS, state)


@pytest.mark.parametrize(
    ("state", "committed", "revealed", "step"),
    [
        (DrawState.PREPARING, False, False, None),
        (DrawState.FROZEN, False, False, None),
        (DrawState.PUBLISHED, False, False, Step.COMMITTING),
        (DrawState.CEREMONY, False, False, Step.COMMITTING),
        (DrawState.CEREMONY, True, False, Step.REVEALING),
        (DrawState.CEREMONY, True, True, Step.BALLS),
        (DrawState.DRAWN, True, True, Step.OVER),
        (DrawState.CERTIFIED, True, True, Step.OVER),
        (DrawState.ABORTED, True, False, None),
    ],
)
def test_the_ceremony_goes_from_hashes_to_secrets_to_balls(
    state: DrawState, committed: bool, revealed: bool, step: Step | None
):
    assert rules.step_of(state, commitments_closed=committed, reveals_closed=revealed) is step


@pytest.mark.parametrize(
    ("state", "committed", "revealed", "step"),
    [
        (DrawState.PUBLISHED, False, False, Step.COMMITTING),
        (DrawState.MIXING, False, False, Step.COMMITTING),
        (DrawState.MIXING, True, False, Step.REVEALING),
        (DrawState.MIXING, True, True, Step.MIXING),
        (DrawState.MIXED, True, True, Step.TABLING),
        (DrawState.TABLED, True, True, Step.WAITING),
        (DrawState.CEREMONY, True, True, Step.BALLS),
        (DrawState.DRAWN, True, True, Step.OVER),
        (DrawState.ABORTED, True, True, None),
    ],
)
def test_panels_are_mixed_by_secrets_and_balls_before_one_is_picked(
    state: DrawState, committed: bool, revealed: bool, step: Step | None
):
    found = rules.step_of(state, commitments_closed=committed, reveals_closed=revealed, mode=Mode.PANELS)
    assert found is step


@pytest.mark.parametrize("state", [DrawState.MIXING, DrawState.MIXED, DrawState.TABLED, DrawState.CEREMONY])
def test_nobody_alone_gives_up_a_draw_whose_panels_can_be_known(state: DrawState):
    """Otherwise an organiser would mix again until the table pleases."""

    def ask(agreed: int) -> None:
        rules.require_abortable(state, AbortReason.DISASTER, revealed=3, witnesses=3, agreed=agreed, mode=Mode.PANELS)

    for agreed in (0, 1):
        with pytest.raises(RuleViolation):
            ask(agreed)
    ask(2)
    with pytest.raises(RuleViolation):
        rules.require_abortable(state, AbortReason.LIST_WRONG, revealed=3, witnesses=3, agreed=3, mode=Mode.PANELS)


def test_a_pick_is_announced_so_late_that_the_table_stands_its_whole_notice():
    evening = NOW + timedelta(hours=8)
    assert rules.earliest_pick(NOW, 7) >= rules.earliest_ceremony(evening, 7)


def test_every_way_says_what_is_agreed_and_what_it_is_called():
    for mode, way in WAYS.items():
        assert rules.MODE_NAMES[mode]
        assert rules.MODE_HINTS[mode]
        assert set(way.rules) <= set(rules.agreed_rules(7, 6, mode=mode))
    assert {mode.value: name for mode, name in rules.MODE_NAMES.items()} == DRAW_MODE.choices
    assert way_of(Mode.PANELS).panels == 1_000
    assert way_of(Mode.PANELS_FINE).panels == 10_000
    assert way_of(Mode.QUOTA).panels is None


@pytest.mark.parametrize(("state", "reason"), list(itertools.product(DrawState, AbortReason)))
def test_a_draw_is_given_up_only_for_a_reason_of_its_step(state: DrawState, reason: AbortReason):
    def ask() -> None:
        rules.require_abortable(state, reason, revealed=0, witnesses=3, agreed=0)

    if reason in ABORTABLE.get(state, frozenset()):
        ask()
        return
    with pytest.raises(RuleViolation):
        ask()


@pytest.mark.parametrize(
    ("revealed", "witnesses", "agreed", "allowed"),
    [(0, 3, 0, True), (1, 3, 0, False), (1, 3, 1, False), (1, 3, 2, True), (3, 4, 2, False), (3, 4, 3, True)],
)
def test_once_a_secret_is_open_more_than_half_of_the_witnesses_must_agree(
    revealed: int, witnesses: int, agreed: int, allowed: bool
):
    def ask() -> None:
        rules.require_abortable(
            DrawState.CEREMONY, AbortReason.DISASTER, revealed=revealed, witnesses=witnesses, agreed=agreed
        )

    if allowed:
        ask()
        return
    with pytest.raises(RuleViolation):
        ask()


def test_the_notice_is_counted_in_whole_days_from_its_instant():
    with pytest.raises(RuleViolation):
        rules.require_notice(NOW, 7, NOW + timedelta(days=7) - timedelta(seconds=1))
    rules.require_notice(NOW, 7, NOW + timedelta(days=7))


def test_a_simple_draw_looks_at_track_and_sex_only():
    rules.require_mode(Mode.SIMPLE, ["track", "sex"], household=False)
    rules.require_mode(Mode.QUOTA, ["track", "sex", "age"], household=True)
    for features, household in ((["sex", "age"], False), (["sex"], True)):
        with pytest.raises(InvalidInput):
            rules.require_mode(Mode.SIMPLE, features, household=household)


@pytest.mark.parametrize("typed", ["48291", "4829133", "48291a", "", "४८२९१३", "-48291"])
def test_balls_are_six_digits(typed: str):
    with pytest.raises(InvalidInput):
        rules.require_digits(typed)


@pytest.mark.parametrize(("typed", "count"), [("41", 3), ("4170", 3), ("417", 4), ("417", 6), ("4l7", 3)])
def test_a_panel_s_number_has_as_many_digits_as_balls(typed: str, count: int):
    with pytest.raises(InvalidInput):
        rules.require_digits(typed, count)
    assert rules.require_digits(" 0 0 7", 3) == "007"


def test_balls_may_be_typed_with_spaces():
    assert rules.require_digits(" 4 8 2 9 1 3 ") == "482913"
    assert rules.require_digits("000000") == "000000"


@pytest.mark.parametrize("secret", ["짧은문구", "a|b|c|d|e|f", "x=1,y=2,z=3", "줄이\n바뀌는 문구", "가" * 201])
def test_a_secret_is_long_enough_and_holds_no_separator(secret: str):
    with pytest.raises(InvalidInput):
        rules.require_secret(secret)


@pytest.mark.parametrize("value", ["", "a" * 63, "g" * 64, "a" * 65])
def test_a_commitment_is_a_sha_256(value: str):
    with pytest.raises(InvalidInput):
        rules.require_commitment(value)


def test_a_commitment_may_be_typed_in_capitals():
    assert rules.require_commitment(" " + "AB" * 32) == "ab" * 32


def test_different_readings_name_the_balls_that_differ():
    assert rules.differing_balls("482913", "482913") == []
    assert rules.differing_balls("482913", "482931") == [5, 6]


def test_obstacles_name_sums_and_counts_that_cannot_fit():
    quotas = [Quota("sex", "여", 4, 4), Quota("sex", "남", 4, 4), Quota("age", "30대", 0, 2)]
    found = rules.obstacles(quotas, {"sex": Counter(여=3, 남=9), "age": Counter({"30대": 12})}, 6)
    said = [text % values for text, values in found]
    assert said == [
        "성별: 최소를 더하면 8석이라 뽑을 6석보다 많습니다.",
        "성별 ‘여’: 적어도 4명이 있어야 하는데 후보는 3명입니다.",
        "나이대: 최대를 더해도 2석이라 뽑을 6석에 모자랍니다.",
    ]


def test_the_agreed_rules_carry_the_numbers_of_the_ordinance():
    text = " ".join(rules.agreed_rules(9, 6))
    assert "추첨 9일 전까지" in text
    assert "남은 임기가 6개월이 안 되면" in text
