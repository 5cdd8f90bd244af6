"""SELECTs about the word: who speaks, who waits in which order."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.assembly.floor.models import FloorAttendance, FloorDay, FloorItem, Word
from app.assembly.floor.rules.speaking import Waiting, in_order
from app.assembly.floor.rules.states import SpeakerRole, WordState
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.i18n import N_
from app.people.models import Person


@dataclass(frozen=True)
class Turn:
    """Somebody in the queue, or speaking. ``name`` is empty unless they want it shown."""

    id: int
    role: SpeakerRole
    name: str
    asked_at: datetime
    began_at: datetime | None
    is_first: bool
    """Whether they have not spoken on this day."""


def word_of(day: FloorDay, word_id: int) -> Word:
    """Return an asking of a day.

    Raises:
        NotFound: none of this number on it.
    """
    found = get_or_not_found(Word, word_id)
    if found.day_id != day.id:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    return found


def speaking_now(day: FloorDay) -> Word | None:
    """Return who has the word."""
    return session().scalar(select(Word).where(Word.day_id == day.id, Word.state == WordState.SPEAKING))


def queue_of(item: FloorItem, day: FloorDay) -> list[Turn]:
    """Return who waits for the word, next first."""
    spoken = (
        select(Word.attendance_id, func.count().label("times"))
        .where(Word.day_id == day.id, Word.state.in_((WordState.SPOKEN, WordState.SPEAKING)))
        .where(Word.attendance_id.is_not(None))
        .group_by(Word.attendance_id)
        .subquery()
    )
    rows = session().execute(
        select(Word, func.coalesce(spoken.c.times, 0))
        .outerjoin(spoken, spoken.c.attendance_id == Word.attendance_id)
        .where(Word.item_id == item.id, Word.state == WordState.ASKED)
    )
    words = {word.id: (word, times) for word, times in rows}
    order = in_order(
        (Waiting(word.id, word.asked_at, times) for word, times in words.values()),
        first_timers_first=day.first_timers_first,
    )
    return [_turn(words[one.id][0], is_first=not one.spoken_before) for one in order]


def attendance_of(day: FloorDay, person: Person | None) -> FloorAttendance | None:
    """Return how somebody is noted as present; None for who is not, and for guests of the site."""
    if person is None:
        return None
    return session().scalar(
        select(FloorAttendance).where(FloorAttendance.day_id == day.id, FloorAttendance.person_id == person.id)
    )


def own_word(item: FloorItem, attendance: FloorAttendance | None) -> Word | None:
    """Return what somebody asked for to an item."""
    if attendance is None:
        return None
    return session().scalar(select(Word).where(Word.item_id == item.id, Word.attendance_id == attendance.id))


def spoken_to(item: FloorItem) -> list[Word]:
    """Return who spoke to an item, in the order in which they did."""
    query = select(Word).where(Word.item_id == item.id, Word.began_at.is_not(None)).order_by(Word.began_at, Word.id)
    return list(session().scalars(query))


def unheard(item: FloorItem) -> int:
    """Return how many asked for the word and were not heard before the item was closed."""
    query = select(func.count(Word.id)).where(Word.item_id == item.id, Word.state == WordState.UNHEARD)
    return session().scalar(query) or 0


def _turn(word: Word, *, is_first: bool) -> Turn:
    return Turn(word.id, word.role, word.name, word.asked_at, word.began_at, is_first)
