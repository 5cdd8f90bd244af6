"""T40: a database that was set back to an earlier moment goes on from nothing that contradicts a receipt."""

import json
import threading
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from app.assembly.heads import SetBack, note_head, noted_head
from app.assembly.models import Assembly, BoardNode, BoardRecord, CastBallot
from app.assembly.services import casting, counting, setting_back
from app.assembly.services.setting_back import head_of
from app.db.session import session, transaction
from app.errors import RuleViolation
from app.record.models import RecordEntry
from tests.conftest import NOW
from tests.factories_year import make_assembly
from tests.load.casting import ballots_of
from tests.tampering import take_guards_away

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.slow]


def cast(assembly: Assembly, data: bytes) -> None:
    with transaction():
        casting.cast_ballot(assembly.id, data, at=NOW)


def set_back(assembly: Assembly, to: int) -> None:
    """Leave of the database what a backup of that height holds."""
    take_guards_away(BoardRecord, BoardNode, CastBallot)
    with transaction() as current:
        head = current.scalars(
            select(BoardRecord.event).where(BoardRecord.assembly_id == assembly.id, BoardRecord.height == to)
        ).one()
        for table, column in ((BoardRecord, BoardRecord.height), (CastBallot, CastBallot.height)):
            current.execute(delete(table).where(table.assembly_id == assembly.id, column > to))
        nodes = current.scalars(select(BoardNode).where(BoardNode.assembly_id == assembly.id))
        for node in nodes:
            if (node.position + 1) << node.level > to + 1:
                current.delete(node)
        row = current.get_one(Assembly, assembly.id)
        row.head_height, row.head_event = to, head
    session().expire_all()


@pytest.fixture
def voted() -> tuple[Assembly, list[bytes]]:
    """Four people; three have cast."""
    assembly, people = make_assembly([1_000_000, 2_000_000], residents=4)
    data = ballots_of(assembly, people)
    for each in data[:3]:
        cast(assembly, each)
    return assembly, data


def test_nothing_is_put_on_a_board_that_was_set_back_and_nobody_closes_it(voted: tuple[Assembly, list[bytes]]):
    assembly, data = voted
    assert noted_head(assembly.fingerprint) == head_of(assembly)
    set_back(assembly, to=1)
    with pytest.raises(SetBack):
        cast(assembly, data[3])
    with pytest.raises(SetBack), transaction():
        counting.close_assembly(assembly.id, by=None, at=assembly.closes_at)
    assert assembly.head_height == 1
    assert setting_back.standing_of(assembly) == setting_back.Standing(noted=3, found=1, continues=False)


def test_a_browser_is_told_to_keep_its_ballot_and_come_again(voted: tuple[Assembly, list[bytes]], client: FlaskClient):
    assembly, data = voted
    set_back(assembly, to=1)
    with time_machine.travel(NOW + timedelta(hours=1)):
        answer = client.post(
            f"/{assembly.place.slug}/assembly/ballots", data=data[3], headers={"Accept": "application/json"}
        )
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_a_board_of_the_same_height_with_another_history_is_noticed(voted: tuple[Assembly, list[bytes]]):
    """The rest of the attack: the restored server catches up before anybody looks, through a process without notes."""
    assembly, data = voted
    noted = noted_head(assembly.fingerprint)
    assert noted is not None
    set_back(assembly, to=2)
    note_head(assembly.fingerprint, head_of(assembly), accepted=True)
    cast(assembly, data[3])
    assert assembly.head_height == noted.height
    note_head(assembly.fingerprint, noted, accepted=True)
    with pytest.raises(SetBack):
        cast(assembly, data[2])


def test_the_operator_goes_on_in_public_and_the_lost_ballots_come_again(
    app: Flask, voted: tuple[Assembly, list[bytes]]
):
    assembly, data = voted
    set_back(assembly, to=1)
    run = app.test_cli_runner().invoke
    checked = run(args=["boards", "check"])
    assert checked.exit_code == 1
    assert "SET BACK: 3 was noted" in checked.output
    accepted = run(args=["boards", "accept", assembly.place.slug, "--reason", "디스크 고장"])
    assert accepted.exit_code == 0, accepted.output
    entry = session().scalars(select(RecordEntry).where(RecordEntry.act == "assembly.set_back")).one()
    assert json.loads(json.dumps(entry.values))["lost"] == 2
    session().expire_all()
    for each in data[1:]:
        cast(assembly, each)
    assert assembly.head_height == 4
    assert run(args=["boards", "check"]).exit_code == 0
    with pytest.raises(RuleViolation), transaction():
        setting_back.accept_set_back(assembly.id, reason="", at=NOW)


def test_what_did_not_commit_is_not_noted(voted: tuple[Assembly, list[bytes]]):
    assembly, data = voted
    before = noted_head(assembly.fingerprint)

    class Broken(Exception):
        pass

    with pytest.raises(Broken), transaction():
        casting.cast_ballot(assembly.id, data[3], at=NOW + timedelta(minutes=1))
        raise Broken
    assert noted_head(assembly.fingerprint) == before
    cast(assembly, data[3])


def test_notes_in_another_order_or_cut_off_leave_the_highest_whole_one(app: Flask):
    heads = [setting_back.Head(height, f"{height:064x}") for height in range(1, 300)]
    threads = [threading.Thread(target=_note, args=(app, head)) for head in reversed(heads[:40])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert noted_head("p") == heads[39]
    for head in [*heads[40:], heads[200]]:
        note_head("p", head)
    with next((app.config["MADANG"].data_dir / "heads").iterdir()).open("ab") as file:
        file.write(b"999 abc")
    assert noted_head("p") == heads[-1]
    assert noted_head("another") is None


def _note(app: Flask, head: setting_back.Head) -> None:
    with app.app_context():
        note_head("p", head)
