"""More ballots at once than a process can check: some wait, the others are told so at once, and all are counted."""

import re
import sqlite3
import threading
from datetime import timedelta
from time import sleep

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.assembly.models import CastBallot
from app.assembly.views.booth import TURNSTILE
from app.clock import utc_now
from app.config import ROOT, Config
from app.db.session import session, transaction
from app.extensions import db
from app.web.turnstile import Turnstile
from tests.conftest import NOW
from tests.factories_year import make_assembly
from tests.load.casting import ballots_of
from voting import tracker_of

JSON = {"Accept": "application/json"}


@pytest.fixture
def full(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Turnstile:
    gate = Turnstile(places=1, queue=0, patience=0)
    monkeypatch.setitem(app.extensions, TURNSTILE, gate)
    return gate


def test_a_booth_is_told_when_to_come_again_and_nothing_is_taken(full: Turnstile, client: FlaskClient):
    assembly, people = make_assembly([1_000_000], residents=1)
    data, address = ballots_of(assembly, people)[0], f"/{assembly.place.slug}/assembly/ballots"
    with time_machine.travel(NOW):
        with full.place():
            told, page = client.post(address, data=data, headers=JSON), client.post(address, data=data)
            # Pages get through meanwhile.
            assert client.get(f"/{assembly.place.slug}/assembly/booth").status_code == 200
        for answer in (told, page):
            assert answer.status_code == 503
            assert int(answer.headers["Retry-After"]) >= 1
        assert "잠시 기다려 주세요" in told.get_json()["title"]
        assert "잠시 기다려 주세요" in page.text
        assert "<html" in page.text
        assert session().scalar(select(func.count(CastBallot.id))) == 0
        assert client.post(address, data=data, headers=JSON).get_json()["tracker"] == tracker_of(data)


def test_who_waits_in_the_queue_at_the_closing_instant_is_in_time_and_who_comes_then_is_not(
    app: Flask, monkeypatch: pytest.MonkeyPatch, client: FlaskClient
):
    """T44: the instant of arrival counts, however long the turn takes."""
    assembly, people = make_assembly([1_000_000], residents=2)
    first, second = ballots_of(assembly, people)
    address = f"/{assembly.place.slug}/assembly/ballots"

    class Slow(Turnstile):
        def _wait(self) -> None:
            clock.move_to(assembly.closes_at + timedelta(seconds=3))
            free.set()  # the place is given back only now that somebody waits for it
            super()._wait()

    gate = Slow(places=1, queue=1, patience=60)
    holding, free = threading.Event(), threading.Event()
    monkeypatch.setitem(app.extensions, TURNSTILE, gate)
    with time_machine.travel(assembly.closes_at - timedelta(seconds=1), tick=False) as clock:

        def hold() -> None:
            with gate.place():
                holding.set()
                free.wait(60)

        holder = threading.Thread(target=hold)
        holder.start()
        holding.wait()
        assert client.post(address, data=first, headers=JSON).status_code == 200
        holder.join()
        assert utc_now() > assembly.closes_at
        assert client.post(address, data=second, headers=JSON).status_code == 409
        # The receipt of the first is had again after the end.
        assert client.post(address, data=first, headers=JSON).status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_database_that_stays_locked_is_told_as_a_queue_and_not_as_a_fault(app: Flask, client: FlaskClient):
    assembly, people = make_assembly([1_000_000], residents=1)
    data, address = ballots_of(assembly, people)[0], f"/{assembly.place.slug}/assembly/ballots"
    session().connection().exec_driver_sql("PRAGMA busy_timeout=0")  # the pool gives the same connection again
    session().rollback()
    other = sqlite3.connect(str(db.engine.url.database), isolation_level=None)
    with time_machine.travel(NOW):
        other.execute("BEGIN IMMEDIATE")
        told = client.post(address, data=data, headers=JSON)
        other.execute("ROLLBACK")
        other.close()
        assert told.status_code == 503
        assert told.headers["Retry-After"] == "1"
        assert "많은 분이" in told.get_json()["error"]
        assert client.post(address, data=data, headers=JSON).status_code == 200
    session().connection().exec_driver_sql("PRAGMA busy_timeout=10000")


def test_the_recommended_server_has_threads_left_when_places_and_queue_are_full():
    """Otherwise ballots would wait unseen before the server's threads: nobody would be told, and no page would open."""
    command = re.search(r"gunicorn .*--threads (\d+)", (ROOT / "docs" / "operations.md").read_text())
    config = Config(testing=True)
    assert command is not None
    assert int(command[1]) >= 2 * (config.casting_places + config.casting_queue)


@pytest.mark.slow
def test_five_times_too_many_are_all_counted_in_the_end(app: Flask, monkeypatch: pytest.MonkeyPatch):
    full = Turnstile(places=1, queue=1, patience=0.02)
    monkeypatch.setitem(app.extensions, TURNSTILE, full)
    assembly, people = make_assembly([1_000_000], residents=15)
    ballots, address = ballots_of(assembly, people), f"/{assembly.place.slug}/assembly/ballots"
    session().rollback()
    statuses: list[int] = []
    gate, refused = threading.Barrier(11), threading.Event()

    def cast(some: list[bytes]) -> None:
        client = FlaskClient(app)
        gate.wait()
        for data in some:
            while (answer := client.post(address, data=data, headers=JSON)).status_code == 503:
                statuses.append(503)
                refused.set()
                sleep(0.01)
            statuses.append(answer.status_code)

    with time_machine.travel(NOW):
        threads = [threading.Thread(target=cast, args=(ballots[n::10],)) for n in range(10)]
        for thread in threads:
            thread.start()
        with full.place():  # the first come while somebody is at work, however quick the machine
            gate.wait()
            assert refused.wait(60)
        for thread in threads:
            thread.join()
    assert {*statuses} == {200, 503}
    assert statuses.count(200) == len(ballots)
    with transaction():
        assert session().scalar(select(func.count(CastBallot.id))) == len(ballots)
