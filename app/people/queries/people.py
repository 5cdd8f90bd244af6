"""SELECTs about accounts and the roles of a place."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import joinedload

from app.db.session import session
from app.people.models import Contact, Invitation, Person, RoleGrant, Verification
from app.people.rules import ContactKind, Role, age_on
from app.places.models import Place
from app.privacy.sealing import reveal


def in_places_of(person: Person) -> ColumnElement[bool]:
    """Return the condition that a joined `Place` is where somebody was given a role, or lies below it.

    It narrows what is loaded for a desk; whether the role is in force and allows anything, permissions say.
    """
    return or_(false(), *(Place.path.contains(f"/{grant.place_id}/") for grant in person.grants))


@dataclass(frozen=True)
class ShownContact:
    """A contact as its owner sees it."""

    id: int
    kind: ContactKind
    value: str
    confirmed_at: datetime


@dataclass(frozen=True)
class OwnAccount:
    """Everything kept about a person, for that person's own eyes."""

    legal_name: str
    birth_date: date | None
    address: str
    unit: str
    home: Place | None
    contacts: list[ShownContact]
    grants: list[RoleGrant]
    verifications: list[Verification]


def own_account(person: Person, at: datetime) -> OwnAccount:
    """Return what is kept about a person; only ever for a page of their own."""
    born = reveal(person, Person.birth_date)
    return OwnAccount(
        legal_name=reveal(person, Person.legal_name) or "",
        birth_date=date.fromisoformat(born) if born else None,
        address=reveal(person, Person.address) or "",
        unit=reveal(person, Person.unit) or "",
        home=session().get(Place, person.home_id) if person.home_id else None,
        contacts=[
            ShownContact(contact.id, contact.kind, reveal(contact, Contact.value) or "", contact.confirmed_at)
            for contact in person.contacts
        ],
        grants=[grant for grant in person.grants if grant.is_in_force(at)],
        verifications=list(person.verifications),
    )


def is_known_to_be_younger(person: Person, age: int, *, on: date) -> bool:
    """Tell whether somebody has given a birth date by which they are younger than an age; unknown is not younger."""
    born = reveal(person, Person.birth_date)
    return born is not None and age_on(date.fromisoformat(born), on) < age


def grants_in_force(place: Place, at: datetime) -> list[RoleGrant]:
    """Return the roles granted at this very place that hold now, their people loaded, by role and name."""
    query = (
        select(RoleGrant)
        .where(RoleGrant.place_id == place.id, RoleGrant.revoked_at.is_(None))
        .options(joinedload(RoleGrant.person))
        .order_by(RoleGrant.role, RoleGrant.id)
    )
    return [grant for grant in session().scalars(query) if grant.is_in_force(at)]


def open_invitations(place: Place, at: datetime) -> list[Invitation]:
    """Return invitations of a place that still can be accepted, newest first."""
    query = select(Invitation).where(Invitation.place_id == place.id).order_by(Invitation.id.desc()).limit(100)
    return [invitation for invitation in session().scalars(query) if invitation.is_open(at)]


def last_grants(place: Place, limit: int = 50) -> list[RoleGrant]:
    """Return the last granted and revoked roles of a place, newest first, for its history."""
    query = (
        select(RoleGrant)
        .where(RoleGrant.place_id == place.id)
        .options(joinedload(RoleGrant.person))
        .order_by(RoleGrant.id.desc())
        .limit(limit)
    )
    return list(session().scalars(query))


def department_reviewers(place: Place, at: datetime) -> list[Person]:
    """Return the people of departments who may be asked for this place: for a review, or to a meeting."""
    query = (
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.role == Role.DEPARTMENT_REVIEWER,
            RoleGrant.place_id.in_(place.ancestor_ids),
            RoleGrant.revoked_at.is_(None),
            RoleGrant.ends_at.is_(None) | (RoleGrant.ends_at > at),
            Person.is_active,
        )
        .order_by(Person.public_name)
        .distinct()
    )
    return list(session().scalars(query))
