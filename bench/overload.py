"""Five times more ballots than the server can take, for a minute: a real gunicorn, a crowd of devices, both databases.

First a crowd that never asks for more than the server does at once tells what it can take. Then new voters come so fast
that, with those who were sent away and come again, five times as many ballots arrive each second. Told are the ballots
taken a second meanwhile, how long an accepted one and the queue page took, how pages did beside them, and how long voters
waited in all. Nothing may be lost: every voter ends with a receipt that proves its place on the board.

``MADANG_BENCH_SECONDS``, ``_VOTERS`` and ``_GUNICORN`` (its options) change the measurement.
"""

import os
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app.assembly.models import Assembly, CastBallot
from app.assembly.services import board, inclusion
from app.clock import utc_now
from app.config import ROOT, Config
from app.db.session import session
from app.extensions import db
from bench._boards import locked_ballots, require_true
from bench._crowd import Wave, rush
from bench._databases import family_seconds, on_each_database, server_seconds
from bench._electorate import codes_of, make_open_vote
from tests.conftest import KEY
from tests.load.casting import FORK
from voting import Event, EventType, tracker_of
from voting.encoding import sha256
from voting.log.merkle import leaf_hash
from voting.log.policy import parse_policy
from voting.log.proof_file import parse_log_proof

ANSWERS, TIMES = 20, 5
SECONDS = float(os.environ.get("MADANG_BENCH_SECONDS", "60"))
VOTERS = int(os.environ.get("MADANG_BENCH_VOTERS", "4000"))
CAPACITY_VOTERS, AT_ONCE = min(400, VOTERS), 8
GUNICORN = os.environ.get("MADANG_BENCH_GUNICORN", "--workers 2 --threads 12").split()
LEAST_A_SECOND, BUDGET_MS, TOLD_WITHIN_MS = 20.0, 2_000.0, 1_500.0


@contextmanager
def serving(app: Flask, port: int) -> Iterator[int]:
    """Serve the application's database with gunicorn; yield the process's id."""
    config: Config = app.config["MADANG"]
    environment = {
        **os.environ,
        "MADANG_DATABASE_URL": config.database_url,
        "MADANG_DATA_DIR": str(config.data_dir),
        "MADANG_SECRET_KEY": secrets.token_hex(32),
        "MADANG_FIELD_KEYS": f"k1:{KEY}",
        "MADANG_INDEX_KEY": KEY,
        "MADANG_TRUSTED_HOSTS": '["127.0.0.1"]',
        "MADANG_PROXY_HOPS": "1",
    }
    command = [sys.executable, "-m", "gunicorn", *GUNICORN, "--worker-class", "gthread", "--bind", f"127.0.0.1:{port}"]
    with (config.data_dir / "gunicorn.log").open("w") as log:
        server = subprocess.Popen([*command, "wsgi:app"], cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            _await(port, Path(log.name))
            yield server.pid
        finally:
            server.terminate()
            server.wait()
            faults = [line for line in Path(log.name).read_text().splitlines() if "Error" in line]
            if faults:
                print(f"the server's own faults: {len(faults)}, the last: {faults[-1][:300]}", flush=True)


def _await(port: int, log: Path) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"the server did not start:\n{log.read_text()}")


def wave_of(port: int, path: str, ballots: Sequence[bytes], **options: Any) -> Wave:
    """Let a crowd loose in a process of its own; return what came of it."""
    listening, telling = FORK.Pipe(duplex=False)
    FORK.Process(target=rush, args=(telling, port, path, ballots, options), daemon=True).start()
    telling.close()
    wave: Wave = listening.recv()
    return wave


def measure(app: Flask, label: str) -> bool:
    """Measure what the server can take, offer it five times as much, and see that nothing was lost."""
    assembly = make_open_vote(ANSWERS, VOTERS + CAPACITY_VOTERS, at=utc_now())
    slug, assembly_id = assembly.place.slug, assembly.id
    codes, election = list(codes_of(assembly)), board.context_of(assembly).election
    _forget_connections()
    ballots = [locked.data for locked in locked_ballots(election, codes)]
    path, port = f"/{slug}/assembly/ballots", 20_000 + os.getpid() % 20_000
    with serving(app, port) as server:
        _forget_connections()
        calm = wave_of(port, path, ballots[:CAPACITY_VOTERS], at_once=AT_ONCE)
        can = len(calm.receipts) / calm.seconds
        print(
            f"{label:9} can take {can:5.1f} casts/s  p95 {_p(calm.took, 0.95):6.0f} ms  of {AT_ONCE} at once",
            flush=True,
        )
        busy = family_seconds(server) + server_seconds()
        _forget_connections()
        late = ballots[CAPACITY_VOTERS:]
        pages = (f"/{slug}/assembly/booth", f"/{slug}/assembly")
        wave = wave_of(port, path, late, a_second=TIMES * can, seconds=SECONDS, pages=pages)
        busy = family_seconds(server) + server_seconds() - busy
    _tell(label, wave, busy)
    require_receipts(assembly_id, ballots[:CAPACITY_VOTERS], calm)
    require_receipts(assembly_id, late[: len(wave.receipts)], wave)
    standing = session().scalar(sa.select(sa.func.count(CastBallot.id)))
    if standing != len(calm.receipts) + len(wave.receipts):
        raise SystemExit(f"{standing} ballots stand on the board, not as many as receipts")
    require_true(assembly_id)
    rate = wave.accepted / wave.arriving
    print(
        f"{label:9} every voter has a receipt that proves its place; nothing is lost, nothing is there twice",
        flush=True,
    )
    told = _p(wave.turned_away, 0.95) if wave.turned_away else 0.0
    return rate >= LEAST_A_SECOND and _p(wave.took, 0.95) <= BUDGET_MS and told <= TOLD_WITHIN_MS


def require_receipts(assembly_id: int, ballots: Sequence[bytes], wave: Wave) -> None:
    """Check every receipt as the voter's device does: tracker, event, and the way to a head that the log's key signed."""
    assembly = session().get_one(Assembly, assembly_id)
    policy = parse_policy(f"log {inclusion.log_key(assembly)}\nquorum none\n".encode())
    if sorted(number for number, _ in wave.receipts) != list(range(len(ballots))):
        raise SystemExit("a voter is without a receipt, or has two")
    for number, receipt in wave.receipts:
        data = ballots[number]
        event = Event(EventType.BALLOT, receipt["height"], receipt["parent"], sha256(data).hex())
        if (receipt["tracker"], receipt["event"]) != (tracker_of(data), event.hash):
            raise SystemExit("a receipt is about another ballot")
        proof = parse_log_proof(receipt["proof"].encode())
        if proof.index != event.height:
            raise SystemExit("a proof is about another event")
        proof.verify(leaf_hash(event.to_bytes()), policy)


def _forget_connections() -> None:
    """Let no child inherit a connection that the parent goes on using."""
    db.session.remove()
    db.engine.dispose()


def _p(seconds: Sequence[float], share: float) -> float:
    return sorted(seconds)[int(len(seconds) * share)] * 1000


def _tell(label: str, wave: Wave, busy: float) -> None:
    answered = len(wave.took) + len(wave.turned_away) + sum(wave.failures.values())
    print(
        f"{label:9} offered {wave.sent / wave.arriving:5.1f} ballots/s for {wave.arriving:.0f} s by {len(wave.receipts):,} voters: "
        f"{wave.accepted / wave.arriving:5.1f} casts/s  accepted p50 {_p(wave.took, 0.5):6.0f} ms  p95 {_p(wave.took, 0.95):6.0f} ms",
        flush=True,
    )
    if wave.turned_away:
        print(
            f"{label:9} queue page for {len(wave.turned_away) / answered:.0%} of {answered:,} sendings  "
            f"p50 {_p(wave.turned_away, 0.5):6.0f} ms  p95 {_p(wave.turned_away, 0.95):6.0f} ms",
            flush=True,
        )
    print(
        f"{label:9} until the receipt p50 {_p(wave.until_receipt, 0.5) / 1000:5.1f} s  p95 {_p(wave.until_receipt, 0.95) / 1000:5.1f} s; "
        f"the last one {wave.seconds - wave.arriving:.0f} s after the wave; other failures {wave.failures or 'none'}; "
        f"processor: server {busy / wave.seconds:.2f}, crowd {wave.busy / wave.seconds:.2f} cores",
        flush=True,
    )
    for path, took in wave.pages.items():
        print(
            f"{label:9} meanwhile {path} p50 {_p(took, 0.5):6.0f} ms  p95 {_p(took, 0.95):6.0f} ms  of {len(took)}",
            flush=True,
        )


def main() -> int:
    """Measure on each database that is there."""
    return 0 if on_each_database(measure) else 1


if __name__ == "__main__":
    sys.exit(main())
