"""Tables of the planning group: the call, the members of a year, their sub-groups."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.cycle.models import Cycle
from app.db.base import Base, Versioned
from app.db.types import EnumText
from app.people.models import Person
from app.places.models import Place
from app.planning_group.rules import MemberState
from app.privacy.encryption import SealedText
from app.privacy.sealing import SealedRow, sealed_column


class GroupCall(Versioned, Base):
    """A call for members (단원 모집): from when to when, and for how many."""

    __tablename__ = "group_calls"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"), index=True)
    once: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text, default="")
    seats: Mapped[int]
    """Places of the whole group; 0 stands for no limit."""
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    announced_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    announced_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(300), default="")

    place: Mapped[Place] = relationship()
    cycle: Mapped[Cycle] = relationship()

    def is_open(self, at: datetime) -> bool:
        """Tell whether applications are taken at an instant."""
        return self.cancelled_at is None and self.opens_at <= at < self.closes_at


class GroupTeam(Versioned, Base):
    """A sub-group (분과, 모둠) with a topic and somebody who leads it."""

    __tablename__ = "group_teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"), index=True)
    once: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    topic: Mapped[str] = mapped_column(String(200))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """A member of the sub-group; none while nobody leads."""
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    cycle: Mapped[Cycle] = relationship()
    place: Mapped[Place] = relationship()


class GroupMember(SealedRow, Versioned, Base):
    """How a person stands to the planning group of a year: one row, however often they come and go."""

    __tablename__ = "group_members"
    __table_args__ = (
        UniqueConstraint("cycle_id", "person_id"),
        Index("ix_group_members_cycle_id_state", "cycle_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("group_calls.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("group_teams.id"), index=True)
    state: Mapped[MemberState] = mapped_column(EnumText(MemberState))
    motive: Mapped[SealedText | None] = sealed_column()
    """Why they want to join; erased when it was decided."""
    reason: Mapped[str] = mapped_column(String(500), default="")
    """Why somebody could not be taken in; read by them and by those who decide."""
    applied_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    left_at: Mapped[datetime | None]

    place: Mapped[Place] = relationship()
    cycle: Mapped[Cycle] = relationship()
    call: Mapped[GroupCall] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    team: Mapped[GroupTeam | None] = relationship()
