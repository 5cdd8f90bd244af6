"""Who may do what in the council."""

from datetime import datetime

from app.people.models import Person
from app.people.permissions import can_keep_roll, holds, is_council, is_staff, is_verified_resident
from app.people.rules import Role
from app.places.models import Place

HEAD = frozenset({Role.DISTRICT_STAFF, Role.CITY_STAFF, Role.OPERATOR})
"""Who acts for the head of the district or city."""


def can_run_council(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody keeps the council's affairs: its staff and support officer."""
    return is_staff(person, place, at)


def can_check_applications(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may open applications: public servants only, for they hold personal data."""
    return can_keep_roll(person, place, at)


def can_appoint(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody acts for the head, who appoints and dismisses."""
    return holds(person, HEAD, place, at)


def can_apply(person: Person | None) -> bool:
    """Tell whether somebody may apply: anybody with an account; the rules say whether it comes to anything.

    Who works or studies here may live elsewhere, so being a verified resident is no condition.
    """
    return person is not None and person.is_active


def can_hold_meetings(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may call a meeting, note who is there and what is decided: members and staff."""
    return is_council(person, place, at) or is_staff(person, place, at)


def can_propose_dismissal(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may propose to dismiss a member: a member of the council, or a verified resident."""
    return is_council(person, place, at) or is_verified_resident(person, place)


def can_teach(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may plan courses and note who attended."""
    return is_staff(person, place, at)
