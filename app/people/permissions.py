"""Who may do what. Predicates: they answer, services refuse."""

from collections.abc import Collection
from datetime import datetime

from app.people.models import Person
from app.people.rules import COUNCIL, STAFF, Role
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
