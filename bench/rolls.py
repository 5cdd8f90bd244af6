"""A voter roll of 200,000 people: read, taken, frozen and erased by jobs, on SQLite and PostgreSQL.

What matters is not how long a job takes (it shows its progress) but how long its longest transaction holds others up:
SQLite lets a writer wait 10 s. Budget: 2 s.
"""

import sys
import time
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app.db.session import session, transaction
from app.extensions import db
from app.jobs.models import Job
from app.jobs.rules import State
from app.people.jobs import FREEZE_JOB
from app.people.models import Person, Roll, RollEntry, RollImport
from app.people.queries.rolls import entry_count
from app.people.rules import Role, RollState
from app.people.services import imports, rolls
from bench._databases import on_each_database
from tests.factories import make_holder, make_place

RESIDENTS = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
BUDGET_S = 2.0
NOW = datetime.now(UTC)


class Watch:
    """Measures how long each writing transaction holds its lock."""

    def __init__(self) -> None:
        self.longest, self.count, self.what = 0.0, 0, ""
        self._statement: dict[int, str] = {}
        self._began: dict[int, float] = {}
        sa.event.listen(db.engine, "begin", self._begin)
        sa.event.listen(db.engine, "commit", self._end)
        sa.event.listen(db.engine, "before_cursor_execute", self._note)

    def _begin(self, connection: Any) -> None:
        self._began[id(connection)], self._statement[id(connection)] = time.perf_counter(), ""

    def _note(self, connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")) and not self._statement.get(id(connection)):
            self._statement[id(connection)] = " ".join(statement.split()[:3])

    def _end(self, connection: Any) -> None:
        self.count += 1
        took = time.perf_counter() - self._began.pop(id(connection))
        if took > self.longest:
            self.longest, self.what = took, self._statement.get(id(connection), "")

    def stop(self) -> None:
        """Stop listening."""
        sa.event.remove(db.engine, "begin", self._begin)
        sa.event.remove(db.engine, "commit", self._end)
        sa.event.remove(db.engine, "before_cursor_execute", self._note)


def file_of(people: int) -> bytes:
    """Return a roll's file."""
    lines = ["이름,생년월일,통,주소,전화번호"]
    lines += [
        f"주민{n},{1940 + n % 70}-{1 + n % 12:02d}-{1 + n % 28:02d},{1 + n % 40}통,가상로 {n},010-{n // 10000:04d}-{n % 10000:04d}"
        for n in range(people)
    ]
    return "\n".join(lines).encode()


def measure(app: Flask, name: str) -> bool:
    """Walk one large roll through its life."""
    with app.app_context():
        place = make_place()
        clerk = make_holder(Role.DONG_STAFF, place)
        with transaction():
            roll = rolls.open_roll(place, title="2027년 명부", by=clerk, at=NOW)
        roll_id, clerk_id = roll.id, clerk.id
        within = True
        for what, act in (("read", _read), ("taken", _take), ("frozen", _freeze), ("erased", _erase)):
            watch, began = Watch(), time.perf_counter()
            act(roll_id, clerk_id)
            took = time.perf_counter() - began
            watch.stop()
            session().rollback()
            _require_done()
            within = within and watch.longest <= BUDGET_S
            print(
                f"{name:9} {what:7} {took:6.1f} s in {watch.count:4} transactions, the longest {watch.longest:5.2f} s"
                f" ({watch.what})",
                flush=True,
            )
        found = session().get_one(Roll, roll_id)
        if found.state is not RollState.ERASED or session().scalar(sa.select(sa.func.count(RollEntry.id))):
            raise RuntimeError("the roll was not erased")
        return within


def _read(roll_id: int, clerk_id: int) -> None:
    content = file_of(RESIDENTS)
    with transaction() as current:
        imports.upload(roll_id, content, by=current.get_one(Person, clerk_id), at=NOW)


def _take(roll_id: int, clerk_id: int) -> None:
    with transaction() as current:
        row = current.scalars(sa.select(RollImport).where(RollImport.roll_id == roll_id)).one()
        imports.ask_to_take(row.id, twins="once", by=current.get_one(Person, clerk_id), at=NOW)
    session().rollback()
    if entry_count(session().get_one(Roll, roll_id)) != RESIDENTS:
        raise RuntimeError("not everybody came onto the roll")


def _freeze(roll_id: int, clerk_id: int) -> None:
    with transaction() as current:
        version = current.get_one(Roll, roll_id).version
        arguments = {"roll_id": roll_id, "on": date(2027, 6, 1).isoformat(), "version": version, "by": clerk_id}
        rolls.enqueue(FREEZE_JOB, arguments, by=clerk_id, at=NOW)


def _erase(roll_id: int, clerk_id: int) -> None:
    with transaction() as current:
        rolls.erase(roll_id, by=current.get_one(Person, clerk_id), at=NOW)


def _require_done() -> None:
    unfinished = session().scalars(sa.select(Job).where(Job.state != State.DONE)).all()
    if unfinished:
        raise RuntimeError(f"jobs did not end well: {[(job.kind, job.state, job.error) for job in unfinished]}")


def main() -> int:
    """Measure on each database that is there."""
    return 0 if on_each_database(measure, max_upload_bytes=100 * 1024 * 1024) else 1


if __name__ == "__main__":
    sys.exit(main())
