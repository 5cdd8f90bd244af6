"""A meeting held live: who comes, what is put, paper, tables, agendas with their evidence; on both databases."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask

from app.agenda.models import MeetingTopic, VillageMeeting
from app.agenda.rules import Field, MeetingKind, ProposalState, Source
from app.agenda.services import meeting as calling
from app.agenda.services.proposing import Words
from app.db.session import session, transaction
from app.deliberation.models import Statement, StatementProposal
from app.deliberation.rules import Access, Answer, RoundState, Visibility
from app.deliberation.voice import Voice
from app.discussion.models import Attendance, Evidence, LiveRoom
from app.discussion.queries import live as rooms
from app.discussion.rules.live import Idea
from app.discussion.services import live, outcomes
from app.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from app.people.models import Person
from app.people.rules import Role
from app.people.services.account import close as close_account
from tests.at_once import at_once
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place, make_resident

SEEDS = ["골목마다 의자를 놓자.", "마을버스를 더 자주 다니게 하자.", "작은 도서관을 밤까지 열자."]
WORDS = Words("골목마다 의자를 놓자", "어르신이 쉬어 갈 곳이 없습니다. 모임에서 뜻이 모였습니다.", Field.FACILITIES, "")
STARTS = NOW + timedelta(hours=1)


def a_meeting(kind: MeetingKind = MeetingKind.FORUM) -> tuple[VillageMeeting, Person]:
    place = make_place()
    cycle = make_cycle(place)
    chair = make_holder(Role.COMMITTEE_CHAIR, place)
    with transaction():
        meeting = calling.call_meeting(
            place, cycle, [], title="우리 동네 100인 토론회", where="강당", offices="", starts_at=STARTS, once="m",
            kind=kind, by=chair, at=NOW,
        )  # fmt: skip
    return meeting, chair


def opened(
    meeting: VillageMeeting,
    chair: Person,
    *,
    visibility: Visibility = Visibility.OPEN,
    tables: int = 3,
    code: str = "ACDEFH",
) -> LiveRoom:
    with transaction():
        return live.open_room(
            meeting.id, SEEDS, access=Access.ANYONE, visibility=visibility, tables=tables, code=code, by=chair, at=NOW
        )


def statements(room: LiveRoom) -> list[Statement]:
    return list(session().query(Statement).filter_by(round_id=room.round_id).order_by(Statement.number))


def put(room: LiveRoom, statement: Statement, by: Person) -> None:
    with transaction():
        live.put_statement(room, statement.id, by=by, at=NOW)


def answer(room: LiveRoom, statement: Statement, value: Answer, device: str) -> None:
    with transaction():
        live.answer(room, statement.id, value, voice=Voice(device=device, address="10.0.0.1"), at=NOW)


def test_a_room_opens_once_and_its_code_is_read_in_any_spelling(app: Flask):
    meeting, chair = a_meeting()
    room = opened(meeting, chair)
    assert opened(meeting, chair, code="XXXXXX").code == room.code == "ACDEFH"
    assert rooms.room_by_code(" acd-ＥＦＨ ").meeting_id == meeting.id
    with pytest.raises(NotFound):
        rooms.room_by_code("ACDEFA")
    assert room.round.is_led
    assert room.round.state is RoundState.OPEN


def test_only_council_and_staff_lead(app: Flask):
    meeting, chair = a_meeting()
    resident = make_resident(meeting.place)
    with pytest.raises(NotAllowed):
        opened(meeting, resident)
    room = opened(meeting, chair)
    with pytest.raises(NotAllowed):
        put(room, statements(room)[0], resident)
    with pytest.raises(NotAllowed), transaction():
        live.end_room(meeting.id, by=resident, at=NOW)


def test_one_statement_at_a_time_is_before_the_room(app: Flask):
    meeting, chair = a_meeting()
    room = opened(meeting, chair)
    first, second, _ = statements(room)
    with pytest.raises(RuleViolation):
        answer(room, first, Answer.AGREE, "a")
    put(room, first, chair)
    answer(room, first, Answer.AGREE, "a")
    put(room, second, chair)
    state = rooms.state_of(room)
    assert state.open is not None
    assert state.open.id == second.id
    with pytest.raises(RuleViolation):
        answer(room, first, Answer.WORRY, "a")
    assert [each.id for each in state.done] == [first.id]


def test_choices_are_counted_on_the_wall_only_once_a_statement_is_closed(app: Flask):
    meeting, chair = a_meeting()
    room = opened(meeting, chair)
    first, second, _ = statements(room)
    put(room, first, chair)
    answer(room, first, Answer.AGREE, "a")
    answer(room, first, Answer.WORRY, "b")
    shown = rooms.state_of(room).open
    assert shown is not None
    assert (shown.answered, shown.agree, shown.worry) == (2, None, None)
    put(room, second, chair)
    assert [(each.agree, each.worry, each.unsure) for each in rooms.state_of(room).done] == [(1, 1, 0)]


def test_a_hidden_round_shows_no_choice_before_the_end(app: Flask):
    meeting, chair = a_meeting()
    room = opened(meeting, chair, visibility=Visibility.HIDDEN)
    first, second, _ = statements(room)
    put(room, first, chair)
    answer(room, first, Answer.AGREE, "a")
    put(room, second, chair)
    assert [(each.answered, each.agree) for each in rooms.state_of(room).done] == [(1, None)]
    with transaction():
        live.end_room(meeting.id, by=chair, at=NOW)
    assert [(each.answered, each.agree) for each in rooms.state_of(room).done] == [(1, 1)]


def test_who_comes_is_counted_once_and_a_room_that_ended_lets_nobody_in(app: Flask):
    meeting, chair = a_meeting()
    room = opened(meeting, chair)
    guest, person = Voice(device="a", address="10.0.0.1"), Voice(person=make_resident(meeting.place))
    for voice, table in ((guest, None), (guest, 2), (person, 1)):
        with transaction():
            live.come_in(room, voice=voice, table_no=table, at=NOW)
    assert rooms.people_in(room) == 2
    assert sorted(row.table_no or 0 for row in session().query(Attendance)) == [1, 2]
    with pytest.raises(InvalidInput), transaction():
        live.come_in(room, voice=guest, table_no=4, at=NOW)
    with pytest.raises(RuleViolation), transaction():
        live.come_in(room, voice=Voice(), table_no=None, at=NOW)
    with transaction():
        live.end_room(meeting.id, by=chair, at=NOW)
    with pytest.raises(RuleViolation), transaction():
        live.come_in(room, voice=Voice(device="b"), table_no=None, at=NOW)
    assert meeting.attendance == 2
    assert {(row.person_id, row.device_index) for row in session().query(Attendance)} == {(None, None)}


def test_a_closed_account_sits_in_no_room_any_more_and_is_still_counted(app: Flask):
    meeting, chair = a_meeting()
    room, person = opened(meeting, chair), make_resident(meeting.place)
    with transaction():
        live.come_in(room, voice=Voice(person=person), table_no=None, at=NOW)
    with transaction():
        close_account(person.id, at=NOW)
    assert [row.person_id for row in session().query(Attendance)] == [None]
    assert rooms.people_in(room) == 1


def test_a_room_full_of_phones_at_the_same_time_is_counted_exactly(app: Flask):
    meeting, chair = a_meeting()
    room = opened(meeting, chair)
    statement_id, meeting_id = statements(room)[0].id, meeting.id
    put(room, statements(room)[0], chair)

    def tap(device: str) -> None:
        mine = session().get_one(LiveRoom, meeting_id)
        live.answer(mine, statement_id, Answer.AGREE, voice=Voice(device=device, address="x"), at=NOW)

    assert at_once(app, *(partial(tap, str(n % 6)) for n in range(12))) == []
    room = session().get_one(LiveRoom, meeting_id)
    assert session().get_one(Statement, statement_id).agree == 6
    assert rooms.people_in(room) == 6


def test_paper_counts_like_phones_and_a_batch_counts_once(app: Flask):
    meeting, chair = a_meeting()
    room = opened(meeting, chair)
    numbers = [statement.number for statement in statements(room)]
    for _ in range(2):
        with transaction():
            live.enter_paper(room, "o x ?\nㅇ..\n\nO O O", numbers, once="p", by=chair, at=NOW)
    session().expire_all()
    first, second, third = statements(room)
    assert (first.agree, second.agree, second.worry, third.unsure, third.agree) == (3, 1, 1, 1, 1)
    assert rooms.people_in(room) == 3
    for typed in ("ox", "oxz", "", "o\n" * 300):
        with pytest.raises(InvalidInput), transaction():
            live.enter_paper(room, typed, numbers, once=typed, by=chair, at=NOW)


def test_tables_are_written_in_one_form_and_two_clerks_do_not_overwrite_each_other(app: Flask):
    meeting, chair = a_meeting()
    room = opened(meeting, chair)
    version = room.version

    def enter(seen: int, text: str) -> None:
        with transaction():
            outcomes.enter_tables(
                meeting.id, {1: 8, 2: 7, 3: 0}, {1: [Idea(text, 5)], 2: [Idea("버스", 3), Idea("의자", 2)]},
                version=seen, by=chair, at=NOW,
            )  # fmt: skip

    enter(version, "의자 놓기")
    with pytest.raises(Conflict):
        enter(version, "다른 글")
    enter(version + 1, "의자와 그늘")
    assert [(table.people, [idea.text for idea in table.ideas]) for table in rooms.tables_of(room)] == [
        (8, ["의자와 그늘"]), (7, ["버스", "의자"]), (0, []),
    ]  # fmt: skip
    assert rooms.people_in(room) == 15
    with pytest.raises(InvalidInput), transaction():
        outcomes.enter_tables(meeting.id, {4: 1}, {}, version=version + 2, by=chair, at=NOW)


@pytest.mark.slow
def test_an_agenda_carries_its_evidence_and_nothing_changes_it_any_more(app: Flask):
    meeting, chair = a_meeting()
    room = opened(meeting, chair)
    first = statements(room)[0]
    put(room, first, chair)
    for n, value in enumerate([Answer.AGREE] * 3 + [Answer.WORRY]):
        answer(room, first, value, str(n))
    with transaction():
        outcomes.enter_tables(meeting.id, {1: 4}, {1: [Idea("의자부터", 9)]}, version=1, by=chair, at=NOW)
    idea = rooms.tables_of(room)[0].ideas[0]

    def make(once: str = "a", statements: tuple[int, ...] = (first.id,), ideas: tuple[int, ...] = (idea.id,)) -> Any:
        with transaction():
            return outcomes.make_agenda(
                meeting.id, WORDS, statement_ids=statements, idea_ids=ideas, once=once, by=chair, at=NOW
            )

    with pytest.raises(RuleViolation):
        make()
    with transaction():
        live.end_room(meeting.id, by=chair, at=NOW)
    with pytest.raises(InvalidInput):
        make("none", (), ())
    with pytest.raises(InvalidInput):
        make("strange", (first.id, 999), ())
    proposal = make()
    assert make().id == proposal.id
    assert (proposal.source, proposal.state) == (Source.DISCUSSION, ProposalState.ACCEPTED)
    found = rooms.evidence_of(proposal)
    assert [(each.text, each.agree, each.worry, each.unsure) for each in found[:1]] == [(first.text, 3, 1, 0)]
    assert [(each.text, each.table_no, each.stickers) for each in found[1:]] == [("의자부터", 1, 9)]
    assert session().query(StatementProposal).filter_by(statement_id=first.id).count() == 1
    assert session().query(MeetingTopic).filter_by(meeting_id=meeting.id, proposal_id=proposal.id).count() == 1
    with pytest.raises(RuleViolation), transaction():
        outcomes.enter_tables(meeting.id, {1: 5}, {}, version=room.version, by=chair, at=NOW)
    assert session().query(Evidence).count() == 2


def test_the_wall_costs_the_same_however_full_the_room_is(app: Flask, queries: Callable[[], Any]):
    meeting, chair = a_meeting()
    room = opened(meeting, chair)
    put(room, statements(room)[0], chair)
    counted: list[int] = []
    for crowd in (1, 6):
        for n in range(crowd):
            answer(room, statements(room)[0], Answer.AGREE, f"{crowd}-{n}")
        session().expire_all()
        assert room.round.title
        with queries() as sent:
            rooms.state_of(room)
        counted.append(len(sent))
    assert counted[0] == counted[1] <= 5
