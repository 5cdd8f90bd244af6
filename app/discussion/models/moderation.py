"""Tables of reports and of what moderators decided about them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import EnumText
from app.discussion.rules import Kind, Reason, Verdict
from app.people.rules import Role


class Report(Base):
    """Somebody stumbled over a text. Who reported is for moderators only, and not shown to the author."""

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("reporter_id", "kind", "subject_id"),
        Index("ix_reports_place_id_handled_at", "place_id", "handled_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    kind: Mapped[Kind] = mapped_column(EnumText(Kind))
    subject_id: Mapped[int]
    reporter_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[Reason] = mapped_column(EnumText(Reason))
    note: Mapped[str] = mapped_column(String(300), default="")
    reported_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]


class ModerationEntry(Base):
    """One line of the public log: what was decided about a text, never the text itself nor whose it was."""

    __tablename__ = "moderation_entries"
    __table_args__ = (Index("ix_moderation_entries_place_id_id", "place_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    kind: Mapped[Kind] = mapped_column(EnumText(Kind))
    subject_id: Mapped[int]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"))
    verdict: Mapped[Verdict] = mapped_column(EnumText(Verdict))
    reason: Mapped[Reason | None] = mapped_column(EnumText(Reason))
    explanation: Mapped[str] = mapped_column(String(300), default="")
    """Public words of the moderator."""
    decided_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    """Not shown; the log names the role."""
    role: Mapped[Role] = mapped_column(EnumText(Role))
    decided_at: Mapped[datetime]
