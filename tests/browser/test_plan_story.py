"""From twelve agendas to the final plan: joining, dividing, departments, objections, opinions, the head, publication.

The acts that matter are done in a real browser, at least one of every kind; every page of the story is asked whether
people with disabilities can use it. Made by use cases or straight in the database, because they repeat what the browser
has just shown: the twelve proposals, the second joining, ten of eleven items and reviews, forty of forty-one opinions,
the single answers, most of the head's answers; and the count of the assembly, which has stories of its own.
"""

import csv
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from app.agenda.models import AgendaAsk, Proposal
from app.agenda.rules import ProposalState
from app.agenda.services import joining
from app.assembly.rules import AssemblyState
from app.assembly.services import preparing
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
from app.plan.queries import living_items, plan_of_cycle
from app.plan.rules import FundSource, PlanState, Verdict
from app.plan.services import drafting
from app.publication.queries import submission_of
from app.publication.rules import HeadResult
from app.publication.services import answer_section
from app.review import services as reviewing
from app.review.rules import Criterion, Finding
from tests.browser.accessibility import violations
from tests.browser.conftest import Site
from tests.factories import make_cycle, make_holder, make_place, make_resident
from tests.factories_inspection import say
from tests.factories_year import make_proposal, make_staff

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Pages = Callable[..., Page]
WIDE = {"width": 1280, "height": 900}
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


def table(site: Site, path: str) -> list[dict[str, str]]:
    data = site.app.test_client().get(path).data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(data)))


def author_agrees(pages: Pages, proposal: Proposal) -> None:
    """The author reads what the council asks, on a telephone, and says yes."""
    session().rollback()
    ask = session().query(AgendaAsk).filter_by(proposal_id=proposal.id).one()
    author = session().get_one(Person, proposal.proposer_id)
    page = go(pages(author), f"/{proposal.place.slug}/agenda/asks/{ask.id}")
    page.locator('input[name="agrees"][value="yes"]').check()
    press(page, "답 보내기")


def twelve_become_eleven(pages: Pages, cycle: Cycle, chair: Person) -> list[Proposal]:
    """Two of twelve agendas are joined to others and one is divided in two, each with its author's word."""
    slug = cycle.place.slug
    asked = [
        make_proposal(cycle, make_resident(cycle.place), f"의제 {number}번: 마을에 있으면 하는 것")
        for number in range(1, 13)
    ]
    page = pages(chair, **WIDE)
    go(page, f"/{slug}/agenda/{asked[11].id}/merge")
    page.locator("#into").select_option(str(asked[0].id))
    page.locator("#reason").fill("같은 길의 가로등과 벤치라서 함께 하면 좋겠습니다.")
    press(page, "합쳐도 되는지 묻기")
    author_agrees(pages, asked[11])
    with transaction():
        ask = joining.ask_to_merge(
            asked[10].id, into_id=asked[1].id, reason="같은 공원의 일이라서 함께 하면 좋겠습니다.",
            version=asked[10].version, by=chair, at=utc_now(),
        )  # fmt: skip
    with transaction():
        author = session().get_one(Person, asked[10].proposer_id)
        joining.answer(ask.id, agrees=True, text="", version=ask.version, by=author, at=utc_now())
    go(page, f"/{slug}/agenda/{asked[9].id}/split")
    for number, title in enumerate(("골목 화분 놓기", "골목 담장 칠하기"), start=1):
        page.locator(f"#part_{number}_title").fill(title)
        page.locator(f"#part_{number}_body").fill("두 가지 일이 섞여 있어 맡을 부서가 다르므로 따로 합니다.")
    page.locator("#reason").fill("화분과 담장은 맡을 부서가 달라서 나눕니다.")
    press(page, "나누어도 되는지 묻기")
    author_agrees(pages, asked[9])
    session().rollback()
    living = (
        session().query(Proposal).filter_by(cycle_id=cycle.id, state=ProposalState.ACCEPTED).order_by(Proposal.id).all()
    )
    assert len(living) == 11
    return living


def agendas_become_a_plan(pages: Pages, cycle: Cycle, chair: Person, agendas: list[Proposal]) -> list[PlanItem]:
    slug = cycle.place.slug
    page = go(pages(chair, **WIDE), f"/{slug}/plan/items/new?proposal={agendas[0].id}")
    page.locator("#cost_won").fill("1,000,000")
    page.locator("#unit").fill("마을환경분과")
    press(page, "계획에 담기")
    for number, agenda in enumerate(agendas[1:], start=1):
        words = drafting.ItemWords(
            agenda.title, agenda.body, 1_000_000 + number, FundSource.PARTICIPATORY_BUDGET, "마을환경분과"
        )
        with transaction():
            drafting.add_item(cycle, [agenda], words, once=f"n{number}", by=chair, at=utc_now())
    session().rollback()
    return living_items(session().query(Plan).filter_by(cycle_id=cycle.id).one())


def departments_review(pages: Pages, cycle: Cycle, staff: Person, items: list[PlanItem]) -> PlanItem:
    """Three departments review eleven items; of two objections one is upheld, one refused. Returns the refused item."""
    slug = cycle.place.slug
    offices = [
        make_holder(Role.DEPARTMENT_REVIEWER, cycle.place.parent, name) for name in ("도로과", "공원과", "복지과")
    ]
    for number, item in enumerate(items):
        office = offices[number % 3]
        with transaction():
            [review] = reviewing.ask(item.id, [office], due_at=None, by=staff, at=utc_now())
        if number:
            with transaction():
                reviewing.answer(
                    review.id, NO if number == 1 else FINE, condition="", corrected_cost_won=None,
                    version=review.version, by=office, at=utc_now(),
                )  # fmt: skip
    first, second = items[0].reviews[0].id, items[1].reviews[0].id
    page = go(pages(offices[0], **WIDE), f"/{slug}/plan/reviews/{first}")
    for code in Criterion:
        verdict = "ineligible" if code is Criterion.LAW else "eligible"
        page.locator(f'input[name="verdict_{code.value}"][value="{verdict}"]').check()
    page.locator(".field.sub summary").first.click()
    page.locator("#reason_law").fill("보도에는 허가할 수 없어 어렵습니다.")
    page.locator("#law_law").fill("도로법 제61조")
    press(page, "검토 결과 보내기")

    for item, review_id in ((items[0], first), (items[1], second)):
        proposer = session().get_one(Person, item.origins[0].proposal.proposer_id)
        page = go(pages(proposer), f"/{slug}/plan/reviews/{review_id}/object")
        page.locator("#grounds").fill("이미 허가를 받아 둔 자리입니다. 다시 봐 주세요.")
        press(page, "이의 내기")
    for review_id, choice in ((first, "yes"), (second, "no")):
        page = go(pages(staff, **WIDE), f"/{slug}/plan/reviews/{review_id}/decide")
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


def the_text_is_frozen(pages: Pages, cycle: Cycle, chair: Person, refused: PlanItem) -> None:
    """The refused item leaves with its reason, the other ten are frozen and opened to everybody."""
    slug = cycle.place.slug
    page = go(pages(chair, **WIDE), f"/{slug}/plan/items/{refused.id}/drop")
    page.locator("#reason").fill("부서가 할 수 없다고 답했고 이의도 받아들여지지 않음")
    press(page, re.compile("빼기"))
    go(page, f"/{slug}/plan/freeze")
    page.locator("#sections").fill("10")
    press(page, "고정하기")
    with transaction():
        at = utc_now()
        written, read = cycle.stage(Stage.DRAFTING), cycle.stage(Stage.INSPECTION)
        written.closed_at, read.opened_at, read.closes_at = at, at, at + timedelta(days=20)


def forty_one_speak(pages: Pages, cycle: Cycle, staff: Person) -> None:
    """25 on the web (17 of them copies), 10 on paper, 6 by visit."""
    now = utc_now()
    slug = cycle.place.slug
    page = go(pages(make_resident(cycle.place)), f"/{slug}/inspection")
    page.locator("#section").select_option("1")
    page.locator('input[name="stance"][value="amend"]').check()
    page.locator("#text").fill("아이들이 다니는 길부터 먼저 해 주세요.")
    press(page, "의견 내기")
    assert "0001" in page.locator(".slip").inner_text()
    page = go(pages(staff, **WIDE), f"/{slug}/inspection/enter")
    page.locator("#section").select_option("5")
    page.locator('input[name="stance"][value="amend"]').check()
    page.locator('input[name="channel"][value="paper"]').check()
    page.locator("#text").fill("종이로 낸 첫 번째 생각입니다.")
    press(page, re.compile("접수|저장|적기|내기"))
    for number in range(17):
        say(cycle, make_resident(cycle.place), section=2, text=COPY + "!" * (number % 3), at=now)
    for number in range(7):
        text = f"웹으로 낸 {number}번째 생각입니다."
        say(cycle, make_resident(cycle.place), section=3 + number % 2, text=text, at=now)
    for number in range(9):
        say(cycle, staff, channel=Channel.PAPER, section=5, text=f"종이로 낸 {number}번째 생각입니다.", at=now)
    for number in range(6):
        say(cycle, staff, channel=Channel.VISIT, section=None, text=f"들러서 말한 {number}번째 생각입니다.", at=now)


def all_are_answered(pages: Pages, cycle: Cycle, chair: Person, staff: Person) -> None:
    slug = cycle.place.slug
    press(go(pages(staff, **WIDE), f"/{slug}/inspection/releases"), re.compile("^읽어 본 41건 공개하기"))
    page = go(pages(chair), f"/{slug}/inspection/answers")
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
    page = pages(staff, **WIDE)
    press(go(page, f"/{slug}/inspection/answers?state=draft"), "이 목록의 41건 모두 검토함")
    press(go(page, f"/{slug}/inspection/answers?state=checked"), "이 목록의 41건 모두 확정하기")


def four_change_the_plan(pages: Pages, cycle: Cycle, chair: Person) -> None:
    with transaction():
        for item in living_items(plan_of_cycle(cycle))[:4]:
            item.body += " 주민 의견을 받아 더 넓게 합니다."
        cycle.stage(Stage.INSPECTION).closes_at = utc_now() - timedelta(seconds=1)
    page = pages(chair, **WIDE)
    press(go(page, f"/{cycle.place.slug}/inspection/answers"), "의견 반영한 판 고정하기")


def the_report_agrees_with_its_table(site: Site, pages: Pages, cycle: Cycle) -> None:
    """Every number of the report is counted anew from what anybody can download."""
    slug = cycle.place.slug
    guest = go(pages(None), f"/{slug}/inspection/report")
    rows = table(site, f"/{slug}/inspection/report.csv")
    groups = Counter(row["group"] for row in rows if row["group"])
    assert len(rows) == len({row["receipt"] for row in rows}) == 41
    assert Counter(row["channel"] for row in rows) == {"online": 25, "paper": 10, "visit": 6}
    assert list(groups.values()) == [17]
    assert all(row["reason"] and row["unit"] and row["answered_on"] and row["text"] for row in rows)
    adopted = [row for row in rows if row["result"] == "adopted"]
    changed = {row["change_section"] for row in adopted}
    shown = [cell.inner_text() for cell in guest.locator(".stats dd").all()]
    assert [re.sub(r"\D", "", text) for text in shown] == ["41", "41", str(len(adopted)), str(len(changed))]
    assert (len(adopted), len(changed)) == (20, 4)
    # The page itself, read as anybody reads it: every receipt once, by itself or in its group.
    written = re.findall(r"\d{4}-[^\s-]+-공람-\d{4}", guest.locator("main").inner_text())
    assert {row["receipt"] for row in rows if not row["group"]} <= set(written)
    guest = go(guest, f"/{slug}/inspection/changes")
    assert guest.locator("section:has(ins)").count() == 4
    for section in changed:
        assert guest.locator(f"#s{section} ins").count(), section
    [year] = table(site, f"/{slug}/inspection/statistics.csv")
    assert (year["received"], year["result_adopted"], year["channel_paper"]) == ("41", "20", "10")


def the_assembly_decides(cycle: Cycle, staff: Person) -> None:
    """Eight of ten are funded."""
    at = utc_now()
    with transaction():
        cycle.stage(Stage.INSPECTION).closed_at = cycle.stage(Stage.ASSEMBLY).opened_at = at
    with transaction():
        assembly = preparing.prepare_assembly(
            cycle, opens_at=at, closes_at=at + timedelta(days=7), envelope_won=30_000_000, version=None, by=staff, at=at
        )
    with transaction():
        assembly.state, assembly.counted_at = AssemblyState.COUNTED, at
        for item in assembly.items:
            item.votes, item.is_funded = 100 - item.number, item.number <= 8
            item.granted_won = item.cost_won if item.is_funded else 0
        assembly.plan_version.plan.state = PlanState.ADOPTED


def to_the_head_and_back(pages: Pages, cycle: Cycle, staff: Person) -> None:
    slug = cycle.place.slug
    page = go(pages(staff, **WIDE), f"/{slug}/plan/final")
    page.locator("#letter").fill("주민총회에서 정한 계획을 보냅니다. 검토를 부탁드립니다.")
    press(page, "계획 보내기")
    head = make_holder(Role.DISTRICT_STAFF, cycle.place.parent)
    desk = go(pages(head, **WIDE), f"/{slug}/plan/final/answers/1")
    desk.locator('input[name="result"][value="declined"]').check()
    desk.locator("#unit").fill("자치행정과")
    desk.locator("#reason").fill("다른 사업과 함께 하기로 하여 올해는 하지 않습니다.")
    press(desk, "저장하기")
    session().rollback()
    submission = submission_of(plan_of_cycle(cycle))
    for number in range(2, 11):
        with transaction():
            answer_section(
                submission.id, number, result=HeadResult.ACCEPTED, reason="", unit="자치행정과", version=0, by=head,
                at=utc_now(),
            )  # fmt: skip
    press(go(page, f"/{slug}/plan/final"), "계획 확정하기")


def the_final_plan_agrees_with_its_exports(site: Site, pages: Pages, cycle: Cycle) -> None:
    slug = cycle.place.slug
    guest = go(pages(None), f"/{slug}/plan/final")
    rows = table(site, f"/{slug}/plan/final.csv")
    data = site.app.test_client().get(f"/{slug}/plan/final.json").data
    shown = guest.locator("main").inner_text()
    assert hashlib.sha256(data).hexdigest() in shown
    parsed = json.loads(data)["sections"]
    assert [row["title"] for row in rows] == [each["title"] for each in parsed]
    assert [text.split(". ", 1)[1] for text in guest.locator("article h3").all_inner_texts()] == [
        r["title"] for r in rows
    ]
    assert shown.count("하기로 함") == sum(row["is_funded"] == "True" for row in rows) == 8
    assert Counter(row["head_result"] for row in rows) == {"accepted": 9, "declined": 1}
    assert shown.count("반영하지 않음") == 1
    assert sum(int(row["granted_won"]) for row in rows) == sum(each["granted_won"] for each in parsed) > 0


def the_chain_goes_back_to_every_idea(pages: Pages, cycle: Cycle, items: list[PlanItem]) -> None:
    slug = cycle.place.slug
    page = go(pages(None), f"/{slug}/plan/items/{items[0].id}/evidence")
    assert {"의제 1번", "의제 12번"} <= set(re.findall(r"의제 \d+번", page.locator("main").inner_text()))
    part = next(item for item in items if item.title == "골목 담장 칠하기")
    page = go(page, f"/{slug}/plan/items/{part.id}/evidence")
    assert "의제 10번" in page.locator("main").inner_text()


def test_twelve_agendas_become_a_plan_that_forty_one_opinions_change(site: Site, page_of: Pages):
    cycle = make_cycle(make_place(name="관산동"), Stage.DRAFTING, at=utc_now())
    staff, chair = make_staff(cycle.place), make_holder(Role.COMMITTEE_CHAIR, cycle.place)
    items = agendas_become_a_plan(page_of, cycle, chair, twelve_become_eleven(page_of, cycle, chair))
    refused = departments_review(page_of, cycle, staff, items)
    the_text_is_frozen(page_of, cycle, chair, refused)
    forty_one_speak(page_of, cycle, staff)
    all_are_answered(page_of, cycle, chair, staff)
    four_change_the_plan(page_of, cycle, chair)
    the_report_agrees_with_its_table(site, page_of, cycle)
    the_assembly_decides(cycle, staff)
    to_the_head_and_back(page_of, cycle, staff)
    the_final_plan_agrees_with_its_exports(site, page_of, cycle)
    the_chain_goes_back_to_every_idea(page_of, cycle, items)
