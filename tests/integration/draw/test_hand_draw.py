"""A ball for every candidate: no computer chooses, two people write the order down, anybody repeats it."""

import random

import pytest
from flask import Flask

from app.council.models import Application
from app.council.rules.calls import ApplicationState
from app.db.session import session, transaction
from app.draw.models import LotteryDraw
from app.draw.rules import AbortReason, DrawState, Mode, Step
from app.draw.services import after, balls, ceremony, preparing
from app.errors import InvalidInput, NotAllowed, RuleViolation
from tests.conftest import NOW
from tests.factories import make_resident
from tests.factories_draw import DRAWS_AT, DrawWorld, fresh, make_call, make_draw, make_published
from voting.lottery import verify_replacement, verify_result

pytestmark = pytest.mark.slow

NUMBERS = [f"{n:04}" for n in range(1, 13)]


@pytest.fixture
def hand_world(app: Flask) -> DrawWorld:
    people = [("open", "여" if n % 3 else "남", "50대") for n in range(12)]
    return make_call(people, [("sex", "여", 2, 3), ("sex", "남", 2, 3)], seats=5)


@pytest.fixture
def draw(hand_world: DrawWorld) -> LotteryDraw:
    return make_published(hand_world, mode=Mode.BALLS)


def begin(world: DrawWorld, draw: LotteryDraw) -> LotteryDraw:
    with transaction():
        ceremony.open_ceremony(draw.id, by=world.clerk, at=DRAWS_AT)
    return fresh(draw)


def call(draw: LotteryDraw, by: object, numbers: list[str]) -> LotteryDraw:
    with transaction():
        return balls.read_calls(draw.id, " ".join(numbers), by=by, at=DRAWS_AT)  # type: ignore[arg-type]


def shuffled(seed: int) -> list[str]:
    return random.Random(seed).sample(NUMBERS, len(NUMBERS))


def test_the_order_of_the_balls_seats_people_within_the_caps_and_anybody_repeats_it(
    hand_world: DrawWorld, draw: LotteryDraw
):
    assert draw.step is Step.ANNOUNCED
    begin(hand_world, draw)
    order = shuffled(7)
    call(draw, hand_world.clerk, order)
    call(draw, hand_world.witnesses[0], [number.lstrip("0") for number in order])
    found = fresh(draw)
    assert found.state is DrawState.DRAWN
    _, result = verify_result(found.bundle.encode(), found.result.encode())
    assert list(result.ceremony.order or ()) == order
    assert result.outcome.seed is None
    seated = [number for number in order if number in result.outcome.selected]
    assert list(result.outcome.selected) == seated
    women = sum((int(number) - 1) % 3 != 0 for number in seated)
    assert (len(seated), women in (2, 3)) == (5, True)
    rows = {row.number: row for row in session().query(Application).filter_by(call_id=found.call_id)}
    assert [number for number, row in sorted(rows.items(), key=lambda item: item[1].rank or 0)] == order
    assert {number for number, row in rows.items() if row.state is ApplicationState.SELECTED} == set(seated)
    with transaction():
        after.note_leaving(found, result.outcome.reserves[0], after.EventKind.REFUSED, at=DRAWS_AT)
    found = fresh(draw)
    verify_replacement(found.bundle.encode(), found.result.encode(), found.replacement.encode())


def test_two_orders_that_differ_decide_nothing(hand_world: DrawWorld, draw: LotteryDraw):
    begin(hand_world, draw)
    order = shuffled(1)
    call(draw, hand_world.clerk, order)
    with pytest.raises(RuleViolation):
        call(draw, hand_world.clerk, shuffled(2))
    call(draw, hand_world.second, [order[1], order[0], *order[2:]])
    found = fresh(draw)
    assert (found.state, found.ball_round) == (DrawState.CEREMONY, 2)
    call(draw, hand_world.clerk, order)
    call(draw, hand_world.second, order)
    assert fresh(draw).state is DrawState.DRAWN


@pytest.mark.parametrize(
    ("numbers", "names"), [(NUMBERS[:-1], "0012"), ([*NUMBERS, "3"], "0003"), ([*NUMBERS[:-1], "99"], "99")]
)
def test_an_order_names_every_candidate_once(hand_world: DrawWorld, draw: LotteryDraw, numbers: list[str], names: str):
    begin(hand_world, draw)
    with pytest.raises(InvalidInput) as refusal:
        call(draw, hand_world.clerk, numbers)
    assert names in str(refusal.value.values)


def test_there_are_neither_secrets_nor_digits_and_strangers_call_nothing(hand_world: DrawWorld, draw: LotteryDraw):
    with pytest.raises(RuleViolation), transaction():
        ceremony.hand_in(draw.id, "ab" * 32, by=hand_world.witnesses[0], at=NOW)
    with pytest.raises(RuleViolation):
        call(draw, hand_world.clerk, NUMBERS)
    begin(hand_world, draw)
    with pytest.raises(RuleViolation), transaction():
        balls.read_balls(draw.id, "482913", randomness="", by=hand_world.clerk, at=DRAWS_AT)
    with pytest.raises(NotAllowed):
        call(draw, make_resident(hand_world.place), NUMBERS)
    with pytest.raises(InvalidInput):
        make_draw(
            make_call([("open", "여", "50대")] * 6, [("sex", "여", 2, 3)], seats=3), mode=Mode.BALLS,
            beacon=("cd" * 32, 4_000_000),
        )  # fmt: skip


def test_once_balls_are_drawn_the_organiser_alone_cannot_stop(hand_world: DrawWorld, draw: LotteryDraw):
    found = begin(hand_world, draw)
    words = "공이 담긴 통이 엎어져 처음부터 이어 갈 수 없습니다."
    with pytest.raises(RuleViolation), transaction():
        preparing.abort(draw.id, AbortReason.DISASTER, words, version=found.version, by=hand_world.clerk, at=DRAWS_AT)
    for witness in hand_world.witnesses[:2]:
        with transaction():
            ceremony.agree_to_abort(draw.id, by=witness, at=DRAWS_AT)
    version = fresh(draw).version
    with transaction():
        preparing.abort(draw.id, AbortReason.DISASTER, words, version=version, by=hand_world.clerk, at=DRAWS_AT)
    assert fresh(draw).state is DrawState.ABORTED
