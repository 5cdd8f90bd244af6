"""An assembly day in real browsers: the chair's console, the clerk at the door, a resident's phone, the wall of the hall."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.assembly.floor.models import FloorDay, FloorItem
from app.assembly.floor.rules.deciding import Outcome
from app.assembly.floor.rules.states import DayState, ItemKind, SpeakerRole
from app.assembly.floor.services import preparing, speaking
from app.clock import utc_now
from app.db.session import session, transaction
from tests.browser.accessibility import violations
from tests.browser.conftest import Site
from tests.browser.hands import press_through
from tests.factories_floor import ITEMS, begin, make_hall, put
from tests.factories_stations import BORN, photo

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def count(page: Page, url: str, yes: int, no: int) -> None:
    """Enter raised cards as one of those who count."""
    page.goto(url)
    for label, number in (("찬성", yes), ("반대", no), ("기권", 0)):
        page.get_by_label(label, exact=True).fill(str(number))
    press_through(page.get_by_role("button", name="적기"))


def test_an_assembly_is_held_by_chair_door_phone_and_wall(site: Site, page_of: Callable[..., Page], tmp_path: Path):
    hall = make_hall(at=utc_now() - timedelta(hours=2))
    with transaction():
        for item in list(hall.day.items)[1:]:
            preparing.drop_item(item.id, by=hall.chair, at=utc_now())
        hands = preparing.add_item(hall.day.id, ITEMS[ItemKind.HANDS], once="h", by=hall.chair, at=utc_now())
    base, hands_id = f"/{hall.day.place.slug}/assembly", hands.id
    chair, desk = page_of(hall.chair, width=1280, height=900), page_of(hall.staff, width=1024, height=768)
    phone, wall = page_of(hall.residents[0]), page_of(width=1920, height=1080)
    wall.goto(f"{base}/screen")
    chair.goto(f"{base}/day")
    press_through(chair.get_by_role("button", name="문 열기"))

    # The door: one resident by phone with the code on its screen, two by the clerk.
    desk.goto(f"{base}/door/code")
    code = desk.locator(".check-code").inner_text()
    phone.goto(f"{base}/live/here?code={code}")
    press_through(phone.get_by_role("button", name="참석 알리기"))
    expect(phone.get_by_text("참석을 알렸습니다.").first).to_be_visible()
    for name in ("주민 나", "주민 라"):
        desk.goto(f"{base}/door")
        desk.get_by_label("이름").fill(name)
        desk.get_by_label("생년월일").fill(BORN.isoformat())
        press_through(desk.get_by_role("button", name="찾기"))
        press_through(desk.get_by_role("button", name="참석 적기"))
    expect(desk.get_by_role("heading", name="지금 3명이 왔습니다")).to_be_visible()

    # The session: the phone asks for the word, the chair gives it, the wall shows both by themselves.
    chair.reload()
    press_through(chair.get_by_role("button", name="총회 열기"))
    press_through(chair.get_by_role("button", name="열기", exact=True).first)
    expect(wall.locator(".hw-title")).to_have_text("개회와 참여 인원 보고")
    expect(wall.locator(".hw-number b").first).to_have_text("3")
    expect(phone.get_by_role("button", name="말하기 청하기")).to_be_visible()
    assert [found for page in (phone, wall, chair, desk) for found in violations(page)] == []
    phone.get_by_label("화면과 회의록에 내 이름").check()
    press_through(phone.get_by_role("button", name="말하기 청하기"))
    expect(phone.get_by_text("다음 차례입니다.")).to_be_visible()
    press_through(chair.get_by_role("button", name="다음 사람에게 말하게 하기"))
    expect(wall.locator(".hw-who")).to_have_text(hall.residents[0].public_name)
    expect(wall.locator(".hw-clock")).to_have_text(re.compile(r"[0-3]:\d\d"))
    expect(phone.get_by_text("지금 말씀하실 차례입니다.")).to_be_visible()
    press_through(chair.get_by_role("button", name="말하기 마치기"))
    chair.get_by_label("오간 이야기나 정한 말").fill("모두 인사를 나누었다.")
    press_through(chair.get_by_role("button", name="이 순서 마치기"))

    # Cards: two count apart and differ, count again; the wall never shows a number of cards.
    press_through(chair.get_by_role("button", name="열기", exact=True).first)
    press_through(chair.get_by_role("button", name="세기 시작하기"))
    expect(wall.get_by_text("두 사람이 따로 세고 있습니다")).to_be_visible()
    counting = f"{base}/day/items/{hands_id}/counting"
    count(desk, counting, 2, 1)
    count(chair, counting, 1, 2)
    expect(chair.get_by_text("두 사람의 수가 다릅니다.")).to_be_visible()
    count(chair, counting, 2, 1)
    sheet = tmp_path / "sheet.jpg"
    sheet.write_bytes(photo())
    chair.get_by_label("집계표 사진").set_input_files(sheet)
    press_through(chair.get_by_role("button", name="사진 올리기"))
    chair.goto(f"{base}/day")
    press_through(chair.get_by_role("button", name="정한 것 알리기"))
    expect(wall.locator(".hw-outcome")).to_have_text("가결")
    assert "찬성" not in wall.locator("#live").inner_text()
    assert violations(wall) == []
    press_through(chair.get_by_role("button", name="이 순서 마치기"))
    press_through(chair.get_by_role("button", name="총회 마치기"))
    expect(phone.get_by_text("총회를 마쳤습니다. 고맙습니다.")).to_be_visible()

    # The minutes: drafted, completed by the secretary, confirmed by both, read by everybody.
    secretary = page_of(hall.secretary, width=1280, height=900)
    secretary.goto(f"{base}/day/minutes")
    draft = secretary.get_by_label("회의록", exact=True)
    assert "찬성 2, 반대 1, 기권 0" in draft.input_value()
    draft.fill(draft.input_value() + "덧붙임: 가을에 다시 모인다.")
    press_through(secretary.get_by_role("button", name="회의록 저장하기"))
    for page in (secretary, chair):
        page.goto(f"{base}/day/minutes")
        page.get_by_label("처음부터 끝까지 읽었고").check()
        press_through(page.get_by_role("button", name="이 회의록을 확인하기"))
    phone.goto(f"{base}/order")
    expect(phone.get_by_text("덧붙임: 가을에 다시 모인다.")).to_be_visible()
    assert violations(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    session().rollback()
    assert session().get_one(FloorItem, hands_id).outcome is Outcome.ADOPTED
    assert session().get_one(FloorDay, hall.day.id).state is DayState.MINUTED


def test_what_is_typed_unfolded_and_focused_stands_while_the_console_refreshes_itself(
    site: Site, page_of: Callable[..., Page]
):
    hall = make_hall(at=utc_now() - timedelta(hours=2))
    begin(hall, at=utc_now())
    item = put(hall, hall.day.items[0], at=utc_now())
    chair = page_of(hall.chair, width=1280, height=900)
    chair.goto(f"/{hall.day.place.slug}/assembly/day")
    chair.locator("summary", has_text="손 든 사람 넣기").click()
    chair.get_by_label("오간 이야기나 정한 말").fill("모두 인사를 나누었다.")
    close = chair.get_by_role("button", name="이 순서 마치기")
    close.focus()
    with transaction():
        speaking.ask_by_hand(item.id, role=SpeakerRole.RESIDENT, once="1", by=hall.chair, at=utc_now())
    expect(chair.get_by_role("button", name="다음 사람에게 말하게 하기")).to_be_visible()
    expect(chair.get_by_label("오간 이야기나 정한 말")).to_have_value("모두 인사를 나누었다.")
    expect(chair.get_by_role("button", name="차례에 넣기")).to_be_visible()
    expect(close).to_be_focused()


def test_without_scripts_the_phone_and_the_wall_reload_themselves(site: Site, page_of: Callable[..., Page]):
    hall = make_hall(at=utc_now() - timedelta(hours=2))
    for path in ("live", "screen"):
        page = page_of(java_script_enabled=False)
        page.goto(f"/{hall.day.place.slug}/assembly/{path}")
        assert page.locator("meta[http-equiv=refresh]").count() == 1
