"""Who may do what in a draw."""

from datetime import datetime

from app.draw.models import LotteryDraw, WitnessSeat
from app.people.models import Person
from app.people.permissions import is_staff
from app.places.models import Place


def can_run(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may prepare, publish and lead a draw: staff of the dong."""
    return is_staff(person, place, at)


def can_see(person: Person | None, draw: LotteryDraw, at: datetime) -> bool:
    """Tell whether somebody may see a draw: everybody since its notice, staff and its witnesses before."""
    return draw.is_public or can_run(person, draw.place, at)


def witness_seat(person: Person | None, draw: LotteryDraw) -> WitnessSeat | None:
    """Return the witness's seat that somebody holds."""
    if person is None or not person.is_active:
        return None
    return next((seat for seat in draw.witnesses if seat.person_id == person.id), None)


def can_read_balls(person: Person | None, draw: LotteryDraw, at: datetime) -> bool:
    """Tell whether somebody may type the balls: staff and the witnesses; two different people must agree."""
    return can_run(person, draw.place, at) or witness_seat(person, draw) is not None
