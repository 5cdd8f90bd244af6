"""Real worker processes on every queue: killed with SIGKILL again and again, they lose nothing and double nothing.

A worker is forked from the process of the test, which has the application's code ready, and runs the command as it is; one
test starts it as an operator does.
"""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.cli import cli

from app.clock import utc_now
from app.db.session import session, transaction
from app.extensions import db
from app.factory import create_app
from app.jobs.models import Job, PeriodicTask
from app.jobs.queue import queue as carrier
from app.jobs.rules import State
from app.jobs.services import enqueue
from app.privacy.models import AccessLogEntry
from tests import job_kinds
from tests.conftest import make_config
from tests.load.casting import FORK, let_go

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 180
COMMAND = ["--app", "tests.worker_app", "worker", "run", "--threads", "2"]
pytestmark = pytest.mark.slow


@pytest.fixture
def queue(request, database_url, tmp_path):
    """The queue's kind and address: the database's own, or (for tests that ask) Redis where it is installed."""
    if getattr(request, "param", "own") == "own":
        yield ("sqlite" if database_url.startswith("sqlite") else "postgres"), ""
        return
    if shutil.which("redis-server") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("redis-server is not installed")
        pytest.skip("redis-server is not installed")
    with tempfile.TemporaryDirectory(
        prefix="madang-redis-"
    ) as folder:  # a short name: a socket's has 107 letters at most
        path = f"{folder}/s"
        server = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", path, "--save", "", "--dir", str(tmp_path)],
            stdout=subprocess.DEVNULL,
        )
        wait_until(lambda: answers(path))
        yield "redis", f"unix://{path}?db=0"
        server.terminate()
        server.wait()


def answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(path) == 0


@pytest.fixture
def app(database_url, queue, tmp_path):
    app = create_app(make_config(database_url, tmp_path, queue=queue[0], queue_url=queue[1]))
    with app.app_context():
        yield app
        carrier().huey.storage.close()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def start_worker(app, database_url, queue, tmp_path):
    """Starts workers and ends those that are left."""
    settings = {"database_url": database_url, "folder": str(tmp_path), "queue": queue[0], "queue_url": queue[1]}
    told = {"MADANG_TEST_WORKER": json.dumps(settings), "PYTHONPATH": str(ROOT)}
    workers = []

    def start(*, as_an_operator_does: bool = False) -> "subprocess.Popen | Forked":
        with (tmp_path / "worker.log").open("ab") as log:
            if as_an_operator_does:
                worker = subprocess.Popen(
                    [sys.executable, "-m", "flask", *COMMAND],
                    cwd=ROOT,
                    env={**os.environ, **told},
                    stdout=log,
                    stderr=log,
                )
            else:
                worker = Forked(FORK.Process(target=_work, args=(app, told, log.fileno()), daemon=True))
        workers.append(worker)
        return worker

    yield start
    for worker in workers:
        worker.kill()
        worker.wait()


@dataclass
class Forked:
    """A process that was forked, with the words of one that was started."""

    process: Any

    def __post_init__(self) -> None:
        self.process.start()

    def send_signal(self, number: int) -> None:
        os.kill(self.process.pid, number)

    def kill(self) -> None:
        self.process.kill()

    def wait(self, timeout: float | None = None) -> int:
        self.process.join(timeout)
        assert self.process.exitcode is not None, "it does not end"
        return int(self.process.exitcode)


def _work(parent: Flask, told: dict[str, str], log: int) -> None:
    """Be a worker: what the parent has open is not touched, and its warnings are no errors here."""
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.update(told)
    warnings.resetwarnings()
    let_go(parent)
    cli.main(args=COMMAND, prog_name="flask")


def wait_until(true: Callable[[], object]) -> None:
    ends = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.1)


def ask(count: int, **arguments) -> list[int]:
    with transaction():
        return [enqueue("test.write_lines", arguments, by=None, at=utc_now()).id for _ in range(count)]


def states() -> Counter:
    """Count the tests' own jobs; the clock asks for others while a worker runs."""
    session().rollback()
    return Counter(session().scalars(sa.select(Job.state).where(Job.kind == "test.write_lines")))


def lines() -> Counter:
    session().rollback()
    query = sa.select(AccessLogEntry.person_id, AccessLogEntry.subject)
    return Counter((row.person_id, row.subject) for row in session().execute(query))


@pytest.mark.parametrize("queue", ["own", "redis"], indirect=True)
def test_a_worker_does_what_was_asked_and_stops_when_told(app, start_worker):
    jobs = ask(5, total=3)
    worker = start_worker(as_an_operator_does=True)
    wait_until(lambda: states() == {State.DONE: 5})
    assert lines() == Counter({(job, f"line:{number}"): 1 for job in jobs for number in range(3)})
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=PATIENCE) == 0


def test_a_worker_told_to_stop_finishes_the_job_in_hand(app, start_worker):
    ask(1, total=10, pause_ms=100)
    worker = start_worker()
    wait_until(lambda: len(lines()) >= 2)
    worker.send_signal(signal.SIGTERM)
    worker.wait(timeout=PATIENCE)
    assert states() == {State.DONE: 1}


def test_a_worker_killed_in_the_middle_of_a_step_loses_and_doubles_nothing(app, start_worker):
    (job,) = ask(1, total=6, die_at=3)
    assert start_worker().wait(timeout=PATIENCE) == -signal.SIGKILL
    assert lines() == Counter({(job, f"line:{number}"): 1 for number in range(3)}), "the step was not committed"
    start_worker()
    wait_until(lambda: states() == {State.DONE: 1})
    assert lines() == Counter({(job, f"line:{number}"): 1 for number in range(6)})
    assert session().get_one(Job, job).attempts >= 2


@pytest.mark.parametrize("queue", ["own", "redis"], indirect=True)
def test_kill_after_kill_every_line_is_written_once(app, start_worker):
    rng = random.Random(20260701)
    jobs = ask(8, total=12, pause_ms=60)
    for _ in range(4):
        worker = start_worker()
        already = sum(lines().values())
        # Until it has written some more, or everything: a test that is held up itself may come late.
        wait_until(lambda before=already: sum(lines().values()) > before + 2 or states() == {State.DONE: 8})
        time.sleep(rng.uniform(0, 0.5))
        worker.kill()
        worker.wait()
    start_worker()
    wait_until(lambda: states() == {State.DONE: 8})
    assert lines() == Counter({(job, f"line:{number}"): 1 for job in jobs for number in range(12)})


def test_two_workers_share_the_jobs_and_the_clock(app, start_worker):
    jobs = ask(20, total=2, pause_ms=20)
    start_worker()
    start_worker()
    wait_until(lambda: states() == {State.DONE: 20})
    assert lines() == Counter({(job, f"line:{number}"): 1 for job in jobs for number in range(2)})
    name = f"{job_kinds.__name__}.tick_tests"
    session().rollback()
    wait_until(lambda: session().rollback() or session().get_one(PeriodicTask, name).finished_at is not None)


def test_a_killed_worker_s_job_is_taken_up_by_the_one_that_lives(app, start_worker):
    (job,) = ask(1, total=20, pause_ms=100)
    first = start_worker()
    wait_until(lambda: len(lines()) >= 3)
    start_worker()
    first.kill()
    wait_until(lambda: states() == {State.DONE: 1})
    assert lines() == Counter({(job, f"line:{number}"): 1 for number in range(20)})
