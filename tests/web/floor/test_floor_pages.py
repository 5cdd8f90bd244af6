"""Pages of the assembly day: the phone, the wall, the door, the console, counting, the minutes."""

import hashlib
import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.assembly.floor.models import FloorDay, FloorItem, Word
from app.assembly.floor.rules.states import DayState, ItemKind, ItemState
from app.assembly.floor.services import attending, counting, holding, minuting, speaking
from app.council.rules.training import code_at
from app.db.session import session, transaction
from app.files.printing import can_print
from app.people.models import Person
from app.people.rules import Role
from tests.conftest import NOW
from tests.factories import make_holder, make_place, make_resident
from tests.factories_floor import STARTS, Hall, add, begin, come_by_phone, decide, finish, make_hall, put
from tests.factories_stations import BORN, photo
from tests.factories_year import make_assembly, make_staff

Browsers = Callable[[Person], FlaskClient]
pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@pytest.fixture
def hall(app: Flask) -> Iterator[Hall]:
    """A planned day, at the instant at which it begins."""
    made = make_hall()
    with time_machine.travel(STARTS, tick=False):
        yield made


def base(hall: Hall) -> str:
    return f"/{hall.day.place.slug}/assembly"


def test_a_year_without_a_day_says_so(app: Flask, client: FlaskClient, client_of: Browsers):
    with time_machine.travel(NOW, tick=False):
        assembly, _people = make_assembly([1_000_000])
        slug = assembly.place.slug
        for page in ("live", "order"):
            assert "아직 총회 날을 정하지 않았습니다" in client.get(f"/{slug}/assembly/{page}").text
        assert client.get(f"/{slug}/assembly/screen").status_code == 404
        staff = client_of(make_staff(assembly.place))
        assert "총회 날 정하기" in staff.get(f"/{slug}/assembly/order").text


def test_staff_plans_the_day_and_the_same_form_plans_it_once(app: Flask, client_of: Browsers):
    with time_machine.travel(NOW, tick=False):
        assembly, _people = make_assembly([1_000_000])
        staff, chair = make_staff(assembly.place), make_holder(Role.COUNCIL_MEMBER, assembly.place)
        browser, url = client_of(staff), f"/{assembly.place.slug}/assembly/day/plan"
        data = {
            "starts_on": "2026-07-05", "starts_time": "14:00", "where": "대강당", "chair": chair.id, "secretary": chair.id,
            "version": 0, "once": "one",
        }  # fmt: skip
        refused = browser.post(url, data=data)
        assert (refused.status_code, "의장과 서기는 다른 사람" in refused.text, 'value="대강당"' in refused.text) == (
            422,
            True,
            True,
        )
        for _ in range(2):
            browser.post(url, data=data | {"secretary": staff.id})
        day = session().scalars(select(FloorDay)).one()
        assert (day.where, day.chair_id, day.secretary_id) == ("대강당", chair.id, staff.id)
        page = browser.get(url)
        assert 'value="14:00"' in page.text


def test_the_chair_orders_adds_and_changes_items(hall: Hall, client_of: Browsers):
    browser, url = client_of(hall.chair), f"{base(hall)}/day/items"
    data = {"kind": "sticker", "title": "쉼터 이름", "options": "느티나무\n\n한마당", "seats": 1, "picks": 1, "version": 0,
            "basis": "votes", "once": "x"}  # fmt: skip
    assert browser.post(f"{url}/new", data=data | {"options": "하나"}).status_code == 422
    for _ in range(2):
        assert browser.post(f"{url}/new", data=data).status_code == 303
    item = session().scalars(select(FloorItem).where(FloorItem.kind == ItemKind.STICKER)).one()
    assert item.options == ["느티나무", "한마당"]
    assert (
        browser.post(f"{url}/{item.id}", data=data | {"title": "쉼터의 이름", "version": item.version}).status_code
        == 303
    )
    assert browser.post(f"{url}/{item.id}", data=data | {"title": "다른 이름", "version": 1}).status_code == 422
    browser.post(f"{url}/{item.id}/up")
    assert browser.post(f"{url}/{hall.day.items[0].id}/drop").status_code == 303
    session().expire_all()
    titles = [each.title for each in session().get_one(FloorDay, hall.day.id).items]
    assert titles.index("쉼터의 이름") == len(titles) - 2


def test_the_console_leads_through_the_day(hall: Hall, client: FlaskClient, client_of: Browsers):
    chair, url = client_of(hall.chair), f"{base(hall)}/day"
    first = hall.day.items[0].id
    assert chair.post(f"{url}/begin").status_code == 422
    assert chair.post(f"{url}/doors").status_code == 303
    refused = chair.post(f"{url}/begin")
    assert (refused.status_code, "명이 되어야 합니다." in refused.text) == (422, True)
    come_by_phone(hall, hall.residents[0])
    assert chair.post(f"{url}/begin").status_code == 303
    for _ in range(2):
        assert chair.post(f"{url}/items/{first}/open").status_code == 303
    assert chair.post(f"{url}/items/{hall.day.items[1].id}/open").status_code == 422
    assert chair.post(f"{url}/items/{first}/hand", data={"role": "guest", "once": "h"}).status_code == 303
    assert chair.post(f"{url}/items/{first}/next").status_code == 303
    word = session().scalars(select(Word)).one()
    assert "말하기 마치기" in chair.get(url).text
    wall = client.get(f"{base(hall)}/screen").text
    assert ("손님" in wall, "data-left" in wall) == (True, True)
    assert chair.post(f"{url}/words/{word.id}/end").status_code == 303
    assert chair.post(f"{url}/items/{first}/close", data={"said": "함께 인사했다."}).status_code == 303
    assert chair.post(f"{url}/close").status_code == 303
    session().expire_all()
    assert session().get_one(FloorItem, first).decision == "함께 인사했다."
    assert "회의록 쓰기" in chair.get(url).text


def test_a_resident_checks_in_with_the_code_and_asks_for_the_word(hall: Hall, client: FlaskClient, client_of: Browsers):
    begin(hall, come_in=1)
    item = put(hall, hall.day.items[0])
    url = f"{base(hall)}/live"
    assert "손을 들어" in client.get(url).text
    assert client.get(f"{url}/here").status_code == 303
    phone = client_of(hall.residents[1])
    assert "참석을 알리면 말하기를 청할 수 있습니다." in phone.get(url).text
    assert phone.post(f"{url}/ask", data={"item_id": item.id}).status_code == 422
    wrong = phone.post(f"{url}/here", data={"code": "AAAAAA"})
    assert (wrong.status_code, "AAAAAA" in wrong.text) == (422, True)
    code = code_at(hall.day.secret, STARTS)
    assert f'value="{code}"' in phone.get(f"{url}/here?code={code}").text
    for _ in range(2):
        assert phone.post(f"{url}/here", data={"code": f" {code[:3].lower()} {code[3:]}"}).status_code == 303
    for _ in range(2):
        assert phone.post(f"{url}/ask", data={"item_id": item.id, "shows_name": "y"}).status_code == 303
    page = phone.get(url).text
    assert ("다음 차례입니다." in page, "청한 것 거두기" in page) == (True, True)
    assert hall.residents[1].public_name not in client.get(url).text
    assert phone.post(f"{url}/withdraw", data={"item_id": item.id}).status_code == 303
    assert "말하기 청하기" in phone.get(url).text
    assert phone.post(f"{url}/leave").status_code == 303
    assert "참석을 알리면" in phone.get(url).text


def test_a_speaker_is_named_on_the_wall_only_with_consent(hall: Hall, client: FlaskClient):
    begin(hall)
    item = put(hall, hall.day.items[0])
    for person, shows in ((hall.residents[0], False), (hall.residents[1], True)):
        with transaction():
            word = speaking.ask(item.id, shows_name=shows, by=person, at=STARTS)
            speaking.give(word.id, by=hall.chair, at=STARTS)
        for page in ("screen", "live"):
            assert (person.public_name in client.get(f"{base(hall)}/{page}").text) is shows
        with transaction():
            speaking.end(word.id, by=hall.chair, at=STARTS)


def test_the_vote_leads_to_the_booth_and_says_nothing_of_choices(hall: Hall, client: FlaskClient):
    begin(hall)
    vote = next(item for item in hall.day.items if item.kind is ItemKind.VOTE)
    put(hall, vote)
    phone = client.get(f"{base(hall)}/live").text
    assert f'href="{base(hall)}/booth"' in phone
    wall = client.get(f"{base(hall)}/screen").text
    assert "명 투표함" in wall
    for line in hall.day.assembly.lines:
        assert line.title not in wall


def test_no_count_is_public_before_it_is_announced_and_none_ever_on_the_wall(hall: Hall, client: FlaskClient, client_of: Browsers):  # fmt: skip
    begin(hall, come_in=5)
    item = put(hall, add(hall, ItemKind.STICKER))
    with transaction():
        count = counting.begin_count(item.id, by=hall.chair, at=STARTS)
    browser = client_of(hall.staff)
    url = f"{base(hall)}/day/items/{item.id}"
    form = {"people": 4, "votes_1": 3, "votes_2": 1, "votes_3": 0}
    assert browser.post(f"{url}/counting", data=form | {"votes_3": 7}).status_code == 422
    assert browser.post(f"{url}/counting", data=form).status_code == 303
    other = client_of(hall.secretary)
    assert "두 사람의 수가 다릅니다." not in other.get(f"{url}/counting").text
    other.post(f"{url}/counting", data=form | {"votes_2": 0})
    assert "두 사람의 수가 다릅니다." in browser.get(f"{url}/counting").text
    other.post(f"{url}/counting", data=form)
    for page in ("live", "screen", "order"):
        text = re.sub(r'data-stamp="[^"]*"', "", client.get(f"{base(hall)}/{page}").text)
        assert ("느티나무</th>" in text, ">3<" in text) == (False, False)
    assert browser.post(f"{url}/announce").status_code == 422
    picture = {"photo": (io.BytesIO(photo()), "sheet.jpg")}
    assert browser.post(f"{url}/sheet", data={"photo": (io.BytesIO(b"no"), "x.jpg")}).status_code == 422
    assert browser.post(f"{url}/sheet", data=picture).status_code == 303
    assert browser.get(f"{url}/sheet.jpg").mimetype == "image/jpeg"
    assert client_of(hall.residents[0]).get(f"{url}/sheet.jpg").status_code == 403
    assert browser.post(f"{url}/announce").status_code == 303
    session().expire_all()
    order, wall = client.get(f"{base(hall)}/order").text, client.get(f"{base(hall)}/screen").text
    assert ("느티나무" in wall, ">3<" in wall) == (True, False)
    assert (">3</td>" in order, session().get_one(type(count), count.id).sheet_sha256 in order) == (True, True)


def test_the_door_finds_lets_in_and_lets_out(hall: Hall, client_of: Browsers):
    with transaction():
        holding.open_doors(hall.day.id, by=hall.chair, at=STARTS)
    desk, url = client_of(hall.staff), f"{base(hall)}/door"
    missing = desk.post(f"{url}/find", data={"name": "없는 사람", "birth_date": BORN.isoformat()})
    assert "명부에 없습니다." in missing.text
    assert desk.post(f"{url}/find", data={"name": "주민 라", "birth_date": ""}).status_code == 422
    look = {"name": "주민 라", "birth_date": BORN.isoformat()}
    assert "참석 적기" in desk.post(f"{url}/find", data=look).text
    for _ in range(2):
        assert desk.post(f"{url}/enter", data={"entry_id": hall.entries[3].id}).status_code == 303
    assert "이미 와 있습니다" in desk.post(f"{url}/find", data=look).text
    assert desk.post(f"{url}/leave", data={"entry_id": hall.entries[3].id}).status_code == 303
    assert "다시 들어옴" in desk.post(f"{url}/find", data=look).text
    assert desk.post(f"{url}/leave", data={"entry_id": hall.entries[4].id}).status_code == 404
    for _ in range(2):
        assert desk.post(f"{url}/guest", data={"once": "g"}).status_code == 303
    page = desk.get(url).text
    assert ("손님 1명" in page, "지금 0명이 왔습니다" in page) == (True, True)


def test_a_council_member_shows_the_code_but_searches_no_roll(hall: Hall, client_of: Browsers):
    with transaction():
        holding.open_doors(hall.day.id, by=hall.chair, at=STARTS)
    member, url = client_of(hall.chair), f"{base(hall)}/door"
    assert "명부는 동의 담당 공무원만 찾아봅니다." in member.get(url).text
    for act, data in (("find", {"name": "주민 라", "birth_date": "1970-03-04"}), ("enter", {"entry_id": 1})):
        assert member.post(f"{url}/{act}", data=data).status_code == 403
    code = member.get(f"{url}/code")
    assert (code_at(hall.day.secret, STARTS) in code.text, code.headers["Refresh"]) == (True, "30")
    assert member.post(f"{url}/guest", data={"once": "g"}).status_code == 303


def test_the_minutes_are_written_confirmed_and_read_by_everybody(hall: Hall, client: FlaskClient, client_of: Browsers):
    begin(hall, come_in=5)
    finish(hall, decide(hall, put(hall, add(hall, ItemKind.HANDS)), [4, 1, 0]))
    url = f"{base(hall)}/day/minutes"
    chair, secretary = client_of(hall.chair), client_of(hall.secretary)
    assert chair.get(url).status_code == 404
    with transaction():
        holding.close_day(hall.day.id, by=hall.chair, at=STARTS)
    draft = secretary.get(url).text
    assert "찬성 4, 반대 1, 기권 0" in draft
    session().refresh(hall.day)
    text = minuting.draft_of(hall.day)
    data = {"minutes": text + "덧붙임: 느티나무 아래에서 다시 모인다.", "version": hall.day.version}
    assert secretary.post(url, data=data | {"minutes": "짧다"}).status_code == 422
    assert secretary.post(url, data=data).status_code == 303
    late = chair.post(url, data=data | {"minutes": text})
    assert (late.status_code, "다른 사람이 먼저 고쳤습니다." in late.text) == (422, True)
    assert client.get(f"{base(hall)}/minutes.txt").status_code == 404
    for browser in (chair, secretary):
        session().expire_all()
        version = session().get_one(FloorDay, hall.day.id).version
        assert browser.post(f"{url}/confirm", data={"version": version}).status_code == 422
        assert browser.post(f"{url}/confirm", data={"version": version, "checked": "y"}).status_code == 303
    session().expire_all()
    day = session().get_one(FloorDay, hall.day.id)
    assert day.state is DayState.MINUTED
    answer = client.get(f"{base(hall)}/minutes.txt")
    assert hashlib.sha256(answer.data).hexdigest() == day.minutes_hash
    order = client.get(f"{base(hall)}/order").text
    assert (day.minutes_hash in order, "느티나무 아래에서 다시 모인다." in order) == (True, True)
    assert chair.get(url).status_code == 303


def test_the_minutes_can_be_printed(hall: Hall, client: FlaskClient):
    if not can_print():
        pytest.skip("Pango is not installed")
    begin(hall)
    with transaction():
        holding.close_day(hall.day.id, by=hall.chair, at=STARTS)
    with transaction():
        minuting.save(hall.day.id, minuting.draft_of(hall.day), version=hall.day.version, by=hall.chair, at=STARTS)
    for person in (hall.chair, hall.secretary):
        with transaction():
            minuting.confirm(hall.day.id, version=hall.day.version, by=person, at=STARTS)
    answer = client.get(f"{base(hall)}/minutes.pdf")
    assert (answer.mimetype, answer.data[:5]) == ("application/pdf", b"%PDF-")


def test_a_day_may_be_called_off_with_a_reason(hall: Hall, client: FlaskClient, client_of: Browsers):
    browser, url = client_of(hall.staff), f"{base(hall)}/day/cancel"
    assert browser.post(url, data={"reason": "비"}).status_code == 422
    assert browser.post(url, data={"reason": "태풍이 와서 모일 수 없습니다."}).status_code == 303
    assert "태풍이 와서" in client.get(f"{base(hall)}/live").text


LEADING = ("", "/doors", "/begin", "/close", "/minutes", "/minutes/confirm", "/items/new", "/items/{item}",
           "/items/{item}/open", "/items/{item}/up", "/items/{item}/hand", "/cancel")  # fmt: skip


def test_who_does_not_lead_is_refused_everywhere(hall: Hall, client: FlaskClient, client_of: Browsers):
    elsewhere = make_place(parent=hall.day.place.parent)
    strangers = [
        hall.residents[0], make_resident(elsewhere), make_staff(elsewhere), make_holder(Role.COUNCIL_MEMBER, hall.day.place)
    ]  # fmt: skip
    begin(hall)
    with transaction():
        attending.add_guest(hall.day.id, once="g", by=hall.staff, at=STARTS)
    item = hall.day.items[0]
    browsers = [client_of(person) for person in strangers]
    for path in LEADING:
        url = f"{base(hall)}/day{path.format(item=item.id)}"
        for browser in browsers:
            statuses = {browser.get(url).status_code, browser.post(url).status_code} - {405}
            assert statuses == {403}, (url, statuses)
        assert client.post(url).status_code in {303, 401, 403, 405}
    for browser in browsers[:3]:
        assert browser.get(f"{base(hall)}/door").status_code == 403
        assert browser.get(f"{base(hall)}/door/code").status_code == 403
    session().expire_all()
    assert session().get_one(FloorItem, item.id).state is ItemState.WAITING


def test_what_belongs_to_another_day_is_not_found(hall: Hall, client_of: Browsers):
    other = make_hall()
    begin(other)
    item = put(other, other.day.items[0])
    with transaction():
        word = speaking.ask(item.id, shows_name=False, by=other.residents[0], at=STARTS)
    chair = client_of(hall.chair)
    for path in (f"items/{item.id}/close", f"words/{word.id}/give", f"items/{item.id}/drop"):
        assert chair.post(f"{base(hall)}/day/{path}").status_code == 404


def test_a_full_day_costs_the_page_no_more_queries(hall: Hall, client: FlaskClient, queries: Callable):
    begin(hall)
    with queries() as few:
        client.get(f"{base(hall)}/order")
    for _ in range(8):
        add(hall, ItemKind.HANDS)
    with queries() as many:
        client.get(f"{base(hall)}/order")
    assert len(many) <= len(few)


def test_english_pages_stand(hall: Hall, client: FlaskClient, client_of: Browsers):
    begin(hall)
    put(hall, hall.day.items[0], at=STARTS + timedelta(minutes=1))
    chair = client_of(hall.chair)
    for browser, page, said in (
        (client, "live", "assembly, now"),
        (client, "screen", "taking part"),
        (client, "order", "Rules of the day"),
        (chair, "day", "Finish this item"),
        (chair, "door", "At the door"),
    ):
        assert said in browser.get(f"{base(hall)}/{page}", headers={"Accept-Language": "en"}).text


def test_who_leaves_the_booth_is_led_to_what_is_next(hall: Hall, client: FlaskClient):
    before = client.get(f"{base(hall)}/after").text
    assert "총회 날" in before
    assert "총회 화면으로" not in before
    begin(hall)
    during = client.get(f"{base(hall)}/after").text
    assert during.index("총회 화면으로") < during.index("투표 화면으로")


def test_while_the_assembly_is_held_its_page_leads_into_the_hall_and_to_the_booth_only_at_the_vote(
    hall: Hall, client: FlaskClient
):
    begin(hall)
    vote = next(item for item in hall.day.items if item.kind is ItemKind.VOTE)
    solid = re.compile(r'class="btn big" href="[^"]*/(live|booth)"')
    assert solid.findall(client.get(base(hall)).text) == ["live"]
    with transaction():
        holding.open_item(vote.id, by=hall.chair, at=STARTS)
    assert solid.findall(client.get(base(hall)).text) == ["booth"]
    with transaction():
        holding.close_item(vote.id, said="", by=hall.chair, at=STARTS)
    assert solid.findall(client.get(base(hall)).text) == ["live"]


def test_the_bases_of_the_day_are_in_english_on_english_pages(hall: Hall, client: FlaskClient):
    begin(hall)
    page = client.get(f"{base(hall)}/order", headers={"Accept-Language": "en"}).text
    assert "Seongdong" in page
    assert "성동구 주민자치회 조례" not in page
