"""A discussion of the hundred: a wall, a console, three real phones and ninety-seven simulated ones, ending in agendas.

The simulated ones are clients of the same application that keep their own cookies and follow the same forms.
"""

import itertools
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from app.agenda.models import Proposal
from app.agenda.rules import MeetingKind, ProposalState
from app.agenda.services import meeting as calling
from app.clock import utc_now
from app.db.session import session, transaction
from app.discussion.models import Evidence, LiveRoom
from app.people.rules import Role
from tests.browser.accessibility import violations
from tests.browser.conftest import Site
from tests.browser.hands import press_through
from tests.factories import make_cycle, make_holder, make_place

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SEEDS = [
    "골목마다 앉아 쉴 의자를 놓자.",
    "마을버스를 저녁에도 다니게 하자.",
    "작은 도서관을 밤 열 시까지 열자.",
]
SIMULATED = 97
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Phone:
    """Somebody with a telephone: reads the page, sends the form that is on it. The cookies are their own."""

    def __init__(self, url: str, code: str, network: httpx.HTTPTransport) -> None:
        self._client = httpx.Client(base_url=url, timeout=120, transport=network)
        self._code = code

    def come(self) -> int:
        page = self._client.get(f"/m/{self._code}")
        return self._client.post(f"/m/{self._code}/come", data=self._token(page)).status_code

    def answer(self, value: int) -> int:
        page = self._client.get(f"/m/{self._code}")
        action = re.search(r'action="(/m/[^"]+/answer/\d+)"', page.text)
        assert action is not None, page.text
        return self._client.post(action[1], data={**self._token(page), "answer": str(value)}).status_code

    def _token(self, page: httpx.Response) -> dict[str, str]:
        found = TOKEN.search(page.text)
        assert found is not None
        return {"csrf_token": found[1]}


def everybody(phones: list[Phone], act: Callable[[int, Phone], int]) -> None:
    with ThreadPoolExecutor(6) as crowd:
        statuses = list(crowd.map(lambda pair: act(*pair), enumerate(phones)))
    assert set(statuses) == {303}


def test_a_hundred_people_discuss_and_three_agendas_carry_what_they_said(site: Site, page_of: Callable[..., Page]):
    place = make_place(name="한마당동")
    cycle = make_cycle(place, at=utc_now())
    chair = make_holder(Role.COMMITTEE_CHAIR, place)
    with transaction():
        meeting = calling.call_meeting(
            place, cycle, [], title="한마당동 100인 토론회", where="강당", offices="", starts_at=utc_now() + timedelta(hours=1),
            once="m", kind=MeetingKind.FORUM, by=chair, at=utc_now(),
        )  # fmt: skip
    url = f"/{place.slug}/meetings/{meeting.id}"
    console = page_of(chair, width=1280, height=800)
    console.goto(url)
    press_through(console.get_by_role("link", name="모임 방 열기"))
    console.get_by_label("처음에 물을 문장").fill("\n".join(SEEDS))
    console.get_by_label("모둠 수").fill("2")
    press_through(console.get_by_role("button", name="방 열기"))
    expect(console.get_by_role("heading", name="다음에 물을 문장")).to_be_visible()
    session().rollback()  # what the server committed since
    code = session().query(LiveRoom).one().code
    wall = page_of(width=1280, height=720)
    wall.goto(f"{url}/screen")
    expect(wall.locator(".wall-code")).to_contain_text(code[:3])
    hands = [page_of() for _ in range(3)]
    for hand in hands:
        hand.goto("/m")
        hand.get_by_label("화면에 있는 글자").fill(f"{code[:3].lower()} {code[3:].lower()}")
        press_through(hand.get_by_role("button", name="들어가기"))
        press_through(hand.get_by_role("button", name="들어가기"))
        expect(hand.get_by_text("다음 문장을 기다려 주세요.")).to_be_visible()
    with httpx.HTTPTransport(limits=httpx.Limits(max_connections=6)) as network:
        phones = [Phone(site.url, code, network) for _ in range(SIMULATED)]
        everybody(phones, lambda _n, phone: phone.come())
        expect(wall.locator(".wall-people b")).to_have_text("100")
        # What the hundred think: most agree, fewer with each statement; the simulated ones answer by their number.
        for index, (statement, least) in enumerate(zip(SEEDS, (80, 60, 40), strict=True)):
            row = console.locator("li", has_text=statement).get_by_role("button", name="열기", exact=True)
            press_through(row)
            # The three real ones see the statement come up by itself; meanwhile the others have begun to answer.
            everybody(phones, lambda n, phone, least=least: phone.answer(1 if n < least else (-1 if n % 2 else 0)))
            for hand in hands:
                expect(hand.locator("blockquote")).to_have_text(statement)
                press_through(hand.get_by_role("button", name="공감해요"))
                expect(hand.get_by_text("답했습니다.")).to_be_visible()
            expect(wall.locator(".wall-count b")).to_have_text("100")
            assert "걱정돼요" not in wall.locator(".opinion").inner_text()
            if index == 0:
                expect(wall.get_by_text("공감해요")).to_have_count(0)
                assert [found for page in (wall, console, hands[0]) for found in violations(page)] == []
            console.reload()
            press_through(console.get_by_role("button", name="이 문장 닫기"))
            expect(wall.locator(".wall-done")).to_contain_text(f"공감해요 {least + 3}")
    console.goto(f"{url}/tables")
    console.get_by_label("사람 수").first.fill("52")
    console.get_by_label("1번째 결과").first.fill("의자는 그늘 아래에 놓기")
    console.get_by_label("스티커").first.fill("31")
    press_through(console.get_by_role("button", name="모두 저장하기"))
    press_through(console.get_by_role("button", name="모임 마치기"))
    expect(hands[0].get_by_text("모임을 마쳤습니다. 고맙습니다.")).to_be_visible()
    for statement, with_table in zip(SEEDS, itertools.chain([True], itertools.repeat(False)), strict=False):
        console.goto(f"{url}/agendas/new")
        console.locator("label.choice", has_text=statement).get_by_role("checkbox").check()
        if with_table:
            console.locator("label.choice", has_text="의자는 그늘 아래에 놓기").get_by_role("checkbox").check()
        console.get_by_label("한 문장으로, 무엇을 하면 좋을까요?").fill(statement.rstrip("."))
        console.get_by_label("왜 필요한가요?").fill(
            "100인 토론회에서 여러 이웃이 뜻을 같이한 일입니다. 함께 풀어 봅시다."
        )
        press_through(console.get_by_role("button", name="의제로 만들기"))
        expect(console.get_by_role("heading", name="이 의제의 근거")).to_be_visible()
    session().rollback()
    made = session().query(Proposal).order_by(Proposal.id).all()
    assert [proposal.state for proposal in made] == [ProposalState.ACCEPTED] * 3
    evidence = session().query(Evidence).order_by(Evidence.id).all()
    counts: list[Any] = [(each.agree, (each.worry or 0) + (each.unsure or 0)) for each in evidence if each.statement_id]
    assert counts == [(83, 17), (63, 37), (43, 57)]
    assert [(each.text, each.stickers) for each in evidence if each.table_no] == [("의자는 그늘 아래에 놓기", 31)]
    reader = page_of()
    reader.goto(f"/{place.slug}/agenda/{made[0].id}")
    expect(reader.get_by_text("의자는 그늘 아래에 놓기")).to_be_visible()
    assert violations(reader) == []
    assert reader.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
