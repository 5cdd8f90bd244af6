"""Offices, committees with residents, and members who go on without a draw."""

import pytest
from flask import Flask

from app.clock import kst_date
from app.council.models import CouncilMember, CouncilTerm
from app.council.queries.meetings import attendances_of, quorum_of_meeting
from app.council.queries.people import officers_of
from app.council.rules.meetings import ItemKind, MeetingKind
from app.council.rules.membership import CommitteeRole, Office, Origin
from app.council.services import founding, meetings, organising
from app.db.session import session, transaction
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.people.models import Person
from app.people.rules import Role
from app.places.models import Place
from tests.conftest import NOW
from tests.factories import make_holder, make_place, make_resident
from tests.factories_council import DAY, make_council, set_rule


@pytest.fixture
def members(app: Flask) -> list[CouncilMember]:
    """Five members of a council."""
    return make_council(make_place(), members=5)[2]


def place_of(members: list[CouncilMember]) -> Place:
    return members[0].term.council.place


def account(member: CouncilMember) -> Person:
    assert member.person is not None
    return member.person


def elect(member: CouncilMember, office: Office, by: Person) -> None:
    with transaction():
        organising.elect_officer(member.id, office, elected_on=kst_date(NOW), how="비밀투표", by=by, at=NOW)


def test_there_is_one_chair_and_as_many_vice_chairs_as_the_ordinance_has(members: list[CouncilMember]):
    by = account(members[0])
    set_rule(place_of(members), "council.vice_chairs", "2")
    for member in members[:2]:
        elect(member, Office.CHAIR, by)
    for member in members[2:4]:
        elect(member, Office.VICE_CHAIR, by)
    with pytest.raises(RuleViolation):
        elect(members[4], Office.VICE_CHAIR, by)
    held = [(row.office, row.member_id) for row in officers_of(members[0].term)]
    assert held == [(Office.CHAIR, members[1].id)] + [(Office.VICE_CHAIR, member.id) for member in members[2:4]]
    with pytest.raises(NotAllowed):
        elect(members[0], Office.AUDITOR, make_resident(place_of(members)))


def test_a_resident_in_a_committee_is_heard_and_counts_for_no_quorum(members: list[CouncilMember]):
    by, resident = account(members[0]), make_resident(place_of(members))
    with transaction():
        committee = organising.found_committee(place_of(members), name="환경분과", purpose="", by=by, at=NOW)
        organising.join_committee(committee.id, member_id=members[0].id, is_chair=True, by=by, at=NOW)
        organising.join_committee(committee.id, member_id=members[1].id, by=by, at=NOW)
    for _ in range(2):  # sent twice, once
        with transaction():
            row = organising.join_committee(committee.id, person=resident, by=resident, at=NOW)
    assert row.role is CommitteeRole.ASSOCIATE
    with pytest.raises(InvalidInput), transaction():
        organising.join_committee(committee.id, person=resident, is_chair=True, by=by, at=NOW)
    with pytest.raises(NotAllowed), transaction():
        organising.join_committee(committee.id, member_id=members[2].id, by=resident, at=NOW)
    with transaction():
        meeting = meetings.call_meeting(
            members[0].term, committee, kind=MeetingKind.REGULAR, title="환경분과 회의", where="주민센터",
            is_online=False, starts_at=NOW + DAY, items=[meetings.ItemPlan("하천 청소", "", ItemKind.DECISION)],
            once="m", by=by, at=NOW,
        )  # fmt: skip
    with transaction():
        meetings.note_present(meeting.id, {}, version=meeting.version, by=by, at=NOW + DAY)
    votes = {row.name: row.has_vote for row in attendances_of(meeting)}
    assert votes == {members[0].name: True, members[1].name: True, resident.public_name: False}
    assert quorum_of_meeting(meeting).members == 2


def test_a_member_goes_on_without_a_draw_as_often_as_the_ordinance_says(members: list[CouncilMember]):
    place = place_of(members)
    clerk = make_holder(Role.DONG_STAFF, place)
    set_rule(place, "council.size_min", "5")
    with transaction():
        founding.plan_next_term(place, seats=5, by=clerk, at=NOW)
    term = members[0].term
    following = session().query(CouncilTerm).filter_by(council_id=term.council_id, number=term.number + 1).one()
    ids = [member.id for member in members[:2]]
    with pytest.raises(InvalidInput) as refusal, transaction():
        organising.renew_members(term, following, ids, by=clerk, at=NOW)
    assert "교육" in refusal.value.message
    set_rule(place, "council.training_hours_renew", "0")
    with transaction():
        members[1].renewals = 1
    with pytest.raises(InvalidInput) as refusal, transaction():
        organising.renew_members(term, following, ids, by=clerk, at=NOW)
    assert "횟수" in refusal.value.message
    with pytest.raises(NotAllowed), transaction():
        organising.renew_members(term, following, ids[:1], by=account(members[0]), at=NOW)
    with transaction():
        found = organising.renew_members(term, following, ids[:1], by=clerk, at=NOW)
    assert [(row.name, row.origin) for row in found.members] == [(members[0].name, Origin.RENEWED)]
    with pytest.raises(InvalidInput), transaction():
        organising.renew_members(term, following, ids[:1], by=clerk, at=NOW)
