"""A plan that is being drafted."""

import pytest
from flask import Flask

from app.cycle.rules import Stage
from app.people.models import Person
from app.people.rules import Role
from app.plan.models import Plan
from tests.factories import make_cycle, make_holder, make_place
from tests.factories_year import make_plan


@pytest.fixture
def plan(app: Flask) -> Plan:
    return make_plan(make_cycle(make_place(), Stage.DRAFTING), [3_000_000, 5_000_000])


@pytest.fixture
def chair(plan: Plan) -> Person:
    return make_holder(Role.COMMITTEE_CHAIR, plan.place)
