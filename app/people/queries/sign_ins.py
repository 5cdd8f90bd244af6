"""SELECTs about who is signed in."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.db.session import session
from app.errors import InvalidInput
from app.people.models import Contact, Passkey, Person, RecoveryCode, SignIn, Totp
from app.people.permissions import needs_second_factor
from app.people.rules import ContactKind
from app.privacy.encryption import Indexed
from app.privacy.rules import normal_email, normal_phone
from app.privacy.sealing import index_of

INDEX_OF = {ContactKind.EMAIL: Indexed.EMAIL, ContactKind.PHONE: Indexed.PHONE}


def read_contact(typed: str, field: str = "contact") -> tuple[ContactKind, str]:
    """Return the kind of a typed contact and its normal form.

    Raises:
        InvalidInput: it is neither an e-mail address nor a Korean telephone number; ``field`` is passed on.
    """
    kind = ContactKind.EMAIL if "@" in typed or "＠" in typed else ContactKind.PHONE
    try:
        return kind, normal_email(typed) if kind is ContactKind.EMAIL else normal_phone(typed)
    except InvalidInput as refusal:
        raise InvalidInput(refusal.message, field=field, **refusal.values) from None


def counted_contact(typed: str) -> str:
    """Return what attempts at a typed contact are counted as: every spelling of one contact is that contact."""
    try:
        return read_contact(typed)[1]
    except InvalidInput:
        return typed.casefold()


def person_of_contact(typed: str) -> Person | None:
    """Return the person with this confirmed contact; None for what is no contact at all, too."""
    try:
        kind, normal = read_contact(typed)
    except InvalidInput:
        # The same work as for a well-formed one: nobody learns anything from the time it takes.
        kind, normal = ContactKind.EMAIL, "nobody@example.kr"
    query = (
        select(Person)
        .join(Contact, Contact.person_id == Person.id)
        .where(Contact.kind == kind, Contact.value_index == index_of(INDEX_OF[kind], normal))
    )
    return session().scalar(query)


def live_sign_in(hashed: bytes, *, staff_idle: timedelta, at: datetime) -> SignIn | None:
    """Return the sign-in of a token, or None when it ended, ran out, lay idle too long, or its account is closed."""
    row = session().scalar(select(SignIn).where(SignIn.token_hash == hashed).options(joinedload(SignIn.person)))
    if row is None or row.ended_at is not None or at >= row.expires_at or not row.person.is_active:
        return None
    if needs_second_factor(row.person, at) and at - row.last_seen_at > staff_idle:
        return None
    return row


def open_sign_ins(person: Person, at: datetime) -> list[SignIn]:
    """Return the browsers in which a person is signed in, last used first."""
    query = (
        select(SignIn)
        .where(SignIn.person_id == person.id, SignIn.ended_at.is_(None), SignIn.expires_at > at)
        .order_by(SignIn.last_seen_at.desc(), SignIn.id.desc())
    )
    return list(session().scalars(query))


def totp_of(person: Person) -> Totp | None:
    """Return a person's authenticator app, confirmed or not."""
    return session().get(Totp, person.id)


def passkeys_of(person: Person) -> list[Passkey]:
    """Return a person's passkeys, oldest first."""
    return list(session().scalars(select(Passkey).where(Passkey.person_id == person.id).order_by(Passkey.id)))


def recovery_codes_left(person: Person) -> int:
    """Return how many recovery codes a person can still use."""
    query = select(RecoveryCode.id).where(RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None))
    return len(session().scalars(query).all())


def demo_accounts() -> list[Person]:
    """Return the ready accounts of a demonstration."""
    query = select(Person).where(Person.is_demo, Person.is_active).order_by(Person.id).limit(60)
    return list(session().scalars(query))
