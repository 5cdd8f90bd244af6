"""Tables of following."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base
from app.db.types import EnumText
from app.discussion.models import Mention
from app.following.rules import Rhythm, Subject
from app.people.models import Person
from app.places.models import Place
from app.record.models import RecordEntry


class Follow(Base):
    """Somebody wants to hear about something, or said that they do not (``is_muted``)."""

    __tablename__ = "follows"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "subject_id"),
        Index("ix_follows_kind_subject_id", "kind", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    kind: Mapped[Subject] = mapped_column(EnumText(Subject))
    subject_id: Mapped[int]
    is_muted: Mapped[bool] = mapped_column(default=False)
    """Left on purpose: taking part again does not begin it anew."""
    since: Mapped[datetime]

    place: Mapped[Place] = relationship()


class Notice(Base):
    """Something somebody is told: an act of the public record, or that a comment called them."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("person_id", "entry_id"),
        UniqueConstraint("person_id", "mention_id"),
        Index("ix_notices_person_id_id", "person_id", "id"),
        Index("ix_notices_mailed_at_person_id", "mailed_at", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("record_entries.id"))
    mention_id: Mapped[int | None] = mapped_column(ForeignKey("mentions.id"))
    told_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    """When it went into a digest, or was left out of one because it was read already."""

    place: Mapped[Place] = relationship()
    entry: Mapped[RecordEntry | None] = relationship()
    mention: Mapped[Mention | None] = relationship()


class DigestChoice(Base):
    """How often somebody wants mail. Who never chose gets it weekly, once they follow something."""

    __tablename__ = "digest_choices"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    rhythm: Mapped[Rhythm] = mapped_column(EnumText(Rhythm))
    chosen_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
