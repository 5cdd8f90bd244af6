"""The pages of a meeting held live: the console, the wall, the phone."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.agenda.models import Proposal, VillageMeeting
from app.agenda.rules import MeetingKind
from app.agenda.services import meeting as calling
from app.db.session import session, transaction
from app.deliberation.models import Statement
from app.discussion.models import LiveRoom
from app.people.models import Person
from app.people.rules import Role
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place, make_resident
from tests.factories_year import make_staff
from tests.hidden_numbers import analyse, everything, turn_around

Browsers = Callable[[Person], FlaskClient]
ROOM = {
    "seeds": "골목마다 의자를 놓자.\n마을버스를 더 자주 다니게 하자.\n작은 도서관을 밤까지 열자.",
    "tables": "2",
    "access": "anyone",
    "visibility": "open",
}


def a_meeting() -> tuple[VillageMeeting, Person, str]:
    place = make_place()
    cycle, chair = make_cycle(place), make_holder(Role.COMMITTEE_CHAIR, place)
    with transaction():
        meeting = calling.call_meeting(
            place, cycle, [], title="우리 동네 100인 토론회", where="강당", offices="", starts_at=NOW + timedelta(hours=1),
            once="m", kind=MeetingKind.FORUM, by=chair, at=NOW,
        )  # fmt: skip
    return meeting, chair, f"/{place.slug}/meetings/{meeting.id}"


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_a_meeting_is_held_live_from_the_first_statement_to_an_agenda(app: Flask, client_of: Browsers):
    meeting, chair, url = a_meeting()
    leader = client_of(chair)
    assert leader.post(f"{url}/room", data={**ROOM, "seeds": "하나뿐."}).status_code == 422
    assert leader.post(f"{url}/room", data=ROOM).status_code == 303
    room = session().query(LiveRoom).one()
    statement = session().query(Statement).order_by(Statement.number).first()
    assert statement is not None
    wall = app.test_client()
    assert room.code[:3] in wall.get(f"{url}/screen").text
    assert wall.get(f"{url}/qr.svg").mimetype == "image/svg+xml"
    phone = app.test_client()
    assert phone.get("/m", query_string={"code": room.code.lower()}).location == f"/m/{room.code.lower()}"
    assert "들어가기" in phone.get(f"/m/{room.code.lower()}").text
    phone.post(f"/m/{room.code}/come", data={"table": "1"})
    assert "다음 문장을 기다려 주세요" in phone.get(f"/m/{room.code}").text
    leader.post(f"{url}/console/put/{statement.id}")
    assert statement.text in phone.get(f"/m/{room.code}").text
    for value in ("1", "-1"):
        phone.post(f"/m/{room.code}/answer/{statement.id}", data={"answer": value})
    shown = wall.get(f"{url}/screen").text
    assert "걱정돼요" not in shown
    assert re.search(r"<b>1</b> 명이 답했습니다", shown)
    phone.post(f"/m/{room.code}/say", data={"text": "버스 정류장에 지붕을 씌우자.", "once": "s"})
    console = leader.get(f"{url}/console").text
    assert "버스 정류장에 지붕을 씌우자." in console
    assert "버스 정류장에 지붕을 씌우자." not in wall.get(f"{url}/screen").text
    offered = session().query(Statement).filter_by(text="버스 정류장에 지붕을 씌우자.").one()
    leader.post(f"{url}/console/publish/{offered.id}", data={"version": offered.version})
    leader.post(f"{url}/console/statements", data={"text": "공원에 물 마시는 곳을 만들자.", "once": "t"})
    leader.post(f"{url}/console/take/{statement.id}")
    assert "걱정돼요 1" in re.sub(r"\s+", " ", wall.get(f"{url}/screen").text)
    leader.post(f"{url}/paper", data={"sheets": "o.o..\nxo?..", "once": "p"})
    tables = leader.get(f"{url}/tables")
    version = re.search(r'name="version"[^>]*value="(\d+)"', tables.text)
    assert version is not None
    filled = {"version": version[1], "people_1": "5", "idea_1_1": "의자부터 놓자", "stickers_1_1": "4", "people_2": "3"}
    assert leader.post(f"{url}/tables", data=filled).status_code == 303
    leader.post(f"{url}/end")
    assert "모임을 마쳤습니다" in phone.get(f"/m/{room.code}").text
    assert "골목마다 의자를 놓자." in leader.get(f"{url}/agendas/new").text
    made = leader.post(
        f"{url}/agendas/new",
        data={
            "title": "골목마다 의자 놓기", "body": "모임에서 뜻이 모였습니다. 골목마다 의자를 놓아 쉬어 가게 합시다.",
            "field": "facilities", "statements": [str(statement.id)], "once": "a",
        },
    )  # fmt: skip
    assert made.status_code == 303, made.text
    proposal = session().query(Proposal).one()
    page = wall.get(f"/{meeting.place.slug}/agenda/{proposal.id}").text
    assert "이 의제의 근거" in page
    assert page.count("골목마다 의자를 놓자.") == 1
    assert "골목마다 의자 놓기" in wall.get(url).text
    minutes = leader.get(f"{url}/minutes").text
    assert 'value="8"' in minutes


@time_machine.travel(NOW, tick=False)
def test_residents_and_strangers_lead_nothing(app: Flask, client: FlaskClient, client_of: Browsers):
    meeting, chair, url = a_meeting()
    client_of(chair).post(f"{url}/room", data=ROOM)
    statement = session().query(Statement).order_by(Statement.number).first()
    assert statement is not None
    for person in (make_resident(meeting.place), make_staff(make_place())):
        browser = client_of(person)
        for path in ("room", "console", "tables", "paper", "agendas/new"):
            assert browser.get(f"{url}/{path}").status_code == 403, path
        for path in (f"console/put/{statement.id}", "end", "console/statements"):
            assert browser.post(f"{url}/{path}", data={"text": "무엇이든 해 보자."}).status_code == 403, path
    assert client.get(f"{url}/console").status_code == 303
    assert not session().query(Statement).filter_by(is_open=True).count()


@time_machine.travel(NOW, tick=False)
def test_wrong_codes_lead_nowhere_and_a_room_may_ask_for_an_account(client: FlaskClient, client_of: Browsers):
    _meeting, chair, url = a_meeting()
    assert client.get("/m/XXXXXX").status_code == 404
    client_of(chair).post(f"{url}/room", data={**ROOM, "access": "account"})
    room = session().query(LiveRoom).one()
    assert "로그인하고 들어가기" in client.get(f"/m/{room.code}").text
    statement = session().query(Statement).order_by(Statement.number).first()
    assert statement is not None
    client_of(chair).post(f"{url}/console/put/{statement.id}")
    refused = client.post(f"/m/{room.code}/answer/{statement.id}", data={"answer": "1"})
    assert refused.status_code in {401, 403}
    assert session().get_one(Statement, statement.id).agree == 0


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_no_address_tells_how_a_hidden_room_answers(app: Flask, client: FlaskClient, client_of: Browsers):
    meeting, chair, url = a_meeting()
    leader = client_of(chair)
    leader.post(f"{url}/room", data={**ROOM, "visibility": "hidden"})
    room = session().query(LiveRoom).one()
    first, second = session().query(Statement).order_by(Statement.number).limit(2)
    phones = [app.test_client() for _ in range(7)]
    for statement in (first, second):
        leader.post(f"{url}/console/put/{statement.id}")
        for n, phone in enumerate(phones):
            phone.post(f"/m/{room.code}/answer/{statement.id}", data={"answer": "1" if n < 5 else "-1"})
    found = room.round
    analyse(found)
    leader.get(url)  # shows, once, what was flashed
    browsers = {"guest": client, "leader": leader}
    ids = {"meeting_id": meeting.id, "code": room.code}
    before = everything(app, found, browsers, **ids)
    assert any(path.endswith("/console") and "7명이 답했습니다" in text for (_, path), text in before.items())
    turn_around(found)
    after = everything(app, found, browsers, **ids)
    assert not sorted(key for key in before if before[key] != after[key])
    leader.post(f"{url}/end")
    assert "공감해요 2" in client.get(f"{url}/screen").text
