"""The table of messages."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import EnumText
from app.outbox.rules import Channel, State
from app.privacy.encryption import SealedText
from app.privacy.sealing import SealedRow, sealed_column


class Message(SealedRow, Base):
    """One message to one person. Its words and address are sealed, and wiped when they are no longer needed."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_place_id_state", "place_id", "state"),
        Index("ix_messages_state_ended_at", "state", "ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(String(160), unique=True)
    channel: Mapped[Channel] = mapped_column(EnumText(Channel))
    template: Mapped[str] = mapped_column(String(80))
    locale: Mapped[str] = mapped_column(String(5))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    recipient: Mapped[SealedText | None] = sealed_column()
    subject: Mapped[SealedText | None] = sealed_column()
    body: Mapped[SealedText | None] = sealed_column()
    unsubscribe: Mapped[SealedText | None] = sealed_column()
    """Where one click ends messages of this sort (RFC 8058); of digests only."""
    is_secret: Mapped[bool]
    """The words open something (a code, a link): wiped as soon as they are sent."""

    state: Mapped[State] = mapped_column(EnumText(State))
    attempts: Mapped[int]
    queued_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    """Not sent after this instant: a code of ten minutes must not arrive the next day."""
    ended_at: Mapped[datetime | None]
    """When it was sent or given up."""
    wiped_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(80))
    """A short code (``smtp 550``, ``http 401``, ``timeout``); never the other side's words, which may hold the address."""
    reference: Mapped[str | None] = mapped_column(String(120))
    """What the gateway calls it."""
