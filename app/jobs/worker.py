"""The worker: Huey's consumer, and the clock that sweeps up lost jobs and starts periodic tasks."""

import threading
from datetime import datetime

import structlog
from flask import Flask

from app.clock import utc_now
from app.config import Config
from app.db.session import transaction
from app.jobs import queue, runner
from app.jobs.queue import push_periodic
from app.jobs.services import periodic_tasks_due, sweep

log = structlog.get_logger("app.jobs")
TICK_SECONDS = 2.0


def init_app(app: Flask, config: Config) -> None:
    """Bind the queue to the runner."""
    queue.bind(app, config, run_job=runner.run_job, run_periodic=runner.run_periodic)


def tick(at: datetime) -> None:
    """Deliver due and lost jobs, then the periodic tasks that are due. Any number of workers may do so at once."""
    with transaction():
        sweep(at=at)
    with transaction():
        names = periodic_tasks_due(at=at)
    push_periodic(names)


class Ticker(threading.Thread):
    """Ticks until it is stopped, and survives a database that is away for a while."""

    def __init__(self, app: Flask, seconds: float) -> None:
        super().__init__(name="ticker", daemon=True)
        self._app, self._seconds = app, seconds
        self._stop_asked = threading.Event()

    def run(self) -> None:
        """Tick, wait, tick."""
        while True:
            try:
                with self._app.app_context():
                    tick(utc_now())
            except Exception:  # the clock must not stop
                log.exception("tick failed")
            if self._stop_asked.wait(self._seconds):
                return

    def stop(self) -> None:
        """Ask it to stop and wait until it has."""
        self._stop_asked.set()
        self.join()


def work(app: Flask, *, threads: int) -> None:
    """Work until the process is told to stop: SIGTERM and SIGINT let running jobs finish.

    Huey's own scheduler stays idle: its at-most-once schedule would lose what a killed worker had taken.
    """
    with app.app_context():
        huey = queue.queue().huey
    consumer = huey.create_consumer(
        workers=threads, periodic=False, initial_delay=0.1, max_delay=1.0, scheduler_interval=60, graceful_signal="TERM"
    )
    ticker = Ticker(app, TICK_SECONDS)
    ticker.start()
    log.info("worker started", threads=threads)
    try:
        consumer.run()
    finally:
        ticker.stop()
