"""Putting messages into the outbox, trying failed ones again, forgetting their words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.db.session import get_or_not_found, session
from app.jobs.services import enqueue
from app.outbox.models import Message
from app.outbox.rendering import render
from app.outbox.rules import KEEP_TEXT, Channel, State, normal_recipient, require_move, sms_kind
from app.people.models import Person
from app.privacy.sealing import sealed_values

SEND = "outbox.send"
"""The kind of the job that sends one message."""


def queue_message(
    channel: Channel,
    template: str,
    *,
    to: str,
    values: Mapping[str, Any],
    at: datetime,
    idempotency_key: str,
    locale: str = "ko",
    person_id: int | None = None,
    place_id: int | None = None,
    secret: bool = False,
    expires_at: datetime | None = None,
    unsubscribe: str | None = None,
) -> Message:
    """Put a message into the outbox inside the transaction of the act that causes it; it leaves after the commit.

    Args:
        channel: mail or text message.
        template: ``<concept>/<name>`` under ``templates/emails``.
        to: one address or mobile number, in any spelling.
        values: what the template names.
        at: now.
        idempotency_key: the same key never makes a second message; the one that exists is returned.
        locale: ``ko`` or ``en``.
        person_id: who gets it, when that is an account.
        place_id: whose staff see that it was sent or failed (never what it says).
        secret: wipe the words as soon as it is sent.
        expires_at: do not send it after this instant.
        unsubscribe: address at which one click ends messages of this sort; it becomes the mail's List-Unsubscribe.

    Raises:
        InvalidInput: nobody can be reached at ``to``.
        ResidentNumberRefused: the words hold a resident number.
        jinja2.TemplateError: the template is missing or names a value that was not given.
    """
    recipient = normal_recipient(channel, to)
    words = render(channel, template, values, locale=locale)
    if channel is Channel.SMS:
        sms_kind(words.text)  # too long or unspeakable must fail here, not at the gateway
    row_key = uuid4()
    row = {
        "row_key": row_key,
        "idempotency_key": idempotency_key,
        "channel": channel,
        "template": template,
        "locale": locale,
        "person_id": person_id,
        "place_id": place_id,
        "is_secret": secret,
        "state": State.QUEUED,
        "attempts": 0,
        "queued_at": at,
        "next_attempt_at": at,
        "expires_at": expires_at,
        **sealed_values(
            Message,
            row_key,
            {"recipient": recipient, "subject": words.subject, "body": words.text, "unsubscribe": unsubscribe},
        ),
    }
    session().flush()
    insert = sqlite_insert if session().get_bind().dialect.name == "sqlite" else postgresql_insert
    new_id = session().scalar(insert(Message).values(row).on_conflict_do_nothing().returning(Message.id))
    if new_id is None:
        return session().scalars(select(Message).where(Message.idempotency_key == idempotency_key)).one()
    enqueue(SEND, {"message_id": new_id}, by=None, at=at, place_id=place_id)
    return session().get_one(Message, new_id)


def send_again(message_id: int, *, at: datetime) -> Message:
    """Give a message that could not be sent another round.

    Raises:
        NotFound: there is no such message.
        RuleViolation: it has not failed, or its words are wiped.
    """
    message = get_or_not_found(Message, message_id, lock=True)
    require_move(message.state if message.wiped_at is None else State.SENT, State.QUEUED)
    message.state, message.attempts, message.next_attempt_at, message.ended_at = State.QUEUED, 0, at, None
    session().flush()
    enqueue(SEND, {"message_id": message.id}, by=None, at=at, place_id=message.place_id)
    return message


def end_message(message: Message, state: State, *, at: datetime, error: str | None = None) -> None:
    """Write down how a message ended, and wipe its words when they are secret and not needed for another round.

    Raises:
        RuleViolation: it had ended already.
    """
    require_move(message.state, state)
    message.state, message.error, message.ended_at, message.next_attempt_at = state, error, at, None
    if message.is_secret and state is not State.FAILED:
        message.body, message.subject, message.unsubscribe = None, None, None
        message.wiped_at = at


def forget_ended(template: str) -> int:
    """Remove the rows of one kind of message that were sent or given up, where even that they were must not stay."""
    gone = session().execute(
        delete(Message)
        .where(Message.template == template, Message.state != State.QUEUED)
        .execution_options(synchronize_session=False)
    )
    return gone.rowcount if isinstance(gone, CursorResult) else 0


def wipe_old(*, at: datetime) -> int:
    """Wipe address and words of messages that ended long enough ago; the row stays. Return how many."""
    gone = session().execute(
        update(Message)
        .where(
            Message.state != State.QUEUED,
            Message.ended_at < at - KEEP_TEXT,
            or_(Message.recipient.is_not(None), Message.body.is_not(None)),
        )
        .values(recipient=None, subject=None, body=None, unsubscribe=None, wiped_at=at)
        .execution_options(synchronize_session=False)
    )
    return gone.rowcount if isinstance(gone, CursorResult) else 0


def on_account_closed(person: Person) -> None:
    """Wipe what the outbox holds about somebody whose account is closed; what still waits is sent, the goodbye above all."""
    session().execute(
        update(Message)
        .where(Message.person_id == person.id, Message.state != State.QUEUED, Message.wiped_at.is_(None))
        .values(recipient=None, subject=None, body=None, unsubscribe=None, wiped_at=person.closed_at)
        .execution_options(synchronize_session=False)
    )
