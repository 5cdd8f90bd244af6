"""A bounded number of requests at heavy work, a bounded queue before it, and an honest answer to everybody else.

Each process has its own places. A request that finds none waits in the queue for a moment; one that finds the queue full,
or waited in vain, is told when to come again: an answer in milliseconds instead of a server on which nobody gets through.
"""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from werkzeug.exceptions import ServiceUnavailable

LONGEST_SECONDS = 30
_MEMORY = 0.2
"""How much the newest request weighs in the average time that one takes."""


class Busy(ServiceUnavailable):
    """No place and no queue; ``retry_after`` says in how many seconds one may be free."""

    def __init__(self, seconds: int) -> None:
        super().__init__(retry_after=seconds)
        self.seconds = seconds


class Turnstile:
    """Lets so many in at once, and so many wait.

    Args:
        places: requests at work at once.
        queue: requests that wait for a place.
        patience: seconds that one waits at most.
    """

    def __init__(self, *, places: int, queue: int, patience: float) -> None:
        self._free = threading.BoundedSemaphore(places)
        self._lock = threading.Lock()
        self._places, self._queue, self._patience = places, queue, patience
        self._waiting, self._average = 0, 0.1

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place while the block runs.

        Raises:
            Busy: there is none; nothing was begun.
        """
        if not self._free.acquire(blocking=False):
            self._wait()
        began = monotonic()
        try:
            yield
        finally:
            self._free.release()
            with self._lock:
                self._average += _MEMORY * (monotonic() - began - self._average)

    def _wait(self) -> None:
        with self._lock:
            if self._waiting >= self._queue:
                raise Busy(self._expected())
            self._waiting += 1
        try:
            if not self._free.acquire(timeout=self._patience):
                raise Busy(self._expected())
        finally:
            with self._lock:
                self._waiting -= 1

    def _expected(self) -> int:
        """Return the seconds that the queue as it stands needs, rounded up; clients spread themselves out around it."""
        return max(1, min(LONGEST_SECONDS, math.ceil(self._average * (self._waiting + 1) / self._places)))
