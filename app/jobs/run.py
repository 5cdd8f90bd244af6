"""What a handler gets: one attempt at one job, whose every commit is fenced by the claim it holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.clock import utc_now
from app.db.session import session, transaction
from app.jobs.models import Job
from app.jobs.rules import Result, State, require_move


class LostClaim(Exception):  # noqa: N818 - named by the refusal
    """The job was taken from this run (it was silent or slow for too long): nothing more of it may be committed."""


class TryLater(Exception):  # noqa: N818
    """Raised by a handler when something outside is away for now: the job waits and is tried again, without an alarm."""


@dataclass
class Step:
    """One transaction of a run."""

    session: Session
    at: datetime
    _row: Job
    result: Result | None = None
    """What the job's page says in the end; taken by `JobRun.finishing`."""

    def progress(self, done: int, total: int | None = None) -> None:
        """Say how much is done; committed with the step."""
        self._row.done = done
        if total is not None:
            self._row.total = total

    def remember(self, **values: Any) -> None:
        """Set the bookmark from which another attempt would go on; committed with the step."""
        self._row.bookmark = {**self._row.bookmark, **values}


class JobRun:
    """One attempt at one job."""

    def __init__(self, row: Job, *, claim: str, most_attempts: int) -> None:
        self.id = row.id
        self.arguments: dict[str, Any] = dict(row.arguments)
        self.place_id = row.place_id
        self.requested_by = row.requested_by
        self.attempt = row.attempts
        self.is_last_attempt = row.attempts >= most_attempts
        self.bookmark: dict[str, Any] = dict(row.bookmark)
        """As the attempt before left it; empty at first."""
        self.claim = claim
        self.ended = False

    @contextmanager
    def step(self) -> Iterator[Step]:
        """Do part of the work in one transaction, which commits only if this run still owns the job.

        Raises:
            LostClaim: another run owns it now; nothing of the step is kept.
        """
        if self.ended:
            raise RuntimeError("the job is finished: its last step was `finishing`")
        with transaction() as current:
            row = self._own_row()
            step = Step(current, utc_now(), row)
            yield step
            row.heartbeat_at = utc_now()
            current.flush()

    @contextmanager
    def finishing(self) -> Iterator[Step]:
        """Do the last part of the work and end the job, both in one transaction: it happens once or not at all.

        Raises:
            LostClaim: another run owns it now; nothing of the step is kept.
        """
        with self.step() as step:
            yield step
            self._end(step)
        self.ended = True

    def finish(self, result: Result | None) -> None:
        """End the job without further work."""
        with self.finishing() as step:
            step.result = result

    def fail(self, message: str, values: dict[str, object]) -> None:
        """End the job as failed, with a sentence that is safe to show."""
        with transaction():
            row = self._own_row()
            _move(row, State.FAILED)
            row.finished_at = utc_now()
            row.error, row.error_values = message, {name: _plain(value) for name, value in values.items()}

    def try_again(self, message: str, after: timedelta) -> None:
        """Put the job back into the queue for another attempt."""
        with transaction():
            row = self._own_row()
            _move(row, State.QUEUED)
            row.run_at = utc_now() + after
            row.delivered_at = None
            row.error, row.error_values = message, {}

    def beat(self) -> None:
        """Show that the run lives.

        Raises:
            LostClaim: the job is no longer this run's.
        """
        with transaction():
            self._own_row().heartbeat_at = utc_now()

    def _end(self, step: Step) -> None:
        row = self._own_row()
        _move(row, State.DONE)
        row.finished_at = utc_now()
        row.error, row.error_values = None, {}
        if row.total is not None:
            row.done = row.total
        row.result = step.result.as_json() if step.result else None

    def _own_row(self) -> Job:
        row = session().get(Job, self.id, with_for_update=True, populate_existing=True)
        if row is None or row.state is not State.RUNNING or row.claim != self.claim:
            raise LostClaim(f"job {self.id} belongs to another run")
        return row


def _move(row: Job, state: State) -> None:
    require_move(row.state, state)
    row.state = state
    row.claim = None
    row.heartbeat_at = None


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | bool | None) else str(value)
