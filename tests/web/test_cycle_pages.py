"""The pages of a dong's year."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask, template_rendered
from flask.testing import FlaskClient
from jinja2 import Template

from app.clock import utc_now
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import transaction
from app.people.models import Person
from app.people.rules import Role
from app.places.rules import PlaceKind
from app.record.services import append
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place, make_resident
from tests.factories_year import make_assembly, make_staff
from tests.web.access.test_matrix import address, ids_of, rules


def test_home_finds_a_dong_by_a_part_of_its_name(client: FlaskClient):
    make_place(name="관산동")
    make_place(name="상면")
    page = client.get("/?q=관산").text
    assert "관산동" in page
    assert "상면" not in page


def test_a_dong_without_a_cycle_says_so_and_when(client: FlaskClient):
    place = make_place()
    page = client.get(f"/{place.slug}/")
    assert page.status_code == 200
    assert "아직 시작하지 않았습니다" in page.text


@pytest.mark.parametrize("stage", list(Stage))
def test_the_stage_line_shows_eight_stones_and_where_we_are(client: FlaskClient, stage: Stage):
    place = make_place()
    make_cycle(place, stage)
    page = client.get(f"/{place.slug}/").text
    assert page.count('class="stone"') == 8
    assert page.count('aria-current="step"') >= 1


def test_only_staff_sees_the_buttons_that_move_stages(client: FlaskClient, client_of: object):
    place = make_place()
    make_cycle(place, Stage.DISCOVERY)
    staff = client_of(make_holder(Role.DONG_STAFF, place))
    stranger = client_of(make_holder(Role.DONG_STAFF, make_place()))
    assert "날짜 바꾸기" in staff.get(f"/{place.slug}/schedule").text
    assert "날짜 바꾸기" not in stranger.get(f"/{place.slug}/schedule").text
    assert "날짜 바꾸기" not in client.get(f"/{place.slug}/schedule").text


def test_the_latest_acts_stand_by_when_they_happened(client: FlaskClient):
    place = make_place()
    make_cycle(place, Stage.DISCOVERY)
    for title, days in (("먼저 적은 선거", 0), ("나중에 적은 지난 선거", 3)):
        with transaction():
            append(
                place, "places.by_election_added", role="staff", subject=f"place:{place.id}",
                at=NOW - timedelta(days=days), values={"title": title, "day": "2026-06-03"},
            )  # fmt: skip
    page = client.get(f"/{place.slug}/").text
    assert page.index("먼저 적은 선거") < page.index("나중에 적은 지난 선거")


def test_an_unknown_address_is_a_page_that_helps(client: FlaskClient):
    page = client.get("/no-such-dong/")
    assert page.status_code == 404
    assert "처음 화면으로" in page.text


def test_the_record_can_be_downloaded_and_recomputed(app: Flask, client: FlaskClient, client_of: object):
    place = make_place()
    staff = client_of(make_holder(Role.DONG_STAFF, place))
    staff.post(f"/{place.slug}/cycles", data={"year": "2027", "template": "second"})
    lines = client.get(f"/{place.slug}/record.jsonl").text.splitlines()
    assert len(lines) == 1
    assert "cycle.started" in lines[0]


ALONE = {"assembly/booth.html", "assembly/verify.html", "floor/after.html"}
"""Nothing in the booth leads away from the ballot, and what follows it says only what comes next; the verifier is a program of its
own, under the same strict policy."""


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_every_page_of_a_year_carries_the_stage_line(app: Flask, client_of: Callable[[Person], FlaskClient]):
    assembly, _residents = make_assembly([3_000_000])
    place, rendered = assembly.place, []

    def note(_app: Flask, template: Template, context: dict[str, object], **_rest: object) -> None:
        if isinstance(context.get("cycle"), Cycle) and template.name not in ALONE:
            rendered.append(template.name)

    without, seen = [], set()
    browser = client_of(make_staff(place))
    with template_rendered.connected_to(note, app):
        for rule in rules(app):
            path = address(rule, place.slug, ids_of(assembly))
            if path is None or "slug" not in rule.arguments or "GET" not in (rule.methods or set()):
                continue
            rendered.clear()
            page = browser.get(path)
            seen.update(rendered)
            if rendered and page.mimetype == "text/html" and page.text.count('<details class="stage-mini') != 1:
                without.append((rule.endpoint, path))
    assert not without
    assert len(seen) > 20


def test_a_page_with_a_form_shows_the_stage_line_as_one_row(client_of: Callable[[Person], FlaskClient]):
    place = make_place()
    make_cycle(place, Stage.DISCOVERY, at=utc_now())
    page = client_of(make_resident(place)).get(f"/{place.slug}/agenda/new").text
    assert 'class="stage-mini strip"' in page
    assert page.count('aria-current="step"') == 1
    assert 'class="stone"' not in page


def test_a_city_shows_the_dongs_in_it_and_no_others(client: FlaskClient):
    dong, elsewhere = make_place(name="관산동"), make_place(name="상면")
    make_cycle(dong, Stage.DISCOVERY)
    for above in (dong.parent, dong.parent.parent):
        page = client.get(f"/{above.slug}/").text
        assert f'href="/{dong.slug}/"' in page
        assert "의제발굴" in page
        assert elsewhere.slug not in page
        assert f'href="/{above.slug}/agenda"' not in page, "only a dong has a year"


def test_a_village_leads_to_its_dong(client: FlaskClient):
    dong = make_place()
    village = make_place(PlaceKind.VILLAGE, parent=dong)
    assert client.get(f"/{village.slug}/").location == f"/{dong.slug}/"


@pytest.mark.parametrize("stage", list(Stage))
def test_the_lead_of_a_dong_is_words_not_markup(client: FlaskClient, stage: Stage):
    place = make_place()
    make_cycle(place, stage)
    assert "&lt;" not in client.get(f"/{place.slug}/").text


def test_a_refusal_leads_back_to_the_dong_it_came_from(client: FlaskClient):
    place = make_place()
    lost = client.get(f"/{place.slug}/agenda/999")
    assert lost.status_code == 404
    assert f'href="/{place.slug}/"' in lost.text
    assert 'href="/nowhere/"' not in client.get("/nowhere/agenda").text


def test_a_form_of_objection_is_not_offered_where_none_is_taken(client_of: Callable[[Person], FlaskClient]):
    assembly, residents = make_assembly([3_000_000])
    refused = client_of(residents[0]).get(f"/{assembly.place.slug}/assembly/objections/new")
    assert refused.status_code == 409
    assert "<textarea" not in refused.text
