"""Who may do what in an opinion round."""

from datetime import datetime

from app.deliberation.models import OpinionRound
from app.deliberation.rules import PUBLIC_ROUNDS, Access
from app.people.models import Person
from app.people.permissions import is_council, is_staff, is_verified_resident
from app.people.rules import Role
from app.places.models import Place


def can_prepare(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may begin, open, close and conclude rounds here: council members and staff."""
    return is_council(person, place, at) or is_staff(person, place, at)


def can_moderate(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may look through statements, merge, assign and link them: council members and staff."""
    return is_council(person, place, at) or is_staff(person, place, at)


def can_facilitate(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may open and close single statements of a round and enter paper sheets."""
    return is_council(person, place, at) or is_staff(person, place, at)


def can_see(person: Person | None, found: OpinionRound, at: datetime) -> bool:
    """Tell whether somebody may know of a round: everybody once it is open, who prepares it before."""
    return found.state in PUBLIC_ROUNDS or can_prepare(person, found.place, at)


def can_answer(person: Person | None, found: OpinionRound) -> bool:
    """Tell whether somebody may answer and add statements, as far as the round's access is concerned."""
    match found.access:
        case Access.ANYONE:
            return person is None or person.is_active
        case Access.ACCOUNT:
            return person is not None and person.is_active
        case Access.RESIDENTS:
            return is_verified_resident(person, found.place)


def acting_role(person: Person, place: Place, at: datetime) -> Role:
    """Return in which role somebody tends a round: their staff role, otherwise as a member of the council."""
    return person.staff_role(place, at) or Role.COUNCIL_MEMBER
