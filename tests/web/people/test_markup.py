"""What every page of places and people must hold to: one heading, no identifier twice, every label with its control."""

import io
from collections import Counter
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db.session import session, transaction
from app.people.models import Person, Roll
from app.people.rules import Role
from app.places.models import Place
from tests.factories import make_holder, make_place, make_resident

pytestmark = pytest.mark.slow

VOID = {"input", "meta", "link", "br", "hr", "img", "path", "circle", "ellipse", "rect", "use", "line", "polygon"}
CLOSES_P = {"form", "div", "ul", "ol", "dl", "section", "details", "table", "p", "h1", "h2", "h3", "fieldset"}


class Outline(HTMLParser):
    """The identifiers of a page and what refers to them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.wanted: set[str] = set()
        self.headings = 0
        self.open: list[str] = []
        self.broken: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids[found["id"]] += 1
        for name in ("for", "aria-labelledby", "aria-describedby"):
            self.wanted |= set((found.get(name) or "").split())
        self.headings += tag == "h1"
        if tag in CLOSES_P and "p" in self.open:
            self.broken.append(f"<{tag}> inside <p> at line {self.getpos()[0]}")
        if "style" in found or any(name.startswith("on") for name in found):
            self.broken.append(f"inline style or script at line {self.getpos()[0]}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass


def require_sound(page: str) -> None:
    outline = Outline(page)
    twice = {name for name, count in outline.ids.items() if count > 1 and name != "csrf_token"}
    assert not twice, twice
    assert outline.wanted <= set(outline.ids), outline.wanted - set(outline.ids)
    assert outline.headings == 1
    assert not outline.broken, outline.broken


@pytest.fixture
def dong() -> Place:
    return make_place(name="관산동")


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up", "/account/reset"])
def test_pages_for_guests_are_sound(client: FlaskClient, path: str):
    require_sound(client.get(path).text)
    require_sound(client.post(path, data={}).text)


@pytest.mark.parametrize(
    "path",
    ["", "/profile", "/password", "/contacts", "/devices", "/second-factor", "/language", "/close", "/verification"],
)
def test_pages_of_ones_own_account_are_sound(client_of, dong: Place, path: str):
    person = make_resident(dong)
    browser = client_of(person)
    require_sound(browser.get(f"/account{path}").text)
    answer = browser.post(f"/account{path}", data={})
    assert answer.status_code in {303, 405, 422}
    if answer.status_code == 422:
        require_sound(answer.text)


def test_pages_of_the_second_factor_are_sound(client_of, dong: Place):
    browser = client_of(make_holder(Role.DONG_STAFF, dong))
    browser.post("/account/second-factor/app")
    require_sound(browser.get("/account/second-factor/app/confirm").text)
    require_sound(browser.post("/account/second-factor/app/confirm", data={"code": "1"}).text)


def test_pages_of_a_place_are_sound(app: Flask, client_of, dong: Place):
    clerk: Person = make_holder(Role.DISTRICT_STAFF, dong.parent)
    browser = client_of(clerk)
    slug = dong.slug
    for path in (
        "/places",
        f"/places/{dong.id}/edit",
        f"/places/{dong.id}/new",
        f"/{slug}/settings",
        f"/{slug}/settings/council.tracks",
        f"/{slug}/people",
        f"/{slug}/people/counter",
        f"/{slug}/roll",
    ):
        require_sound(browser.get(path).text)
    for path in (f"/{slug}/people/grants", f"/{slug}/people/invitations", f"/{slug}/people/counter", f"/{slug}/roll"):
        answer = browser.post(path, data={})
        assert answer.status_code == 422
        require_sound(answer.text)
    browser.post(
        f"/{slug}/settings/assembly.k_votes",
        data={"value": "4", "legal_basis": "세칙 제1조", "seen": "0", "step": "confirm"},
    )
    require_sound(browser.get(f"/{slug}/settings/assembly.k_votes").text)
    require_sound(browser.post(f"/{slug}/settings/assembly.k_votes", data={"value": "x"}).text)


def test_pages_of_the_roll_are_sound(app: Flask, client_of, dong: Place):
    browser = client_of(make_holder(Role.DONG_STAFF, dong))
    browser.post(f"/{dong.slug}/roll", data={"title": "명부"})
    session().rollback()
    base = f"/{dong.slug}/roll/{session().scalar(select(Roll.id))}"
    require_sound(browser.get(base).text)
    lines = "이름,생년월일\n김민지,1990-03-04\n김민지,1990-03-04\n"
    for content in (lines, lines + "x,y\n", "nothing\n"):
        file = (io.BytesIO(content.encode()), "roll.csv")
        answer = browser.post(f"{base}/files", data={"file": file}, content_type="multipart/form-data")
        require_sound(browser.get(answer.location).text)
        require_sound(browser.post(f"{answer.location}/take").text)
    for path in ("/files", "/find", "/freeze"):
        answer = browser.post(f"{base}{path}", data={})
        assert answer.status_code == 422
        require_sound(answer.text)
    require_sound(browser.post(f"{base}/find", data={"name": "김민지", "birth_date": "1990-03-04"}).text)
    with transaction():
        session().scalar(select(Roll)).title = "다른 이름"
    require_sound(browser.get(f"/{dong.slug}/roll").text)
