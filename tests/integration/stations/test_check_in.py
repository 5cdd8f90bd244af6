"""One person, one vote: paper and the electronic box under one lock."""

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.assembly import queries as assembly_queries
from app.assembly.models import Assembly, CastBallot
from app.assembly.services import board, casting
from app.assembly.stations import queries
from app.assembly.stations.models import CheckIn, ElectorLink
from app.assembly.stations.queries import Standing
from app.assembly.stations.rules.states import ONE_VOTE_RULE, StationState
from app.assembly.stations.services import checking_in, running
from app.db.session import session, transaction
from app.errors import NotAllowed, NotFound, RuleViolation
from app.people.models import Person
from app.people.rules import Role
from app.privacy.models import AccessLogEntry
from tests.at_once import at_once
from tests.conftest import NOW
from tests.factories import make_holder
from tests.factories_stations import BORN, hand_out, make_roll_assembly, make_station
from tests.factories_year import make_assembly, make_staff
from voting import Election, derive_credential, make_ballot

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("app")]


def ballot_of(assembly: Assembly, person: Person, choices: list[int]) -> bytes:
    context = board.context_of(assembly)
    code = casting.code_for(assembly, person, at=NOW)
    credential = derive_credential(code, uuid=context.election.uuid, group=context.election.group)
    return make_ballot(context.election, credential, [choices]).data


def cast(assembly: Assembly, data: bytes) -> casting.Receipt:
    with transaction():
        return casting.cast_ballot(assembly.id, data, at=NOW)


def test_who_voted_online_gets_no_paper_and_who_got_paper_cannot_vote_online():
    assembly, people, entries = make_roll_assembly([1_000_000, 2_000_000])
    clerk = make_staff(assembly.place)
    station = make_station(assembly, by=clerk)
    first, second = ballot_of(assembly, people[0], [1, 0]), ballot_of(assembly, people[1], [1, 0])
    cast(assembly, first)
    with pytest.raises(RuleViolation, match="온라인"), transaction():
        checking_in.check_in(station.id, entries[0].id, by=clerk, at=NOW)
    hand_out(station, [entries[1], entries[4]], by=clerk)
    with pytest.raises(casting.VotesOnPaper), transaction():
        casting.cast_ballot(assembly.id, second, at=NOW)
    assert session().scalar(select(func.count(CastBallot.id))) == 1
    assert session().scalar(select(func.count(CheckIn.id))) == 2
    assert assembly_queries.turnout(assembly) == 3
    assert [queries.standing_of(assembly, entry) for entry in entries[:3]] == [
        Standing.VOTED_ONLINE, Standing.CHECKED_IN, Standing.MAY_VOTE,
    ]  # fmt: skip


def test_a_receipt_lost_on_the_way_can_be_asked_for_after_a_check_in_was_refused():
    assembly, people, _ = make_roll_assembly([1_000_000])
    data = ballot_of(assembly, people[0], [1])
    assert cast(assembly, data) == cast(assembly, data)


def test_a_second_paper_is_refused_everywhere_and_a_double_click_is_one_check_in():
    assembly, _, entries = make_roll_assembly([1_000_000])
    clerk, other = make_staff(assembly.place), make_staff(assembly.place)
    here, there = make_station(assembly, by=clerk), make_station(assembly, by=clerk)
    hand_out(here, [entries[3], entries[3]], by=clerk)
    assert here.issued == 1
    for station, person in ((here, other), (there, clerk)):
        with pytest.raises(RuleViolation, match="이미 용지를"), transaction():
            checking_in.check_in(station.id, entries[3].id, by=person, at=NOW)


def test_paper_is_handed_out_in_voting_hours_by_public_servants_to_people_on_the_roll_only():
    assembly, people, entries = make_roll_assembly([1_000_000])
    clerk = make_staff(assembly.place)
    station = make_station(assembly, by=clerk)
    support = make_holder(Role.SUPPORT_OFFICER, assembly.place)
    for person in (support, people[0], make_staff(make_assembly([1_000_000])[0].place)):
        with pytest.raises(NotAllowed), transaction():
            checking_in.check_in(station.id, entries[3].id, by=person, at=NOW)
    with pytest.raises(RuleViolation), transaction():
        checking_in.check_in(station.id, entries[3].id, by=clerk, at=assembly.closes_at)
    with pytest.raises(RuleViolation), transaction():
        checking_in.check_in(station.id, entries[3].id, by=clerk, at=assembly.opens_at - timedelta(seconds=1))
    _, _, strangers = make_roll_assembly([1_000_000])
    with pytest.raises(NotFound), transaction():
        checking_in.check_in(station.id, strangers[0].id, by=clerk, at=NOW)
    with transaction():
        entries[3].is_eligible = False
    with pytest.raises(RuleViolation, match="나이"), transaction():
        checking_in.check_in(station.id, entries[3].id, by=clerk, at=NOW)
    with transaction():
        running.end_issuing(station.id, by=clerk, at=NOW)
    assert station.state is StationState.COUNTING
    with pytest.raises(RuleViolation), transaction():
        checking_in.check_in(station.id, entries[4].id, by=clerk, at=NOW)


def test_every_look_at_the_roll_is_logged():
    assembly, _, entries = make_roll_assembly([1_000_000])
    clerk = make_staff(assembly.place)
    station = make_station(assembly, by=clerk)
    with transaction():
        found = checking_in.find_voter(station, name="주민 라", birth_date=BORN, by=clerk, ip="10.0.0.1", at=NOW)
    assert [(each.entry.id, each.standing) for each in found] == [(entries[3].id, Standing.MAY_VOTE)]
    line = session().scalars(select(AccessLogEntry).order_by(AccessLogEntry.id.desc())).first()
    assert line is not None
    assert (line.person_id, line.count, line.subject) == (clerk.id, 1, f"roll:{entries[0].roll_id}")


def test_the_rule_of_one_vote_and_the_roll_are_bound_before_anybody_votes():
    assembly, _, _ = make_roll_assembly([1_000_000])
    bound = Election.parse(board.setup_members(assembly)[0]).extensions["assembly"]
    assert bound["one_vote"] == ONE_VOTE_RULE
    assert bound["roll_root"] == "ab" * 32


def test_no_station_without_a_frozen_roll():
    assembly, _ = make_assembly([1_000_000])
    with pytest.raises(RuleViolation, match="명부"):
        make_station(assembly)


def test_who_has_which_credential_stands_nowhere_in_clear():
    assembly, _, _ = make_roll_assembly([1_000_000])
    published = board.context_of(assembly).weights
    for link in session().scalars(select(ElectorLink)):
        assert not any(credential.encode() in link.credential.data for credential in published)


def test_paper_and_a_ballot_at_the_same_instant_are_one_vote(app: Flask):
    assembly, people, entries = make_roll_assembly([1_000_000], residents=6, others=0)
    clerk = make_staff(assembly.place)
    station = make_station(assembly, by=clerk)
    ballots = [ballot_of(assembly, person, [1]) for person in people]
    assembly_id, station_id, clerk_id = assembly.id, station.id, clerk.id
    entry_ids = [entry.id for entry in entries]
    done: list[int] = []

    def cast(number: int) -> None:
        casting.cast_ballot(assembly_id, ballots[number], at=NOW)
        done.append(number)

    def hand(number: int) -> None:
        checking_in.check_in(station_id, entry_ids[number], by=session().get_one(Person, clerk_id), at=NOW)
        done.append(number)

    at_once(app, *(partial(act, number) for number in range(6) for act in (cast, hand)))
    assert sorted(done) == list(range(6))
    assert (session().scalar(select(func.count(CastBallot.id))) or 0) + station.issued == 6
