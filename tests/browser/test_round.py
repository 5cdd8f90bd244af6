"""A round as a neighbour lives it on a telephone (360 px): ten cards, a statement of one's own, and what came of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect

from app.clock import utc_now
from app.db.session import session, transaction
from app.deliberation.models import OpinionRound, Participant, StatementAnswer
from app.deliberation.rules import Answer, Visibility
from app.deliberation.services import closing
from app.people.rules import Role
from tests.browser.accessibility import violations
from tests.browser.conftest import Site
from tests.factories import make_holder
from tests.factories_rounds import device, make_round, member_of, say, statements_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Pages = Callable[..., Page]
SEEDS = [
    "그늘이 있는 긴 의자를 백 걸음마다 놓자.",
    "밤에 어두운 골목부터 등을 바꾸자.",
    "토요일 오후에는 가운데 길에 차를 막자.",
    "길가 주차를 줄이고 걷는 자리를 넓히자.",
    "학교 앞 길은 아침저녁으로 차를 막자.",
    "가게 앞에 짐 내릴 자리를 먼저 정하자.",
    "빈 화분보다 나무를 심어 그늘을 만들자.",
    "비 오는 날 미끄러운 바닥을 먼저 고치자.",
    "골목 이름을 주민이 짓자.",
    "막다른 골목 끝에 동네 책장을 두자.",
]


def looks_right(page: Page) -> None:
    """Nobody stumbles, and nothing sticks out of the window."""
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def given() -> int:
    session().rollback()
    return session().query(StatementAnswer).count()


def crowd(found: OpinionRound) -> None:
    """Let eleven neighbours answer before: of one mind on all but the third."""
    for index in range(11):
        for number in (1, 2, 3):
            say(found, number, Answer.WORRY if number == 3 and index % 2 else Answer.AGREE, device(index), at=utc_now())


@pytest.mark.parametrize("scripts", [True, False], ids=["with-script", "without-script"])
def test_a_neighbour_answers_ten_cards_adds_a_statement_and_sees_what_came_of_it(
    site: Site, page_of: Pages, scripts: bool
):
    found = make_round(seeds=SEEDS, visibility=Visibility.HIDDEN, at=utc_now())
    crowd(found)
    before = given()
    page = page_of(None, width=360, java_script_enabled=scripts)
    page.goto(f"/{found.place.slug}/rounds/{found.id}")
    looks_right(page) if scripts else None
    for number in range(1, 11):
        expect(page.get_by_text(f"10개 가운데 {number}번째", exact=True)).to_be_visible()
        expect(page.get_by_role("button", name="공감해요")).to_be_visible()  # the card is there as a whole
        worries = page.locator("form[data-card]").filter(has_text=SEEDS[3]).count()  # cards come in an order of chance
        page.get_by_role("button", name="걱정돼요" if worries else "공감해요").click()
    expect(page.get_by_role("heading", name="모든 의견에 답하셨습니다")).to_be_visible()
    assert given() - before == 10
    assert "뜻이 모인 의견" not in page.content()

    page.get_by_label("한 문장으로").fill("골목에 물 마실 곳을 만들자.")
    page.get_by_role("button", name="보태기").click()
    expect(page.get_by_text("살펴보는 중")).to_be_visible()
    page.locator("form.again").filter(has_text=SEEDS[4]).get_by_role("button", name="잘 모르겠어요").click()
    expect(page.get_by_text("바꾼 답을 받았습니다.")).to_be_visible()
    assert given() - before == 10
    looks_right(page) if scripts else None

    desk = page_of(member_of(found), width=360, java_script_enabled=scripts)
    desk.goto(f"/{found.place.slug}/rounds/{found.id}/workbench")
    looks_right(desk) if scripts else None
    desk.get_by_role("button", name="올리기", exact=True).click()
    expect(desk.get_by_text("모두 살펴보았습니다")).to_be_visible()
    assert statements_of(found)[-1].is_open

    with time_machine.travel(found.closes_at + timedelta(minutes=1), tick=True):
        with transaction():
            closing.close_due_rounds(utc_now())
        page.goto(f"/{found.place.slug}/rounds/{found.id}")
        expect(page.get_by_role("heading", name="어디까지 뜻이 모였나")).to_be_visible()
        expect(page.get_by_role("figure").first).to_contain_text(SEEDS[1])
        expect(page.get_by_text("거의 모두 공감").first).to_be_visible()
        expect(page.get_by_text("아직 뚜렷한 의견 집단이 나타나지 않았습니다")).to_be_visible()
        looks_right(page) if scripts else None
    session().rollback()
    assert session().query(Participant).count() == 12


def test_a_card_is_answered_by_keyboard_alone(site: Site, page_of: Pages):
    found = make_round(visibility=Visibility.OPEN, at=utc_now())
    page = page_of(make_holder(Role.COUNCIL_MEMBER, found.place), width=360)
    page.goto(f"/{found.place.slug}/rounds/{found.id}")
    page.get_by_role("button", name="공감해요").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="걱정돼요")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("3개 가운데 2번째", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="의견 카드")).to_be_focused()
    session().rollback()
    assert [row.value for row in session().query(StatementAnswer)] == [-1]


def pushed(page: Page, across: int, *, down: int = 0, from_edge: bool = False, let_go: bool = True) -> None:
    """Push the card with a finger, ten steps; positive is to the right."""
    box = page.locator("form[data-card]").bounding_box()
    assert box is not None
    x, y = (box["x"] + 3 if from_edge else 180 - across / 2), box["y"] + 30
    assert from_edge is (x < 24)
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 11):
        point = {"x": x + across * step / 10, "y": y + down * step / 10}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    if let_go:
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_a_card_is_pushed_aside_and_a_slip_is_taken_back(site: Site, page_of: Pages, motion: str):
    found = make_round(visibility=Visibility.HIDDEN, at=utc_now())
    page = page_of(None, width=360, has_touch=True, is_mobile=True, reduced_motion=motion)
    page.goto(f"/{found.place.slug}/rounds/{found.id}")
    expect(page.get_by_text("카드를 오른쪽으로 밀면 공감")).to_be_visible()
    card = page.locator("form[data-card]")
    for across, down, from_edge in ((60, 0, False), (-70, 0, False), (150, 200, False), (250, 0, True)):
        pushed(page, across, down=down, from_edge=from_edge)
    pushed(page, 180, let_go=False)
    expect(card.locator("button.would")).to_have_text("공감해요")
    assert (card.evaluate("each => each.style.transform") == "") is (motion == "reduce")
    page.locator("body").dispatch_event("pointercancel")
    expect(card.locator("button.would")).to_have_count(0)
    assert given() == 0

    page.reload()
    pushed(page, -180)
    expect(page.get_by_text("번 의견에 “걱정돼요”로 답했습니다.")).to_be_visible()
    expect(page.get_by_text("3개 가운데 2번째", exact=True)).to_be_visible()
    looks_right(page)
    assert given() == 1
    page.get_by_role("button", name="되돌리기").click()
    expect(page.get_by_text("3개 가운데 1번째", exact=True)).to_be_visible()
    assert given() == 0
    pushed(page, 180)
    expect(page.get_by_text("로 답했습니다.")).to_contain_text("공감해요")
    session().rollback()
    assert [row.value for row in session().query(StatementAnswer)] == [1]
