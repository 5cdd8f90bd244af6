"""The year moves by itself, at Korean instants, through its gates."""

from datetime import date, timedelta

import pytest

from app.clock import kst_midnight
from app.cycle import gates, services
from app.cycle.models import Cycle
from app.cycle.rules import Duty, Stage, StageState
from app.db.session import get_or_not_found, transaction
from app.errors import Conflict, NotAllowed, RuleViolation
from app.people.rules import Role
from app.record.queries import chain
from app.record.rules import verify_chain
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place

pytestmark = pytest.mark.usefixtures("app")


def advance(at: object) -> int:
    with transaction():
        return services.advance_due_stages(at)


def test_a_stage_opens_at_midnight_in_korea_and_not_a_moment_before():
    place = make_place()
    staff = make_holder(Role.DONG_STAFF, place)
    with transaction():
        cycle = services.start_cycle(place, year=2027, template="second", by=staff, at=NOW)
    opens_at = kst_midnight(date(2027, 1, 1))
    assert opens_at.isoformat() == "2026-12-31T15:00:00+00:00"
    assert advance(opens_at - timedelta(microseconds=1)) == 0
    assert advance(opens_at) == 1
    assert advance(opens_at) == 0
    assert cycle.stage(Stage.PLANNING_GROUP).state is StageState.OPEN


def test_a_closing_stage_opens_the_next_one_in_the_same_minute():
    cycle = make_cycle(make_place(), Stage.DISCOVERY)
    closes_at = cycle.stage(Stage.DISCOVERY).closes_at
    assert advance(closes_at) == 2
    assert cycle.current.stage is Stage.DRAFTING
    assert cycle.current.state is StageState.OPEN


def test_a_stage_with_an_undone_duty_stays_open_past_its_day(monkeypatch: pytest.MonkeyPatch):
    cycle = make_cycle(make_place(), Stage.INSPECTION)
    owed = [Duty("의견 %(n)s건에 답하지 않았습니다.", "cycle.schedule", values={"n": 3})]
    monkeypatch.setitem(gates._checks, Stage.INSPECTION, [lambda _: owed])
    closes_at = cycle.stage(Stage.INSPECTION).closes_at
    assert advance(closes_at + timedelta(days=3)) == 0
    with transaction(), pytest.raises(RuleViolation, match="1가지"):
        services.close_stage(cycle, Stage.INSPECTION, by=None, at=closes_at)
    owed.clear()
    assert advance(closes_at + timedelta(days=3)) == 2


def test_every_move_is_a_line_of_an_unbroken_record():
    place = make_place()
    cycle = make_cycle(place, Stage.DISCOVERY)
    advance(cycle.stage(Stage.DISCOVERY).closes_at)
    entries = list(chain(place))
    assert [entry.act for entry, _ in entries] == ["cycle.stage_closed", "cycle.stage_opened"]
    assert verify_chain(entries) == 2


def test_staff_of_another_dong_moves_nothing():
    cycle = make_cycle(make_place(), Stage.DISCOVERY)
    stranger = make_holder(Role.DONG_STAFF, make_place())
    with transaction(), pytest.raises(NotAllowed):
        services.close_stage(cycle, Stage.DISCOVERY, by=stranger, at=NOW)


def test_the_second_of_two_clerks_is_told_and_overwrites_nothing():
    place = make_place()
    staff = make_holder(Role.DONG_STAFF, place)
    cycle = make_cycle(place, Stage.DISCOVERY)
    seen = cycle.version
    last = date(2026, 7, 15)
    first = cycle.stage(Stage.DISCOVERY).opens_at.date() + timedelta(days=1)
    with transaction():
        services.plan_stage(cycle.id, Stage.DISCOVERY, first_day=first, last_day=last, version=seen, by=staff, at=NOW)
    with pytest.raises(Conflict), transaction():
        services.plan_stage(
            cycle.id, Stage.DISCOVERY, first_day=first, last_day=date(2026, 7, 9), version=seen, by=staff, at=NOW
        )
    found = get_or_not_found(Cycle, cycle.id)
    assert found.stage(Stage.DISCOVERY).closes_at == kst_midnight(last + timedelta(days=1))


def test_a_stage_never_overlaps_its_neighbour():
    place = make_place()
    staff = make_holder(Role.DONG_STAFF, place)
    cycle = make_cycle(place, Stage.DISCOVERY)
    row = cycle.stage(Stage.DISCOVERY)
    first = (row.opens_at + timedelta(hours=9)).date()
    with transaction(), pytest.raises(RuleViolation):
        services.plan_stage(
            cycle.id,
            Stage.DISCOVERY,
            first_day=first,
            last_day=(row.closes_at + timedelta(days=2)).date(),
            version=cycle.version,
            by=staff,
            at=NOW,
        )
