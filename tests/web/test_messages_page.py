"""The page of a place's messages: for its staff, without address or words."""

import pytest

from app.clock import utc_now
from app.db.session import session, transaction
from app.outbox import jobs as outbox_jobs
from app.outbox.models import Message
from app.outbox.rules import Channel, State
from app.outbox.senders.base import Refused
from app.outbox.services import queue_message
from app.people.rules import Role
from tests.conftest import NOW
from tests.factories import make_holder, make_person, make_place


class Refusing:
    def send(self, message):
        raise Refused("smtp 550")


@pytest.fixture
def place(app, monkeypatch):
    place = make_place()
    monkeypatch.setattr(outbox_jobs, "sender_for", lambda _channel, _config: Refusing())
    with transaction():
        queue_message(
            Channel.MAIL,
            "outbox/test",
            to="hong@example.kr",
            values={"at": NOW},
            at=utc_now(),
            idempotency_key="a",
            place_id=place.id,
        )
    return place


def test_staff_see_that_it_failed_but_neither_to_whom_nor_what(app, client_of, place):
    page = client_of(make_holder(Role.DONG_STAFF, place)).get(f"/{place.slug}/messages").get_data(as_text=True)
    assert "보내지 못했습니다" in page
    assert "smtp 550" in page
    assert "hong" not in page
    assert "시험 메일" not in page


def test_others_do_not(app, client, client_of, place):
    elsewhere = make_place()
    for person in (make_person(), make_holder(Role.DONG_STAFF, elsewhere), make_holder(Role.COUNCIL_MEMBER, place)):
        assert client_of(person).get(f"/{place.slug}/messages").status_code == 403
        assert client_of(person).post(f"/{place.slug}/messages/1/again").status_code == 403


def test_a_failed_message_is_sent_again(app, client_of, place, monkeypatch):
    class Sender:
        def send(self, message):
            return None

    monkeypatch.setattr(outbox_jobs, "sender_for", lambda _channel, _config: Sender())
    message = session().query(Message).one()
    client = client_of(make_holder(Role.DONG_STAFF, place))
    answer = client.post(f"/{place.slug}/messages/{message.id}/again")
    assert (answer.status_code, answer.location) == (303, f"/{place.slug}/messages")
    session().rollback()
    assert session().query(Message).one().state is State.SENT
    assert client.post(f"/{place.slug}/messages/{message.id}/again").status_code == 409


def test_a_message_of_another_place_is_not_found(app, client_of, place):
    elsewhere = make_place()
    message = session().query(Message).one()
    client = client_of(make_holder(Role.DONG_STAFF, elsewhere))
    assert client.post(f"/{elsewhere.slug}/messages/{message.id}/again").status_code == 404


@pytest.mark.parametrize(("state", "count"), [("failed", 1), ("sent", 0), ("nonsense", 1)])
def test_the_list_is_filtered_by_state(app, client_of, place, state, count):
    client = client_of(make_holder(Role.DONG_STAFF, place))
    page = client.get(f"/{place.slug}/messages?state={state}").get_data(as_text=True)
    assert page.count("smtp 550") == count


def test_an_empty_list_explains_itself(app, client_of):
    place = make_place()
    assert "보낸 메시지가 없습니다" in client_of(make_holder(Role.DONG_STAFF, place)).get(
        f"/{place.slug}/messages"
    ).get_data(as_text=True)
