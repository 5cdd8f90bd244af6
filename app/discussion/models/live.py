"""Tables of a meeting that is held live."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.agenda.models import Proposal, VillageMeeting
from app.db.base import Base, Versioned
from app.deliberation.models import OpinionRound, Statement


class LiveRoom(Versioned, Base):
    """The room of a meeting: a code by which phones come in, and the opinion round whose statements are put there."""

    __tablename__ = "live_rooms"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("village_meetings.id"), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("opinion_rounds.id"), unique=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    tables: Mapped[int]
    """How many tables there are; 0: people sit as they like."""
    opened_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    meeting: Mapped[VillageMeeting] = relationship()
    round: Mapped[OpinionRound] = relationship()


class Attendance(Base):
    """Somebody came in with a phone: an account, or a device without one. Who came is nobody's to read; the count is."""

    __tablename__ = "live_attendances"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"), UniqueConstraint("meeting_id", "device_index"))

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("live_rooms.meeting_id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    device_index: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    table_no: Mapped[int | None]
    came_at: Mapped[datetime]


class TableSheet(Base):
    """How many sat at a table."""

    __tablename__ = "table_sheets"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("live_rooms.meeting_id"), primary_key=True)
    table_no: Mapped[int] = mapped_column(primary_key=True)
    people: Mapped[int]


class TableIdea(Base):
    """What a table came to, with the stickers it got."""

    __tablename__ = "table_ideas"
    __table_args__ = (UniqueConstraint("meeting_id", "table_no", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("live_rooms.meeting_id"))
    table_no: Mapped[int]
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(140))
    stickers: Mapped[int]


class Evidence(Base):
    """Why a meeting made an agenda: a statement with its final counts, or what a table came to. Fixed when it was made."""

    __tablename__ = "meeting_evidence"
    __table_args__ = (UniqueConstraint("proposal_id", "meeting_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("village_meetings.id"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(140))
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("round_statements.id"))
    agree: Mapped[int | None]
    worry: Mapped[int | None]
    unsure: Mapped[int | None]
    table_no: Mapped[int | None]
    stickers: Mapped[int | None]

    proposal: Mapped[Proposal] = relationship()
    meeting: Mapped[VillageMeeting] = relationship()
    statement: Mapped[Statement | None] = relationship()
