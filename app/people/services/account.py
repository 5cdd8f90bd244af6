"""What a person does with their own account."""

from datetime import date, datetime

from sqlalchemy import delete, select

from app.db.session import get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import (
    Contact,
    OneTimeSecret,
    Passkey,
    Person,
    RecoveryCode,
    RoleGrant,
    Totp,
    Verification,
    VerificationLetter,
)
from app.people.passwords import hash_password, is_password, require_good_password
from app.people.queries.sign_ins import read_contact
from app.people.rules import ContactKind, Purpose, Role, require_birth_date, require_public_name
from app.people.services import messages, one_time
from app.people.services.sign_ins import end_all
from app.people.services.sign_up import GUARDIAN_AGE, add_contact, seal_identity
from app.people.signals import account_closed
from app.places.models import Place
from app.places.rules import PlaceKind
from app.privacy.rules import is_mobile, normal_name
from app.privacy.sealing import reveal, seal

LOCALES = ("ko", "en")
GONE = "떠난 주민"
"""The name under which a closed account's contributions stay."""
MOST_CONTACTS = 5


def require_own_password(person: Person, typed: str) -> None:
    """Refuse a sensitive act without the person's password. Slow on purpose: call it outside a transaction.

    Raises:
        InvalidInput: it is not their password; ``field`` is ``current_password``.
    """
    if not is_password(person.password_hash, typed):
        raise InvalidInput(N_("지금 쓰는 비밀번호가 맞지 않습니다."), field="current_password")


def prepare_password(person: Person, typed: str) -> str:
    """Check a person's new password and return its stored form. Slow on purpose: call it outside a transaction.

    Raises:
        InvalidInput: it cannot be taken; ``field`` is ``new_password``.
    """
    about = [person.public_name, *(reveal(contact, Contact.value) or "" for contact in person.contacts)]
    about += [text for text in (reveal(person, Person.legal_name), reveal(person, Person.birth_date)) if text]
    require_good_password(typed, about=about, field="new_password")
    return hash_password(typed)


def change_password(person_id: int, password_hash: str, *, keep: int | None, at: datetime) -> int:
    """Set a new password, end all other sign-ins, tell the person; return how many browsers were signed out."""
    person = get_or_not_found(Person, person_id, lock=True)
    person.password_hash = password_hash
    messages.notify(person, "password_changed", key=f"{person.id}:{at.timestamp()}", at=at)
    return end_all(person.id, at=at, keep=keep)


def choose_language(person_id: int, locale: str) -> None:
    """Remember the language of pages and messages.

    Raises:
        InvalidInput: there is no such language.
    """
    if locale not in LOCALES:
        raise InvalidInput(N_("그 언어는 아직 없습니다."), field="locale")
    get_or_not_found(Person, person_id, lock=True).locale = locale


def edit_profile(
    person_id: int,
    *,
    public_name: str,
    legal_name: str,
    birth_date: date | None,
    home: Place | None,
    address: str,
    unit: str,
    today: date,
) -> None:
    """Change what the person says of themselves.

    Raises:
        InvalidInput: a field cannot be taken.
        RuleViolation: a verified resident changed name or birth date: the verification would no longer be theirs.
    """
    person = get_or_not_found(Person, person_id, lock=True)
    person.public_name = require_public_name(public_name)
    legal_name = " ".join(legal_name.split())
    before = (reveal(person, Person.legal_name), reveal(person, Person.birth_date))
    after = (legal_name or None, birth_date.isoformat() if birth_date else None)
    if before != after:
        if person.verifications:
            raise RuleViolation(
                N_("주민으로 확인된 뒤에는 이름과 생년월일을 바꿀 수 없습니다. 동 주민센터에 말씀해 주세요.")
            )
        if not legal_name or birth_date is None:
            raise InvalidInput(N_("이름과 생년월일을 함께 적어 주세요."), field="legal_name")
        normal_name(legal_name)
        require_birth_date(birth_date, today=today, youngest=GUARDIAN_AGE)
        seal_identity(person, legal_name=legal_name, birth_date=birth_date)
    if home is not None and home.kind is not PlaceKind.DONG:
        raise InvalidInput(N_("사는 읍·면·동을 골라 주세요."), field="home")
    person.home_id = home.id if home else None
    seal(person, Person.address, " ".join(address.split())[:200] or None)
    seal(person, Person.unit, " ".join(unit.split())[:20] or None)


def ask_new_contact(person_id: int, typed: str, *, at: datetime) -> str:
    """Send a code to a contact that the person wants to add; return the token that ties it to this browser.

    Raises:
        InvalidInput: it is no contact that can receive a code.
        RuleViolation: the person has enough of them.
    """
    person = get_or_not_found(Person, person_id)
    kind, normal = read_contact(typed)
    if kind is ContactKind.PHONE and not is_mobile(normal):
        raise InvalidInput(N_("확인 문자를 받을 수 있는 휴대전화 번호를 적어 주세요."), field="contact")
    if len(person.contacts) >= MOST_CONTACTS:
        raise RuleViolation(N_("연락처는 %(most)s개까지 둘 수 있습니다."), most=MOST_CONTACTS)
    payload = {"kind": kind.value, "contact": normal}
    issued = one_time.issue(Purpose.NEW_CONTACT, person_id=person.id, payload=payload, at=at)
    messages.send(
        "contact_code",
        kind=kind,
        to=normal,
        key=str(issued.secret.id),
        values={"code": issued.code},
        locale=person.locale,
        person_id=person.id,
        at=at,
        lasts=one_time.CODE_LASTS,
    )
    return issued.request


def confirm_new_contact(person_id: int, request: str, code: str, *, at: datetime) -> Contact | None:
    """Add the contact when the code fits, and tell the person at the old ones; None when it does not.

    Commit in either case.

    Raises:
        Conflict: the contact belongs to another account.
    """
    proved = one_time.prove_by_code(request, Purpose.NEW_CONTACT, code, at=at)
    if proved is None or proved.payload is None or proved.person_id != person_id:
        return None
    person = get_or_not_found(Person, person_id, lock=True)
    contact = add_contact(person, ContactKind(proved.payload["kind"]), proved.payload["contact"], at=at)
    session().refresh(person, ["contacts"])
    messages.notify(person, "contact_added", key=f"{contact.id}", at=at, but=contact)
    return contact


def remove_contact(person_id: int, contact_id: int, *, at: datetime) -> None:
    """Remove a contact, and tell the person at all of them.

    Raises:
        NotFound: it is not theirs.
        RuleViolation: it is the last one.
    """
    person = get_or_not_found(Person, person_id, lock=True)
    contact = get_or_not_found(Contact, contact_id)
    if contact.person_id != person.id:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    if len(person.contacts) == 1:
        raise RuleViolation(N_("마지막 연락처는 지울 수 없습니다. 새 연락처를 먼저 더해 주세요."))
    messages.notify(person, "contact_removed", key=f"{contact.id}:{at.timestamp()}", at=at)
    session().delete(contact)


def close(person_id: int, *, at: datetime) -> None:
    """Close an account: blank every detail, end everything, keep the row, so that records still point somewhere.

    Raises:
        NotAllowed: demonstration accounts stay.
        RuleViolation: it is the only operator of a place.
    """
    person = get_or_not_found(Person, person_id, lock=True)
    if person.is_demo:
        raise NotAllowed(N_("시연 계정은 닫을 수 없습니다."))
    for grant in person.grants:
        if grant.is_in_force(at):
            if grant.role is Role.OPERATOR and not _has_other_operator(grant, at):
                raise RuleViolation(N_("혼자 맡은 운영자입니다. 다른 운영자를 먼저 정해 주세요."))
            grant.revoked_at, grant.revoked_by = at, person.id
    messages.notify(person, "account_closed", key=str(person.id), at=at)
    session().flush()
    for table in (Contact, OneTimeSecret, Passkey, RecoveryCode, Totp, Verification, VerificationLetter):
        session().execute(delete(table).where(table.person_id == person.id))
    end_all(person.id, at=at)
    person.public_name = GONE
    person.is_active, person.closed_at = False, at
    person.password_hash = person.identity_index = person.home_id = person.second_factor_since = None
    for column in (Person.legal_name, Person.birth_date, Person.address, Person.unit):
        seal(person, column, None)
    session().flush()
    account_closed.send(person)
    session().expire(person)


def _has_other_operator(grant: RoleGrant, at: datetime) -> bool:
    others = session().scalars(
        select(RoleGrant).where(
            RoleGrant.place_id == grant.place_id,
            RoleGrant.role == Role.OPERATOR,
            RoleGrant.person_id != grant.person_id,
        )
    )
    return any(other.is_in_force(at) for other in others)
