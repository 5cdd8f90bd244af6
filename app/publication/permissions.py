"""Who may do what on the plan's way to the head and back."""

from datetime import datetime

from app.people.models import Person
from app.people.permissions import holds, is_staff
from app.people.rules import Role
from app.places.models import Place


def can_send(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may send the plan, confirm it and decide its disclosure: staff and committee chairs."""
    return is_staff(person, place, at) or holds(person, Role.COMMITTEE_CHAIR, place, at)


def can_answer(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may answer for the head: the district's or city's staff."""
    return holds(person, {Role.DISTRICT_STAFF, Role.CITY_STAFF}, place, at)
