"""Voters are told of every ballot cast with their code (T36), and nothing of it becomes a list of who cast which (T51)."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.assembly.models import Assembly, VotingCode
from app.assembly.services import board, casting, confirming
from app.assembly.services.counting import close_assembly, count_assembly
from app.db.session import session, transaction
from app.outbox.models import Message
from app.outbox.rules import Channel, State
from app.people.models import Contact, Person
from app.people.rules import ContactKind
from app.privacy.encryption import Indexed
from app.privacy.sealing import seal_with_index
from tests.conftest import NOW
from tests.factories_stations import make_letter_assembly
from tests.factories_year import make_assembly
from tests.load.casting import ballots_of
from tests.mailbox import texts_to
from voting import derive_credential, make_ballot, tracker_of

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("app")]


def cast(assembly: Assembly, data: bytes) -> None:
    with transaction():
        casting.cast_ballot(assembly.id, data, at=NOW + timedelta(minutes=7))


def reach(person: Person, kind: ContactKind, value: str) -> str:
    with transaction() as current:
        contact = Contact(person_id=person.id, kind=kind, confirmed_at=NOW)
        seal_with_index(contact, Contact.value, Contact.value_index, Indexed(kind.value), value)
        current.add(contact)
    session().expire_all()
    return value


def told() -> list[Message]:
    session().expire_all()
    return list(session().scalars(select(Message).where(Message.template == confirming.TEMPLATE).order_by(Message.id)))


def test_every_cast_and_revote_is_told_once_with_tracker_and_time_and_never_the_choice(app: Flask):
    assembly, people = make_assembly([1_000_000, 2_000_000], residents=1)
    first, second = ballots_of(assembly, people, each=2)
    address = reach(people[0], ContactKind.EMAIL, "ga@example.kr")
    cast(assembly, first)
    cast(assembly, first)  # a retry whose answer was lost
    assert len(told()) == 1
    cast(assembly, second)
    cast(assembly, first)
    once, again = texts_to(app, address)
    for words, data in ((once, first), (again, second)):
        assert tracker_of(data) in words
        assert "2026" in words
        assert all(item.title not in words for item in assembly.items)
    assert "다시 넣은" not in once.splitlines()[0]
    assert "다시 넣은" in again.splitlines()[0]


def test_somebody_with_a_telephone_alone_gets_a_text_and_somebody_without_a_contact_votes_all_the_same():
    assembly, people = make_assembly([1_000_000], residents=3)
    reach(people[0], ContactKind.PHONE, "010-1234-5678")
    reach(people[1], ContactKind.PHONE, "010-1234-5679")
    reach(people[1], ContactKind.EMAIL, "na@example.kr")
    for data in ballots_of(assembly, people):
        cast(assembly, data)
    assert [message.channel for message in told()] == [Channel.SMS, Channel.MAIL]


def test_an_unusable_address_keeps_nobody_from_voting():
    assembly, people = make_assembly([1_000_000], residents=1)
    reach(people[0], ContactKind.PHONE, "02-123-4567")  # no text message reaches it
    data = ballots_of(assembly, people)[0]
    cast(assembly, data)
    assert casting.cast_ballot(assembly.id, data, at=NOW).tracker == tracker_of(data)
    assert told() == []


def test_nothing_in_clear_says_whose_ballot_a_message_is_about_and_its_row_goes_once_sent():
    """T51: neither account nor dong nor tracker nor minute; and afterwards not even the order."""
    assembly, people = make_assembly([1_000_000], residents=1)
    reach(people[0], ContactKind.EMAIL, "ga@example.kr")
    data = ballots_of(assembly, people)[0]
    credential_of = board.context_of(assembly)
    with transaction():
        casting.cast_ballot(assembly.id, data, at=NOW + timedelta(minutes=7))
        # Before anything is sent: what somebody reads who has the database and not its keys.
        row = session().execute(text("SELECT * FROM messages")).mappings().one()
    clear = " ".join(str(value) for value in row.values())
    assert (row["person_id"], row["place_id"]) == (None, None)
    assert tracker_of(data) not in clear
    assert not any(credential in clear for credential in credential_of.weights)
    assert ":07:" not in str(row["queued_at"])
    with transaction():
        waiting = told()[0]
        waiting.state = State.QUEUED
    with transaction():
        assert confirming.forget_confirmations() == 0  # it waits to be sent
        told()[0].state = State.SENT
    with transaction():
        assert confirming.forget_confirmations() == 1
    assert told() == []


def test_by_whom_a_credential_is_known_is_gone_with_the_count():
    assembly, people = make_assembly([1_000_000], residents=1)
    listed = board.context_of(assembly).weights
    kept = [row.credential_index for row in session().scalars(select(VotingCode))]
    assert sorted(kept) == sorted(confirming.credential_index(assembly, credential) for credential in listed)
    assert not any(credential.encode() in index for credential in listed for index in kept)
    cast(assembly, ballots_of(assembly, people)[0])
    with transaction():
        close_assembly(assembly.id, by=None, at=assembly.closes_at)
        count_assembly(assembly.id, at=assembly.closes_at)
    assert session().scalars(select(VotingCode)).all() == []


def test_codes_that_came_by_letter_are_confirmed_by_the_receipt_alone():
    assembly, letters, _ = make_letter_assembly([1_000_000], people=1)
    context = board.context_of(assembly)
    credential = derive_credential(letters[0].code, uuid=context.election.uuid, group=context.election.group)
    cast(assembly, make_ballot(context.election, credential, [[1]]).data)
    assert told() == []
