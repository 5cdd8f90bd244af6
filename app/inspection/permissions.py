"""Who may do what in an inspection."""

from datetime import datetime

from app.inspection.models import Opinion
from app.people.models import Person
from app.people.permissions import holds, is_council, is_staff
from app.people.rules import Role
from app.places.models import Place


def can_enter_for_others(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may enter opinions that came on paper, by mail or by word of mouth: staff."""
    return is_staff(person, place, at)


def can_change(person: Person | None, opinion: Opinion) -> bool:
    """Tell whether somebody may edit or withdraw an opinion: its author, or the clerk who entered it."""
    return person is not None and person.id in {opinion.author_id, opinion.entered_by}


def can_answer(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may answer opinions: council members and staff."""
    return is_council(person, place, at) or is_staff(person, place, at)


def can_conclude(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may conclude the inspection: staff and committee chairs."""
    return is_staff(person, place, at) or holds(person, Role.COMMITTEE_CHAIR, place, at)
