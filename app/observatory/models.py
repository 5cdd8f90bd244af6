"""Tables of the observatory."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.base import Base, Versioned
from app.db.types import EnumText, Won
from app.execution.models import Project
from app.observatory.rules import AlertKind, Circle, Dimension, FindingState
from app.places.models import Place


class DongFigures(Base):
    """What is counted of one year of a dong. A copy of what the other tables say: it may be thrown away and made again."""

    __tablename__ = "dong_figures"
    __table_args__ = (Index("ix_dong_figures_place_id_year", "place_id", "year"),)

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"), primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    year: Mapped[int] = mapped_column(index=True)
    stage: Mapped[Stage] = mapped_column(EnumText(Stage))
    """The open one, or the next to open; the last when the year is over."""
    stage_number: Mapped[int]
    closes_on: Mapped[date | None]
    """The planned last day of the open stage."""
    is_over: Mapped[bool]
    population: Mapped[int]
    assemblies: Mapped[int]
    electors: Mapped[int]
    voters: Mapped[int]
    quorate: Mapped[int]
    proposals: Mapped[int]
    opinions: Mapped[int]
    opinions_answered: Mapped[int]
    opinions_adopted: Mapped[int]
    projects: Mapped[int]
    completed: Mapped[int]
    cancelled: Mapped[int]
    late: Mapped[int]
    silent: Mapped[int]
    planned_won: Mapped[Won]
    contracted_won: Mapped[Won]
    paid_won: Mapped[Won]
    returned_won: Mapped[Won]
    women: Mapped[int]
    """Of the council; 0 together with ``men`` where so few could be recognised."""
    men: Mapped[int]
    seen_height: Mapped[int]
    """Height of the dong's public record when this was counted; a higher one makes it stale."""
    counted_at: Mapped[datetime]

    cycle: Mapped[Cycle] = relationship()
    place: Mapped[Place] = relationship()


class GroupCount(Base):
    """How many of a circle are of one kind. Null where so few could be recognised."""

    __tablename__ = "group_counts"
    __table_args__ = (Index("ix_group_counts_year_dimension", "year", "dimension"),)

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"), primary_key=True)
    circle: Mapped[Circle] = mapped_column(EnumText(Circle), primary_key=True)
    dimension: Mapped[Dimension] = mapped_column(EnumText(Dimension), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    year: Mapped[int]
    """Of the cycle. Kept here, too, so that comparing a year reads no other."""
    count: Mapped[int | None]


class Alert(Versioned, Base):
    """A figure passed a threshold. Kept when it is over, with how it was answered."""

    __tablename__ = "alerts"
    __table_args__ = (Index("ix_alerts_place_id_cleared_at", "place_id", "cleared_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"), index=True)
    kind: Mapped[AlertKind] = mapped_column(EnumText(AlertKind))
    value: Mapped[int]
    """What was counted last."""
    limit: Mapped[int]
    raised_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    """Why, and what is done about it; public."""
    answered_at: Mapped[datetime | None]

    place: Mapped[Place] = relationship()
    cycle: Mapped[Cycle] = relationship()


class Visit(Base):
    """A monitoring visit: what was looked at, question by question. Never changed; what follows stands in its findings."""

    __tablename__ = "monitoring_visits"
    __table_args__ = (UniqueConstraint("place_id", "once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))
    """Null: the dong's year as a whole."""
    once: Mapped[str] = mapped_column(String(64))
    visited_on: Mapped[date]
    team: Mapped[str] = mapped_column(String(80))
    """Which body visited; never a person's name."""
    marks: Mapped[dict[str, str]] = mapped_column(JSON)
    """Question to mark (`app.observatory.rules.CHECKLIST`)."""
    summary: Mapped[str] = mapped_column(Text)
    noted_at: Mapped[datetime]

    place: Mapped[Place] = relationship()
    cycle: Mapped[Cycle] = relationship()
    project: Mapped[Project | None] = relationship()
    findings: Mapped[list["Finding"]] = relationship(back_populates="visit", lazy="selectin", order_by="Finding.number")


class Finding(Versioned, Base):
    """Something that a visit wants put right, and what became of it."""

    __tablename__ = "monitoring_findings"
    __table_args__ = (UniqueConstraint("visit_id", "number"), UniqueConstraint("visit_id", "once"))

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("monitoring_visits.id"))
    number: Mapped[int]
    once: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]
    state: Mapped[FindingState] = mapped_column(EnumText(FindingState), index=True)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    remark: Mapped[str] = mapped_column(Text, default="")
    """Of the monitors about the answer."""
    closed_at: Mapped[datetime | None]

    visit: Mapped[Visit] = relationship(back_populates="findings")
