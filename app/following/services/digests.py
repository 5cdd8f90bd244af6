"""The mail that brings somebody's news: daily or weekly, never twice the same, ended by one click."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import update

from app.clock import kst_date
from app.db.session import session
from app.following.models import Notice
from app.following.queries.notices import ShownNotice, news_for
from app.outbox.rendering import link
from app.outbox.rules import Channel
from app.outbox.services import queue_message
from app.people.models import Contact, Person
from app.people.rules import ContactKind
from app.privacy.sealing import reveal
from app.record.acts import ACTS

WORTHLESS_AFTER = timedelta(days=3)
"""A digest that could not leave so long is not sent any more; its news stay on the site."""


def send_digest(person: Person, token: str, *, day: date, until: datetime, at: datetime) -> bool:
    """Queue the digest of a person, and note that its news were brought. Tell whether there was any.

    Args:
        person: whom.
        token: their signed key of the unsubscribe address.
        day: whose digest it is: the same day never brings a second one.
        until: only what was told before.
        at: now.
    """
    news = news_for(person, until=until)
    session().execute(
        update(Notice)
        .where(Notice.person_id == person.id, Notice.mailed_at.is_(None), Notice.told_at < until)
        .values(mailed_at=at)
        .execution_options(synchronize_session=False)
    )
    if not news:
        return False
    address = link("following.unsubscribe", token=token)
    for contact in person.contacts:
        to = reveal(contact, Contact.value)
        if contact.kind is ContactKind.EMAIL and to is not None:
            queue_message(
                Channel.MAIL,
                "following/digest",
                to=to,
                values={
                    "name": person.public_name,
                    "news": [_line(each) for each in news],
                    "unsubscribe": address,
                    "acts": ACTS,
                },
                at=at,
                idempotency_key=f"following.digest:{day.isoformat()}:{contact.id}",
                locale=person.locale,
                person_id=person.id,
                expires_at=at + WORTHLESS_AFTER,
                unsubscribe=address,
            )
    return True


def _line(each: ShownNotice) -> dict[str, Any]:
    arguments = {name: value for name, value in each.address.arguments.items() if name != "_anchor"}
    return {
        "place": each.notice.place,
        "day": kst_date(each.notice.told_at),
        "act": each.act,
        "values": each.values,
        "caller": each.caller,
        "title": each.title,
        "address": link(each.address.endpoint, **arguments),
    }
