"""The API answers exactly what its document says, whatever it is asked."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.cycle.rules import Stage
from app.db.session import transaction
from app.observatory.queries.exports import DATASETS
from app.observatory.services.counting import count_again, stale_cycles
from app.opendata import api
from app.opendata.fields import ABOUT, FIELDS, field_of
from tests.conftest import NOW
from tests.factories import make_cycle, make_place
from tests.integration.opendata.test_archive import fill

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TYPES = {"string": str, "integer": int, "object": dict, "array": list, "null": type(None)}


@pytest.fixture(autouse=True)
def _on_a_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def slug(app: Flask) -> str:
    cycle = make_cycle(make_place(), Stage.EXECUTION)
    fill(cycle)
    with transaction():
        count_again(stale_cycles(NOW), at=NOW)
    return cycle.place.slug


def check(value: Any, schema: dict[str, Any], document: dict[str, Any]) -> None:
    """Check a value against the part of JSON Schema that the document uses."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    assert any(type(value) is TYPES[name] for name in types), (value, schema)
    if isinstance(value, dict) and "properties" in schema:
        assert set(schema["required"]) <= set(value) <= set(schema["properties"])
        for name, part in value.items():
            check(part, schema["properties"][name], document)
    if isinstance(value, list):
        for part in value:
            check(part, schema["items"], document)
    if schema.get("format") == "date" and value is not None:
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", value)
    if schema.get("format") == "date-time" and value is not None:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00", value)


@pytest.mark.slow
def test_every_dataset_answers_its_schema_and_has_rows(client: FlaskClient, slug: str):
    document = client.get("/api/v1/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    for path, found in document["paths"].items():
        answer = client.get(path.replace("{slug}", slug))
        assert answer.status_code == 200, path
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        schema = found["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        check(answer.get_json(), schema, document)
        if path.count("/") == 5 and "groups" not in path:
            assert answer.get_json()["items"], path


def test_every_column_has_its_meaning_and_nothing_else_has(client: FlaskClient):
    assert set(FIELDS) == set(ABOUT) == set(DATASETS)
    for code, dataset in DATASETS.items():
        assert all(field_of(code, column).meaning for column in dataset.columns)
        assert set(FIELDS[code]) <= set(dataset.columns)


def test_the_document_is_english_and_the_same_whoever_asks(client: FlaskClient):
    answers = [
        client.get("/api/v1/openapi.json", headers={"Accept-Language": language}) for language in ("ko-KR", "en-GB")
    ]
    assert answers[0].data == answers[1].data
    document = answers[0].get_json()
    del document["info"]["license"]  # the licence's name has its Korean in it
    assert not re.search("[가-힣]", str(document))
    assert document["components"]["schemas"]["Ledger"]["properties"]["memo"]["description"] == "what the money was for"


STRANGE = st.one_of(
    st.integers(-(10**6), 10**6).map(str), st.text(max_size=20), st.sampled_from(["2026", "٢٠٢٦", "2026 ", "0x7ea", "", "1e3"])
)  # fmt: skip
SENT = st.one_of(
    st.none(), st.sampled_from(["Bearer", "Bearer a=b", "bearer ", "Basic YTpi", "x", f"Bearer mdg_{'0' * 12}_{'a' * 43}"])
)  # fmt: skip
"""Authorization as machines send it, rightly and wrongly; none of these tokens exists."""


@pytest.mark.slow
def test_no_question_gets_an_answer_that_the_document_does_not_list(client: FlaskClient, slug: str):
    document = client.get("/api/v1/openapi.json").get_json()
    paths = sorted(document["paths"])

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(paths), st.sampled_from([slug, "nowhere", "-", "a" * 300]), STRANGE, STRANGE, STRANGE, SENT)
    def ask(path: str, place: str, year: str, limit: str, after: str, sent: str | None) -> None:
        headers = {} if sent is None else {"Authorization": sent}
        paged = {"limit": limit, "after": after} if len(limit) % 2 else {}
        answer = client.get(path.replace("{slug}", place), query_string={"year": year} | paged, headers=headers)
        answers = document["paths"][path]["get"]["responses"]
        assert str(answer.status_code) in answers, (path, place, year)
        schema = answers[str(answer.status_code)]["content"][answer.mimetype]["schema"]
        check(answer.get_json(), schema, document)
        # An address that cannot be one of a place is none at all, whoever asks.
        refused = sent is not None and sent.lower().startswith("bearer") and (place != "-" or "{slug}" not in path)
        assert (answer.status_code == 401) == refused or len(place) == 300
        if year == "2026" and place == slug and path.count("/") == 5 and not paged and answer.status_code != 401:
            assert answer.status_code == 200

    ask()


def test_it_is_read_only_and_asks_for_no_one(client: FlaskClient, slug: str):
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(f"/api/v1/places/{slug}").status_code in {400, 405}
    refused = client.open(f"/api/v1/places/{slug}", method="TRACE")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    answer = client.get("/api/v1/places")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert client.get(f"/api/v1/places/{slug}/secrets").status_code == 404


def test_pages_together_are_the_whole_and_each_leads_to_the_next(client: FlaskClient, slug: str):
    for address in (f"/api/v1/places/{slug}/ledger", "/api/v1/ledger"):
        whole = client.get(address).get_json()
        assert whole["next"] is None
        found, following, asked = [], f"{address}?limit=2&year=2026", 0
        while following is not None:
            answer = client.get(following)
            assert ("Link" in answer.headers) == (answer.get_json()["next"] is not None)
            found += answer.get_json()["items"]
            following, asked = answer.get_json()["next"], asked + 1
        assert found == whole["items"]
        assert asked == -(-len(found) // 2) > 1


def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, slug: str):
    for address in ("/api/v1/openapi.json", "/api/v1/places", f"/api/v1/places/{slug}", "/api/v1/projects"):
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["Cache-Control"] == "public, max-age=60"
        assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_large_answer_does_not_wait_for_its_fingerprint(app: Flask, slug: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(api, "WEIGHED", 100)
    answer = app.test_client().get("/api/v1/ledger")
    assert "ETag" not in answer.headers
    assert answer.get_json()["items"]


def test_a_refusal_is_a_problem_document_that_says_what_to_do(client: FlaskClient, slug: str):
    for address, status in (
        ("/api/v1/places/nowhere", 404), ("/api/v1/nothing", 404), (f"/api/v1/places/{slug}/projects?limit=0", 422),
        (f"/api/v1/places/{slug}/projects?limit=5001", 422), ("/api/v1/projects?after=1", 422), ("/api/v2/places", 404),
    ):  # fmt: skip
        answer = client.get(address, headers={"Accept": "text/csv"})
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), address
        said = answer.get_json()
        assert said["status"] == status
        assert said["detail"] == said["error"] != ""


def test_scripts_of_any_site_may_ask_with_a_token_and_a_fingerprint(client: FlaskClient, slug: str):
    asked = {"Origin": "https://news.example", "Access-Control-Request-Method": "GET"}
    answer = client.options(f"/api/v1/places/{slug}/projects", headers=asked)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Headers"] == "Authorization, If-None-Match"
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_every_page_that_the_map_of_the_site_names_is_there(client: FlaskClient, slug: str):
    assert "Sitemap: http" in client.get("/robots.txt").text
    named = re.findall(r"<loc>https?://[^/]+(/[^<]*)</loc>", client.get("/sitemap.xml").text)
    assert {"/data", f"/{slug}/", f"/{slug}/projects"} <= set(named)
    for page in named:
        assert client.get(page).status_code == 200, page
