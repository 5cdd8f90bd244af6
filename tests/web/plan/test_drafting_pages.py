"""Drafting through the pages: every form keeps what was typed, strangers see no note, the chain of evidence is whole."""

import re
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.agenda.services import joining
from app.cycle.rules import Stage
from app.db.session import transaction
from app.people.models import Person
from app.people.rules import Role
from app.plan.models import Plan
from app.plan.queries import living_items, workbench
from app.plan.services import freezing
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place, make_resident
from tests.factories_year import make_plan, make_proposal

Browsers = Callable[[Person], FlaskClient]


@pytest.fixture
def plan(app: Flask) -> Plan:
    return make_plan(make_cycle(make_place(), Stage.DRAFTING), [3_000_000, 5_000_000])


def version_on(browser: FlaskClient, url: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', browser.get(url).text)
    assert found, url
    return found[1]


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_an_estimate_is_written_line_by_line_and_lines_can_be_added(
    plan: Plan, client: FlaskClient, client_of: Browsers
):
    item = living_items(plan)[0]
    url = f"/{plan.place.slug}/plan/items/{item.id}"
    member = client_of(make_holder(Role.COUNCIL_MEMBER, plan.place))
    form = {
        "version": version_on(member, f"{url}/costs"), "rows": "3", "name_1": "그늘막", "unit_1": "개", "quantity_1": "2",
        "price_1": "1,500,000", "source_1": "participatory_budget", "year_1": "2026", "name_2": "관리", "unit_2": "시간",
        "quantity_2": "열", "price_2": "20,000", "source_2": "resident_tax", "year_2": "2027", "source_3": "other", "year_3": "2026",
    }  # fmt: skip
    more = member.post(f"{url}/costs", data={**form, "more": "1"})
    assert more.status_code == 200
    assert 'name="name_6"' in more.text
    assert 'value="그늘막"' in more.text
    refused = member.post(f"{url}/costs", data=form)
    assert refused.status_code == 422
    assert "수량을 숫자로" in refused.text
    assert 'value="열"' in refused.text
    assert member.post(f"{url}/costs", data={**form, "quantity_2": "10.5"}).status_code == 303
    page = client.get(url).text
    assert "3,210,000원" in page
    assert "10.5" in page
    assert client.get(f"{url}/costs").status_code == 303
    acts = re.findall(r'href="([^"]+/plan/items/\d+/\w+)"', member.get(url).text)
    assert {act.rsplit("/", 1)[1] for act in acts} >= {
        "edit",
        "costs",
        "work",
        "amend",
        "alternatives",
        "notes",
        "drop",
    }


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_a_note_stays_among_those_who_draft_and_a_comment_is_for_everybody(
    plan: Plan, client: FlaskClient, client_of: Browsers
):
    url = f"/{plan.place.slug}/plan/items/{living_items(plan)[0].id}"
    member = client_of(make_holder(Role.COUNCIL_MEMBER, plan.place))
    for text, shown in (("구청과 값을 더 이야기해 봅시다", "drafters"), ("겨울에는 접어 두면 좋겠습니다", "everybody")):
        assert member.post(f"{url}/notes", data={"text": text, "shown": shown, "once": shown}).status_code == 303
        member.post(f"{url}/notes", data={"text": text, "shown": shown, "once": shown})
    for outsider in (
        client,
        client_of(make_resident(plan.place)),
        client_of(make_holder(Role.COUNCIL_MEMBER, make_place())),
    ):
        page = outsider.get(url).text
        assert "구청과 값을" not in page
        assert page.count("겨울에는 접어") == 1
    assert member.get(url).text.count("구청과 값을") == 1


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_an_amendment_stands_beside_the_words_that_it_changes(plan: Plan, client: FlaskClient, client_of: Browsers):
    item = living_items(plan)[0]
    url = f"/{plan.place.slug}/plan/items/{item.id}"
    author, chair = (
        client_of(make_holder(Role.COUNCIL_MEMBER, plan.place)),
        client_of(make_holder(Role.COMMITTEE_CHAIR, plan.place)),
    )
    words = {
        "title": item.title,
        "body": "그늘막을 건널목 양쪽에 하나씩 놓습니다.",
        "reason": "자리를 정했습니다.",
        "once": "a",
    }
    assert author.post(f"{url}/amend", data=words).status_code == 303
    found = workbench.amendments_to(item)[0]
    address = f"/{plan.place.slug}/plan/amendments/{found.id}"
    page = chair.get(address).text
    assert "<del>1번째로" in page
    assert "<ins>그늘막을 건널목 양쪽에" in page
    assert client.get(address).status_code == 303
    assert author.post(address, data={"version": found.version, "take": "yes"}).status_code == 403
    assert chair.post(address, data={"version": found.version, "take": "yes"}).status_code == 303
    assert "그늘막을 건널목 양쪽에" in client.get(url).text


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_the_seven_contents_are_numbered_and_written_by_the_council(
    plan: Plan, client: FlaskClient, client_of: Browsers
):
    base = f"/{plan.place.slug}/plan"
    chair = client_of(make_holder(Role.COMMITTEE_CHAIR, plan.place))
    url = f"{base}/contents/1"
    form = {"version": version_on(chair, url), "body": "한 달에 한 번 정기회의를 엽니다."}
    assert chair.post(url, data=form).status_code == 303
    stale = chair.post(url, data={**form, "body": "두 번 엽니다."})
    assert stale.status_code == 422
    assert "두 번 엽니다." in stale.text
    assert chair.get(f"{base}/contents/8").status_code == 404
    assert (
        chair.post(
            f"{base}/envelopes", data={"source": "participatory_budget", "year": "2026", "amount_won": "7,000,000"}
        ).status_code
        == 303
    )
    page = client.get(f"{base}/contents").text
    assert "1. 주민자치회 운영 계획" in page
    assert "7. 그 밖의 계획" in page
    assert "한 달에 한 번 정기회의를 엽니다." in page
    assert "1,000,000원 넘음" in page


@time_machine.travel(NOW, tick=False)
def test_two_versions_are_compared_and_the_other_ways_are_kept(plan: Plan, client: FlaskClient, client_of: Browsers):
    chair_person = make_holder(Role.COMMITTEE_CHAIR, plan.place)
    chair = client_of(chair_person)
    item = living_items(plan)[0]
    url = f"/{plan.place.slug}/plan/items/{item.id}"
    other = {
        "title": "나무 심기",
        "body": "그늘막 대신 나무를 심는 방법입니다.",
        "cost_won": "9,000,000",
        "why_not": "자라는 데 오래 걸립니다.",
        "once": "o",
    }
    assert chair.post(f"{url}/alternatives", data=other).status_code == 303
    assert "자라는 데 오래 걸립니다." in client.get(url).text
    with transaction():
        freezing.freeze_for_inspection(plan.id, version=plan.version, by=chair_person, at=NOW)
        item.title = "새 이름의 사업"
        freezing.freeze(plan, act="plan.revised", at=NOW)
    page = client.get(f"/{plan.place.slug}/plan/versions/1/2").text
    assert "<del>1. 사업 1</del>" in page
    assert "<ins>1. 새 이름의 사업</ins>" in page
    assert client.get(f"/{plan.place.slug}/plan/versions/1/9").status_code == 404


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_the_evidence_reaches_back_to_what_was_merged_into_an_agenda(
    plan: Plan, client: FlaskClient, client_of: Browsers
):
    item = living_items(plan)[0]
    agenda = item.origins[0].proposal
    author, member = make_resident(plan.place), make_holder(Role.COUNCIL_MEMBER, plan.place)
    first = make_proposal(plan.cycle, author, "골목 입구에도 그늘을")
    with transaction():
        ask = joining.ask_to_merge(
            first.id, into_id=agenda.id, reason="같은 길의 그늘을 말합니다.", version=first.version, by=member, at=NOW
        )
        joining.answer(ask.id, agrees=True, text="", version=ask.version, by=author, at=NOW)
    page = client.get(f"/{plan.place.slug}/plan/items/{item.id}/evidence").text
    assert agenda.title in page
    assert "골목 입구에도 그늘을" in page
    assert "공원녹지과" in page
    forward = client.get(f"/{plan.place.slug}/agenda/{first.id}").text
    assert f"/agenda/{agenda.id}" in forward
    assert (
        client_of(make_resident(make_place())).get(f"/{plan.place.slug}/plan/items/{item.id}/work").status_code == 403
    )


@time_machine.travel(NOW, tick=False)
def test_of_several_agendas_to_take_in_no_browser_demands_all(plan: Plan, client_of: Browsers):
    author = make_resident(plan.place)
    for _ in range(2):
        make_proposal(plan.cycle, author)
    page = client_of(make_holder(Role.COUNCIL_MEMBER, plan.place)).get(f"/{plan.place.slug}/plan/items/new").text
    boxes = re.findall(r'<input[^>]*name="proposals"[^>]*>', page)
    assert len(boxes) == 2
    assert not any("required" in box for box in boxes)
