"""Tables of the plan and its items."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.agenda.models import Proposal
from app.cycle.models import Cycle
from app.db.base import Base, Versioned
from app.db.guards import keep
from app.db.types import EnumText, Won
from app.places.models import Place
from app.plan.rules import FundSource, PlanState, Verdict


class Plan(Versioned, Base):
    """The village plan of one cycle."""

    __tablename__ = "plans"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"), unique=True)
    state: Mapped[PlanState] = mapped_column(EnumText(PlanState))
    created_at: Mapped[datetime]

    place: Mapped[Place] = relationship()
    cycle: Mapped[Cycle] = relationship()
    items: Mapped[list["PlanItem"]] = relationship(
        back_populates="plan", lazy="selectin", order_by="PlanItem.number", foreign_keys="PlanItem.plan_id"
    )


class PlanItem(Versioned, Base):
    """One thing that the plan wants to do: the working text, until it is frozen."""

    __tablename__ = "plan_items"
    __table_args__ = (UniqueConstraint("plan_id", "once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"), index=True)
    once: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    """Position in the plan, from 1."""
    title: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(Text)
    cost_won: Mapped[Won]
    fund_source: Mapped[FundSource] = mapped_column(EnumText(FundSource))
    unit: Mapped[str] = mapped_column(String(60), default="")
    """Who will carry it out: a committee or a department."""
    dropped_at: Mapped[datetime | None]
    drop_reason: Mapped[str] = mapped_column(Text, default="")

    plan: Mapped[Plan] = relationship(back_populates="items", foreign_keys=[plan_id])
    origins: Mapped[list["ItemOrigin"]] = relationship(back_populates="item", lazy="selectin")
    reviews: Mapped[list["DepartmentReview"]] = relationship(back_populates="item", lazy="selectin")


class ItemOrigin(Base):
    """From which proposal an item came."""

    __tablename__ = "plan_item_origins"
    __table_args__ = (UniqueConstraint("item_id", "proposal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("plan_items.id"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"), index=True)

    item: Mapped[PlanItem] = relationship(back_populates="origins")
    proposal: Mapped[Proposal] = relationship(lazy="joined")


class DepartmentReview(Versioned, Base):
    """A department's feasibility review of one item."""

    __tablename__ = "department_reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("plan_items.id"), index=True)
    department: Mapped[str] = mapped_column(String(60))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    """Who is asked; others of the same office may answer with the role for the district."""
    requested_at: Mapped[datetime]
    due_at: Mapped[datetime]
    verdict: Mapped[Verdict | None] = mapped_column(EnumText(Verdict))
    reason: Mapped[str] = mapped_column(Text, default="")
    law: Mapped[str] = mapped_column(String(200), default="")
    """The law or ordinance that the verdict cites."""
    condition: Mapped[str] = mapped_column(Text, default="")
    corrected_cost_won: Mapped[Won | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    superseded_at: Mapped[datetime | None]
    """When an objection against it was upheld: it no longer counts, another review took its place."""

    item: Mapped[PlanItem] = relationship(back_populates="reviews")


class PlanVersion(Base):
    """Frozen bytes of a plan. Never changed."""

    __tablename__ = "plan_versions"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    """The canonical JSON (`app.plan.rules.canonical_version`)."""
    hash: Mapped[str] = mapped_column(String(64))
    frozen_at: Mapped[datetime]

    plan: Mapped[Plan] = relationship()


keep(PlanVersion)
