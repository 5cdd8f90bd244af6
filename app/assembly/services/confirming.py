"""Telling voters of every ballot that was cast with their code, where the code belongs to an account with a contact.

Somebody who did not vote learns that somebody did (security.md T36). The message says when and under which tracker, never
what. It must not become a list of who cast which ballot when: it names no account and no dong, its words and address are
sealed, its time is the hour's, and its row goes as soon as it was sent (`forget_confirmations`). Codes that came by letter
belong to nobody whom the server knows: there the booth's receipt is the confirmation, and says so.
"""

from datetime import datetime

from sqlalchemy import select

from app.assembly.models import Assembly, VotingCode
from app.assembly.rules import KeyHolding
from app.db.session import session
from app.errors import InvalidInput
from app.outbox.rules import Channel
from app.outbox.services import forget_ended, queue_message
from app.people.models import Contact, Person
from app.people.rules import ContactKind
from app.privacy.encryption import Indexed
from app.privacy.sealing import index_of, reveal

TEMPLATE = "assembly/cast"
CHANNELS = {ContactKind.EMAIL: Channel.MAIL, ContactKind.PHONE: Channel.SMS}
"""In this order: a mail costs nothing."""


def credential_index(assembly: Assembly, credential: str) -> bytes:
    """Return the keyed hash by which a credential's account is found while voting is open, and by nothing else."""
    return index_of(Indexed.TOKEN, credential, scope=f"assembly:{assembly.id}")


def confirm_cast(assembly: Assembly, credential: str, tracker: str, *, is_revote: bool, at: datetime) -> None:
    """Queue the message for a ballot that has just been put on the board, in its transaction.

    The same bytes again are no new ballot and reach no further than the receipt (`casting.cast_ballot`). A message that
    cannot be written keeps nobody from voting.
    """
    if assembly.keys is not KeyHolding.SERVER:
        return
    # The index names the assembly already. Asked for it as well, SQLite would read the codes of everybody.
    is_theirs = VotingCode.credential_index == credential_index(assembly, credential)
    query = select(Person).join(VotingCode, VotingCode.person_id == Person.id).where(is_theirs)
    person = session().scalar(query)
    found = _contact(person) if person is not None else None
    if person is None or found is None:
        return
    channel, address = found
    try:
        queue_message(
            channel,
            TEMPLATE,
            to=address,
            values={
                "slug": assembly.place.slug,
                "place": assembly.place.name_en if person.locale == "en" else assembly.place.name,
                "tracker": tracker,
                "cast_at": at,
                "closes_at": assembly.closes_at,
                "is_revote": is_revote,
            },
            at=at.replace(minute=0, second=0, microsecond=0),
            idempotency_key=f"{TEMPLATE}:{index_of(Indexed.TOKEN, tracker, scope=TEMPLATE).hex()}",
            locale=person.locale,
            secret=True,
        )
    except InvalidInput:
        return


def forget_confirmations() -> int:
    """Forget the messages that were sent or given up, rows and all; return how many."""
    return forget_ended(TEMPLATE)


def _contact(person: Person) -> tuple[Channel, str] | None:
    for kind, channel in CHANNELS.items():
        for contact in person.contacts:
            value = reveal(contact, Contact.value) if contact.kind is kind else None
            if value is not None:
                return channel, value
    return None
