"""Setting a new password when the old one is forgotten."""

from datetime import datetime

from app.db.session import get_or_not_found
from app.errors import RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.passwords import hash_password, require_good_password
from app.people.queries.sign_ins import person_of_contact, read_contact
from app.people.rules import Purpose
from app.people.services import messages, one_time
from app.people.services.sign_ins import end_all
from app.privacy.rules import is_mobile

SPENT = N_("번호가 맞지 않거나 시간이 지났습니다. 다시 받아 주세요.")


def ask(typed_contact: str, *, locale: str, at: datetime) -> str:
    """Send a code (and in a mail a link) to a contact; return the token that ties the code to this browser.

    A contact without an account gets a message that says so: whoever reads it owns the contact anyway.

    Raises:
        InvalidInput: it is no contact.
    """
    kind, normal = read_contact(typed_contact)
    person = person_of_contact(typed_contact)
    if person is not None and not person.is_active:
        person = None
    issued = one_time.issue(Purpose.RESET, person_id=person.id if person else None, payload=None, at=at, with_link=True)
    # A landline could hear no code; an account has none, so nothing is lost by sending nothing.
    if "@" in normal or is_mobile(normal):
        messages.send(
            "reset" if person else "reset_nobody",
            kind=kind,
            to=normal,
            key=str(issued.secret.id),
            values={"code": issued.code, "token": issued.link} if person else {},
            locale=person.locale if person else locale,
            person_id=person.id if person else None,
            at=at,
            lasts=one_time.LINK_LASTS,
        )
    return issued.request


def prepare(password: str) -> str:
    """Check a new password and return its stored form. Slow on purpose: call it outside a transaction.

    Raises:
        InvalidInput: the password cannot be taken; ``field`` is ``new_password``.
    """
    require_good_password(password, field="new_password")
    return hash_password(password)


def finish(*, request: str = "", code: str = "", link: str = "", password_hash: str, at: datetime) -> Person | None:
    """Set the new password when the code or the link fits, end all sign-ins and tell the person; None when not.

    Commit in either case: each try counts.
    """
    if link:
        proved = one_time.prove_by_link(link, Purpose.RESET, at=at)
    else:
        proved = one_time.prove_by_code(request, Purpose.RESET, code, at=at)
    if proved is None or proved.person_id is None:
        return None
    person = get_or_not_found(Person, proved.person_id, lock=True)
    if not person.is_active:
        raise RuleViolation(SPENT)
    person.password_hash = password_hash
    end_all(person.id, at=at)
    messages.notify(person, "password_changed", key=f"{person.id}:{at.timestamp()}", at=at)
    return person
