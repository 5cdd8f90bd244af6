"""Tables of the public record."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.guards import keep


class RecordHead(Base):
    """The end of a place's chain; locked while an entry is appended, so that two acts never share a parent."""

    __tablename__ = "record_heads"

    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), primary_key=True)
    height: Mapped[int]
    """Number of entries so far."""
    hash: Mapped[str] = mapped_column(String(64))


class RecordEntry(Base):
    """One binding act. Never changed, never deleted."""

    __tablename__ = "record_entries"
    __table_args__ = (
        UniqueConstraint("place_id", "height"),
        Index("ix_record_entries_place_id_subject", "place_id", "subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    place_slug: Mapped[str] = mapped_column(String(60))
    """The address when the act happened; part of what is hashed."""
    height: Mapped[int]
    at: Mapped[datetime]
    role: Mapped[str] = mapped_column(String(40))
    act: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(80))
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    document_hash: Mapped[str | None] = mapped_column(String(64))
    parent_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


keep(RecordEntry)
