"""The year of one dong, as the people of the dong live it, in a real browser.

Played on a telephone (360 px), on a desktop with the keyboard only, and without JavaScript up to the booth; every page that somebody sees is
asked whether people with disabilities can use it.
"""

import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Locator, Page
from sqlalchemy import select

from app.assembly.models import Assembly
from app.assembly.rules import AssemblyState
from app.clock import kst_date, kst_midnight
from app.cycle.queries import current_cycle
from app.cycle.rules import Stage
from app.db.session import session
from app.jobs.worker import tick
from app.people.models import Person
from app.people.rules import Role
from app.record.queries import chain
from app.record.rules import verify_chain
from app.review.rules import Criterion
from tests.browser.accessibility import violations
from tests.browser.conftest import Site
from tests.browser.hands import Hands, Keyboard, Mouse
from tests.factories import make_holder, make_place, make_resident
from voting import Demands, verify_archive

pytestmark = [pytest.mark.browser, pytest.mark.slow]
START = kst_midnight(datetime(2026, 12, 20).date()) + timedelta(hours=10)
Pages = Callable[..., Page]


class Story:
    """One dong and the windows of its people."""

    def __init__(self, site: Site, page_of: Pages, *, width: int, scripts: bool, hands: Hands) -> None:
        self.site, self.page_of = site, page_of
        self.options: dict[str, object] = {"width": width, "height": 800, "java_script_enabled": scripts}
        self.scripts, self.hands = scripts, hands
        self.place = make_place(name="관산동", population=400)
        assert self.place.parent is not None
        self.staff = make_holder(Role.DONG_STAFF, self.place, "동 담당자")
        self.chair = make_holder(Role.COMMITTEE_CHAIR, self.place, "분과위원장")
        self.reviewer = make_holder(Role.DEPARTMENT_REVIEWER, self.place.parent, "공원녹지과")
        self.residents = [make_resident(self.place, f"주민 {n}") for n in range(5)]
        self.clock: time_machine.travel | None = None
        self.seen: set[str] = set()

    def at(self, moment: datetime) -> None:
        """Let time pass; the worker's clock strikes on the way."""
        if self.clock is not None:
            self.clock.stop()
        for minutes in (0, 1, 2):
            with time_machine.travel(moment + timedelta(minutes=minutes), tick=False):
                tick(moment + timedelta(minutes=minutes))
        self.clock = time_machine.travel(moment + timedelta(minutes=2), tick=True)
        self.clock.start()
        session().rollback()

    def end(self) -> None:
        if self.clock is not None:
            self.clock.stop()

    def window(self, person: Person | None, path: str, *, scripts: bool | None = None) -> Page:
        """Open a page as somebody; look at it with the eyes of the accessibility checker the first time."""
        options = dict(self.options)
        if scripts is not None:
            options["java_script_enabled"] = scripts
        page = self.page_of(person, **options)
        page.goto(f"/{self.place.slug}{path}")
        self.check(page)
        return page

    def check(self, page: Page) -> None:
        kind = re.sub(r"\d+", "N", page.url.split("?")[0].split("#")[0])
        if kind in self.seen or not self.scripts:
            return
        self.seen.add(kind)
        assert page.locator("h1").count() == 1, kind
        assert violations(page) == [], kind

    def press(self, page: Page, name: str | re.Pattern[str]) -> None:
        """Press the button or follow the link with this name."""
        button = page.get_by_role("button", name=name, exact=True)
        self._go(page, (button if button.count() else page.get_by_role("link", name=name, exact=True)).first)
        refused = page.locator("#refused")
        assert not refused.count(), refused.inner_text()
        self.check(page)

    def follow(self, page: Page, name: str | re.Pattern[str]) -> None:
        """Follow the first link of this name."""
        self._go(page, page.get_by_role("link", name=name).first)
        self.check(page)

    def _go(self, page: Page, what: Locator) -> None:
        self.hands.come_to(what)  # on its way the keyboard follows the skip link, which counts as a navigation as well
        with page.expect_navigation():
            self.hands.press(what)

    def closes(self, stage: Stage) -> datetime:
        session().rollback()  # ends the reading transaction, so that this one sees what the site committed
        cycle = current_cycle(self.place)
        assert cycle is not None
        return cycle.stage(stage).closes_at

    def opens(self, stage: Stage) -> datetime:
        session().rollback()
        cycle = current_cycle(self.place)
        assert cycle is not None
        return cycle.stage(stage).opens_at

    @property
    def stage(self) -> Stage:
        session().rollback()
        cycle = current_cycle(self.place)
        assert cycle is not None
        return cycle.current.stage


@pytest.fixture
def stories(site: Site, page_of: Pages) -> Iterator[Callable[..., Story]]:
    told: list[Story] = []

    def tell(**options: object) -> Story:
        told.append(Story(site, page_of, **options))  # type: ignore[arg-type]
        return told[-1]

    yield tell
    for story in told:
        story.end()


@pytest.mark.parametrize(
    ("width", "scripts", "hands"),
    [(360, True, Mouse()), (1280, True, Keyboard()), (360, False, Mouse())],
    ids=["phone", "desktop-by-keyboard", "no-scripts"],
)
def test_a_dong_lives_its_year(stories: Callable[..., Story], tmp_path: Path, width: int, scripts: bool, hands: Hands):
    story = stories(width=width, scripts=scripts, hands=hands)
    the_year_begins(story)
    an_idea_finds_its_neighbours(story)
    the_alley_meets(story)
    the_idea_becomes_a_plan(story)
    everybody_reads_and_is_answered(story)
    the_assembly_votes(story, tmp_path)
    the_promise_is_kept(story)
    nobody_has_to_ask_what_became_of_it(story)


def the_year_begins(story: Story) -> None:
    story.at(START)
    page = story.window(story.staff, "/schedule")
    story.hands.write(page.get_by_label("실행하는 해"), "2027")
    story.hands.choose(page.get_by_label("일정 틀"), "second")
    story.press(page, "시작하기")
    for stage in (Stage.PLANNING_GROUP, Stage.RESOURCE_SURVEY, Stage.DISCOVERY):
        story.at(story.opens(stage))
    assert story.stage is Stage.DISCOVERY


def an_idea_finds_its_neighbours(story: Story) -> None:
    page = story.window(story.residents[0], "/")
    story.press(page, "의제 내기")
    story.hands.write(page.get_by_label("한 문장으로, 무엇을 하면 좋을까요?"), "통일로 꽃밭·꽃길 가꾸기")
    story.hands.choose(page.get_by_label("어떤 일인가요?"), "environment")
    story.hands.write(page.get_by_label("왜 필요한가요?"), " " * 30)
    story.hands.press(page.get_by_role("button", name="의제 내기", exact=True))
    page.locator("#refused").wait_for()
    assert "조금 더 적어 주세요" in page.locator("#refused").inner_text()
    assert page.get_by_label("한 문장으로, 무엇을 하면 좋을까요?").input_value() == "통일로 꽃밭·꽃길 가꾸기"
    story.check(page)
    story.hands.write(
        page.get_by_label("왜 필요한가요?"), "통일로 양쪽이 쓰레기로 지저분합니다. 꽃을 심고 함께 돌보면 좋겠습니다."
    )
    story.press(page, "의제 내기")
    address = page.url.split(story.place.slug, 1)[1]
    for neighbour in story.residents[1:]:
        other = story.window(neighbour, address)
        story.press(other, "나도 함께하기")
        other.context.close()
    page.reload()
    assert "의제로 받음" in page.locator("main").inner_text()


def the_alley_meets(story: Story) -> None:
    page = story.window(story.residents[0], "/agenda")
    story.follow(page, "통일로 꽃밭·꽃길 가꾸기")
    story.press(page, "골목회의 열기")
    evening = kst_date(story.opens(Stage.DISCOVERY)) + timedelta(days=2)
    story.hands.write(page.get_by_label("모임 이름"), "꽃길 골목회의")
    story.hands.write(page.get_by_label("모이는 곳"), "통일로 경로당")
    story.hands.write(page.get_by_label("날짜"), evening.isoformat())
    story.hands.write(page.get_by_label("시각"), "19:00")
    story.press(page, "모임 알리기")
    story.at(kst_midnight(evening + timedelta(days=1)))
    page = story.window(story.residents[0], "/meetings")
    story.follow(page, "꽃길 골목회의")
    story.press(page, "결과 적기")
    story.hands.write(page.get_by_label("모인 사람 수"), "12")
    story.hands.write(page.get_by_label("오간 이야기"), "모두 찬성했고 물은 경로당에서 주기로 했습니다.")
    story.hands.write(page.get_by_label("통일로 꽃밭·꽃길 가꾸기"), "봄에 400포기를 심기로 함")
    story.press(page, "결과 알리기")
    story.at(story.closes(Stage.DISCOVERY))
    assert story.stage is Stage.DRAFTING


def the_idea_becomes_a_plan(story: Story) -> None:
    page = story.window(story.chair, "/plan")
    story.follow(page, re.compile("^담기"))
    story.hands.write(page.get_by_label("비용(원)"), "6,000,000원")
    story.hands.write(page.get_by_label("맡을 곳"), "마을환경분과")
    story.press(page, "계획에 담기")
    story.follow(page, "통일로 꽃밭·꽃길 가꾸기")
    story.check(page)
    story.press(page, "부서에 검토 청하기")
    story.hands.tick(page.get_by_label("공원녹지과"))
    story.press(page, "검토 청하기")

    office = story.page_of(story.reviewer, **story.options)
    office.goto("/desk")
    story.check(office)
    story.follow(office, re.compile("사업 검토에 답하기"))
    story.check(office)
    for code in Criterion:
        verdict = "conditional" if code is Criterion.SITE else "eligible"
        story.hands.tick(office.locator(f'input[name="verdict_{code.value}"][value="{verdict}"]'))
    story.hands.press(office.locator(".field.sub summary").last)
    story.hands.write(office.locator("#reason_site"), "도로 점용 허가를 받으면 할 수 있습니다.")
    story.hands.write(office.locator("#condition"), "도로 점용 허가")
    story.press(office, "검토 결과 보내기")

    page.goto(f"/{story.place.slug}/plan")
    story.press(page, "공람할 판 고정하기")
    story.hands.write(page.get_by_label("계획에 담긴 사업 수를 적어 확인해 주세요"), "1")
    story.press(page, "고정하기")
    story.at(story.closes(Stage.DRAFTING))
    assert story.stage is Stage.INSPECTION


def everybody_reads_and_is_answered(story: Story) -> None:
    page = story.window(story.residents[2], "/inspection")
    story.hands.tick(page.get_by_label("고치면 좋겠음"))
    story.hands.write(page.get_by_label("의견", exact=True), "휴가철 전에 심어 주시면 더 좋겠습니다.")
    story.hands.press(page.locator("#write").get_by_role("button", name="의견 내기"))
    page.locator(".slip").wait_for()
    assert "2027-관산동-공람-0001" in page.locator(".slip").inner_text()
    story.check(page)

    chair = story.window(story.chair, "/inspection/answers")
    story.follow(chair, re.compile("^답하기"))
    story.check(chair)
    story.hands.tick(chair.get_by_label("반영", exact=True))
    story.hands.write(chair.get_by_label("답변과 까닭"), "말씀대로 앞당기겠습니다.")
    story.hands.write(chair.get_by_label("계획에서 바뀌는 곳"), "심는 때를 8월에서 6월로")
    story.hands.write(chair.get_by_label("답하는 곳"), "마을환경분과")
    story.press(chair, "답변 저장하기")
    office = story.window(story.staff, "/inspection/releases")
    story.check(office)
    story.press(office, re.compile("^읽어 본 1건 공개하기"))
    office = story.window(story.staff, "/inspection/answers?state=draft")
    story.press(office, re.compile("^검토함"))
    office = story.window(story.staff, "/inspection/answers?state=checked")
    story.check(office)
    story.press(office, re.compile("^확정하기"))

    story.at(story.closes(Stage.INSPECTION))
    assert story.stage is Stage.INSPECTION, "the stage waits until the inspection is concluded"
    chair = story.window(story.chair, "/inspection/answers")
    story.press(chair, "의견 반영한 판 고정하기")
    story.at(story.closes(Stage.INSPECTION) + timedelta(minutes=10))
    assert story.stage is Stage.ASSEMBLY


def the_assembly_votes(story: Story, folder: Path) -> None:
    page = story.window(story.staff, "/assembly")
    story.press(page, "총회 준비하기")
    first = kst_date(story.opens(Stage.ASSEMBLY)) + timedelta(days=1)
    story.hands.write(page.get_by_label("투표를 시작하는 날"), first.isoformat())
    story.hands.write(page.get_by_label("시작하는 시각"), "09:00")
    story.hands.write(page.get_by_label("투표를 끝내는 날"), (first + timedelta(days=7)).isoformat())
    story.hands.write(page.get_by_label("끝내는 시각"), "18:00")
    story.press(page, "저장하기")
    story.press(page, "투표 열기")
    story.hands.tick(page.get_by_label("사업, 비용, 날짜를 모두 확인했습니다"))
    story.press(page, "고정하고 투표 열기")
    session().rollback()
    assembly = session().scalars(select(Assembly)).one()
    story.at(assembly.opens_at)

    for voter in story.residents[:3]:
        booth = story.window(voter, "/assembly/booth", scripts=True)
        booth.locator("#items .choice").first.wait_for()
        story.hands.tick(booth.locator("#items .choice input").first)
        story.hands.press(booth.locator('[data-act="review"]'))
        story.hands.press(booth.locator('[data-act="lock"]'))
        story.hands.press(booth.locator('[data-act="cast"]'))
        booth.locator('[data-screen="receipt"]').wait_for(state="visible")
        tracker = re.sub(r"\s", "", booth.locator("#receipt-code").inner_text())
        assert len(tracker) == 43
        booth.context.close()
    page = story.window(None, "/assembly")
    story.hands.write(page.get_by_label("표 확인 번호"), tracker)
    story.press(page, "투표함에서 찾기")
    assert "투표함에 그대로 들어 있습니다" in page.locator("main").inner_text()

    session().rollback()
    story.at(assembly.closes_at)
    deadline = time.monotonic() + 60
    while assembly.state is not AssemblyState.COUNTED:
        assert time.monotonic() < deadline
        time.sleep(0.2)
        session().rollback()
    page = story.window(None, "/assembly")
    assert "3표" in page.locator("main").inner_text()
    archive = page.request.get(f"/{story.place.slug}/assembly/2027.bel").body()
    proofs = page.request.get(f"/{story.place.slug}/assembly/2027-proofs.json").body()
    (folder / "a.bel").write_bytes(archive)
    (folder / "p.json").write_bytes(proofs)
    verify_archive(folder / "a.bel", Demands(proofs=folder / "p.json"))
    story.at(story.closes(Stage.ASSEMBLY))
    assert story.stage is Stage.EXECUTION


def the_promise_is_kept(story: Story) -> None:
    page = story.window(story.staff, "/projects")
    story.follow(page, "통일로 꽃밭·꽃길 가꾸기")
    story.check(page)
    today = kst_date(story.opens(Stage.EXECUTION))

    story.hands.press(page.locator("summary", has_text="할 일 더하기"))
    story.hands.write(page.get_by_role("textbox", name="할 일", exact=True), "꽃모종 심기")
    story.hands.write(page.get_by_label("언제까지"), (today + timedelta(days=9)).isoformat())
    story.press(page, "할 일 더하기")
    for kind, amount, memo in (
        ("contracted", "5,500,000", "꽃모종 계약"),
        ("paid", "5,500,000", "꽃모종 400포기"),
        ("returned", "500,000", "남은 돈"),
    ):
        story.hands.press(page.locator("summary", has_text="장부에 적기"))
        story.hands.choose(page.get_by_label("무엇인가요?"), kind)
        story.hands.write(page.get_by_label("금액(원)"), amount)
        story.hands.write(page.get_by_label("무엇에 썼나요?"), memo)
        story.press(page, "장부에 적기")
    story.follow(page, re.compile("^마침으로 적기"))
    story.hands.write(page.get_by_label("마친 날"), today.isoformat())
    story.press(page, "저장하기")
    story.follow(page, "사업 마치기")
    page.get_by_role("button", name="확인한 것 저장하기").wait_for()
    for box in page.get_by_role("checkbox").all():
        story.hands.tick(box)
    story.press(page, "확인한 것 저장하기")
    story.at(story.closes(Stage.EXECUTION))
    assert story.stage is Stage.EVALUATION

    page = story.window(story.residents[1], "/evaluation")
    story.follow(page, "통일로 꽃밭·꽃길 가꾸기")
    page.get_by_role("button", name="평가 남기기").wait_for()
    for question in page.get_by_label("아주 그래요").all():
        story.hands.tick(question)
    story.hands.write(page.get_by_label("하고 싶은 말"), "길이 환해졌습니다.")
    story.press(page, "평가 남기기")
    story.at(story.closes(Stage.EVALUATION))


def nobody_has_to_ask_what_became_of_it(story: Story) -> None:
    page = story.window(None, "/agenda")
    story.follow(page, "통일로 꽃밭·꽃길 가꾸기")
    life = page.locator(".life").inner_text()
    for step in ("의제를 냄", "골목회의", "계획에 담김", "부서 검토", "주민공람", "주민총회", "실행", "마침"):
        assert step in life, step
    page = story.window(None, "/record")
    assert verify_chain(chain(story.place)) > 20
