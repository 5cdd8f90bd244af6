"""Who may read the log of staff reads. Predicates: they answer, services refuse."""

from datetime import datetime

from app.people.models import Person
from app.people.permissions import holds
from app.people.rules import Role
from app.places.models import Place

READERS = frozenset({Role.AUDITOR, Role.OPERATOR})


def can_read_accesses(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may see who read whose personal data at a place: its auditor, or the operator above it."""
    return holds(person, READERS, place, at)
