"""Finds the day of an address, and refuses who does not lead it."""

from app.assembly.floor.models import FloorDay
from app.assembly.floor.permissions import can_lead
from app.assembly.floor.queries.days import require_day
from app.assembly.queries import require_assembly
from app.clock import utc_now
from app.cycle.years import require_shown_cycle
from app.people.login import require_allowed, require_person
from app.people.models import Person
from app.places.models import Place
from app.places.queries import place_by_slug


def found_day(slug: str) -> tuple[Place, FloorDay]:
    """Return the newest sitting of a dong's assembly in the shown year.

    Raises:
        NotFound: no such dong, or no day is planned.
    """
    place = place_by_slug(slug)
    return place, require_day(require_assembly(require_shown_cycle(place)))


def led_day(slug: str) -> tuple[Person, Place, FloorDay]:
    """Return who asks, and the day that they lead.

    Raises:
        SignInRequired, NotFound, NotAllowed: a guest; no day; neither chair, secretary nor staff.
    """
    person = require_person()
    place, day = found_day(slug)
    require_allowed(can_lead(person, day, utc_now()))
    return person, place, day
