"""SELECTs about voter rolls."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.i18n import N_
from app.people.models import Roll, RollEntry, RollImport, Verification, VerificationLetter
from app.people.rules import Basis, ImportState, RollState, Sex
from app.places.models import Place
from app.privacy.encryption import Indexed
from app.privacy.sealing import index_of, reveal


@dataclass(frozen=True)
class ShownEntry:
    """A roll entry as its keepers see it; every showing is written into the access log."""

    id: int
    number: int
    name: str
    birth_date: str
    unit: str
    address: str
    phone: str
    email: str
    sex: Sex | None
    basis: Basis


def on_roll(roll: Roll) -> ColumnElement[bool]:
    """Return the condition that an entry stands on a roll.

    Rows of a file that is still being taken, and of one that was taken back, lie in the table for a while; they count
    only while their file is taken. So a file of any size comes onto the roll, or leaves it, in one instant.
    """
    if roll.state is RollState.ERASED:
        return false()
    taken = select(RollImport.id).where(RollImport.roll_id == roll.id, RollImport.state == ImportState.TAKEN)
    return and_(RollEntry.roll_id == roll.id, or_(RollEntry.import_id.is_(None), RollEntry.import_id.in_(taken)))


def shown(entry: RollEntry) -> ShownEntry:
    """Open a roll entry."""
    return ShownEntry(
        id=entry.id,
        number=entry.number,
        name=reveal(entry, RollEntry.name) or "",
        birth_date=reveal(entry, RollEntry.birth_date) or "",
        unit=reveal(entry, RollEntry.unit) or "",
        address=reveal(entry, RollEntry.address) or "",
        phone=reveal(entry, RollEntry.phone) or "",
        email=reveal(entry, RollEntry.email) or "",
        sex=entry.sex,
        basis=entry.basis,
    )


def rolls_newest_first(place: Place) -> list[Roll]:
    """Return a dong's rolls."""
    return list(session().scalars(select(Roll).where(Roll.place_id == place.id).order_by(Roll.id.desc())))


def roll_of(place: Place, roll_id: int) -> Roll:
    """Return a roll of a dong.

    Raises:
        NotFound: there is none of this number at this dong.
    """
    roll = get_or_not_found(Roll, roll_id)
    if roll.place_id != place.id:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    return roll


def import_of(roll: Roll, import_id: int) -> RollImport:
    """Return an uploaded file of a roll.

    Raises:
        NotFound: there is none of this number for this roll.
    """
    found = get_or_not_found(RollImport, import_id)
    if found.roll_id != roll.id:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    return found


def newest_roll(place: Place) -> Roll | None:
    """Return the roll that residents are looked up in: the newest that has entries."""
    query = (
        select(Roll)
        .where(Roll.place_id == place.id, Roll.state != RollState.ERASED)
        .where(
            select(RollEntry.id)
            .outerjoin(RollImport, RollImport.id == RollEntry.import_id)
            .where(RollEntry.roll_id == Roll.id)
            .where(or_(RollEntry.import_id.is_(None), RollImport.state == ImportState.TAKEN))
            .exists()
        )
        .order_by(Roll.id.desc())
        .limit(1)
    )
    return session().scalar(query)


def entry_count(roll: Roll) -> int:
    """Return how many people are on a roll."""
    return session().scalar(select(func.count(RollEntry.id)).where(on_roll(roll))) or 0


def is_being_taken(roll: Roll) -> bool:
    """Tell whether a job is putting a file onto a roll."""
    query = select(RollImport.id).where(RollImport.roll_id == roll.id, RollImport.state == ImportState.TAKING)
    return session().scalar(query.limit(1)) is not None


def basis_counts(roll: Roll) -> dict[Basis, int]:
    """Return how many people are on a roll, by why."""
    query = select(RollEntry.basis, func.count(RollEntry.id)).where(on_roll(roll))
    return {row[0]: row[1] for row in session().execute(query.group_by(RollEntry.basis))}


def entries_of_person(roll: Roll, identity_index: bytes) -> list[RollEntry]:
    """Return the entries with a name and birth date, by their blind index."""
    query = select(RollEntry).where(on_roll(roll), RollEntry.identity_index == identity_index)
    return list(session().scalars(query.order_by(RollEntry.number)))


def entries_named(roll: Roll, name: str, birth_date: date) -> list[RollEntry]:
    """Return the entries of a name and birth date."""
    return entries_of_person(roll, index_of(Indexed.NAME_AND_BIRTH, name, birth_date.isoformat()))


def eligible_entries(roll: Roll) -> list[RollEntry]:
    """Return the entries of a frozen roll that are old enough, in the roll's order; sealed, as the assembly needs them."""
    query = select(RollEntry).where(on_roll(roll), RollEntry.is_eligible.is_(True)).order_by(RollEntry.number)
    return list(session().scalars(query))


def imports_newest_first(roll: Roll) -> list[RollImport]:
    """Return the files uploaded for a roll that were not thrown away."""
    query = (
        select(RollImport)
        .where(RollImport.roll_id == roll.id, RollImport.state != ImportState.DISCARDED)
        .order_by(RollImport.id.desc())
    )
    return list(session().scalars(query))


def verification_at(person_id: int, place_id: int) -> Verification | None:
    """Return a person's verification at a dong."""
    return session().scalar(
        select(Verification).where(Verification.person_id == person_id, Verification.place_id == place_id)
    )


def letters_to_print(place: Place) -> list[VerificationLetter]:
    """Return verification letters that were asked for and not printed yet, oldest first."""
    query = (
        select(VerificationLetter)
        .where(VerificationLetter.place_id == place.id, VerificationLetter.printed_at.is_(None))
        .order_by(VerificationLetter.id)
    )
    return list(session().scalars(query))


def open_letter(person_id: int, place_id: int, at: datetime) -> VerificationLetter | None:
    """Return a person's letter of a dong that still can be used (or is yet to be printed)."""
    query = (
        select(VerificationLetter)
        .where(
            VerificationLetter.person_id == person_id,
            VerificationLetter.place_id == place_id,
            VerificationLetter.used_at.is_(None),
        )
        .order_by(VerificationLetter.id.desc())
        .limit(1)
    )
    letter = session().scalar(query)
    if letter is None or (letter.expires_at is not None and at >= letter.expires_at):
        return None
    return letter
