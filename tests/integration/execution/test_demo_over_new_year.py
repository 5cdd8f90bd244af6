"""The demonstration is made relative to today: on any day of the year its projects may have run over a new year."""

from datetime import date, timedelta

import pytest
from flask import Flask

from app.clock import kst_midnight
from app.cycle.rules import Stage
from app.db.session import session, transaction
from app.demo.execution import execute
from app.demo.people import Cast
from app.execution.models import Project
from app.execution.rules.projects import ProjectKind
from app.execution.services import projects
from app.people.rules import Role
from app.plan.rules import FundSource
from tests.factories import make_cycle, make_holder, make_place, make_resident

pytestmark = [pytest.mark.parametrize("database_url", ["sqlite"], indirect=True), pytest.mark.slow]


@pytest.mark.parametrize(
    "begins",
    [date(2026, 12, 29), date(2026, 12, 26), date(2026, 12, 23), date(2026, 11, 1), date(2026, 7, 1)],
    ids=["before-the-plan-is-cut", "before-the-contract", "before-the-payment", "before-the-end", "not-at-all"],
)
def test_projects_are_completed_whenever_the_year_turns(app: Flask, begins: date):
    opens_at = kst_midnight(begins)
    cycle = make_cycle(make_place(), Stage.EXECUTION, at=opens_at + timedelta(days=10))
    row = cycle.stage(Stage.EXECUTION)
    with transaction():
        row.closes_at = opens_at + timedelta(days=120)
    staff = make_holder(Role.DONG_STAFF, cycle.place)
    cast = Cast(staff, make_holder(Role.COMMITTEE_CHAIR, cycle.place), staff, make_resident(cycle.place))
    for number in range(2):
        with transaction():
            projects.take_on_project(
                cycle, projects.Description(f"사업 {number}", "주민과 함께 합니다.", "분과", "", ""), kind=ProjectKind.CALL,
                source=FundSource.PARTICIPATORY_BUDGET, cost_won=3_000_000, approver="시", once=str(number), by=staff,
                at=opens_at,
            )  # fmt: skip
    execute(cycle, cast, row.closes_at + timedelta(days=1))
    for project in session().query(Project):
        assert project.balance.left_won == 0
        assert {purse.left_won for purse in project.purses.values()} == {0}
        assert project.completed_at is not None
