"""The pages of a draw by hand: chosen by staff, read by two people, repeated by anybody."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.draw.rules import DrawState, Mode
from app.people.models import Person
from tests.conftest import NOW
from tests.factories_draw import DRAWS_AT, DrawWorld, fresh, make_call, make_draw, make_published

Browsers = Callable[[Person], FlaskClient]
NUMBERS = [str(n) for n in range(12, 0, -1)]


@pytest.fixture
def hand_world(app: Flask) -> DrawWorld:
    people = [("open", "여" if n % 3 else "남", "50대") for n in range(12)]
    return make_call(people, [("sex", "여", 2, 3), ("sex", "남", 2, 3)], seats=5)


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


@time_machine.travel(NOW, tick=False)
def test_staff_choose_the_draw_by_hand_and_no_randomness_with_it(hand_world: DrawWorld, client_of: Browsers):
    clerk = client_of(hand_world.clerk)
    url = f"/{hand_world.place.slug}/calls/{hand_world.call.id}/draw"
    form = {"mode": "balls", "draws_on": "2026-07-10", "draws_time": "14:00", "hall": "동 주민센터"}
    beacon = {"beacon_chain": "cd" * 32, "beacon_round": "4000000"}
    refused = clerk.post(url, data={**form, **beacon})
    assert refused.status_code == 422
    assert "공개 난수를 섞지 않습니다" in text(refused)
    assert clerk.post(url, data={**form, "mode": ""}).status_code == 422
    assert clerk.post(url, data=form).status_code == 303
    shown = text(clerk.get(f"/{hand_world.place.slug}/draws/{make_draw(hand_world).id}"))
    assert "후보마다 공 하나를 넣고 손으로 뽑는" in shown


@pytest.mark.slow
@time_machine.travel(DRAWS_AT, tick=False)
def test_two_people_type_the_order_and_everybody_sees_who_was_seated(
    hand_world: DrawWorld, client: FlaskClient, client_of: Browsers
):
    draw = make_published(hand_world, mode=Mode.BALLS)
    url = f"/{hand_world.place.slug}/draws/{draw.id}"
    clerk, witness = client_of(hand_world.clerk), client_of(hand_world.witnesses[0])
    assert "비밀 문구" not in text(client.get(url))
    assert clerk.post(f"{url}/steps/open").status_code == 303
    short = clerk.post(f"{url}/balls", data={"called": " ".join(NUMBERS[:-1])})
    assert short.status_code == 422
    assert "아직 1개가 없습니다: 0001" in text(short)
    assert NUMBERS[0] in short.get_data(as_text=True)
    assert clerk.post(f"{url}/balls", data={"called": " ".join(NUMBERS)}).status_code == 303
    assert "0012 · " not in client.get(f"{url}/screen").text
    done = witness.post(f"{url}/balls", data={"called": "\n".join(NUMBERS)})
    assert done.location == url
    assert fresh(draw).state is DrawState.DRAWN
    shown = text(client.get(url))
    assert "위원 5명을 뽑았습니다" in shown
    assert "0012 · 0011" in shown
    assert "공을 부른 차례" in text(clerk.get(f"{url}/record"))
    assert "공을 부른 차례에서" in client.get(f"{url}/check").text
    assert client.get(f"{url}/screen").status_code == 200
