"""Who may add and retire the witnesses of a place. Predicates: they answer, services refuse."""

from datetime import datetime

from app.people.models import Person
from app.people.permissions import is_staff
from app.places.models import Place


def can_keep_witnesses(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody decides who witnesses the ballot boxes of a place: its staff, and staff above it."""
    return is_staff(person, place, at)
