"""Commands of jobs: the worker, and a look at what waits."""

import click
from flask import current_app
from flask.cli import AppGroup

from app.clock import utc_now
from app.db.session import transaction
from app.jobs import worker
from app.jobs.queries import health
from app.jobs.services import try_again

worker_commands = AppGroup("worker", help="The background worker.")
jobs_commands = AppGroup("jobs", help="Jobs: what waits, what failed.")


@worker_commands.command("run")
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1, 64), help="Jobs done at the same time.")
def run(threads: int) -> None:
    """Do jobs and periodic tasks until stopped. More than one worker may run."""
    worker.work(current_app._get_current_object(), threads=threads)  # type: ignore[attr-defined]  # noqa: SLF001


@jobs_commands.command("status")
def status() -> None:
    """Say how many jobs wait, run and failed, and which periodic tasks are late."""
    found = health(at=utc_now())
    for state, count in found.counts.items():
        click.echo(f"{state}: {count}")
    click.echo(f"oldest waiting: {found.oldest_waiting_seconds} s")
    for name in found.late_periodic:
        click.echo(f"late: {name}")
    for name in found.failing_periodic:
        click.echo(f"failing: {name}")


@jobs_commands.command("retry")
@click.argument("job_id", type=int)
def retry(job_id: int) -> None:
    """Put a failed job back into the queue."""
    with transaction():
        try_again(job_id, at=utc_now())
