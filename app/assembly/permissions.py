"""Who may do what in an assembly."""

from datetime import datetime

from app.people.models import Person
from app.people.permissions import is_staff
from app.places.models import Place


def can_run(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may prepare, open, close and count: staff of the dong."""
    return is_staff(person, place, at)
