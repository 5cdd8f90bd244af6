"""Who may do what in the observatory. Predicates: they answer, services refuse."""

from datetime import datetime

from app.people.models import Person
from app.people.permissions import holds, is_staff
from app.people.rules import Role
from app.places.models import Place

MONITORS = frozenset({Role.DISTRICT_STAFF, Role.CITY_STAFF, Role.OPERATOR, Role.AUDITOR})


def can_monitor(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may visit, note findings and judge answers: those above the dong, and its auditors."""
    return holds(person, MONITORS, place, at)


def can_answer(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may answer alerts and findings: the staff who run the year."""
    return is_staff(person, place, at)
