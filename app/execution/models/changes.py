"""Tables of what was changed after it had been promised."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, Versioned
from app.db.types import EnumText, Won
from app.execution.models.projects import Project
from app.execution.rules.changes import ChangeKind, ChangeState, Decider
from app.plan.rules import FundSource


class ProjectChange(Versioned, Base):
    """A change of money or content, or the end of a project: asked for with a reason, decided by whom the rule says."""

    __tablename__ = "project_changes"
    __table_args__ = (UniqueConstraint("project_id", "once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    once: Mapped[str] = mapped_column(String(64))
    kind: Mapped[ChangeKind] = mapped_column(EnumText(ChangeKind))
    state: Mapped[ChangeState] = mapped_column(EnumText(ChangeState), index=True)
    decider: Mapped[Decider] = mapped_column(EnumText(Decider))
    amount_won: Mapped[Won] = mapped_column(default=0)
    """By how much the plan grows or shrinks; 0 for content."""
    source: Mapped[FundSource] = mapped_column(EnumText(FundSource))
    year: Mapped[int]
    before: Mapped[str] = mapped_column(Text, default="")
    """The description before a change of content was carried."""
    after: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text)
    proposed_at: Mapped[datetime]
    decided_on: Mapped[date | None]
    meeting: Mapped[str] = mapped_column(String(120), default="")
    """Which meeting decided, or which office approved."""
    members: Mapped[int | None]
    present: Mapped[int | None]
    in_favour: Mapped[int | None]
    against: Mapped[int | None]
    abstained: Mapped[int | None]
    document_hash: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the minutes or the approval."""
    decided_at: Mapped[datetime | None]

    project: Mapped[Project] = relationship(back_populates="changes")
