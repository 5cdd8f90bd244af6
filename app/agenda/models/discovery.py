"""Tables around a proposal: who writes it with others, its files, who finds it good, the call that it answers."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.agenda.models.proposals import Proposal, VillageMeeting
from app.agenda.rules.joining import AskKind, AskState
from app.db.base import Base, Versioned
from app.db.types import EnumText
from app.files.models import StoredFile
from app.people.models import Person


class ProposalFile(Base):
    """A file of a proposal; taken away, its line stays with the reason."""

    __tablename__ = "proposal_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"), unique=True)
    text: Mapped[str] = mapped_column(String(200))
    """What a picture shows, or what a document is: read out to who cannot see it."""
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    file: Mapped[StoredFile] = relationship(lazy="joined")
    proposal: Mapped[Proposal] = relationship()


class Endorsement(Base):
    """Somebody finds a proposal good (공감): no signature, open to everybody with an account."""

    __tablename__ = "endorsements"
    __table_args__ = (UniqueConstraint("proposal_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    endorsed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class AgendaAsk(Versioned, Base):
    """The council asks the authors whether their proposal may be joined to another, or divided."""

    __tablename__ = "agenda_asks"
    __table_args__ = (Index("ix_agenda_asks_proposal_id_state", "proposal_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"))
    kind: Mapped[AskKind] = mapped_column(EnumText(AskKind))
    state: Mapped[AskState] = mapped_column(EnumText(AskState))
    into_id: Mapped[int | None] = mapped_column(ForeignKey("proposals.id"), index=True)
    parts: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    """Of a division: title, text, field and place of each part."""
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    settled_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship(foreign_keys=[proposal_id])
    into: Mapped[Proposal | None] = relationship(foreign_keys=[into_id])


class OfficeInvitation(Versioned, Base):
    """An office is invited to a meeting of neighbours, and says whether it comes."""

    __tablename__ = "office_invitations"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("village_meetings.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    office: Mapped[str] = mapped_column(String(60))
    """The name that pages show: the office, never the person."""
    invited_at: Mapped[datetime]
    comes: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    """What the office says beforehand; public."""
    answered_at: Mapped[datetime | None]

    meeting: Mapped[VillageMeeting] = relationship()
    person: Mapped[Person] = relationship()


class MeetingTask(Versioned, Base):
    """What a meeting asked somebody to do until a day."""

    __tablename__ = "meeting_tasks"
    __table_args__ = (
        UniqueConstraint("meeting_id", "once"),
        Index("ix_meeting_tasks_due_at_done_at", "due_at", "done_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("village_meetings.id"))
    once: Mapped[str] = mapped_column(String(64))
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposals.id"), index=True)
    text: Mapped[str] = mapped_column(String(300))
    unit: Mapped[str] = mapped_column(String(60))
    """Who does it: an office or a committee."""
    due_at: Mapped[datetime]
    noted_at: Mapped[datetime]
    result: Mapped[str] = mapped_column(Text, default="")
    done_at: Mapped[datetime | None]

    meeting: Mapped[VillageMeeting] = relationship()
    proposal: Mapped[Proposal | None] = relationship()
