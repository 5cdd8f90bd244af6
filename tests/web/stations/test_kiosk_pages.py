"""The pages of kiosks: numbers shown once, the tablet's cookie, what a stranger gets, what staff see."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.assembly.kiosks.models import Kiosk
from app.assembly.kiosks.services import pairing
from app.assembly.models import Assembly
from app.assembly.services import board, casting
from app.assembly.stations.models import Station
from app.db.session import session, transaction
from app.people.models import Person
from app.web.security_headers import SECRETS_POLICY
from tests.conftest import NOW
from tests.factories_kiosks import make_kiosk, register_kiosk, say
from tests.factories_stations import make_roll_assembly, make_station
from tests.factories_year import make_staff
from voting import derive_credential, make_ballot

Browsers = Callable[[Person], FlaskClient]
World = tuple[Assembly, Station, Person, list[Person]]
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def world(app: Flask) -> World:
    assembly, people, _ = make_roll_assembly([1_000_000, 2_000_000])
    clerk = make_staff(assembly.place)
    return assembly, make_station(assembly, by=clerk), clerk, people


@pytest.fixture(autouse=True)
def _during_the_vote() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def tablet_of(client: FlaskClient, secret: str) -> FlaskClient:
    client.set_cookie("madang-kiosk", secret)
    return client


def ballot_of(assembly: Assembly, person: Person) -> bytes:
    election = board.context_of(assembly).election
    code = casting.code_for(assembly, person, at=NOW)
    return make_ballot(election, derive_credential(code, uuid=election.uuid, group=election.group), [[1, 0]]).data


def post(client: FlaskClient, assembly: Assembly, page: str, **options: object) -> TestResponse:
    return client.post(f"/{assembly.place.slug}/kiosk/{page}", **options)


@pytest.mark.slow
def test_the_numbers_are_shown_once_and_bring_one_tablet_in(world: World, client: FlaskClient, client_of: Browsers):
    assembly, station, clerk, _ = world
    staff, slug = client_of(clerk), assembly.place.slug
    shown = staff.post(f"/{slug}/stations/{station.id}/kiosks", data={"name": "1층 민원대", "once": "a"}).text
    code = re.search(r'id="pairing-code">([^<]+)<', shown)[1]
    pin = re.search(r'id="pin">([0-9]{6})<', shown)[1]
    later = staff.get(f"/{slug}/kiosks").text
    assert "1층 민원대" in later
    assert code not in later
    wrong = client.post("/kiosk", data={"code": "AAAAA-AAAAA"})
    assert wrong.status_code == 422
    assert "AAAAA-AAAAA" in wrong.text
    brought = client.post("/kiosk", data={"code": code.lower()})
    assert (brought.status_code, brought.location) == (303, f"/{slug}/kiosk")
    cookie = brought.headers["Set-Cookie"]
    assert all(each in cookie for each in ("madang-kiosk=", "HttpOnly", "SameSite=Strict"))
    assert client.get("/kiosk").location == f"/{slug}/kiosk"
    page = client.get(f"/{slug}/kiosk")
    assert page.headers["Content-Security-Policy"] == SECRETS_POLICY
    assert page.headers["Cache-Control"] == "no-store"
    assert pin not in page.text
    assert client.post("/kiosk", data={"code": code}).status_code == 422


@pytest.mark.slow
def test_from_the_kiosks_page_no_link_leads_anywhere(world: World, client: FlaskClient):
    assembly, station, *_ = world
    _, secret = make_kiosk(station)
    page = tablet_of(client, secret).get(f"/{assembly.place.slug}/kiosk").text
    assert set(re.findall(r'<a [^>]*href="([^"]+)"', page)) == {"#main"}
    assert "<nav" not in page
    assert 'type="file"' not in page


@pytest.mark.slow
def test_a_stranger_without_the_device_votes_at_no_kiosk(world: World, client: FlaskClient):
    assembly, station, _, people = world
    _, secret = make_kiosk(station)
    data = ballot_of(assembly, people[0])
    assert client.get(f"/{assembly.place.slug}/kiosk").location == "/kiosk"
    assert client.get(f"/{assembly.place.slug}/kiosk/credentials.json").status_code == 403
    for page in ("ballots", "report"):
        assert post(client, assembly, page, data=data, headers=OURS).status_code == 403
    tablet_of(client, secret)
    # The cookie alone is not enough: the browser must vouch that the kiosk's own page asks.
    assert post(client, assembly, "ballots", data=data, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert post(client, assembly, "ballots", data=data).status_code == 403
    assert session().query(Kiosk).one().taken == 0


@pytest.mark.slow
def test_a_tablet_votes_reports_and_is_told_the_time(world: World, client: FlaskClient):
    assembly, station, _, people = world
    kiosk, secret = make_kiosk(station)
    tablet = tablet_of(client, secret)
    data = ballot_of(assembly, people[0])
    answer = post(tablet, assembly, "ballots", data=data, headers=OURS | {"X-Kiosk-Sealed": "nonsense"}).get_json()
    assert answer["height"] == 1
    told = post(tablet, assembly, "report", json={"waiting": 2, "refused": "x"}, headers=OURS).get_json()
    assert told == {
        "now": int(NOW.timestamp() * 1000), "voting": True, "taking": True, "fingerprint": assembly.fingerprint,
    }  # fmt: skip
    session().refresh(kiosk)
    assert (kiosk.taken, kiosk.waiting, kiosk.refused) == (1, 2, 0)
    listed = tablet.get(f"/{assembly.place.slug}/kiosk/credentials.json").get_json()
    assert listed == sorted(board.context_of(assembly).weights)
    assert post(tablet, assembly, "ballots", data=b"{}", headers=OURS).status_code == 422
    assert post(tablet, assembly, "ballots", data=b"x" * 300_000, headers=OURS).status_code == 413


@pytest.mark.slow
def test_a_revoked_tablet_is_led_away_and_its_ballot_goes_in_as_anybodys(
    world: World, client: FlaskClient, client_of: Browsers
):
    assembly, station, clerk, people = world
    kiosk, secret = make_kiosk(station)
    tablet, slug = tablet_of(client, secret), assembly.place.slug
    assert client_of(clerk).post(f"/{slug}/kiosks/{kiosk.id}/revoke").status_code == 303
    data = ballot_of(assembly, people[0])
    assert tablet.get(f"/{slug}/kiosk").location == "/kiosk"
    assert post(tablet, assembly, "ballots", data=data, headers=OURS).status_code == 403
    assert tablet.post(f"/{slug}/assembly/ballots", data=data).get_json()["height"] == 1


@pytest.mark.slow
def test_staff_see_what_lies_on_a_kiosk_and_that_the_box_waits(world: World, client_of: Browsers, client: FlaskClient):
    assembly, station, clerk, _ = world
    kiosk, _ = make_kiosk(station)
    say(kiosk, waiting=3)
    staff, slug = client_of(clerk), assembly.place.slug
    for page in ("kiosks", "stations", "assembly"):
        assert "아직 보내지 못한 표가 3장" in staff.get(f"/{slug}/{page}").text
        assert "아직 보내지 못한 표가 3장" not in client.get(f"/{slug}/{page}").text
    refused = staff.post(f"/{slug}/kiosks/{kiosk.id}/renew")
    assert refused.status_code == 422
    assert "먼저 보내 주세요" in refused.text
    with time_machine.travel(assembly.closes_at + timedelta(minutes=1), tick=False):
        assert "키오스크 1대를 기다리고 있습니다" in client_of(clerk).get(f"/{slug}/kiosks").text


@pytest.mark.slow
def test_a_name_that_is_missing_is_asked_for_again_where_it_was_typed(world: World, client_of: Browsers):
    assembly, station, clerk, _ = world
    answer = client_of(clerk).post(
        f"/{assembly.place.slug}/stations/{station.id}/kiosks", data={"name": "가", "once": "b"}
    )
    assert answer.status_code == 422
    assert "2자에서 60자로" in answer.text


@pytest.mark.slow
def test_the_list_takes_as_many_queries_for_many_kiosks_as_for_two(
    world: World, client_of: Browsers, queries: Callable[[], object]
):
    assembly, station, clerk, _ = world
    staff, address = client_of(clerk), f"/{assembly.place.slug}/kiosks"
    counts = []
    for more in (2, 6):
        for _ in range(more):
            with transaction():
                pairing.register(station.id, name="민원대", once=f"q{more}{_}", by=clerk, at=NOW)
        staff.get(address)
        with queries() as sent:
            staff.get(address)
        counts.append(len(sent))
    assert counts[0] == counts[1]
    assert register_kiosk(station).kiosk.name
