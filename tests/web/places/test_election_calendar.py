"""The election calendar: everybody reads it, staff of the district writes by-elections, its dongs feel them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.clock import kst_date
from app.db.session import session
from app.people.models import Person
from app.people.rules import Role
from app.places.elections.models import ByElectionRow
from app.places.elections.queries import guards_at
from app.places.elections.rules import HEAD_EVENTS, PUBLICITY
from app.places.models import Place
from app.record.queries import entries_newest_first
from tests.conftest import NOW
from tests.factories import make_holder, make_place
from tests.factories_year import make_staff

Browsers = Callable[[Person], FlaskClient]
SOON = kst_date(NOW + timedelta(days=30))


@pytest.fixture
def dong(app: Flask) -> Place:
    return make_place()


def written(area: Place, **changes: str) -> dict[str, str]:
    return {
        "once": "e1", "title": "구청장 보궐선거", "office": "head", "area": str(area.id), "election_on": SOON.isoformat(),
        "confirmed_on": kst_date(NOW).isoformat(), **changes,
    }  # fmt: skip


@time_machine.travel(NOW, tick=False)
def test_a_by_election_of_the_district_restricts_its_dongs_until_it_is_taken_back(
    dong: Place, client: FlaskClient, client_of: Browsers
):
    district = dong.parent
    assert district is not None
    staff, url = client_of(make_holder(Role.DISTRICT_STAFF, district)), f"/{district.slug}/elections"
    assert guards_at(dong, NOW) == []
    assert staff.post(url, data=written(district)).status_code == 303
    assert staff.post(url, data=written(district)).status_code == 303
    [row] = session().query(ByElectionRow).all()
    assert {guard.code for guard in guards_at(dong, NOW)} == {HEAD_EVENTS, PUBLICITY}
    assert guards_at(make_place(), NOW) == [], "another district goes on"
    seen = client.get(f"/{dong.slug}/elections").text
    assert "구청장 보궐선거" in seen
    assert "제86조제2항" in seen
    assert "/remove" not in seen
    assert entries_newest_first(district)[0].act == "places.by_election_added"

    refused = staff.post(f"{url}/{row.id}/remove", data={"reason": "잘"})
    assert refused.status_code == 422
    assert staff.post(f"{url}/{row.id}/remove", data={"reason": "날짜를 잘못 적었습니다."}).status_code == 303
    assert guards_at(dong, NOW) == []
    assert entries_newest_first(district)[0].values["reason"] == "날짜를 잘못 적었습니다."
    assert "날짜를 잘못 적었습니다." in client.get(url).text


@time_machine.travel(NOW, tick=False)
def test_wrong_days_keep_what_was_typed_and_strangers_write_nothing(dong: Place, client_of: Browsers):
    district = dong.parent
    assert district is not None
    staff, url = client_of(make_holder(Role.DISTRICT_STAFF, district)), f"/{district.slug}/elections"
    refused = staff.post(url, data=written(dong, election_on="2026-01-01"))
    assert refused.status_code == 422
    assert "구청장 보궐선거" in refused.text
    assert staff.post(url, data=written(make_place())).status_code == 422, "an area of somebody else"
    clerk = client_of(make_staff(dong))
    assert clerk.get(f"/{dong.slug}/elections").status_code == 200
    assert clerk.post(f"/{dong.slug}/elections", data=written(dong)).status_code == 403
    assert session().query(ByElectionRow).count() == 0


@time_machine.travel(NOW, tick=False)
def test_what_happens_in_one_dong_concerns_the_district_and_no_neighbour(dong: Place, client_of: Browsers):
    district = dong.parent
    assert district is not None
    neighbour = make_place(parent=district)
    staff = client_of(make_holder(Role.DISTRICT_STAFF, district))
    form = written(dong, office="seat", title="구의원 보궐선거")
    assert staff.post(f"/{district.slug}/elections", data=form).status_code == 303
    assert [guard.code for guard in guards_at(dong, NOW)] == [HEAD_EVENTS]
    assert [guard.code for guard in guards_at(district, NOW)] == [HEAD_EVENTS]
    assert guards_at(neighbour, NOW) == []
    row = session().query(ByElectionRow).one()
    assert staff.get(f"/{neighbour.slug}/elections/{row.id}/remove").status_code == 404
