"""Kinds of jobs and periodic tasks that tests use; imported, they are registered like any other."""

import json
import os
import signal
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from app.errors import RuleViolation
from app.i18n import N_
from app.jobs.registry import every, job
from app.jobs.rules import Backoff, Result
from app.jobs.run import JobRun
from app.privacy.rules import Access
from app.privacy.services import log_access

ACT: list[Callable[[JobRun], Result | None]] = []
"""What jobs of kind ``test.act`` do; a test puts one function here."""
TICKS: list[datetime] = []
TICK_FAILS: list[bool] = []


@job("test.act", title=N_("시험하는 일"), attempts=3, backoff=Backoff(first=timedelta(seconds=10)))
def act(run: JobRun) -> Result | None:
    return ACT[0](run)


@job("test.refused", title=N_("거절되는 일"))
def refused(run: JobRun) -> None:
    raise RuleViolation(N_("%(count)s줄이 잘못되었습니다."), count=3)


@job("test.write_lines", title=N_("줄을 쓰는 일"), attempts=50)
def write_lines(run: JobRun) -> None:
    """Commit one entry per line; ``die_at`` kills the worker with SIGKILL in the middle of that step, once.

    A file beside the database remembers that it was. The number of the attempt would not do: on a machine that is slow enough a worker
    is taken for dead before it gets there.
    """
    total = run.arguments["total"]
    for number in range(run.bookmark.get("lines", 0), total):
        with run.step() as step:
            log_access(Access.VIEWED, by=run.id, ip=None, subject=f"line:{number}", at=step.at)
            step.remember(lines=number + 1)
            step.progress(number + 1, total)
            if number == run.arguments.get("die_at") and not _died().exists():
                _died().touch()
                os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(run.arguments.get("pause_ms", 0) / 1000)


def _died() -> Path:
    return Path(json.loads(os.environ["MADANG_TEST_WORKER"])["folder"]) / "died"


@every(minutes=1)
def tick_tests(at: datetime) -> None:
    TICKS.append(at)
    if TICK_FAILS:
        raise OSError("the periodic task fails")
