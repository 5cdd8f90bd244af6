"""Makes assembly days and walks them on. Every function commits what it makes."""

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.assembly.floor.models import FloorAttendance, FloorDay, FloorItem
from app.assembly.floor.rules.deciding import hands, stickers
from app.assembly.floor.rules.states import ItemKind
from app.assembly.floor.services import attending, counting, holding, preparing
from app.assembly.floor.services.preparing import ItemWords
from app.council.rules.training import code_at
from app.db.session import session, transaction
from app.people.models import Person, RollEntry
from app.people.rules import Role
from tests.conftest import NOW
from tests.factories import make_holder
from tests.factories_stations import make_roll_assembly, photo
from tests.factories_year import make_staff

_serial = itertools.count(1)
STARTS = NOW + timedelta(hours=1)
ITEMS = {
    ItemKind.REPORT: ItemWords(ItemKind.REPORT, "개회와 참여 인원 보고"),
    ItemKind.VOTE: ItemWords(ItemKind.VOTE, "마을계획 사업 투표"),
    ItemKind.HANDS: ItemWords(ItemKind.HANDS, "마을 규약을 고치는 안"),
    ItemKind.STICKER: ItemWords(
        ItemKind.STICKER, "쉼터 이름 정하기", options=("느티나무", "한마당", "도란도란"), seats=1, picks=1
    ),
}


@dataclass
class Hall:
    """A day with the people who lead it and those on its roll: the first have accounts, the others have none."""

    day: FloorDay
    staff: Person
    chair: Person
    secretary: Person
    residents: list[Person]
    entries: list[RollEntry]


def make_hall(*, residents: int = 3, others: int = 5, at: datetime = NOW, **options: Any) -> Hall:
    """Make a planned day, an hour after ``at``, of an assembly with an open vote; 1 in 200 must take part, which is 1."""
    assembly, people, entries = make_roll_assembly(
        [3_000_000, 4_000_000], residents=residents, others=others, at=at, **options
    )
    staff, chair = make_staff(assembly.place), make_holder(Role.COUNCIL_MEMBER, assembly.place)
    secretary = make_holder(Role.COUNCIL_MEMBER, assembly.place)
    with transaction():
        day = preparing.plan_day(
            assembly.id, where="동 주민센터 3층 대강당", starts_at=at + timedelta(hours=1), chair_id=chair.id, secretary_id=secretary.id,
            once=f"d{next(_serial)}", by=staff, at=at,
        )  # fmt: skip
    return Hall(day, staff, chair, secretary, people, entries)


def come(hall: Hall, *entries: RollEntry, at: datetime = STARTS) -> list[FloorAttendance]:
    """Let people in at the door."""
    found = []
    for entry in entries:
        with transaction():
            found.append(attending.check_in(hall.day.id, entry.id, by=hall.staff, at=at))
    return found


def come_by_phone(hall: Hall, *people: Person, at: datetime = STARTS) -> None:
    """Let people in by their phones."""
    for person in people:
        with transaction():
            attending.check_in_self(hall.day.id, code=code_at(hall.day.secret, at), by=person, at=at)


def begin(hall: Hall, *, come_in: int = 3, at: datetime = STARTS) -> None:
    """Open the doors, let some in, and open the session."""
    with transaction():
        holding.open_doors(hall.day.id, by=hall.chair, at=at)
    come(hall, *hall.entries[:come_in], at=at)
    with transaction():
        holding.open_session(hall.day.id, by=hall.chair, at=at)


def add(hall: Hall, kind: ItemKind, **changes: Any) -> FloorItem:
    """Add an item of a kind."""
    words = ITEMS[kind]
    if changes:
        words = ItemWords(**{**words.__dict__, **changes})
    with transaction():
        return preparing.add_item(hall.day.id, words, once=f"i{next(_serial)}", by=hall.staff, at=STARTS)


def put(hall: Hall, item: FloorItem, *, at: datetime = STARTS) -> FloorItem:
    """Put an item before the assembly."""
    with transaction():
        return holding.open_item(item.id, by=hall.chair, at=at)


def decide(hall: Hall, item: FloorItem, numbers: list[int], *, people: int = 3, at: datetime = STARTS) -> FloorItem:
    """Count an open item alike by two people, keep the photo, announce it: yes, no, abstained, or stickers by option."""
    with transaction():
        counting.begin_count(item.id, by=hall.chair, at=at)
    session().refresh(item)
    count = item.counts[-1]
    counted = hands(yes=numbers[0], no=numbers[1], abstained=numbers[2]) if item.kind is ItemKind.HANDS else stickers(people, numbers)  # fmt: skip
    for person in (hall.staff, hall.secretary):
        with transaction():
            counting.enter(count.id, counted, by=person, at=at)
    with transaction():
        counting.keep_sheet(count.id, photo(), by=hall.staff, at=at)
    with transaction():
        return counting.announce(item.id, by=hall.chair, at=at)


def finish(hall: Hall, item: FloorItem, *, said: str = "", at: datetime = STARTS) -> FloorItem:
    """Finish an open item."""
    with transaction():
        return holding.close_item(item.id, said=said, by=hall.chair, at=at)
