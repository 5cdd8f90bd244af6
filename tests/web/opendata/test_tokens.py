"""Tokens through the pages and through the API."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.clock import kst_date
from app.db.session import session, transaction
from app.extensions import limiter
from app.opendata.tokens.models import ApiToken
from app.opendata.tokens.services import revoke_token
from app.people.models import Person
from app.people.rules import Role
from app.places.models import Place
from tests.conftest import NOW
from tests.factories import make_holder, make_place
from tests.factories_tokens import make

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TODAY = kst_date(NOW)
TYPED = {
    "once": "one",
    "name": "구청 통계 화면",
    "purpose": "날마다 사업 현황을 가져갑니다.",
    "expires_on": "2026-12-31",
}
Browsers = Callable[[Person], FlaskClient]


@pytest.fixture(autouse=True)
def _on_a_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def place(app: Flask) -> Place:
    return make_place()


@pytest.fixture
def staff(place: Place) -> Person:
    return make_holder(Role.DONG_STAFF, place)


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def test_a_clerk_makes_a_token_sees_it_once_uses_it_and_revokes_it(
    place: Place, staff: Person, client: FlaskClient, client_of: Browsers
):
    browser, page = client_of(staff), f"/{place.slug}/data/tokens"
    made = browser.post(page, data=TYPED)
    assert made.status_code == 200
    assert made.headers["Cache-Control"] == "no-store"
    text = re.search(r"mdg_[0-9a-f]{12}_[\w-]{43}", made.text)[0]
    assert client.get("/api/v1/places", headers=bearer(text)).status_code == 200
    listed = browser.get(page).text
    assert text not in listed
    assert text[:16] in listed
    assert "마지막으로 쓴 날" in listed
    token = session().query(ApiToken).one()
    assert browser.post(f"{page}/{token.id}/revoke").status_code == 303
    assert client.get("/api/v1/places", headers=bearer(text)).status_code == 401
    record = client.get(f"/{place.slug}/record").text
    assert "API 토큰을 거두었습니다: 구청 통계 화면" in record
    assert text[:16] not in record


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"purpose": "x"}, {"expires_on": "2027-07-02"}, {"expires_on": "2026-06-30"}, {"name": "900101-1234568"}]
)  # fmt: skip
def test_wrong_input_answers_422_with_what_was_typed(
    place: Place, staff: Person, client_of: Browsers, wrong: dict[str, str]
):
    answer = client_of(staff).post(f"/{place.slug}/data/tokens", data=TYPED | wrong)
    assert answer.status_code == 422
    assert TYPED["purpose"] in answer.text or "purpose" in wrong
    assert session().query(ApiToken).count() == 0


@pytest.mark.parametrize("who", ["guest", "member", "other"])
def test_the_pages_are_the_staffs(place: Place, staff: Person, client: FlaskClient, client_of: Browsers, who: str):
    token, _text = make(place, staff)
    person = {
        "guest": lambda: None,
        "member": lambda: make_holder(Role.COUNCIL_MEMBER, place),
        "other": lambda: make_holder(Role.DONG_STAFF, make_place(parent=place.parent)),
    }[who]()
    browser = client_of(person) if person else client
    page = f"/{place.slug}/data/tokens"
    assert browser.get(page).status_code == (403 if person else 303)
    assert browser.post(page, data=TYPED).status_code in {401, 403}
    assert browser.post(f"{page}/{token.id}/revoke").status_code in {401, 403}
    session().refresh(token)
    assert token.revoked_at is None
    assert "/data/tokens" not in browser.get(f"/{place.slug}/data").text


def test_staff_of_a_district_find_the_way_to_its_tokens(place: Place, client_of: Browsers):
    browser = client_of(make_holder(Role.DISTRICT_STAFF, place.parent))
    page = f"/{place.parent.slug}/data/tokens"
    assert page in browser.get(f"/{place.parent.slug}/data").text
    assert browser.get(page).status_code == 200
    assert browser.get(f"/{place.slug}/data/tokens").status_code == 200


def test_a_token_shows_exactly_what_the_public_sees(place: Place, staff: Person, client: FlaskClient):
    _token, text = make(place, staff)
    for path in (
        "/api/v1/openapi.json",
        "/api/v1/places",
        f"/api/v1/places/{place.slug}",
        f"/api/v1/places/{place.slug}/projects",
    ):
        assert client.get(path, headers=bearer(text)).data == client.get(path).data
    assert client.get(f"/{place.slug}/data/tokens", headers=bearer(text)).status_code == 303


def test_wrong_expired_and_revoked_tokens_get_one_and_the_same_answer(place: Place, staff: Person, client: FlaskClient):
    revoked, revoked_text = make(place, staff)
    old, old_text = make(place, staff)
    with transaction():
        revoke_token(revoked.id, place=place, by=staff, at=NOW)
        session().get_one(ApiToken, old.id).expires_on = TODAY - timedelta(days=1)
    answers = [
        client.get("/api/v1/places", headers=bearer(text))
        for text in (revoked_text, old_text, f"mdg_{'0' * 12}_{'a' * 43}", "나", "")
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.data for answer in answers}) == 1
    assert answers[0].is_json
    assert set(answers[0].get_json()) == {"type", "title", "status", "detail", "error"}
    assert answers[0].headers["WWW-Authenticate"] == 'Bearer realm="madang", error="invalid_token"'
    assert "public" not in answers[0].headers.get("Cache-Control", "")


def test_using_a_token_writes_once_a_day(
    place: Place, staff: Person, client: FlaskClient, queries: Callable[[], Iterator[list[str]]]
):
    token, text = make(place, staff)
    path = f"/api/v1/places/{place.slug}"
    written = []
    for _time in range(2):
        with queries() as sent:
            assert client.get(path, headers=bearer(text)).status_code == 200
        written.append([s for s in sent if s.startswith("UPDATE api_tokens")])
    assert [len(found) for found in written] == [1, 0]
    session().refresh(token)
    assert token.last_used_on == TODAY


@pytest.fixture
def limited(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that are in force and soon reached: two requests of an address, four of a token."""
    changed = app.config["MADANG"].model_copy(update={"api_requests_per_minute": 2, "api_token_requests_per_minute": 4})
    monkeypatch.setitem(app.config, "MADANG", changed)
    # Applications of tests stand without a limiter; it gets what it counts in from another that has one.
    for name in ("enabled", "initialized", "_storage", "_limiter"):
        monkeypatch.setattr(limiter, name, getattr(limiter, name))
    counting = Flask("counting")
    counting.config.update(RATELIMIT_ENABLED=True, RATELIMIT_STORAGE_URI="memory://")
    limiter.init_app(counting)
    limiter.reset()


@pytest.mark.usefixtures("limited")
def test_a_token_has_its_own_and_larger_limit(place: Place, staff: Person, client: FlaskClient):
    _token, text = make(place, staff)
    _other, other_text = make(place, staff)
    paths = ("/api/v1/places", f"/api/v1/places/{place.slug}") * 3

    def statuses(headers: dict[str, str]) -> list[int]:
        return [client.get(path, headers=headers).status_code for path in paths]

    assert statuses({}) == [200] * 2 + [429] * 4
    assert statuses(bearer(text)) == [200] * 4 + [429] * 2
    assert statuses(bearer(other_text)) == [200] * 4 + [429] * 2


@pytest.mark.usefixtures("limited")
def test_guessing_counts_against_the_address(client: FlaskClient):
    guesses = [f"mdg_{n:012x}_{'a' * 43}" for n in range(3)]
    assert [client.get("/api/v1/places", headers=bearer(guess)).status_code for guess in guesses] == [401, 401, 429]
