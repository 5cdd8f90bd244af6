"""By-elections restrict from when the law says: days before, but not before their cause is confirmed."""

from datetime import date, timedelta

import pytest

from app.errors import InvalidInput
from app.places.elections.rules import HEAD_EVENTS, PUBLICITY, ByElection, Office, guards, require_by_election

DAY = timedelta(days=1)
ELECTION = date(2027, 4, 7)
LONG_KNOWN, LATE = date(2026, 12, 1), ELECTION - 20 * DAY


def codes(today: date, office: Office, confirmed_on: date) -> set[str]:
    found = guards(today, head_days=60, pr_days=180, by_elections=[ByElection(office, ELECTION, confirmed_on)])
    assert all(guard.election_on == ELECTION for guard in found)
    return {guard.code for guard in found}


@pytest.mark.parametrize(
    ("office", "confirmed_on", "today", "restricted"),
    [
        (Office.SEAT, LONG_KNOWN, ELECTION - 61 * DAY, set()),
        (Office.SEAT, LONG_KNOWN, ELECTION - 60 * DAY, {HEAD_EVENTS}),
        (Office.PRESIDENT, LATE, LATE, {HEAD_EVENTS}),
        (Office.SEAT, LATE, LATE - DAY, set()),
        (Office.SEAT, LATE, ELECTION, {HEAD_EVENTS}),
        (Office.SEAT, LATE, ELECTION + DAY, set()),
        (Office.HEAD, LONG_KNOWN, LONG_KNOWN - DAY, set()),
        (Office.HEAD, LONG_KNOWN, LONG_KNOWN, {PUBLICITY}),
        (Office.HEAD, LONG_KNOWN, ELECTION - 60 * DAY, {HEAD_EVENTS, PUBLICITY}),
        (Office.HEAD, LATE, LATE, {HEAD_EVENTS, PUBLICITY}),
    ],
)
def test_what_a_by_election_restricts_and_from_when(
    office: Office, confirmed_on: date, today: date, restricted: set[str]
):
    assert codes(today, office, confirmed_on) == restricted


def test_without_by_elections_only_the_regular_ones_restrict():
    assert guards(ELECTION, head_days=60, pr_days=180) == []


@pytest.mark.parametrize(
    ("election_on", "confirmed_on", "field"),
    [
        (ELECTION, date(2027, 1, 3), "confirmed_on"),
        (date(2027, 1, 1), date(2027, 1, 1), "election_on"),
        (date(2027, 1, 2), date(2027, 1, 2), "election_on"),
        (date(2029, 1, 1), date(2027, 1, 1), "election_on"),
    ],
)
def test_days_that_cannot_be_are_refused(election_on: date, confirmed_on: date, field: str):
    with pytest.raises(InvalidInput) as refusal:
        require_by_election(Office.SEAT, election_on=election_on, confirmed_on=confirmed_on, today=date(2027, 1, 2))
    assert refusal.value.field == field


def test_days_that_can_be_are_kept():
    found = require_by_election(Office.HEAD, election_on=ELECTION, confirmed_on=LATE, today=LATE)
    assert found == ByElection(Office.HEAD, ELECTION, LATE)
