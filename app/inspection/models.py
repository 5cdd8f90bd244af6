"""Tables of the public inspection."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, Versioned
from app.db.types import EnumText
from app.inspection.rules import Channel, Result, Stance
from app.people.models import Person
from app.plan.models import PlanVersion


class Opinion(Versioned, Base):
    """What somebody said about a frozen version. Withdrawn, never deleted: its number stays."""

    __tablename__ = "opinions"
    __table_args__ = (UniqueConstraint("version_id", "number"), UniqueConstraint("entered_by", "once"))

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("plan_versions.id"), index=True)
    number: Mapped[int]
    receipt: Mapped[str] = mapped_column(String(80), unique=True)
    section: Mapped[int | None]
    """Number of the section it is about; null: the whole plan."""
    stance: Mapped[Stance] = mapped_column(EnumText(Stance))
    text: Mapped[str] = mapped_column(Text)
    channel: Mapped[Channel] = mapped_column(EnumText(Channel))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    """Null where a clerk entered a paper opinion."""
    entered_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    once: Mapped[str] = mapped_column(String(64))
    wants_notice: Mapped[bool] = mapped_column(default=True)
    received_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    plan_version: Mapped[PlanVersion] = relationship()
    author: Mapped[Person | None] = relationship(foreign_keys=[author_id])
    disposition: Mapped["Disposition | None"] = relationship(back_populates="opinion", lazy="joined", uselist=False)


class Disposition(Base):
    """The one answer to an opinion. Final once the inspection is concluded."""

    __tablename__ = "dispositions"

    id: Mapped[int] = mapped_column(primary_key=True)
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinions.id"), unique=True)
    result: Mapped[Result] = mapped_column(EnumText(Result))
    reason: Mapped[str] = mapped_column(Text)
    change: Mapped[str] = mapped_column(Text, default="")
    """What changed in the plan, for adopted opinions."""
    unit: Mapped[str] = mapped_column(String(60))
    """Who answers: a committee or a department."""
    answered_at: Mapped[datetime]
    answered_by: Mapped[int] = mapped_column(ForeignKey("people.id"))

    opinion: Mapped[Opinion] = relationship(back_populates="disposition")
