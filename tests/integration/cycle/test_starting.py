"""Beginning a year: once, after the year before, and by two clerks together as by one."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.cycle import services
from app.cycle.models import Cycle, CycleStage
from app.cycle.rules import Stage
from app.db.session import session, transaction
from app.errors import AppError, InvalidInput, NotAllowed, RuleViolation
from app.people.models import Person
from app.people.rules import Role
from app.places.models import Place
from app.record.queries import chain
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place

pytestmark = pytest.mark.usefixtures("app")


def start(place: Place, by: Person, year: int = 2027, template: str = "second") -> Cycle:
    with transaction():
        return services.start_cycle(place, year=year, template=template, by=by, at=NOW)


def end(cycle: Cycle) -> None:
    with transaction() as current:
        for row in current.scalars(select(CycleStage).where(CycleStage.cycle_id == cycle.id)):
            row.opened_at, row.closed_at = row.opens_at, row.closes_at


def test_the_same_form_sent_twice_begins_one_year():
    place = make_place()
    staff = make_holder(Role.DONG_STAFF, place)
    assert start(place, staff).id == start(place, staff).id
    assert len(list(chain(place))) == 1


@pytest.mark.slow
def test_a_year_begins_only_after_the_one_before_has_ended():
    place = make_place()
    staff = make_holder(Role.DONG_STAFF, place)
    cycle = make_cycle(place, Stage.EVALUATION)
    with pytest.raises(RuleViolation, match="아직 끝나지 않았습니다"):
        start(place, staff)
    end(cycle)
    assert start(place, staff).year == 2027


@pytest.mark.parametrize("year", [2026, 2025])
def test_a_year_comes_after_the_newest(year: int):
    place = make_place()
    staff = make_holder(Role.DONG_STAFF, place)
    end(make_cycle(place, Stage.EVALUATION))
    with pytest.raises(InvalidInput) as caught:
        start(place, staff, year)
    assert caught.value.field == "year"


def test_only_a_dong_has_a_year_and_only_its_staff_begins_it():
    place = make_place()
    district = place.parent
    assert district is not None
    with pytest.raises(NotAllowed):
        start(place, make_holder(Role.DONG_STAFF, make_place()))
    with pytest.raises(InvalidInput):
        start(district, make_holder(Role.DISTRICT_STAFF, district))
    with pytest.raises(InvalidInput):
        start(place, make_holder(Role.DONG_STAFF, place), template="no-such")


def test_two_clerks_pressing_at_once_begin_one_year(app: Flask):
    place = make_place()
    clerks = [make_holder(Role.DONG_STAFF, place).id for _ in range(2)]
    place_id, together = place.id, Barrier(2)
    session().rollback()

    def press(clerk: int) -> int | str:
        with app.app_context():
            together.wait()
            try:
                with transaction() as current:
                    found = services.start_cycle(
                        current.get_one(Place, place_id),
                        year=2027,
                        template="second",
                        by=current.get_one(Person, clerk),
                        at=NOW,
                    )
                    return found.id
            except AppError as refusal:
                return type(refusal).__name__

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(press, clerks))
    assert answers[0] == answers[1]
    assert session().scalar(select(func.count(Cycle.id)).where(Cycle.place_id == place_id)) == 1
