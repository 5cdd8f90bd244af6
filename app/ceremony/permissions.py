"""Who may do what in a ceremony."""

from datetime import datetime

from app.people.models import Person
from app.people.permissions import holds, is_council, is_staff
from app.people.rules import Role
from app.places.models import Place


def can_arrange(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may begin a ceremony and hand out its links: staff of the dong."""
    return is_staff(person, place, at)


def can_confirm(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may be one of the two who confirm an opening: staff, a council member, an auditor."""
    return is_staff(person, place, at) or is_council(person, place, at) or holds(person, Role.AUDITOR, place, at)
