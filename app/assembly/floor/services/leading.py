"""Who leads the day holds its row: of two acts at one instant the second sees what the first did."""

from datetime import datetime

from app.assembly.floor.models import FloorDay, FloorItem
from app.assembly.floor.permissions import can_lead
from app.db.session import get_or_not_found
from app.errors import NotAllowed
from app.i18n import N_
from app.people.models import Person
from app.people.permissions import is_staff
from app.people.rules import Role
from app.people.services.roles import acting_role

NOT_LEADER = N_("그날의 의장과 서기, 담당자만 할 수 있습니다.")


def locked_day(day_id: int) -> FloorDay:
    """Return a day, held until the transaction ends.

    Raises:
        NotFound: there is none of this number.
    """
    return get_or_not_found(FloorDay, day_id, lock=True)


def led(day_id: int, *, by: Person, at: datetime) -> FloorDay:
    """Return a day that somebody leads, held until the transaction ends.

    Raises:
        NotFound, NotAllowed: no such day; neither its chair, its secretary nor staff.
    """
    day = locked_day(day_id)
    if not can_lead(by, day, at):
        raise NotAllowed(NOT_LEADER)
    return day


def led_item(item_id: int, *, by: Person, at: datetime) -> FloorItem:
    """Return an item of a day that somebody leads; the day and then the item are held.

    Raises:
        NotFound, NotAllowed: no such item; neither chair, secretary nor staff.
    """
    led(get_or_not_found(FloorItem, item_id).day_id, by=by, at=at)
    return get_or_not_found(FloorItem, item_id, lock=True)


def role_of(by: Person, day: FloorDay, at: datetime) -> str:
    """Return in which role somebody leads, for the record."""
    return acting_role(by, day.place, at) if is_staff(by, day.place, at) else Role.COUNCIL_MEMBER
