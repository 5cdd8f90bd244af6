"""The pages of stations: check-in, papers, boxes, the paper ballot."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.assembly.models import Assembly
from app.assembly.services import board
from app.assembly.stations.models import Station
from app.assembly.stations.rules.paper import paper_of
from app.assembly.stations.rules.states import StationState
from app.ceremony.models import Ceremony, Seat
from app.clock import kst_date
from app.db.session import session, transaction
from app.files.printing import can_print
from app.people.models import Person, RollEntry
from app.people.rules import Role
from app.record.models import RecordEntry
from tests.conftest import NOW
from tests.factories import make_holder
from tests.factories_stations import make_letter_assembly, make_roll_assembly, make_station, photo
from tests.factories_year import make_staff
from voting.encoding import sha256

Browsers = Callable[[Person], FlaskClient]
World = tuple[Assembly, Station, Person, list[RollEntry]]


@pytest.fixture
def world(app: Flask) -> World:
    assembly, _, entries = make_roll_assembly([20_000_000, 9_000_000])
    clerk = make_staff(assembly.place)
    return assembly, make_station(assembly, by=clerk), clerk, entries


@pytest.fixture(autouse=True)
def _during_the_vote() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def told(assembly: Assembly) -> dict[str, str]:
    day = kst_date(assembly.opens_at) + timedelta(days=1)
    return {
        "name": "장터 앞 천막", "address": "장터길 1", "access": "뒷문 경사로", "first_day": day.isoformat(),
        "last_day": day.isoformat(), "opens": "10:00", "closes": "16:00",
    }  # fmt: skip


def address(station: Station, page: str = "") -> str:
    return f"/{station.assembly.place.slug}/stations/{station.id}{page}"


@pytest.mark.slow
def test_a_clerk_finds_somebody_and_hands_out_a_paper_once(world: World, client_of: Browsers):
    _, station, clerk, entries = world
    browser = client_of(clerk)
    found = browser.post(address(station, "/find"), data={"name": "주민 라", "birth_date": "1970-03-04"})
    assert found.status_code == 200
    assert "용지 내주기" in found.text
    entry_id = entries[3].id
    for _ in range(2):
        assert browser.post(address(station, "/issue"), data={"entry_id": entry_id}).status_code == 303
    again = browser.post(address(station, "/find"), data={"name": "주민 라", "birth_date": "1970-03-04"}).text
    assert "이미 용지를 받았습니다" in again
    assert 'name="entry_id"' not in again
    session().refresh(station)
    assert station.issued == 1


@pytest.mark.slow
def test_nobody_of_that_name_and_a_wrong_date_are_told_apart(world: World, client_of: Browsers):
    _, station, clerk, _ = world
    browser = client_of(clerk)
    assert (
        "명부에 없습니다"
        in browser.post(address(station, "/find"), data={"name": "아무개", "birth_date": "1970-03-04"}).text
    )
    wrong = browser.post(address(station, "/find"), data={"name": "주민 라", "birth_date": "1970-13-04"})
    assert wrong.status_code == 422
    assert "주민 라" in wrong.text


@pytest.mark.slow
def test_a_council_member_counts_but_never_sees_the_roll(world: World, client_of: Browsers):
    assembly, station, _, entries = world
    browser = client_of(make_holder(Role.COUNCIL_MEMBER, assembly.place))
    page = browser.get(address(station))
    assert page.status_code == 200
    assert "명부에서 찾기" not in page.text
    assert (
        browser.post(address(station, "/find"), data={"name": "주민 라", "birth_date": "1970-03-04"}).status_code == 403
    )
    assert browser.post(address(station, "/issue"), data={"entry_id": entries[3].id}).status_code == 403


@pytest.mark.slow
def test_a_station_is_set_up_once_however_often_the_form_is_sent(world: World, client_of: Browsers):
    assembly, _, clerk, _ = world
    browser = client_of(clerk)
    typed = told(assembly) | {"channel": "paper", "method": "paper", "boxes": "2", "printed": "50", "once": "same"}
    locations = {browser.post(f"/{assembly.place.slug}/stations/new", data=typed).location for _ in range(2)}
    assert len(locations) == 1
    refused = browser.post(f"/{assembly.place.slug}/stations/new", data=typed | {"method": "hands", "once": "other"})
    assert refused.status_code == 422
    assert "총회 현장에서만" in refused.text


@pytest.mark.slow
def test_everybody_reads_where_a_station_is_and_when_it_is_open(world: World, client: FlaskClient, client_of: Browsers):
    assembly, station, clerk, _ = world
    before = client.get(f"/{assembly.place.slug}/stations").text
    assert "동 주민센터에 먼저 물어보세요." in before
    typed = told(assembly) | {"version": str(station.version)}
    assert client_of(clerk).post(address(station, "/details"), data=typed).status_code == 303
    page = client.get(f"/{assembly.place.slug}/stations").text
    for each in ("장터 앞 천막", "장터길 1", "뒷문 경사로", "오전 10:00 ~ 오후 4:00"):
        assert each in page
    record = session().query(RecordEntry).filter_by(act="assembly.station_changed").one()
    assert record.values["hours"] == "10:00/16:00"


@pytest.mark.slow
def test_hours_outside_the_vote_are_refused_with_what_was_typed(world: World, client_of: Browsers):
    assembly, station, clerk, _ = world
    late = kst_date(assembly.closes_at) + timedelta(days=1)
    typed = told(assembly) | {"version": str(station.version), "last_day": late.isoformat()}
    refused = client_of(clerk).post(address(station, "/details"), data=typed)
    assert refused.status_code == 422
    assert "투표가 끝난 뒤에는 투표소를 열 수 없습니다." in refused.text
    assert "뒷문 경사로" in refused.text
    session().refresh(station)
    assert station.details.hours is None


@pytest.mark.slow
def test_of_two_clerks_who_change_a_station_at_once_the_second_is_refused(world: World, client_of: Browsers):
    assembly, station, clerk, _ = world
    typed = told(assembly) | {"version": str(station.version)}
    browser = client_of(clerk)
    assert browser.post(address(station, "/details"), data=typed).status_code == 303
    assert browser.post(address(station, "/details"), data=typed | {"name": "다른 곳"}).status_code == 422


@pytest.mark.slow
def test_a_council_member_changes_no_station(world: World, client_of: Browsers):
    assembly, station, _, _ = world
    browser = client_of(make_holder(Role.COUNCIL_MEMBER, assembly.place))
    assert browser.get(address(station, "/details")).status_code == 403


@pytest.mark.slow
def test_two_people_count_a_box_and_the_station_closes(world: World, client_of: Browsers):
    assembly, station, clerk, _ = world
    member = make_holder(Role.COUNCIL_MEMBER, assembly.place)
    with transaction():
        station.issued, station.printed, station.state = 3, 3, StationState.COUNTING
    box = f"/{assembly.place.slug}/boxes/{station.boxes[0].id}"
    typed = {"papers": "3", "invalid": "0", "votes_1": "2", "votes_2": "1"}
    with time_machine.travel(assembly.closes_at, tick=False):
        assert client_of(clerk).post(box, data=typed).status_code == 303
        second = client_of(member)
        assert "다른 곳" not in second.get(box).text
        assert second.post(box, data=typed | {"votes_1": "9"}).status_code == 422
        assert second.post(box, data=typed | {"votes_1": "3"}).status_code == 303
        differing = second.get(box).text
        assert "두 사람의 수가 다릅니다" in differing
        assert "1번 득표" in differing
        assert second.post(box, data=typed).status_code == 303
        browser = client_of(clerk)
        early = browser.post(address(station, "/close"), data={"version": station.version, "checked": "y"})
        assert early.status_code == 422
        assert "사진" in early.text
        upload = {"photo": (io.BytesIO(photo()), "sheet.jpg")}
        browser.post(f"{box}/sheet", data=upload, content_type="multipart/form-data")
        assert browser.get(f"{box}/sheet.jpg").mimetype == "image/jpeg"
        session().refresh(station)
        figures = {"printed": 3, "spoiled": 0, "unused": 0, "taken_away": 0, "in_box": 3, "version": station.version}
        assert browser.post(address(station, "/figures"), data=figures).status_code == 303
        session().refresh(station)
        closed = browser.post(address(station, "/close"), data={"version": station.version, "checked": "y"})
        assert closed.status_code == 303
    session().refresh(station)
    assert station.state is StationState.CLOSED


@pytest.mark.slow
def test_everybody_reads_where_to_vote_and_nobody_reads_counts_before_the_end(world: World, client: FlaskClient):
    assembly, station, _, _ = world
    page = client.get(f"/{assembly.place.slug}/stations").text
    assert station.name in page
    assert "센 것" not in page


def test_the_paper_says_what_the_booths_election_says(world: World):
    assembly, _, _, _ = world
    paper = paper_of(board.setup_members(assembly)[0])
    assert paper.fingerprint == assembly.fingerprint
    assert [(line.number, line.title, line.cost_won) for line in paper.lines] == [
        (item.number, item.title, item.cost_won) for item in assembly.items
    ]
    assert paper.form == assembly.form


@pytest.mark.slow
@pytest.mark.skipif(not can_print(), reason="Pango is missing")
def test_the_paper_is_a_file_in_two_sizes(world: World, client_of: Browsers):
    assembly, _, clerk, _ = world
    browser = client_of(clerk)
    sizes = [browser.get(f"/{assembly.place.slug}/ballot-paper-{size}.pdf") for size in ("normal", "large")]
    assert all(answer.data.startswith(b"%PDF-") for answer in sizes)
    assert sizes[0].data != sizes[1].data


@pytest.mark.slow
@pytest.mark.skipif(not can_print(), reason="Pango is missing")
def test_papers_are_korean_whatever_the_language_of_the_clerk_and_sheets_are_for_those_who_count(
    world: World, client: FlaskClient, client_of: Browsers
):
    assembly, station, clerk, _ = world
    english = client_of(clerk)
    korean = english.get(f"/{assembly.place.slug}/ballot-paper-large.pdf").data
    english.set_cookie("language", "en")
    assert english.get(f"/{assembly.place.slug}/ballot-paper-large.pdf").data == korean
    sheets = client_of(make_holder(Role.COUNCIL_MEMBER, assembly.place)).get(address(station, "/tally-sheets.pdf"))
    assert sheets.data.startswith(b"%PDF-")
    assert client.get(address(station, "/tally-sheets.pdf")).status_code in {302, 303, 401, 403}


@pytest.mark.slow
def test_a_letter_is_taken_in_at_the_desk_and_a_lost_one_is_settled_with_the_authority(
    app: Flask, client_of: Browsers, client: FlaskClient
):
    assembly, letters, entries = make_letter_assembly([1_000_000], people=3)
    clerk = make_staff(assembly.place)
    station = make_station(assembly, by=clerk)
    with transaction() as current:
        current.add(
            Ceremony(assembly_id=assembly.id, uuid="A" * 14, group="Ed25519", threshold=2, size=2, began_at=NOW, seats=[
                Seat(number=number, name=f"자리 {number}", link_hash=sha256(f"secret{number}".encode()).hex())
                for number in (0, 1)
            ])
        )  # fmt: skip
    browser = client_of(clerk)
    page = browser.post(address(station, "/find"), data={"name": "주민 가", "birth_date": "1970-03-04"}).text
    assert "편지의 투표소 번호" in page
    wrong = browser.post(address(station, "/issue"), data={"entry_id": entries[0].id, "slip": "AAA"})
    assert wrong.status_code == 422
    assert 'value="AAA"' in wrong.text  # what was typed is kept, and the person too
    assert "주민 가" in wrong.text
    given = browser.post(address(station, "/issue"), data={"entry_id": entries[0].id, "slip": letters[0].slip})
    assert given.status_code == 303

    assert browser.post(address(station, "/loss"), data={"entry_id": entries[1].id}).status_code == 303
    losses = f"/{assembly.place.slug}/assembly/ceremony/losses"
    for secret in ("", "secret1"):
        refused = client.post(losses, json={}, headers={"X-Ceremony-Seat": secret, "Accept": "application/json"})
        assert refused.status_code == 403
    authority = {"X-Ceremony-Seat": "secret0", "Accept": "application/json"}
    told = client.post(losses, json={}, headers=authority).get_json()
    assert [each["number"] for each in told["waiting"]] == [1]
    assert "주민 나" not in str(told)
    settled = client.post(losses, json={"number": "1", "slip": letters[1].slip}, headers=authority).get_json()
    assert settled == {"settled": {"number": 1, "state": "granted"}, "waiting": []}
    assert client.post(losses, data="[", headers=authority).status_code == 422
    page = browser.post(address(station, "/find"), data={"name": "주민 나", "birth_date": "1970-03-04"}).text
    assert "편지의 번호를 없앴습니다" in page
    assert browser.post(address(station, "/issue"), data={"entry_id": entries[1].id}).status_code == 303
    session().refresh(station)
    assert station.issued == 2
