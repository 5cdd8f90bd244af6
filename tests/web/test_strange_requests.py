"""Addresses and forms as only a program types them: an ordinary refusal, never an error of the inside."""

from collections.abc import Callable
from time import perf_counter
from xml.etree import ElementTree as ET

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.people.models import Person
from app.web.parameters import GUEST_BYTES
from tests.conftest import NOW
from tests.factories import make_place, make_resident
from tests.proposing import a_dong, proposed

Browsers = Callable[[Person], FlaskClient]
HUGE = "9" * 20


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/{{slug}}/agenda/{HUGE}", 404),
        (f"/{{slug}}/projects/{HUGE}", 404),
        (f"/jobs/{HUGE}", 404),
        (f"/{{slug}}/record?before={HUGE}", 200),
        (f"/{{slug}}/observatory/projects.csv?of={HUGE}", 200),
        (f"/{{slug}}/survey?page={HUGE}", 404),
        ("/{slug}/data%00", 404),
        ("/m/%00", 404),
        ("/sign-in?next=//[", 200),
    ],
)
def test_an_address_that_no_page_links_to_is_answered_like_any_other(
    app: Flask, client: FlaskClient, path: str, status: int
):
    assert client.get(path.format(slug=make_place().slug)).status_code == status


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/language", {"next": "//["}),
        ("/sign-in/demo", {"person": HUGE}),
        ("/sign-in/demo", {"person": "9" * 5000}),
        ("/sign-in", {"contact": "a\x00@b.kr", "password": "\x00"}),
    ],
)
def test_a_form_that_no_page_has_is_answered_like_any_other(
    app: Flask, client: FlaskClient, path: str, data: dict[str, str]
):
    assert client.post(path, data=data).status_code in {303, 403, 404, 422}


@time_machine.travel(NOW, tick=False)
def test_nobody_makes_a_feed_or_a_search_unreadable_by_strange_letters(
    app: Flask, client: FlaskClient, client_of: Browsers
):
    place = a_dong()
    found = proposed(place, client_of(make_resident(place)), title="초등학교 앞\x0b 그늘막\uffff을 놓자\x00")
    assert found.title == "초등학교 앞 그늘막을 놓자"
    feed = client.get(f"/{place.slug}/agenda/{found.id}/feed.atom")
    assert ET.fromstring(feed.data).tag.endswith("feed")  # noqa: S314 - our own
    assert client.get(f"/{place.slug}/agenda?q=%00%EF%BF%BF%1F").status_code == 200


def test_a_book_in_a_line_is_refused_without_being_read(app: Flask, client: FlaskClient):
    """Looking for resident numbers takes time for every digit; nobody gets two million of them looked at."""
    book = "1 " * 40_000
    began = perf_counter()
    assert client.post("/sign-in", data={"contact": book, "password": "x"}).status_code == 422
    assert perf_counter() - began < 1


def test_who_never_signed_in_sends_no_large_form(app: Flask, client: FlaskClient, client_of: Browsers):
    large = {"contact": "a" * (GUEST_BYTES + 1), "password": "x"}
    assert client.post("/sign-in", data=large).status_code == 413
    assert client.post("/sign-in", data=large, content_type="multipart/form-data").status_code == 413
    person = make_resident(make_place())
    browser = client_of(person)
    assert browser.post("/account/password", data=large).status_code == 422
    most = app.config["MAX_FORM_MEMORY_SIZE"]
    assert browser.post("/account/password", data={"current_password": "a" * most}).status_code == 413
