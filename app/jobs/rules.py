"""Rules of jobs. Pure: no Flask, no database, no clock, no randomness."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from app.errors import RuleViolation
from app.i18n import N_

HEARTBEAT = timedelta(seconds=5)
"""How often a running job shows that it lives."""
LOST_AFTER = timedelta(seconds=30)
"""A running job silent for so long has lost its worker."""
REDELIVER_AFTER = timedelta(seconds=60)
"""A delivered job that nobody claimed for so long is delivered again."""

WORKER_STOPPED = N_("이 일을 하던 프로그램이 여러 번 멈추었습니다. 운영자에게 알려 주세요.")
WENT_WRONG = N_("저희 쪽에서 문제가 생겨 마치지 못했습니다. 같은 일이 이어지면 운영자에게 알려 주세요.")
NOT_NOW = N_("지금은 할 수 없습니다. 그 사이에 상태가 바뀌었습니다.")


class State(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


MOVES: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.RUNNING, State.CANCELLED}),
    # Back to the queue: it failed and may be tried again, or its worker died.
    State.RUNNING: frozenset({State.DONE, State.FAILED, State.QUEUED}),
    State.DONE: frozenset(),
    # Somebody looked at the failure and asks for another try.
    State.FAILED: frozenset({State.QUEUED}),
    State.CANCELLED: frozenset(),
}
ENDED = frozenset({State.DONE, State.FAILED, State.CANCELLED})

STATE_NAMES: dict[State, str] = {
    State.QUEUED: N_("차례를 기다리는 중"),
    State.RUNNING: N_("하는 중"),
    State.DONE: N_("마쳤습니다"),
    State.FAILED: N_("마치지 못했습니다"),
    State.CANCELLED: N_("취소했습니다"),
}


def require_move(present: State, wanted: State) -> None:
    """Refuse a change of state that the table does not know.

    Raises:
        RuleViolation: the job cannot go there from where it stands.
    """
    if wanted not in MOVES[present]:
        raise RuleViolation(NOT_NOW)


@dataclass(frozen=True)
class Backoff:
    """How long a failed job waits: ``first`` after the first attempt, then ``factor`` times longer, up to ``ceiling``."""

    first: timedelta = timedelta(seconds=10)
    factor: int = 4
    ceiling: timedelta = timedelta(hours=1)

    def delay(self, attempt: int) -> timedelta:
        """Return the delay after an attempt, counted from 1."""
        delay = self.first
        for _ in range(attempt - 1):
            delay *= self.factor
            if delay >= self.ceiling:
                return self.ceiling
        return min(delay, self.ceiling)


@dataclass(frozen=True)
class Result:
    """What a finished job says on its page: a Korean sentence with values, and the page where the outcome is seen."""

    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    endpoint: str | None = None
    arguments: Mapping[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Return it as it is stored."""
        return {
            "message": self.message,
            "values": dict(self.values),
            "endpoint": self.endpoint,
            "arguments": dict(self.arguments),
        }


_CODE = re.compile(r"[A-Za-z0-9_.:-]{1,80}")


def require_ids_only(arguments: Mapping[str, object]) -> None:
    """Refuse arguments that could hold personal data: a job loads what it needs by id.

    Raises:
        TypeError: a value is neither an integer, a boolean, None, a short code, nor a list of those.
    """
    for name, value in arguments.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str) and _CODE.fullmatch(item):
                continue
            if not (item is None or isinstance(item, int)):
                raise TypeError(f"a job's arguments are ids, not {name}={type(item).__name__}")


def time_left(
    at: datetime, *, started_at: datetime, done: int, total: int | None, usual: timedelta | None
) -> timedelta | None:
    """Estimate how long a running job still takes.

    From its own pace once a twentieth is done, before that from how long its kind usually takes; None when neither is
    known. Never negative.
    """
    elapsed = max(at - started_at, timedelta(0))
    if total and done * 20 >= total:
        return elapsed * (total - done) / done if done else None
    return None if usual is None else max(usual - elapsed, timedelta(0))


_KOREA_AHEAD = timedelta(hours=9)


def next_run(at: datetime, interval: timedelta) -> datetime:
    """Return the next instant after ``at`` (UTC) on the grid of an interval, counted from midnight in Korea."""
    midnight = (at + _KOREA_AHEAD).replace(hour=0, minute=0, second=0, microsecond=0) - _KOREA_AHEAD
    return midnight + ((at - midnight) // interval + 1) * interval
