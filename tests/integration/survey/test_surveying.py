"""Resources and members on both databases: two who write at once, lists repeated, accounts closed."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.cycle.rules import Stage
from app.db.session import session, transaction
from app.errors import AppError, InvalidInput, RuleViolation
from app.people.models import Person
from app.people.rules import Role
from app.people.services import account
from app.places.models import Place
from app.planning_group import services as group
from app.planning_group.models import GroupMember, GroupTeam
from app.planning_group.queries import todos as group_todos
from app.planning_group.rules import MemberState
from app.survey.models import CommunityResource, ListState
from app.survey.queries import todos
from app.survey.rules import ResourceState
from app.survey.services import listing, surveying
from tests.at_once import at_once
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place, make_resident
from tests.factories_survey import make_call, make_member, make_resource, words

TABLE = "번호,종류,이름,곳\n,가게,향촌 책방,향촌길 7\n5,가게,관산 떡집,관산시장\n".encode()
pytestmark = pytest.mark.slow


def fresh(person_id: int) -> Person:
    return session().get_one(Person, person_id)


def test_two_who_add_at_once_get_two_numbers(app: Flask):
    place = make_place()
    member, clerk = make_holder(Role.COUNCIL_MEMBER, place), make_holder(Role.DONG_STAFF, place)
    place_id, people = place.id, (member.id, clerk.id)

    def add(person_id: int) -> None:
        here, by = session().get_one(Place, place_id), session().get_one(Person, person_id)
        surveying.add_resource(here, words(), once="x", by=by, at=NOW)

    acts = [lambda each=each: add(each) for each in people]
    assert at_once(app, *acts) == []
    assert sorted(session().scalars(select(CommunityResource.number))) == [1, 2]


def test_the_same_thing_is_added_once(app: Flask):
    place = make_place()
    member = make_holder(Role.COUNCIL_MEMBER, place)
    make_resource(place, member, said=words(name="옛 우물"))
    with pytest.raises(InvalidInput, match="이미 있습니다"):
        make_resource(place, member, said=words(name="옛우물"))


def test_what_changed_since_it_was_seen_is_not_made_public(app: Flask):
    place = make_place()
    member, clerk = make_holder(Role.COUNCIL_MEMBER, place), make_holder(Role.DONG_STAFF, place)
    first, second = make_resource(place, member), make_resource(place, member)
    with transaction():
        surveying.edit_resource(second.id, words(name="다른 이름"), version=1, by=member, at=NOW)
    with pytest.raises(AppError, match="먼저 고쳤습니다"), transaction():
        surveying.check_resources(place, [(first.id, 1), (second.id, 1)], by=clerk, at=NOW)
    assert {first.state, second.state} == {ResourceState.PROPOSED}
    assert [todo.values["n"] for todo in todos(clerk, NOW)] == [2]
    assert todos(member, NOW) == []


def test_a_list_taken_twice_is_taken_once_and_repeated_changes_nothing(app: Flask):
    place = make_place()
    clerk = make_holder(Role.DONG_STAFF, place)
    with transaction():
        row = listing.upload(place, name="a.csv", content=TABLE, by=clerk, at=NOW)
    list_id, clerk_id = row.id, clerk.id
    assert at_once(app, *[lambda: listing.take(list_id, by=fresh(clerk_id), at=NOW)] * 2) == []
    assert sorted(session().scalars(select(CommunityResource.number))) == [5, 6]
    assert (row.state, row.content, row.added) == (ListState.TAKEN, None, 2)
    with transaction():
        again = listing.upload(place, name="b.csv", content=TABLE + b"\n", by=clerk, at=NOW)
    plan = listing.plan_of(again, at=NOW)
    assert (plan.same, plan.new, plan.changed) == (2, [], [])
    assert not plan.can_be_taken


def test_a_wrong_line_keeps_the_whole_list_out(app: Flask):
    place = make_place()
    clerk = make_holder(Role.DONG_STAFF, place)
    with transaction():
        row = listing.upload(place, name="a.csv", content=TABLE + ",모르는 것,이름,\n".encode(), by=clerk, at=NOW)
    with pytest.raises(RuleViolation, match="고칠 줄"), transaction():
        listing.take(row.id, by=clerk, at=NOW)
    assert session().scalar(select(func.count(CommunityResource.id))) == 0


def test_a_column_that_is_missing_leaves_the_value_as_it_is(app: Flask):
    place = make_place()
    member, clerk = make_holder(Role.COUNCIL_MEMBER, place), make_holder(Role.DONG_STAFF, place)
    known = make_resource(place, member, clerk)
    described = known.description
    with transaction():
        content = f"번호,종류,이름\n{known.number},함께 쓰는 공간,새 이름\n".encode()
        row = listing.upload(place, name="a.csv", content=content, by=clerk, at=NOW)
    with transaction():
        listing.take(row.id, by=clerk, at=NOW)
    assert (known.name, known.description, known.state) == ("새 이름", described, ResourceState.PUBLIC)
    assert known.point is not None


def test_the_last_place_of_the_group_goes_to_one(app: Flask):
    place = make_place()
    cycle, clerk = make_cycle(place, Stage.PLANNING_GROUP), make_holder(Role.DONG_STAFF, place)
    call = make_call(cycle, clerk, seats=1)
    rows = []
    for person in (make_resident(place), make_resident(place)):
        with transaction():
            rows.append(group.apply(call.id, motive="", by=person, at=NOW))
    assert [todo.values["n"] for todo in group_todos(clerk, NOW)] == [2]
    ids, clerk_id = [row.id for row in rows], clerk.id
    refusals = at_once(app, *(lambda key=key: group.accept(key, version=1, by=fresh(clerk_id), at=NOW) for key in ids))
    assert len(refusals) == 1
    assert sorted(row.state for row in rows) == [MemberState.APPLIED, MemberState.MEMBER]


def test_who_closes_the_account_leaves_the_group_and_its_lead(app: Flask):
    place = make_place()
    cycle, clerk = make_cycle(place, Stage.PLANNING_GROUP), make_holder(Role.DONG_STAFF, place)
    call, person = make_call(cycle, clerk), make_resident(place)
    row = make_member(call, person, clerk)
    with transaction():
        team = group.make_team(cycle, name="나무", topic="나무와 물", once="t", by=clerk, at=NOW)
        group.join_team(team.id, cycle, by=person, at=NOW)
        group.edit_team(team.id, name="나무", topic="나무와 물", lead_id=person.id, version=1, by=clerk, at=NOW)
    assert row.motive is None
    with transaction():
        account.close(person.id, at=NOW)
    assert (row.state, row.team_id) == (MemberState.LEFT, None)
    assert session().scalars(select(GroupTeam.lead_id)).one() is None
    assert session().scalar(select(func.count(GroupMember.id))) == 1
