"""The assembly day as use cases: doors, quorum, items, the end; on both databases, and by two at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.assembly.floor.models import FloorAttendance, FloorDay, FloorItem, Word
from app.assembly.floor.queries.days import day_of, taking_part_of, todos
from app.assembly.floor.queries.live import live_state
from app.assembly.floor.queries.speaking import queue_of
from app.assembly.floor.rules.deciding import Outcome
from app.assembly.floor.rules.states import DayState, ItemKind, ItemState, SpeakerRole, WordState
from app.assembly.floor.services import attending, holding, preparing, speaking
from app.assembly.stations.services import checking_in
from app.council.rules.training import code_at
from app.db.session import session, transaction
from app.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from app.people.models import Person
from app.people.rules import Role
from app.people.services import account
from app.privacy.models import AccessLogEntry
from app.record.models import RecordEntry
from tests.at_once import at_once
from tests.conftest import NOW
from tests.factories import make_holder, make_place, make_resident
from tests.factories_floor import STARTS, Hall, begin, come, come_by_phone, finish, make_hall, put
from tests.factories_stations import BORN, make_roll_assembly, make_station
from tests.factories_year import make_staff

pytestmark = pytest.mark.slow

MINUTE = timedelta(minutes=1)


def acts_of(hall: Hall) -> list[str]:
    rows = session().scalars(select(RecordEntry).order_by(RecordEntry.id))
    return [row.act for row in rows if row.act.startswith("floor.")]


def test_the_order_comes_from_the_plan_and_the_chair_moves_it_before_the_day(app: Flask):
    hall = make_hall()
    kinds = [item.kind for item in hall.day.items]
    assert kinds.count(ItemKind.DELIBERATION) == 2
    assert [item.number for item in hall.day.items] == list(range(1, len(kinds) + 1))
    last = hall.day.items[-1]
    with transaction():
        preparing.move_item(last.id, up=True, by=hall.chair, at=NOW)
    assert [item.id for item in hall.day.items][-2] == last.id
    with transaction():
        preparing.drop_item(last.id, by=hall.chair, at=NOW)
    assert [item.number for item in hall.day.items] == list(range(1, len(kinds)))
    begin(hall)
    with pytest.raises(RuleViolation), transaction():
        preparing.move_item(hall.day.items[0].id, up=False, by=hall.chair, at=STARTS)


def test_a_day_is_planned_once_and_again_only_after_one_that_came_to_nothing(app: Flask):
    hall = make_hall()
    again = {
        "where": "대강당", "starts_at": STARTS, "chair_id": hall.chair.id, "secretary_id": hall.secretary.id,
        "by": hall.staff, "at": NOW,
    }  # fmt: skip
    with transaction():
        assert preparing.plan_day(hall.day.assembly_id, once=hall.day.once, **again).id == hall.day.id
    with pytest.raises(RuleViolation), transaction():
        preparing.plan_day(hall.day.assembly_id, once="other", **again)
    with transaction():
        preparing.cancel_day(hall.day.id, reason="태풍이 옵니다.", by=hall.chair, at=NOW)
    with transaction():
        second = preparing.plan_day(hall.day.assembly_id, once="other", **again)
    assert (second.sitting, day_of(hall.day.assembly)) == (2, second)


@pytest.mark.parametrize("wrong", ["past", "same", "stranger"])
def test_a_day_that_cannot_be_is_refused(app: Flask, wrong: str):
    hall = make_hall()
    stranger = make_resident(hall.day.place)
    values = {"starts_at": STARTS, "chair_id": hall.chair.id, "secretary_id": hall.secretary.id}
    values |= {"past": {"starts_at": NOW}, "same": {"secretary_id": hall.chair.id}, "stranger": {"chair_id": stranger.id}}[wrong]  # fmt: skip
    with pytest.raises(InvalidInput), transaction():
        preparing.edit_day(hall.day.id, where="대강당", version=hall.day.version, by=hall.staff, at=NOW, **values)


def test_two_who_edit_the_day_do_not_overwrite_each_other(app: Flask):
    hall = make_hall()
    seen, leaders = hall.day.version, {"chair_id": hall.chair.id, "secretary_id": hall.secretary.id}
    with transaction():
        preparing.edit_day(
            hall.day.id, where="체육관", starts_at=STARTS, version=seen, by=hall.staff, at=NOW, **leaders
        )
    with pytest.raises(Conflict), transaction():
        preparing.edit_day(hall.day.id, where="공원", starts_at=STARTS, version=seen, by=hall.staff, at=NOW, **leaders)


def test_only_chair_secretary_and_staff_lead(app: Flask):
    hall = make_hall()
    other = make_holder(Role.COUNCIL_MEMBER, hall.day.place)
    elsewhere = make_staff(make_place(parent=hall.day.place.parent))
    for person in (other, elsewhere, hall.residents[0]):
        with pytest.raises(NotAllowed), transaction():
            holding.open_doors(hall.day.id, by=person, at=STARTS)
    for person in (hall.secretary, hall.staff):
        with transaction():
            assert holding.open_doors(hall.day.id, by=person, at=STARTS).state is DayState.DOORS


def test_the_doors_need_a_chair_a_time_and_an_opened_vote(app: Flask):
    hall = make_hall()
    with pytest.raises(RuleViolation), transaction():
        holding.open_doors(hall.day.id, by=hall.chair, at=STARTS - timedelta(hours=4))
    with transaction():
        preparing.edit_day(
            hall.day.id, where="대강당", starts_at=STARTS, chair_id=None, secretary_id=None, version=hall.day.version,
            by=hall.staff, at=NOW,
        )  # fmt: skip
    with pytest.raises(RuleViolation), transaction():
        holding.open_doors(hall.day.id, by=hall.staff, at=STARTS)


def test_the_assembly_begins_with_its_quorum_and_not_before(app: Flask):
    hall = make_hall()
    with transaction():
        holding.open_doors(hall.day.id, by=hall.chair, at=STARTS - MINUTE)
        hall.day.needed = 3
    come(hall, *hall.entries[:2])
    with pytest.raises(RuleViolation), transaction():
        holding.open_session(hall.day.id, by=hall.chair, at=STARTS)
    come(hall, hall.entries[2])
    with pytest.raises(RuleViolation), transaction():
        holding.open_session(hall.day.id, by=hall.chair, at=STARTS - MINUTE)
    with transaction():
        day = holding.open_session(hall.day.id, by=hall.chair, at=STARTS)
    assert (day.state, day.counted_at_opening) == (DayState.IN_SESSION, 3)
    assert acts_of(hall) == ["floor.planned", "floor.opened"]


def test_a_day_fails_only_when_its_time_has_come_and_too_few_are_there(app: Flask):
    hall = make_hall()
    with transaction():
        holding.open_doors(hall.day.id, by=hall.chair, at=STARTS - MINUTE)
        hall.day.needed = 3
    come(hall, hall.entries[0])
    with pytest.raises(RuleViolation), transaction():
        holding.fail_day(hall.day.id, by=hall.chair, at=STARTS - MINUTE)
    with transaction():
        holding.fail_day(hall.day.id, by=hall.chair, at=STARTS + 30 * MINUTE)
    assert hall.day.state is DayState.FAILED
    rows = session().scalars(select(FloorAttendance)).all()
    assert [(row.person_id, row.roll_entry_id) for row in rows] == [(None, None)]


def test_who_voted_and_comes_is_counted_once(app: Flask):
    hall = make_hall()
    station = make_station(hall.day.assembly, by=hall.staff)
    for entry in hall.entries[:2]:
        with transaction():
            checking_in.check_in(station.id, entry.id, by=hall.staff, at=NOW)
    with transaction():
        day = holding.open_doors(hall.day.id, by=hall.chair, at=STARTS)
    assert (day.advance, day.known) == (2, 2)
    come(hall, *hall.entries[1:4])
    part = taking_part_of(day)
    assert (part.present, part.fresh, part.counted) == (3, 2, 4)


def test_one_person_at_the_desk_and_on_the_phone_is_one(app: Flask):
    hall = make_hall()
    with transaction():
        holding.open_doors(hall.day.id, by=hall.chair, at=STARTS)
    come(hall, hall.entries[0], hall.entries[0])
    come_by_phone(hall, hall.residents[0], hall.residents[1], hall.residents[1])
    come(hall, hall.entries[1])
    part = taking_part_of(hall.day)
    assert (part.came, part.fresh) == (2, 2)


def test_one_person_at_two_desks_and_on_the_phone_at_once_is_one(app: Flask):
    hall = make_hall()
    with transaction():
        holding.open_doors(hall.day.id, by=hall.chair, at=STARTS)
    other = make_staff(hall.day.place)
    day_id, entry_id = hall.day.id, hall.entries[0].id
    ids, code = (hall.staff.id, other.id, hall.residents[0].id), code_at(hall.day.secret, STARTS)

    def desk(clerk: int) -> Callable[[], object]:
        return lambda: attending.check_in(day_id, entry_id, by=session().get_one(Person, clerk), at=STARTS)

    def phone() -> object:
        return attending.check_in_self(day_id, code=code, by=session().get_one(Person, ids[2]), at=STARTS)

    assert at_once(app, desk(ids[0]), desk(ids[1]), phone) == []
    assert session().scalar(select(func.count(FloorAttendance.id))) == 1


def test_the_door_asks_for_the_code_of_now_and_a_verified_resident(app: Flask):
    hall = make_hall()
    stranger = make_resident(make_place(parent=hall.day.place.parent))
    old = code_at(hall.day.secret, STARTS - timedelta(minutes=20))
    with pytest.raises(RuleViolation), transaction():
        attending.check_in_self(hall.day.id, code=old, by=hall.residents[0], at=STARTS)
    with transaction():
        holding.open_doors(hall.day.id, by=hall.chair, at=STARTS)
    with pytest.raises(InvalidInput), transaction():
        attending.check_in_self(hall.day.id, code=old, by=hall.residents[0], at=STARTS)
    with pytest.raises(NotAllowed), transaction():
        attending.check_in_self(hall.day.id, code=code_at(hall.day.secret, STARTS), by=stranger, at=STARTS)


def test_looking_somebody_up_is_for_clerks_and_leaves_a_trace(app: Flask):
    hall = make_hall()
    with transaction():
        holding.open_doors(hall.day.id, by=hall.chair, at=STARTS)
    look = {"name": "주민 라", "birth_date": BORN, "ip": None, "at": STARTS}
    with pytest.raises(NotAllowed), transaction():
        attending.find(hall.day, by=hall.chair, **look)
    with transaction():
        found = attending.find(hall.day, by=hall.staff, **look)
    assert [(one.entry_id, one.is_elector, one.has_come) for one in found] == [(hall.entries[3].id, True, False)]
    assert session().scalar(select(func.count(AccessLogEntry.id))) == 1


def test_only_people_of_the_roll_come_in_as_electors(app: Flask):
    hall = make_hall()
    _assembly, _people, strangers = make_roll_assembly([1_000_000], residents=1, others=1)
    with transaction():
        holding.open_doors(hall.day.id, by=hall.chair, at=STARTS)
        hall.entries[1].is_eligible = False
    with pytest.raises(NotFound), transaction():
        attending.check_in(hall.day.id, strangers[0].id, by=hall.staff, at=STARTS)
    with pytest.raises(RuleViolation), transaction():
        attending.check_in(hall.day.id, hall.entries[1].id, by=hall.staff, at=STARTS)
    with pytest.raises(NotAllowed), transaction():
        attending.check_in(hall.day.id, hall.entries[0].id, by=hall.chair, at=STARTS)


def test_guests_are_a_number_and_do_not_count(app: Flask):
    hall = make_hall()
    with transaction():
        holding.open_doors(hall.day.id, by=hall.chair, at=STARTS)
    for once in ("g1", "g1", "g2"):
        with transaction():
            attending.add_guest(hall.day.id, once=once, by=hall.secretary, at=STARTS)
    part = taking_part_of(hall.day)
    assert (part.guests, part.counted) == (2, 0)
    with pytest.raises(NotAllowed), transaction():
        attending.add_guest(hall.day.id, once="g3", by=hall.residents[0], at=STARTS)


def test_who_leaves_and_comes_back_is_there_once(app: Flask):
    hall = make_hall()
    begin(hall)
    with transaction():
        attending.leave(hall.day.id, hall.entries[0].id, by=hall.staff, at=STARTS + MINUTE)
    assert (taking_part_of(hall.day).present, taking_part_of(hall.day).came) == (2, 3)
    come(hall, hall.entries[0], at=STARTS + 2 * MINUTE)
    assert taking_part_of(hall.day).present == 3


def test_a_closed_account_leaves_only_its_number(app: Flask):
    hall = make_hall()
    begin(hall, come_in=1)
    with transaction():
        account.close(hall.residents[0].id, at=STARTS)
    row = session().scalars(select(FloorAttendance)).one()
    assert row.person_id is None
    assert taking_part_of(hall.day).came == 1


def test_one_item_at_a_time_is_open_and_a_double_click_opens_it_once(app: Flask):
    hall = make_hall()
    begin(hall)
    first, second = hall.day.items[:2]
    put(hall, first)
    version = put(hall, first, at=STARTS + MINUTE).version
    assert (first.opened_at, version) == (STARTS, 2)
    with pytest.raises(RuleViolation), transaction():
        holding.open_item(second.id, by=hall.chair, at=STARTS)
    finish(hall, first, at=STARTS + MINUTE)
    finish(hall, first, at=STARTS + 2 * MINUTE)
    assert (first.state, first.outcome, first.closed_at) == (ItemState.DONE, Outcome.HEARD, STARTS + MINUTE)
    with pytest.raises(RuleViolation), transaction():
        holding.open_item(first.id, by=hall.chair, at=STARTS)


def test_two_chairs_at_one_instant_open_one_item(app: Flask):
    hall = make_hall()
    begin(hall)
    items = [item.id for item in hall.day.items[:2]]
    leaders = [hall.chair.id, hall.secretary.id]

    def open_(item_id: int, leader: int) -> Callable[[], object]:
        return lambda: holding.open_item(item_id, by=session().get_one(Person, leader), at=STARTS)

    refusals = at_once(app, *(open_(item, leader) for item, leader in zip(items, leaders, strict=True)))
    assert refusals == [RuleViolation]
    assert session().scalar(select(func.count(FloorItem.id)).where(FloorItem.state == ItemState.OPEN)) == 1


def test_the_same_item_opened_by_two_at_one_instant_is_opened_once(app: Flask):
    hall = make_hall()
    begin(hall)
    item_id, leaders = hall.day.items[0].id, [hall.chair.id, hall.secretary.id]
    acts = [lambda leader=leader: holding.open_item(item_id, by=session().get_one(Person, leader), at=STARTS) for leader in leaders]  # fmt: skip
    assert at_once(app, *acts) == []
    assert session().get_one(FloorItem, item_id).version == 2


def test_a_break_ends_the_word_and_keeps_the_item(app: Flask):
    hall = make_hall()
    begin(hall)
    item = put(hall, hall.day.items[0])
    with transaction():
        word = speaking.ask_by_hand(item.id, role=SpeakerRole.GUEST, once="w", by=hall.chair, at=STARTS)
        speaking.give(word.id, by=hall.chair, at=STARTS)
        holding.pause(hall.day.id, by=hall.chair, at=STARTS + MINUTE)
    assert (word.state, hall.day.open_item) == (WordState.SPOKEN, item)
    with pytest.raises(RuleViolation), transaction():
        speaking.ask_by_hand(item.id, role=SpeakerRole.GUEST, once="v", by=hall.chair, at=STARTS)
    with transaction():
        holding.open_session(hall.day.id, by=hall.chair, at=STARTS + 10 * MINUTE)
    assert [(each.began_at, each.ended_at) for each in hall.day.pauses] == [(STARTS + MINUTE, STARTS + 10 * MINUTE)]


def test_closing_puts_off_what_was_not_dealt_with_and_starts_the_clock(app: Flask):
    hall = make_hall()
    begin(hall)
    item = put(hall, hall.day.items[0])
    with pytest.raises(RuleViolation), transaction():
        holding.close_day(hall.day.id, by=hall.chair, at=STARTS + 60 * MINUTE)
    finish(hall, item)
    for _ in range(2):
        with transaction():
            holding.close_day(hall.day.id, by=hall.chair, at=STARTS + 60 * MINUTE)
    assert {each.state for each in hall.day.items[1:]} == {ItemState.DEFERRED}
    assert hall.day.minutes_due_at == STARTS + 60 * MINUTE + timedelta(days=14)
    assert acts_of(hall) == ["floor.planned", "floor.opened", "floor.closed"]
    assert [todo.endpoint for todo in todos(hall.chair, STARTS)] == ["floor.minutes"]
    assert todos(hall.residents[0], STARTS) == []


# The word


def test_one_asks_once_to_an_item_and_first_timers_go_first(app: Flask):
    hall = make_hall()
    begin(hall)
    one, two = hall.residents[:2]
    item = put(hall, hall.day.items[0])
    with transaction():
        word = speaking.ask(item.id, shows_name=True, by=one, at=STARTS)
        assert speaking.ask(item.id, shows_name=False, by=one, at=STARTS + MINUTE) is word
    assert (word.name, word.asked_at) == ("", STARTS)
    with transaction():
        speaking.give_next(item.id, by=hall.chair, at=STARTS)
        speaking.end(word.id, by=hall.chair, at=STARTS + MINUTE)
    with pytest.raises(RuleViolation), transaction():
        speaking.ask(item.id, shows_name=True, by=one, at=STARTS)
    finish(hall, item)
    item = put(hall, hall.day.items[1])
    with transaction():
        speaking.ask(item.id, shows_name=False, by=one, at=STARTS)
        second = speaking.ask(item.id, shows_name=False, by=two, at=STARTS + MINUTE)
    assert [turn.is_first for turn in queue_of(item, hall.day)] == [True, False]
    with transaction():
        assert speaking.give_next(item.id, by=hall.chair, at=STARTS) is second
    with pytest.raises(RuleViolation), transaction():
        speaking.give_next(item.id, by=hall.chair, at=STARTS)


def test_who_withdraws_stands_at_the_end_when_asking_again(app: Flask):
    hall = make_hall()
    begin(hall)
    one, two = hall.residents[:2]
    item = put(hall, hall.day.items[0])
    with transaction():
        speaking.ask(item.id, shows_name=True, by=one, at=STARTS)
        speaking.ask(item.id, shows_name=True, by=two, at=STARTS + MINUTE)
        speaking.withdraw(item.id, by=one, at=STARTS)
        speaking.withdraw(item.id, by=one, at=STARTS)
    assert [turn.name for turn in queue_of(item, hall.day)] == [two.public_name]
    with transaction():
        speaking.ask(item.id, shows_name=True, by=one, at=STARTS + 2 * MINUTE)
    assert [turn.name for turn in queue_of(item, hall.day)] == [two.public_name, one.public_name]


def test_who_is_not_there_is_not_heard(app: Flask):
    hall = make_hall()
    begin(hall)
    item = put(hall, hall.day.items[0])
    outside = hall.residents[0]
    with transaction():
        attending.leave_self(hall.day.id, by=outside, at=STARTS)
    for person in (outside, make_resident(hall.day.place)):
        with pytest.raises(RuleViolation), transaction():
            speaking.ask(item.id, shows_name=False, by=person, at=STARTS)
    with transaction():
        assert speaking.withdraw(item.id, by=hall.residents[2], at=STARTS) is None


def test_who_was_not_heard_before_the_end_is_counted_as_such(app: Flask):
    hall = make_hall()
    begin(hall)
    item = put(hall, hall.day.items[0])
    with transaction():
        word = speaking.ask(item.id, shows_name=False, by=hall.residents[0], at=STARTS)
    finish(hall, item)
    assert session().get_one(Word, word.id).state is WordState.UNHEARD
    with pytest.raises(RuleViolation), transaction():
        speaking.ask(item.id, shows_name=False, by=hall.residents[1], at=STARTS)


def test_one_person_who_asks_twice_at_one_instant_waits_once(app: Flask):
    hall = make_hall()
    begin(hall)
    item_id, person = put(hall, hall.day.items[0]).id, hall.residents[0].id
    act = lambda: speaking.ask(item_id, shows_name=False, by=session().get_one(Person, person), at=STARTS)  # noqa: E731
    assert at_once(app, act, act, act) == []
    assert session().scalar(select(func.count(Word.id))) == 1


def test_what_is_seen_changes_its_stamp_and_costs_the_same_for_a_full_hall(
    app: Flask, queries: Callable, monkeypatch: pytest.MonkeyPatch
):
    hall = make_hall(residents=6, others=6)
    begin(hall, come_in=3)
    item = put(hall, hall.day.items[0])
    before = live_state(hall.day, STARTS).stamp
    assert live_state(hall.day, STARTS + MINUTE).stamp == before
    session().expire_all()
    with queries() as few:
        live_state(session().get_one(FloorDay, hall.day.id), STARTS)
    come(hall, *hall.entries[3:])
    for person in hall.residents:
        with transaction():
            speaking.ask(item.id, shows_name=False, by=person, at=STARTS)
    session().expire_all()
    with queries() as many:
        state = live_state(session().get_one(FloorDay, hall.day.id), STARTS)
    assert len(state.queue) == 6
    assert state.stamp != before
    assert len(many) <= len(few)
