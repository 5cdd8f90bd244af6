"""The acts on a project through their pages: each with what is wrong first, then right, and what everybody sees after."""

import csv
import io
import re
from collections.abc import Callable, Iterator

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from PIL import Image

from app.clock import kst_date
from app.council.rules.meetings import OUTCOME_NAMES, Outcome
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import get_or_not_found, session
from app.execution.models import Project
from app.execution.rules.changes import CHANGE_STATE_NAMES, ChangeState
from app.execution.rules.projects import HAND_OVER, ProjectState
from app.files.printing import can_print
from app.people.models import Person
from app.people.rules import Role
from app.record.acts import spoken
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place, make_resident

pytestmark = pytest.mark.slow

TODAY = kst_date(NOW).isoformat()
NEW = {
    "once": "n", "kind": "commissioned", "title": "도시락 나누기", "description": "혼자 사는 어르신께 도시락을 나눕니다.",
    "source": "subsidy", "cost_won": "10,000,000", "approver": "구청 복지과", "unit": "복지분과", "where": "주민센터",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _on_a_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def cycle(app: Flask) -> Cycle:
    return make_cycle(make_place(), Stage.EXECUTION)


@pytest.fixture
def clerk(cycle: Cycle, client_of: Callable[[Person], FlaskClient]) -> FlaskClient:
    return client_of(make_holder(Role.DONG_STAFF, cycle.place))


@pytest.fixture
def page(cycle: Cycle, clerk: FlaskClient) -> str:
    """The address of a project that was just taken on."""
    answer = clerk.post(f"/{cycle.place.slug}/projects/new", data=NEW)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def project_at(page: str) -> Project:
    session().rollback()
    found = get_or_not_found(Project, int(page.rsplit("/", 1)[1]))
    session().refresh(found)
    return found


def send(client: FlaskClient, path: str, **data: object) -> None:
    """Fill the form of a page in with the version that it shows, and expect it to be taken."""
    shown = client.get(path)
    assert shown.status_code == 200
    version = re.search(r'name="version"[^>]*value="(\d+)"', shown.text)
    answer = client.post(path, data=({"version": version[1]} if version else {}) | data)
    assert answer.status_code == 303, answer.text


def refused(client: FlaskClient, path: str, **data: object) -> str:
    """Send what is wrong; what was typed comes back."""
    answer = client.post(path, data=data)
    assert answer.status_code == 422, answer.text[:500]
    for value in data.values():
        if isinstance(value, str) and len(value) > 5:
            assert value.split("\n")[0] in answer.text
    return answer.text


def test_a_project_is_taken_on_once_and_wrong_forms_come_back(cycle, clerk, page):
    url = f"/{cycle.place.slug}/projects/new"
    assert clerk.post(url, data=NEW).headers["Location"].endswith(page.rsplit("/", 1)[1])
    for field in ("title", "description", "cost_won", "approver", "unit"):
        refused(clerk, url, **NEW | {"once": "m", field: ""})
    assert "도시락 나누기" in clerk.get(f"/{cycle.place.slug}/projects").text


def test_a_project_is_taken_on_with_its_place_on_the_map(cycle, clerk):
    url = f"/{cycle.place.slug}/projects/new"
    assert 'data-latitude="latitude"' in clerk.get(url).text
    for wrong in ({"latitude": "37.66"}, {"latitude": "12.5", "longitude": "126.87"}, {"latitude": "여기"}):
        refused(clerk, url, **NEW | {"once": "map"} | wrong)
    answer = clerk.post(url, data=NEW | {"once": "map", "latitude": "37.654321", "longitude": "126.8701"})
    found = project_at(str(answer.headers["Location"]))
    assert (found.latitude_e6, found.longitude_e6) == (37_654_321, 126_870_100)
    pins = clerk.get(f"/{cycle.place.slug}/projects/points.json").json["features"]
    assert [pin["geometry"]["coordinates"] for pin in pins] == [[126.8701, 37.654321]]


def test_parts_progress_pause_and_risks(clerk, page):
    refused(clerk, f"{page}/parts", version="1", parts="이름만 있는 줄")
    send(clerk, f"{page}/parts", parts="준비 40\n나누기 60")
    first, second = project_at(page).parts
    refused(clerk, f"{page}/progress", version="2", **{f"part_{first.id}": "101", f"part_{second.id}": "0"})
    send(clerk, f"{page}/progress", **{f"part_{first.id}": "100", f"part_{second.id}": "50"})
    assert "70%" in clerk.get(page).text
    refused(clerk, f"{page}/pause", version="3", reason="비")
    send(clerk, f"{page}/pause", reason="재료를 구하지 못했습니다.")
    assert "재료를 구하지 못했습니다." in clerk.get(page).text
    send(clerk, f"{page}/resume")
    assert project_at(page).state is ProjectState.RUNNING
    send(clerk, f"{page}/risks", level="high", text="배달할 사람이 모자랍니다.", response="옆 동과 함께 합니다.")
    found = re.search(r"/risks/(\d+)/close", clerk.get(page).text)
    send(clerk, f"{page.rsplit('/projects', 1)[0]}/risks/{found[1]}/close", outcome="세 사람을 더 찾았습니다.")
    assert "세 사람을 더 찾았습니다." in clerk.get(page).text


def test_a_position_is_whole_and_in_korea(clerk, page):
    project = {"unit": "복지분과", "contact": "복지팀장", "where": "주민센터"}
    refused(clerk, f"{page}/describe", version="1", latitude="37.1", longitude="", **project)
    refused(clerk, f"{page}/describe", version="1", latitude="48.85", longitude="2.35", **project)
    send(clerk, f"{page}/describe", latitude="37.123456", longitude="127.5", **project)
    found = project_at(page)
    assert (found.latitude_e6, found.longitude_e6, found.contact) == (37_123_456, 127_500_000, "복지팀장")


def test_a_change_is_asked_for_decided_and_seen_by_everybody(clerk, page, client):
    wish = {"once": "c", "kind": "cost", "reason": "재료 값이 크게 올랐습니다.", "direction": "more", "amount_won": "2,000,000",
            "source": "subsidy", "year": TODAY[:4], "after": ""}  # fmt: skip
    refused(clerk, f"{page}/change", **wish | {"amount_won": ""})
    refused(clerk, f"{page}/change", **wish | {"reason": "짧음"})
    send(clerk, f"{page}/change", **wish)
    change = project_at(page).changes[0]
    decide = f"{page.rsplit('/projects', 1)[0]}/changes/{change.id}/decide"
    assert decide in clerk.get(page).text
    vote = {
        "meeting": "제7차 정기회의",
        "decided_on": TODAY,
        "members": "30",
        "present": "20",
        "in_favour": "15",
        "against": "5",
    }
    refused(clerk, decide, version="1", **vote | {"abstained": "9"})
    refused(clerk, decide, version="1", **vote | {"members": "90", "abstained": "0"})
    send(clerk, decide, abstained="0", **vote)
    seen = client.get(page).text
    assert "제7차 정기회의" in seen
    assert "찬성 15" in seen
    assert project_at(page).balance.planned_won == 12_000_000
    assert clerk.post(decide, data={"version": "1", "abstained": "0", **vote}).status_code == 422, "decided already"


def test_a_project_is_finished_looked_back_at_and_settled(cycle, clerk, page, client_of):
    money = {"happened_on": TODAY, "source": "subsidy", "year": TODAY[:4], "memo": "도시락 재료"}
    refused(clerk, f"{page}/money", once="1", kind="paid", amount_won="10,000,000", **money)
    for once, kind in (("2", "contracted"), ("3", "paid")):
        assert clerk.post(
            f"{page}/money", data={"once": once, "kind": kind, "amount_won": "10,000,000", **money}
        ).status_code == 303  # fmt: skip
    send(clerk, f"{page}/indicators", name="나눈 도시락", measure="개", before="0", target="500")
    some = {f"tick_{code}": "y" for code in list(HAND_OVER)[:2]}
    send(clerk, f"{page}/complete", **some)
    assert project_at(page).state is not ProjectState.COMPLETED
    with_plan = project_at(page)
    assert with_plan.state is ProjectState.PLANNED
    clerk.post(f"{page}/milestones", data={"version": with_plan.version, "title": "나누기", "planned_on": TODAY})
    step = project_at(page).milestones[0]
    finish = f"{page.rsplit('/projects', 1)[0]}/milestones/{step.id}/finish"
    send(clerk, finish, done_on=TODAY)
    send(clerk, f"{page}/complete", **{f"tick_{code}": "y" for code in HAND_OVER})
    assert project_at(page).state is ProjectState.COMPLETED
    resident = client_of(make_resident(cycle.place))
    assert "평가 남기기" in resident.get(page).text
    marks = dict.fromkeys(("needed", "well_done", "worth", "again"), "4")
    assert resident.post(f"{page}/evaluations", data=marks).status_code == 303
    assert "평가 고치기" in resident.get(page).text
    indicator = re.search(r"/indicators/(\d+)", clerk.get(page).text)
    send(clerk, f"{page.rsplit('/projects', 1)[0]}/indicators/{indicator[1]}", after="520", measured_on=TODAY)
    council = client_of(make_holder(Role.COUNCIL_MEMBER, cycle.place))
    send(
        council, f"{page}/council", went_well="모두가 나누었습니다.", went_badly="날이 더웠습니다.",
        next_time="봄에 시작합니다.", meeting="제8차 정기회의", decided_on=TODAY,
    )  # fmt: skip
    neighbour = client_of(make_resident(cycle.place))
    assert "5점" not in refused(neighbour, f"{page}/evaluations", needed="5", words="고맙게 잘 먹었습니다.")
    answers = {"needed": "5", "well_done": "4", "worth": "4", "again": "5", "words": "고맙게 잘 먹었습니다."}
    assert neighbour.post(f"{page}/evaluations", data=answers).status_code == 303
    seen = neighbour.get(page).text
    for words in ("4.5", "고맙게 잘 먹었습니다.", "모두가 나누었습니다.", "520"):
        assert words in seen

    # The files say what the ledger says.
    files = f"/{cycle.place.slug}/settlement"
    rows = list(csv.DictReader(io.StringIO(clerk.get(f"{files}.csv").data.decode("utf-8-sig"))))
    assert [(row["source"], row["planned_won"], row["paid_won"], row["left_won"]) for row in rows] == [
        ("subsidy", "10000000", "10000000", "0")
    ]
    sheet = load_workbook(io.BytesIO(clerk.get(f"{files}.xlsx").data)).worksheets[0]
    assert sheet.cell(2, 3).value == 10_000_000
    entries = list(csv.DictReader(io.StringIO(clerk.get(f"/{cycle.place.slug}/ledger.csv").data.decode("utf-8-sig"))))
    assert sum(int(row["amount_won"]) for row in entries if row["kind"] == "paid") == 10_000_000


def picture(colour: str) -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    return io.BytesIO(out.getvalue()), "사진.png"


def test_the_earliest_photo_before_and_the_newest_after_stand_side_by_side(cycle, clerk, page, client):
    shots = [
        ("before", "빈 땅"),
        ("after", "심은 꽃"),
        ("before", "다른 빈 땅"),
        ("during", "삽질하는 이웃"),
        ("after", "핀 꽃"),
    ]
    for number, (shows, said) in enumerate(shots):
        answer = clerk.post(
            f"{page}/updates",
            data={
                "once": f"n{number}",
                "text": "소식입니다.",
                "photo": picture("red"),
                "photo_text": f"{said} 사진입니다",
                "shows": shows,
            },
            content_type="multipart/form-data",
        )
        assert answer.status_code == 303
    report = f"/{cycle.place.slug}/report"
    for address in (page, report):
        shown = client.get(address).text
        pair = shown[shown.index("하기 전") :]
        assert [said for _, said in shots if f'alt="{said} 사진입니다"' in pair.split("</figure>")[0]] == ["빈 땅"]
        assert [said for _, said in shots if f'alt="{said} 사진입니다"' in pair.split("</figure>")[1]] == ["핀 꽃"]
    refused_ = clerk.post(f"{page}/updates", data={"once": "x", "text": "소식입니다.", "shows": "never"})
    assert refused_.status_code == 422
    if can_print():
        assert client.get(f"{report}.pdf").data.startswith(b"%PDF-")


def test_another_dongs_clerk_and_residents_are_refused(cycle, page, client_of):
    other = make_cycle(make_place(), Stage.EXECUTION)
    for person in (make_holder(Role.DONG_STAFF, other.place), make_resident(cycle.place)):
        client = client_of(person)
        for act in ("describe", "parts", "progress", "pause", "risks", "change", "complete", "indicators"):
            assert client.get(f"{page}/{act}").status_code == 403, act
            assert client.post(f"{page}/{act}", data={"version": "1"}).status_code == 403, act
        assert client.post(f"/{cycle.place.slug}/projects/new", data=NEW).status_code == 403
    at_home = client_of(make_holder(Role.DONG_STAFF, other.place))
    number = page.rsplit("/", 1)[1]
    assert at_home.get(f"/{other.place.slug}/projects/{number}/parts").status_code == 404


@pytest.mark.usefixtures("app")
def test_the_record_says_what_was_decided_of_a_change_and_of_an_item_alike():
    change, item = spoken({"outcome": "accepted"}), spoken({"outcome": "deferred"})
    assert change["outcome"] == CHANGE_STATE_NAMES[ChangeState.ACCEPTED]
    assert item["outcome"] == OUTCOME_NAMES[Outcome.DEFERRED]
