"""Holding a meeting live: the room, who came, the statements put, paper, the end."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.agenda.models import VillageMeeting
from app.clock import kst_date, kst_midnight
from app.db.session import get_or_not_found, session
from app.deliberation.models import Statement
from app.deliberation.queries.rounds import device_index
from app.deliberation.rules import Access, Answer, RoundState, Visibility, read_sheets
from app.deliberation.services import answering, closing, preparing, stating
from app.deliberation.services import live as rounds
from app.deliberation.voice import Voice
from app.discussion.models import Attendance, LiveRoom
from app.discussion.permissions import can_facilitate
from app.discussion.queries.live import people_in, room_of
from app.discussion.rules.live import MOST_TABLES
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person

NOT_FACILITATOR = N_("위원과 담당자가 모임을 진행합니다.")
IS_OVER = N_("끝난 모임입니다.")


def open_room(
    meeting_id: int,
    seeds: list[str],
    *,
    access: Access,
    visibility: Visibility,
    tables: int,
    code: str,
    by: Person,
    at: datetime,
) -> LiveRoom:
    """Open the room of a meeting: an opinion round that its facilitator leads, and a code by which phones come in.

    The round lasts until the end of the day after the meeting, so that paper can still be entered; the facilitator may
    end it before. Opening twice opens one room.

    Args:
        meeting_id: which meeting.
        seeds: the first statements, one idea each.
        access: who may answer.
        visibility: whether a statement's counts are shown when it is closed, or all of them at the end.
        tables: how many tables there are; 0 for none.
        code: a fresh code of `app.discussion.rules.live.CODE_LETTERS`.
        by: a council member or staff.
        at: when.

    Raises:
        NotFound, NotAllowed: no such meeting; neither council nor staff.
        RuleViolation: cancelled or minuted, or too few statements.
        InvalidInput: a seed is no statement, or too many tables.
    """
    meeting = get_or_not_found(VillageMeeting, meeting_id, lock=True)
    if not can_facilitate(by, meeting.place, at):
        raise NotAllowed(NOT_FACILITATOR)
    known = session().get(LiveRoom, meeting.id)
    if known is not None:
        return known
    if meeting.cancelled_at is not None or meeting.held_at is not None:
        raise RuleViolation(IS_OVER)
    if not 0 <= tables <= MOST_TABLES:
        raise InvalidInput(N_("모둠은 %(most)s개까지 둘 수 있습니다."), field="tables", most=MOST_TABLES)
    last_day = kst_date(max(meeting.starts_at, at)) + timedelta(days=2)
    terms = preparing.Terms(
        title=meeting.title,
        purpose=meeting.where,
        visibility=visibility,
        access=access,
        is_led=True,
        closes_at=kst_midnight(last_day),
    )
    found = preparing.prepare_round(meeting.cycle, terms, seeds, once=f"meeting-{meeting.id}", by=by, at=at)
    preparing.open_round(found.id, by=by, at=at)
    room = LiveRoom(meeting_id=meeting.id, round_id=found.id, code=code, tables=tables, opened_by=by.id, opened_at=at)
    session().add(room)
    session().flush()
    return room


def come_in(room: LiveRoom, *, voice: Voice, table_no: int | None, at: datetime) -> None:
    """Note that somebody came; once a person or device, a later table replaces the earlier one.

    Raises:
        RuleViolation: the meeting is over.
        InvalidInput: there is no such table.
    """
    if room.ended_at is not None:
        raise RuleViolation(IS_OVER)
    if table_no is not None and not 1 <= table_no <= room.tables:
        raise InvalidInput(N_("모둠 번호는 1부터 %(most)s까지입니다."), field="table_no", most=room.tables)
    if voice.person is None and voice.device is None:
        raise RuleViolation(N_("이 브라우저가 쿠키를 받지 않아 들어올 수 없습니다. 쿠키를 허용하거나 로그인해 주세요."))
    who = (
        {"person_id": voice.person.id}
        if voice.person is not None
        else {"device_index": device_index(room.round_id, voice.device or "")}
    )
    insert = sqlite_insert if session().get_bind().dialect.name == "sqlite" else postgresql_insert
    row = {"meeting_id": room.meeting_id, "table_no": table_no, "came_at": at, **who}
    session().execute(
        insert(Attendance)
        .values(row)
        .on_conflict_do_update(index_elements=["meeting_id", *who], set_={"table_no": table_no})
    )


def put_statement(room: LiveRoom, statement_id: int, *, by: Person, at: datetime) -> Statement:
    """Put a statement before the room; the one that was there is closed, so that everybody answers the same.

    Raises:
        NotFound, NotAllowed, RuleViolation: as `app.deliberation.services.live.open_statement`.
    """
    _require_running(room, by, at)
    open_ones = session().scalars(
        select(Statement.id).where(
            Statement.round_id == room.round_id, Statement.is_open.is_(True), Statement.id != statement_id
        )
    )
    for other in open_ones.all():
        rounds.close_statement(other, by=by, at=at)
    _require_own(room, statement_id)
    return rounds.open_statement(statement_id, by=by, at=at)


def take_statement(room: LiveRoom, statement_id: int, *, by: Person, at: datetime) -> Statement:
    """Take no more answers to a statement.

    Raises:
        NotFound, NotAllowed, RuleViolation: as `put_statement`.
    """
    _require_running(room, by, at)
    _require_own(room, statement_id)
    return rounds.close_statement(statement_id, by=by, at=at)


def answer(room: LiveRoom, statement_id: int, value: Answer, *, voice: Voice, at: datetime) -> None:
    """Take somebody's answer to the statement before the room; who answers has come.

    Raises:
        NotFound, RuleViolation, SignInRequired, NotAllowed: as `app.deliberation.services.answering.answer`.
    """
    answering.answer(room.round_id, statement_id, value, voice=voice, at=at)
    came = session().scalar(
        select(func.count(Attendance.id)).where(
            Attendance.meeting_id == room.meeting_id,
            Attendance.person_id == voice.person.id
            if voice.person is not None
            else Attendance.device_index == device_index(room.round_id, voice.device or ""),
        )
    )
    if not came:
        come_in(room, voice=voice, table_no=None, at=at)


def say(room: LiveRoom, text: str, *, once: str, voice: Voice, at: datetime) -> Statement:
    """Offer a statement from one's seat; the facilitator looks at it before anybody sees it.

    Raises:
        RuleViolation, SignInRequired, NotAllowed, InvalidInput: as `app.deliberation.services.stating.submit_statement`.
    """
    return stating.submit_statement(room.round_id, text, once=once, voice=voice, at=at)


def say_for(room: LiveRoom, text: str, *, once: str, by: Person, at: datetime) -> Statement:
    """Add a statement that was said aloud; it may be put at once.

    Raises:
        NotAllowed, RuleViolation, InvalidInput: as `app.deliberation.services.stating.add_for_others`.
    """
    _require_running(room, by, at)
    return stating.add_for_others(room.round_id, text, once=once, is_published=True, by=by, at=at)


def enter_paper(room: LiveRoom, typed: str, numbers: list[int], *, once: str, by: Person, at: datetime) -> int:
    """Enter a batch of paper sheets, one a line; the same batch sent twice is entered once. Return how many.

    Raises:
        NotAllowed, RuleViolation, InvalidInput: not a facilitator; the meeting is over; a line cannot be read.
    """
    _require_running(room, by, at)
    return rounds.enter_sheets(room.round_id, read_sheets(typed, numbers), once=once, by=by, at=at)


def end_room(meeting_id: int, *, by: Person, at: datetime) -> LiveRoom:
    """End the meeting: no more answers, the counts are final and may be shown. Ending twice is ending once.

    How many came stays; who they were is forgotten.

    Raises:
        NotFound, NotAllowed, RuleViolation: no room; not a facilitator; nothing was open.
    """
    room = get_or_not_found(LiveRoom, meeting_id, lock=True)
    if not can_facilitate(by, room.meeting.place, at):
        raise NotAllowed(NOT_FACILITATOR)
    if room.ended_at is not None:
        return room
    if room.round.state is RoundState.OPEN:
        closing.close_round(room.round_id, by=by, at=at)
    room.ended_at = at
    room.version += 1
    _forget(Attendance.meeting_id == room.meeting_id)
    if room.meeting.held_at is None:
        # The minutes begin with this number; whoever writes them may correct it.
        room.meeting.attendance = max(1, people_in(room))
    return room


def on_account_closed(person: Person) -> None:
    """Forget in which rooms somebody sits whose account is closed; the number of people there stays."""
    _forget(Attendance.person_id == person.id)


def _forget(whom: ColumnElement[bool]) -> None:
    session().execute(
        update(Attendance)
        .where(whom)
        .values(person_id=None, device_index=None)
        .execution_options(synchronize_session=False)
    )


def _require_running(room: LiveRoom, by: Person, at: datetime) -> None:
    if not can_facilitate(by, room.meeting.place, at):
        raise NotAllowed(NOT_FACILITATOR)
    if room_of(room.meeting).ended_at is not None:
        raise RuleViolation(IS_OVER)


def _require_own(room: LiveRoom, statement_id: int) -> None:
    if get_or_not_found(Statement, statement_id).round_id != room.round_id:
        raise RuleViolation(N_("이 모임의 문장이 아닙니다."))
