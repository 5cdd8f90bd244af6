"""Who may do what at a station."""

from datetime import datetime

from app.assembly.permissions import can_run
from app.people.models import Person
from app.people.permissions import can_keep_roll, is_council
from app.places.models import Place


def can_check_in(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may look people up on the roll and hand out papers: public servants of the dong."""
    return can_keep_roll(person, place, at)


def can_count(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may count a box: staff, or a member of the council."""
    return can_run(person, place, at) or is_council(person, place, at)
