"""Holding the day: doors, the beginning with a quorum, breaks, items one after the other, the end."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from app.assembly.floor.models import FloorAttendance, FloorDay, FloorItem, FloorPause, Word
from app.assembly.floor.queries.days import taking_part_of
from app.assembly.floor.queries.speaking import speaking_now
from app.assembly.floor.rules.deciding import Outcome
from app.assembly.floor.rules.states import (
    DECIDED_HERE,
    DayState,
    ItemState,
    WordState,
    require_day_move,
    require_item_move,
)
from app.assembly.floor.rules.taking_part import require_quorum
from app.assembly.floor.services.leading import led, led_item, role_of
from app.assembly.models import CastBallot
from app.assembly.queries import turnout
from app.assembly.stations.models import ElectorLink
from app.assembly.stations.queries import issued_in_all
from app.council.rules.membership import days_after
from app.db.session import session
from app.errors import RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.places.queries import setting
from app.privacy.sealing import reveal
from app.record.services import append

EARLIEST = timedelta(hours=3)
"""How long before its time the doors may open."""


def open_doors(day_id: int, *, by: Person, at: datetime) -> FloorDay:
    """Let people in. From now on the rules of the day are fixed: how many are needed, who counts, who speaks first.

    Raises:
        NotFound, NotAllowed: no such day; neither chair, secretary nor staff.
        RuleViolation: too early, without chair or secretary, or the vote of the plan has not been opened.
    """
    day = led(day_id, by=by, at=at)
    if day.state is DayState.DOORS:
        return day
    require_day_move(day.state, DayState.DOORS)
    if at < day.starts_at - EARLIEST:
        raise RuleViolation(N_("시작 세 시간 전부터 문을 열 수 있습니다."))
    if day.chair_id is None or day.secretary_id is None:
        raise RuleViolation(N_("의장과 서기를 먼저 정해 주세요."))
    assembly, place = day.assembly, day.place
    if assembly.opened_at is None:
        raise RuleViolation(N_("마을계획 투표를 먼저 열어 주세요. 총회가 이루어지는 수가 그때 정해집니다."))
    day.state, day.doors_at = DayState.DOORS, at
    day.needed = assembly.least_turnout
    day.counts_advance = setting(place, "assembly.quorum_counts") == "all"
    day.first_timers_first = setting(place, "assembly.speaking_order") == "first_timers"
    day.speaking_minutes = setting(place, "assembly.speaking_minutes")
    day.advance, day.known = turnout(assembly), _known_voters(day)
    day.version += 1
    return day


def open_session(day_id: int, *, by: Person, at: datetime) -> FloorDay:
    """Open the assembly with those who take part.

    Raises:
        NotFound, NotAllowed: as `open_doors`.
        RuleViolation: before its time, or too few take part.
    """
    day = led(day_id, by=by, at=at)
    if day.state is DayState.IN_SESSION:
        return day
    require_day_move(day.state, DayState.IN_SESSION)
    if day.state is DayState.RECESS:
        for pause in day.pauses:
            pause.ended_at = pause.ended_at or at
        day.state = DayState.IN_SESSION
        day.version += 1
        return day
    if at < day.starts_at:
        raise RuleViolation(N_("정한 때가 되어야 총회를 열 수 있습니다."))
    taking_part = taking_part_of(day)
    require_quorum(taking_part)
    day.state, day.opened_at, day.counted_at_opening = DayState.IN_SESSION, at, taking_part.counted
    day.version += 1
    append(
        day.place, "floor.opened", role=role_of(by, day, at), subject=f"floor_day:{day.id}", at=at,
        values={"present": taking_part.present, "counted": taking_part.counted, "needed": taking_part.needed},
    )  # fmt: skip
    return day


def pause(day_id: int, *, by: Person, at: datetime) -> FloorDay:
    """Begin a break; whoever has the word has finished.

    Raises:
        NotFound, NotAllowed, RuleViolation: as `open_doors`; not in session.
    """
    day = led(day_id, by=by, at=at)
    if day.state is DayState.RECESS:
        return day
    require_day_move(day.state, DayState.RECESS)
    _end_word(day, at)
    day.state = DayState.RECESS
    day.pauses.append(FloorPause(began_at=at))
    day.version += 1
    return day


def fail_day(day_id: int, *, by: Person, at: datetime) -> FloorDay:
    """Note that too few took part, so that nothing was held. A further day may be planned.

    Raises:
        NotFound, NotAllowed, RuleViolation: as `open_doors`; its time has not come, or enough take part.
    """
    day = led(day_id, by=by, at=at)
    if day.state is DayState.FAILED:
        return day
    require_day_move(day.state, DayState.FAILED)
    taking_part = taking_part_of(day)
    if at < day.starts_at or taking_part.is_met:
        raise RuleViolation(N_("시작할 때가 지나고도 사람이 모자랄 때만 할 수 있습니다."))
    day.state, day.closed_at = DayState.FAILED, at
    day.version += 1
    forget_people(day)
    append(
        day.place, "floor.failed", role=role_of(by, day, at), subject=f"floor_day:{day.id}", at=at,
        values={"counted": taking_part.counted, "needed": taking_part.needed},
    )  # fmt: skip
    return day


def open_item(item_id: int, *, by: Person, at: datetime) -> FloorItem:
    """Put an item before the assembly; one at a time.

    Raises:
        NotFound, NotAllowed: no such item; neither chair, secretary nor staff.
        RuleViolation: the assembly is not in session, another item is open, or this one is finished.
    """
    item = led_item(item_id, by=by, at=at)
    if item.state is ItemState.OPEN:
        return item
    require_item_move(item.state, ItemState.OPEN)
    if item.day.state is not DayState.IN_SESSION:
        raise RuleViolation(N_("총회 중에만 순서를 열 수 있습니다."))
    other = item.day.open_item
    if other is not None:
        raise RuleViolation(N_("“%(title)s”을(를) 먼저 마쳐 주세요."), title=other.title)
    item.state, item.opened_at = ItemState.OPEN, at
    item.version += 1
    item.day.version += 1
    return item


def close_item(item_id: int, *, said: str, by: Person, at: datetime) -> FloorItem:
    """Finish the open item; what the floor decides must be decided. Who still waits for the word was not heard.

    Args:
        item_id: which item.
        said: what was said or settled, for the minutes; empty keeps what stands there.
        by: who leads.
        at: when.

    Raises:
        NotFound, NotAllowed: as `open_item`.
        RuleViolation: it is not open, or cards or stickers have not been counted and announced.
    """
    item = led_item(item_id, by=by, at=at)
    if item.state is ItemState.DONE:
        return item
    require_item_move(item.state, ItemState.DONE)
    if item.kind in DECIDED_HERE and item.outcome is None:
        raise RuleViolation(N_("세어서 정한 것을 알린 뒤에 마칠 수 있습니다. 정하지 않으려면 다음으로 미루어 주세요."))
    item.outcome = item.outcome or Outcome.HEARD
    return _finished(item, ItemState.DONE, said, at)


def defer_item(item_id: int, *, said: str, by: Person, at: datetime) -> FloorItem:
    """Put an item off: not today.

    Raises:
        NotFound, NotAllowed: as `open_item`.
        RuleViolation: it is finished or decided, or the assembly is not in session.
    """
    item = led_item(item_id, by=by, at=at)
    if item.state is ItemState.DEFERRED:
        return item
    require_item_move(item.state, ItemState.DEFERRED)
    if item.day.state is not DayState.IN_SESSION:
        raise RuleViolation(N_("총회 중에만 미룰 수 있습니다."))
    if item.outcome is not None:
        raise RuleViolation(N_("이미 정한 것은 미룰 수 없습니다."))
    item.outcome, item.chosen = Outcome.DEFERRED, []
    return _finished(item, ItemState.DEFERRED, said, at)


def close_day(day_id: int, *, by: Person, at: datetime) -> FloorDay:
    """Close the assembly; the clock of its minutes begins. What was not dealt with is put off.

    Raises:
        NotFound, NotAllowed: as `open_doors`.
        RuleViolation: not in session, or an item is open.
    """
    day = led(day_id, by=by, at=at)
    if day.state is DayState.CLOSED:
        return day
    require_day_move(day.state, DayState.CLOSED)
    other = day.open_item
    if other is not None:
        raise RuleViolation(N_("“%(title)s”을(를) 먼저 마쳐 주세요."), title=other.title)
    for item in day.items:
        if item.state is ItemState.WAITING:
            item.state, item.outcome = ItemState.DEFERRED, Outcome.DEFERRED
            item.version += 1
    for each in day.pauses:
        each.ended_at = each.ended_at or at
    taking_part = taking_part_of(day)
    day.state, day.closed_at = DayState.CLOSED, at
    day.minutes_due_at = days_after(at, setting(day.place, "assembly.minutes_days"))
    day.version += 1
    append(
        day.place, "floor.closed", role=role_of(by, day, at), subject=f"floor_day:{day.id}", at=at,
        values={"came": taking_part.came, "counted": taking_part.counted},
    )  # fmt: skip
    return day


def _finished(item: FloorItem, state: ItemState, said: str, at: datetime) -> FloorItem:
    _end_word(item.day, at)
    waiting = session().scalars(select(Word).where(Word.item_id == item.id, Word.state == WordState.ASKED))
    for word in waiting:
        word.state = WordState.UNHEARD
    item.closed_at = at if item.state is ItemState.OPEN else None
    item.state = state
    item.decision = said or item.decision
    item.version += 1
    item.day.version += 1
    return item


def _end_word(day: FloorDay, at: datetime) -> None:
    speaker = speaking_now(day)
    if speaker is not None:
        speaker.state, speaker.ended_at = WordState.SPOKEN, at


def _known_voters(day: FloorDay) -> int:
    """Return how many have voted of whom the roll says who they are: linked codes with a ballot, and papers handed out."""
    assembly = day.assembly
    cast = set(session().scalars(select(CastBallot.credential).where(CastBallot.assembly_id == assembly.id)))
    links = session().scalars(select(ElectorLink).where(ElectorLink.assembly_id == assembly.id)) if cast else ()
    voted = {link.roll_entry_id for link in links if reveal(link, ElectorLink.credential) in cast}
    return len(voted) + issued_in_all(assembly)


def forget_people(day: FloorDay) -> None:
    """Cut every link between the day and the people who came: the numbers stay."""
    session().execute(
        update(FloorAttendance)
        .where(FloorAttendance.day_id == day.id)
        .values(person_id=None, roll_entry_id=None)
        .execution_options(synchronize_session=False)
    )
