"""Giving and taking roles, by hand and by invitation."""

import re
from datetime import timedelta
from itertools import product

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from app.db.session import session, transaction
from app.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from app.people.models import Invitation, Person, RoleGrant
from app.people.permissions import grantable_roles, holds, is_staff, needs_second_factor
from app.people.rules import GRANTED_AT, MAY_GRANT, ContactKind, Role
from app.people.services import invitations
from app.people.services.roles import grant_role, grant_to_contact, revoke_role
from app.people.services.sign_up import add_contact
from app.places.models import Place
from app.places.rules import PlaceKind
from app.privacy.sealing import reveal
from app.record.models import RecordEntry
from tests.conftest import NOW
from tests.factories import make_holder, make_person, make_place
from tests.mailbox import texts_to

pytestmark = pytest.mark.usefixtures("app", "then")


@pytest.fixture
def then():
    """Messages leave at the time of the test, before they run out."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world() -> dict[PlaceKind, Place]:
    city = make_place(PlaceKind.CITY)
    district = make_place(PlaceKind.DISTRICT, city)
    return {PlaceKind.CITY: city, PlaceKind.DISTRICT: district, PlaceKind.DONG: make_place(PlaceKind.DONG, district)}


def reachable(email: str = "someone@example.kr") -> Person:
    person = make_person()
    with transaction():
        add_contact(person, ContactKind.EMAIL, email, at=NOW)
    session().refresh(person)
    return person


def test_who_may_give_what_where_is_exactly_the_table(world: dict[PlaceKind, Place]):
    for giver in Role:
        level = next(iter(sorted(GRANTED_AT[giver], key=list(PlaceKind).index)))
        person = make_holder(giver, world[level])
        for kind, given in product((PlaceKind.CITY, PlaceKind.DISTRICT, PlaceKind.DONG), Role):
            below = list(PlaceKind).index(kind) >= list(PlaceKind).index(level)
            expected = below and given in MAY_GRANT.get(giver, frozenset()) and kind in GRANTED_AT[given]
            assert (given in grantable_roles(person, world[kind], NOW)) is expected, (giver, kind, given)


def test_nobody_gives_anything_in_another_dong(world: dict[PlaceKind, Place]):
    staff = make_holder(Role.DONG_STAFF, world[PlaceKind.DONG])
    assert grantable_roles(staff, make_place(), NOW) == []
    assert grantable_roles(None, world[PlaceKind.DONG], NOW) == []


@pytest.mark.slow
def test_a_role_is_given_held_and_taken(app: Flask, world: dict[PlaceKind, Place]):
    dong = world[PlaceKind.DONG]
    boss, person = make_holder(Role.DISTRICT_STAFF, world[PlaceKind.DISTRICT]), reachable()
    with transaction():
        grant = grant_to_contact(dong, Role.DONG_STAFF, "Someone@example.kr", by=boss, at=NOW)
    assert is_staff(person, dong, NOW)
    assert needs_second_factor(person, NOW)
    assert "새로운 일을 맡으셨습니다" in texts_to(app, "someone@example.kr")[-1]
    with transaction():
        revoke_role(grant.id, place=dong, by=boss, at=NOW)
    assert not is_staff(person, dong, NOW)
    acts = (
        session().execute(select(RecordEntry.act, RecordEntry.role, RecordEntry.values).order_by(RecordEntry.id)).all()
    )
    assert [tuple(each) for each in acts] == [
        ("people.role_granted", "district_staff", {"granted": "dong_staff"}),
        ("people.role_revoked", "district_staff", {"granted": "dong_staff"}),
    ]


def test_a_role_with_a_last_day_ends_by_itself(world: dict[PlaceKind, Place]):
    dong, person = world[PlaceKind.DONG], reachable()
    boss = make_holder(Role.OPERATOR, world[PlaceKind.CITY])
    ends = NOW + timedelta(days=30)
    with transaction():
        grant_role(dong, Role.COUNCIL_MEMBER, person, by=boss, at=NOW, ends_at=ends)
    assert holds(person, Role.COUNCIL_MEMBER, dong, ends - timedelta(seconds=1))
    assert not holds(person, Role.COUNCIL_MEMBER, dong, ends)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"ends_at": NOW}, InvalidInput),
        ({"role": Role.DEPARTMENT_REVIEWER}, NotAllowed),
        ({"role": Role.OPERATOR}, NotAllowed),
        ({"contact": "nobody@example.kr"}, InvalidInput),
        ({"contact": "what"}, InvalidInput),
    ],
)
def test_wrong_grants_are_refused(world: dict[PlaceKind, Place], changes: dict, error: type):
    reachable()
    boss = make_holder(Role.DISTRICT_STAFF, world[PlaceKind.DISTRICT])
    values = {"role": Role.DONG_STAFF, "contact": "someone@example.kr", **changes}
    with pytest.raises(error), transaction():
        grant_to_contact(world[PlaceKind.DONG], values.pop("role"), values.pop("contact"), by=boss, at=NOW, **values)


def test_the_same_role_is_not_given_twice(world: dict[PlaceKind, Place]):
    person, boss = reachable(), make_holder(Role.OPERATOR, world[PlaceKind.CITY])
    for expected in (None, RuleViolation):
        if expected is None:
            with transaction():
                grant_role(world[PlaceKind.DONG], Role.DONG_STAFF, person, by=boss, at=NOW)
        else:
            with pytest.raises(expected), transaction():
                grant_role(world[PlaceKind.DONG], Role.DONG_STAFF, person, by=boss, at=NOW)


def test_one_place_cannot_take_a_role_of_another(world: dict[PlaceKind, Place]):
    person = make_holder(Role.DONG_STAFF, world[PlaceKind.DONG])
    elsewhere = make_place()
    thief = make_holder(Role.OPERATOR, elsewhere.parent.parent)
    with pytest.raises(NotFound), transaction():
        revoke_role(person.grants[0].id, place=elsewhere, by=thief, at=NOW)
    with pytest.raises(NotAllowed), transaction():
        revoke_role(person.grants[0].id, place=world[PlaceKind.DONG], by=thief, at=NOW)


def test_operators_do_not_lock_themselves_out(world: dict[PlaceKind, Place]):
    boss = make_holder(Role.OPERATOR, world[PlaceKind.CITY])
    with pytest.raises(RuleViolation), transaction():
        revoke_role(boss.grants[0].id, place=world[PlaceKind.CITY], by=boss, at=NOW)


# Invitations


def invited(app: Flask, world: dict[PlaceKind, Place], email: str = "reviewer@example.kr") -> tuple[Person, str]:
    boss = make_holder(Role.DISTRICT_STAFF, world[PlaceKind.DISTRICT])
    with transaction():
        invitations.invite(
            world[PlaceKind.DISTRICT], Role.DEPARTMENT_REVIEWER, email, by=boss, at=NOW, department="공원녹지과"
        )
    text = texts_to(app, email)[-1]
    assert "부서 담당자 (공원녹지과)" in text
    return boss, re.search(r"/account/invitation/([\w-]+)", text)[1]


def test_a_reviewer_joins_by_the_link_alone(app: Flask, world: dict[PlaceKind, Place]):
    _boss, token = invited(app, world)
    prepared = invitations.prepare_account("박검토", "새벽 산책은 둘레길로")
    with transaction():
        person = invitations.accept_with_new_account(token, prepared, locale="ko", at=NOW)
    grant = person.grants[0]
    assert (grant.role, grant.department, grant.place_id) == (
        Role.DEPARTMENT_REVIEWER, "공원녹지과", world[PlaceKind.DISTRICT].id,
    )  # fmt: skip
    assert not is_staff(person, world[PlaceKind.DONG], NOW)
    row = session().scalar(select(Invitation))
    assert (row.accepted_by, row.email) == (person.id, None)
    with pytest.raises(NotFound):
        invitations.open_invitation(token, at=NOW)


def test_the_owner_of_an_account_accepts_with_it(app: Flask, world: dict[PlaceKind, Place]):
    person = reachable("reviewer@example.kr")
    _boss, token = invited(app, world)
    with pytest.raises(Conflict), transaction():
        invitations.accept_with_new_account(token, ("이름", "hash"), locale="ko", at=NOW)
    with transaction():
        invitations.accept(token, by=person, at=NOW)
    assert holds(person, Role.DEPARTMENT_REVIEWER, world[PlaceKind.DONG], NOW)


def test_a_link_dies_after_fourteen_days_or_when_withdrawn(app: Flask, world: dict[PlaceKind, Place]):
    boss, token = invited(app, world)
    with pytest.raises(NotFound):
        invitations.open_invitation(token, at=NOW + timedelta(days=14))
    row = invitations.open_invitation(token, at=NOW + timedelta(days=13))
    with pytest.raises(NotFound), transaction():
        invitations.withdraw(row.id, place=world[PlaceKind.DONG], by=boss, at=NOW)
    with transaction():
        invitations.withdraw(row.id, place=world[PlaceKind.DISTRICT], by=boss, at=NOW)
    with pytest.raises(NotFound):
        invitations.open_invitation(token, at=NOW)


def test_an_invitation_does_not_outlive_its_makers_right(app: Flask, world: dict[PlaceKind, Place]):
    boss, token = invited(app, world)
    operator = make_holder(Role.OPERATOR, world[PlaceKind.CITY])
    with transaction():
        revoke_role(boss.grants[0].id, place=world[PlaceKind.DISTRICT], by=operator, at=NOW)
    with pytest.raises(NotAllowed), transaction():
        invitations.accept_with_new_account(token, ("이름", "hash"), locale="ko", at=NOW)
    session().rollback()
    assert session().scalar(select(func.count(RoleGrant.id)).where(RoleGrant.role == Role.DEPARTMENT_REVIEWER)) == 0


@pytest.mark.parametrize("department", ["", " ", "x" * 81])
def test_a_reviewer_needs_a_department(world: dict[PlaceKind, Place], department: str):
    boss = make_holder(Role.DISTRICT_STAFF, world[PlaceKind.DISTRICT])
    with pytest.raises(InvalidInput) as refusal, transaction():
        invitations.invite(
            world[PlaceKind.DISTRICT], Role.DEPARTMENT_REVIEWER, "a@example.kr", by=boss, at=NOW, department=department
        )
    assert refusal.value.field == "department"


def test_the_table_of_invitations_holds_neither_link_nor_address(app: Flask, world: dict[PlaceKind, Place]):
    _boss, token = invited(app, world)
    row = session().scalar(select(Invitation))
    assert token.encode() not in row.token_hash
    assert b"reviewer" not in row.email.data
    assert reveal(row, Invitation.email) == "reviewer@example.kr"
