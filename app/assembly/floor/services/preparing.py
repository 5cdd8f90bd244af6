"""Planning the day: when and where, who leads it, and its order, drafted from the plan."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.assembly.floor.models import FloorDay, FloorItem
from app.assembly.floor.permissions import can_plan
from app.assembly.floor.queries.days import day_of, possible_leaders
from app.assembly.floor.rules.deciding import Basis, require_options
from app.assembly.floor.rules.order import MOST_ITEMS, drafted, moved
from app.assembly.floor.rules.states import FRUITLESS, NOT_BEGUN, DayState, ItemKind, ItemState, require_day_move
from app.assembly.floor.services.leading import led, led_item, role_of
from app.assembly.models import Assembly
from app.cycle.models import Cycle
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.record.services import append

HAS_BEGUN = N_("총회가 시작되어 순서를 바꿀 수 없습니다. 다루지 않을 순서는 다음으로 미루어 주세요.")


@dataclass(frozen=True)
class ItemWords:
    """What an item of the day says, and how the floor decides on it."""

    kind: ItemKind
    title: str
    text: str = ""
    basis: Basis = Basis.VOTES
    options: tuple[str, ...] = ()
    seats: int = 1
    picks: int = 1


def plan_day(
    assembly_id: int, *, where: str, starts_at: datetime, chair_id: int | None, secretary_id: int | None, once: str,
    by: Person, at: datetime,
) -> FloorDay:  # fmt: skip
    """Plan the day of an assembly and draft its order from the plan; the same form sent twice plans one.

    Raises:
        NotFound, NotAllowed: no such assembly; neither staff nor a committee's chair.
        RuleViolation: a day is planned, under way or was held.
        InvalidInput: in the past; one person as chair and secretary, or somebody who can be neither.
    """
    assembly = get_or_not_found(Assembly, assembly_id, lock=True)
    if not can_plan(by, assembly.place, at):
        raise NotAllowed(N_("담당자와 분과위원장이 총회 날을 정합니다."))
    known = session().scalar(select(FloorDay).where(FloorDay.once == once))
    if known is not None:
        return known
    earlier = day_of(assembly)
    if earlier is not None and earlier.state not in FRUITLESS:
        raise RuleViolation(N_("총회 날이 이미 있습니다."))
    _require_leaders(assembly, starts_at, chair_id, secretary_id, at)
    day = FloorDay(
        place_id=assembly.place_id, place=assembly.place, assembly_id=assembly.id, assembly=assembly,
        sitting=earlier.sitting + 1 if earlier is not None else 1, once=once, state=DayState.PLANNED, where=where,
        starts_at=starts_at, chair_id=chair_id, secretary_id=secretary_id, secret=secrets.token_bytes(32), planned_at=at,
    )  # fmt: skip
    session().add(day)
    session().flush()
    year = assembly.cycle.year
    before = session().scalar(select(Cycle.id).where(Cycle.place_id == assembly.place_id, Cycle.year < year).limit(1))
    for number, draft in enumerate(drafted(year, assembly.lines, has_last_year=before is not None), start=1):
        day.items.append(
            FloorItem(
                number=number, kind=draft.kind, title=draft.title, text=draft.text, plan_item_id=draft.plan_item_id
            )
        )
    session().flush()
    append(
        day.place, "floor.planned", role=role_of(by, day, at), subject=f"floor_day:{day.id}", at=at,
        values={"where": where, "count": len(day.items)},
    )  # fmt: skip
    return day


def edit_day(
    day_id: int, *, where: str, starts_at: datetime, chair_id: int | None, secretary_id: int | None, version: int,
    by: Person, at: datetime,
) -> FloorDay:  # fmt: skip
    """Change when and where, or who leads: the chair may fall ill on the day itself.

    Raises:
        NotFound, NotAllowed, Conflict: no such day; neither leading nor planning it; changed meanwhile.
        RuleViolation: it is over.
        InvalidInput: as `plan_day`; a past time only matters before the doors open.
    """
    day = get_or_not_found(FloorDay, day_id, lock=True)
    if not can_plan(by, day.place, at):
        raise NotAllowed(N_("담당자와 분과위원장이 총회 날을 정합니다."))
    claim_version(day, version)
    if day.state in FRUITLESS | {DayState.MINUTED}:
        raise RuleViolation(N_("끝난 총회입니다."))
    planned = day.state is DayState.PLANNED
    if day.confirmations and {chair_id, secretary_id} != {day.chair_id, day.secretary_id}:
        raise RuleViolation(N_("회의록을 확인하고 있어 의장과 서기를 바꿀 수 없습니다."))
    _require_leaders(day.assembly, starts_at if planned else None, chair_id, secretary_id, at)
    if planned:
        day.where, day.starts_at = where, starts_at
    day.chair_id, day.secretary_id = chair_id, secretary_id
    session().flush()
    session().expire(day, ["chair", "secretary"])
    return day


def cancel_day(day_id: int, *, reason: str, by: Person, at: datetime) -> FloorDay:
    """Call the day off before the doors open, with the reason; a further one may be planned.

    Raises:
        NotFound, NotAllowed: no such day; neither chair, secretary nor staff.
        RuleViolation: the doors are open.
        InvalidInput: no reason.
    """
    day = led(day_id, by=by, at=at)
    if day.state is DayState.CANCELLED:
        return day
    require_day_move(day.state, DayState.CANCELLED)
    if len(reason) < 5:
        raise InvalidInput(N_("까닭을 적어 주세요. 누구나 읽습니다."), field="reason")
    day.state, day.reason = DayState.CANCELLED, reason
    day.version += 1
    append(
        day.place, "floor.cancelled", role=role_of(by, day, at), subject=f"floor_day:{day.id}", at=at,
        values={"reason": reason},
    )  # fmt: skip
    return day


def add_item(day_id: int, words: ItemWords, *, once: str, by: Person, at: datetime) -> FloorItem:
    """Put an item at the end of the order; the same form sent twice puts one.

    An urgent item may still be added once the assembly is in session.

    Raises:
        NotFound, NotAllowed: no such day; neither chair, secretary nor staff.
        RuleViolation: it is over, or there are too many items.
        InvalidInput: a board that decides nothing.
    """
    day = led(day_id, by=by, at=at)
    known = session().scalar(select(FloorItem).where(FloorItem.once == once))
    if known is not None:
        return known
    if day.state not in NOT_BEGUN | {DayState.IN_SESSION, DayState.RECESS}:
        raise RuleViolation(N_("끝난 총회입니다."))
    if len(day.items) >= MOST_ITEMS:
        raise RuleViolation(N_("순서가 너무 많습니다."))
    require_options(words.kind, words.options, seats=words.seats, picks=words.picks)
    item = FloorItem(
        number=max((each.number for each in day.items), default=0) + 1, once=once, kind=words.kind, title=""
    )
    _write(item, words)
    day.items.append(item)
    day.version += 1
    session().flush()
    return item


def edit_item(item_id: int, words: ItemWords, *, version: int, by: Person, at: datetime) -> FloorItem:
    """Change an item that waits.

    Raises:
        NotFound, NotAllowed, Conflict: no such item; neither chair, secretary nor staff; changed meanwhile.
        RuleViolation: it has been opened.
        InvalidInput: a board that decides nothing.
    """
    item = led_item(item_id, by=by, at=at)
    claim_version(item, version)
    if item.state is not ItemState.WAITING:
        raise RuleViolation(N_("이미 연 순서는 고칠 수 없습니다."))
    require_options(words.kind, words.options, seats=words.seats, picks=words.picks)
    _write(item, words)
    return item


def drop_item(item_id: int, *, by: Person, at: datetime) -> FloorDay:
    """Take an item off the order before the day begins.

    Raises:
        NotFound, NotAllowed, RuleViolation: no such item; neither chair, secretary nor staff; the day has begun.
    """
    item = led_item(item_id, by=by, at=at)
    day = item.day
    if day.state not in NOT_BEGUN:
        raise RuleViolation(HAS_BEGUN)
    day.items.remove(item)
    _renumber(day, [each.id for each in day.items])
    return day


def move_item(item_id: int, *, up: bool, by: Person, at: datetime) -> FloorDay:
    """Let an item change places with its neighbour before the day begins.

    Raises:
        NotFound, NotAllowed, RuleViolation: as `drop_item`.
    """
    item = led_item(item_id, by=by, at=at)
    day = item.day
    if day.state not in NOT_BEGUN:
        raise RuleViolation(HAS_BEGUN)
    _renumber(day, moved([each.id for each in day.items], item.id, up=up))
    session().expire(day, ["items"])
    return day


def _renumber(day: FloorDay, ids: list[int]) -> None:
    by_id = {item.id: item for item in day.items}
    for number, item_id in enumerate(ids, start=1):
        by_id[item_id].number = number
    day.version += 1
    session().flush()


def _write(item: FloorItem, words: ItemWords) -> None:
    item.kind, item.title, item.text, item.basis = words.kind, words.title, words.text, words.basis
    item.options, item.seats, item.picks = list(words.options), words.seats, words.picks


def _require_leaders(
    assembly: Assembly, starts_at: datetime | None, chair_id: int | None, secretary_id: int | None, at: datetime
) -> None:
    if starts_at is not None and starts_at <= at:
        raise InvalidInput(N_("지난 때에는 총회를 열 수 없습니다."), field="starts_on")
    if chair_id is not None and chair_id == secretary_id:
        raise InvalidInput(N_("의장과 서기는 다른 사람이어야 합니다."), field="secretary")
    possible = {person.id for person in possible_leaders(assembly.place, at)}
    for field, chosen in (("chair", chair_id), ("secretary", secretary_id)):
        if chosen is not None and chosen not in possible:
            raise InvalidInput(N_("위원과 담당자 가운데에서 골라 주세요."), field=field)
