"""The overview, alerts, visits and downloads through their pages."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from app.clock import kst_date
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import session, transaction
from app.observatory.models import Alert, Finding, Visit
from app.observatory.rules import CHECKLIST, AlertKind
from app.observatory.services.counting import count_again, stale_cycles
from app.people.rules import Role
from app.places.rules import PlaceKind
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TODAY = kst_date(NOW).isoformat()
MARKS = dict.fromkeys(CHECKLIST, "good")
VISIT = {
    "once": "v",
    "visited_on": TODAY,
    "team": "합동 모니터링단",
    "project_id": "0",
    "summary": "현장에서 함께 보았습니다.",
}


@pytest.fixture(autouse=True)
def _on_a_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def cycle(app) -> Cycle:
    found = make_cycle(make_place(), Stage.EXECUTION)
    with transaction():
        count_again(stale_cycles(NOW), at=NOW)
    return found


def make_alert(cycle: Cycle) -> Alert:
    with transaction() as current:
        alert = Alert(
            place_id=cycle.place_id, cycle_id=cycle.id, kind=AlertKind.STAGE_LATE, value=20, limit=14, raised_at=NOW
        )
        current.add(alert)
    return alert


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ko", "en"])
def test_everybody_sees_everywhere_a_city_a_district_and_a_dong(cycle: Cycle, client: FlaskClient, language: str):
    make_alert(cycle)
    client.post("/language", data={"language": language, "next": "/"})
    dong, district = cycle.place, cycle.place.parent
    for path in ("/observatory", *(f"/{place.slug}/observatory" for place in (dong, district, district.parent))):
        page = client.get(path)
        assert page.status_code == 200, path
        assert ("기준을 벗어난 것 1건" if language == "ko" else "Out of bounds: 1") in page.text
    assert client.get(f"/{dong.slug}/observatory?of=1999").status_code == 404


@pytest.mark.slow
def test_the_overview_of_a_city_asks_the_database_no_more_for_many_dongs_than_for_few(
    app, client: FlaskClient, queries: Callable[[], Any]
):
    city = make_place(PlaceKind.CITY)
    district = make_place(PlaceKind.DISTRICT, parent=city)
    sent = []
    for more in (2, 10):
        for _ in range(more):
            make_alert(make_cycle(make_place(parent=district), Stage.EXECUTION))
        with transaction():
            count_again(stale_cycles(NOW), at=NOW)
        client.get(f"/{city.slug}/observatory")
        with queries() as log:
            client.get(f"/{city.slug}/observatory")
        sent.append(len(log))
    assert sent[0] == sent[1] <= 14


def test_an_alert_is_answered_on_its_page_and_read_by_everybody(cycle: Cycle, client: FlaskClient, client_of):
    alert = make_alert(cycle)
    path = f"/{cycle.place.slug}/alerts/{alert.id}"
    clerk = client_of(make_holder(Role.DONG_STAFF, cycle.place))
    words = "업체를 다시 고르느라 늦었습니다. 다음 주에 마칩니다."
    refused = clerk.post(path, data={"version": 1, "text": "짧음"})
    assert refused.status_code == 422
    assert "짧음" in refused.text
    for _ in range(2):
        assert clerk.post(path, data={"version": 1, "text": words}).status_code in {303, 422}
    assert words in client.get(path).text
    assert client.post(path, data={"version": 2, "text": words}).status_code in {303, 401}
    stranger = client_of(make_holder(Role.DONG_STAFF, make_place()))
    assert stranger.post(path, data={"version": 2, "text": words}).status_code == 403
    assert stranger.get(f"/{make_place().slug}/alerts/{alert.id}").status_code == 404


@pytest.mark.slow
def test_a_visit_its_findings_and_their_answers_stand_on_one_page(cycle: Cycle, client: FlaskClient, client_of):
    slug = cycle.place.slug
    monitor = client_of(make_holder(Role.DISTRICT_STAFF, cycle.place.parent))
    clerk = client_of(make_holder(Role.DONG_STAFF, cycle.place))
    assert clerk.get(f"/{slug}/visits/new").status_code == 403
    refused = monitor.post(f"/{slug}/visits/new", data=VISIT)
    assert refused.status_code == 422
    assert VISIT["summary"] in refused.text
    pages = {monitor.post(f"/{slug}/visits/new", data=VISIT | MARKS).location for _ in range(2)}
    (page,) = pages
    assert session().scalars(select(Visit)).one().marks == MARKS
    assert (
        monitor.post(page, data={"once": "f", "text": "영수증 두 장이 없습니다.", "due_on": TODAY}).status_code == 303
    )
    finding = session().scalars(select(Finding)).one()
    path = f"/{slug}/findings/{finding.id}"
    assert "점검에서 지적한 것에 답하기" in clerk.get("/desk").text
    assert clerk.post(path, data={"version": 1, "text": "영수증을 찾아 올렸습니다."}).status_code == 303
    assert monitor.post(path, data={"version": 2, "accepted": "no", "remark": ""}).status_code == 422
    assert monitor.post(path, data={"version": 2, "accepted": "yes"}).status_code == 303
    shown = client.get(page).text
    assert "영수증 두 장이 없습니다." in shown
    assert "영수증을 찾아 올렸습니다." in shown
    assert "합동 모니터링단" in client.get(f"/{slug}/visits").text
    assert client.get(f"/{cycle.place.parent.slug}/visits").status_code == 200


def test_everything_is_downloaded_as_csv_and_as_a_workbook(cycle: Cycle, client: FlaskClient):
    above = cycle.place.parent.slug
    assert f'href="/{above}/data?of={cycle.year}"' in client.get(f"/{above}/observatory").text
    links = re.findall(rf'href="(/{above}/observatory/\w+\.(?:csv|xlsx))"', client.get(f"/{above}/data").text)
    assert len(links) == 16
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200
        if link.endswith("csv"):
            header, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
        else:
            header, *rows = load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True)
        assert header[0] == "dong"
        if "figures" in link:
            assert [row[0] for row in rows] == [cycle.place.slug]
    assert client.get(f"/{above}/observatory/secrets.csv").status_code == 404
