"""The whole village-plan year of one dong through its pages, without a browser: the quick twin of the browser story."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from app.assembly.models import Assembly
from app.assembly.services import board, casting
from app.clock import kst_midnight
from app.cycle.models import Cycle
from app.cycle.queries import current_cycle
from app.cycle.rules import Stage
from app.db.session import session
from app.execution.models import Project
from app.execution.rules.projects import HAND_OVER, QUESTIONS
from app.inspection.models import Opinion
from app.jobs.worker import tick
from app.people.models import Person
from app.people.rules import Role
from app.plan.models import DepartmentReview, PlanItem
from app.record.queries import chain
from app.record.rules import verify_chain
from app.review.rules import Criterion
from tests.factories import make_holder, make_place, make_resident
from tests.signing_in import sign_in
from voting import derive_credential, make_ballot

Post = Callable[..., str]


class Town:
    """The people of the story and the way they use the site."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.place = make_place(name="관산동", population=400)
        self.staff = make_holder(Role.DONG_STAFF, self.place, "동 담당자")
        self.chair = make_holder(Role.COMMITTEE_CHAIR, self.place, "분과위원장")
        self.reviewer = make_holder(Role.DEPARTMENT_REVIEWER, self.place.parent, "공원녹지과")
        self.residents = [make_resident(self.place, f"주민{n}") for n in range(6)]
        self.url = f"/{self.place.slug}"

    def browser(self, person: Person | None) -> FlaskClient:
        client = self.app.test_client()
        if person is not None:
            sign_in(self.app, client, person)
        return client

    def get(self, person: Person | None, path: str) -> str:
        answer = self.browser(person).get(f"{self.url}{path}")
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:2000])
        return answer.text

    def post(self, person: Person, path: str, **data: object) -> str:
        answer = self.browser(person).post(f"{self.url}{path}", data=data, content_type="multipart/form-data")
        assert answer.status_code == 303, (
            path,
            answer.status_code,
            re.findall(r'class="(?:error|notice bad)".*?</(?:p|div)>', answer.text, re.DOTALL),
        )
        return answer.location

    def version(self, person: Person, path: str, nth: int = 0) -> str:
        return re.findall(r'name="version"[^>]*value="(\d+)"', self.get(person, path))[nth]

    @property
    def cycle(self) -> Cycle:
        found = current_cycle(self.place)
        assert found is not None
        session().refresh(found)
        return found

    def closing(self, stage: Stage) -> datetime:
        return self.cycle.stage(stage).closes_at

    def clock_to(self, at: datetime) -> time_machine.travel:
        """Let the worker's clock strike, and play on from there."""
        for minutes in (0, 1):
            with time_machine.travel(at + timedelta(minutes=minutes), tick=False):
                tick(at + timedelta(minutes=minutes))
        moved = time_machine.travel(at + timedelta(minutes=1), tick=False)
        moved.start()
        return moved


def photo() -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (40, 120, 60)).save(out, "JPEG")
    out.seek(0)
    return out, "꽃밭.jpg"


@pytest.mark.slow
def test_one_dong_walks_through_its_whole_year(app: Flask):
    town = Town(app)
    staff, chair, reviewer, residents = town.staff, town.chair, town.reviewer, town.residents
    start = kst_midnight(datetime(2026, 12, 20).date()) + timedelta(hours=10)
    moved = town.clock_to(start)
    town.post(staff, "/cycles", year=2027, template="second")
    for stage in (Stage.PLANNING_GROUP, Stage.RESOURCE_SURVEY, Stage.DISCOVERY):
        moved.stop()
        moved = town.clock_to(town.cycle.stage(stage).opens_at)
    assert town.cycle.current.stage is Stage.DISCOVERY

    # An idea finds four neighbours and is talked about in the alley.
    location = town.post(
        residents[0], "/agenda/new", once="a", title="통일로 꽃밭·꽃길 가꾸기", field="environment", where="통일로",
        body="통일로 양쪽이 쓰레기로 지저분합니다. 꽃을 심고 함께 돌보면 좋겠습니다.",
    )  # fmt: skip
    idea = int(location.rsplit("/", 1)[1])
    for neighbour in residents[1:5]:
        town.post(neighbour, f"/agenda/{idea}/sign")
    tomorrow = town.cycle.stage(Stage.DISCOVERY).opens_at + timedelta(days=1)
    meeting = town.post(
        residents[0], "/meetings/new", once="m", title="꽃길 골목회의", where="경로당", starts_on=tomorrow.strftime("%Y-%m-%d"),
        starts_time="19:00", offices="공원녹지과", proposals=str(idea),
    ).rsplit("/", 1)[1]  # fmt: skip
    moved.stop()
    moved = town.clock_to(tomorrow + timedelta(days=2))
    form = town.get(residents[0], f"/meetings/{meeting}/minutes")
    outcome = re.search(r'name="(outcome_\d+)"', form)
    assert outcome
    town.post(
        residents[0], f"/meetings/{meeting}/minutes", version=re.findall(r'name="version"[^>]*value="(\d+)"', form)[0], attendance="12",
        minutes="모두 찬성했고 물은 경로당에서 주기로 했습니다.", **{outcome[1]: "봄에 400포기를 심기로 함"},
    )  # fmt: skip

    # The council takes it into the plan; the department finds it feasible; the text is frozen.
    moved.stop()
    moved = town.clock_to(town.closing(Stage.DISCOVERY))
    assert town.cycle.current.stage is Stage.DRAFTING
    town.post(
        chair, "/plan/items/new", once="i", proposals=str(idea), title="관산동 꽃밭·꽃길 가꾸기", cost_won="6,000,000원",
        body="통일로 300미터에 꽃을 심고 분기마다 함께 돌봅니다.", fund_source="participatory_budget", unit="마을환경분과",
    )  # fmt: skip
    item = session().scalars(select(PlanItem)).one()
    due = (town.closing(Stage.DRAFTING) - timedelta(days=10)).strftime("%Y-%m-%d")
    town.post(chair, f"/plan/items/{item.id}/reviews", reviewers=str(reviewer.id), due_on=due)
    review = session().scalars(select(DepartmentReview)).one()
    assert "사업 검토에 답하기" in town.browser(reviewer).get("/desk").text
    town.post(
        reviewer, f"/plan/reviews/{review.id}", version=town.version(reviewer, f"/plan/reviews/{review.id}"), condition="도로 점용 허가",
        corrected_cost_won="",
        **{f"verdict_{code.value}": "eligible" for code in Criterion if code is not Criterion.SITE},
        verdict_site="conditional", reason_site="도로 점용 허가를 받으면 할 수 있습니다.", law_site="도로법 제61조",
    )  # fmt: skip
    town.post(chair, "/plan/freeze", version=town.version(chair, "/plan/freeze"), sections="1")
    moved.stop()
    moved = town.clock_to(town.closing(Stage.DRAFTING))
    assert town.cycle.current.stage is Stage.INSPECTION

    # Residents read and answer; every opinion gets its answer; the text changes with one of them.
    slip = town.post(
        residents[2],
        "/inspection",
        once="o",
        section="1",
        stance="amend",
        text="휴가철 전에 심어 주시면 더 좋겠습니다.",
        wants_notice="y",
    )
    assert "2027-관산동-공람-0001" in town.browser(residents[2]).get(slip).text
    assert town.browser(residents[3]).get(slip).status_code == 404
    town.post(
        staff,
        "/inspection/enter",
        once="v",
        section="0",
        stance="agree",
        text="글씨를 크게 인쇄해 주세요.",
        channel="visit",
    )
    for opinion in session().scalars(select(Opinion)):
        page = f"/inspection/answers/{opinion.id}"
        town.post(
            chair, page, version=town.version(chair, page), result="adopted", reason="말씀대로 앞당기겠습니다.",
            change="심는 때를 8월에서 6월로", unit="마을환경분과",
        )  # fmt: skip
    ids = " ".join(str(opinion.id) for opinion in session().scalars(select(Opinion)))
    town.post(staff, "/inspection/releases", seen=ids)
    for step in ("checked", "confirmed"):
        town.post(staff, "/inspection/answers/advance", opinions=ids, to=step)
    item_page = f"/plan/items/{item.id}/edit"
    town.post(
        chair, item_page, version=town.version(chair, item_page), title=item.title, cost_won="6000000", unit=item.unit,
        body="통일로 300미터에 6월에 꽃을 심고 분기마다 함께 돌봅니다.", fund_source="participatory_budget",
    )  # fmt: skip
    moved.stop()
    moved = town.clock_to(town.closing(Stage.INSPECTION))
    assert town.cycle.current.stage is Stage.INSPECTION, "the stage waits for its duty"
    town.post(chair, "/inspection/conclude", version=town.version(chair, "/inspection/answers"))
    moved.stop()
    moved = town.clock_to(town.closing(Stage.INSPECTION) + timedelta(minutes=5))
    assert town.cycle.current.stage is Stage.ASSEMBLY

    # The vote: prepared, opened, cast in secret, closed by the clock, counted, checked.
    opens = town.cycle.stage(Stage.ASSEMBLY).opens_at + timedelta(days=1)
    closes = opens + timedelta(days=7)
    town.post(
        staff, "/assembly/prepare", version="0", opens_on=(opens + timedelta(hours=9)).strftime("%Y-%m-%d"), opens_time="09:00",
        closes_on=(closes + timedelta(hours=9)).strftime("%Y-%m-%d"), closes_time="18:00", envelope_won="30,000,000",
    )  # fmt: skip
    town.post(staff, "/assembly/open", version=town.version(staff, "/assembly/open"), checked="y")
    assembly = session().scalars(select(Assembly)).one()
    moved.stop()
    moved = town.clock_to(assembly.opens_at)
    context = board.context_of(assembly)
    for voter in residents[:4]:
        code = casting.code_for(assembly, voter, at=assembly.opens_at)
        credential = derive_credential(code, uuid=context.election.uuid, group=context.election.group)
        data = make_ballot(context.election, credential, [[1]]).data
        answer = town.browser(None).post(f"{town.url}/assembly/ballots", data=data, content_type="application/json")
        assert answer.status_code == 200, answer.text
        tracker = json.loads(answer.text)["tracker"]
    assert (
        "투표함에 그대로 들어 있습니다"
        in town.browser(None).get(f"{town.url}/assembly/find", query_string={"tracker": tracker}).text
    )
    moved.stop()
    moved = town.clock_to(assembly.closes_at)
    result = town.get(None, "/assembly")
    assert "하기로 함" in result
    assert "4표" in result

    # The promise is kept: steps, money with its document, news with a photo, completion, evaluation.
    moved.stop()
    moved = town.clock_to(town.closing(Stage.ASSEMBLY))
    assert town.cycle.current.stage is Stage.EXECUTION
    project = session().scalars(select(Project)).one()
    page = f"/projects/{project.id}"
    planting = (town.cycle.stage(Stage.EXECUTION).opens_at + timedelta(days=9)).strftime("%Y-%m-%d")
    town.post(staff, f"{page}/milestones", version=town.version(staff, page), title="꽃모종 심기", planned_on=planting)
    today = town.cycle.stage(Stage.EXECUTION).opens_at.strftime("%Y-%m-%d")
    bill = (io.BytesIO("영수증".encode()), "영수증.pdf")
    purse = {"source": project.source.value, "year": today[:4]}
    for once, kind, amount, memo, papers in (
        ("1", "contracted", "5,500,000", "꽃모종 계약", {}),
        ("2", "paid", "5,500,000", "꽃모종 400포기", {"document": bill}),
        ("3", "returned", "500,000", "남은 돈", {}),
    ):
        town.post(
            staff,
            f"{page}/money",
            once=once,
            kind=kind,
            amount_won=amount,
            happened_on=today,
            memo=memo,
            **purse,
            **papers,
        )
    town.post(
        chair,
        f"{page}/updates",
        once="u",
        text="모두 모여 꽃을 심었습니다.",
        photo=photo(),
        photo_text="길가에 꽃을 심는 주민들",
    )
    step = project.milestones[0]
    moved.stop()
    moved = town.clock_to(town.cycle.stage(Stage.EXECUTION).opens_at + timedelta(days=9))
    done = f"/milestones/{step.id}/finish"
    town.post(staff, done, version=town.version(staff, done), done_on=today)
    checked = {f"tick_{code}": "y" for code in HAND_OVER}
    town.post(staff, f"{page}/complete", version=town.version(staff, f"{page}/complete"), **checked)
    moved.stop()
    moved = town.clock_to(town.closing(Stage.EXECUTION))
    assert town.cycle.current.stage is Stage.EVALUATION
    town.post(residents[1], f"{page}/evaluations", words="길이 환해졌습니다.", **dict.fromkeys(QUESTIONS, "5"))
    moved.stop()
    moved = town.clock_to(town.closing(Stage.EVALUATION))
    assert all(row.closed_at for row in town.cycle.stages)

    # Nobody has to ask what became of the idea; and the whole year is an unbroken record.
    life = town.get(None, f"/agenda/{idea}")
    for step_name in ("의제를 냄", "골목회의", "계획에 담김", "부서 검토", "주민공람", "주민총회", "실행", "마침"):
        assert step_name in life, step_name
    assert verify_chain(chain(town.place)) > 25
    for path in (
        "/",
        "/schedule",
        "/agenda",
        "/plan",
        "/inspection",
        "/assembly",
        "/projects",
        "/evaluation",
        "/record",
        "/ledger.csv",
        "/settlement",
        "/settlement.csv",
        page,
    ):
        for visitor in (None, residents[0], staff):
            town.get(visitor, path)
    the_next_year_leaves_this_one_readable(town, idea, project)
    moved.stop()


def _acts(page: str) -> list[str]:
    """Return the methods of the forms of a page; to follow something changes nothing of it."""
    return re.findall(r'method="(\w+)"(?! action="/notices/follow/)', page.split('<main id="main"', 1)[1])


def the_next_year_leaves_this_one_readable(town: Town, idea: int, project: Project) -> None:
    """Everything of the old year stays at its address, leads on within the old year, and takes nothing more."""
    staff, chair, author, title = town.staff, town.chair, town.residents[0], "통일로 꽃밭·꽃길 가꾸기"
    draft = town.post(
        author, "/agenda/new", once="later", keep="1", title="도서관을 밤에도 열자", field="culture", where="",
        body="일하는 사람은 낮에 올 수 없습니다. 한 주에 하루라도 밤에 열면 좋겠습니다.",
    ).rsplit("/", 1)[1]  # fmt: skip
    town.post(staff, "/cycles", year=2028, template="second")
    assert title not in town.get(None, "/agenda"), "the new year begins empty"
    assert "해 바꾸기" in town.get(None, "/")

    held = {
        "/": "2027년에 한 일",
        "/schedule": "2027년 마을계획 일정",
        "/agenda": title,
        "/meetings": "꽃길 골목회의",
        "/plan": "관산동 꽃밭·꽃길 가꾸기",
        "/inspection": "2027-관산동-공람-0001",
        "/assembly": "4표",
        "/projects": project.title,
        "/evaluation": project.title,
    }
    for path, words in held.items():
        for visitor in (None, author, staff):
            page = town.get(visitor, f"{path}?year=2027")
            assert words in page, path
            assert "읽을 수만 있습니다" in page, path
            own = f'href="{town.url}/plan?year=2027"'
            assert own in page, f"{path} leads on within its year"
            assert "post" not in _acts(page), f"{path} offers to change history"
    lines = csv.DictReader(io.StringIO(town.get(None, "/ledger.csv?year=2027").lstrip("\ufeff")))
    assert {(line["dong"], line["year"]) for line in lines} == {(town.place.slug, "2027")}
    for path in (f"/agenda/{idea}", f"/projects/{project.id}"):
        page = town.get(staff, path)
        assert f'href="{town.url}/agenda?year=2027"' in page
        assert "post" not in _acts(page)
    assert town.browser(None).get(f"{town.url}/assembly/2027.bel").status_code == 200
    assert town.browser(None).get(f"{town.url}/assembly/2028.bel").status_code == 404
    assert town.browser(None).get(f"{town.url}/agenda?year=1999").status_code == 404

    refused = {
        f"/projects/{project.id}/updates": (chair, {"once": "z", "text": "한 해 뒤에 올린 소식입니다."}),
        f"/projects/{project.id}/evaluations": (town.residents[2], dict.fromkeys(QUESTIONS, "1")),
        f"/projects/{project.id}/take-back": (staff, {"once": "z", "number": "3", "memo": "잘못 적음"}),
        f"/agenda/{idea}/sign": (town.residents[5], {}),
    }
    before = len(list(chain(town.place)))
    for path, (person, typed) in refused.items():
        answer = town.browser(person).post(f"{town.url}{path}", data=typed)
        assert answer.status_code in {409, 422}, (path, answer.status_code)
    assert len(list(chain(town.place))) == before

    # A draft kept since the old year is handed in this year.
    discovery = town.cycle.stage(Stage.DISCOVERY)
    for stage in (Stage.PLANNING_GROUP, Stage.RESOURCE_SURVEY, Stage.DISCOVERY):
        town.clock_to(town.cycle.stage(stage).opens_at).stop()
    with time_machine.travel(discovery.opens_at + timedelta(minutes=5), tick=False):
        town.post(author, f"/agenda/{draft}/submit")
        assert "도서관을 밤에도 열자" in town.get(None, "/agenda?q=도서관")
