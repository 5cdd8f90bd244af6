"""The desk: the doors of somebody's work, and nobody else's."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.clock import utc_now
from app.cycle.rules import Stage
from app.db.session import transaction
from app.desk.reasons import WHY
from app.inspection.rules import Channel, Stance
from app.inspection.services.receiving import submit_opinion
from app.people.models import Person, RoleGrant
from app.people.rules import Role
from tests.conftest import NOW
from tests.factories import make_holder, make_place, make_resident
from tests.factories_year import make_inspection, make_staff

Browsers = Callable[[Person], FlaskClient]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "opened", "shut"),
    [
        (Role.DONG_STAFF, {"schedule", "people/counter", "roll", "people", "messages", "settings"}, {"accesses"}),
        (Role.SUPPORT_OFFICER, {"schedule", "people", "messages", "settings"}, {"roll", "people/counter", "accesses"}),
        (Role.AUDITOR, {"people", "accesses"}, {"roll", "messages", "settings"}),
        (Role.COUNCIL_MEMBER, set(), {"people", "roll", "accesses"}),
    ],
)
def test_the_desk_opens_the_doors_of_a_role_and_each_leads_somewhere(
    app: Flask, client_of: Browsers, role: Role, opened: set[str], shut: set[str]
):
    place = make_place()
    browser = client_of(make_holder(role, place))
    page = browser.get("/desk").text
    for door in opened:
        assert f'href="/{place.slug}/{door}"' in page
        assert browser.get(f"/{place.slug}/{door}").status_code == 200
    for door in shut:
        assert f'href="/{place.slug}/{door}"' not in page


def test_a_resident_has_no_workroom(app: Flask, client_of: Browsers):
    assert "내 일터" not in client_of(make_resident(make_place())).get("/desk").text


def test_district_staff_reach_all_their_places_from_the_desk(app: Flask, client_of: Browsers):
    place = make_place()
    assert place.parent is not None
    browser = client_of(make_holder(Role.DISTRICT_STAFF, place.parent))
    assert 'href="/places"' in browser.get("/desk").text
    assert place.name in browser.get("/places").text


@pytest.mark.slow
def test_many_roles_need_no_more_queries(app: Flask, client_of: Browsers, queries: Callable[[], Any]):
    def sent_for(count: int) -> int:
        first = make_place()
        person = make_holder(Role.AUDITOR, first)
        for _ in range(count - 1):
            other = make_place(parent=first.parent)
            with transaction() as session:
                session.add(RoleGrant(person_id=person.id, place_id=other.id, role=Role.AUDITOR, granted_at=NOW))
        browser = client_of(person)
        browser.get("/desk")
        with queries() as sent:
            assert browser.get("/desk").text.count("/accesses") == count
        return len(sent)

    assert sent_for(6) <= sent_for(1)


@pytest.mark.slow
def test_the_dongs_page_puts_first_what_is_due_for_this_visitor(app: Flask, client: FlaskClient, client_of: Browsers):
    cycle = make_inspection(at=utc_now())
    place = cycle.place
    staff, resident = make_staff(place), make_resident(place)
    with transaction():
        submit_opinion(
            cycle, section=1, stance=Stance.AMEND, text="휴가철 전에 심어 주시면 더 좋겠습니다.", channel=Channel.ONLINE,
            wants_notice=False, once="o", by=resident, at=utc_now(),
        )  # fmt: skip
    page = client_of(staff).get(f"/{place.slug}/").text
    duties = page.split('id="mine"', 1)[1].split("</section>", 1)[0]
    assert "하실 일 2가지" in duties
    assert f'href="/{place.slug}/inspection/answers' in duties
    assert page.split('<main id="main"', 1)[1].count('class="btn big"') == 0, "one solid button"
    for other in (client, client_of(resident), client_of(make_staff(make_place()))):
        assert 'id="mine"' not in other.get(f"/{place.slug}/").text


def test_what_is_due_says_why_and_how_long_and_a_duty_of_the_stage_leads_to_its_page(app: Flask, client_of: Browsers):
    cycle = make_inspection(at=utc_now())
    place, resident = cycle.place, make_resident(cycle.place)
    with transaction():
        submit_opinion(
            cycle, section=1, stance=Stance.AMEND, text="휴가철 전에 심어 주시면 더 좋겠습니다.", channel=Channel.ONLINE,
            wants_notice=False, once="o", by=resident, at=utc_now(),
        )  # fmt: skip
    desk = client_of(make_staff(place)).get("/desk").text
    assert "확정한 답이 있어야 공람을 마칠 수 있습니다" in desk
    assert "일 남음</small>" in desk
    with transaction():
        cycle.stage(Stage.INSPECTION).closes_at = utc_now() + timedelta(days=3)
    desk = client_of(make_staff(place)).get("/desk").text
    assert "끝나는 날을 뒤로 옮겨 주세요" in desk
    assert f'href="/{place.slug}/schedule"' in desk
    assert desk.count("/inspection/answers") == 2, "one to-do for the answers, its title and its button"
    assert place.parent is not None
    above = client_of(make_holder(Role.DISTRICT_STAFF, place.parent)).get("/desk").text
    assert "끝나는 날을 뒤로" not in above, "who runs many dongs sees a stage only when it is late"
    with transaction():
        cycle.stage(Stage.INSPECTION).closes_at = utc_now() - timedelta(days=3)
    assert "주민공람 단계 마치기" in client_of(make_holder(Role.DISTRICT_STAFF, place.parent)).get("/desk").text


def test_every_reason_belongs_to_a_page(app: Flask):
    assert set(WHY) <= set(app.view_functions)
    assert len(set(WHY.values())) == len(WHY)
