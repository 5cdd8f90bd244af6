"""A village of as many voters as wanted, on a frozen roll, with an open vote: rows in bulk, the opening by the application."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import uuid4

import sqlalchemy as sa

from app.assembly.models import Assembly, VotingCode
from app.assembly.services import opening
from app.db.session import session, transaction
from app.people.models import Person, Roll, RollEntry, Verification
from app.people.rules import Basis, ContactKind, RollState, VerificationMethod
from app.people.services.sign_up import add_contact
from app.places.models import Place
from app.privacy.encryption import Indexed
from app.privacy.sealing import index_of, reveal, sealed_values
from tests.factories_year import make_assembly, make_staff

BATCH = 5_000
BORN = date(1970, 3, 4)


def make_open_vote(answers: int, voters: int, *, told: int = 0, at: datetime) -> Assembly:
    """Make an open vote with a code for each of ``voters`` accounts, all of them on the frozen roll that it binds.

    Args:
        answers: items on the ballot, of which a voter chooses up to three.
        voters: accounts verified as residents.
        told: how many of them, the last ones, have an e-mail address and are told of their ballots.
        at: when it opens; it stays open for a week.
    """
    assembly, _ = make_assembly([1_000_000] * answers, residents=0, is_open=False, at=at)
    roll_id = _make_roll(assembly.place, voters, at)
    for first in range(0, voters, BATCH):
        _add_voters(assembly.place_id, roll_id, range(first, min(first + BATCH, voters)), at)
    with transaction() as current:
        newest = sa.select(Person).where(Person.public_name.startswith("유권자 ")).order_by(Person.id.desc())
        for number, person in enumerate(current.scalars(newest.limit(told))):
            add_contact(person, ContactKind.EMAIL, f"voter-{number}@example.org", at=at)
    with transaction():
        opening.open_assembly(assembly.id, at=at)
    return assembly


def codes_of(assembly: Assembly) -> Iterator[str]:
    """Yield everybody's voting code, in the order of their accounts."""
    query = sa.select(VotingCode).where(VotingCode.assembly_id == assembly.id).order_by(VotingCode.person_id)
    for row in session().scalars(query.execution_options(yield_per=BATCH)):
        code = reveal(row, VotingCode.code)
        if code is None:
            raise SystemExit("a voter has no code")
        yield code


def _make_roll(place: Place, voters: int, at: datetime) -> int:
    by = make_staff(place)
    with transaction() as current:
        roll = Roll(
            place_id=place.id, title="명부", state=RollState.FROZEN, created_by=by.id, created_at=at, frozen_at=at,
            eligible_on=at.date(), min_age=15, entry_count=voters, eligible_count=voters, root="ab" * 32,
        )  # fmt: skip
        current.add(roll)
        current.flush()
        return roll.id


def _add_voters(place_id: int, roll_id: int, numbers: range, at: datetime) -> None:
    people, entries, identities = [], [], {}
    for number in numbers:
        name, row_key = f"유권자 {number}", uuid4()
        identity = identities[name] = index_of(Indexed.NAME_AND_BIRTH, name, BORN.isoformat())
        people.append({"public_name": name, "created_at": at, "row_key": uuid4()})
        texts = {"name": name, "birth_date": BORN.isoformat(), "unit": f"{1 + number % 40}통"}
        entries.append(
            {
                "row_key": row_key, "roll_id": roll_id, "number": number + 1, "basis": Basis.RESIDENCE,
                "identity_index": identity, "twin_index": identity, "salt": secrets.token_bytes(32), "is_eligible": True,
                **sealed_values(RollEntry, row_key, texts),
            }
        )  # fmt: skip
    with transaction() as current:
        made = current.execute(sa.insert(Person).returning(Person.id, Person.public_name), people)
        current.execute(sa.insert(Verification), _verified(place_id, made.tuples().all(), identities, at))
        current.execute(sa.insert(RollEntry), entries)


def _verified(
    place_id: int, people: Sequence[tuple[int, str]], identities: Mapping[str, bytes], at: datetime
) -> list[dict[str, object]]:
    common = {"place_id": place_id, "method": VerificationMethod.ROLL, "verified_at": at}
    return [{"person_id": person_id, "identity_index": identities[name], **common} for person_id, name in people]
