"""People without a telephone vote at a tablet, by touch alone, with and without a connection."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from app.assembly.kiosks.services.pairing import Handed
from app.assembly.models import Assembly
from app.assembly.services import casting
from app.clock import utc_now
from app.people.models import Person
from tests.browser.conftest import Site
from tests.browser.kiosk import Kiosk
from tests.browser.voter import ballots
from tests.factories_kiosks import register_kiosk
from tests.factories_stations import make_roll_assembly, make_station

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PageOf = Callable[..., Page]
World = tuple[Assembly, list[Person], Handed]


@pytest.fixture
def world(site: Site) -> World:
    began = utc_now() - timedelta(hours=1)
    assembly, people, _ = make_roll_assembly([9_000_000, 7_500_000, 6_000_000, 5_000_000], at=began)
    return assembly, people, register_kiosk(make_station(assembly, at=began), at=utc_now())


def code_of(assembly: Assembly, person: Person) -> str:
    return casting.code_for(assembly, person, at=utc_now())


def test_somebody_votes_by_touch_alone(world: World, page_of: PageOf):
    assembly, people, handed = world
    kiosk = Kiosk.bring_in(page_of(width=800, height=1280, has_touch=True), handed)
    tracker = kiosk.vote(code_of(assembly, people[0]), choose=[1, 3])
    assert len(ballots(assembly)) == 1
    kiosk.finish()
    assert tracker not in kiosk.left_over()
    assert kiosk.complaints == []
