"""Who may say, support, report and moderate. Predicates: they answer, services refuse."""

from datetime import datetime

from app.discussion.models import Argument, Comment
from app.people.models import Person
from app.people.permissions import holds, is_council, is_staff, is_verified_resident
from app.people.rules import Role
from app.places.models import Place


def can_speak(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may add words: a verified resident, the council, staff."""
    return is_verified_resident(person, place) or is_council(person, place, at) or is_staff(person, place, at)


def can_support(person: Person | None, place: Place) -> bool:
    """Tell whether somebody's support counts: only verified residents', as with signatures."""
    return is_verified_resident(person, place)


def can_moderate(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may hide texts and read hidden ones: staff, and committee chairs of the dong."""
    return is_staff(person, place, at) or holds(person, Role.COMMITTEE_CHAIR, place, at)


def can_take_back(person: Person | None, text: Argument | Comment) -> bool:
    """Tell whether somebody may take a text back: its author, as long as it is shown."""
    return person is not None and person.id == text.author_id and text.withdrawn_at is None and text.hidden_at is None


def can_facilitate(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may hold a meeting live, write down its tables and make its agendas: council and staff."""
    return is_council(person, place, at) or is_staff(person, place, at)
