"""Small-group grants through their pages: announced, applied for, confirmed, checked, decided, paid, reported, settled."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from app.cycle.rules import Stage
from app.db.session import session
from app.people.models import Person
from app.people.rules import Role
from app.small_groups.models import GrantRound, GroupApplication, GroupReport, Receipt, ReportPhoto
from app.small_groups.rules.applications import State
from app.small_groups.rules.reports import ReportState
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_person, make_place, make_resident
from tests.factories_small_groups import (
    AFTER,
    DID,
    check,
    make_application,
    make_clerk,
    make_draft,
    make_grant,
    make_report,
    make_round,
)
from tests.mailbox import texts_to

Browsers = Callable[[Person], FlaskClient]
Clock = Any
ROUND = {
    "title": "2026 소모임 지원", "text": "동네에 도움이 되는 모임을 찾습니다.", "legal_basis": "조례 제3조", "source": "subsidy",
    "envelope_won": "2,000,000", "max_won": "1000000", "most_groups": "3", "first_day": "2026-07-01",
    "last_day": "2026-07-10", "starts_on": "2026-08-01", "ends_on": "2026-11-30", "report_due_on": "2026-12-20", "once": "r",
}  # fmt: skip
WISH = {
    "name": "꽃길지기", "purpose": "골목 화단을 함께 돌보고 이웃과 인사하며 지냅니다.", "months": "8월 꽃 심기\n9월: 골목 잔치",
    "lines": "꽃모종 500,000원\n도구 100000", "once": "w", "group": "0",
}  # fmt: skip
pytestmark = pytest.mark.slow


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def picture() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    out.seek(0)
    return out


def test_a_group_walks_through_all_pages(client: FlaskClient, client_of: Browsers, clock: Clock):
    place = make_place()
    make_cycle(place, Stage.DISCOVERY)
    clerk, leader, neighbours = (
        make_clerk(place),
        make_resident(place, "느티"),
        [make_resident(place, f"이웃{n}") for n in "12"],
    )
    url = f"/{place.slug}/small-groups"
    staff, own = client_of(clerk), client_of(leader)
    assert "아직 지원받은 소모임이 없습니다" in client.get(url).text
    assert "올해 더 알릴 수 있는 지원금은 4,500,000원" in staff.get(f"{url}/rounds/new").text
    too_much = staff.post(f"{url}/rounds/new", data={**ROUND, "envelope_won": "9,000,000"})
    assert too_much.status_code == 422
    assert "4,500,000원입니다" in too_much.text
    for _ in range(2):
        assert staff.post(f"{url}/rounds/new", data=ROUND).status_code == 303
    row = session().scalars(select(GrantRound)).one()
    assert "2026 소모임 지원" in client.get(f"/{place.slug}/record").text
    assert "주민 소모임 지원 신청하기" in client.get(f"/{place.slug}/").text

    apply = f"{url}/rounds/{row.id}/apply"
    assert "꽃모종 500,000원" in own.post(apply, data={**WISH, "months": "첫 달에 하기"}).text
    for _ in range(2):
        assert own.post(apply, data=WISH).status_code == 303
    application = session().scalars(select(GroupApplication)).one()
    mine = f"{url}/applications/{application.id}"
    assert own.get(apply).location.endswith(mine)
    early = own.post(f"{mine}/submit")
    assert early.status_code == 422
    assert "3명 이상" in early.text
    shown = own.post(f"{mine}/link").text
    word = re.search(r"/small-groups/join/([\w-]+)", shown)
    assert word is not None
    for neighbour in neighbours:
        browser = client_of(neighbour)
        assert "꽃길지기" in browser.get(f"{url}/join/{word[1]}").text
        assert browser.post(f"{url}/join/{word[1]}").status_code == 303
    assert own.post(f"{mine}/submit").status_code == 303
    assert own.get(f"{mine}/edit").status_code == 200
    everybody = (
        client.get(url).text + client.get(f"{url}/rounds/{row.id}").text + client.get(f"/{place.slug}/record").text
    )
    assert "꽃길지기" not in everybody
    assert "느티" not in everybody
    assert "1개" in everybody

    clock.move_to(AFTER)
    staff, own = client_of(clerk), client_of(leader)
    assert "자격 확인하기" in staff.get("/desk").text
    passed = {"version": application.version, "common_good": "y", "neutral": "y", "no_double": "y", "uses": "y"}
    assert staff.post(f"{mine}/check", data={**passed, "uses": ""}).status_code == 422
    assert staff.post(f"{mine}/check", data=passed).status_code == 303
    assert application.state is State.ELIGIBLE
    councillor = make_holder(Role.COUNCIL_MEMBER, place)
    member = client_of(councillor)
    marks = {"need": "5", "plan": "4", "together": "4", "budget": "4"}
    assert member.post(f"{mine}/score", data={**marks, "plan": ""}).status_code == 422
    assert member.post(f"{mine}/score", data=marks).status_code == 303
    assert "심의표 고치기" in member.get(f"{url}/rounds/{row.id}/workbench").text
    decision = {
        "version": row.version,
        "body": "소모임 심의위원회",
        "decided_on": "2026-07-12",
        f"won_{application.id}": "500,000",
    }
    assert "20점에 17" in staff.get(f"{url}/rounds/{row.id}/decide").text
    refused = staff.post(f"{url}/rounds/{row.id}/decide", data=decision)
    assert refused.status_code == 422
    assert "까닭을 한 문장 이상" in refused.text
    decision[f"reason_{application.id}"] = "도구는 빌려 쓸 수 있습니다."
    assert staff.post(f"{url}/rounds/{row.id}/decide", data=decision).status_code == 303
    assert "500,000원" in own.get(mine).text
    assert "꽃길지기" in client.get(f"{url}/rounds/{row.id}").text
    assert "빌려 쓸 수" not in client.get(f"{url}/rounds/{row.id}").text

    pay = {"version": application.version, "paid_on": "2026-07-12"}
    assert staff.post(f"{mine}/pay", data={**pay, "document": (io.BytesIO(b"paid"), "paid.txt")}).status_code == 303
    assert staff.post(f"{mine}/pay", data=pay).status_code == 422
    group = f"{url}/{application.group_id}"
    assert "지금 활동하고 있습니다" in client.get(group).text

    clock.move_to(AFTER + timedelta(days=60))
    staff, own, member = client_of(clerk), client_of(leader), client_of(councillor)
    report = f"{mine}/report"
    assert own.post(report, data={"version": 1, "did": DID, "meetings": "8", "attendance": "64"}).status_code == 303
    paper = {"line": "꽃모종", "what": "꽃모종 50개", "won": "450,000", "spent_on": "2026-08-02", "once": "x"}
    for _ in range(2):
        sent = own.post(f"{report}/receipts", data={**paper, "file": (io.BytesIO("영수증".encode()), "a.txt")})
        assert sent.status_code == 303
    assert own.post(f"{report}/receipts", data={**paper, "once": "y"}).status_code == 422
    shot = {"text": "꽃을 심는 이웃들", "photo": (picture(), "a.jpg")}
    assert own.post(f"{report}/photos", data={**shot, "photo": (picture(), "a.jpg")}).status_code == 422
    assert own.post(f"{report}/photos", data={**shot, "consent": "y"}).status_code == 303
    photo = session().scalars(select(ReportPhoto)).one()
    assert client.get(f"{url}/photos/{photo.id}.jpg").status_code == 404
    assert own.post(f"{report}/submit").status_code == 303
    assert own.post(f"{report}/submit").status_code in {303, 404}
    receipt = session().scalars(select(Receipt)).one()
    assert staff.get(f"{mine}/receipts/{receipt.id}").status_code == 200
    assert client.get(f"{mine}/receipts/{receipt.id}").status_code == 303
    assert member.get(f"{mine}/receipts/{receipt.id}").status_code == 404
    found = session().scalars(select(GroupReport)).one()
    assert "결과보고 확인하기" in staff.get(f"{url}/rounds/{row.id}/workbench").text
    assert staff.post(f"{mine}/settle", data={"version": found.version, "answer": "짧게"}).status_code == 422
    assert staff.post(f"{mine}/settle", data={"version": found.version}).status_code == 303
    assert found.state is ReportState.ACCEPTED
    text = client.get(group).text
    assert DID in text
    assert "느티" not in text
    assert client.get(f"{url}/photos/{photo.id}.jpg").status_code == 200
    assert "450,000" in client.get(f"/{place.slug}/projects/{application.project_id}").text


def test_the_closing_second_is_too_late(client_of: Browsers, clock: Clock):
    row = make_round()
    draft = make_draft(row)
    url = f"/{row.place.slug}/small-groups/applications/{draft.id}/submit"
    clock.move_to(row.closes_at)
    own = client_of(draft.leader)
    late = own.post(url)
    assert late.status_code == 422
    assert "지금은 신청을 받는 기간이 아닙니다" in late.text
    clock.move_to(row.closes_at - timedelta(microseconds=1))
    own = client_of(draft.leader)
    assert own.post(url).status_code == 303


def test_staff_and_residents_of_another_dong_find_nothing(client: FlaskClient, client_of: Browsers, clock: Clock):
    row = make_round()
    application = make_application(row)
    other = make_place()
    strangers = [make_clerk(other), make_resident(other), make_person(), make_holder(Role.COUNCIL_MEMBER, other)]
    here = f"/{row.place.slug}/small-groups"
    there = f"/{other.slug}/small-groups/applications/{application.id}"
    for stranger in strangers:
        browser = client_of(stranger)
        for path in ("", "/edit", "/invite", "/check", "/score", "/pay", "/settle", "/reclaim", "/report", "/submit"):
            assert browser.get(f"{here}/applications/{application.id}{path}").status_code in {403, 404}
            assert browser.get(f"{there}{path}").status_code in {403, 404}
        assert browser.get(f"{here}/rounds/new").status_code == 403
        assert browser.get(f"{here}/rounds/{row.id}/workbench").status_code == 403
        assert browser.get(f"{here}/rounds/{row.id}/apply").status_code == 403
        assert browser.post(f"{here}/applications/{application.id}/check", data={"version": 1}).status_code in {
            403,
            404,
        }
    assert client.get(f"{here}/{application.group_id}").status_code == 404


def test_two_clerks_do_not_overwrite_each_others_check(client_of: Browsers, clock: Clock):
    row = make_round()
    application = make_application(row)
    clock.move_to(AFTER)
    clerks = [client_of(make_clerk(row.place)) for _ in range(2)]
    url = f"/{row.place.slug}/small-groups/applications/{application.id}/check"
    data = {"version": application.version, "common_good": "y", "neutral": "y", "no_double": "y", "uses": "y"}
    assert clerks[0].post(url, data=data).status_code == 303
    second = clerks[1].post(url, data={**data, "uses": "", "reason": "인건비가 들어 있어 받을 수 없습니다."})
    assert second.status_code == 422
    assert "다른 사람이 먼저 고쳤습니다" in second.text
    assert "인건비가 들어 있어" in second.text
    session().refresh(application)
    assert application.state is State.ELIGIBLE


def test_an_invitation_by_mail_leaves_through_the_outbox_once_for_one_person(
    app: Flask, client_of: Browsers, clock: Clock
):
    row = make_round()
    draft = make_draft(row, people_count=1)
    own = client_of(draft.leader)
    url = f"/{row.place.slug}/small-groups/applications/{draft.id}/invite"
    assert own.post(url, data={"to": "누구에게"}).status_code == 422
    assert own.post(url, data={"to": "someone@example.kr", "once": "1"}).status_code == 303
    word = re.search(r"/small-groups/join/([\w-]+)", texts_to(app, "someone@example.kr")[-1])
    assert word is not None
    path = f"/{row.place.slug}/small-groups/join/{word[1]}"
    assert client_of(make_resident(row.place)).post(path).status_code == 303
    assert client_of(make_resident(row.place)).post(path).status_code == 404


def test_a_report_goes_back_and_forth_and_a_struck_receipt_does_not_count(client_of: Browsers, clock: Clock):
    clerk = make_clerk((row := make_round()).place)
    application = make_grant(clerk, row)
    make_report(application)
    clock.move_to(AFTER + timedelta(days=61))
    staff, own = client_of(clerk), client_of(application.leader)
    url = f"/{row.place.slug}/small-groups/applications/{application.id}"
    report = session().scalars(select(GroupReport)).one()
    receipt = session().scalars(select(Receipt)).one()
    struck = {"version": report.version, "receipt": receipt.id, "reason": "개인 물건입니다."}
    assert staff.post(f"{url}/strike", data=struck).status_code == 303
    assert "개인 물건입니다." in staff.get(f"{url}/settle").text
    assert staff.post(f"{url}/strike", data=struck).status_code == 409
    session().refresh(report)
    answer = {"version": report.version, "answer": "영수증을 바꾸어 주세요. 이름이 보입니다."}
    assert staff.post(f"{url}/settle", data=answer).status_code == 303
    assert "영수증을 바꾸어 주세요" in own.get(f"{url}/report").text
    assert own.post(f"{url}/report/receipts/{receipt.id}/remove").status_code == 303
    assert own.post(f"{url}/report/submit").status_code == 303
    session().refresh(report)
    assert staff.post(f"{url}/settle", data={"version": report.version}).status_code == 303
    session().refresh(report)
    assert report.spent_won == 0


def test_the_list_costs_the_same_for_many_groups(client: FlaskClient, queries: Callable[[], Any]):
    clerk = make_clerk((row := make_round(most_groups=4)).place)
    url = f"/{row.place.slug}/small-groups/rounds/{row.id}"
    made = [make_application(row, name=f"모임{n}", won=150_000) for n in range(2)]
    for application in made:
        check(application, clerk)
    client.get(url)

    def cost(path: str) -> int:
        with queries() as sent:
            assert client.get(path).status_code == 200
        return len(sent)

    few = cost(f"/{row.place.slug}/small-groups")
    for n in range(2, 4):
        make_application(row, name=f"모임{n}", won=150_000)
    assert cost(f"/{row.place.slug}/small-groups") == few
