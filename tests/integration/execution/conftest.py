"""A dong whose projects run."""

import pytest
from flask import Flask

from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.people.models import Person
from app.people.rules import Role
from tests.factories import make_cycle, make_holder, make_place


@pytest.fixture
def cycle(app: Flask) -> Cycle:
    return make_cycle(make_place(), Stage.EXECUTION)


@pytest.fixture
def staff(cycle: Cycle) -> Person:
    return make_holder(Role.DONG_STAFF, cycle.place)
