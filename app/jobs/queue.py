"""Huey, which carries ids of jobs and names of periodic tasks from whoever asks to the workers, and nothing else.

Its at-most-once delivery is enough: what it loses, the sweep delivers again; what it doubles, the claim drops. Messages
are JSON, not pickle, so that whoever can write to the queue can start a job that exists, but cannot run code.
"""

import json
from collections.abc import Iterable
from typing import Any, cast

import structlog
from flask import Flask, current_app
from huey import Huey, MemoryHuey, PostgresHuey, RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer
from sqlalchemy import make_url

from app.config import Config

log = structlog.get_logger("app.jobs")
_EXTENSION = "madang.queue"
_RUN_JOB, _RUN_PERIODIC = "run_job", "run_periodic"


class JsonSerializer(Serializer):
    """Writes a message as JSON: the name of the task, its id and its plain arguments."""

    def _serialize(self, data: object) -> bytes:
        if not isinstance(data, Message):
            raise TypeError("the queue carries tasks only")
        return json.dumps({"id": data.id, "name": data.name, "args": list(data.args)}).encode()

    def _deserialize(self, data: bytes) -> Message:
        fields = json.loads(bytes(data))
        return Message(
            id=str(fields["id"]),
            name=str(fields["name"]),
            args=tuple(fields["args"]),
            kwargs={},
            retries=0,
            retry_delay=0,
        )


class Queue:
    """The queue of one application."""

    def __init__(self, huey: Huey, run_job: Any, run_periodic: Any) -> None:
        self.huey = huey
        self._run_job = huey.task(name=_RUN_JOB)(run_job)
        self._run_periodic = huey.task(name=_RUN_PERIODIC)(run_periodic)

    def push_job(self, job_id: int) -> None:
        """Deliver a job to a worker (or, immediate, run it now)."""
        self._run_job(job_id)

    def push_periodic(self, name: str) -> None:
        """Deliver a periodic task to a worker (or, immediate, run it now)."""
        self._run_periodic(name)


def bind(app: Flask, config: Config, *, run_job: Any, run_periodic: Any) -> None:
    """Give the application its queue; the two functions take the application and an id or a name."""

    def work_on_job(job_id: int) -> None:
        run_job(app, int(job_id))

    def work_on_periodic(name: str) -> None:
        run_periodic(app, str(name))

    app.extensions[_EXTENSION] = Queue(make_huey(config), work_on_job, work_on_periodic)


def make_huey(config: Config) -> Huey:
    """Return the Huey of the configured storage."""
    common = {"results": False, "serializer": JsonSerializer()}
    match config.queue:
        case "immediate":
            return MemoryHuey("madang", immediate=True, **common)
        case "sqlite":
            config.data_dir.mkdir(parents=True, exist_ok=True)
            return SqliteHuey("madang", filename=str(config.data_dir / "queue.sqlite3"), **common)
        case "postgres":
            dsn = make_url(config.database_url).set(drivername="postgresql").render_as_string(hide_password=False)
            return PostgresHuey("madang", dsn=dsn, **common)
        case "redis":
            return RedisHuey("madang", url=config.queue_url, **common)


def queue() -> Queue:
    """Return the queue of the current application."""
    return cast("Queue", current_app.extensions[_EXTENSION])


def push_jobs(ids: Iterable[int]) -> None:
    """Deliver jobs that are committed. A queue that cannot be reached delays them until the next sweep, nothing more."""
    for job_id in ids:
        try:
            queue().push_job(job_id)
        except Exception:  # the act that asked for the job is committed and must not seem to have failed
            log.exception("job not delivered", job_id=job_id)


def push_periodic(names: Iterable[str]) -> None:
    """Deliver periodic tasks that are due."""
    for name in names:
        try:
            queue().push_periodic(name)
        except Exception:  # the next tick tries again
            log.exception("periodic task not delivered", task=name)
