"""Ballots from kiosks: the device's authority, its end, late ones, the lock against paper, what is kept."""

import json
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from app.assembly.kiosks import queries
from app.assembly.kiosks.models import Kiosk, KioskBallot, KioskTotal
from app.assembly.kiosks.rules import PAIR_WITHIN, KioskState
from app.assembly.kiosks.services import pairing, taking
from app.assembly.models import Assembly
from app.assembly.rules import AssemblyState
from app.assembly.services import board, casting, counting, publishing
from app.assembly.stations.services import checking_in
from app.db.session import session, transaction
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.people.models import Person, RollEntry
from app.people.rules import Role
from app.record.models import RecordEntry
from tests.conftest import NOW
from tests.factories import make_holder, make_place
from tests.factories_kiosks import make_kiosk, register_kiosk, say, send
from tests.factories_stations import count_station, hand_count, hand_out, make_roll_assembly, make_station
from tests.factories_year import make_staff
from voting import derive_credential, make_ballot

pytestmark = pytest.mark.usefixtures("app")
MINUTE = timedelta(minutes=1)
World = tuple[Assembly, list[Person], list[RollEntry], Kiosk]


@pytest.fixture
def world(app: Flask) -> World:
    assembly, people, entries = make_roll_assembly([1_000_000, 2_000_000])
    kiosk, _ = make_kiosk(make_station(assembly))
    return assembly, people, entries, kiosk


def ballot_of(assembly: Assembly, person: Person, choices: list[int], *, at: datetime = NOW) -> bytes:
    context = board.context_of(assembly)
    code = casting.code_for(assembly, person, at=at)
    credential = derive_credential(code, uuid=context.election.uuid, group=context.election.group)
    return make_ballot(context.election, credential, [choices]).data


def recorded(assembly: Assembly) -> list[RecordEntry]:
    return list(session().scalars(select(RecordEntry).where(RecordEntry.place_id == assembly.place_id)))


def cast_online(assembly: Assembly, data: bytes) -> None:
    with transaction():
        casting.cast_ballot(assembly.id, data, at=NOW)


@pytest.mark.slow
def test_a_ballot_counts_at_the_kiosk_by_its_device_and_the_last_one_decides_the_way(world: World):
    assembly, people, _, kiosk = world
    first, other = ballot_of(assembly, people[0], [1, 0]), ballot_of(assembly, people[1], [1, 0])
    receipt = send(kiosk, first)
    assert send(kiosk, first).event == receipt.event
    cast_online(assembly, other)
    session().refresh(kiosk)
    assert (kiosk.taken, kiosk.late, queries.kiosk_voters(assembly)) == (1, 0, 1)
    cast_online(assembly, ballot_of(assembly, people[0], [0, 1]))
    assert queries.kiosk_voters(assembly) == 0
    # What lies on the board already is no news, and makes nobody a kiosk's voter again.
    assert send(kiosk, first).event == receipt.event
    assert send(kiosk, other).tracker
    assert queries.kiosk_voters(assembly) == 0
    send(kiosk, ballot_of(assembly, people[1], [0, 1]))
    assert queries.kiosk_voters(assembly) == 1


@pytest.mark.slow
def test_a_pairing_code_works_once_for_half_an_hour_as_it_is_typed(world: World):
    assembly, *_ = world
    station = world[3].station
    handed = register_kiosk(station)
    with pytest.raises(InvalidInput), transaction():
        pairing.pair("AAAAA-AAAAA", at=NOW)
    with pytest.raises(InvalidInput), transaction():
        pairing.pair(handed.code, at=NOW + PAIR_WITHIN)
    with transaction():
        kiosk, secret = pairing.pair(f" {handed.code[:5].lower()}-{handed.code[5:]} ", at=NOW + PAIR_WITHIN - MINUTE)
    assert queries.kiosk_by_device(secret) == kiosk
    assert secret not in {kiosk.device_hash, kiosk.pairing_hash, kiosk.pin_hash}
    with pytest.raises(InvalidInput), transaction():
        pairing.pair(handed.code, at=NOW)
    assert kiosk.pin_hash == pairing.pin_digest(handed.pin, kiosk.pin_salt)
    assert [entry.act for entry in recorded(assembly)].count("assembly.kiosk_registered") == 2


@pytest.mark.slow
def test_a_revoked_or_renewed_device_is_a_stranger(world: World):
    assembly, people, _, kiosk = world
    staff = make_staff(assembly.place)
    other, secret = make_kiosk(kiosk.station)
    with transaction():
        handed = pairing.renew(other.id, by=staff, at=NOW)
    assert queries.kiosk_by_device(secret) is None
    with transaction():
        pairing.pair(handed.code, at=NOW)
        pairing.revoke(kiosk.id, by=staff, at=NOW)
    with pytest.raises(NotAllowed):
        send(kiosk, ballot_of(assembly, people[0], [1, 0]))
    with pytest.raises(NotAllowed):
        say(kiosk)
    assert kiosk.state is KioskState.REVOKED
    assert not queries.kiosk_by_device("")
    with pytest.raises(RuleViolation), transaction():
        pairing.renew(kiosk.id, by=staff, at=NOW)


def test_only_staff_register_renew_and_revoke(world: World):
    assembly, people, _, kiosk = world
    member = make_holder(Role.COUNCIL_MEMBER, assembly.place)
    for person in (people[0], member):
        with pytest.raises(NotAllowed):
            register_kiosk(kiosk.station, by=person)
        with pytest.raises(NotAllowed), transaction():
            pairing.renew(kiosk.id, by=person, at=NOW)
        with pytest.raises(NotAllowed), transaction():
            pairing.revoke(kiosk.id, by=person, at=NOW)


@pytest.mark.slow
def test_paper_and_the_kiosk_exclude_each_other(world: World):
    assembly, people, entries, kiosk = world
    clerk = make_staff(assembly.place)
    send(kiosk, ballot_of(assembly, people[0], [1, 0]))
    with pytest.raises(RuleViolation, match="온라인"), transaction():
        checking_in.check_in(kiosk.station_id, entries[0].id, by=clerk, at=NOW)
    # Locked without a connection, then paper taken: the paper was recorded first, and it counts.
    queued = ballot_of(assembly, people[1], [1, 0])
    hand_out(kiosk.station, [entries[1]], by=clerk)
    with pytest.raises(casting.VotesOnPaper):
        send(kiosk, queued, sealed_at=NOW - MINUTE)
    assert session().scalar(select(func.count(KioskBallot.ballot_id))) == 1


@pytest.mark.slow
def test_a_ballot_locked_in_time_is_taken_within_the_grace_that_the_election_binds(world: World):
    assembly, people, _, kiosk = world
    end = assembly.closes_at
    assert taking.grace_of(assembly) == 30 * MINUTE
    ballots = [ballot_of(assembly, person, [1, 0]) for person in people]
    say(kiosk, waiting=2, at=end - MINUTE)
    with pytest.raises(RuleViolation, match="끝난 뒤에 잠근"):
        send(kiosk, ballots[0], sealed_at=end, at=end + MINUTE)
    with pytest.raises(RuleViolation, match="끝난 뒤에 잠근"):
        send(kiosk, ballots[0], at=end + MINUTE)
    with pytest.raises(RuleViolation):
        casting.examine(assembly, ballots[0], at=end + MINUTE)
    receipt = send(kiosk, ballots[0], sealed_at=end - MINUTE, at=end + 29 * MINUTE)
    session().refresh(kiosk)
    assert (kiosk.taken, kiosk.late) == (1, 1)
    with pytest.raises(RuleViolation, match="시간이 지나"):
        send(kiosk, ballots[1], sealed_at=end - MINUTE, at=end + 30 * MINUTE)
    # A lost answer is given again, whenever it is asked for.
    assert send(kiosk, ballots[0], sealed_at=end - MINUTE, at=end + 90 * MINUTE).event == receipt.event
    assert kiosk.late == 1


@pytest.mark.slow
def test_the_box_waits_for_kiosks_that_may_still_bring_ballots_and_no_longer_than_the_grace(world: World):
    assembly, people, _, kiosk = world
    end = assembly.closes_at
    make_kiosk(kiosk.station)  # a second one, of which nothing is heard after the end
    register_kiosk(kiosk.station)  # one that never had a tablet is waited for by nobody
    say(kiosk, waiting=1, at=end - MINUTE)
    with transaction():
        assert counting.close_due_assemblies(end) == 0
    with pytest.raises(RuleViolation, match="키오스크 2대"), transaction():
        counting.close_assembly(assembly.id, by=None, at=end)
    send(kiosk, ballot_of(assembly, people[0], [1, 0]), sealed_at=end - MINUTE, at=end + MINUTE)
    say(kiosk, waiting=0, at=end + MINUTE)
    assert taking.kiosks_awaited(assembly, end + 2 * MINUTE) == 1
    assert queries.undone(assembly.cycle) == []
    with transaction():
        assert counting.close_due_assemblies(end + 29 * MINUTE) == 0
    with transaction():
        assert counting.close_due_assemblies(end + 30 * MINUTE) == 1
    assert assembly.state is AssemblyState.CLOSED
    with pytest.raises(RuleViolation):
        send(kiosk, ballot_of(assembly, people[1], [1, 0]), sealed_at=end - MINUTE, at=end + 29 * MINUTE)


@pytest.mark.slow
def test_the_box_closes_at_once_when_every_kiosk_says_that_it_holds_nothing(world: World):
    assembly, _, _, kiosk = world
    say(kiosk, at=assembly.closes_at)
    with transaction():
        assert counting.close_due_assemblies(assembly.closes_at) == 1


def test_staff_are_sent_to_a_kiosk_that_holds_ballots_or_went_silent_on_a_day_of_use(world: World):
    assembly, _, _, kiosk = world
    clerk, stranger = make_staff(assembly.place), make_staff(make_place())

    def owed(at: datetime) -> list[str]:
        return [str(todo.title % todo.values) for todo in queries.todos(clerk, at)]

    silent = "소식이 끊긴 키오스크 살펴보기"
    say(kiosk)
    assert owed(NOW + 15 * MINUTE) == []
    assert owed(NOW + 16 * MINUTE) == [silent]
    assert queries.todos(stranger, NOW + 16 * MINUTE) == []
    # Switched off for the night and not needed on the morrow; needed on the last day.
    assert owed(NOW + timedelta(days=1)) == []
    assert owed(assembly.closes_at - 30 * MINUTE) == [silent]
    say(kiosk, waiting=2, at=NOW + timedelta(days=1))
    assert owed(NOW + timedelta(days=1)) == ["키오스크에 남은 표 2장 보내기"]
    assert owed(NOW + timedelta(days=1, minutes=16)) == ["키오스크에 남은 표 2장 보내기", silent]
    with transaction():
        pairing.revoke(kiosk.id, by=clerk, at=NOW)
    assert owed(assembly.closes_at) == []


@pytest.mark.slow
def test_the_result_says_how_many_voted_at_kiosks_and_forgets_which_ballots_they_were(world: World):
    assembly, people, entries, kiosk = world
    clerks, end = (make_staff(assembly.place), make_staff(assembly.place)), assembly.closes_at
    for person in people[:2]:
        send(kiosk, ballot_of(assembly, person, [1, 0]))
    cast_online(assembly, ballot_of(assembly, people[2], [0, 1]))
    hand_out(kiosk.station, [entries[4]], by=clerks[0])
    say(kiosk, waiting=1, refused=1, at=end)
    assert [duty.values["n"] for duty in queries.undone(assembly.cycle)] == [1]
    assert {todo.context for todo in queries.todos(clerks[0], end)} == {kiosk.name}
    late = end + 30 * MINUTE
    with time_machine.travel(late, tick=False):
        with transaction():
            counting.close_assembly(assembly.id, by=None, at=late)
        count_station(kiosk.station, hand_count(assembly, [0, 1], papers=1), by=clerks, at=late)
        if assembly.state is not AssemblyState.COUNTED:
            with transaction():
                counting.count_assembly(assembly.id, at=late)
    session().refresh(assembly)
    assert [item.votes for item in assembly.items] == [2, 2]
    assert session().scalar(select(func.count(KioskBallot.ballot_id))) == 0
    assert queries.kiosk_voters(assembly) == session().get_one(KioskTotal, assembly.id).voters == 2
    told = json.loads(publishing.files_of(assembly)["kiosks.json"])
    assert told == {
        "format": "madang-kiosks-1",
        "fingerprint": assembly.fingerprint,
        "grace_minutes": 30,
        "voters": 2,
        "kiosks": [
            {
                "name": kiosk.name, "station": kiosk.station.name, "ballots": 2, "late": 0, "refused": 1, "unsent": 1,
            }
        ],
    }  # fmt: skip
    acts = {entry.act: entry.values for entry in recorded(assembly)}
    assert acts["assembly.kiosks_unsent"] == {"n": 1}
    # One encrypted sum for all devices: the channels are those of the sums, and the kiosk is no sum of its own.
    assert set(json.loads(publishing.files_of(assembly)["channels.json"])["channels"]) == {"online", "booth"}
