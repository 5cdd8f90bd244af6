"""The map in a real browser: drawn without any other host, by keyboard, and the picker that fills a field."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.clock import utc_now
from app.cycle.rules import Stage
from app.db.session import transaction
from app.people.rules import Role
from app.places.points import GeoPoint
from app.survey.services import grounding
from tests.browser.accessibility import violations
from tests.browser.conftest import Site
from tests.factories import make_cycle, make_holder, make_place
from tests.factories_survey import GROUND, make_resource, words

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_map_is_ours_and_goes_by_keyboard(site: Site, page_of: Callable[..., Page]):
    place = make_place()
    make_cycle(place, Stage.RESOURCE_SURVEY, at=utc_now())
    member, clerk = make_holder(Role.COUNCIL_MEMBER, place), make_holder(Role.DONG_STAFF, place)
    with transaction():
        grounding.set_ground(place, GROUND, source="시험 약도", version=0, by=clerk, at=utc_now())
    make_resource(place, member, clerk, words(name="옛 우물", point=GeoPoint(37_662_000, 126_825_000)))
    make_resource(place, member, clerk, words(name="<b>쉼터</b>", point=GeoPoint(37_668_000, 126_836_000)))
    page = page_of(clerk, width=360)
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"/{place.slug}/resources")
    page.locator("[data-map]").scroll_into_view_if_needed()
    page.locator("[data-map][data-ready]").wait_for()
    pins = page.locator(".geo-pin")
    expect(pins).to_have_count(2)
    assert page.locator("path.geo-outline").count() == 1
    pin = page.get_by_role("button", name="옛 우물, 함께 쓰는 공간")
    pin.focus()
    page.keyboard.press("Enter")
    link = page.locator(".geo-popup a")
    assert link.inner_text() == "옛 우물"
    expect(link).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator(".geo-popup").wait_for(state="detached")
    expect(pin).to_be_focused()
    page.goto(f"/{place.slug}/resources/new")
    page.locator("[data-picker]").scroll_into_view_if_needed()
    page.locator("[data-picker][data-ready]").wait_for()
    field = page.locator("#point")
    page.locator("[data-take]").click()
    middle = GeoPoint.parse(field.input_value())
    assert middle is not None
    page.locator(".geo-canvas").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".leaflet-pan-anim")).to_have_count(0)  # the ground has come to rest
    page.locator("[data-take]").press("Enter")
    moved = GeoPoint.parse(field.input_value())
    assert moved is not None
    assert moved.longitude_e6 > middle.longitude_e6
    page.locator("[data-clear]").click()
    assert field.input_value() == ""
    assert violations(page) == []
    assert [url for url in asked if not url.startswith((site.url, "data:", "blob:"))] == []
    assert complaints == []


def test_without_scripts_the_list_is_there_and_no_empty_map(page_of: Callable[..., Page]):
    place = make_place()
    make_cycle(place, Stage.RESOURCE_SURVEY, at=utc_now())
    member, clerk = make_holder(Role.COUNCIL_MEMBER, place), make_holder(Role.DONG_STAFF, place)
    make_resource(place, member, clerk, words(name="옛 우물"))
    page = page_of(java_script_enabled=False)
    page.goto(f"/{place.slug}/resources")
    assert page.get_by_role("link", name="옛 우물").is_visible()
    assert not page.locator("[data-map]").is_visible()
