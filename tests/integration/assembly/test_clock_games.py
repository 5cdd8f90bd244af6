"""T44: whose clock counts at the ends of a vote, and that nobody moves them once it is open."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
import time_machine
from flask.testing import FlaskClient

from app.assembly.models import Assembly
from app.assembly.rules import AssemblyState
from app.assembly.services import casting, counting, preparing
from app.assembly.stations.services import running
from app.clock import KST, utc_now
from app.db.session import session, transaction
from app.errors import RuleViolation
from app.people.models import Person
from app.record.models import RecordEntry
from tests.conftest import NOW
from tests.factories_stations import hand_count, make_roll_assembly, make_station
from tests.factories_year import make_assembly, make_staff
from tests.load.casting import ballots_of

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.slow]
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
JSON = {"Accept": "application/json"}


@pytest.fixture
def world() -> tuple[Assembly, list[Person], list[bytes]]:
    assembly, people = make_assembly([1_000_000], residents=4)
    return assembly, people, ballots_of(assembly, people)


def cast(assembly: Assembly, data: bytes, at: datetime) -> None:
    casting.examine(assembly, data, at=at)
    with transaction():
        casting.cast_ballot(assembly.id, data, at=at)


def height(assembly: Assembly) -> int:
    session().rollback()
    session().refresh(assembly)
    return assembly.head_height


def test_a_second_before_the_end_is_in_time_the_end_and_a_second_after_are_not(world):
    assembly, _, data = world
    cast(assembly, data[0], assembly.closes_at - SECOND)
    for at in (assembly.closes_at, assembly.closes_at + SECOND):
        with pytest.raises(RuleViolation):
            cast(assembly, data[1], at)
    with pytest.raises(RuleViolation):
        cast(assembly, data[1], assembly.opens_at - SECOND)
    assert height(assembly) == 1


def test_the_same_instant_in_korean_time_in_utc_or_anywhere_is_one_instant(world):
    assembly, _, data = world
    for number, zone in enumerate((KST, UTC, timezone(-timedelta(hours=11, minutes=30)))):
        last = (assembly.closes_at - SECOND).astimezone(zone)
        cast(assembly, data[number], last)
        with pytest.raises(RuleViolation):
            cast(assembly, data[3], (last + SECOND).astimezone(zone))
    assert height(assembly) == 3


def test_nobody_extends_or_shortens_an_open_vote_through_the_pages(world):
    assembly, _, _ = world
    staff = make_staff(assembly.place)
    for shift in (HOUR, -HOUR):
        with pytest.raises(RuleViolation), transaction():
            preparing.prepare_assembly(
                assembly.cycle, opens_at=assembly.opens_at, closes_at=assembly.closes_at + shift,
                envelope_won=assembly.envelope_won, version=assembly.version, by=staff, at=NOW,
            )  # fmt: skip


def test_an_end_that_was_moved_in_the_database_takes_no_ballot_beyond_the_one_that_the_election_binds(world):
    assembly, _, data = world
    bound = assembly.closes_at
    with transaction() as current:
        row = current.get_one(Assembly, assembly.id)
        row.opens_at, row.closes_at = bound - timedelta(days=30), bound + HOUR
    for at in (bound, bound + HOUR - SECOND, NOW - SECOND):
        with pytest.raises(RuleViolation):
            cast(assembly, data[0], at)
    cast(assembly, data[0], bound - SECOND)
    assert height(assembly) == 1


def move_end(assembly: Assembly, to: datetime) -> None:
    with transaction() as current:
        current.get_one(Assembly, assembly.id).closes_at = to


def test_an_end_that_was_shortened_in_the_database_closes_no_box_before_the_one_that_the_election_binds(world):
    assembly, _, _ = world
    bound = assembly.closes_at
    move_end(assembly, NOW + HOUR)
    for at in (NOW + HOUR, bound - SECOND):
        with pytest.raises(RuleViolation), transaction():
            counting.close_assembly(assembly.id, by=None, at=at)
    session().refresh(assembly)
    assert assembly.state is AssemblyState.OPEN


@pytest.mark.parametrize("shift", [-HOUR, HOUR])
def test_the_worker_puts_a_moved_end_right_in_public_and_voters_vote_on(world, shift: timedelta):
    assembly, _, data = world
    bound = assembly.closes_at
    move_end(assembly, bound + shift)
    with transaction():
        assert counting.close_due_assemblies(bound - HOUR) == 0
    session().refresh(assembly)
    assert assembly.closes_at == bound
    entry = session().query(RecordEntry).filter_by(act="assembly.times_restored").one()
    assert entry.values == {"found": (bound + shift).isoformat(), "bound": bound.isoformat()}
    cast(assembly, data[0], bound - SECOND)
    with transaction():
        assert counting.close_due_assemblies(bound - SECOND) == 0
    assert session().query(RecordEntry).filter_by(act="assembly.times_restored").count() == 1


def test_paper_is_not_counted_before_the_end_that_the_election_binds():
    assembly, _, _ = make_roll_assembly([1_000_000])
    staff = make_staff(assembly.place)
    station = make_station(assembly, by=staff)
    with transaction():
        running.end_issuing(station.id, by=staff, at=NOW)
    move_end(assembly, NOW)
    with pytest.raises(RuleViolation), transaction():
        running.enter_count(station.boxes[0].id, hand_count(assembly, [0], papers=0), by=staff, at=NOW + HOUR)


def test_a_clock_that_runs_back_opens_no_box_that_was_closed_and_one_that_runs_ahead_is_recorded(world):
    assembly, _, data = world
    end = assembly.closes_at
    with transaction() as current:
        # Without the count, which the tests' queue would do at once.
        counting.close_assembly(assembly.id, by=None, at=end)
        closed = current.query(RecordEntry).filter_by(act="assembly.closed").one()
        assert closed.at == end
    for at in (end - HOUR, end - SECOND):
        with pytest.raises(RuleViolation):
            cast(assembly, data[0], at)
    assert assembly.state is not AssemblyState.OPEN


def test_a_clock_that_runs_back_during_the_vote_keeps_the_order_of_the_board(world):
    assembly, _, data = world
    for number, at in enumerate((NOW + 2 * HOUR, NOW + HOUR, NOW + 3 * HOUR), start=1):
        cast(assembly, data[number - 1], at)
        assert height(assembly) == number


class SlowBody(io.RawIOBase):
    """A body that comes when the clock has moved on."""

    def __init__(self, data: bytes, arrive: Callable[[], object]) -> None:
        super().__init__()
        self.data, self.arrive = io.BytesIO(data), arrive

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:
        self.arrive()
        return self.data.readinto(buffer)


@pytest.mark.parametrize(("until", "status"), [(-SECOND, 200), (SECOND, 409)])
def test_a_request_counts_when_it_has_arrived_whole_not_when_it_began(
    world, client: FlaskClient, until: timedelta, status: int
):
    assembly, _, data = world
    with time_machine.travel(assembly.closes_at - 10 * SECOND, tick=False) as clock:
        body = SlowBody(data[0], lambda: clock.move_to(assembly.closes_at + until))
        answer = client.post(
            f"/{assembly.place.slug}/assembly/ballots", headers=JSON,
            environ_overrides={"wsgi.input": body, "CONTENT_LENGTH": str(len(data[0]))},
        )  # fmt: skip
        assert utc_now() == assembly.closes_at + until
    assert answer.status_code == status
    assert height(assembly) == int(status == 200)
