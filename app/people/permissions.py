"""Who may do what. Predicates: they answer, services refuse."""

from collections.abc import Collection
from datetime import datetime

from app.people.models import Person
from app.people.rules import COUNCIL, GRANTED_AT, MAY_GRANT, NEEDS_SECOND_FACTOR, STAFF, Role
from app.places.models import Place


def holds(person: Person | None, roles: Role | Collection[Role], place: Place, at: datetime) -> bool:
    """Tell whether somebody holds one of the roles for the place: granted there or anywhere above it."""
    if person is None or not person.is_active:
        return False
    wanted = {roles} if isinstance(roles, Role) else set(roles)
    return any(
        grant.role in wanted and grant.is_in_force(at) and place.lies_in(grant.place_id) for grant in person.grants
    )


def is_staff(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody runs this place's year: its staff, its support officer, or staff above it."""
    return holds(person, STAFF, place, at)


def is_council(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody is a member of the place's council."""
    return holds(person, COUNCIL, place, at)


def is_verified_resident(person: Person | None, place: Place) -> bool:
    """Tell whether somebody was verified as a resident of the dong (of its dong, for a village or an alley)."""
    if person is None or not person.is_active:
        return False
    return any(place.lies_in(verification.place_id) for verification in person.verifications)


def needs_second_factor(person: Person, at: datetime) -> bool:
    """Tell whether somebody must show a second factor: by a role in force, or because they have set one up."""
    return person.second_factor_since is not None or any(
        grant.role in NEEDS_SECOND_FACTOR and grant.is_in_force(at) for grant in person.grants
    )


def grantable_roles(person: Person | None, place: Place, at: datetime) -> list[Role]:
    """Return the roles that somebody may give and take at a place, in the order of `Role`."""
    if person is None or not person.is_active:
        return []
    held = {grant.role for grant in person.grants if grant.is_in_force(at) and place.lies_in(grant.place_id)}
    may = {role for own in held for role in MAY_GRANT.get(own, frozenset())}
    return [role for role in Role if role in may and place.kind in GRANTED_AT[role]]


def can_see_people(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may see who holds which role at a place."""
    return is_staff(person, place, at) or holds(person, Role.AUDITOR, place, at)


def can_keep_roll(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may import, search and freeze the voter roll: public servants, not the support officer."""
    return holds(person, STAFF - {Role.SUPPORT_OFFICER}, place, at)


def can_verify_residents(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may verify a resident by looking at an ID, or print verification letters."""
    return can_keep_roll(person, place, at)
