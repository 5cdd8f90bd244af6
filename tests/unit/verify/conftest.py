"""One node process for all tests here: starting one, and its tables of multiples, costs more than an archive."""

from collections.abc import Iterator

import pytest

from tests.browser_verifier import BrowserVerifier


@pytest.fixture(scope="session")
def verifier() -> Iterator[BrowserVerifier]:
    running = BrowserVerifier()
    yield running
    running.close()
