"""Messages to people's contacts. Each is sent whether or not an account exists, so that its absence tells nothing."""

from datetime import datetime, timedelta
from typing import Any

from app.outbox.rules import Channel
from app.outbox.services import queue_message
from app.people.models import Contact, Person
from app.people.rules import ContactKind
from app.privacy.sealing import reveal

_CHANNELS = {ContactKind.EMAIL: Channel.MAIL, ContactKind.PHONE: Channel.SMS}


def send(
    template: str,
    *,
    kind: ContactKind,
    to: str,
    key: str,
    at: datetime,
    values: dict[str, Any] | None = None,
    locale: str = "ko",
    person_id: int | None = None,
    place_id: int | None = None,
    lasts: timedelta | None = None,
) -> None:
    """Queue one message; ``lasts`` marks it as holding a secret that is worthless afterwards."""
    queue_message(
        _CHANNELS[kind],
        f"people/{template}",
        to=to,
        values=values or {},
        at=at,
        idempotency_key=f"people.{template}:{key}",
        locale=locale,
        person_id=person_id,
        place_id=place_id,
        secret=lasts is not None,
        expires_at=at + lasts if lasts else None,
    )


def notify(person: Person, template: str, *, key: str, at: datetime, but: Contact | None = None) -> None:
    """Tell a person at all their contacts (but one) that something about their account changed."""
    for contact in person.contacts:
        value = reveal(contact, Contact.value)
        if contact is not but and value is not None:
            send(
                template,
                kind=contact.kind,
                to=value,
                key=f"{key}:{contact.id}",
                at=at,
                locale=person.locale,
                person_id=person.id,
            )


def tell(
    person: Person, template: str, *, values: dict[str, Any], key: str, at: datetime, place_id: int | None = None
) -> None:
    """Tell a person at all their contacts what became of something of theirs.

    Args:
        person: whom.
        template: ``<concept>/<name>`` below ``templates/emails``; its texts exist as mail and as text message.
        values: for the template.
        key: makes the message unique; the same key never sends twice.
        at: when.
        place_id: the dong that it concerns.
    """
    for contact in person.contacts:
        value = reveal(contact, Contact.value)
        if value is not None:
            queue_message(
                _CHANNELS[contact.kind],
                template,
                to=value,
                values=values,
                at=at,
                idempotency_key=f"{template}:{key}:{contact.id}",
                locale=person.locale,
                person_id=person.id,
                place_id=place_id,
            )
