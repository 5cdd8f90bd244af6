"""Who may run a cycle."""

from datetime import datetime

from app.people.models import Person
from app.people.permissions import is_staff
from app.places.models import Place


def can_run_cycle(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may begin a cycle, move its dates, and open or close its stages."""
    return is_staff(person, place, at)
