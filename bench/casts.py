"""Casts a second through the whole application, ballots of twenty answers, two server processes, SQLite and PostgreSQL.

Target (voting day): at least 20 casts a second sustained on two cores, every proof checked and every ballot durably
committed before its receipt; the 95th percentile of a cast at most 2 s. The cost of a cast must not grow with the board:
the first and the last quarter of the casts are compared.
"""

import contextvars
import sys
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection

import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.assembly.models import CastBallot
from app.extensions import db
from bench._databases import on_each_database
from tests.conftest import NOW
from tests.factories_year import make_assembly
from tests.load.casting import FORK, ballots_of, let_go

VOTERS, EACH, ANSWERS, WORKERS = 60, 6, 20, 2
LEAST_A_SECOND, BUDGET_MS = 20.0, 2_000.0


def cast(app: Flask, address: str, ballots: Sequence[bytes], telling: Connection) -> None:
    """Cast ballots one after the other; tell how long each took, in milliseconds."""
    let_go(app)
    client, took = FlaskClient(app), []
    contextvars.Context().run(client.get, "/")  # what is worked out once per process is not what a cast costs
    for data in ballots:
        began = time.perf_counter()
        answer = contextvars.Context().run(client.post, address, data=data)
        took.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"a ballot was refused: {answer.status_code}")
    telling.send(took)
    telling.close()


def measure(app: Flask, label: str) -> bool:
    """Cast from two processes at once; return whether the budgets were met."""
    assembly, people = make_assembly([1_000_000] * ANSWERS, residents=VOTERS)
    ballots = ballots_of(assembly, people, each=EACH)
    address = f"/{assembly.place.slug}/assembly/ballots"
    db.session.rollback()
    db.session.remove()
    with time_machine.travel(NOW):
        pipes = []
        began = time.monotonic()
        for number in range(WORKERS):
            listening, telling = FORK.Pipe(duplex=False)
            FORK.Process(target=cast, args=(app, address, ballots[number::WORKERS], telling), daemon=True).start()
            telling.close()
            pipes.append(listening)
        took: list[list[float]] = [pipe.recv() for pipe in pipes]
        seconds = time.monotonic() - began
    standing = db.session.scalar(sa.select(sa.func.count(CastBallot.id))) or 0
    if standing != len(ballots):
        raise SystemExit(f"{standing} of {len(ballots)} ballots stand on the board")
    quarter = len(took[0]) // 4
    first = sorted(each for row in took for each in row[:quarter])
    last = sorted(each for row in took for each in row[-quarter:])
    every = sorted(each for row in took for each in row)
    rate, p95 = len(ballots) / seconds, every[int(len(every) * 0.95)]
    print(
        f"{label:9} {rate:5.1f} casts/s  p50 {every[len(every) // 2]:6.1f} ms  p95 {p95:6.1f} ms  "
        f"median of the first quarter {first[len(first) // 2]:6.1f} ms, of the last {last[len(last) // 2]:6.1f} ms  "
        f"of {len(ballots)} ballots with {ANSWERS} answers",
        flush=True,
    )
    return rate >= LEAST_A_SECOND and p95 <= BUDGET_MS


def main() -> int:
    """Measure on each database that is there."""
    return 0 if on_each_database(measure) else 1


if __name__ == "__main__":
    sys.exit(main())
