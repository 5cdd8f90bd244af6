"""The planning group through its pages: called, applied, taken in, refused with a reason, in teams, left."""

from collections.abc import Callable

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from app.cycle.queries import dongs_with_stage
from app.cycle.rules import Stage
from app.db.session import session
from app.people.models import Person
from app.people.rules import Role
from app.planning_group import queries
from app.planning_group.models import GroupCall, GroupMember, GroupTeam
from app.planning_group.rules import MemberState
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_person, make_place, make_resident
from tests.factories_survey import make_call, make_member

Browsers = Callable[[Person], FlaskClient]
CALL = {
    "title": "단원을 찾습니다", "text": "한 달에 두 번 모여 동네를 둘러봅니다.", "seats": "30", "first_day": "2026-07-01",
    "last_day": "2026-07-20", "once": "c",
}  # fmt: skip
pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def test_a_group_is_formed_through_its_pages(client: FlaskClient, client_of: Browsers):
    place = make_place()
    make_cycle(place, Stage.PLANNING_GROUP)
    clerk, resident = make_holder(Role.DONG_STAFF, place), make_resident(place, "느티")
    url = f"/{place.slug}/planning-group"
    staff, browser = client_of(clerk), client_of(resident)
    assert staff.post(f"{url}/call", data={**CALL, "last_day": "2026-06-01"}).status_code == 422
    for _ in range(2):
        assert staff.post(f"{url}/call", data=CALL).status_code == 303
    call = session().scalars(select(GroupCall)).one()
    assert "단원을 찾습니다" in client.get(url).text
    stranger = client_of(make_person("멀리 사는 이"))
    assert stranger.post(f"{url}/{call.id}/apply", data={"motive": ""}).status_code == 403
    for _ in range(2):
        assert browser.post(f"{url}/{call.id}/apply", data={"motive": "나무를 좋아합니다."}).status_code == 303
    row = session().scalars(select(GroupMember)).one()
    assert "느티" not in client.get(url).text
    assert "나무를 좋아합니다." in staff.get(f"{url}/applications").text
    decision = {"member": row.id, "version": row.version}
    refused = staff.post(f"{url}/applications", data={**decision, "refuse": "1"})
    assert refused.status_code == 422
    assert "까닭을 적어 주세요" in refused.text
    told = {**decision, "refuse": "1", "reason": "이번 모둠이 다 찼습니다."}
    assert staff.post(f"{url}/applications", data=told).status_code == 303
    assert "이번 모둠이 다 찼습니다." in browser.get(url).text
    assert "이번 모둠이 다 찼습니다." not in client.get(url).text
    assert browser.post(f"{url}/{call.id}/apply", data={"motive": ""}).status_code == 303
    decision["version"] = row.version
    assert staff.post(f"{url}/applications", data=decision).status_code == 303
    assert row.state is MemberState.MEMBER
    assert "느티" in client.get(url).text
    assert "느티" not in client.get(f"/{place.slug}/record").text
    assert staff.post(f"{url}/applications", data=decision).status_code == 422


def test_teams_are_joined_led_and_closed(client: FlaskClient, client_of: Browsers):
    place = make_place()
    cycle = make_cycle(place, Stage.RESOURCE_SURVEY)
    clerk, resident = make_holder(Role.DONG_STAFF, place), make_resident(place, "느티")
    row = make_member(make_call(cycle, clerk), resident, clerk)
    url = f"/{place.slug}/planning-group"
    staff, browser = client_of(clerk), client_of(resident)
    words = {"name": "나무와 물", "topic": "느티나무 쉼터", "once": "t"}
    assert staff.post(f"{url}/teams/new", data=words).status_code == 303
    assert staff.post(f"{url}/teams/new", data={**words, "once": "u"}).status_code == 422
    team = session().scalars(select(GroupTeam)).one()
    change = {**words, "version": team.version, "lead": resident.id}
    assert staff.post(f"{url}/teams/{team.id}", data=change).status_code == 422
    assert browser.post(f"{url}/join", data={"team": team.id}).status_code == 303
    assert staff.post(f"{url}/teams/{team.id}", data=change).status_code == 303
    assert "이끔" in client.get(url).text
    assert staff.post(f"{url}/teams/{team.id}", data=change).status_code == 422
    assert browser.post(f"/{place.slug}/resources/new", data={}).status_code == 422
    for _ in range(2):
        assert browser.post(f"{url}/leave").status_code == 303
    assert (row.state, row.team_id, team.lead_id) == (MemberState.LEFT, None, None)
    assert browser.get(f"/{place.slug}/resources/new").status_code == 403
    closing = {**words, "version": team.version, "lead": 0, "close": "1"}
    assert staff.post(f"{url}/teams/{team.id}", data=closing).status_code == 303
    assert "나무와 물" not in client.get(url).text


def test_a_call_that_runs_is_only_made_longer_and_cancelled_with_a_reason(client: FlaskClient, client_of: Browsers):
    place = make_place()
    cycle = make_cycle(place, Stage.PLANNING_GROUP)
    clerk = make_holder(Role.DONG_STAFF, place)
    call = make_call(cycle, clerk)
    url = f"/{place.slug}/planning-group"
    staff = client_of(clerk)
    shown = {**CALL, "first_day": "2026-06-30", "version": call.version}
    assert staff.post(f"{url}/{call.id}/edit", data={**shown, "last_day": "2026-07-03"}).status_code == 422
    cancel = {"version": call.version, "reason": "날짜를 다시 정합니다."}
    assert client_of(make_resident(place)).post(f"{url}/{call.id}/cancel", data=cancel).status_code == 403
    assert staff.post(f"{url}/{call.id}/cancel", data=cancel).status_code == 303
    assert "날짜를 다시 정합니다." in client.get(url).text


def test_numbers_in_names_count_as_numbers_where_members_are_listed(client: FlaskClient, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 3)
    place = make_place()
    cycle = make_cycle(place, Stage.PLANNING_GROUP)
    clerk = make_holder(Role.DONG_STAFF, place)
    call = make_call(cycle, clerk)
    for n in (10, 2, 11, 1):
        make_member(call, make_resident(place, f"이웃 {n}"), clerk)
    pages = [queries.members_page(cycle, page=n) for n in (1, 2, 3)]
    names = [[row.person.public_name for row in page.rows] for page in pages]
    assert names == [["이웃 1", "이웃 2", "이웃 10"], ["이웃 11"], []]
    assert {(page.total, page.pages) for page in pages} == {(4, 2)}


def test_a_year_written_down_later_does_not_take_the_place_of_the_newest_year(client: FlaskClient):
    place = make_place()
    clerk = make_holder(Role.DONG_STAFF, place)
    member = make_resident(place, "느티")
    newest = make_cycle(place, Stage.PLANNING_GROUP, year=2026)
    make_member(make_call(newest, clerk), member, clerk)
    make_cycle(place, Stage.EVALUATION, year=2024)
    assert queries.is_member(place, member)
    [row] = dongs_with_stage(place.name)
    assert row.cycle is not None
    assert row.cycle.id == newest.id
