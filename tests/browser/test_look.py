"""Every public page as people meet it: readable by everyone, on every width, alone with its own host, and light."""

import gzip
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import url_for
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from app.agenda.models import Proposal, VillageMeeting
from app.agenda.rules import ProposalState
from app.clock import utc_now
from app.db.session import session
from app.demo.seed import seed
from app.execution.models import Project
from app.extensions import db
from app.factory import create_app
from app.people.models import Person
from app.places.models import Place
from app.plan.models import Plan, PlanItem
from app.small_groups.models import GrantRound, SmallGroup
from app.survey.models import CommunityResource
from tests.browser.accessibility import violations
from tests.browser.conftest import AT_ONCE, Site, new_context
from tests.browser.hands import press_through
from tests.conftest import make_config
from tests.resident_numbers import checked
from tests.signing_in import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LANGUAGES = {"ko": "ko-KR", "en": "en-GB"}
MOST_BYTES = 100 * 1024
HEIGHT = 800


def _in(slug: str) -> int:
    return session().scalars(select(Place.id).where(Place.slug == slug)).one()


def _first(model: type, slug: str, *more: object) -> int:
    query = select(model.id).where(model.place_id == _in(slug), *more).order_by(model.id).limit(1)
    return session().scalars(query).one()


def _item(slug: str) -> int:
    query = select(PlanItem.id).join(Plan).where(Plan.place_id == _in(slug)).order_by(PlanItem.id).limit(1)
    return session().scalars(query).one()


def _proposal(slug: str, *more: object) -> str:
    return url_for("agenda.show", slug=slug, proposal_id=_first(Proposal, slug, *more))


def _round(slug: str, *more: object) -> str:
    return url_for("small_groups.round", slug=slug, round_id=_first(GrantRound, slug, *more))


def _page(endpoint: str, **arguments: object) -> Callable[[], str]:
    return lambda: url_for(endpoint, **arguments)


PAGES: dict[str, Callable[[], str]] = {
    "home": _page("cycle.home"),
    "home, a search": _page("cycle.home", q="관산"),
    "home, nothing found": _page("cycle.home", q="없는곳"),
    "help": _page("cycle.help_page"),
    "privacy": _page("cycle.privacy_page"),
    "dong, discovery": _page("cycle.show", slug="dodam"),
    "dong, drafting": _page("cycle.show", slug="mokhaeng"),
    "dong, inspection": _page("cycle.show", slug="sangmyeon"),
    "dong, assembly": _page("cycle.show", slug="gwansan"),
    "dong, execution": _page("cycle.show", slug="jeondong"),
    "dong, evaluation": _page("cycle.show", slug="daepyeong"),
    "schedule": _page("cycle.schedule", slug="gwansan"),
    "record": _page("record.index", slug="daepyeong"),
    "planning group": _page("planning_group.show", slug="gwansan"),
    "resources": _page("survey.index", slug="gwansan"),
    "resource": lambda: url_for("survey.show", slug="gwansan", resource_id=_first(CommunityResource, "gwansan")),
    "agenda": _page("agenda.index", slug="gwansan"),
    "agenda, empty": _page("agenda.index", slug="gireum1"),
    "issue gathering": lambda: _proposal("dodam", Proposal.state == ProposalState.GATHERING),
    "issue done": lambda: _proposal("daepyeong"),
    "issues, what was done": _page("agenda.log", slug="gwansan"),
    "calls for proposals": _page("agenda.proposal_calls", slug="dodam"),
    "meetings": _page("agenda.meetings", slug="gwansan"),
    "meeting": lambda: url_for("agenda.meeting", slug="gwansan", meeting_id=_first(VillageMeeting, "gwansan")),
    "plan": _page("plan.show", slug="mokhaeng"),
    "plan item": lambda: url_for("plan.item", slug="mokhaeng", item_id=_item("mokhaeng")),
    "plan contents": _page("plan.contents", slug="mokhaeng"),
    "inspection": _page("inspection.show", slug="sangmyeon"),
    "inspection, not yet": _page("inspection.show", slug="dodam"),
    "inspection report": _page("inspection.report", slug="jeondong"),
    "inspection changes": _page("inspection.changes", slug="jeondong"),
    "inspection statistics": _page("inspection.statistics", slug="jeondong"),
    "assembly, voting": _page("assembly.show", slug="gwansan"),
    "assembly, result": _page("assembly.show", slug="jeondong"),
    "assembly, explained": _page("assembly.explained", slug="jeondong"),
    "assembly, own share": _page("assembly.my_share", slug="jeondong"),
    "assembly, not yet": _page("assembly.show", slug="dodam"),
    "ballot not found": _page("assembly.find", slug="daepyeong", tracker="a" * 43),
    "projects": _page("execution.index", slug="jeondong"),
    "projects, none": _page("execution.index", slug="dodam"),
    "project": lambda: url_for("execution.project", slug="jeondong", project_id=_first(Project, "jeondong")),
    "settlement": _page("execution.settlement", slug="jeondong"),
    "village fund": _page("execution.fund", slug="jeondong"),
    "small groups": _page("small_groups.index", slug="gwansan"),
    "small groups, none": _page("small_groups.index", slug="dodam"),
    "small-group round, decided": lambda: _round("gwansan", GrantRound.concluded_at.is_not(None)),
    "small-group round, open": lambda: _round("gwansan", GrantRound.concluded_at.is_(None)),
    "small group": lambda: url_for("small_groups.show", slug="gwansan", group_id=_first(SmallGroup, "gwansan")),
    "assembly day, in the hall": _page("floor.live", slug="gwansan"),
    "assembly day, order": _page("floor.order", slug="gwansan"),
    "after voting": _page("floor.after", slug="gwansan"),
    "overview": _page("observatory.everywhere"),
    "overview of a dong": _page("observatory.show", slug="jeondong"),
    "open data": _page("opendata.show", slug="sangmyeon"),
    "open data of a city": _page("opendata.show", slug="sejong"),
    "open data of all places": _page("opendata.everywhere"),
    "monitoring visits": _page("observatory.visits", slug="jeondong"),
    "year report": _page("observatory.report", slug="jeondong"),
    "evaluation": _page("execution.evaluation", slug="daepyeong"),
    "final plan": _page("publication.show", slug="daepyeong"),
    "opinion round": _page("deliberation.show", slug="dodam", round_id=2),
    "polling places": _page("stations.index", slug="gwansan"),
    "objections": _page("objections.index", slug="jeondong"),
    "council": _page("council.people", slug="gwansan"),
    "call for members": _page("council.call", slug="gwansan", call_id=1),
    "sign in": _page("people.sign_in"),
    "make an account": _page("people.sign_up"),
    "rules in force": _page("places.settings", slug="gwansan"),
}


@dataclass
class Watch:
    """What a page asked for and complained about while it was open."""

    host: str
    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    bodies: dict[str, Response] = field(default_factory=dict)

    def on(self, page: Page) -> None:
        """Begin to watch."""
        page.on("request", lambda request: self._asked(request.url))
        page.on("response", self._answered)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https"} and parts.netloc != self.host:
            self.elsewhere.append(url)

    def _answered(self, response: Response) -> None:
        kind = response.headers.get("content-type", "").partition(";")[0]
        if not kind.startswith(("font/", "image/jpeg", "image/png", "image/webp")) and response.status == 200:
            self.bodies[response.url] = response

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} or "Content Security Policy" in message.text:
            self.complaints.append(message.text)

    def weight(self) -> int:
        """Return the bytes of what came, compressed, without fonts and photos."""
        # Asking for a body lets the browser speak, and what it says may be one more answer.
        return sum(_weight(response) for response in tuple(self.bodies.values()))


_WEIGHTS: dict[str, int] = {}


def _weight(response: Response) -> int:
    """Return the bytes of an answer, compressed; a static file, which is the same on every page, is weighed once."""
    if response.url not in _WEIGHTS or "/static/" not in response.url:
        _WEIGHTS[response.url] = len(gzip.compress(response.body()))
    return _WEIGHTS[response.url]


@pytest.fixture(scope="module")
def village(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Eight dongs, each in another stage of its year, behind a server of their own."""
    folder = tmp_path_factory.mktemp("look")
    path = folder / "look.sqlite3"
    shutil.copy(_sqlite_template, path)
    app = create_app(make_config(f"sqlite:///{path}", folder, demo=True))
    with app.app_context():
        seed(utc_now(), say=lambda _: None)
        db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(AT_ONCE,), daemon=True)
    thread.start()
    yield Site(app, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def window(village: Site, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Return an open window: ``window("en", 360, person_named="관산동 주민", javascript=False)``."""
    contexts: list[BrowserContext] = []

    def make(language: str = "ko", width: int = 360, *, person_named: str = "", javascript: bool = True) -> Page:
        context = new_context(
            chromium,
            base_url=village.url,
            viewport={"width": width, "height": HEIGHT},
            locale=LANGUAGES[language],
            java_script_enabled=javascript,
        )
        contexts.append(context)
        if person_named:
            with village.app.app_context():
                client = village.app.test_client()
                person = session().scalars(select(Person).where(Person.public_name == person_named)).one()
                sign_in(village.app, client, person)
                cookie = client.get_cookie("madang")
                db.session.remove()
            assert cookie is not None
            context.add_cookies([{"name": "madang", "value": cookie.value, "url": village.url, "httpOnly": True}])
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


def address(village: Site, name: str) -> str:
    """Return the path of a page."""
    with village.app.test_request_context():
        found = PAGES[name]()
        db.session.remove()
    return found


CONCEPTS = {
    "cycle", "record", "planning_group", "survey", "agenda", "plan", "inspection", "assembly", "floor", "execution",
    "observatory", "opendata", "small_groups",
}  # fmt: skip
LOOKED_AT_ELSEWHERE = {"assembly.booth", "assembly.verify", "floor.screen", "agenda.alike"}
"""The booth, the verifier and the wall of the hall have files of tests of their own; what is alike is a piece of the page on which a proposal is typed."""


def test_every_public_page_of_the_year_is_looked_at(village: Site):
    looked_at: set[str] = set()
    for name in PAGES:
        path = urlsplit(address(village, name)).path
        looked_at.add(village.app.url_map.bind("").match(path)[0])
    guest = village.app.test_client()
    missed = set()
    for rule in village.app.url_map.iter_rules():
        concept, _, _ = rule.endpoint.partition(".")
        if concept in CONCEPTS and "GET" in (rule.methods or ()) and rule.arguments <= {"slug"}:
            with village.app.test_request_context():
                path = url_for(rule.endpoint, **dict.fromkeys(rule.arguments, "jeondong"))
            answer = guest.get(path)
            if answer.status_code == 200 and answer.mimetype == "text/html" and rule.endpoint not in looked_at:
                missed.add(rule.endpoint)
    assert missed <= LOOKED_AT_ELSEWHERE


def test_the_examination_sees_what_is_wrong(window: Callable[..., Page]):
    page = window("ko", 360)
    watch = Watch(urlsplit(page.url).netloc)
    watch.on(page)
    page.goto("/help")
    page.evaluate("document.querySelector('main').append(new Image())")
    assert any(found.startswith("image-alt") for found in violations(page))
    page.evaluate("document.querySelector('h1').setAttribute('style', 'color: red')")
    assert any("Content Security Policy" in text for text in watch.complaints)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_a_public_page_is_open_to_everyone(name: str, language: str, village: Site, window: Callable[..., Page]):
    page = window(language, 1280)
    watch = Watch(urlsplit(village.url).netloc)
    watch.on(page)
    response = page.goto(address(village, name), wait_until="load")
    assert response is not None
    assert response.status == 200
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("h1").count() == 1
    assert violations(page) == []
    assert watch.weight() <= MOST_BYTES
    for width in (360, 320):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"scrolls sideways at {width} px"
    page.set_viewport_size({"width": 360, "height": HEIGHT})
    assert violations(page) == []
    assert watch.elsewhere == []
    assert watch.complaints == []


@pytest.mark.parametrize("name", ["home", "dong, assembly", "assembly, result", "projects", "inspection"])
def test_a_page_keeps_its_contrast_in_the_dark(name: str, village: Site, window: Callable[..., Page]):
    page = window("ko", 360)
    page.emulate_media(color_scheme="dark")
    page.goto(address(village, name))
    assert violations(page) == []


def test_a_page_of_an_error_is_open_to_everyone(window: Callable[..., Page]):
    for language in LANGUAGES:
        page = window(language, 320)
        response = page.goto("/no-such-place/")
        assert response is not None
        assert response.status == 404
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert violations(page) == []


def focused(page: Page, attribute: str = "textContent") -> str:
    """Return something of the element that has the focus."""
    return str(page.evaluate(f"(document.activeElement.{attribute} || '').trim()"))


def tab_to(page: Page, text: str, *, most: int = 60) -> None:
    """Press Tab until an element with a text has the focus, and see that its ring can be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if text in focused(page):
            ring = page.evaluate(
                """() => { const seen = e => getComputedStyle(e).outlineStyle !== 'none';
                           const e = document.activeElement;
                           return seen(e) || !!e.closest('.card-link') && seen(e.closest('.card-link')); }"""
            )
            assert ring, f"no focus ring on {text}"
            return
    pytest.fail(f"the keyboard does not reach {text}")


def test_the_first_key_offers_to_skip_to_the_content(window: Callable[..., Page]):
    page = window("ko", 1280)
    page.goto("/gwansan/")
    page.keyboard.press("Tab")
    assert focused(page) == "본문으로 바로 가기"
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_a_dong_is_found_and_read_by_keyboard(window: Callable[..., Page]):
    page = window("ko", 1280)
    page.goto("/")
    for _ in range(20):
        page.keyboard.press("Tab")
        if focused(page, "id") == "q":
            break
    page.keyboard.type("도담")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=*")
    tab_to(page, "도담동")
    page.keyboard.press("Enter")
    page.wait_for_url("**/dodam/")
    assert page.locator("h1").inner_text() == "도담동 마당"


def test_the_menu_of_a_phone_opens_and_closes_by_keyboard(window: Callable[..., Page]):
    page = window("ko", 360)
    page.goto("/gwansan/")
    tab_to(page, "메뉴")
    page.keyboard.press("Enter")
    expect(page.locator("#menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#menu")).to_be_hidden()
    page.keyboard.press("Enter")
    tab_to(page, "총회")
    page.keyboard.press("Enter")
    page.wait_for_url("**/gwansan/assembly")


def test_an_issue_is_raised_by_keyboard_and_a_refusal_keeps_what_was_typed(window: Callable[..., Page]):
    page = window("ko", 360, person_named="도담동 주민")
    page.goto("/dodam/agenda/new")
    page.locator("#title").focus()
    page.keyboard.type("놀이터에 그늘막을 놓자")
    page.keyboard.press("Tab")
    reason = "여름 한낮에는 아이들이 놀 수 없습니다. 그늘을 만들어 주면 좋겠습니다."
    page.keyboard.type(f"{reason} {checked('900101100000')}")
    page.locator("#field").select_option("children")
    tab_to(page, "의제 내기")
    page.keyboard.press("Enter")
    page.wait_for_selector("[aria-invalid=true]")
    assert page.locator("#title").input_value() == "놀이터에 그늘막을 놓자"
    assert page.locator("#body").input_value().startswith(reason)
    assert violations(page) == []
    page.locator("#body").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(reason)
    tab_to(page, "의제 내기")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/dodam/agenda/\d+"))
    assert page.locator("h1").inner_text() == "놀이터에 그늘막을 놓자"


def test_a_search_and_the_change_of_language_work_without_javascript(window: Callable[..., Page]):
    page = window("ko", 360, javascript=False)
    page.goto("/gwansan/agenda")
    page.locator("#q").fill("고추장")
    press_through(page.get_by_role("button", name="찾기"))
    assert page.locator(".card-link h3").all_inner_texts() == ["전통 고추장 담그기"]
    press_through(page.get_by_role("button", name="English"))
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator(".card-link h3").all_inner_texts() == ["전통 고추장 담그기"]
