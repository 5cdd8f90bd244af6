"""A crowd of voters' devices: each sends its locked ballot until it has a receipt, and waits as the booth does.

What `static/booth/sending.js` does, in one process for thousands: an answer is awaited for twenty seconds; one that says
503 is obeyed, anything else unexpected is a failure of the network; waits grow and are spread by chance.
"""

import asyncio
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

ANSWER_WITHIN_S, LONGEST_WAIT_S = 20.0, 30.0
TICK_S, PROBE_S = 0.01, 0.25


@dataclass
class Wave:
    """What came of a crowd."""

    seconds: float = 0.0
    """From the first ballot sent to the last receipt."""
    arriving: float = 0.0
    """How long new voters came."""
    sent: int = 0
    """Ballots sent while they came, further attempts included."""
    accepted: int = 0
    """Receipts while they came."""
    took: list[float] = field(default_factory=list)
    """Seconds of each sending that a receipt answered."""
    until_receipt: list[float] = field(default_factory=list)
    """Seconds from a voter's first sending to the receipt."""
    turned_away: list[float] = field(default_factory=list)
    """Seconds of each sending that was answered with the queue page."""
    failures: dict[str, int] = field(default_factory=dict)
    """Sendings that ended in another way: no answer in time, another status."""
    pages: dict[str, list[float]] = field(default_factory=dict)
    """Seconds of pages that somebody opened meanwhile, by path."""
    receipts: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    """By the number of the voter."""
    busy: float = 0.0
    """Processor time of the crowd itself, which shares the machine."""


class Crowd:
    """Voters before one server.

    Args:
        port: where the server listens, on this machine.
        path: the address that takes ballots.
        ballots: one of each voter.
    """

    def __init__(self, port: int, path: str, ballots: Sequence[bytes]) -> None:
        self._port, self._path, self._ballots = port, path, ballots
        self._began, self._next, self._waiting = 0.0, 0, 0
        self._wave = Wave()

    async def rush(self, *, a_second: float, seconds: float, pages: Sequence[str]) -> Wave:
        """Send so many ballots a second for so long, by new voters as far as those who wait do not; then wait for all."""
        self._began = time.monotonic()
        voters: set[asyncio.Task[None]] = set()
        probes = [asyncio.create_task(self._open(path)) for path in pages]
        while (elapsed := time.monotonic() - self._began) < seconds and self._next < len(self._ballots):
            while self._wave.sent < a_second * elapsed and self._next < len(self._ballots):
                voters.add(asyncio.create_task(self._vote(self._next)))
                self._next += 1
                await asyncio.sleep(0)  # so that the sending is counted
            await asyncio.sleep(TICK_S)
        return await self._end(voters, probes)

    async def crowd_in(self, at_once: int) -> Wave:
        """Let all vote, so many at the same time: what the server can take."""
        self._began = time.monotonic()

        async def one_after_another() -> None:
            while self._next < len(self._ballots):
                self._next += 1
                await self._vote(self._next - 1)

        return await self._end({asyncio.create_task(one_after_another()) for _ in range(at_once)}, [])

    async def _end(self, voters: set[asyncio.Task[None]], probes: Sequence[asyncio.Task[None]]) -> Wave:
        wave = self._wave
        wave.arriving = time.monotonic() - self._began
        sent, accepted = wave.sent, len(wave.receipts)
        for probe in probes:
            probe.cancel()
        await asyncio.gather(*voters)
        wave.seconds, wave.busy = time.monotonic() - self._began, time.process_time()
        if probes:
            wave.sent, wave.accepted = sent, accepted
        else:
            wave.accepted, wave.arriving = len(wave.receipts), wave.seconds
        return wave

    async def _vote(self, number: int) -> None:
        wave, first, attempt = self._wave, time.monotonic(), 0
        while True:
            attempt += 1
            least, began = 0.0, time.monotonic()
            wave.sent += 1
            try:
                status, headers, body = await asyncio.wait_for(self._post(number), ANSWER_WITHIN_S)
            except (TimeoutError, OSError, ValueError) as error:
                self._failed(type(error).__name__)
            else:
                now = time.monotonic()
                if status == 200:
                    wave.took.append(now - began)
                    wave.until_receipt.append(now - first)
                    wave.receipts.append((number, json.loads(body)))
                    return
                if status == 503 and "retry-after" in headers:
                    wave.turned_away.append(now - began)
                    least = 2 * float(headers["retry-after"])
                else:
                    self._failed(str(status))
            longest = max(least, min(LONGEST_WAIT_S, 2.0 ** (attempt - 1)))
            await asyncio.sleep(random.uniform(longest / 2, longest))

    def _failed(self, how: str) -> None:
        self._wave.failures[how] = self._wave.failures.get(how, 0) + 1

    async def _post(self, number: int) -> tuple[int, dict[str, str], bytes]:
        body = self._ballots[number]
        # Everybody comes through an address of their own, as the reverse proxy in front tells it.
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        head = (
            f"POST {self._path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: {address}\r\nAccept: application/json\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        return await self._ask(head.encode() + body)

    async def _open(self, path: str) -> None:
        took = self._wave.pages.setdefault(path, [])
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: 10.255.0.1\r\nConnection: close\r\n\r\n"
        while True:
            began = time.monotonic()
            status, _headers, _body = await self._ask(head.encode())
            if status == 200:
                took.append(time.monotonic() - began)
            else:
                self._failed(f"page {status}")
            await asyncio.sleep(PROBE_S)

    async def _ask(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(request)
            await writer.drain()
            answer = await reader.read(-1)
        finally:
            writer.close()
        head, _, body = answer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        return int(first.split(" ")[1]), headers, body


def rush(telling: Connection, port: int, path: str, ballots: Sequence[bytes], options: dict[str, Any]) -> None:
    """Let a crowd rush, in a process of its own; tell what came of it."""
    crowd = Crowd(port, path, ballots)
    began = time.process_time()
    wave = asyncio.run(crowd.rush(**options) if "pages" in options else crowd.crowd_in(**options))
    wave.busy -= began
    telling.send(wave)
    telling.close()
