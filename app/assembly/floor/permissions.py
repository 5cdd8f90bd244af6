"""Who may do what on the assembly day."""

from datetime import datetime

from app.assembly.floor.models import FloorDay
from app.assembly.stations.permissions import can_check_in, can_count
from app.people.models import Person
from app.people.permissions import holds, is_council, is_staff
from app.people.rules import Role
from app.places.models import Place

__all__ = ["can_check_in", "can_confirm", "can_count", "can_host", "can_lead", "can_plan"]


def can_plan(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may plan the day and say who leads it: staff, or a chair of the council's committees."""
    return is_staff(person, place, at) or holds(person, Role.COMMITTEE_CHAIR, place, at)


def can_lead(person: Person | None, day: FloorDay, at: datetime) -> bool:
    """Tell whether somebody leads the day: its chair, its secretary, and staff at their side."""
    if person is None or not person.is_active:
        return False
    named = person.id in {day.chair_id, day.secretary_id}
    return is_staff(person, day.place, at) or (named and is_council(person, day.place, at))


def can_host(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may stand at the door: show the code, count guests. Looking at the roll is `can_check_in`."""
    return is_staff(person, place, at) or is_council(person, place, at)


def can_confirm(person: Person | None, day: FloorDay) -> bool:
    """Tell whether somebody signs the minutes: the chair and the secretary of the day, nobody in their place."""
    return person is not None and person.is_active and person.id in {day.chair_id, day.secretary_id}
