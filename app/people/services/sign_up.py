"""Making an account: nothing exists until its contact is confirmed, and nobody learns whether it existed before."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.db.session import is_duplicate, session
from app.errors import Conflict, InvalidInput
from app.i18n import N_
from app.people.models import Contact, Person
from app.people.passwords import hash_password, require_good_password
from app.people.queries.sign_ins import INDEX_OF, read_contact
from app.people.rules import ContactKind, Purpose, require_birth_date, require_public_name
from app.people.services import messages, one_time
from app.places.models import Place
from app.places.rules import PlaceKind
from app.privacy.encryption import Indexed
from app.privacy.rules import is_mobile, normal_name, require_no_resident_number
from app.privacy.sealing import index_of, seal, seal_with_index

GUARDIAN_AGE = 14
"""Younger children need a guardian's consent (Personal Information Protection Act art. 22-2), given on paper."""


@dataclass(frozen=True)
class NewAccount:
    """A checked application for an account."""

    kind: ContactKind
    contact: str
    password_hash: str
    public_name: str
    legal_name: str
    birth_date: date
    home: Place
    address: str
    unit: str
    locale: str


def prepare(
    *,
    contact: str,
    password: str,
    public_name: str,
    legal_name: str,
    birth_date: date,
    home: Place,
    address: str,
    unit: str,
    locale: str,
    today: date,
) -> NewAccount:
    """Check an application and hash its password. Slow on purpose: call it outside a transaction.

    Raises:
        InvalidInput: a field cannot be taken; ``field`` names it.
    """
    kind, normal = read_contact(contact)
    if kind is ContactKind.PHONE and not is_mobile(normal):
        raise InvalidInput(N_("확인 문자를 받을 수 있는 휴대전화 번호를 적어 주세요."), field="contact")
    public_name = require_public_name(public_name)
    legal_name = " ".join(legal_name.split())
    normal_name(legal_name)
    if len(legal_name) > 60:
        raise InvalidInput(N_("이름이 너무 깁니다."), field="legal_name")
    require_birth_date(birth_date, today=today, youngest=GUARDIAN_AGE)
    if home.kind is not PlaceKind.DONG:
        raise InvalidInput(N_("사는 읍·면·동을 골라 주세요."), field="home")
    for field, text in (("public_name", public_name), ("legal_name", legal_name), ("address", address), ("unit", unit)):
        require_no_resident_number(text, field=field)
    about = (normal, public_name, legal_name, birth_date.strftime("%Y%m%d"), birth_date.strftime("%y%m%d"))
    require_good_password(password, about=about)
    return NewAccount(
        kind=kind,
        contact=normal,
        password_hash=hash_password(password),
        public_name=public_name,
        legal_name=legal_name,
        birth_date=birth_date,
        home=home,
        address=" ".join(address.split())[:200],
        unit=" ".join(unit.split())[:20],
        locale=locale,
    )


def begin(new: NewAccount, *, at: datetime) -> str:
    """Send a code to the contact and return the token that ties its confirmation to this browser.

    When the contact already has an account its owner is told so, and the code that would fit is sent to nobody.
    """
    taken = session().scalar(
        select(Contact).where(
            Contact.kind == new.kind, Contact.value_index == index_of(INDEX_OF[new.kind], new.contact)
        )
    )
    payload = None if taken else _payload(new)
    issued = one_time.issue(Purpose.SIGN_UP, person_id=None, payload=payload, at=at)
    messages.send(
        "sign_up_existing" if taken else "sign_up_code",
        kind=new.kind,
        to=new.contact,
        key=str(issued.secret.id),
        values={} if taken else {"code": issued.code},
        locale=new.locale,
        at=at,
        lasts=one_time.CODE_LASTS,
    )
    return issued.request


def confirm(request: str, code: str, *, at: datetime) -> Person | None:
    """Make the account when the code fits; None when it does not. Commit in either case.

    Raises:
        Conflict: another account confirmed the same contact meanwhile.
    """
    proved = one_time.prove_by_code(request, Purpose.SIGN_UP, code, at=at)
    if proved is None or proved.payload is None:
        return None
    held = proved.payload
    person = Person(
        public_name=held["public_name"], password_hash=held["password_hash"], locale=held["locale"], created_at=at
    )
    person.home_id = held["home_id"]
    seal_identity(person, legal_name=held["legal_name"], birth_date=date.fromisoformat(held["birth_date"]))
    seal(person, Person.address, held["address"] or None)
    seal(person, Person.unit, held["unit"] or None)
    session().add(person)
    session().flush()
    add_contact(person, ContactKind(held["kind"]), held["contact"], at=at)
    return person


def add_contact(person: Person, kind: ContactKind, normal: str, *, at: datetime) -> Contact:
    """Attach a confirmed contact to a person.

    Raises:
        Conflict: it belongs to another account.
    """
    contact = Contact(person_id=person.id, kind=kind, confirmed_at=at)
    seal_with_index(contact, Contact.value, Contact.value_index, INDEX_OF[kind], normal)
    try:
        with session().begin_nested():
            session().add(contact)
            session().flush()
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict(N_("이 연락처는 이미 다른 계정에서 확인되었습니다. 그 계정으로 로그인해 주세요.")) from None
    return contact


def seal_identity(person: Person, *, legal_name: str, birth_date: date) -> None:
    """Seal a person's legal name and birth date, and the blind index over both."""
    seal(person, Person.legal_name, legal_name)
    seal(person, Person.birth_date, birth_date.isoformat())
    person.identity_index = index_of(Indexed.NAME_AND_BIRTH, legal_name, birth_date.isoformat())


def _payload(new: NewAccount) -> dict[str, Any]:
    return {
        "kind": new.kind.value,
        "contact": new.contact,
        "password_hash": new.password_hash,
        "public_name": new.public_name,
        "legal_name": new.legal_name,
        "birth_date": new.birth_date.isoformat(),
        "home_id": new.home.id,
        "address": new.address,
        "unit": new.unit,
        "locale": new.locale,
    }
