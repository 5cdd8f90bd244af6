"""A round of small-group grants from its announcement to its settlement, with a refusal that did not stand.

Neighbours apply on a phone, staff work at a desk; every page of the story is asked whether people with disabilities can use it.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import time_machine
from playwright.sync_api import Page
from sqlalchemy import select

from app.clock import kst_midnight
from app.cycle.rules import Stage
from app.db.session import session, transaction
from app.execution.models import Project
from app.people.models import Person
from app.small_groups.models import GrantRound, GroupApplication
from app.small_groups.rules.applications import State
from app.small_groups.services import applying, checking, people
from tests.browser.accessibility import violations
from tests.conftest import NOW
from tests.factories import make_cycle, make_place, make_resident
from tests.factories_small_groups import DID, make_clerk, wish

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Pages = Callable[..., Page]
DAY = timedelta(days=1)
CLOSED = kst_midnight(date(2026, 7, 12))
WORK = kst_midnight(date(2026, 9, 20)) + timedelta(hours=10)


class Neighbourhood:
    """The windows of everybody in the story, and the clock over the village."""

    def __init__(self, pages: Pages) -> None:
        self.place = make_place()
        make_cycle(self.place, Stage.DISCOVERY)
        self.url, self.pages, self.seen = f"/{self.place.slug}/small-groups", pages, set[str]()
        self.clock: time_machine.travel | None = None

    def at(self, moment: datetime) -> None:
        """Let it be another day."""
        self.end()
        self.clock = time_machine.travel(moment, tick=True)
        self.clock.start()
        session().rollback()

    def end(self) -> None:
        if self.clock is not None:
            self.clock.stop()

    def open(self, person: Person | None, path: str, *, width: int = 360) -> Page:
        page = self.pages(person, width=width, height=800)
        page.set_default_timeout(15_000)
        page.goto(self.url + path)
        self.check(page)
        return page

    def check(self, page: Page) -> None:
        kind = re.sub(r"[0-9]+|join/.*", "N", page.url.split("#")[0])
        if kind not in self.seen:
            self.seen.add(kind)
            assert page.locator("h1").count() == 1, kind
            assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], kind
            assert violations(page) == [], kind

    def send(self, page: Page, button: str, **values: str) -> None:
        """Fill in the form that has a button, and send it; nothing is refused."""
        form = page.locator("main form").filter(has=page.locator(f'button:text-is("{button}")')).last
        for name, value in values.items():
            field = form.locator(f'[name="{name}"]')
            match field.first.evaluate("e => e.type"):
                case "radio":
                    form.locator(f'[name="{name}"][value="{value}"]').check()
                case "checkbox":
                    field.check()
                case "select-one":
                    field.select_option(value)
                case "file":
                    paper = {"name": "receipt.txt", "mimeType": "text/plain", "buffer": value.encode()}
                    field.set_input_files(paper)
                case _:
                    field.fill(value)
        with page.expect_navigation():
            form.get_by_role("button", name=button, exact=True).click()
        refused = page.locator("#refused")
        assert not refused.count(), refused.inner_text()
        self.check(page)
        session().rollback()


def other_group(row: GrantRound) -> GroupApplication:
    """Let another group apply meanwhile."""
    leader = make_resident(row.place)
    with transaction():
        made = applying.begin_application(row.id, wish("달빛 책방", won=500_000), group_id=None, by=leader, at=NOW)
    with transaction():
        people.make_link(made.id, word="books", by=leader, at=NOW)
    for _ in range(2):
        neighbour = make_resident(row.place)
        with transaction():
            people.confirm("books", by=neighbour, at=NOW)
    with transaction():
        applying.submit_application(made.id, by=leader, at=NOW)
    return made


def test_a_refused_group_is_heard_again_does_its_year_and_settles(page_of: Pages):
    story = Neighbourhood(page_of)
    try:
        tell(story)
    finally:
        story.end()


def tell(story: Neighbourhood) -> None:
    place = story.place
    clerk, second = make_clerk(place), make_clerk(place)
    leader = make_resident(place, "느티")
    neighbours = [make_resident(place, f"이웃{n}") for n in "12"]
    story.at(NOW)
    story.send(
        story.open(clerk, "/rounds/new", width=1280), "지원 알리기", title="2026 소모임 지원",
        text="동네에 도움이 되는 모임을 찾습니다.", legal_basis="조례 제3조", envelope_won="1,000,000", max_won="700,000",
        most_groups="2", first_day="2026-07-01", last_day="2026-07-11", starts_on="2026-08-01", ends_on="2026-11-30",
        report_due_on="2026-12-20",
    )  # fmt: skip
    row = session().scalars(select(GrantRound)).one()
    phone = story.open(leader, f"/rounds/{row.id}/apply")
    story.send(
        phone, "초안으로 저장하기", name="꽃길지기", purpose="골목 화단을 함께 돌보고 이웃과 인사하며 지냅니다.",
        months="8월 꽃 심기\n9월 골목 잔치", lines="꽃모종 500,000\n도구 100,000",
    )  # fmt: skip
    sent = session().scalars(select(GroupApplication)).one()
    mine = f"/applications/{sent.id}"
    phone.goto(f"{story.url}{mine}/invite")
    story.send(phone, "초대 주소 만들기")
    word = phone.locator("#address").input_value().rsplit("/", 1)[1]
    for neighbour in neighbours:
        story.send(story.open(neighbour, f"/join/{word}"), "함께한다고 확인하기")
    phone.goto(f"{story.url}{mine}/submit")
    story.send(phone, "신청 내기")
    books = other_group(row)

    story.at(CLOSED + DAY)
    desk = story.open(clerk, f"{mine}/check", width=1280)
    story.send(desk, "확인한 것 저장하기", common_good="y", neutral="y", no_double="y", uses="y")
    with transaction():
        checking.check_application(books.id, failed=[], reason="", version=books.version, by=clerk, at=CLOSED + DAY)
    desk.goto(f"{story.url}/rounds/{row.id}/decide")
    story.check(desk)
    story.send(
        desk, "정한 것 저장하기", body="소모임 심의위원회", decided_on="2026-07-12",
        **{
            f"won_{sent.id}": "0", f"reason_{sent.id}": "도구를 빌릴 수 있는지 적혀 있지 않습니다.",
            f"won_{books.id}": "500,000", f"reason_{books.id}": "아이들이 함께 책을 읽습니다.",
        },
    )  # fmt: skip
    session().refresh(sent)
    assert sent.state is State.REFUSED

    phone = story.open(leader, mine)
    phone.get_by_role("link", name="이의 내기").click()
    story.check(phone)
    story.send(phone, "이의 내기", body="도구는 주민센터에서 빌리기로 했고, 신청서의 달마다 할 일에 적었습니다.")
    receipt = f"{place.slug}-2026-SG{row.id}-00{sent.number}"
    assert receipt in phone.inner_text("main .slip")
    public = story.open(None, f"/rounds/{row.id}")
    assert receipt in public.inner_text("main")
    assert "빌리기로 했고" not in public.content()
    assert "꽃길지기" not in public.content()

    answering = story.open(second, f"{mine}/objection/answer", width=1280)
    story.send(answering, "답 공개하기", finding="upheld", answer="빌린다고 적은 것을 보지 못했습니다. 다시 정합니다.")
    desk.goto(f"{story.url}{mine}/decide")
    story.check(desk)
    again = {"body": "소모임 심의위원회", "decided_on": "2026-07-13", "reason": "도구를 빌리므로 모종값만 지원합니다."}
    desk.locator('[name="won"]').fill("500,001")
    for name, value in again.items():
        desk.locator(f'main [name="{name}"]').fill(value)
    desk.get_by_role("button", name="정한 것 저장하기").click()
    assert "500,000원까지입니다" in desk.locator("#refused").inner_text()
    story.send(desk, "정한 것 저장하기", won="500,000", **again)
    public.reload()
    assert "500,000원" in public.locator("section:has(> #objections)").inner_text()
    assert "꽃길지기" in public.inner_text("main")
    desk.goto(f"{story.url}{mine}/pay")
    story.check(desk)
    story.send(desk, "장부에 적기", paid_on="2026-07-13")

    story.at(WORK)
    phone = story.open(leader, f"{mine}/report")
    story.send(phone, "한 일 저장하기", did=DID, meetings="8", attendance="64")
    story.send(
        phone, "영수증 더하기", line="꽃모종", what="꽃모종 50개", won="450,000", spent_on="2026-08-02", file="영수증 450,000원"
    )  # fmt: skip
    story.send(phone, "결과보고 내기")
    desk = story.open(clerk, f"{mine}/settle", width=1280)
    story.send(desk, "저장하기")
    session().refresh(sent)
    assert sent.state is State.SETTLED
    project = session().get_one(Project, sent.project_id)
    assert (project.balance.paid_won, project.balance.returned_won, project.balance.left_won) == (450_000, 50_000, 0)
    public = story.open(None, f"/{sent.group_id}")
    assert DID in public.inner_text("main")
    assert "느티" not in public.content()
