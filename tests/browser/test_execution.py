"""Three projects over two years: one late, one changed by vote, one given up with its money returned; and the report of it all.

The staff work in a real browser; every page of the story is asked whether people with disabilities can use it. What the
report says is added up again in the test, from the ledger that anybody can download.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from playwright.sync_api import Page
from sqlalchemy import text

from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import get_or_not_found, session, transaction
from app.execution.models import Milestone, MoneyEntry, Project
from app.execution.rules.projects import HAND_OVER, QUESTIONS
from app.people.rules import Role
from tests.browser.accessibility import violations
from tests.browser.conftest import Site
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place, make_resident
from tests.tampering import take_guards_away

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Pages = Callable[..., Page]
AUTUMN = datetime(2026, 11, 20, 1, tzinfo=UTC)
SPRING = datetime(2027, 3, 10, 1, tzinfo=UTC)
PLANS = {
    "golmok": ("골목 등 달기", 9_000_000),
    "garden": ("마을 텃밭 만들기", 6_000_000),
    "market": ("주말 장터 열기", 4_000_000),
}


class Office:
    """The staff's window on the projects of one dong, and the clock on its wall."""

    def __init__(self, cycle: Cycle, pages: Pages) -> None:
        self.slug, self.cycle, self.pages = cycle.place.slug, cycle, pages
        self.staff = make_holder(Role.DONG_STAFF, cycle.place, "동 담당자")
        self.clock: time_machine.travel | None = None
        self.seen: set[str] = set()

    def at(self, moment: datetime) -> None:
        """Let it be another day; the staff sign in anew."""
        self.end()
        self.clock = time_machine.travel(moment, tick=True)
        self.clock.start()
        session().rollback()
        self.page = self.pages(self.staff, width=1280, height=900)

    def end(self) -> None:
        if self.clock is not None:
            self.clock.stop()

    def go(self, path: str, page: Page | None = None) -> Page:
        page = page or self.page
        page.goto(f"/{self.slug}{path}")
        self.check(page)
        return page

    def check(self, page: Page) -> None:
        kind = f"{page.viewport_size} {re.sub(r'[0-9]+', 'N', page.url.split('#')[0])}"
        if kind not in self.seen:
            self.seen.add(kind)
            assert page.locator("h1").count() == 1, kind
            assert violations(page) == [], kind

    def fill(self, path: str, button: str, *, page: Page | None = None, within: str = "main", **values: str) -> None:
        """Open a page, fill its form in, send it; nothing is refused."""
        page = self.go(path, page)
        form = page.locator(f"{within} form").filter(has=page.locator(f'button:text-is("{button}")')).last
        folded = form.locator("xpath=ancestor::details[not(@open)]")
        if folded.count():
            folded.first.locator("summary").click()
        for name, value in values.items():
            field = form.locator(f'[name="{name}"]')
            kind = field.first.evaluate("e => e.type")
            if kind == "radio":
                form.locator(f'[name="{name}"][value="{value}"]').check()
            elif kind == "checkbox":
                field.check()
            elif kind == "select-one":
                field.select_option(value)
            else:
                field.fill(value)
        with page.expect_navigation():
            form.get_by_role("button", name=button, exact=True).click()
        refused = page.locator("#refused")
        assert not refused.count(), refused.inner_text()
        self.check(page)

    def begin(self, title: str, cost: int) -> Project:
        """Take a project on."""
        self.fill(
            "/projects/new", "사업 더하기", kind="commissioned", title=title, unit="마을환경분과",
            description="주민이 함께 정하고 함께 하는 일입니다.", source="subsidy", cost_won=f"{cost:,}",
            approver="구청 주민자치과",
        )  # fmt: skip
        session().rollback()
        return get_or_not_found(Project, int(self.page.url.rsplit("/", 1)[1]))

    def enter(self, project: Project, kind: str, won: int, memo: str, **more: str) -> None:
        """Enter a line of the ledger on the project's page."""
        self.fill(f"/projects/{project.id}", "장부에 적기", kind=kind, amount_won=str(won), memo=memo, **more)

    def promise(self, project: Project, title: str, day: str) -> Milestone:
        self.fill(f"/projects/{project.id}", "할 일 더하기", title=title, planned_on=day)
        session().rollback()
        return session().query(Milestone).filter_by(project_id=project.id, title=title).one()

    def finish(self, project: Project) -> None:
        """Note every step as done, hand the project over and complete it."""
        session().rollback()
        session().refresh(project)
        for step in [step for step in project.milestones if step.done_on is None]:
            self.fill(f"/milestones/{step.id}/finish", "저장하기")
        self.fill(
            f"/projects/{project.id}/complete", "확인한 것 저장하기", **{f"tick_{code}": "y" for code in HAND_OVER}
        )


@pytest.fixture
def office(site: Site, page_of: Pages) -> Iterator[Office]:
    found = Office(make_cycle(make_place(name="관산동"), Stage.EXECUTION), page_of)
    found.at(NOW)
    yield found
    found.end()


def vote(office: Office, project: Project, button: str, **wish: str) -> None:
    """Ask for a change, and enter how the council voted on it."""
    office.fill(f"/projects/{project.id}/change", "까닭 알리고 바꾸자고 하기", **wish)
    session().rollback()
    session().refresh(project)
    office.fill(
        f"/changes/{project.changes[-1].id}/decide", button, meeting="제8차 정기회의", members="30", present="24",
        in_favour="20", against="3", abstained="1",
    )  # fmt: skip


def tampered(change: str) -> None:
    """Change a stored line behind the application's back, as somebody with the database in hand could."""
    with transaction() as current:
        current.execute(text(change))
    session().expire_all()


def two_years(office: Office) -> dict[str, Project]:
    """Live through them: July and November of the first year, March of the second."""
    projects = {key: office.begin(*plan) for key, plan in PLANS.items()}
    late, changed, given_up = projects.values()
    step = office.promise(late, "등 달기", "2026-09-30")
    office.promise(changed, "텃밭 나누기", "2026-10-31")
    office.promise(given_up, "첫 장터", "2026-10-10")
    office.enter(late, "contracted", 8_000_000, "등과 공사 계약")
    office.enter(given_up, "contracted", 1_000_000, "천막 빌림")
    office.enter(given_up, "paid", 700_000, "천막 빌린 값")

    office.at(AUTUMN)
    board = office.go("/projects", office.pages(None, width=360, height=800))
    assert "51일 늦음" in board.locator("li", has_text=PLANS["golmok"][0]).first.inner_text()
    office.fill(
        f"/milestones/{step.id}/move", "저장하기", planned_on="2027-02-28", reason="전기 공사 허가가 늦게 나왔습니다."
    )
    vote(
        office, changed, "정한 것 적기", kind="cost", reason="씨앗과 흙을 이웃이 나누어 주어 돈이 덜 듭니다.", direction="less",
        amount_won="1,500,000", year="2026",
    )  # fmt: skip
    vote(
        office,
        given_up,
        "정한 것 적기",
        kind="cancel",
        reason="장터 자리를 빌려주기로 한 곳이 문을 닫았습니다.",
        year="2026",
    )
    office.enter(changed, "contracted", 4_500_000, "흙과 울타리")
    office.enter(changed, "paid", 4_400_000, "흙과 울타리 값")
    office.enter(changed, "paid", 100_000, "잘못 적은 줄")
    office.fill(f"/projects/{changed.id}", "바로잡기", number="5", memo="다른 사업의 영수증이었습니다.")
    office.enter(changed, "returned", 100_000, "남은 돈")
    office.finish(changed)
    office.enter(late, "paid", 3_000_000, "등 값")
    office.enter(late, "carried", 6_000_000, "공사가 해를 넘김", year="2026")

    office.at(SPRING)
    make_cycle(office.cycle.place, Stage.DISCOVERY, at=SPRING, year=2027)
    office.enter(late, "paid", 5_000_000, "공사 값")
    office.enter(late, "returned", 1_000_000, "남은 돈")
    office.finish(late)
    return projects


def test_three_projects_over_two_years_and_a_report_that_adds_up(office: Office, page_of: Pages):
    projects = two_years(office)
    late, changed, given_up = projects.values()

    # Everybody sees what became of the promises.
    guest = office.go(f"/projects/{late.id}", page_of(None, width=360, height=800))
    assert re.search(
        r"2026\. 9\. 30\.\S*까지 하기로 했던 것을 옮겼습니다: 전기 공사 허가", guest.locator("main").inner_text()
    )
    guest = office.go(f"/projects/{changed.id}", guest)
    assert "찬성 20 반대 3 기권 1" in guest.locator("main").inner_text()
    guest = office.go(f"/projects/{given_up.id}", guest)
    assert "그만둔 사업입니다." in guest.locator("main").inner_text()
    resident = page_of(make_resident(office.cycle.place), width=360, height=800)
    office.fill(
        f"/projects/{late.id}",
        "평가 남기기",
        page=resident,
        words="밤길이 밝아졌어요.",
        **dict.fromkeys(QUESTIONS, "5"),
    )

    # The report's totals are those of the ledger that anybody can download.
    client = office.pages(None).context.request
    data = client.get(f"/{office.slug}/ledger.csv?year=2026").body().decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(data)))
    kinds = {(line["project"], line["number"]): line["kind"] for line in lines}
    sums: Counter[str] = Counter()
    for line in lines:
        kind = kinds[line["project"], line["corrects"]] if line["corrects"] else line["kind"]
        sums[kind] += int(line["amount_won"])
    planned, paid, returned = sums["planned"] + sums["changed"], sums["paid"], sums["returned"]
    assert (planned, paid, returned) == (17_500_000, 13_100_000, 4_400_000)
    assert planned == paid + returned
    report = office.go("/report?of=2026", guest)
    shown = [int(re.sub(r"\D", "", cell)) for cell in report.locator("tfoot td").all_inner_texts()]
    assert shown == [planned, sums["carried"], sums["contracted"], paid, returned, sums["carried"], 0]
    story = report.locator("main").inner_text()
    assert "3개 가운데 2개를 마치고 1개를 그만둠" in story
    assert report.locator("s", has_text="2026. 9. 30.").count() == 1
    assert f"장부 {len(lines)}줄의 지문을 모두 다시 셈했습니다." in story
    english = office.go("/report?of=2026", page_of(None, width=1280, height=900, language="en-US"))
    assert f"All {len(lines)} lines" in english.locator("main").inner_text()

    # Whoever changes a stored line is found out, on the report and on the project's own page.
    take_guards_away(MoneyEntry)
    wrong = session().query(MoneyEntry).filter_by(project_id=changed.id, number=4).one()
    for change in (
        f"UPDATE money_entries SET amount_won = 4300000 WHERE id = {wrong.id}",
        f"UPDATE money_entries SET memo = '흙' WHERE id = {wrong.id}",
    ):
        before = dict(session().execute(text(f"SELECT * FROM money_entries WHERE id = {wrong.id}")).mappings().one())
        tampered(change)
        for page in (office.go("/report?of=2026", guest), office.go(f"/projects/{changed.id}", guest)):
            assert "장부가 맞지 않습니다." in page.locator("main").inner_text()
            assert "4번째 줄이 적은 뒤에 바뀌었습니다." in page.locator("main").inner_text()
        with transaction() as current:
            current.execute(
                text("UPDATE money_entries SET amount_won = :amount_won, memo = :memo WHERE id = :id"), before
            )
    assert "적은 그대로입니다." in office.go(f"/projects/{changed.id}", guest).locator("main").inner_text()
