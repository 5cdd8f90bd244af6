"""Who may change a place and its settings. Predicates: they answer, services refuse.

Places come before people, so they know the acting person only by what they need of them.
"""

from datetime import datetime
from typing import Protocol

from app.places.models import Place
from app.places.rules import PlaceKind


class Steward(Protocol):
    """A person who may run places; `app.people.models.Person` is one."""

    @property
    def id(self) -> int:
        """The account."""

    def staff_role(self, place: Place, at: datetime) -> str | None:
        """Return the strongest staff role in force for a place, granted there or above it; None without one."""


BUILDERS = frozenset({"operator", "city_staff", "district_staff"})
"""Staff roles that may add and rename dongs and what lies above them."""


def can_change_settings(person: Steward | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may set what the ordinance of this place says."""
    return person is not None and person.staff_role(place, at) is not None


def can_add_below(person: Steward | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may add a place directly under this one: dong staff their villages and alleys."""
    if person is None:
        return False
    role = person.staff_role(place, at)
    return role in BUILDERS or (role is not None and place.kind in {PlaceKind.DONG, PlaceKind.VILLAGE})


def can_edit_place(person: Steward | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may rename a place or correct its population."""
    return person is not None and person.staff_role(place, at) is not None
