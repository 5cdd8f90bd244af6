"""Claims a job, runs its handler, writes down how it ended. Called by the queue, in the worker or (tests) in the request."""

import secrets
import threading
from types import TracebackType
from typing import Self

import structlog
from flask import Flask
from sqlalchemy import CursorResult, select, update

from app.clock import utc_now
from app.db.session import session, transaction
from app.errors import AppError
from app.jobs.models import Job
from app.jobs.registry import KINDS, PERIODIC, JobKind
from app.jobs.rules import HEARTBEAT, WENT_WRONG, State
from app.jobs.run import JobRun, LostClaim, TryLater
from app.jobs.services import claim_periodic, finish_periodic

log = structlog.get_logger("app.jobs")


def run_job(app: Flask, job_id: int) -> bool:
    """Run a job if it is waiting and due; tell whether this call did. Delivered twice, it is run once."""
    with app.app_context():
        claimed = _claim(job_id)
        if claimed is None:
            return False
        kind, run = claimed
        log.info("job started", job_id=run.id, kind=kind.name, attempt=run.attempt)
        with _Heart(app, run, kind):
            _work(kind, run)
        return True


def run_periodic(app: Flask, name: str) -> bool:
    """Run a periodic task if it is due and no other worker is at it; tell whether this call did."""
    periodic = PERIODIC.get(name)
    if periodic is None:
        return False
    with app.app_context():
        at = utc_now()
        with transaction():
            if not claim_periodic(periodic, at=at):
                return False
        failed = False
        try:
            periodic.handler(at)
        except Exception:  # whatever it is, the clock goes on; the failure is counted and logged
            log.exception("periodic task failed", task=name)
            session().rollback()
            failed = True
        with transaction():
            finish_periodic(periodic, began_at=at, at=utc_now(), failed=failed)
        return True


def _claim(job_id: int) -> tuple[JobKind, JobRun] | None:
    at, claim = utc_now(), secrets.token_hex(16)
    with transaction() as current:
        kind = KINDS.get(current.scalar(select(Job.kind).where(Job.id == job_id)) or "")
        if kind is None:
            # Deleted, or asked for by a newer release than this worker's: the sweep delivers it again, to a newer one.
            log.warning("job of no known kind", job_id=job_id)
            return None
        taken = current.execute(
            update(Job)
            .where(Job.id == job_id, Job.state == State.QUEUED, Job.run_at <= at)
            .values(
                state=State.RUNNING,
                claim=claim,
                attempts=Job.attempts + 1,
                heartbeat_at=at,
                started_at=at,
                finished_at=None,
            )
            .execution_options(synchronize_session=False)
        )
        if not isinstance(taken, CursorResult) or taken.rowcount != 1:
            return None
        row = current.get_one(Job, job_id, populate_existing=True)
        return kind, JobRun(row, claim=claim, most_attempts=kind.attempts)


def _work(kind: JobKind, run: JobRun) -> None:
    try:
        try:
            result = kind.handler(run)
            if not run.ended:
                run.finish(result)
        except AppError as refusal:
            _clean_session()
            log.warning("job refused", job_id=run.id, kind=kind.name, refusal=type(refusal).__name__)
            run.fail(refusal.message, refusal.values)
        except LostClaim:
            raise
        except TryLater as wait:
            _clean_session()
            log.info("job waits", job_id=run.id, kind=kind.name, attempt=run.attempt, cause=str(wait))
            _again_or_fail(kind, run)
        except Exception:  # anything else may pass: tried again, and finally told to the person
            _clean_session()
            log.exception("job failed", job_id=run.id, kind=kind.name, attempt=run.attempt)
            _again_or_fail(kind, run)
    except LostClaim:
        _clean_session()
        log.warning("job lost to another run", job_id=run.id, kind=kind.name)


def _again_or_fail(kind: JobKind, run: JobRun) -> None:
    if run.is_last_attempt:
        run.fail(WENT_WRONG, {})
    else:
        run.try_again(WENT_WRONG, kind.backoff.delay(run.attempt))


def _clean_session() -> None:
    session().rollback()
    session().expunge_all()


class _Heart:
    """Beats while the handler works, so that long work is not taken for dead; stops at the kind's limit."""

    def __init__(self, app: Flask, run: JobRun, kind: JobKind) -> None:
        self._app, self._run = app, run
        self._beats = int(kind.limit / HEARTBEAT)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heart-{run.id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        for _ in range(self._beats):
            if self._stop.wait(HEARTBEAT.total_seconds()):
                return
            try:
                with self._app.app_context():
                    self._run.beat()
            except LostClaim:
                return
            except Exception:  # a busy database: the next beat comes soon
                log.warning("heartbeat missed", job_id=self._run.id, exc_info=True)
