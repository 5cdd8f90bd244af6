"""Who may do what with projects."""

from datetime import datetime

from app.people.models import Person
from app.people.permissions import is_council, is_staff
from app.places.models import Place


def can_run(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may set milestones, enter money, complete or cancel: staff."""
    return is_staff(person, place, at)


def can_report(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may post news of a project: staff and council."""
    return is_staff(person, place, at) or is_council(person, place, at)


def can_evaluate(person: Person | None) -> bool:
    """Tell whether somebody may rate a finished project: everybody signed in; verified residents are counted apart."""
    return person is not None and person.is_active
