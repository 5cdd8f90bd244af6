"""The rooms of a person's work: for each place where somebody holds a role, the pages that the role opens."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.cycle.permissions import can_run_cycle
from app.db.session import session
from app.i18n import N_
from app.outbox.permissions import can_see_messages
from app.people.models import Person
from app.people.permissions import can_keep_roll, can_see_people, can_verify_residents, is_council, is_staff
from app.people.rules import Role
from app.places.models import Place
from app.places.permissions import can_change_settings
from app.places.rules import PlaceKind
from app.privacy.permissions import can_read_accesses

May = Callable[[Person, Place, datetime], bool]


@dataclass(frozen=True)
class Door:
    """A page of a place's work. ``name`` is marked for translation."""

    name: str
    icon: str
    endpoint: str
    may: May
    only_dongs: bool = False


@dataclass(frozen=True)
class Room:
    """A place, what the person is there, and the doors that open."""

    place: Place
    roles: list[Role]
    doors: list[Door]


def _takes_part(person: Person, place: Place, at: datetime) -> bool:
    return is_council(person, place, at) or is_staff(person, place, at)


def _reads(person: Person, place: Place, at: datetime) -> bool:
    """Whoever holds any role here: these pages are public, the door only saves the way."""
    return any(grant.is_in_force(at) and grant.place_id == place.id for grant in person.grants)


DOORS = [
    Door(N_("마을계획"), "plan", "plan.show", _takes_part, only_dongs=True),
    Door(N_("주민자치회 회의"), "chat", "council.meetings", _takes_part, only_dongs=True),
    Door(N_("위원과 분과"), "people", "council.people", _takes_part, only_dongs=True),
    Door(N_("올해 일정"), "cal", "cycle.schedule", can_run_cycle, only_dongs=True),
    Door(N_("주민 확인하기"), "user", "people.counter", can_verify_residents, only_dongs=True),
    Door(N_("투표인 명부"), "file", "people.rolls_of_place", can_keep_roll, only_dongs=True),
    Door(N_("함께 일하는 사람"), "people", "people.place_people", can_see_people),
    Door(N_("주민 소모임 지원"), "sprout", "small_groups.index", is_staff, only_dongs=True),
    Door(N_("한눈에 보기"), "eye", "observatory.show", _reads),
    Door(N_("보낸 메시지"), "bell", "outbox.index", can_see_messages),
    Door(N_("선거 달력"), "cal", "elections.index", is_staff),
    Door(N_("정해 둔 규칙"), "book", "places.settings", can_change_settings),
    Door(N_("개인정보 열람 기록"), "eye", "privacy.accesses", can_read_accesses),
]


def rooms_of(person: Person, at: datetime) -> list[Room]:
    """Return the places where somebody holds a role that opens a door, from the widest place to the smallest."""
    roles: dict[int, list[Role]] = {}
    for grant in person.grants:
        if grant.is_in_force(at):
            roles.setdefault(grant.place_id, []).append(grant.role)
    found = []
    for place in session().scalars(select(Place).where(Place.id.in_(roles)).order_by(Place.path)):
        doors = [
            door
            for door in DOORS
            if door.may(person, place, at) and (place.kind is PlaceKind.DONG or not door.only_dongs)
        ]
        if doors:
            found.append(Room(place, sorted(roles[place.id], key=list(Role).index), doors))
    return found


def runs_places(person: Person, at: datetime) -> bool:
    """Tell whether somebody may see the list of the places that they run."""
    return bool(person.run_places(at))
