"""Tables of what neighbours say to the news of a project."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base
from app.db.types import EnumText
from app.discussion.rules import Reason
from app.execution.models.projects import ProjectUpdate
from app.people.models import Person


class UpdateComment(Base):
    """What somebody says to one piece of news. Hidden or taken back, its place stays."""

    __tablename__ = "update_comments"
    __table_args__ = (
        UniqueConstraint("author_id", "once"),
        Index("ix_update_comments_update_id_id", "update_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    update_id: Mapped[int] = mapped_column(ForeignKey("project_updates.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    once: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    hidden_for: Mapped[Reason | None] = mapped_column(EnumText(Reason))
    hidden_why: Mapped[str] = mapped_column(String(300), default="")
    """Public words of who hid it."""

    update: Mapped[ProjectUpdate] = relationship()
    author: Mapped[Person] = relationship()

    @property
    def is_shown(self) -> bool:
        """Tell whether everybody reads it."""
        return self.hidden_at is None and self.withdrawn_at is None
