"""Counting cards and stickers: two people, each without the other's numbers; then the chair announces what it decides."""

from datetime import datetime

from app.assembly.floor.models import FloorCount, FloorCountEntry, FloorDay, FloorItem
from app.assembly.floor.permissions import can_count
from app.assembly.floor.queries.days import current_count, taking_part_of
from app.assembly.floor.rules.deciding import (
    Decision,
    Outcome,
    decide_hands,
    decide_stickers,
    form_of,
    lines_of,
    require_in_hall,
)
from app.assembly.floor.rules.states import DECIDED_HERE, DayState, ItemKind, ItemState
from app.assembly.floor.rules.taking_part import require_quorum
from app.assembly.floor.services.leading import led_item, locked_day, role_of
from app.assembly.rules.ballots import BallotForm, BallotLine
from app.assembly.rules.papers import HandCount, require_possible
from app.db.session import get_or_not_found, session
from app.errors import NotAllowed, RuleViolation
from app.files.pictures import clean_picture
from app.i18n import N_
from app.people.models import Person
from app.places.queries import setting
from app.record.services import append
from voting.encoding import JSON, canonical_json, sha256

NOT_COUNTER = N_("개표를 맡은 사람만 할 수 있습니다.")
NOT_COUNTING = N_("지금은 이 순서의 표를 세는 때가 아닙니다.")
STATEMENT = "madang-floor-1"


def board_of(count: FloorCount) -> tuple[BallotForm, list[BallotLine]]:
    """Return what is asked in a round, and the lines that are counted."""
    item = count.item
    options = [item.options[place] for place in count.positions]
    picks = item.picks if count.round == 1 else count.seats
    return form_of(item.kind, picks), lines_of(item.kind, item.title, options)


def begin_count(item_id: int, *, by: Person, at: datetime) -> FloorCount:
    """Begin to count cards or stickers: how many electors are in the hall is fixed now. Twice is once.

    Raises:
        NotFound, NotAllowed: no such item; neither chair, secretary nor staff.
        RuleViolation: the floor does not decide this item, it is not open, or too few take part.
    """
    item = led_item(item_id, by=by, at=at)
    known = current_count(item)
    if known is not None:
        return known
    _require_countable(item)
    taking_part = taking_part_of(item.day)
    require_quorum(taking_part)
    return _round(item, list(range(len(item.options))), item.seats, taking_part.present, at)


def enter(count_id: int, counted: HandCount, *, by: Person, at: datetime) -> FloorCount:
    """Enter what one person counted; when two people's counts are alike, they are agreed.

    Nobody sees another's count before their own is entered. Where two differ, either counts again.

    Raises:
        NotFound, NotAllowed: no such count; neither staff nor of the council.
        RuleViolation: the count is agreed, the item closed, or two others count.
        InvalidInput: numbers that cannot be.
    """
    count, day = _held(count_id)
    if not can_count(by, day.place, at):
        raise NotAllowed(NOT_COUNTER)
    if count.agreed is not None:
        if any(entry.by_id == by.id and entry.count == counted for entry in count.entries):
            return count
        raise RuleViolation(N_("두 사람의 수가 이미 같습니다. 바꿀 수 없습니다."))
    _require_countable(count.item)
    form, lines = board_of(count)
    require_possible(form, lines, counted)
    require_in_hall(counted, count.present)
    counters = {entry.by_id for entry in count.entries}
    if len(counters) == 2 and by.id not in counters:
        raise RuleViolation(N_("이미 두 사람이 세고 있습니다."))
    mine = [entry for entry in count.entries if entry.by_id == by.id]
    if not mine or mine[-1].count != counted:
        count.entries.append(
            FloorCountEntry(by_id=by.id, attempt=len(mine) + 1, counts=counted.to_json(), entered_at=at)
        )
        session().flush()
    newest = count.newest_entries
    if len(newest) == 2 and newest[0].count == newest[1].count:
        count.agreed = counted.to_json()
    day.version += 1
    return count


def keep_sheet(count_id: int, photo: bytes, *, by: Person, at: datetime) -> FloorCount:
    """Keep a photo of the tally sheet, written anew without what cameras add; its hash is published.

    Raises:
        NotFound, NotAllowed: no such count; neither staff nor of the council.
        RuleViolation: the decision was announced.
        InvalidInput: no photo.
    """
    count, day = _held(count_id)
    if not can_count(by, day.place, at):
        raise NotAllowed(NOT_COUNTER)
    _require_countable(count.item)
    if current_count(count.item) is not count:
        raise RuleViolation(NOT_COUNTING)
    clean = clean_picture(photo, field="photo")
    count.sheet, count.sheet_sha256 = clean.content, clean.sha256
    return count


def announce(item_id: int, *, by: Person, at: datetime) -> FloorItem:
    """Announce what an agreed count decides, under the rule of the item; its statement is hashed into the record.

    Options of equal number for the last place are counted again, on a board of their own.

    Raises:
        NotFound, NotAllowed: no such item; neither chair, secretary nor staff.
        RuleViolation: nothing agreed, or no photo of the tally sheet.
    """
    item = led_item(item_id, by=by, at=at)
    if item.outcome is not None:
        return item
    _require_countable(item)
    count = current_count(item)
    agreed = count.count if count is not None else None
    if count is None or agreed is None:
        raise RuleViolation(N_("두 사람이 똑같이 센 뒤에 알릴 수 있습니다."))
    if not count.sheet_sha256:
        raise RuleViolation(N_("집계표 사진을 올려 주세요."))
    decision = _decided(item, count, agreed)
    places = count.positions
    item.chosen = sorted({*item.chosen, *(places[each] for each in decision.chosen)})
    if decision.outcome is Outcome.TIED:
        left = count.seats - len(decision.chosen)
        _round(item, [places[each] for each in decision.tied], left, taking_part_of(item.day).present, at)
        outcome = Outcome.TIED
    else:
        outcome = Outcome.CHOSEN if item.chosen else decision.outcome
        item.outcome, item.needed, item.decided_at = outcome, decision.needed, at
    item.version += 1
    item.day.version += 1
    statement = canonical_json(statement_of(item, count, agreed, outcome))
    append(
        item.day.place, "floor.decided", role=role_of(by, item.day, at), subject=f"floor_item:{item.id}", at=at,
        values={"title": item.title, "floor_outcome": outcome.value}, document_hash=sha256(statement).hex(),
    )  # fmt: skip
    return item


def statement_of(item: FloorItem, count: FloorCount, agreed: HandCount, outcome: Outcome) -> dict[str, JSON]:
    """Return what is published of a count: numbers, the rule, the hash of the tally sheet; nobody's name."""
    _form, lines = board_of(count)
    return {
        "format": STATEMENT,
        "item": item.title,
        "kind": item.kind.value,
        "round": count.round,
        "basis": item.basis.value,
        "present": count.present,
        "seats": count.seats,
        "options": [line.title for line in lines],
        "count": agreed.to_json(),
        "entries": len(count.entries),
        "outcome": outcome.value,
        "chosen": [item.options[place] for place in item.chosen],
        "sheet_sha256": count.sheet_sha256,
    }


def _decided(item: FloorItem, count: FloorCount, agreed: HandCount) -> Decision:
    if item.kind is ItemKind.HANDS:
        threshold = setting(item.day.place, "assembly.approve_share")
        return decide_hands(agreed, basis=item.basis, threshold=threshold, present=count.present)
    return decide_stickers(agreed.votes, seats=count.seats)


def _round(item: FloorItem, positions: list[int], seats: int, present: int, at: datetime) -> FloorCount:
    count = FloorCount(
        round=len(item.counts) + 1, positions=positions, seats=seats, present=present, began_at=at, entries=[]
    )
    item.counts.append(count)
    item.version += 1
    item.day.version += 1
    session().flush()
    return count


def _held(count_id: int) -> tuple[FloorCount, FloorDay]:
    item = get_or_not_found(FloorItem, get_or_not_found(FloorCount, count_id).item_id)
    day = locked_day(item.day_id)
    get_or_not_found(FloorItem, item.id, lock=True)
    return get_or_not_found(FloorCount, count_id, lock=True), day


def _require_countable(item: FloorItem) -> None:
    in_session = item.day.state is DayState.IN_SESSION and item.state is ItemState.OPEN
    if item.kind not in DECIDED_HERE or not in_session or item.outcome is not None:
        raise RuleViolation(NOT_COUNTING)
