"""Before an election an office holds no events and prints nothing, unless the law excepts it."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.agenda.services.meeting import call_meeting
from app.cycle.models import Cycle
from app.db.session import session, transaction
from app.errors import InvalidInput
from app.jobs.models import Job
from app.people.models import Person
from app.people.rules import Role
from app.places.elections.queries import guards_near
from app.places.elections.rules import GROUNDS, HEAD_EVENTS, PUBLICITY, Ground, guards, require_excepted
from app.plan.models import Plan
from app.publication.models import FinalPlan
from app.publication.services import ask_for_booklet
from app.record.queries import entries_newest_first
from tests.factories import make_cycle, make_holder, make_place, make_resident
from tests.factories_council import set_rule
from tests.factories_year import make_plan, make_proposal, make_staff

ELECTION = datetime(2028, 4, 12, 3, tzinfo=UTC)
"""Noon of the day of a national election."""
FREE = ELECTION - timedelta(days=100)
GUARDED = ELECTION - timedelta(days=30)


@pytest.fixture
def cycle(app: Flask) -> Cycle:
    return make_cycle(make_place(), at=FREE, year=2028)


def call(cycle: Cycle, by: Person, on: datetime, ground: Ground | None = None) -> None:
    proposal = make_proposal(cycle, make_resident(cycle.place))
    with transaction():
        call_meeting(
            cycle.place, cycle, [proposal], title="골목회의", where="주민센터", offices="", starts_at=on, once=f"m{proposal.id}",
            election_ground=ground, by=by, at=FREE,
        )  # fmt: skip


def test_an_office_calls_no_meeting_for_a_day_before_an_election(cycle: Cycle):
    staff = make_staff(cycle.place)
    with pytest.raises(InvalidInput) as refusal:
        call(cycle, staff, GUARDED)
    assert refusal.value.field == "election_ground"
    call(cycle, staff, FREE + timedelta(days=1))
    call(cycle, staff, ELECTION + timedelta(days=1))


def test_the_laws_exception_is_named_and_stays_in_the_record(cycle: Cycle):
    call(cycle, make_staff(cycle.place), GUARDED, Ground.FIXED_TIME)
    entry = entries_newest_first(cycle.place)[0]
    assert (entry.act, entry.values["ground"]) == ("agenda.election_excepted", "fixed_time")


def test_an_exception_for_printing_excuses_no_meeting(cycle: Cycle):
    with pytest.raises(InvalidInput):
        call(cycle, make_staff(cycle.place), GUARDED, Ground.CONSENT)


def test_neighbours_and_the_council_may_always_meet(cycle: Cycle):
    call(cycle, make_holder(Role.COUNCIL_MEMBER, cycle.place), GUARDED)
    assert entries_newest_first(cycle.place)[0].act == "agenda.meeting_called"


def test_a_place_that_only_warns_refuses_nothing_but_keeps_the_record(cycle: Cycle):
    set_rule(cycle.place, "election.guard_mode", "warn")
    call(cycle, make_staff(cycle.place), GUARDED)
    assert entries_newest_first(cycle.place)[0].values["ground"] == "none"


def test_an_office_prints_no_booklet_in_the_half_year_before_an_election(cycle: Cycle):
    plan = session().get_one(Plan, make_plan(cycle, [1_000_000]).id)
    staff, chair = make_staff(cycle.place), make_holder(Role.COMMITTEE_CHAIR, cycle.place)
    with transaction() as found:
        found.add(FinalPlan(plan_id=plan.id, text="{}", hash="0" * 64, confirmed_at=FREE, confirmed_by=staff.id))
    with pytest.raises(InvalidInput), transaction():
        ask_for_booklet(plan, by=staff, at=FREE)
    with transaction():
        ask_for_booklet(plan, by=chair, at=FREE)
        ask_for_booklet(plan, by=staff, at=FREE, election_ground=Ground.BY_LAW)
    assert session().query(Job).filter_by(kind="publication.booklet").count() == 2
    assert entries_newest_first(cycle.place)[0].act == "publication.election_excepted"


def test_forms_ask_two_months_before_a_restriction_begins(cycle: Cycle):
    assert {guard.code for guard in guards_near(cycle.place, ELECTION - timedelta(days=110))} == {"pr", "head_events"}
    assert {guard.code for guard in guards_near(cycle.place, ELECTION - timedelta(days=150))} == {"pr"}
    assert guards_near(cycle.place, ELECTION - timedelta(days=250)) == []


@pytest.mark.parametrize("code", [HEAD_EVENTS, PUBLICITY])
@pytest.mark.parametrize("ground", [None, *Ground])
def test_a_restriction_yields_to_its_own_exceptions_alone(code: str, ground: Ground | None):
    in_force = guards(GUARDED.date(), head_days=60, pr_days=180)
    assert require_excepted([], code, ground=ground, blocks=True) is None
    if ground in GROUNDS[code]:
        assert require_excepted(in_force, code, ground=ground, blocks=True)
    else:
        with pytest.raises(InvalidInput):
            require_excepted(in_force, code, ground=ground, blocks=True)
