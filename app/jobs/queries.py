"""SELECTs about jobs, as frozen views."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from app.db.session import session
from app.jobs.models import Job, PeriodicTask
from app.jobs.registry import KINDS, PERIODIC
from app.jobs.rules import ENDED, STATE_NAMES, State, time_left

_LATE = timedelta(minutes=5)
_USUAL_OF = 20


@dataclass(frozen=True)
class Progress:
    """A job as its page shows it. Sentences are Korean and marked for translation."""

    id: int
    title: str
    state: State
    state_name: str
    done: int
    total: int | None
    percent: int | None
    """0–100; None while the amount of work is unknown."""
    time_left: timedelta | None
    requested_at: datetime
    finished_at: datetime | None
    attempt: int
    waits_until: datetime | None
    """When a job that waits after a failure, or was asked for later, will run."""
    error: str | None
    error_values: dict[str, Any]
    result: dict[str, Any] | None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state in ENDED


def progress_of(job: Job, *, at: datetime) -> Progress:
    """Return how far a job is."""
    kind = KINDS.get(job.kind)
    return Progress(
        id=job.id,
        title=kind.title if kind else job.kind,
        state=job.state,
        state_name=STATE_NAMES[job.state],
        done=job.done,
        total=job.total,
        percent=_percent(job),
        time_left=_time_left(job, at),
        requested_at=job.requested_at,
        finished_at=job.finished_at,
        attempt=job.attempts,
        waits_until=job.run_at if job.state is State.QUEUED and job.run_at > at else None,
        error=job.error,
        error_values=job.error_values,
        result=job.result,
    )


def usual_time(kind: str) -> timedelta | None:
    """Return how long the last jobs of a kind took on average, None when none was ever done."""
    recent = (
        select(Job.started_at, Job.finished_at)
        .where(Job.kind == kind, Job.state == State.DONE, Job.finished_at.is_not(None))
        .order_by(Job.finished_at.desc())
        .limit(_USUAL_OF)
    )
    spans = [row.finished_at - row.started_at for row in session().execute(recent) if row.started_at]
    return sum(spans, timedelta(0)) / len(spans) if spans else None


@dataclass(frozen=True)
class Health:
    """How the queue does; for the operator and monitoring."""

    counts: dict[str, int]
    oldest_waiting_seconds: int
    late_periodic: list[str]
    failing_periodic: list[str]


def health(*, at: datetime) -> Health:
    """Return how many jobs stand where, how long the oldest due one waits, and which periodic tasks are late or fail."""
    counts = {state.value: 0 for state in State}
    for state, count in session().execute(select(Job.state, func.count()).group_by(Job.state)):
        counts[state.value] = count
    oldest = session().scalar(select(func.min(Job.run_at)).where(Job.state == State.QUEUED, Job.run_at <= at))
    periodic = [
        row for row in session().scalars(select(PeriodicTask).order_by(PeriodicTask.name)) if row.name in PERIODIC
    ]
    return Health(
        counts=counts,
        oldest_waiting_seconds=int((at - oldest).total_seconds()) if oldest else 0,
        late_periodic=[row.name for row in periodic if row.next_at < at - _LATE],
        failing_periodic=[row.name for row in periodic if row.failures],
    )


def _time_left(job: Job, at: datetime) -> timedelta | None:
    if job.state is not State.RUNNING or job.started_at is None:
        return None
    return time_left(at, started_at=job.started_at, done=job.done, total=job.total, usual=usual_time(job.kind))


def _percent(job: Job) -> int | None:
    if job.state is State.DONE:
        return 100
    return min(100, job.done * 100 // job.total) if job.total else None
