"""Guessing is slow whatever way it takes: other spellings, other addresses, other pages."""

import json
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.clock import utc_now
from app.db.session import session, transaction
from app.extensions import limiter
from app.people.models import Person
from app.people.passwords import hash_password
from app.people.rules import ContactKind
from app.people.services import limits
from app.people.services.account import edit_profile
from app.people.services.sign_up import add_contact
from tests.conftest import NOW
from tests.factories import make_person, make_place

Browsers = Callable[[Person], FlaskClient]
PASSWORD = "느티나무 아래에서 만나요"
HASH = hash_password(PASSWORD)
SPELLINGS = (
    "010-1234-5678",
    "01012345678",
    "+82 10 1234 5678",
    "0 1 0 1 2 3 4 5 6 7 8",
    "010.1234.5678",
    "０１０-1234-5678",
)


def of(address: str) -> dict[str, str]:
    return {"REMOTE_ADDR": address}


def test_every_spelling_of_a_contact_is_counted_as_that_contact(app: Flask, client: FlaskClient):
    answers = [
        client.post(
            "/sign-in",
            data={"contact": SPELLINGS[n % len(SPELLINGS)], "password": "falsch"},
            environ_overrides=of("192.0.2.7"),
        ).status_code
        for n in range(12)
    ]
    assert answers == [422] * 10 + [429] * 2


def test_no_telephone_is_flooded_by_spelling_its_number_differently(app: Flask, client: FlaskClient):
    answers = [client.post("/account/reset", data={"contact": spelling}).status_code for spelling in SPELLINGS]
    assert answers == [303] * 5 + [429]


def test_one_connection_has_one_limit_however_many_addresses_it_takes(app: Flask, client: FlaskClient):
    answers = [
        client.post(
            "/sign-in",
            data={"contact": "minji@example.kr", "password": "falsch"},
            environ_overrides=of(f"2001:db8:1:2::{n:x}"),
        ).status_code
        for n in range(11)
    ]
    assert answers == [422] * 10 + [429]


@pytest.mark.parametrize(
    "path",
    ["/account/second-factor/recovery-codes", "/account/second-factor/app/remove", "/account/second-factor/passkeys/1/remove"],
)  # fmt: skip
def test_a_stolen_cookie_finds_no_password_on_the_pages_of_the_second_factor(
    app: Flask, client_of: Browsers, monkeypatch: pytest.MonkeyPatch, path: str
):
    person = make_person("민지")
    with transaction():
        person.password_hash = HASH
        add_contact(person, ContactKind.EMAIL, "minji@example.kr", at=utc_now())
    few = limits.Limit(limits.PASSWORD_OF_CONTACT.bucket, 3, limits.PASSWORD_OF_CONTACT.window)
    monkeypatch.setattr(limits, "PASSWORD_OF_CONTACT", few)
    browser = client_of(person)
    tries = ["falsch"] * 3 + [PASSWORD]
    said = [browser.post(path, data={"current_password": tried}).text for tried in tries]
    assert all("지금 쓰는 비밀번호가 맞지 않습니다" in page for page in said[:3])
    assert "너무 여러 번 시도하셨습니다" in said[3]


@pytest.mark.parametrize("way", ["letter", "roll"])
def test_nobody_finds_a_neighbours_birth_date_by_trying_all(app: Flask, client_of: Browsers, way: str):
    person, place = make_person("모르는 사람"), make_place()
    browser = client_of(person)
    answers = []
    for day in range(1, 9):
        with transaction():
            edit_profile(
                person.id,
                public_name="모르는 사람",
                legal_name="김마당",
                birth_date=date(1990, 1, day),
                home=place,
                address="",
                unit="",
                today=NOW.date(),
            )
        answers.append(browser.post(f"/account/verification/{way}").status_code)
    assert answers == [422] * 6 + [429] * 2


@pytest.fixture
def limited(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits of addresses in force, which applications of tests stand without."""
    for name in ("enabled", "initialized", "_storage", "_limiter"):
        monkeypatch.setattr(limiter, name, getattr(limiter, name))
    counting = Flask("counting")
    counting.config.update(RATELIMIT_ENABLED=True, RATELIMIT_STORAGE_URI="memory://")
    limiter.init_app(counting)
    limiter.reset()
    # What counts only some answers does so when they leave.
    after = [*app.after_request_funcs[None], *counting.after_request_funcs[None]]
    monkeypatch.setitem(app.after_request_funcs, None, after)


@pytest.mark.slow
@pytest.mark.usefixtures("limited")
def test_the_code_of_a_room_is_guessed_by_no_other_way_than_its_page(app: Flask, client: FlaskClient):
    ways = [("GET", "/m/{}"), ("POST", "/m/{}/come"), ("POST", "/m/{}/say"), ("POST", "/m/{}/answer/1")]
    answers = [
        client.open(path.format(f"AAA{n:03}"), method=method).status_code for n in range(16) for method, path in ways
    ]
    assert answers == [404] * 60 + [429] * 4


def test_what_everybody_between_may_keep_brings_nobodys_cookie(app: Flask, client_of: Browsers):
    place = make_place()
    browser = client_of(make_person("민지"))
    with browser.session_transaction() as cookie:
        cookie.permanent = True
    assert "Set-Cookie" in browser.get(f"/{place.slug}").headers or "Set-Cookie" in browser.get("/places").headers
    for path in (f"/{place.slug}/feed.atom", f"/{place.slug}/calendar.ics", "/api/v1/places", "/api/v1/openapi.json"):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert answer.cache_control.public, path
        assert "Set-Cookie" not in answer.headers, path
    assert json.loads(answer.text)
    session().rollback()
