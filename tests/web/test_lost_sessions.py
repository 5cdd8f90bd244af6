"""A session that ends while somebody types costs them nothing; a forged form gains nothing."""

import re
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.agenda.models import Proposal
from app.cycle.rules import Stage
from app.db.session import session
from app.people.models import Person
from app.places.models import Place
from tests.conftest import NOW
from tests.factories import make_cycle, make_place, make_resident

TYPED = {
    "title": "초등학교 앞에 그늘막을 놓자",
    "body": "여름마다 아이들이 뙤약볕에 오래 서 있습니다. 그늘막이 있으면 좋겠습니다.",
    "field": "safety",
    "where": "",
    "once": "x",
}
HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def place(app: Flask) -> Place:
    app.config["WTF_CSRF_ENABLED"] = True
    place = make_place()
    make_cycle(place, Stage.DISCOVERY)
    return place


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


@time_machine.travel(NOW, tick=False)
def test_what_was_typed_is_offered_again_and_can_be_sent(place: Place, client_of: Callable[[Person], FlaskClient]):
    browser = client_of(make_resident(place))
    address = f"/{place.slug}/agenda/new"
    stale = browser.post(address, data={**TYPED, "csrf_token": "from a session that has ended"}, headers=HERE)
    assert stale.status_code == 400
    assert "쓰신 내용이 남아 있습니다" in stale.text
    assert TYPED["body"] in stale.text
    sent = browser.post(address, data={**TYPED, "csrf_token": token_in(stale.text)}, headers=HERE)
    assert sent.status_code == 303
    assert session().scalars(select(Proposal.title)).all() == [TYPED["title"]]


@time_machine.travel(NOW, tick=False)
def test_a_guest_whose_sign_in_ended_keeps_the_words_too(place: Place, client: FlaskClient):
    form = client.get("/sign-in").text
    answer = client.post(f"/{place.slug}/agenda/new", data={**TYPED, "csrf_token": token_in(form)}, headers=HERE)
    assert answer.status_code in {400, 401}
    assert TYPED["body"] in answer.text
    assert "새 창에서 로그인" in answer.text
    assert session().scalar(select(func.count(Proposal.id))) == 0


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {}],
)
@time_machine.travel(NOW, tick=False)
def test_a_forged_form_is_refused_and_not_offered(
    place: Place, client_of: Callable[[Person], FlaskClient], headers: dict[str, str]
):
    browser = client_of(make_resident(place))
    answer = browser.post(f"/{place.slug}/agenda/new", data=TYPED, headers=headers)
    assert answer.status_code == 400
    assert TYPED["body"] not in answer.text
    assert session().scalar(select(func.count(Proposal.id))) == 0


def test_secrets_are_never_carried_over(app: Flask, client: FlaskClient):
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post("/sign-in", data={"contact": "a@example.com", "password": "correct horse"}, headers=HERE)
    assert "correct horse" not in answer.text


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "https:evil.example", "javascript:alert(1)", "/%0d%0aX: y\r\n", "evil"],
)
def test_a_language_choice_leads_nowhere_else(client: FlaskClient, target: str):
    answer = client.post("/language", data={"language": "en", "next": target})
    assert answer.status_code == 303
    assert answer.location == "/" or answer.location.startswith("/%")


def test_every_answer_carries_the_security_headers(app: Flask, client: FlaskClient):
    for path in ("/", "/no-such/", "/static/css/base.css", "/sign-in"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
        if not path.startswith("/static"):
            assert headers["Cache-Control"] == "no-store"
            assert "Cookie" in headers["Vary"]


def test_a_file_that_everybody_shares_sets_nobodys_cookie(place: Place, client_of: Callable[[Person], FlaskClient]):
    browser = client_of(make_resident(place))
    assert "Set-Cookie" in browser.get(f"/{place.slug}/").headers
    shared = browser.get("/static/css/base.css")
    assert shared.status_code == 200
    assert "Set-Cookie" not in shared.headers
    assert "Cookie" not in shared.headers.get("Vary", "")
