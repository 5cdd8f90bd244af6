"""Who keeps the election calendar. Predicates: they answer, services refuse."""

from datetime import datetime

from app.places.models import Place
from app.places.permissions import BUILDERS, Steward


def can_keep_calendar(person: Steward | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may write down a by-election of a place: staff of its district or city, or the operator."""
    return person is not None and person.staff_role(place, at) in BUILDERS
