"""Asking for jobs, sweeping up lost ones, the clock of periodic tasks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import CursorResult, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.db.session import after_commit, get_or_not_found, session
from app.jobs.models import Job, PeriodicTask
from app.jobs.queue import push_jobs
from app.jobs.registry import KINDS, PERIODIC, Periodic
from app.jobs.rules import (
    ENDED,
    LOST_AFTER,
    REDELIVER_AFTER,
    WORKER_STOPPED,
    State,
    next_run,
    require_ids_only,
    require_move,
)

log = structlog.get_logger("app.jobs")
_DELIVERED_AT_ONCE = 500


def enqueue(
    kind: str,
    arguments: Mapping[str, Any] | None = None,
    *,
    by: int | None,
    at: datetime,
    idempotency_key: str | None = None,
    place_id: int | None = None,
    run_at: datetime | None = None,
) -> Job:
    """Ask for a job inside the transaction of the act that needs it; it is delivered after the commit.

    Args:
        kind: a registered kind.
        arguments: ids only, see `app.jobs.rules.require_ids_only`.
        by: the person who asks, None for the application itself.
        at: now.
        idempotency_key: the same key never makes a second job: the one that exists is returned, whatever its state.
        place_id: whose staff may see the job besides the person who asked.
        run_at: not before this instant.

    Raises:
        KeyError: nothing does jobs of this kind.
        TypeError: an argument is more than an id.
    """
    KINDS[kind]  # a misspelt kind must fail here, not in the worker
    require_ids_only(arguments or {})
    due = run_at or at
    values = {
        "kind": kind,
        "arguments": dict(arguments or {}),
        "state": State.QUEUED,
        "idempotency_key": idempotency_key,
        "place_id": place_id,
        "requested_by": by,
        "requested_at": at,
        "run_at": due,
        "delivered_at": at if due <= at else None,
        "attempts": 0,
        "done": 0,
        "bookmark": {},
        "error_values": {},
    }
    # ON CONFLICT instead of catching the error: on PostgreSQL an error would spoil the caller's whole transaction.
    insert = sqlite_insert if session().get_bind().dialect.name == "sqlite" else postgresql_insert
    session().flush()
    new_id = session().scalar(insert(Job).values(values).on_conflict_do_nothing().returning(Job.id))
    if new_id is None:
        return session().scalars(select(Job).where(Job.idempotency_key == idempotency_key)).one()
    if due <= at:
        after_commit(lambda: push_jobs([new_id]))
    return session().get_one(Job, new_id)


def cancel(job_id: int) -> Job:
    """Take a waiting job out of the queue.

    Raises:
        NotFound: there is no such job.
        RuleViolation: it is being done, or has ended.
    """
    job = get_or_not_found(Job, job_id, lock=True)
    require_move(job.state, State.CANCELLED)
    job.state = State.CANCELLED
    return job


def try_again(job_id: int, *, at: datetime) -> Job:
    """Put a failed job back into the queue, with all its attempts; it goes on from its bookmark.

    Raises:
        NotFound: there is no such job.
        RuleViolation: it has not failed.
    """
    job = get_or_not_found(Job, job_id, lock=True)
    require_move(job.state, State.QUEUED)
    job.state, job.attempts, job.run_at, job.delivered_at = State.QUEUED, 0, at, at
    job.error, job.error_values, job.finished_at = None, {}, None
    after_commit(lambda: push_jobs([job_id]))
    return job


def sweep(*, at: datetime) -> list[int]:
    """Take back jobs whose worker died, and deliver every job that is due but on no one's desk; return those ids."""
    lost = session().scalars(
        select(Job)
        .where(Job.state == State.RUNNING, or_(Job.heartbeat_at.is_(None), Job.heartbeat_at < at - LOST_AFTER))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    for job in lost.all():
        _take_back(job, at)
    session().flush()
    waiting = session().scalars(
        select(Job)
        .where(
            Job.state == State.QUEUED,
            Job.run_at <= at,
            or_(Job.delivered_at.is_(None), Job.delivered_at < at - REDELIVER_AFTER),
        )
        .order_by(Job.run_at, Job.id)
        .limit(_DELIVERED_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    ids = []
    for job in waiting.all():
        job.delivered_at = at
        ids.append(job.id)
    if ids:
        after_commit(lambda: push_jobs(ids))
    return ids


def purge_ended(*, at: datetime) -> int:
    """Delete the rows of jobs that ended longer ago than their kind is kept; return how many."""
    count = 0
    for kind in KINDS.values():
        gone = session().execute(
            delete(Job).where(Job.kind == kind.name, Job.state.in_(ENDED), Job.finished_at < at - kind.keep)
        )
        count += gone.rowcount if isinstance(gone, CursorResult) else 0
    return count


def periodic_tasks_due(*, at: datetime) -> list[str]:
    """Return the names of periodic tasks to begin now; sets the clock of those that never ran."""
    known = {row.name: row for row in session().scalars(select(PeriodicTask))}
    for name, periodic in PERIODIC.items():
        if name not in known:
            insert = sqlite_insert if session().get_bind().dialect.name == "sqlite" else postgresql_insert
            first = {"name": name, "next_at": next_run(at - periodic.interval, periodic.interval), "failures": 0}
            session().execute(insert(PeriodicTask).values(first).on_conflict_do_nothing())
    due = session().scalars(select(PeriodicTask).where(PeriodicTask.next_at <= at).order_by(PeriodicTask.next_at))
    return [row.name for row in due if row.name in PERIODIC and _is_free(row, PERIODIC[row.name], at)]


def claim_periodic(periodic: Periodic, *, at: datetime) -> bool:
    """Begin a periodic task; False when it is not due or another worker is at it."""
    begun = session().execute(
        update(PeriodicTask)
        .where(
            PeriodicTask.name == periodic.name,
            PeriodicTask.next_at <= at,
            or_(PeriodicTask.claimed_at.is_(None), PeriodicTask.claimed_at < at - periodic.limit),
        )
        .values(claimed_at=at)
        .execution_options(synchronize_session=False)
    )
    return isinstance(begun, CursorResult) and begun.rowcount == 1


def finish_periodic(periodic: Periodic, *, began_at: datetime, at: datetime, failed: bool) -> None:
    """Set the clock of a periodic task to its next instant, unless another worker took it over meanwhile."""
    session().execute(
        update(PeriodicTask)
        .where(PeriodicTask.name == periodic.name, PeriodicTask.claimed_at == began_at)
        .values(
            claimed_at=None,
            finished_at=at,
            next_at=next_run(began_at, periodic.interval),
            failures=PeriodicTask.failures + 1 if failed else 0,
        )
        .execution_options(synchronize_session=False)
    )


def waiting_count() -> int:
    """Return how many jobs wait or run."""
    return session().scalar(select(func.count()).select_from(Job).where(Job.state.not_in(ENDED))) or 0


def _take_back(job: Job, at: datetime) -> None:
    kind = KINDS.get(job.kind)
    log.warning("job lost its worker", job_id=job.id, kind=job.kind, attempt=job.attempts)
    job.claim, job.heartbeat_at = None, None
    if kind is not None and job.attempts >= kind.attempts:
        # A job that kills its worker every time must not do so for ever.
        job.state, job.finished_at, job.error, job.error_values = State.FAILED, at, WORKER_STOPPED, {}
    else:
        job.state, job.run_at, job.delivered_at = State.QUEUED, at, None


def _is_free(row: PeriodicTask, periodic: Periodic, at: datetime) -> bool:
    return row.claimed_at is None or row.claimed_at < at - periodic.limit
