"""Cards and stickers counted on the floor by two people, and the minutes of what happened."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from app.assembly.floor.models import FloorAttendance, FloorCount, FloorCountEntry, FloorDay
from app.assembly.floor.queries.counts import seen_by
from app.assembly.floor.rules.deciding import Basis, Outcome, hands, stickers
from app.assembly.floor.rules.minutes import Part
from app.assembly.floor.rules.states import DayState, ItemKind
from app.assembly.floor.services import counting, holding, minuting, speaking
from app.db.session import session, transaction
from app.errors import Conflict, InvalidInput, NotAllowed, RuleViolation
from app.people.models import Person
from app.people.rules import Role
from app.record.models import RecordEntry
from tests.conftest import NOW
from tests.factories import make_holder
from tests.factories_floor import STARTS, Hall, add, begin, decide, finish, make_hall, put
from tests.factories_stations import photo
from tests.integration.floor.test_the_day import at_once
from voting.encoding import canonical_json

pytestmark = pytest.mark.slow


def counting_item(kind: ItemKind = ItemKind.HANDS, **changes: Any) -> tuple[Hall, FloorCount]:
    """A hall of five with a count that has begun."""
    hall = make_hall()
    begin(hall, come_in=5)
    item = put(hall, add(hall, kind, **changes))
    with transaction():
        return hall, counting.begin_count(item.id, by=hall.chair, at=STARTS)


def enter(hall: Hall, count: FloorCount, person: Person, *numbers: int) -> None:
    with transaction():
        counting.enter(count.id, hands(yes=numbers[0], no=numbers[1], abstained=numbers[2]), by=person, at=STARTS)


def decided(hall: Hall) -> list[RecordEntry]:
    return list(
        session().scalars(select(RecordEntry).where(RecordEntry.act == "floor.decided").order_by(RecordEntry.id))
    )


def test_two_who_count_alike_agree_and_the_rule_decides(app: Flask):
    hall, count = counting_item()
    enter(hall, count, hall.staff, 3, 2, 0)
    assert count.agreed is None
    enter(hall, count, hall.secretary, 3, 2, 0)
    with pytest.raises(RuleViolation), transaction():
        counting.announce(count.item_id, by=hall.chair, at=STARTS)
    with transaction():
        counting.keep_sheet(count.id, photo(), by=hall.staff, at=STARTS)
    with transaction():
        item = counting.announce(count.item_id, by=hall.chair, at=STARTS)
    assert (item.outcome, item.needed) == (Outcome.ADOPTED, 3)
    with transaction():
        counting.announce(count.item_id, by=hall.secretary, at=STARTS)
    entry = decided(hall)[0]
    assert entry.values == {"title": item.title, "floor_outcome": "adopted"}
    statement = counting.statement_of(item, count, count.count, Outcome.ADOPTED)
    assert entry.document_hash == hashlib.sha256(canonical_json(statement)).hexdigest()
    assert len(decided(hall)) == 1


def test_a_part_of_those_present_may_be_asked_for(app: Flask):
    hall, count = counting_item(basis=Basis.PRESENT)
    item = decide(hall, count.item, [2, 0, 0])
    assert (item.outcome, item.needed) == (Outcome.REJECTED, 3)


def test_counts_that_differ_are_shown_to_the_two_and_counted_again(app: Flask):
    hall, count = counting_item()
    enter(hall, count, hall.staff, 3, 2, 0)
    assert seen_by(count, hall.secretary).differences == []
    enter(hall, count, hall.secretary, 3, 1, 0)
    seen = seen_by(count, hall.staff)
    assert [(each.first, each.second) for each in seen.differences] == [(2, 1)]
    stranger = make_holder(Role.COUNCIL_MEMBER, hall.day.place)
    assert (seen_by(count, stranger).taken, seen_by(count, stranger).differences) == (True, [])
    with pytest.raises(RuleViolation):
        enter(hall, count, stranger, 3, 2, 0)
    enter(hall, count, hall.secretary, 3, 2, 0)
    assert (count.agreed is not None, len(count.entries)) == (True, 3)
    enter(hall, count, hall.secretary, 3, 2, 0)
    with pytest.raises(RuleViolation):
        enter(hall, count, hall.secretary, 5, 0, 0)


def test_one_person_cannot_agree_with_themselves(app: Flask):
    hall, count = counting_item()
    enter(hall, count, hall.staff, 3, 2, 0)
    enter(hall, count, hall.staff, 4, 1, 0)
    enter(hall, count, hall.staff, 4, 1, 0)
    assert (count.agreed, len(count.entries)) == (None, 2)


def test_two_counters_at_one_instant_both_count(app: Flask):
    hall, count = counting_item()
    count_id, people = count.id, (hall.staff.id, hall.secretary.id)

    def act(person: int) -> Callable[[], object]:
        return lambda: counting.enter(
            count_id, hands(yes=3, no=2, abstained=0), by=session().get_one(Person, person), at=STARTS
        )

    assert at_once(app, *(act(person) for person in people)) == []
    assert session().get_one(FloorCount, count_id).agreed is not None


def test_more_cards_than_people_are_refused(app: Flask):
    hall, count = counting_item()
    with pytest.raises(InvalidInput):
        enter(hall, count, hall.staff, 4, 2, 0)


def test_only_those_who_may_count_do(app: Flask):
    hall, count = counting_item()
    with pytest.raises(NotAllowed):
        enter(hall, count, hall.residents[0], 3, 2, 0)
    with pytest.raises(NotAllowed), transaction():
        counting.keep_sheet(count.id, photo(), by=hall.residents[0], at=STARTS)


def test_a_vote_of_the_plan_is_never_counted_here(app: Flask):
    hall = make_hall()
    begin(hall)
    item = put(hall, add(hall, ItemKind.VOTE))
    with pytest.raises(RuleViolation), transaction():
        counting.begin_count(item.id, by=hall.chair, at=STARTS)


def test_an_item_is_not_finished_before_its_decision_is_announced(app: Flask):
    hall, count = counting_item()
    with pytest.raises(RuleViolation):
        finish(hall, count.item)
    with transaction():
        holding.defer_item(count.item_id, said="자료를 더 보고 정하기로 함", by=hall.chair, at=STARTS)
    assert count.item.outcome is Outcome.DEFERRED
    with pytest.raises(RuleViolation):
        enter(hall, count, hall.staff, 1, 0, 0)


def test_stickers_that_tie_for_the_last_place_are_counted_again_on_a_board_of_their_own(app: Flask):
    hall, count = counting_item(ItemKind.STICKER, options=("가", "나", "다", "라"), seats=2, picks=2)
    item = decide(hall, count.item, [4, 2, 2, 1], people=5)
    assert (item.outcome, item.chosen, len(item.counts)) == (None, [0], 2)
    again = item.counts[-1]
    assert (again.positions, again.seats) == ([1, 2], 1)
    for person in (hall.staff, hall.secretary):
        with transaction():
            counting.enter(again.id, stickers(5, [1, 4]), by=person, at=STARTS)
    with transaction():
        counting.keep_sheet(again.id, photo(), by=hall.staff, at=STARTS)
    with transaction():
        item = counting.announce(item.id, by=hall.chair, at=STARTS)
    assert (item.outcome, item.chosen) == (Outcome.CHOSEN, [0, 2])
    assert [entry.values["floor_outcome"] for entry in decided(hall)] == ["tied", "chosen"]


# The minutes


def held() -> Hall:
    """A day that is over: one item decided by cards, one heard with two who spoke."""
    hall = make_hall()
    begin(hall, come_in=5)
    item = put(hall, hall.day.items[0])
    for person, shows in zip(hall.residents, (True, False), strict=False):
        with transaction():
            word = speaking.ask(item.id, shows_name=shows, by=person, at=STARTS)
            speaking.give(word.id, by=hall.chair, at=STARTS)
            speaking.end(word.id, by=hall.chair, at=STARTS)
    finish(hall, item, said="인사를 나누었다.")
    finish(hall, decide(hall, put(hall, add(hall, ItemKind.HANDS)), [4, 1, 0]))
    with transaction():
        holding.close_day(hall.day.id, by=hall.chair, at=STARTS)
    return hall


def write(hall: Hall, text: str = "", by: Person | None = None) -> None:
    with transaction():
        minuting.save(hall.day.id, text or minuting.draft_of(hall.day), version=hall.day.version, by=by or hall.secretary, at=STARTS)  # fmt: skip


def confirm(hall: Hall, by: Person) -> None:
    with transaction():
        minuting.confirm(hall.day.id, version=hall.day.version, by=by, at=STARTS)


def test_the_draft_tells_the_day_and_no_name_against_the_wish(app: Flask):
    hall = held()
    text = minuting.draft_of(hall.day)
    for said in ("주민 5명", "인사를 나누었다.", "찬성 4, 반대 1, 기권 0", "결정: 가결", f"{hall.residents[0].public_name}(주민) 발언"):  # fmt: skip
        assert said in text
    assert hall.residents[1].public_name not in text.replace(hall.residents[0].public_name, "")


def test_chair_and_secretary_confirm_and_the_second_publishes(app: Flask):
    hall = held()
    with pytest.raises(RuleViolation):
        confirm(hall, hall.chair)
    write(hall)
    confirm(hall, hall.chair)
    confirm(hall, hall.chair)
    assert (hall.day.state, [each.part for each in hall.day.confirmations]) == (DayState.CLOSED, [Part.CHAIR])
    confirm(hall, hall.secretary)
    assert hall.day.state is DayState.MINUTED
    digest = hashlib.sha256(hall.day.minutes.encode()).hexdigest()
    entry = session().scalars(select(RecordEntry).where(RecordEntry.act == "floor.minutes_published")).one()
    assert entry.document_hash == hall.day.minutes_hash == digest
    rows = session().scalars(select(FloorAttendance)).all()
    assert {(row.person_id, row.roll_entry_id) for row in rows} == {(None, None)}
    with pytest.raises(RuleViolation):
        write(hall, "고친 글" * 20)


def test_the_database_keeps_what_was_counted_and_published(app: Flask):
    hall = held()
    write(hall)
    for person in (hall.chair, hall.secretary):
        confirm(hall, person)
    for change in (update(FloorCountEntry).values(attempt=9), update(FloorDay).values(minutes="다른 글")):
        with pytest.raises(DBAPIError, match="never change"), transaction():
            session().execute(change)


def test_an_edit_takes_the_confirmations_away(app: Flask):
    hall = held()
    write(hall)
    confirm(hall, hall.chair)
    write(hall, hall.day.minutes)
    assert len(hall.day.confirmations) == 1
    write(hall, hall.day.minutes + "덧붙임: 다음 모임은 가을에 한다.")
    assert hall.day.confirmations == []
    confirm(hall, hall.secretary)
    assert hall.day.state is DayState.CLOSED


def test_what_somebody_confirms_is_what_they_saw(app: Flask):
    hall = held()
    write(hall)
    seen = hall.day.version
    write(hall, hall.day.minutes + "덧붙임: 다음 모임은 가을에 한다.", by=hall.staff)
    with pytest.raises(Conflict), transaction():
        minuting.confirm(hall.day.id, version=seen, by=hall.chair, at=STARTS)


def test_nobody_else_confirms(app: Flask):
    hall = held()
    write(hall)
    for person in (hall.staff, hall.residents[0], make_holder(Role.COUNCIL_MEMBER, hall.day.place)):
        with pytest.raises(NotAllowed):
            confirm(hall, person)


def test_no_minutes_before_the_end(app: Flask):
    hall = make_hall()
    with pytest.raises(RuleViolation), transaction():
        minuting.save(hall.day.id, "글" * 50, version=hall.day.version, by=hall.chair, at=NOW)
    with pytest.raises(RuleViolation):
        minuting.draft_of(hall.day)
