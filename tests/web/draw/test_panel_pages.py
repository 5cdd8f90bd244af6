"""The pages of a draw from panels: set up, mixed, looked up, picked, recomputed."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import event

from app.draw.models import LotteryDraw
from app.draw.rules import DrawState, Mode
from app.extensions import db
from app.people.models import Person
from app.places.queries import setting
from tests.conftest import NOW
from tests.factories_council import set_rule
from tests.factories_draw import DRAWS_AT, PICKS_AT, DrawWorld, fresh, make_published

Browsers = Callable[[Person], FlaskClient]
pytestmark = [pytest.mark.filterwarnings("error"), pytest.mark.slow]


def page(draw: LotteryDraw, end: str = "") -> str:
    return f"/{draw.place.slug}/draws/{draw.id}{end}"


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


@time_machine.travel(NOW, tick=False)
def test_staff_choose_panels_with_the_hour_of_the_mixing(world: DrawWorld, client_of: Browsers):
    clerk = client_of(world.clerk)
    url = f"/{world.place.slug}/calls/{world.call.id}/draw"
    form = {"mode": "panels", "draws_on": "2026-07-20", "draws_time": "14:00", "hall": "동 주민센터"}
    without = clerk.post(url, data=form)
    assert without.status_code == 422
    assert "표를 섞는 때를 지금보다 뒤로" in text(without)
    soon = clerk.post(url, data=form | {"mixes_on": "2026-07-13", "mixes_time": "14:00"})
    assert soon.status_code == 422
    assert "8일 넘게 뒤여야 합니다" in text(soon)
    assert 'value="2026-07-13"' in soon.text
    made = clerk.post(url, data=form | {"mixes_on": "2026-07-10", "mixes_time": "14:00"})
    assert made.status_code == 303
    shown = text(clerk.get(made.location))
    assert "표를 섞는 때" in shown
    assert 'value="2026-07-10"' in clerk.get(made.location + "/edit").text


@time_machine.travel(NOW, tick=False)
def test_the_setting_of_the_place_is_chosen_first(world: DrawWorld, client_of: Browsers):
    url = f"/{world.place.slug}/calls/{world.call.id}/draw"
    clerk = client_of(world.clerk)
    chosen = re.compile(r'<input[^>]*checked[^>]*value="(\w+)"')
    assert setting(world.place, "council.draw_mode") == "quota"
    assert chosen.findall(clerk.get(url).text) == ["quota"]
    set_rule(world.place, "council.draw_mode", "panels")
    assert chosen.findall(clerk.get(url).text) == ["panels"]


@time_machine.travel(DRAWS_AT + timedelta(days=1), tick=False)
def test_everybody_looks_up_who_sits_under_a_number(tabled: LotteryDraw, client: FlaskClient):
    table = json.loads(client.get(page(tabled, "/panels.json")).data)
    assert len(table["panels"]) == 1_000
    shown = text(client.get(page(tabled, "/panels?panel=417")))
    assert "417번 위원회 " + " ".join(table["panels"][417]) in shown
    assert "417번 위원회 " + " ".join(table["panels"][417]) in text(client.get(page(tabled, "/panels?panel=0417")))
    last = text(client.get(page(tabled, "/panels?page=20")))
    assert "999 " + " ".join(table["panels"][999]) in last
    assert client.get(page(tabled, "/panels?page=21")).status_code == 404
    assert client.get(page(tabled, "/panels?panel=1000")).status_code == 404
    assert client.get(page(tabled, "/panels?panel=abc")).status_code == 422
    assert "가상" not in last


@time_machine.travel(DRAWS_AT + timedelta(days=1), tick=False)
def test_a_candidate_sees_in_how_many_panels_they_sit_and_in_which(
    tabled: LotteryDraw, client: FlaskClient, client_of: Browsers, world: DrawWorld
):
    table = json.loads(client.get(page(tabled, "/panels.json")).data)["panels"]
    own = [f"{at:03}" for at, panel in enumerate(table) if "0001" in panel]
    shown = client_of(world.candidates[0]).get(page(tabled, "/mine")).text
    assert re.findall(r"<li>(\d{3})</li>", shown) == own
    assert f"<b>{len(own)}개</b>" in shown
    assert f"<b>{len(own)}개</b>" in client.get(page(tabled, "/number?number=1")).text
    assert tabled.panels_hash in client.get(page(tabled)).text
    assert tabled.panels_hash in client.get(page(tabled, "/check")).text


@time_machine.travel(NOW, tick=False)
def test_there_is_no_table_before_the_mixing(world: DrawWorld, client: FlaskClient, client_of: Browsers):
    draw = make_published(world, mode=Mode.PANELS)
    for end in ("/panels", "/panels.json"):
        assert client.get(page(draw, end)).status_code == 404
    assert "표를 섞은 뒤에는 위원회 1,000개 가운데" in text(client.get(page(draw, "/number?number=1")))
    clerk = client_of(world.clerk)
    assert clerk.post(page(draw, "/steps/open-mixing")).status_code == 409
    assert clerk.post(page(draw, "/panels/make")).status_code == 409
    assert client_of(world.witnesses[0]).post(page(draw, "/panels/make")).status_code == 403
    assert "표 섞기 시작하기" not in text(clerk.get(page(draw)))


@time_machine.travel(PICKS_AT, tick=False)
def test_three_balls_are_typed_by_two_people(tabled: LotteryDraw, world: DrawWorld, client_of: Browsers):
    clerk, second = client_of(world.clerk), client_of(world.second)
    assert clerk.post(page(tabled, "/steps/open")).status_code == 303
    assert "공 세 개의 숫자" in text(clerk.get(page(tabled, "/balls")))
    assert clerk.post(page(tabled, "/balls"), data={"digits": "482913"}).status_code == 422
    assert (
        clerk.post(page(tabled, "/repeat-ball"), data={"ball": 3, "repeat_reason": "두 개가 나옴"}).status_code == 303
    )
    clerk.post(page(tabled, "/balls"), data={"digits": "417"})
    assert "417" not in second.get(page(tabled, "/balls")).text
    assert second.post(page(tabled, "/balls"), data={"digits": "417"}).location == page(tabled)
    shown = text(clerk.get(page(tabled)))
    assert "417번 위원회 가 뽑혔습니다" in shown
    assert "417번 (000~999)" in text(clerk.get(page(tabled, "/record")))
    assert fresh(tabled).state is DrawState.DRAWN


@time_machine.travel(DRAWS_AT + timedelta(days=1), tick=False)
def test_the_page_of_a_draw_does_not_read_the_table_anew(tabled: LotteryDraw, client: FlaskClient):
    client.get(page(tabled))
    statements: list[str] = []

    def note(*arguments: Any) -> None:
        statements.append(arguments[2])

    event.listen(db.engine, "before_cursor_execute", note)
    client.get(page(tabled))
    event.remove(db.engine, "before_cursor_execute", note)
    assert statements
    assert not any("draw_panel_tables" in statement for statement in statements)
