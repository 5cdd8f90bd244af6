"""The pages of a draw, from the notice to the replaced seat."""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.draw.models import LotteryDraw
from app.draw.rules import DrawState
from app.people.models import Person
from app.people.rules import Role
from tests.conftest import NOW
from tests.factories import make_holder, make_place, make_resident
from tests.factories_draw import (
    DRAWS_AT,
    SECRETS,
    DrawWorld,
    fresh,
    hand_in_all,
    make_call,
    make_draw,
)

Browsers = Callable[[Person], FlaskClient]
pytestmark = pytest.mark.filterwarnings("error")


def page(draw: LotteryDraw, end: str = "") -> str:
    return f"/{draw.place.slug}/draws/{draw.id}{end}"


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_staff_set_up_change_freeze_and_publish(world: DrawWorld, client_of: Browsers, client: FlaskClient):
    clerk = client_of(world.clerk)
    slug = world.place.slug
    assert "추첨 준비하기" in text(clerk.get(f"/{slug}/draws"))
    form = {"mode": "quota", "draws_on": "2026-07-10", "draws_time": "14:00", "hall": "동 주민센터"}
    made = clerk.post(f"/{slug}/calls/{world.call.id}/draw", data=form)
    again = clerk.post(f"/{slug}/calls/{world.call.id}/draw", data=form)
    assert made.status_code == again.status_code == 303
    assert made.location == again.location
    assert client.get(made.location).status_code == 404  # nobody else sees it yet
    edit = clerk.get(made.location + "/edit").get_data(as_text=True)
    fields = dict(re.findall(r'name="(quotas-\d+-\w+)"[^>]*value="([^"]*)"', edit))
    fields |= {name: value for value, name in re.findall(r'value="([^"]*)"[^>]*name="(quotas-\d+-\w+)"', edit)}
    assert fields["quotas-0-minimum"] == "2"
    wrong = clerk.post(made.location + "/edit", data=form | fields | {"version": 1, "quotas-0-minimum": "5"})
    assert wrong.status_code == 422
    assert 'value="5"' in wrong.get_data(as_text=True)
    right = clerk.post(made.location + "/edit", data=form | fields | {"version": 1, "hall": "3층 강당"})
    assert right.status_code == 303
    asked = clerk.post(made.location + "/freeze", data={"version": 2})
    assert asked.status_code == 303
    assert "봉했습니다" in text(clerk.get(made.location))
    assert client.get(made.location + "/bundle.json").status_code == 404
    assert "확인한 뒤에 공고할 수 있습니다." in text(clerk.post(made.location + "/publish", data={"version": 3}))
    published = clerk.post(made.location + "/publish", data={"version": 3, "checked": "y"})
    assert published.status_code == 303, text(published)
    shown = client.get(made.location)
    assert "위원 6명을 추첨합니다" in text(shown)
    bundle = client.get(made.location + "/bundle.json").data
    assert hashlib.sha256(bundle).hexdigest() in shown.get_data(as_text=True)
    assert "가상 1" not in bundle.decode()


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_quotas_that_cannot_be_met_show_what_would_have_to_give_way(app: Flask, client_of: Browsers):
    world = make_call([("open", "여", "50대")] * 12, [("sex", "여", 2, 4), ("sex", "남", 2, 4)], seats=6)
    draw = make_draw(world)
    clerk = client_of(world.clerk)
    clerk.post(page(draw, "/freeze"), data={"version": fresh(draw).version})
    shown = text(clerk.get(page(draw)))
    assert "적어도 2명이 있어야 하는데 후보는 0명입니다" in shown
    assert "최소 2 → 0석" in shown
    assert "최대 4 → 6석" in shown
    assert clerk.post(page(draw, "/relax"), data={"version": fresh(draw).version, "option": 0}).status_code == 303
    clerk.post(page(draw, "/freeze"), data={"version": fresh(draw).version})
    assert fresh(draw).state is DrawState.FROZEN


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_everybody_finds_a_number_s_chance_and_why_it_is_not_higher(
    world: DrawWorld, published: LotteryDraw, client: FlaskClient
):
    found = text(client.get(page(published, "/number?number=1")))
    assert "후보 0001번" in found
    assert "25%" in found
    assert "자리 6개를 후보 24명으로 나누면 1/4입니다" in found
    assert "가상" not in found
    assert client.get(page(published, "/number?number=99")).status_code == 404
    assert client.get(page(published, "/number")).status_code == 303


@time_machine.travel(NOW, tick=False)
def test_a_candidate_holds_what_opens_their_own_line_and_nobody_else_sees_it(
    world: DrawWorld, published: LotteryDraw, client_of: Browsers, client: FlaskClient
):
    own = client_of(world.candidates[0]).get(page(published, "/mine")).get_data(as_text=True)
    opening = re.search(r'id="opening">([^<]+)<', own)
    assert opening is not None
    assert opening[1].startswith("0001|가상 1|1960-03-01|")
    line = hashlib.sha256(opening[1].encode()).hexdigest()
    bundle = json.loads(client.get(page(published, "/bundle.json")).data)
    assert bundle["people"][0] == line
    assert "공개 자료에 실린 값과 같습니다" in own
    assert client_of(world.clerk).get(page(published, "/mine")).status_code == 404
    assert client.get(page(published, "/mine")).status_code == 303
    assert opening[1] not in client.get(page(published, "/number?number=0001")).get_data(as_text=True)


@pytest.mark.slow
def test_the_ceremony_is_played_without_scripts(
    world: DrawWorld, published: LotteryDraw, client_of: Browsers, client: FlaskClient
):
    with time_machine.travel(NOW, tick=False):
        for person, secret in zip(world.witnesses, SECRETS, strict=True):
            value = hashlib.sha256(secret.encode()).hexdigest()
            assert client_of(person).post(page(published, "/witness"), data={"commitment": value}).status_code == 303
        early = client_of(world.clerk).post(page(published, "/steps/open"))
        assert early.status_code == 409
        assert "7일이 지나야" in text(early)
    with time_machine.travel(DRAWS_AT, tick=False):
        clerk, second = client_of(world.clerk), client_of(world.second)
        assert clerk.post(page(published, "/steps/open")).status_code == 303
        refused = client_of(world.witnesses[0]).post(page(published, "/witness/secret"), data={"secret": SECRETS[0]})
        assert refused.status_code == 422
        assert clerk.post(page(published, "/steps/close-commitments")).status_code == 303
        wrong = client_of(world.witnesses[0]).post(
            page(published, "/witness/secret"), data={"secret": "다른 문구입니다"}
        )
        assert wrong.status_code == 422
        assert "맡긴 값과 맞지 않습니다" in text(wrong)
        for person, secret in zip(world.witnesses, SECRETS, strict=True):
            assert (
                client_of(person).post(page(published, "/witness/secret"), data={"secret": secret}).status_code == 303
            )
        assert SECRETS[0] in text(client.get(page(published)))
        assert clerk.post(page(published, "/steps/close-reveals")).status_code == 303
        assert (
            clerk.post(
                page(published, "/repeat-ball"), data={"ball": 3, "repeat_reason": "공이 두 개 나왔음"}
            ).status_code
            == 303
        )
        assert clerk.post(page(published, "/balls"), data={"digits": "48291"}).status_code == 422
        clerk.post(page(published, "/balls"), data={"digits": "482913"})
        assert "482913" not in second.get(page(published, "/balls")).get_data(as_text=True)
        second.post(page(published, "/balls"), data={"digits": "482914"})
        assert "앞서 두 사람이 적은 번호가 달랐습니다" in text(clerk.get(page(published, "/balls")))
        clerk.post(page(published, "/balls"), data={"digits": "4 8 2 9 1 3"})
        done = second.post(page(published, "/balls"), data={"digits": "482913"})
        assert done.location == page(published)
        shown = text(client.get(page(published)))
        assert "위원 6명을 뽑았습니다" in shown
        assert "482913" in shown
        assert "예비 순번" in shown
        hall = client.get(page(published, "/screen"))
        assert hall.status_code == 200
        assert "공에 적힌 숫자" in hall.get_data(as_text=True)
        minutes = text(clerk.get(page(published, "/record")))
        assert fresh(published).result_hash in minutes
        assert clerk.post(page(published, "/certify"), data={"version": fresh(published).version}).status_code == 303
        assert fresh(published).state is DrawState.CERTIFIED


@pytest.mark.slow
@time_machine.travel(DRAWS_AT, tick=False)
def test_the_downloads_verify_with_the_downloaded_program(
    world: DrawWorld, drawn: LotteryDraw, client: FlaskClient, tmp_path: Path
):
    names = {"bundle.json": "bundle.json", "result.json": "result.json", "verify.py": "verify.py"}
    for name, end in names.items():
        (tmp_path / name).write_bytes(client.get(page(drawn, f"/{end}")).data)
    command = [sys.executable, "-I", "verify.py", "bundle.json", "result.json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (tmp_path / "result.json").write_bytes((tmp_path / "result.json").read_bytes().replace(b"482913", b"482912"))
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 1


@pytest.mark.slow
@time_machine.travel(DRAWS_AT, tick=False)
def test_only_the_right_people_take_each_step(
    world: DrawWorld, revealing: LotteryDraw, client_of: Browsers, client: FlaskClient
):
    strangers = {
        "resident": make_resident(world.place),
        "other staff": make_holder(Role.DONG_STAFF, make_place(parent=world.place.parent)),
        "candidate": world.candidates[0],
    }
    acts = ["/steps/close-reveals", "/witness/secret", "/witness", "/balls", "/abort", "/repeat-ball", "/edit"]
    acts += ["/freeze", "/thaw", "/publish", "/certify", "/relax", f"/seats/{revealing.witnesses[0].id}"]
    acts += ["/vacancies/1", "/reserves/0001/strike", "/witness/agree-to-abort"]
    browsers = {name: client_of(person) for name, person in strangers.items()}
    for act in acts:
        assert client.post(page(revealing, act)).status_code == 401, act
        for name, browser in browsers.items():
            data = {
                "secret": SECRETS[0],
                "repeat_reason": "공이 두 개 나왔음",
                "ball": 1,
                "digits": "123456",
                "version": 1,
            }
            assert browser.post(page(revealing, act), data=data).status_code == 403, (name, act)
    # A witness does not lead, and staff do not open a witness's secret.
    assert client_of(world.witnesses[0]).post(page(revealing, "/steps/close-reveals")).status_code == 403
    assert (
        client_of(world.clerk).post(page(revealing, "/witness/secret"), data={"secret": SECRETS[0]}).status_code == 403
    )


@time_machine.travel(DRAWS_AT, tick=False)
def test_a_draw_is_given_up_for_a_reason_that_counts_and_stays_to_be_seen(
    world: DrawWorld, published: LotteryDraw, client_of: Browsers, client: FlaskClient
):
    clerk = client_of(world.clerk)
    words = "후보 한 사람의 성별이 잘못 적힌 것을 이의 신청으로 알았습니다."
    empty = clerk.post(page(published, "/abort"), data={"version": published.version, "words": words})
    assert empty.status_code == 422
    data = {"version": published.version, "reason": "list_wrong", "words": words}
    assert clerk.post(page(published, "/abort"), data=data).status_code == 303
    shown = text(client.get(page(published)))
    assert "추첨을 그만두었습니다" in shown
    assert words in shown
    assert fresh(published).call.state.value == "announced"


@time_machine.travel(DRAWS_AT, tick=False)
def test_nothing_is_undone_after_the_balls(world: DrawWorld, drawn: LotteryDraw, client_of: Browsers):
    clerk = client_of(world.clerk)
    data = {"version": drawn.version, "reason": "disaster", "words": "결과가 마음에 들지 않아 다시 뽑고 싶습니다."}
    assert clerk.post(page(drawn, "/abort"), data=data).status_code == 422
    assert "뽑은 뒤에는 무르거나 다시 뽑을 수 없습니다" in text(clerk.get(page(drawn, "/abort")))
    assert clerk.post(page(drawn, "/thaw"), data={"version": drawn.version}).status_code == 409


@time_machine.travel(DRAWS_AT, tick=False)
def test_public_pages_ask_the_database_little(
    world: DrawWorld, drawn: LotteryDraw, client: FlaskClient, queries: Callable[[], Any]
):
    for end in ("", "/screen", "/check", "/number?number=1"):
        client.get(page(drawn, end))
        with queries() as sent:
            assert client.get(page(drawn, end)).status_code == 200
        assert len(sent) <= 14, (end, sent)


@time_machine.travel(DRAWS_AT, tick=False)
def test_another_person_takes_a_witness_s_seat(world: DrawWorld, published: LotteryDraw, client_of: Browsers):
    hand_in_all(world, published)
    clerk = client_of(world.clerk)
    seat = fresh(published).witnesses[0]
    unknown = clerk.post(page(published, f"/seats/{seat.id}"), data={"contact": "nobody@example.kr"})
    assert unknown.status_code == 422
    assert "nobody@example.kr" in unknown.get_data(as_text=True)
    assert clerk.get(page(published, "/seats/99999")).status_code == 404


@pytest.mark.slow
@time_machine.travel(DRAWS_AT, tick=False)
def test_the_balls_wait_for_a_second_person(world: DrawWorld, at_balls: LotteryDraw, client_of: Browsers):
    clerk = client_of(world.clerk)
    for _ in range(2):  # a double click changes nothing
        assert clerk.post(page(at_balls, "/balls"), data={"digits": "123456"}).status_code == 303
    assert fresh(at_balls).state is DrawState.CEREMONY
    assert "다른 한 분을 기다립니다" in text(clerk.get(page(at_balls, "/balls")))
    other = clerk.post(page(at_balls, "/balls"), data={"digits": "654321"})
    assert other.status_code == 422
