"""Nothing that happens during a vote reads the whole board: what one cast costs does not depend on how many came before."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text

from app.assembly.models import Assembly
from app.assembly.queries import turnout
from app.assembly.services import board, casting
from app.db.session import session, transaction
from app.extensions import db
from tests.conftest import NOW
from tests.factories_stations import make_roll_assembly
from tests.factories_year import make_assembly
from tests.load.casting import ballots_of
from voting import PublicCredentials, tracker_of

GROWING = {"cast_ballots", "board_nodes", "board_records", "voting_codes", "elector_links", "roll_entries"}
WHOLE = re.compile(r"SCAN (\w+)|SEARCH (\w+) USING (?:COVERING )?INDEX \S+ \(assembly_id=\?\)")


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """Collect the statements sent inside, each with its values."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            sent.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def tables_read_whole(sent: list[tuple[str, Any]]) -> set[str]:
    """Return the tables of which SQLite would read all rows, or all rows of an assembly, for any of the statements."""
    found = set()
    with db.engine.connect() as connection:
        for statement, values in sent:
            names = dict(re.findall(r"(?:FROM|JOIN) (\w+) AS (\w+)", statement))
            aliases = {alias: table for table, alias in names.items()}
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values):
                if match := WHOLE.match(row[3]):
                    name = match[1] or match[2]
                    found.add(aliases.get(name, name))
    return found


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_statement_of_a_cast_or_of_a_page_of_the_vote_reads_the_whole_board(app: Flask, client: FlaskClient):
    """SQLite decides without knowing how many rows share a value, so what it decides on three ballots holds for all."""
    assembly, people, _ = make_roll_assembly([1_000_000], residents=2)
    first, second = ballots_of(assembly, people)
    address = f"/{assembly.place.slug}/assembly"
    tracker = tracker_of(first)
    with time_machine.travel(NOW):
        # Once each, for what a process reads once.
        for path in ("", "/election.json", "/booth"):
            assert client.get(address + path).status_code == 200
        assert client.post(f"{address}/ballots", data=first).status_code == 200
        assert client.get(address).status_code == 200
        with statements() as sent:
            assert client.post(f"{address}/ballots", data=second).status_code == 200
            assert client.post(f"{address}/ballots", data=second).status_code == 200
            for path in (
                "",
                "/booth",
                "/election.json",
                "/credentials/Ab.json",
                f"/find?tracker={tracker}",
                f"/receipt.tlog-proof?tracker={tracker}",
                "/verify",
                "/live",
            ):
                assert client.get(address + path).status_code in {200, 404}, path
            assert client.get(f"/{assembly.place.slug}/").status_code == 200
    assert len(sent) > 40
    assert tables_read_whole(sent) & GROWING == set()


def test_turnout_counts_every_voter_once_however_often_it_is_asked(app: Flask):
    assembly, people = make_assembly([1_000_000], residents=3)
    assembly_id = assembly.id
    first, again, second, third = *ballots_of(assembly, people[:1], each=2), *ballots_of(assembly, people[1:])
    seen = [turnout(assembly)]
    for data in (first, again, second, second):
        with transaction():
            casting.cast_ballot(assembly_id, data, at=NOW)
        seen.append(turnout(session().get_one(Assembly, assembly_id)))
    assert seen == [0, 1, 1, 2, 2]
    # What is taken back was never there.
    with pytest.raises(ZeroDivisionError), transaction():
        casting.cast_ballot(assembly_id, third, at=NOW)
        assert turnout(session().get_one(Assembly, assembly_id)) == 3
        raise ZeroDivisionError
    assert turnout(session().get_one(Assembly, assembly_id)) == 2
    with transaction():
        casting.cast_ballot(assembly_id, third, at=NOW)
    assert turnout(session().get_one(Assembly, assembly_id)) == 3


def test_a_process_that_counts_for_the_first_time_and_one_that_goes_on_agree(
    app: Flask, monkeypatch: pytest.MonkeyPatch
):
    assembly, people = make_assembly([1_000_000], residents=4)
    ballots = ballots_of(assembly, people, each=2)
    assembly_id = assembly.id
    for number, data in enumerate(ballots):
        with transaction():
            casting.cast_ballot(assembly_id, data, at=NOW)
        if number % 3 == 0:
            turnout(session().get_one(Assembly, assembly_id))
    going_on = turnout(session().get_one(Assembly, assembly_id))
    monkeypatch.setattr("app.assembly.queries._counted", {})
    assert turnout(session().get_one(Assembly, assembly_id)) == going_on == 4


def test_the_booth_finds_credentials_by_their_beginning(app: Flask, client: FlaskClient):
    assembly, _ = make_assembly([1_000_000], residents=30)
    listed = PublicCredentials.parse(board.setup_members(assembly)[2], board.context_of(assembly).election.group)
    address = f"/{assembly.place.slug}/assembly/credentials"
    beginnings = {credential[:2] for credential in listed.weights}
    found = [each for beginning in sorted(beginnings) for each in client.get(f"{address}/{beginning}.json").get_json()]
    assert found == sorted(listed.weights)
    assert client.get(f"{address}/zz.json").get_json() == sorted(c for c in listed.weights if c.startswith("zz"))
    assert list(board.credentials_beginning(assembly, "")) == sorted(listed.weights)


def test_a_process_reads_the_list_of_credentials_once(app: Flask, client: FlaskClient):
    assembly, _ = make_assembly([1_000_000], residents=2)
    address, data = f"/{assembly.place.slug}/assembly", board.setup_members(assembly)[0]
    board._prepared.cache_clear()
    with statements() as sent:
        for _ in range(3):
            assert client.get(f"{address}/election.json").data == data
            assert client.get(f"{address}/credentials/Ab.json").status_code == 200
    assert sum("board_records.payloads" in statement for statement, _ in sent) == 1
    assert session().execute(text("SELECT count(*) FROM board_records")).scalar() == 1
