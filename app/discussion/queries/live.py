"""SELECTs about meetings held live. What they return shows counts, never who."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.agenda.models import Proposal, VillageMeeting
from app.db.session import session
from app.deliberation.models import Participant, Statement, StatementAnswer
from app.deliberation.queries.rounds import device_index
from app.deliberation.rules import Answer, RoundState, StatementState, Visibility
from app.deliberation.voice import Voice
from app.discussion.models import Attendance, Evidence, LiveRoom, TableIdea, TableSheet
from app.discussion.rules.live import normal_code
from app.errors import NotFound
from app.i18n import N_

NO_ROOM = N_("그런 모임이 없습니다. 화면의 글자를 다시 확인해 주세요.")


@dataclass(frozen=True)
class Put:
    """A statement of a room as everybody may see it."""

    id: int
    number: int
    text: str
    is_open: bool
    answered: int
    version: int
    agree: int | None = None
    """Counts are None while the statement is open, and until the end where the round keeps them hidden."""
    worry: int | None = None
    unsure: int | None = None


@dataclass(frozen=True)
class RoomState:
    """What the wall, the phones and the console show."""

    room: LiveRoom
    people: int
    open: Put | None
    done: list[Put]
    """Statements that were put and closed, the newest first."""
    waiting: list[Put]
    """Published, not put yet."""
    is_over: bool


@dataclass(frozen=True)
class Offered:
    """A statement somebody offered from their seat, for the facilitator only."""

    id: int
    text: str
    version: int


@dataclass(frozen=True)
class Table:
    """A table as the form and the page show it."""

    number: int
    people: int
    ideas: list[TableIdea] = field(default_factory=list)


def room_by_code(typed: str) -> LiveRoom:
    """Return the room of a code, in any spelling.

    Raises:
        NotFound: no room has it.
    """
    found = session().scalar(
        select(LiveRoom)
        .where(LiveRoom.code == normal_code(typed)[:8])
        .options(joinedload(LiveRoom.meeting).joinedload(VillageMeeting.place), joinedload(LiveRoom.round))
    )
    if found is None:
        raise NotFound(NO_ROOM)
    return found


def room_of(meeting: VillageMeeting) -> LiveRoom:
    """Return the room of a meeting.

    Raises:
        NotFound: it has none.
    """
    found = session().get(LiveRoom, meeting.id)
    if found is None:
        raise NotFound(NO_ROOM)
    return found


def has_room(meeting: VillageMeeting) -> LiveRoom | None:
    """Return the room of a meeting, or None."""
    return session().get(LiveRoom, meeting.id)


def state_of(room: LiveRoom) -> RoomState:
    """Return how a room stands: two queries, however many are in it."""
    rows = session().execute(
        select(
            Statement.id, Statement.number, Statement.text, Statement.is_open, Statement.version,
            Statement.agree, Statement.worry, Statement.unsure, Statement.is_seed,
        )
        .where(Statement.round_id == room.round_id, Statement.state == StatementState.PUBLISHED)
        .order_by(Statement.number)
    ).all()  # fmt: skip
    is_over = room.ended_at is not None or room.round.state is not RoundState.OPEN
    shows = is_over or room.round.visibility is not Visibility.HIDDEN
    found = [_put(row, shows=shows, is_over=is_over) for row in rows]
    done = [put for put in found if not put.is_open and put.answered]
    return RoomState(
        room=room,
        people=people_in(room),
        open=next((put for put in found if put.is_open and not is_over), None),
        done=sorted(done, key=lambda put: -put.number),
        waiting=[put for put in found if not put.is_open and not put.answered],
        is_over=is_over,
    )


def people_in(room: LiveRoom) -> int:
    """Return how many came: with phones, or written down at the tables where those are more, and the sheets of paper."""
    phones = session().scalar(select(func.count(Attendance.id)).where(Attendance.meeting_id == room.meeting_id)) or 0
    seats = session().scalar(select(func.sum(TableSheet.people)).where(TableSheet.meeting_id == room.meeting_id)) or 0
    paper = session().scalar(
        select(func.count(Participant.id)).where(Participant.round_id == room.round_id, Participant.sheet.is_not(None))
    )
    return max(phones + (paper or 0), int(seats))


def came(room: LiveRoom, voice: Voice) -> bool:
    """Tell whether this visitor has come in."""
    if voice.person is not None:
        who = Attendance.person_id == voice.person.id
    elif voice.device is not None:
        who = Attendance.device_index == device_index(room.round_id, voice.device)
    else:
        return False
    return session().scalar(select(Attendance.id).where(Attendance.meeting_id == room.meeting_id, who)) is not None


def own_answer(room: LiveRoom, statement_id: int, voice: Voice) -> Answer | None:
    """Return what this visitor answered to a statement."""
    if voice.person is not None:
        who = Participant.person_id == voice.person.id
    elif voice.device is not None:
        who = Participant.device_index == device_index(room.round_id, voice.device)
    else:
        return None
    value = session().scalar(
        select(StatementAnswer.value)
        .join(Participant, Participant.id == StatementAnswer.participant_id)
        .where(Participant.round_id == room.round_id, who, StatementAnswer.statement_id == statement_id)
    )
    return None if value is None else Answer(value)


def offered(room: LiveRoom) -> list[Offered]:
    """Return what was offered from the seats and waits for the facilitator, oldest first."""
    rows = session().execute(
        select(Statement.id, Statement.text, Statement.version)
        .where(Statement.round_id == room.round_id, Statement.state == StatementState.PENDING)
        .order_by(Statement.id)
        .limit(50)
    )
    return [Offered(row.id, row.text, row.version) for row in rows]


def tables_of(room: LiveRoom) -> list[Table]:
    """Return all tables of a room with what they came to."""
    rows = session().execute(
        select(TableSheet.table_no, TableSheet.people).where(TableSheet.meeting_id == room.meeting_id)
    )
    people: dict[int, int] = {row.table_no: row.people for row in rows}
    ideas: dict[int, list[TableIdea]] = {}
    query = select(TableIdea).where(TableIdea.meeting_id == room.meeting_id)
    for idea in session().scalars(query.order_by(TableIdea.table_no, TableIdea.position)):
        ideas.setdefault(idea.table_no, []).append(idea)
    return [Table(n, people.get(n, 0), ideas.get(n, [])) for n in range(1, room.tables + 1)]


def evidence_of(proposal: Proposal) -> list[Evidence]:
    """Return why meetings made an agenda."""
    query = (
        select(Evidence)
        .where(Evidence.proposal_id == proposal.id)
        .options(joinedload(Evidence.meeting))
        .order_by(Evidence.meeting_id, Evidence.position)
    )
    return list(session().scalars(query))


def _put(row: Any, *, shows: bool, is_over: bool) -> Put:
    visible = shows and (is_over or not row.is_open)
    return Put(
        id=row.id, number=row.number, text=row.text, is_open=row.is_open and not is_over,
        answered=row.agree + row.worry + row.unsure, version=row.version,
        agree=row.agree if visible else None, worry=row.worry if visible else None,
        unsure=row.unsure if visible else None,
    )  # fmt: skip
