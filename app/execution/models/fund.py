"""Tables of the village fund."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.cycle.models import Cycle
from app.db.base import Base, Versioned
from app.db.types import EnumText, Won
from app.execution.rules.fund import PledgeState
from app.places.models import Place


class Pledge(Versioned, Base):
    """Money that somebody promises to the village fund of a year. It is never paid through this software."""

    __tablename__ = "pledges"
    __table_args__ = (UniqueConstraint("cycle_id", "once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"))
    once: Mapped[str] = mapped_column(String(64))
    giver: Mapped[str] = mapped_column(String(60), default="")
    """How the giver wants to be called publicly; empty, and nothing stored, unless they want it."""
    amount_won: Mapped[Won]
    promised_on: Mapped[date]
    state: Mapped[PledgeState] = mapped_column(EnumText(PledgeState))
    received_won: Mapped[Won] = mapped_column(default=0)
    received_on: Mapped[date | None]
    document_hash: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the receipt or the bank's statement."""
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was taken back; public."""
    noted_at: Mapped[datetime]

    place: Mapped[Place] = relationship()
    cycle: Mapped[Cycle] = relationship()
