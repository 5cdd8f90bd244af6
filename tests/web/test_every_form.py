"""What is true of every form on the site, whoever wrote it: it loses nothing that was typed.

The pages are asked for as they are, their forms are read from the markup, filled, and sent.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.extensions import db
from app.factory import create_app
from app.people.models import Person
from app.people.rules import Role
from app.web.parked_forms import SECRET_FIELDS
from tests.conftest import NOW, Browser, make_config
from tests.factories import make_holder
from tests.factories_year import make_assembly, make_inspection, make_staff
from tests.resident_numbers import checked
from tests.signing_in import sign_in
from tests.web.access.test_matrix import address, ids_of, rules

WORDS = "여기에 적은 말은 사라지지 않습니다"
TYPED = {"text", "search", "textarea"}
PLAUSIBLE = {
    "date": "2026-07-20",
    "datetime-local": "2026-07-20T14:00",
    "time": "14:00",
    "number": "1",
    "email": "someone@example.kr",
    "tel": "010-0000-0001",
    "url": "https://example.kr/",
}
UNCOUNTED = {"sign_ins", "access_log", "parked_forms"}
"""Tables in which a visit itself may leave a row."""
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
ELSEWHERE = ("/language", "/sign-out")
"""The language switch and the way out stand on every page."""
pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@dataclass
class FoundForm:
    """A form as a browser sees it."""

    page: str
    action: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)
    """Name, type and value of each field."""
    least: dict[str, str] = field(default_factory=dict)
    """The smallest value of the fields that have one."""
    chosen: list[tuple[str, str]] = field(default_factory=list)
    """What is ticked or selected."""
    numeric: set[str] = field(default_factory=set)
    """The fields for words that ask a telephone for digits."""
    written: dict[str, str] = field(default_factory=dict)
    """What stands in the large fields."""

    @property
    def typed(self) -> list[str]:
        return [name for name, kind, _ in self.fields if kind in TYPED]

    def filled(self, words: str) -> dict[str, str]:
        """Return what a browser would send after somebody typed words into every field that takes words."""
        data: dict[str, str] = {}
        for name, kind, value in self.fields:
            if kind in TYPED:
                data[name] = words
            elif kind in {"radio", "checkbox", "option"}:
                data.setdefault(name, value)
            elif kind != "file":
                data[name] = value
        return data

    @property
    def names(self) -> set[str]:
        return {name for name, _, _ in self.fields}

    def plausible(self, words: str) -> dict[str, str]:
        """Return what somebody may send who fills in everything: words, a near day, the least number, the last choice."""
        data: dict[str, str] = {}
        for name, kind, value in self.fields:
            if kind in TYPED and not value:
                data[name] = words
            elif kind in PLAUSIBLE:
                data[name] = value or self.least.get(name) or PLAUSIBLE[kind]
            elif kind in {"radio", "checkbox", "option"}:
                data[name] = value or data.get(name, "")
            elif kind != "file":
                data[name] = value
        return data

    def edited(self, words: str) -> dict[str, Any]:
        """Return what somebody sends who changes the words and leaves the rest as it is."""
        data: dict[str, Any] = {}
        for name, kind, value in self.fields:
            if name in self.numeric:
                data[name] = value or "1"
            elif kind == "textarea" or (kind in TYPED and (not value or not any(map(str.isdigit, value)))):
                data[name] = words
            elif kind not in {"radio", "checkbox", "option", "file"}:
                data[name] = value or self.least.get(name) or PLAUSIBLE.get(kind, "")
            elif kind == "option":
                data.setdefault(name, [value])
        for name in {name for name, _ in self.chosen}:
            data[name] = [value for each, value in self.chosen if each == name]
        return data


class Reader(HTMLParser):
    """Finds the forms that post."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.forms = page, list[FoundForm]()
        self._open: FoundForm | None = None
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        names = {name: value or "" for name, value in attributes}
        if tag == "form" and names.get("method", "get").lower() == "post":
            self._open = FoundForm(self.page, names.get("action") or self.page)
        if self._open is None:
            return
        if tag == "select":
            self._select = names.get("name", "")
        elif tag == "option" and self._select:
            self._open.fields.append((self._select, "option", names.get("value", "")))
            if "selected" in names:
                self._open.chosen.append((self._select, names.get("value", "")))
        elif tag == "textarea":
            self._area = names.get("name", "")
            self._open.fields.append((self._area, "textarea", ""))
        elif tag == "input" and names.get("name"):
            self._open.fields.append((names["name"], names.get("type", "text"), names.get("value", "")))
            if names.get("inputmode") in {"numeric", "decimal"}:
                self._open.numeric.add(names["name"])
            if "checked" in names:
                self._open.chosen.append((names["name"], names.get("value", "")))
            if names.get("min"):
                self._open.least[names["name"]] = names["min"]

    def handle_data(self, data: str) -> None:
        if self._open is not None and self._area and data.strip():
            self._open.written[self._area] = self._open.written.get(self._area, "") + data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        if tag == "select":
            self._select = ""
        if tag == "form" and self._open is not None:
            if not self._open.action.startswith(ELSEWHERE):
                self.forms.append(self._open)
            self._open = None


Found = list[tuple[FlaskClient, FoundForm]]


class Crawl:
    """The walk through the site, made once: the database as it is afterwards, and the forms by who met them."""

    def __init__(self, folder: Path, empty: Path) -> None:
        self.database = Path(shutil.copy(empty, folder / "crawled.sqlite3"))
        self.forms: list[tuple[int, FoundForm]] = []
        app = create_app(make_config(f"sqlite:///{self.database}", folder))
        app.test_client_class = Browser
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context(), time_machine.travel(NOW, tick=False):
            self._walk(app)
            db.session.remove()
            db.engine.dispose()  # SQLite's last connection takes its write-ahead log along

    def _walk(self, app: Flask) -> None:
        """Find every form with a field for words that staff, a chair or a resident meet in two dongs, each form once."""
        assembly, residents = make_assembly([3_000_000])
        inspected = make_inspection().place
        people = {
            assembly.place: [make_staff(assembly.place), make_holder(Role.AUDITOR, assembly.place), residents[0]],
            inspected: [make_staff(inspected), make_holder(Role.COMMITTEE_CHAIR, inspected)],
        }
        ids, known, files = ids_of(assembly), set[str](), set[str]()
        for place, visitors in people.items():
            for visitor in visitors:
                browser = app.test_client()
                sign_in(app, browser, visitor)
                for rule in rules(app):
                    path = address(rule, place.slug, ids)
                    if path is None or "GET" not in (rule.methods or set()) or rule.endpoint in {"static", *files}:
                        continue
                    page = browser.get(path)
                    if page.status_code == 200 and page.mimetype != "text/html":
                        files.add(rule.endpoint)
                    if page.status_code != 200 or page.mimetype != "text/html":
                        continue
                    reader = Reader(path)
                    reader.feed(page.text)
                    for form in reader.forms:
                        kind = f"{rule.endpoint} {sorted(form.typed)}"
                        if form.typed and kind not in known:
                            known.add(kind)
                            self.forms.append((visitor.id, form))


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory, _sqlite_template: Path) -> Crawl:
    return Crawl(tmp_path_factory.mktemp("crawl"), _sqlite_template)


@pytest.fixture
def template_of(crawl: Crawl) -> Callable[[str], str]:
    """Begin each test with the site as the walk left it."""
    return lambda _kind: str(crawl.database)


@pytest.fixture
@time_machine.travel(NOW, tick=False)
def forms(app: Flask, crawl: Crawl) -> Found:
    """Every form, with the browser of the person who met it."""
    browsers: dict[int, FlaskClient] = {}
    for person_id, _ in crawl.forms:
        if person_id not in browsers:
            browsers[person_id] = app.test_client()
            sign_in(app, browsers[person_id], db.session.get_one(Person, person_id))
    return [(browsers[person_id], form) for person_id, form in crawl.forms]


@time_machine.travel(NOW, tick=False)
def test_no_form_loses_what_was_typed(app: Flask, forms: Found):
    """Neither when it is refused (here: for a resident number in every field) nor when the session ended meanwhile."""
    lost: list[Any] = []
    for browser, form in forms:
        refused = browser.post(form.action, data=form.filled(f"{WORDS} {checked('900101100000')}"))
        if refused.status_code != 422 or WORDS not in refused.text:
            lost.append(("refused", form.page, form.action, refused.status_code, form.typed))
    app.config["WTF_CSRF_ENABLED"] = True
    for browser, form in forms:
        data = {**form.filled(WORDS), "csrf_token": "of a session that has ended"}
        late = browser.post(form.action, data=data, headers=SAME_SITE)
        kept = any(name not in SECRET_FIELDS for name in form.typed)
        if late.status_code != 400 or (WORDS in late.text) != kept:
            lost.append(("late", form.page, form.action, late.status_code, form.typed))
    assert not lost
    assert len(forms) >= 25, [form.page for _, form in forms]


@time_machine.travel(NOW, tick=False)
def test_every_form_bears_being_sent_empty(forms: Found):
    broken = []
    for browser, form in forms:
        hidden = {name: value for name, kind, value in form.fields if kind == "hidden"}
        answer = browser.post(form.action, data=hidden)
        if answer.status_code not in {303, 422}:
            broken.append((form.page, form.action, answer.status_code))
    assert not broken


def rows(app: Flask) -> dict[str, int]:
    with app.app_context():
        return {
            table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
            for table in db.metadata.sorted_tables
            if table.name not in UNCOUNTED
        }


@time_machine.travel(NOW, tick=False)
def test_a_form_sent_twice_does_its_work_once(app: Flask, forms: Found):
    """A double click, a retry after a lost answer: the second finds everything done and adds nothing."""
    taken: list[str] = []
    doubled: list[Any] = []
    for browser, form in forms:
        data = form.plausible(WORDS)
        before = rows(app)
        if browser.post(form.action, data=data).status_code != 303:
            continue
        first = rows(app)
        again = browser.post(form.action, data=data)
        if first != before:
            taken.append(form.page)
        second = rows(app)
        more = {name: count - first[name] for name, count in second.items() if count != first[name]}
        if more or again.status_code not in {303, 403, 404, 409, 422}:
            doubled.append((form.page, form.action, again.status_code, more))
    assert not doubled
    assert len(taken) >= 10, taken


@time_machine.travel(NOW, tick=False)
def test_the_second_of_two_clerks_is_told_and_keeps_what_was_typed(forms: Found):
    taken: list[str] = []
    refused: list[str] = []
    overwritten: list[Any] = []
    for browser, form in forms:
        if "version" not in form.names:
            continue
        if browser.post(form.action, data=form.edited("먼저 적은 사람의 말")).status_code != 303:
            refused.append(form.action)
            continue
        taken.append(form.page)
        late = browser.post(form.action, data=form.edited(WORDS))
        if late.status_code not in {409, 422} or WORDS not in late.text:
            overwritten.append((form.page, form.action, late.status_code))
    assert not overwritten
    # The others want days and numbers that only their own concept's tests know how to fill.
    assert len(taken) >= 3, (taken, refused)
