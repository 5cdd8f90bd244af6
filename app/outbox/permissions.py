"""Who may see how messages fare. Predicates: they answer, services refuse."""

from datetime import datetime

from app.people.models import Person
from app.people.permissions import is_staff
from app.places.models import Place


def can_see_messages(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may see which messages of a place were sent and which failed: its staff."""
    return is_staff(person, place, at)
