"""Pages of rounds are looked at in the hour of the tests."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.conftest import NOW


@pytest.fixture
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield
