"""From twelve agendas to the plan that forty-one people changed: departments, objections, opinions, answers, the report.

What belongs to other pages (taking agendas in, most of the typing) is made by use cases; every page of the story is
opened in a real browser and asked whether people with disabilities can use it.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from app.clock import utc_now
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import session, transaction
from app.inspection.queries.opinions import bundles, inspected_version, opinions_on
from app.inspection.rules import Channel, Result
from app.inspection.services import answering
from app.people.models import Person
from app.people.rules import Role
from app.plan.models import Plan, PlanItem
from app.plan.rules import Verdict
from app.plan.services import drafting, freezing
from app.review import services as reviewing
from app.review.rules import Criterion, Finding
from tests.browser.accessibility import violations
from tests.browser.conftest import Site
from tests.factories import make_cycle, make_holder, make_place, make_resident
from tests.factories_inspection import say
from tests.factories_year import make_plan, make_staff

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Pages = Callable[..., Page]
COPY = "주차장을 밤에도 열어 주세요. 모두 같은 마음입니다."
FINE = [Finding(code, Verdict.ELIGIBLE) for code in Criterion]
NO = [
    Finding(code, Verdict.INELIGIBLE, "허가할 수 없는 자리라서 할 수 없습니다.", "도로법 제61조")
    if code is Criterion.LAW
    else Finding(code, Verdict.ELIGIBLE)
    for code in Criterion
]


def go(page: Page, path: str) -> Page:
    page.goto(path)
    assert page.locator("h1").count() == 1, path
    assert violations(page) == [], path
    return page


def press(page: Page, name: str | re.Pattern[str]) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()
    refused = page.locator("#refused")
    assert not refused.count(), refused.inner_text()


def departments_review(pages: Pages, cycle: Cycle, staff: Person, items: list[PlanItem]) -> PlanItem:
    """Three departments review twelve items; of two objections one is upheld, one refused. Returns the refused item."""
    slug = cycle.place.slug
    offices = [
        make_holder(Role.DEPARTMENT_REVIEWER, cycle.place.parent, name) for name in ("도로과", "공원과", "복지과")
    ]
    for number, item in enumerate(items):
        office = offices[number % 3]
        with transaction():
            [review] = reviewing.ask(item.id, [office], due_at=None, by=staff, at=utc_now())
        if number:
            findings = NO if number == 1 else FINE
            with transaction():
                reviewing.answer(
                    review.id,
                    findings,
                    condition="",
                    corrected_cost_won=None,
                    version=review.version,
                    by=office,
                    at=utc_now(),
                )
    first, second = items[0].reviews[0].id, items[1].reviews[0].id
    page = go(pages(offices[0], width=1280, height=900), f"/{slug}/plan/reviews/{first}")
    for code in Criterion:
        verdict = "ineligible" if code is Criterion.LAW else "eligible"
        page.locator(f'input[name="verdict_{code.value}"][value="{verdict}"]').check()
    page.locator(".field.sub summary").first.click()
    page.locator("#reason_law").fill("보도에는 허가할 수 없어 어렵습니다.")
    page.locator("#law_law").fill("도로법 제61조")
    press(page, "검토 결과 보내기")

    for item, review_id in ((items[0], first), (items[1], second)):
        proposer = session().get_one(Person, item.origins[0].proposal.proposer_id)
        page = go(pages(proposer, width=360, height=800), f"/{slug}/plan/reviews/{review_id}/object")
        page.locator("#grounds").fill("이미 허가를 받아 둔 자리입니다. 다시 봐 주세요.")
        press(page, "이의 내기")
    for review_id, choice in ((first, "yes"), (second, "no")):
        page = go(pages(staff, width=1280, height=900), f"/{slug}/plan/reviews/{review_id}/decide")
        page.locator(f'input[value="{choice}"]').check()
        page.locator("#reason").fill("허가 서류를 확인하고 이렇게 정합니다.")
        press(page, "이렇게 정하기")
    go(page, f"/{slug}/plan/items/{items[0].id}/reviews")
    session().rollback()
    again = next(review for review in items[0].reviews if review.superseded_at is None)
    with transaction():
        reviewing.answer(
            again.id, FINE, condition="", corrected_cost_won=None, version=again.version, by=offices[0], at=utc_now()
        )
    return items[1]


def forty_one_speak(pages: Pages, cycle: Cycle, staff: Person) -> None:
    """25 on the web (17 of them copies), 10 on paper, 6 by visit."""
    now = utc_now()
    page = go(pages(make_resident(cycle.place), width=360, height=800), f"/{cycle.place.slug}/inspection")
    page.locator("#section").select_option("1")
    page.locator('input[name="stance"][value="amend"]').check()
    page.locator("#text").fill("아이들이 다니는 길부터 먼저 해 주세요.")
    press(page, "의견 내기")
    assert "0001" in page.locator(".slip").inner_text()
    for number in range(17):
        say(cycle, make_resident(cycle.place), section=2, text=COPY + "!" * (number % 3), at=now)
    for number in range(7):
        say(
            cycle,
            make_resident(cycle.place),
            section=3 + number % 2,
            text=f"웹으로 낸 {number}번째 생각입니다.",
            at=now,
        )
    for number in range(10):
        say(cycle, staff, channel=Channel.PAPER, section=5, text=f"종이로 낸 {number}번째 생각입니다.", at=now)
    for number in range(6):
        say(cycle, staff, channel=Channel.VISIT, section=None, text=f"들러서 말한 {number}번째 생각입니다.", at=now)


def all_are_answered(pages: Pages, cycle: Cycle, chair: Person, staff: Person) -> None:
    slug = cycle.place.slug
    press(
        go(pages(staff, width=1280, height=900), f"/{slug}/inspection/releases"), re.compile("^읽어 본 41건 공개하기")
    )
    page = go(pages(chair, width=360, height=800), f"/{slug}/inspection/answers")
    press(page, re.compile("^묶어서 한 번에 답하기"))
    assert "동일 의견 17건" in page.locator("main").inner_text()
    page.locator('input[name="result"][value="adopted"]').check()
    page.locator("#reason").fill("밤 열 시까지 열겠습니다. 고맙습니다.")
    page.locator("#change").fill("여는 때를 밤 열 시까지로")
    page.locator("#unit").fill("마을환경분과")
    press(page, "답변 저장하기")
    session().rollback()
    adopted = set()
    for bundle in bundles(opinions_on(inspected_version(cycle))):
        if bundle.group is not None:
            continue
        section = bundle.first.section
        is_first = section in {1, 3, 4} and section not in adopted
        adopted |= {section} if is_first else set()
        words = (
            answering.Answer(Result.ADOPTED, "말씀대로 고치겠습니다. 고맙습니다.", "할 곳을 더함", "총무분과")
            if is_first
            else answering.Answer(Result.NOTED, "고맙습니다. 마음에 새기겠습니다.", "", "총무분과")
        )
        with transaction():
            answering.answer_opinion(bundle.first.id, words, version=bundle.first.version, by=chair, at=utc_now())
    page = pages(staff, width=1280, height=900)
    press(go(page, f"/{slug}/inspection/answers?state=draft"), "이 목록의 41건 모두 검토함")
    press(go(page, f"/{slug}/inspection/answers?state=checked"), "이 목록의 41건 모두 확정하기")


def test_forty_one_opinions_change_a_plan_and_the_report_says_how(site: Site, page_of: Pages):
    cycle = make_cycle(make_place(name="관산동"), Stage.INSPECTION, at=utc_now())
    slug, staff, chair = cycle.place.slug, make_staff(cycle.place), make_holder(Role.COMMITTEE_CHAIR, cycle.place)
    plan = make_plan(cycle, [1_000_000 + n for n in range(12)], reviewed=False, at=utc_now())
    refused = departments_review(page_of, cycle, staff, list(plan.items))
    with transaction():
        drafting.drop_item(
            refused.id,
            reason="부서가 할 수 없다고 답했고 이의도 받아들여지지 않음",
            version=refused.version,
            by=chair,
            at=utc_now(),
        )
    with transaction():
        freezing.freeze_for_inspection(plan.id, version=plan.version, by=chair, at=utc_now())

    forty_one_speak(page_of, cycle, staff)
    all_are_answered(page_of, cycle, chair, staff)
    with transaction():
        living = [item for item in session().get_one(Plan, plan.id).items if item.dropped_at is None]
        for item in living[:4]:
            item.body += " 주민 의견을 받아 더 넓게 합니다."
        cycle.stage(Stage.INSPECTION).closes_at = utc_now() - timedelta(seconds=1)
    page = page_of(chair, width=1280, height=900)
    press(go(page, f"/{slug}/inspection/answers"), "의견 반영한 판 고정하기")

    # The report's numbers, recomputed from what anybody can download.
    guest = go(page_of(None, width=360, height=800), f"/{slug}/inspection/report")
    data = site.app.test_client().get(f"/{slug}/inspection/report.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data)))
    groups = Counter(row["group"] for row in rows if row["group"])
    assert len(rows) == 41
    assert len({row["receipt"] for row in rows}) == 41
    assert Counter(row["channel"] for row in rows) == {"online": 25, "paper": 10, "visit": 6}
    assert list(groups.values()) == [17]
    assert all(row["reason"] and row["unit"] and row["answered_on"] and row["text"] for row in rows)
    adopted = [row for row in rows if row["result"] == "adopted"]
    shown = [cell.inner_text() for cell in guest.locator(".stats dd").all()]
    changed = {row["change_section"] for row in adopted}
    assert [re.sub(r"\D", "", text) for text in shown] == ["41", "41", str(len(adopted)), str(len(changed))]
    assert (len(adopted), len(changed)) == (20, 4)
    guest = go(guest, f"/{slug}/inspection/changes")
    assert guest.locator("section:has(ins)").count() == 4
    for section in changed:
        assert guest.locator(f"#s{section} ins").count(), section
    figures = site.app.test_client().get(f"/{slug}/inspection/statistics.csv").data.decode("utf-8-sig")
    [year] = list(csv.DictReader(io.StringIO(figures)))
    assert (year["received"], year["result_adopted"], year["channel_paper"]) == ("41", "20", "10")
