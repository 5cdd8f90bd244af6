"""Elections that no calendar foresees, as staff write them down."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base
from app.db.types import EnumText
from app.places.elections.rules import Office
from app.places.models import Place


class ByElectionRow(Base):
    """A by-election in a place and everything below it; taken back where it was a mistake, never deleted."""

    __tablename__ = "by_elections"
    __table_args__ = (
        UniqueConstraint("place_id", "once"),
        Index("ix_by_elections_place_id_election_on", "place_id", "election_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    office: Mapped[Office] = mapped_column(EnumText(Office))
    title: Mapped[str] = mapped_column(String(80))
    election_on: Mapped[date]
    confirmed_on: Mapped[date]
    once: Mapped[str] = mapped_column(String(64))
    added_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    removed_why: Mapped[str] = mapped_column(String(300), default="")

    place: Mapped[Place] = relationship()
