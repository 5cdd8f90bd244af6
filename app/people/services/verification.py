"""Finding out that an account belongs to a resident: on the roll, by a letter, or by somebody who saw an ID.

A birth date alone opens nothing: a match needs the name and birth date on the roll *and* a confirmed contact that stands
there too; whoever has no contact there gets a letter to the address there, or comes in person. Never a resident number.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from app.db.session import get_or_not_found, is_duplicate, session
from app.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person, RollEntry, Verification, VerificationLetter
from app.people.permissions import can_verify_residents
from app.people.queries.rolls import entries_of_person, newest_roll, open_letter, verification_at
from app.people.queries.sign_ins import person_of_contact
from app.people.rules import ContactKind, Role, VerificationMethod
from app.people.services import messages
from app.places.models import Place
from app.privacy.encryption import Indexed
from app.privacy.rules import Access
from app.privacy.sealing import index_of
from app.privacy.services import log_access
from app.record.services import append

LETTER_LASTS = timedelta(days=30)
LETTER_CODE_LETTERS = 12
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
TAKEN = N_("이 사람은 이미 다른 계정에서 확인되었습니다. 본인의 다른 계정이 아니라면 동 주민센터에 말씀해 주세요.")
NOT_FOUND = N_(
    "명부에서 찾지 못했습니다. 이름과 생년월일을 명부와 똑같이 적었는지 확인하시거나, 동 주민센터에 말씀해 주세요."
)


def verify_by_roll(person_id: int, place: Place, *, at: datetime) -> Verification | None:
    """Verify a person whose name, birth date and a confirmed contact stand together on the dong's newest roll.

    Returns None when no entry has all three; a letter or a visit is left then.

    Raises:
        Conflict: another account was verified as this person.
    """
    person = get_or_not_found(Person, person_id, lock=True)
    existing = verification_at(person.id, place.id)
    if existing is not None:
        return existing
    entry = _matching_entry(person, place)
    if entry is None:
        return None
    return _verify(person, place, VerificationMethod.ROLL, identity_index=entry.identity_index, by=None, at=at)


def ask_for_letter(person_id: int, place: Place, *, at: datetime) -> VerificationLetter:
    """Ask for a letter with a code to the address on the roll.

    Raises:
        RuleViolation: verified already, a letter is on its way, or nobody of this name and birth date is on the roll.
    """
    person = get_or_not_found(Person, person_id, lock=True)
    if verification_at(person.id, place.id) is not None:
        raise RuleViolation(N_("이미 주민으로 확인되었습니다."))
    if open_letter(person.id, place.id, at) is not None:
        raise RuleViolation(N_("이미 보내기로 한 편지가 있습니다."))
    entries = _entries(person, place)
    if len(entries) != 1 or entries[0].address is None:
        raise RuleViolation(NOT_FOUND)
    letter = VerificationLetter(person_id=person.id, place_id=place.id, roll_entry_id=entries[0].id, asked_at=at)
    session().add(letter)
    session().flush()
    return letter


def print_letter(letter_id: int, *, place: Place, by: Person, ip: str | None, at: datetime) -> tuple[RollEntry, str]:
    """Make the code of a letter and return it with the entry it is addressed to; the code exists only on the paper.

    Printing again makes a new code and the old paper worthless.

    Raises:
        NotFound, NotAllowed: there is no such letter here; not a public servant of the dong.
        RuleViolation: it was used.
    """
    letter = get_or_not_found(VerificationLetter, letter_id, lock=True)
    if letter.place_id != place.id:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    if not can_verify_residents(by, place, at):
        raise NotAllowed(N_("동의 담당 공무원만 할 수 있습니다."))
    if letter.used_at is not None:
        raise RuleViolation(N_("이미 쓴 편지입니다."))
    entry = get_or_not_found(RollEntry, letter.roll_entry_id)
    code = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(LETTER_CODE_LETTERS // 4))
    letter.code_index = _code_index(letter, code)
    letter.printed_at, letter.expires_at, letter.attempts_left = at, at + LETTER_LASTS, 5
    log_access(
        Access.VIEWED,
        by=by.id,
        ip=ip,
        subject=f"roll_entry:{entry.id}",
        at=at,
        fields=("name", "address"),
        reason="verification letter",
        place_id=place.id,
    )
    return entry, code


def verify_by_letter(person_id: int, place: Place, code: str, *, at: datetime) -> Verification | None:
    """Verify a person who has the code of their letter; None when it does not fit. Commit in either case.

    Raises:
        Conflict: another account was verified as this person.
    """
    person = get_or_not_found(Person, person_id, lock=True)
    letter = open_letter(person.id, place.id, at)
    if letter is None or letter.code_index is None or letter.attempts_left <= 0:
        return None
    letter.attempts_left -= 1
    if not secrets.compare_digest(letter.code_index, _code_index(letter, code)):
        session().flush()
        return None
    entry = get_or_not_found(RollEntry, letter.roll_entry_id)
    if entry.identity_index != person.identity_index:
        return None  # the name was changed after the letter was asked for
    letter.used_at = at
    return _verify(person, place, VerificationMethod.LETTER, identity_index=entry.identity_index, by=None, at=at)


def find_for_counter(place: Place, contact: str, *, by: Person, ip: str | None, at: datetime) -> Person:
    """Return the account of somebody who stands at the counter, by the contact they name; the look is logged.

    Raises:
        NotAllowed: not a public servant of the dong.
        InvalidInput: no account has this contact.
    """
    if not can_verify_residents(by, place, at):
        raise NotAllowed(N_("동의 담당 공무원만 할 수 있습니다."))
    person = person_of_contact(contact)
    if person is None or not person.is_active:
        raise InvalidInput(N_("이 연락처로 만든 계정이 없습니다."), field="contact")
    log_access(
        Access.SEARCHED,
        by=by.id,
        ip=ip,
        subject=f"person:{person.id}",
        at=at,
        fields=("legal_name", "birth_date"),
        place_id=place.id,
    )
    return person


def verify_by_staff(person_id: int, place: Place, *, saw_id: bool, by: Person, at: datetime) -> Verification:
    """Verify somebody whose ID a public servant looked at. That they did is recorded, nothing of the ID is.

    Raises:
        NotAllowed: not a public servant of the dong, or it is themselves.
        InvalidInput: they did not say that they saw the ID.
        RuleViolation: verified already, or the account does not say who it is.
        Conflict: another account was verified as this person.
    """
    if not can_verify_residents(by, place, at) or by.id == person_id:
        raise NotAllowed(N_("동의 담당 공무원만, 그리고 자기가 아닌 사람만 확인할 수 있습니다."))
    if not saw_id:
        raise InvalidInput(N_("신분증을 직접 보았을 때만 확인할 수 있습니다."), field="saw_id")
    person = get_or_not_found(Person, person_id, lock=True)
    if verification_at(person.id, place.id) is not None:
        raise RuleViolation(N_("이미 주민으로 확인되었습니다."))
    if person.identity_index is None:
        raise RuleViolation(N_("계정에 이름과 생년월일이 없습니다. 본인이 먼저 적어야 합니다."))
    return _verify(person, place, VerificationMethod.STAFF_SAW_ID, identity_index=person.identity_index, by=by, at=at)


def withdraw(verification_id: int, *, place: Place, by: Person, at: datetime) -> None:
    """Take a verification back: moved away, or it was a mistake.

    Raises:
        NotFound, NotAllowed: there is none of this number here; not a public servant of the dong.
    """
    row = get_or_not_found(Verification, verification_id, lock=True)
    if row.place_id != place.id:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    if not can_verify_residents(by, place, at):
        raise NotAllowed(N_("동의 담당 공무원만 할 수 있습니다."))
    person = row.person
    session().delete(row)
    session().flush()
    session().expire(person, ["verifications"])
    messages.notify(person, "verification_withdrawn", key=f"{verification_id}", at=at)
    append(
        place,
        "people.verification_withdrawn",
        role=by.staff_role(place, at) or Role.DONG_STAFF,
        subject=f"verification:{verification_id}",
        at=at,
    )


def _verify(
    person: Person, place: Place, method: VerificationMethod, *, identity_index: bytes, by: Person | None, at: datetime
) -> Verification:
    row = Verification(
        person_id=person.id,
        place_id=place.id,
        method=method,
        identity_index=identity_index,
        verified_by=by.id if by else None,
        verified_at=at,
    )
    try:
        with session().begin_nested():
            session().add(row)
            session().flush()
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict(TAKEN) from None
    session().expire(person, ["verifications"])
    messages.notify(person, "verified", key=str(row.id), at=at)
    return row


def _matching_entry(person: Person, place: Place) -> RollEntry | None:
    indexes = {contact.kind: set[bytes]() for contact in person.contacts}
    for contact in person.contacts:
        indexes[contact.kind].add(contact.value_index)
    matching = [
        entry
        for entry in _entries(person, place)
        if entry.phone_index in indexes.get(ContactKind.PHONE, set())
        or entry.email_index in indexes.get(ContactKind.EMAIL, set())
    ]
    return matching[0] if matching else None


def _entries(person: Person, place: Place) -> list[RollEntry]:
    roll = newest_roll(place)
    if roll is None or person.identity_index is None:
        return []
    return entries_of_person(roll, person.identity_index)


def _code_index(letter: VerificationLetter, code: str) -> bytes:
    letters = "".join(each for each in code.upper() if each.isascii() and each.isalnum())
    return index_of(Indexed.TOKEN, letters, scope=f"letter:{letter.person_id}:{letter.roll_entry_id}")
