"""Many ballots from many server workers: what the tests of durability and the soak have in common.

A worker is a process of its own, forked from one that has the application ready, so that a round costs no start. It casts
through the whole application (`POST …/assembly/ballots`), and tells its parent each receipt that it was given.
"""

import contextlib
import contextvars
import multiprocessing
import random
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app.assembly.models import Assembly
from app.assembly.services import board, casting
from app.extensions import db
from app.people.models import Person
from tests.conftest import NOW
from voting import derive_credential, make_ballot

FORK: Any = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Told:
    """A receipt as a client was given it."""

    tracker: str
    height: int
    event: str


def ballots_of(assembly: Assembly, people: Sequence[Person], *, each: int = 1) -> list[bytes]:
    """Lock ballots: every person as many as wanted, one after the other, of whom the last counts."""
    context, made = board.context_of(assembly), []
    for person in people:
        code = casting.code_for(assembly, person, at=NOW)
        credential = derive_credential(code, uuid=context.election.uuid, group=context.election.group)
        choices = [1] + [0] * (len(assembly.lines) - 1)
        made += [make_ballot(context.election, credential, [choices]).data for _ in range(each)]
    return made


def let_go(app: Flask) -> None:
    """Forget the connections of the parent, in a child: two processes must not speak through one."""
    with app.app_context():
        db.engine.dispose(close=False)


def cast_all(app: Flask, address: str, ballots: Sequence[bytes], telling: Connection, *, cut: float, seed: int) -> None:
    """Cast ballots one after the other, as a client does; some answers are lost on the way and asked for again."""
    let_go(app)
    dice, client = random.Random(seed), FlaskClient(app)
    for data in ballots:
        answered = False
        while not answered:
            answer = contextvars.Context().run(client.post, address, data=data, headers={"Accept": "application/json"})
            answered = answer.status_code == 200 and dice.random() >= cut
        receipt = answer.get_json()
        telling.send((receipt["tracker"], receipt["height"], receipt["event"]))
    telling.close()


def start(
    app: Flask, address: str, ballots: Sequence[bytes], *, cut: float = 0.0, seed: int = 0
) -> tuple[Any, Connection]:
    """Start a worker; return it and the end on which it tells its receipts."""
    listening, telling = FORK.Pipe(duplex=False)
    worker = FORK.Process(
        target=cast_all, args=(app, address, ballots, telling), kwargs={"cut": cut, "seed": seed}, daemon=True
    )
    worker.start()
    telling.close()
    return worker, listening


def drain(listening: Connection) -> list[Told]:
    """Return what a worker told, until it ended or was killed."""
    told = []
    with contextlib.suppress(EOFError):
        while True:
            told.append(Told(*listening.recv()))
    return told


def kill_in_the_middle(app: Flask, address: str, ballots: Sequence[bytes], *, after: int) -> list[Told]:
    """Let a worker cast, kill it (SIGKILL) once it has told ``after`` receipts, and return all that it told."""
    worker, listening = start(app, address, ballots)
    told = [Told(*listening.recv()) for _ in range(after)]
    worker.kill()
    worker.join()
    return told + drain(listening)
