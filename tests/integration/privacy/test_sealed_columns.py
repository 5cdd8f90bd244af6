"""Sealed columns in a real database: bound, searchable by blind index only, rotatable while the site runs."""

import base64
import sqlite3
import subprocess
import sys
import unicodedata
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import StatementError

from app.clock import utc_now
from app.config import Config
from app.db.session import session, transaction
from app.errors import InvalidInput
from app.extensions import db
from app.jobs import worker
from app.jobs.models import Job
from app.jobs.rules import State as JobState
from app.jobs.services import enqueue
from app.outbox.models import Message
from app.outbox.rules import Channel, State
from app.people.models import Contact, Person, Roll, RollEntry, Verification
from app.people.roll_files import Row
from app.people.rules import ContactKind, VerificationMethod
from app.people.services.imports import twin_index
from app.people.services.taking import Staging
from app.privacy import jobs as privacy_jobs
from app.privacy.encryption import BlindIndex, BrokenSeal, FieldKey, Indexed, Keyring, SealedText, UnknownKey
from app.privacy.jobs import ROTATE
from app.privacy.keys import Keys, keys
from app.privacy.reindexing import models_without_reindex
from app.privacy.rules import ResidentNumberRefused
from app.privacy.sealing import index_of, reveal, seal, seal_with_index, sealed_columns, sealed_models, sealed_values
from tests.conftest import NOW
from tests.factories import make_person, make_place
from tests.resident_numbers import checked

OLD, NEW = FieldKey("old", b"o" * 32), FieldKey("new", b"n" * 32)


def use_keys(app: Flask, *ring: FieldKey, index: bytes = b"i" * 32) -> None:
    app.extensions["madang.privacy"] = Keys(Keyring(ring), BlindIndex(index))


def message_values(number: int, text: str = "") -> dict[str, object]:
    row_key = uuid4()
    return {
        "row_key": row_key,
        "idempotency_key": f"test:{number}",
        "channel": Channel.MAIL,
        "template": "outbox/test",
        "locale": "ko",
        "is_secret": False,
        "state": State.SENT,
        "attempts": 1,
        "queued_at": NOW,
        **sealed_values(
            Message, row_key, {"recipient": f"r{number}@example.kr", "subject": None, "body": text or f"글 {number}"}
        ),
    }


def add_messages(count: int) -> None:
    with transaction() as current:
        current.execute(sa.insert(Message), [message_values(number) for number in range(count)])


def test_a_sealed_text_is_read_back_and_the_table_holds_none_of_it(app):
    add_messages(1)
    message = session().scalars(sa.select(Message)).one()
    assert reveal(message, Message.recipient) == "r0@example.kr"
    assert reveal(message, Message.subject) is None
    raw = session().execute(sa.text("SELECT recipient, body FROM messages")).one()
    assert b"example" not in b"".join(map(bytes, raw))


def test_a_value_copied_into_another_row_or_column_does_not_open(app):
    add_messages(2)
    with transaction() as current:
        first, second = current.scalars(sa.select(Message).order_by(Message.id)).all()
        second.recipient, first.subject = first.recipient, first.recipient
    first, second = session().scalars(sa.select(Message).order_by(Message.id)).all()
    with pytest.raises(BrokenSeal):
        reveal(second, Message.recipient)
    with pytest.raises(BrokenSeal):
        reveal(first, Message.subject)
    assert reveal(first, Message.recipient) == "r0@example.kr"


@pytest.mark.parametrize("value", ["plain@example.kr", b"bytes"])
def test_plain_text_cannot_reach_a_sealed_column(app, value):
    with pytest.raises(StatementError, match="seal the text first"), transaction() as current:
        current.execute(sa.update(Message).values(recipient=value))


def test_a_resident_number_is_not_even_sealed(app):
    add_messages(1)
    message = session().scalars(sa.select(Message)).one()
    with pytest.raises(ResidentNumberRefused):
        seal(message, Message.body, f"번호 {checked('900101123456')}")
    with pytest.raises(ResidentNumberRefused):
        sealed_values(Message, uuid4(), {"body": f"번호 {checked('900101123456')}"})
    session().rollback()


def test_every_sealed_column_is_known_to_the_rotation(app):
    found = {(model.__tablename__, name) for model in sealed_models() for name in sealed_columns(model)}
    assert {("messages", "recipient"), ("messages", "body"), ("contacts", "value"), ("people", "legal_name")} <= found


def test_rotation_renews_every_value_and_the_old_key_may_go(app):
    use_keys(app, OLD)
    add_messages(20)
    use_keys(app, NEW, OLD)
    with transaction():
        enqueue(ROTATE, by=None, at=utc_now())
    use_keys(app, NEW)
    messages = session().scalars(sa.select(Message).order_by(Message.id)).all()
    assert [reveal(message, Message.body) for message in messages] == [f"글 {n}" for n in range(20)]
    job = session().scalars(sa.select(Job)).one()
    assert (job.state, job.done, job.total, job.result["values"]) == (JobState.DONE, 20, 20, {"count": 20})


@pytest.mark.slow
def test_rotation_goes_on_where_it_was_broken_off(app, monkeypatch):
    use_keys(app, OLD)
    add_messages(10)
    use_keys(app, NEW, OLD)
    monkeypatch.setattr(privacy_jobs, "BATCH", 3)
    honest, calls = privacy_jobs._rotate_rows, []

    def breaking(step, model, after):
        calls.append((model.__tablename__, after))
        if len([name for name, _ in calls if name == "messages"]) == 3:
            raise OSError("power cut")
        return honest(step, model, after)

    monkeypatch.setattr(privacy_jobs, "_rotate_rows", breaking)
    with transaction():
        job_id = enqueue(ROTATE, by=None, at=utc_now()).id
    broken = session().get_one(Job, job_id)
    assert broken.state is JobState.QUEUED
    assert broken.bookmark["table"] == "messages"
    assert broken.done == 6
    sealed = session().scalars(sa.select(Message.body).order_by(Message.id)).all()
    assert [value.key_id for value in sealed] == ["new"] * 6 + ["old"] * 4

    calls.clear()
    monkeypatch.setattr(privacy_jobs, "_rotate_rows", honest)
    with transaction():
        session().get_one(Job, job_id).run_at = NOW.replace(year=2020)
    worker.tick(utc_now())
    session().expire_all()
    assert {value.key_id for value in session().scalars(sa.select(Message.body))} == {"new"}
    assert session().get_one(Job, job_id).state is JobState.DONE


def test_a_value_changed_while_rotating_is_not_overwritten(app, monkeypatch):
    use_keys(app, OLD)
    add_messages(1)
    use_keys(app, NEW, OLD)
    honest = Keyring.open

    def racing(self, cell, sealed):
        text = honest(self, cell, sealed)
        if cell.column == "body":
            # Somebody writes between the rotation's read and its write (the same connection here: SQLite has one writer).
            renewed = self.seal(cell, "새 글")
            session().execute(sa.update(Message).values(body=renewed).execution_options(synchronize_session=False))
        return text

    monkeypatch.setattr(Keyring, "open", racing)
    with transaction():
        enqueue(ROTATE, by=None, at=utc_now())
    monkeypatch.setattr(Keyring, "open", honest)
    assert reveal(session().scalars(sa.select(Message)).one(), Message.body) == "새 글"


@pytest.mark.slow
def test_ten_thousand_rows_are_rotated(app):
    use_keys(app, OLD)
    add_messages(10_000)
    use_keys(app, NEW, OLD)
    with transaction():
        enqueue(ROTATE, by=None, at=utc_now())
    use_keys(app, NEW)
    for message in session().scalars(sa.select(Message).execution_options(yield_per=1000)):
        assert reveal(message, Message.recipient).endswith("@example.kr")


def test_a_value_under_a_missing_key_is_an_error_that_names_the_key(app):
    use_keys(app, OLD)
    add_messages(1)
    use_keys(app, NEW)
    with pytest.raises(UnknownKey, match="old"):
        reveal(session().scalars(sa.select(Message)).one(), Message.body)


def test_keys_check_counts_values_and_fails_on_a_broken_one(app):
    use_keys(app, OLD)
    add_messages(2)
    use_keys(app, NEW, OLD)
    runner = app.test_cli_runner()
    fine = runner.invoke(args=["keys", "check"])
    assert fine.exit_code == 0
    assert "old: 4 values" in fine.output
    with transaction() as current:
        current.execute(
            sa.update(Message).where(Message.idempotency_key == "test:1").values(body=SealedText(b"\x01\x03oldxxxx"))
        )
    broken = runner.invoke(args=["keys", "check"])
    assert broken.exit_code == 1
    assert "messages.body: BrokenSeal: 1" in broken.stderr


@pytest.mark.slow
def test_every_blind_index_can_be_made_anew(app):
    assert models_without_reindex() == []


def test_after_the_index_key_changed_everybody_is_found_again(app):
    place, person = make_place(), make_person()
    with transaction() as current:
        seal(person, Person.legal_name, "홍 길동")
        seal(person, Person.birth_date, "1990-01-01")
        person.identity_index = index_of(Indexed.NAME_AND_BIRTH, "홍길동", "1990-01-01")
        contact = Contact(person_id=person.id, kind=ContactKind.EMAIL, confirmed_at=NOW)
        seal_with_index(contact, Contact.value, Contact.value_index, Indexed.EMAIL, "hong@example.kr")
        current.add(contact)
        current.add(
            Verification(
                person_id=person.id, place_id=place.id, method=VerificationMethod.ROLL, verified_at=NOW,
                identity_index=person.identity_index,
            )
        )  # fmt: skip
        roll = Roll(place_id=place.id, title="명부", created_by=person.id, created_at=NOW)
        current.add(roll)
        current.flush()
        rows = [Row(line=2, name="홍길동", birth_date=date(1990, 1, 1), unit="제3통", phone="+821012345678")]
        current.execute(sa.insert(RollEntry), Staging(roll.id, None, number=1, seen=None).prepare(rows))

    def found() -> list[bool]:
        session().rollback()
        identity = index_of(Indexed.NAME_AND_BIRTH, "홍길동", "1990-01-01")
        queries = [
            sa.select(Contact).where(Contact.value_index == index_of(Indexed.EMAIL, "Hong@Example.kr ")),
            sa.select(Person).where(Person.identity_index == identity),
            sa.select(Verification).where(Verification.identity_index == identity),
            sa.select(RollEntry).where(
                RollEntry.identity_index == identity, RollEntry.twin_index == twin_index(rows[0])
            ),
            sa.select(RollEntry).where(RollEntry.phone_index == index_of(Indexed.PHONE, "010-1234-5678")),
        ]
        return [session().scalar(query) is not None for query in queries]

    assert found() == [True] * 5
    app.extensions["madang.privacy"] = Keys(keys().keyring, BlindIndex(b"k" * 32))
    assert found() == [False] * 5
    answer = app.test_cli_runner().invoke(args=["keys", "reindex"])
    assert answer.exit_code == 0, answer.output
    assert found() == [True] * 5


CANARIES = ["나한별빛", "canary.hanbyeol@example.kr", "010-7391-4826"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_canary_lies_in_the_database_its_journal_or_after_erasure(app):
    address = CANARIES[1]
    row_key = uuid4()
    values = (
        message_values(1)
        | {"row_key": row_key}
        | sealed_values(
            Message, row_key, {"recipient": address, "subject": CANARIES[0], "body": f"{CANARIES[0]} {CANARIES[2]}"}
        )
    )
    with transaction() as current:
        current.execute(sa.insert(Message), [values])
    path = db.engine.url.database
    ciphertext = session().scalars(sa.select(Message.body)).one().data
    session().rollback()
    assert_no_canary(path)
    with transaction() as current:
        current.execute(sa.update(Message).values(recipient=None, subject=None, body=None))
    with sqlite3.connect(path) as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    plain.close()
    assert ciphertext not in Path(path).read_bytes()  # secure_delete overwrote it
    assert_no_canary(path)


def assert_no_canary(path: str) -> None:
    content = b"".join(found.read_bytes() for found in Path(path).parent.glob(Path(path).name + "*"))
    for canary in CANARIES:
        for form in ("NFC", "NFD"):
            text = unicodedata.normalize(form, canary)
            raw = text.encode()
            forms = [raw, base64.b64encode(raw).rstrip(b"="), text.encode("utf-16-le")]
            if form == "NFC":
                forms.append(text.encode("euc-kr"))
            assert not [one for one in forms if one in content]


def test_an_address_that_is_none_has_no_index(app):
    with pytest.raises(InvalidInput):
        index_of(Indexed.PHONE, "전화 없음")


@pytest.mark.slow
def test_fresh_keys_are_printed_for_a_new_installation():
    lines = subprocess.run(
        [sys.executable, "-m", "app.privacy"], capture_output=True, text=True, check=True
    ).stdout.split()
    values = dict(line.split("=", 1) for line in lines)
    config = Config(
        secret_key=values["MADANG_SECRET_KEY"],
        field_keys=values["MADANG_FIELD_KEYS"],
        index_key=values["MADANG_INDEX_KEY"],
        trusted_hosts=["madang.example.kr"],
    )
    assert Keyring.parse(config.field_keys.get_secret_value()).key_ids == ("k1",)
