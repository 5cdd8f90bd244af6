"""A round of grants that is open, and the clerk who runs it."""

import pytest
from flask import Flask

from app.people.models import Person
from app.small_groups.models import GrantRound
from tests.factories_small_groups import make_clerk, make_round


@pytest.fixture
def row(app: Flask) -> GrantRound:
    return make_round()


@pytest.fixture
def clerk(row: GrantRound) -> Person:
    return make_clerk(row.place)
