"""Who may do what with the planning group."""

from datetime import datetime

from app.people.models import Person
from app.people.permissions import is_council, is_staff, is_verified_resident
from app.places.models import Place


def can_run_group(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody calls for members, takes them in and makes sub-groups: the council and staff."""
    return is_council(person, place, at) or is_staff(person, place, at)


def can_apply(person: Person | None, place: Place, *, who: str) -> bool:
    """Tell whether somebody may apply: verified residents, or anybody with an account (setting ``planning_group.who``)."""
    if person is None or not person.is_active:
        return False
    return who == "anyone" or is_verified_resident(person, place)
