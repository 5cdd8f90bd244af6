"""Which function does which kind of job, and what happens periodically. Filled when the modules are imported."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.jobs.rules import Backoff, Result
from app.jobs.run import JobRun

Handler = Callable[[JobRun], Result | None]
PeriodicHandler = Callable[[datetime], None]


@dataclass(frozen=True)
class JobKind:
    """How a kind of job is done."""

    name: str
    handler: Handler
    title: str
    """What it is called on its page (Korean, marked for translation)."""
    attempts: int
    backoff: Backoff
    limit: timedelta
    """A run longer than this counts as lost."""
    keep: timedelta
    """How long the row of a finished job stays."""


@dataclass(frozen=True)
class Periodic:
    """Something done again and again."""

    name: str
    handler: PeriodicHandler
    interval: timedelta
    limit: timedelta
    """After this a worker that began it is taken for dead."""


KINDS: dict[str, JobKind] = {}
PERIODIC: dict[str, Periodic] = {}


def job(
    name: str,
    *,
    title: str,
    attempts: int = 5,
    backoff: Backoff | None = None,
    limit: timedelta = timedelta(hours=1),
    keep: timedelta = timedelta(days=30),
) -> Callable[[Handler], Handler]:
    """Make a function the handler of a kind of job.

    Raises:
        ValueError: another function has that name already.
    """

    def register(handler: Handler) -> Handler:
        _require_free(name, KINDS.get(name) and KINDS[name].handler, handler)
        KINDS[name] = JobKind(name, handler, title, attempts, backoff or Backoff(), limit, keep)
        return handler

    return register


def every(
    *, hours: int = 0, minutes: int = 0, seconds: int = 0, limit: timedelta = timedelta(minutes=10)
) -> Callable[[PeriodicHandler], PeriodicHandler]:
    """Make a function run at every interval, on the grid counted from midnight in Korea (so ``hours=24`` is midnight).

    It gets the instant at which it was begun and opens its own transactions. It must bear being run twice.
    """
    interval = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if interval <= timedelta(0):
        raise ValueError("an interval is positive")

    def register(handler: PeriodicHandler) -> PeriodicHandler:
        name = f"{handler.__module__.removeprefix('app.').removesuffix('.jobs')}.{handler.__name__}"
        _require_free(name, PERIODIC.get(name) and PERIODIC[name].handler, handler)
        PERIODIC[name] = Periodic(name, handler, interval, limit)
        return handler

    return register


def _require_free(name: str, present: object, wanted: Callable[..., object]) -> None:
    if present is not None and present is not wanted:
        raise ValueError(f"{name} is registered twice")
