"""SELECTs about messages. They never show what a message says or to whom it goes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.db.session import session
from app.outbox.models import Message
from app.outbox.rules import CHANNEL_NAMES, STATE_NAMES, State

PAGE = 50


@dataclass(frozen=True)
class MessageLine:
    """A message in the list of a place's staff."""

    id: int
    channel_name: str
    template: str
    state: State
    state_name: str
    attempts: int
    queued_at: datetime
    ended_at: datetime | None
    next_attempt_at: datetime | None
    error: str | None
    can_send_again: bool


def messages_newest_first(place_id: int, *, state: State | None = None, before: int | None = None) -> list[MessageLine]:
    """Return up to `PAGE` messages of a place."""
    query = select(Message).where(Message.place_id == place_id).order_by(Message.id.desc()).limit(PAGE)
    if state is not None:
        query = query.where(Message.state == state)
    if before is not None:
        query = query.where(Message.id < before)
    return [_line(message) for message in session().scalars(query)]


def count_by_state(place_id: int | None = None) -> dict[State, int]:
    """Return how many messages stand where, of one place or of all."""
    query = select(Message.state, func.count()).group_by(Message.state)
    if place_id is not None:
        query = query.where(Message.place_id == place_id)
    return dict.fromkeys(State, 0) | {row[0]: row[1] for row in session().execute(query)}


def _line(message: Message) -> MessageLine:
    return MessageLine(
        id=message.id,
        channel_name=CHANNEL_NAMES[message.channel],
        template=message.template,
        state=message.state,
        state_name=STATE_NAMES[message.state],
        attempts=message.attempts,
        queued_at=message.queued_at,
        ended_at=message.ended_at,
        next_attempt_at=message.next_attempt_at,
        error=message.error,
        can_send_again=message.state is State.FAILED and message.wiped_at is None,
    )
