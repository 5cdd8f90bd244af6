"""Tables of what people say about an agenda."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.agenda.models import Proposal
from app.db.base import Base
from app.db.types import EnumText
from app.discussion.rules import Reason, Side
from app.people.models import Person


class Argument(Base):
    """One thought about an agenda, in one of three columns. It takes support, never replies."""

    __tablename__ = "arguments"
    __table_args__ = (
        UniqueConstraint("author_id", "once"),
        Index("ix_arguments_proposal_id_side_support_count", "proposal_id", "side", "support_count"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    once: Mapped[str] = mapped_column(String(64))
    side: Mapped[Side] = mapped_column(EnumText(Side))
    text: Mapped[str] = mapped_column(String(140))
    support_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    hidden_for: Mapped[Reason | None] = mapped_column(EnumText(Reason))

    proposal: Mapped[Proposal] = relationship()
    author: Mapped[Person] = relationship()


class ArgumentSupport(Base):
    """A verified resident agrees that a thought counts; taken back by deleting the row."""

    __tablename__ = "argument_supports"

    argument_id: Mapped[int] = mapped_column(ForeignKey("arguments.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    supported_at: Mapped[datetime]


class Comment(Base):
    """What somebody says about an agenda, or answers to somebody who did."""

    __tablename__ = "comments"
    __table_args__ = (
        UniqueConstraint("author_id", "once"),
        Index("ix_comments_proposal_id_thread_id_id", "proposal_id", "thread_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"))
    """The comment that began the thread; null for that comment itself."""
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"))
    """Which comment of the thread it answers."""
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    once: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    hidden_for: Mapped[Reason | None] = mapped_column(EnumText(Reason))

    proposal: Mapped[Proposal] = relationship()
    author: Mapped[Person] = relationship()
    answers: Mapped["Comment | None"] = relationship(foreign_keys=[answers_id], remote_side="Comment.id")


class Mention(Base):
    """A comment calls somebody who takes part, or answers them."""

    __tablename__ = "mentions"
    __table_args__ = (UniqueConstraint("comment_id", "person_id"), Index("ix_mentions_person_id_at", "person_id", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    is_told: Mapped[bool]
    """False past the day's cap: the call can be read, but rings no bell."""

    comment: Mapped[Comment] = relationship()
