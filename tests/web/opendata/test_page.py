"""The page of the open data: everything the API has, in both languages, of this place alone."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import event

from app.assembly.models import Assembly
from app.assembly.rules import BallotForm, Preference
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import session, transaction
from app.extensions import db
from app.observatory.queries.exports import DATASETS
from app.observatory.services.counting import count_again, stale_cycles
from app.opendata.fields import ABOUT, FIELDS, PLACE, PLACES, field_of
from app.outbox.rendering import current_config
from app.web.messages import phrase
from tests.conftest import NOW
from tests.factories import make_cycle, make_place
from tests.factories_year import make_assembly
from tests.integration.opendata.test_archive import fill
from tests.web.assembly.test_result_pages import SHARES, by_points, by_sums, counted

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LANGUAGES = {"ko": "ko-KR", "en": "en-GB"}


@pytest.fixture(autouse=True)
def _on_a_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def cycle(app: Flask) -> Cycle:
    return make_cycle(make_place(), Stage.EXECUTION)


def page_of(client: FlaskClient, address: str, language: str = "ko") -> str:
    answer = client.get(address, headers={"Accept-Language": LANGUAGES[language]})
    assert answer.status_code == 200
    return unescape(answer.text)


def card(page: str, code: str) -> str:
    """Return the part of the page that is about one dataset."""
    return re.search(rf'<article class="card" id="{code}">.*?</article>', page, re.DOTALL)[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_dataset_and_every_field_of_the_api_is_explained(
    app: Flask, cycle: Cycle, client: FlaskClient, language: str
):
    page = page_of(client, f"/{cycle.place.slug}/data", language)
    document = client.get("/api/v1/openapi.json").get_json()
    named = {path.rpartition("/")[2] for path in document["paths"] if path.count("/") == 5}
    assert named == set(DATASETS)
    said = {code: (ABOUT[code], {name: field_of(code, name) for name in DATASETS[code].columns}) for code in named}
    said["places"] = (PLACES, dict(PLACE))
    with app.test_request_context(), force_locale(language):
        for code, (about, fields) in said.items():
            part = card(page, code)
            schema = document["components"]["schemas"]["Place" if code == "places" else code.capitalize()]
            assert re.findall(r'<th scope="row"><code lang="en">(\w+)</code>', part) == list(fields)
            assert set(fields) == set(schema["properties"])
            for text in (about.what, about.changes, about.left_out, *(field.meaning for field in fields.values())):
                assert phrase(text) in part
            for field in fields.values():
                for value, name in field.codes.items():
                    assert f'<code lang="en">{value}</code> {phrase(name)}' in part


def test_every_code_that_the_data_hold_has_its_words(cycle: Cycle, client: FlaskClient):
    fill(cycle)
    with transaction():
        count_again(stale_cycles(NOW), at=NOW)
    met = set()
    for code in DATASETS:
        for row in client.get(f"/api/v1/places/{cycle.place.slug}/{code}").get_json()["items"]:
            for name, value in row.items():
                if codes := field_of(code, name).codes:
                    words = re.split("[ =]", value) if name == "marks" else [value]
                    assert set(words) <= set(codes), (code, name)
                    met.add((code, name))
    assert {("figures", "stage"), ("projects", "state"), ("ledger", "kind"), ("visits", "marks")} <= met
    assert all(not field.codes or field.type == "string" for fields in FIELDS.values() for field in fields.values())


def test_every_link_of_the_page_leads_somewhere_and_to_no_other_place(cycle: Cycle, client: FlaskClient):
    place, other = cycle.place, make_cycle(make_place(), Stage.EXECUTION).place
    page = page_of(client, f"/{place.slug}/data?of={cycle.year}")
    main = page[page.index('<main id="main"') : page.index("</main>")]
    links = {link for link in re.findall(r'href="([^"]+)"', main) if link.startswith("/")}
    for code in DATASETS:
        for kind in ("csv", "xlsx"):
            assert f"/{place.slug}/observatory/{code}.{kind}?of={cycle.year}" in links
        assert f"/api/v1/places/{place.slug}/{code}?year={cycle.year}" in links
    for name in ("feed.atom", "calendar.ics", "record.jsonl"):
        assert f"/{place.slug}/{name}" in links
    assert "/api/v1/openapi.json" in links
    for link in sorted(links):
        assert client.get(link).status_code == 200, link
    assert set(re.findall(r'href="#(\w+)"', page)) - {"main"} <= set(re.findall(r'id="([\w-]+)"', page))
    assert other.slug not in page
    assert other.name not in main


def test_a_year_narrows_the_downloads_and_an_unknown_one_is_not_found(cycle: Cycle, client: FlaskClient):
    address = f"/{cycle.place.slug}/data"
    assert f'href="/{cycle.place.slug}/observatory/ledger.csv"' in page_of(client, address)
    assert f"{cycle.year}년 마을계획 공개 자료, 공공누리 제1유형" in page_of(client, f"{address}?of={cycle.year}")
    assert client.get(f"{address}?of={cycle.year - 1}").status_code == 404
    assert client.get("/nowhere/data").status_code == 404


def test_the_page_says_what_the_installation_allows(app: Flask, cycle: Cycle, client: FlaskClient):
    config = current_config()
    page = page_of(client, f"/{cycle.place.slug}/data", "en")
    assert f"{config.api_requests_per_minute:,} requests a minute and address" in page
    assert f"{config.api_token_requests_per_minute:,} with a token" in page
    assert "KOGL Type 1" in page
    assert f"curl '{config.public_url.rstrip('/')}/api/v1/places/{cycle.place.slug}/projects'" in page
    assert "Authorization: Bearer $MADANG_TOKEN" in page
    for status in ("401", "404", "422", "429"):
        assert f'<th scope="row">{status}</th>' in page


def test_a_district_leads_to_the_data_of_its_dongs(cycle: Cycle, client: FlaskClient):
    district = cycle.place.parent
    page = page_of(client, f"/{district.slug}/data")
    assert f'href="/{cycle.place.slug}/data"' in page
    assert "calendar.ics" not in page
    assert f'href="/{district.slug}/data"' in page_of(client, f"/{cycle.place.slug}/data")


def by_blank_ballots() -> Assembly:
    return counted(BallotForm(Preference.POINTS, at_most=5, per_item=3, shuffled=True), SHARES, [[0, 0, 0, 0]] * 2)


@pytest.mark.slow
@pytest.mark.parametrize(("make", "has_ballots"), [(by_points, True), (by_sums, False), (by_blank_ballots, False)])
def test_the_files_of_a_result_are_offered_exactly_where_they_are(
    app: Flask, client: FlaskClient, make: Callable[[], Assembly], has_ballots: bool
):
    assembly = make()
    files = f"/{assembly.place.slug}/assembly/{assembly.cycle.year}"
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        page = page_of(client, f"/{assembly.place.slug}/data")
        assert (client.get(f"{files}/votes.pb").status_code == 200) is has_ballots
        assert (f'href="{files}/votes.pb"' in page) is has_ballots
        for name in ("result.csv", "result.zip"):
            assert f'href="{files}/{name}"' in page
            assert client.get(f"{files}/{name}").status_code == 200


def test_a_vote_that_is_not_counted_has_no_files(app: Flask, client: FlaskClient):
    assembly, _people = make_assembly([1_000_000, 2_000_000], residents=2, envelope_won=2_000_000)
    assert f"/assembly/{assembly.cycle.year}/" not in page_of(client, f"/{assembly.place.slug}/data")


def test_a_district_of_many_dongs_asks_the_database_no_more_than_one_of_few(
    app: Flask, cycle: Cycle, client: FlaskClient
):
    district = cycle.place.parent
    asked: list[int] = []

    def count(*_: object) -> None:
        asked[-1] += 1

    for _ in range(2):
        for _ in range(3):
            make_cycle(make_place(parent=district), Stage.EXECUTION)
        session().expire_all()
        asked.append(0)
        event.listen(db.engine, "before_cursor_execute", count)
        page_of(client, f"/{cycle.place.parent.slug}/data")
        event.remove(db.engine, "before_cursor_execute", count)
    assert asked[0] == asked[1] <= 15


def test_the_data_of_all_places_have_a_page_whose_every_link_leads_somewhere(cycle: Cycle, client: FlaskClient):
    page = page_of(client, f"/data?of={cycle.year}")
    main = page[page.index('<main id="main"') : page.index("</main>")]
    links = {link for link in re.findall(r'href="([^"]+)"', main) if link.startswith("/")}
    for code in DATASETS:
        for kind in ("csv", "xlsx"):
            assert f"/data/{code}.{kind}?of={cycle.year}" in links
        assert f"/api/v1/{code}?year={cycle.year}" in links
    for link in sorted(links):
        assert client.get(link).status_code == 200, link
    assert set(re.findall(r'href="#(\w+)"', page)) - {"main"} <= set(re.findall(r'id="([\w-]+)"', page))
    assert client.get("/data?of=2001").status_code == 404
    for address in ("/", "/observatory"):
        assert 'href="/data' in page_of(client, address)


def test_the_tables_of_all_places_hold_those_of_each(cycle: Cycle, client: FlaskClient):
    fill(cycle)
    other = make_cycle(make_place(), Stage.EXECUTION)
    fill(other)
    own = [client.get(f"/{each.place.slug}/observatory/projects.csv").text.splitlines() for each in (cycle, other)]
    assert client.get("/data/projects.csv").text.splitlines() == own[0] + own[1][1:]
    assert len(own[1]) > 1
