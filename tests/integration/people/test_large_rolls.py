"""Work on a roll of any size goes in small transactions, and nobody sees it half done."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.clock import utc_now
from app.db.session import session, transaction
from app.errors import RuleViolation
from app.jobs.models import Job
from app.jobs.rules import State
from app.jobs.runner import run_job
from app.people.models import Person, RoleGrant, Roll, RollEntry, RollImport
from app.people.queries.rolls import basis_counts, eligible_entries, entries_named, entry_count, newest_roll
from app.people.rules import ImportState, Role, RollState
from app.people.services import freezing, imports, rolls, taking
from app.people.services.rolls import SWEEP_JOB
from app.places.models import Place
from app.record.models import RecordEntry
from tests.conftest import NOW
from tests.factories import make_holder, make_place

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("app")]
DAY = date(2026, 7, 1)
PEOPLE = 7
FILE = "이름,생년월일,통\n" + "".join(f"주민{n},{1980 + n}-03-04,{n}통\n" for n in range(PEOPLE))


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (rolls, taking, freezing):
        monkeypatch.setattr(module, "BATCH", 2)


@pytest.fixture
def dong() -> Place:
    return make_place()


@pytest.fixture
def clerk(dong: Place) -> Person:
    return make_holder(Role.DONG_STAFF, dong)


def read_file(dong: Place, clerk: Person, content: str = FILE) -> RollImport:
    with transaction():
        roll = rolls.open_roll(dong, title="2026년 명부", by=clerk, at=NOW)
    with transaction():
        row = imports.upload(roll.id, content.encode(), by=clerk, at=NOW)
    session().expire_all()
    return row


def ask_to_take(row: RollImport, clerk: Person, *, at: datetime = NOW) -> None:
    with transaction():
        imports.ask_to_take(row.id, twins="once", by=clerk, at=at)
    session().expire_all()


def filled(dong: Place, clerk: Person) -> Roll:
    row = read_file(dong, clerk)
    ask_to_take(row, clerk)
    assert row.state is ImportState.TAKEN
    return row.roll


def present(roll_id: int) -> Roll:
    """Return the roll as the session at work sees it."""
    return session().get_one(Roll, roll_id, populate_existing=True)


def rows_in_table() -> int:
    return session().scalar(select(func.count(RollEntry.id))) or 0


class Killed(BaseException):
    """The worker's process dies."""


class Dying:
    """Lets a step die at its nth call, and looks at the database before each call."""

    def __init__(self) -> None:
        self._patch = pytest.MonkeyPatch()

    def __call__(self, module: Any, name: str, *, at_call: int, look: Callable[[], None] = lambda: None) -> None:
        real, calls = getattr(module, name), iter(range(1, 1000))

        def step(*arguments: Any, **options: Any) -> Any:
            look()
            if next(calls) == at_call:
                raise Killed
            return real(*arguments, **options)

        self._patch.setattr(module, name, step)

    def revive(self) -> None:
        self._patch.undo()


@pytest.fixture
def dying() -> Iterator[Dying]:
    found = Dying()
    yield found
    found.revive()


def work_again(app: Flask, kind: str) -> Job:
    """Do what the sweep of lost jobs does: hand a silent job to another worker."""
    job = session().scalars(select(Job).where(Job.kind == kind).order_by(Job.id.desc())).first()
    assert job is not None
    with transaction():
        job.state, job.claim, job.run_at = State.QUEUED, None, utc_now() - timedelta(seconds=1)
    job_id = job.id
    session().rollback()
    run_job(app, job_id)
    session().expire_all()
    return job


def test_rows_of_a_file_being_taken_stand_on_no_roll(app: Flask, dong: Place, clerk: Person, dying: Dying):
    row = read_file(dong, clerk)
    roll, roll_id, seen = row.roll, row.roll_id, []

    def look() -> None:
        roll = present(roll_id)
        seen.append(rows_in_table())
        assert entry_count(roll) == 0
        assert basis_counts(roll) == {}
        assert entries_named(roll, "주민0", date(1980, 3, 4)) == []
        assert newest_roll(session().get_one(Place, roll.place_id)) is None
        assert session().scalar(select(func.count(RecordEntry.id)).where(RecordEntry.act == "people.roll_grew")) == 0

    dying(taking, "stage", at_call=4, look=look)
    with pytest.raises(Killed):
        ask_to_take(row, clerk)
    session().rollback()
    assert seen == [0, 2, 4, 6], "every batch was committed by itself"
    assert (row.state, entry_count(roll), rows_in_table()) == (ImportState.TAKING, 0, 6)

    dying.revive()
    job = work_again(app, imports.TAKE_JOB)
    assert (job.state, job.done) == (State.DONE, PEOPLE)
    assert (row.state, entry_count(roll), rows_in_table()) == (ImportState.TAKEN, PEOPLE, PEOPLE)
    numbers = session().scalars(select(RollEntry.number).order_by(RollEntry.id)).all()
    assert list(numbers) == list(range(1, PEOPLE + 1))


def test_one_file_at_a_time_is_taken_and_nothing_else_changes_the_roll_meanwhile(
    dong: Place, clerk: Person, dying: Dying
):
    roll = filled(dong, clerk)
    first = session().scalars(select(RollImport)).one()
    with transaction():
        second = imports.upload(roll.id, "이름,생년월일\n이서준,1985-12-31\n".encode(), by=clerk, at=NOW)
    with transaction():
        third = imports.upload(roll.id, "이름,생년월일\n이서윤,1986-12-31\n".encode(), by=clerk, at=NOW)
    dying(taking, "finish", at_call=1)
    with pytest.raises(Killed):
        ask_to_take(second, clerk)
    session().rollback()
    version = roll.version
    for act in (
        lambda: imports.ask_to_take(third.id, twins="once", by=clerk, at=NOW),
        lambda: imports.undo(first.id, by=clerk, at=NOW),
        lambda: freezing.freeze(roll.id, on=DAY, version=version, by=clerk, at=NOW),
        lambda: rolls.erase(roll.id, by=clerk, at=NOW),
        lambda: imports.discard(second.id, by=clerk, at=NOW),
    ):
        with pytest.raises(RuleViolation), transaction():
            act()
    assert entry_count(roll) == PEOPLE


def test_a_file_that_is_given_up_leaves_nothing_behind(dong: Place, clerk: Person, monkeypatch: pytest.MonkeyPatch):
    row = read_file(dong, clerk)

    def refuse(*_arguments: Any, **_options: Any) -> None:
        raise RuleViolation("그사이 안 됩니다.")

    with monkeypatch.context() as refusing:
        refusing.setattr(taking, "finish", refuse)
        ask_to_take(row, clerk)
    assert (row.state, entry_count(row.roll), rows_in_table()) == (ImportState.READ, 0, 0)
    ask_to_take(row, clerk, at=NOW + timedelta(minutes=1))
    assert (row.state, entry_count(row.roll)) == (ImportState.TAKEN, PEOPLE)


def test_a_file_taken_back_is_gone_at_once_and_its_rows_soon(app: Flask, dong: Place, clerk: Person, dying: Dying):
    roll = filled(dong, clerk)
    row = session().scalars(select(RollImport)).one()
    roll_id, seen = roll.id, []

    def look() -> None:
        roll = present(roll_id)
        seen.append(rows_in_table())
        assert entry_count(roll) == 0

    dying(rolls, "sweep", at_call=3, look=look)
    with pytest.raises(Killed), transaction():
        assert imports.undo(row.id, by=clerk, at=NOW) == PEOPLE
    session().rollback()
    assert seen == [7, 5, 3]
    dying.revive()
    work_again(app, SWEEP_JOB)
    assert rows_in_table() == 0


def test_an_erased_roll_holds_nobody_at_once_and_no_row_soon(dong: Place, clerk: Person, dying: Dying):
    roll = filled(dong, clerk)
    roll_id, seen = roll.id, []

    def look() -> None:
        roll = present(roll_id)
        seen.append(rows_in_table())
        assert entry_count(roll) == 0
        assert entries_named(roll, "주민0", date(1980, 3, 4)) == []
        assert newest_roll(session().get_one(Place, roll.place_id)) is None

    dying(rolls, "sweep", at_call=99, look=look)
    with transaction():
        assert rolls.erase(roll.id, by=clerk, at=NOW) == PEOPLE
    session().rollback()
    assert seen == [7, 5, 3, 1, 0]
    assert (rows_in_table(), session().scalar(select(func.count(RollImport.id)))) == (0, 0)


def press_freeze(roll: Roll, clerk: Person) -> None:
    job_kind = "people.freeze_roll"
    arguments = {"roll_id": roll.id, "on": DAY.isoformat(), "version": roll.version, "by": clerk.id}
    with transaction():
        rolls.enqueue(job_kind, arguments, by=clerk.id, at=utc_now(), place_id=roll.place_id)
    session().expire_all()


def test_a_roll_counts_for_nothing_until_it_is_frozen_whole(app: Flask, dong: Place, clerk: Person, dying: Dying):
    roll = filled(dong, clerk)
    roll_id = roll.id

    def look() -> None:
        roll = present(roll_id)
        assert (roll.state, roll.root, roll.eligible_count) == (RollState.FREEZING, None, None)

    dying(freezing, "write", at_call=3, look=look)
    with pytest.raises(Killed):
        press_freeze(roll, clerk)
    session().rollback()
    half_done = session().scalar(select(func.count(RollEntry.id)).where(RollEntry.leaf_hash.is_not(None)))
    assert (half_done, roll.state) == (4, RollState.FREEZING)
    with pytest.raises(RuleViolation), transaction():
        imports.upload(roll.id, FILE.encode(), by=clerk, at=NOW)

    dying.revive()
    job = work_again(app, "people.freeze_roll")
    assert (job.state, roll.state, roll.entry_count) == (State.DONE, RollState.FROZEN, PEOPLE)
    assert len(eligible_entries(roll)) == roll.eligible_count == PEOPLE
    proof = rolls.prove_entry(entries_named(roll, "주민3", date(1983, 3, 4))[0])
    assert (proof.size, proof.root) == (PEOPLE, roll.root)


def test_a_second_freeze_neither_disturbs_nor_reopens_the_first(app: Flask, dong: Place, clerk: Person, dying: Dying):
    roll = filled(dong, clerk)
    dying(freezing, "write", at_call=2)
    with pytest.raises(Killed):
        press_freeze(roll, clerk)
    session().rollback()
    dying.revive()
    press_freeze(roll, clerk)
    newest = session().scalars(select(Job).order_by(Job.id.desc())).first()
    assert newest is not None
    assert (newest.state, roll.state) == (State.FAILED, RollState.FREEZING)


def test_a_freeze_refused_on_the_way_opens_the_roll_again(
    dong: Place, clerk: Person, dying: Dying, monkeypatch: pytest.MonkeyPatch
):
    roll = filled(dong, clerk)

    def lose_role() -> None:
        monkeypatch.setattr(freezing, "can_keep_roll", lambda *_: False)

    dying(freezing, "write", at_call=99, look=lose_role)
    press_freeze(roll, clerk)
    assert (roll.state, roll.eligible_on, roll.min_age) == (RollState.DRAFT, None, None)
    assert session().scalar(select(func.count(RecordEntry.id)).where(RecordEntry.act == "people.roll_frozen")) == 0
    assert session().scalar(select(func.count(RoleGrant.id))) == 1
