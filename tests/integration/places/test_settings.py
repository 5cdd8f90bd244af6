"""Deciding what ordinances say: inheritance, conflict, contradiction, history."""

from fractions import Fraction

import pytest
import sqlalchemy as sa
from flask import Flask

from app.db.session import session, transaction
from app.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from app.extensions import db
from app.people.models import Person
from app.people.rules import Role
from app.places.models import Place, SettingChange
from app.places.queries import (
    newest_change_id,
    reach_of,
    setting,
    setting_history,
    setting_with_origin,
    settings_of,
)
from app.places.rules import PlaceKind
from app.places.services.settings import change_setting, clear_setting
from app.places.settings.council import SIZE_MAX
from app.places.settings.process import ASSEMBLY_K_VOTES, ASSEMBLY_MIN_AGE
from app.places.settings.registry import REGISTRY
from app.record.models import RecordEntry
from tests.conftest import NOW
from tests.factories import make_holder, make_place

pytestmark = pytest.mark.usefixtures("app")
BASIS = "가상구 주민자치회 조례 제8조"


@pytest.fixture
def world() -> tuple[Place, Place, Place, Place]:
    """A city, a district, and two of its dongs."""
    city = make_place(PlaceKind.CITY, name="가상시")
    district = make_place(PlaceKind.DISTRICT, city, name="가상구")
    return city, district, make_place(PlaceKind.DONG, district, "가동"), make_place(PlaceKind.DONG, district, "나동")


def decide(place: Place, key: str, typed: str, by: Person, **more: object) -> SettingChange:
    seen = more.pop("seen", newest_change_id(place, key))
    with transaction():
        return change_setting(place.id, key, typed=typed, legal_basis=BASIS, seen=seen, by=by, at=NOW, **more)


def test_without_a_decision_the_default_counts(app: Flask, world):
    dong = world[2]
    assert settings_of(dong) == {key: rule.default for key, rule in REGISTRY.items()}
    found = setting_with_origin(dong, "assembly.min_age")
    assert (found.value, found.origin, found.is_own) == (15, None, False)
    assert found.legal_basis


def test_the_nearest_decision_counts(world):
    city, district, dong, other = world
    boss = make_holder(Role.OPERATOR, city)
    for place, value in ((city, "16"), (district, "17"), (dong, "18")):
        decide(place, "assembly.min_age", value, boss)
    assert [setting(place, ASSEMBLY_MIN_AGE) for place in (city, district, dong, other)] == [16, 17, 18, 17]
    origin = setting_with_origin(other, "assembly.min_age")
    assert (origin.origin.id, origin.is_own, origin.legal_basis) == (district.id, False, BASIS)


def test_a_decision_high_up_does_not_override_one_below_however_late_it_comes(world):
    city, _district, dong, other = world
    boss = make_holder(Role.OPERATOR, city)
    decide(dong, "assembly.k_votes", "5", boss)
    decide(city, "assembly.k_votes", "2", boss)
    assert (setting(dong, ASSEMBLY_K_VOTES), setting(other, ASSEMBLY_K_VOTES)) == (5, 2)


def test_clearing_returns_to_what_is_said_above_and_stays_in_the_history(world):
    city, _district, dong, _other = world
    boss = make_holder(Role.OPERATOR, city)
    decide(city, "assembly.k_votes", "2", boss)
    change = decide(dong, "assembly.k_votes", "5", boss)
    with transaction():
        clear_setting(dong.id, "assembly.k_votes", reason="조례가 바뀜", seen=change.id, by=boss, at=NOW)
    assert setting(dong, ASSEMBLY_K_VOTES) == 2
    assert [row.value for row in setting_history(dong, "assembly.k_votes")] == [None, "5", "2"]
    with pytest.raises(RuleViolation), transaction():
        clear_setting(
            dong.id, "assembly.k_votes", reason="다시", seen=newest_change_id(dong, "assembly.k_votes"), by=boss, at=NOW
        )


def test_all_settings_of_a_place_cost_one_query(app: Flask, world):
    dong = world[2]
    boss = make_holder(Role.OPERATOR, world[0])
    for key in ("assembly.k_votes", "assembly.min_age", "council.size_max"):
        decide(dong, key, REGISTRY[key].typed(REGISTRY[key].default), boss)
    dong_id = dong.id
    session().rollback()
    place = session().get(Place, dong_id)
    queries: list[str] = []
    listen = lambda conn, cursor, statement, *rest: queries.append(statement)  # noqa: E731
    sa.event.listen(db.engine, "before_cursor_execute", listen)
    try:
        for _ in range(3):
            settings_of(place)
            setting(place, ASSEMBLY_MIN_AGE)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", listen)
    assert len(queries) == 1


def test_another_clerks_decision_is_seen_in_the_next_transaction(world):
    dong = world[2]
    boss = make_holder(Role.OPERATOR, world[0])
    assert setting(dong, ASSEMBLY_K_VOTES) == 3
    with db.engine.begin() as other:
        other.execute(
            sa.insert(SettingChange).values(
                place_id=dong.id,
                key="assembly.k_votes",
                value="7",
                legal_basis="x",
                reason="",
                changed_by=boss.id,
                changed_at=NOW,
            )
        )
    with transaction():
        assert setting(dong, ASSEMBLY_K_VOTES) == 7


def test_two_clerks_on_one_setting_the_second_sees_a_conflict(world):
    dong = world[2]
    first, second = make_holder(Role.DONG_STAFF, dong), make_holder(Role.DONG_STAFF, dong)
    seen = newest_change_id(dong, "assembly.k_votes")
    decide(dong, "assembly.k_votes", "4", first, seen=seen)
    with pytest.raises(Conflict):
        decide(dong, "assembly.k_votes", "5", second, seen=seen)
    assert setting(dong, ASSEMBLY_K_VOTES) == 4


@pytest.mark.parametrize("role", [Role.COUNCIL_MEMBER, Role.AUDITOR, Role.COMMITTEE_CHAIR])
def test_only_staff_of_the_place_decide(world, role: Role):
    _city, district, dong, other = world
    for person in (make_holder(role, dong), make_holder(Role.DONG_STAFF, other)):
        with pytest.raises(NotAllowed):
            decide(dong, "assembly.k_votes", "4", person)
    with pytest.raises(NotAllowed):
        decide(district, "assembly.k_votes", "4", make_holder(Role.DONG_STAFF, dong))


@pytest.mark.parametrize(
    ("typed", "error"), [("13", InvalidInput), ("셋", InvalidInput), ("3", None), ("", InvalidInput)]
)
def test_wrong_values_are_refused_and_leave_nothing(world, typed: str, error: type | None):
    dong = world[2]
    staff = make_holder(Role.DONG_STAFF, dong)
    if error is None:
        decide(dong, "assembly.k_votes", typed, staff)
        return
    with pytest.raises(error):
        decide(dong, "assembly.k_votes", typed, staff)
    assert session().scalar(sa.select(sa.func.count(SettingChange.id))) == 0
    assert session().scalar(sa.select(sa.func.count(RecordEntry.id))) == 0


def test_a_decision_needs_its_legal_basis(world):
    dong = world[2]
    staff = make_holder(Role.DONG_STAFF, dong)
    with pytest.raises(InvalidInput) as refusal, transaction():
        change_setting(dong.id, "assembly.k_votes", typed="4", legal_basis="  ", seen=0, by=staff, at=NOW)
    assert refusal.value.field == "legal_basis"


def test_saying_the_same_again_is_no_decision(world):
    dong = world[2]
    staff = make_holder(Role.DONG_STAFF, dong)
    decide(dong, "assembly.k_votes", "4", staff)
    with pytest.raises(RuleViolation):
        decide(dong, "assembly.k_votes", "4", staff)


@pytest.mark.slow
def test_a_decision_may_not_contradict_another_here(world):
    dong = world[2]
    staff = make_holder(Role.DONG_STAFF, dong)
    with pytest.raises(RuleViolation):
        decide(dong, "council.size_max", "20", staff)
    decide(dong, "council.size_min", "15", staff)
    decide(dong, "council.size_max", "20", staff)
    assert setting(dong, SIZE_MAX) == 20


def test_a_decision_above_may_not_contradict_one_below(world):
    city, district, dong, _other = world
    boss = make_holder(Role.OPERATOR, city)
    decide(dong, "council.size_min", "45", boss)
    with pytest.raises(RuleViolation) as refusal:
        decide(district, "council.size_max", "40", boss)
    assert refusal.value.values == {"place": "가동"}
    decide(district, "council.size_max", "46", boss)


def test_returning_to_the_value_above_may_not_contradict_either(world):
    city, _district, dong, _other = world
    boss = make_holder(Role.OPERATOR, city)
    decide(dong, "council.size_max", "70", boss)
    decide(dong, "council.size_min", "60", boss)
    with pytest.raises(RuleViolation), transaction():
        clear_setting(
            dong.id,
            "council.size_max",
            reason="되돌림",
            seen=newest_change_id(dong, "council.size_max"),
            by=boss,
            at=NOW,
        )


def test_a_decision_reaches_the_dongs_that_do_not_decide_themselves(world):
    city, district, dong, other = world
    boss = make_holder(Role.OPERATOR, city)
    decide(dong, "pb.envelope_per_dong", "5천만원", boss)
    reach = reach_of(city, "pb.envelope_per_dong")
    assert ([p.id for p in reach.affected], [p.id for p in reach.unaffected]) == ([other.id], [dong.id])
    decide(district, "pb.envelope_per_dong", "4천만원", boss)
    assert reach_of(city, "pb.envelope_per_dong").affected == []


def test_the_record_says_what_was_decided_in_which_role_and_by_nobody(world):
    dong = world[2]
    staff = make_holder(Role.DONG_STAFF, dong, name="비밀 담당자")
    decide(dong, "assembly.turnout_share", "0.4%", staff)
    entry = session().scalar(sa.select(RecordEntry))
    assert (entry.act, entry.role, entry.subject) == (
        "places.setting_changed", "dong_staff", "setting:assembly.turnout_share",
    )  # fmt: skip
    assert entry.values == {"setting": "assembly.turnout_share", "value": "1/250", "legal_basis": BASIS}
    assert "비밀 담당자" not in str(entry.values)
    assert setting(dong, "assembly.turnout_share") == Fraction(1, 250)


def test_an_unknown_setting_or_place_is_not_found(world):
    staff = make_holder(Role.DONG_STAFF, world[2])
    with pytest.raises(NotFound):
        decide(world[2], "assembly.colour", "4", staff, seen=0)
    with pytest.raises(NotFound), transaction():
        change_setting(10**6, "assembly.k_votes", typed="4", legal_basis=BASIS, seen=0, by=staff, at=NOW)
