"""What a cast, and the pages people open during a vote, cost with 100, 1,000, 10,000 and 100,000 ballots on the board.

Target: flat. A hundred thousand voters on a frozen roll throughout, ballots of two answers (a hundred thousand of twenty
would be 1.2 GB; `bench.casts` measures those). Each cast is the whole request, by a voter who is told of it by mail;
processor time is that of the application and of the database server together.

``MADANG_BENCH_BALLOTS=10000`` stops there, with as many voters.
"""

import contextvars
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.assembly.models import Assembly
from app.assembly.services import board
from app.clock import utc_now
from app.db.session import session
from app.extensions import db
from app.factory import create_app
from bench._boards import Locked, copy_from, fill, locked_ballots, require_true
from bench._databases import on_each_database, server_seconds
from bench._electorate import codes_of, make_open_vote
from tests.conftest import make_config
from voting import tracker_of

MOST = int(os.environ.get("MADANG_BENCH_BALLOTS", "100000"))
SIZES = [size for size in (100, 1_000, 10_000, 100_000) if size <= MOST]
ANSWERS, CASTS, OPENED = 2, 150, 60
TOLD = len(SIZES) * CASTS + 1
GROWTH, SLACK_MS = 1.5, 2.0
"""By how much the processor time of a cast, or of a page, may differ between the smallest and the largest board."""


@dataclass(frozen=True)
class Cost:
    """What a request took, in milliseconds."""

    p50: float
    p95: float
    processor: float

    def __str__(self) -> str:
        return f"p50 {self.p50:6.1f} ms  p95 {self.p95:6.1f} ms  processor {self.processor:5.1f} ms"


def cost_of(requests: Sequence[Callable[[], object]]) -> Cost:
    """Send requests one after the other; what is worked out once per process was asked for before."""
    took = []
    busy = time.process_time() + server_seconds()
    for request in requests:
        began = time.perf_counter()
        contextvars.Context().run(request)
        took.append((time.perf_counter() - began) * 1000)
    busy = time.process_time() + server_seconds() - busy
    took.sort()
    return Cost(took[len(took) // 2], took[int(len(took) * 0.95)], busy * 1000 / len(took))


def casts(client: FlaskClient, slug: str, ballots: Sequence[Locked]) -> Cost:
    """Cast ballots; return what one costs."""

    def cast(ballot: Locked) -> None:
        answer = client.post(f"/{slug}/assembly/ballots", data=ballot.data)
        if answer.status_code != 200:
            raise SystemExit(f"a ballot was refused: {answer.status_code} {answer.text}")

    return cost_of([lambda ballot=ballot: cast(ballot) for ballot in ballots])  # type: ignore[misc]


def pages_of(slug: str, tracker: str) -> dict[str, str]:
    """Return the pages that are open during a vote, by name."""
    tracker = quote(tracker, safe="")
    return {
        "home of the dong": f"/{slug}/",
        "the vote, with turnout": f"/{slug}/assembly",
        "booth": f"/{slug}/assembly/booth",
        "its election": f"/{slug}/assembly/election.json",
        "its credentials": f"/{slug}/assembly/credentials/Ab.json",
        "booth as a file": f"/{slug}/assembly/booth.zip",
        "a ballot found": f"/{slug}/assembly/find?tracker={tracker}",
        "proof and signed head": f"/{slug}/assembly/receipt.tlog-proof?tracker={tracker}",
        "counting again": f"/{slug}/assembly/verify",
        "stages of the year": f"/{slug}/schedule",
        "public record": f"/{slug}/record",
    }


def page(client: FlaskClient, path: str) -> Cost:
    """Open a page again and again; return what it costs."""

    def read() -> None:
        answer = client.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")

    contextvars.Context().run(read)
    return cost_of([read] * OPENED)


def measure(app: Flask, label: str, template: sa.Engine, ballots: Sequence[Locked]) -> bool:
    """Let the board grow, and measure on the way; return whether nothing grew with it."""
    copy_from(template)
    assembly = session().scalars(sa.select(Assembly)).one()
    slug, assembly_id = assembly.place.slug, assembly.id
    client = FlaskClient(app)
    # Those who are measured are told by mail: they come last.
    waiting, measured = iter(ballots[:-TOLD]), iter(ballots[-TOLD:])
    casts(client, slug, list(islice(measured, 1)))  # what is worked out once per process is not what a cast costs
    cast, opened = [], []
    for size in SIZES:
        session().refresh(assembly)
        fill(assembly_id, islice(waiting, size - assembly.head_height))
        session().execute(sa.text("ANALYZE"))
        session().commit()
        db.session.remove()
        some = list(islice(measured, CASTS))
        cast.append(casts(client, slug, some))
        print(f"{label:9} {size:7,} ballots   a cast                {cast[-1]}", flush=True)
        if size in {SIZES[0], SIZES[-1]}:
            tracker = tracker_of(some[0].data)
            opened.append({name: page(client, path) for name, path in pages_of(slug, tracker).items()})
        assembly = session().get_one(Assembly, assembly_id)
    for name, cost in opened[-1].items():
        print(f"{label:9} {SIZES[0]:,} ballots   {name:21} {opened[0][name]}", flush=True)
        print(f"{label:9} {SIZES[-1]:,} ballots   {name:21} {cost}", flush=True)
    require_true(assembly_id)
    pairs = [(cast[0], cast[-1]), *((opened[0][name], opened[-1][name]) for name in opened[0])]
    return all(last.processor <= GROWTH * first.processor + SLACK_MS for first, last in pairs)


def main() -> int:
    """Make the vote once, and measure on each database that is there."""
    with tempfile.TemporaryDirectory(prefix="madang-bench-") as name:
        folder = Path(name)
        app = create_app(make_config(f"sqlite:///{folder / 'template.sqlite3'}", folder))
        with app.app_context():
            db.create_all()
            began = time.monotonic()
            assembly = make_open_vote(ANSWERS, SIZES[-1] + TOLD, told=TOLD, at=utc_now())
            codes, election = list(codes_of(assembly)), board.context_of(assembly).election
            db.session.remove()
            print(f"a vote of {len(codes):,} made in {time.monotonic() - began:.0f} s", flush=True)
            began = time.monotonic()
            ballots = list(locked_ballots(election, codes))
            print(f"their ballots in {time.monotonic() - began:.0f} s", flush=True)
            template = db.engine
        good = on_each_database(lambda each, kind: measure(each, kind, template, ballots), queue="sqlite")
        template.dispose()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
