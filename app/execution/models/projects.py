"""Tables of projects, their parts, steps, risks and news."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.cycle.models import Cycle
from app.cycle.rules import Stage, StageState
from app.db.base import Base, Versioned
from app.db.types import EnumText
from app.execution.models.money import MoneyEntry
from app.execution.rules.ledger import Balance, Line, Purse, balance, purses
from app.execution.rules.projects import OPEN_STATES, Part, PhotoShows, ProjectKind, ProjectState, RiskLevel, progress
from app.places.models import Place
from app.places.points import GeoPoint
from app.plan.rules import FundSource


class Project(Versioned, Base):
    """A promise, being kept: of the assembly, or taken on otherwise."""

    __tablename__ = "projects"
    __table_args__ = (UniqueConstraint("place_id", "once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"), index=True)
    assembly_item_id: Mapped[int | None] = mapped_column(ForeignKey("assembly_items.id"), unique=True)
    once: Mapped[str] = mapped_column(String(64))
    kind: Mapped[ProjectKind] = mapped_column(EnumText(ProjectKind))
    source: Mapped[FundSource] = mapped_column(EnumText(FundSource))
    """Where most of its money comes from; an entry of the ledger may name another."""
    title: Mapped[str] = mapped_column(String(80))
    description: Mapped[str] = mapped_column(Text, default="")
    unit: Mapped[str] = mapped_column(String(60))
    """Who carries it out."""
    contact: Mapped[str] = mapped_column(String(80), default="")
    """The person in charge, by office: "복지팀장", never a private contact."""
    where: Mapped[str] = mapped_column(String(80), default="")
    latitude_e6: Mapped[int | None]
    """Millionths of a degree, WGS 84."""
    longitude_e6: Mapped[int | None]
    state: Mapped[ProjectState] = mapped_column(EnumText(ProjectState), index=True)
    pause_reason: Mapped[str] = mapped_column(Text, default="")
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    handed_over: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """What was checked at the hand-over: code to a remark (`app.execution.rules.projects.HAND_OVER`)."""

    place: Mapped[Place] = relationship()
    cycle: Mapped[Cycle] = relationship()
    parts: Mapped[list["ProjectPart"]] = relationship(
        lazy="selectin", order_by="ProjectPart.position", cascade="all, delete-orphan"
    )
    milestones: Mapped[list["Milestone"]] = relationship(
        back_populates="project", lazy="selectin", order_by="Milestone.planned_on"
    )
    entries: Mapped[list[MoneyEntry]] = relationship(lazy="selectin", order_by="MoneyEntry.number")
    risks: Mapped[list["ProjectRisk"]] = relationship(order_by="ProjectRisk.id")
    changes: Mapped[list["ProjectChange"]] = relationship(  # type: ignore[name-defined]  # noqa: F821 - downstream file
        back_populates="project", order_by="ProjectChange.id"
    )
    updates: Mapped[list["ProjectUpdate"]] = relationship(back_populates="project", order_by="ProjectUpdate.id.desc()")

    @property
    def point(self) -> GeoPoint | None:
        """Where it is on the map."""
        return GeoPoint.of(self.latitude_e6, self.longitude_e6)

    @property
    def lines(self) -> list[Line]:
        """The ledger as it counts: a correction in the row and purse of what it takes back."""
        by_number = {entry.number: entry for entry in self.entries}
        found = []
        for entry in self.entries:
            counted = by_number[entry.corrects] if entry.corrects is not None else entry
            found.append(Line(counted.kind, entry.amount_won, counted.source, counted.year))
        return found

    @property
    def balance(self) -> Balance:
        """The whole ledger added up."""
        return balance(self.lines)

    @property
    def purses(self) -> dict[Purse, Balance]:
        """The ledger added up by source and year."""
        return purses(self.lines)

    @property
    def is_at_work(self) -> bool:
        """Tell whether it may be worked on and its ledger written: it is not over, and execution is open.

        Small groups work from February to November (domain.md §1.4), while the plan of the same year is still being
        made: their grants need not wait for execution to open, only end before it closes.
        """
        if self.state not in OPEN_STATES:
            return False
        execution = self.cycle.stage(Stage.EXECUTION).state
        return execution is StageState.OPEN or (
            self.kind is ProjectKind.GROUP_GRANT and execution is StageState.PLANNED
        )

    @property
    def is_archived(self) -> bool:
        """Tell whether it is history: over before its year closed. A project carried over lives on after that."""
        if self.state in OPEN_STATES or not self.cycle.is_over:
            return False
        closed_at = self.cycle.stages[-1].closed_at
        return self.completed_at is None or closed_at is None or self.completed_at <= closed_at

    @property
    def percent(self) -> int:
        """How far it is; a completed project is at 100."""
        if self.state is ProjectState.COMPLETED:
            return 100
        return progress(
            [Part(part.weight, part.percent) for part in self.parts],
            steps_done=sum(step.done_on is not None for step in self.milestones),
            steps=len(self.milestones),
        )


class ProjectPart(Base):
    """A part of a project with its weight in the whole."""

    __tablename__ = "project_parts"
    __table_args__ = (UniqueConstraint("project_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(80))
    weight: Mapped[int]
    percent: Mapped[int] = mapped_column(default=0)


class Milestone(Versioned, Base):
    """A step of a project with its planned and its real day."""

    __tablename__ = "milestones"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    title: Mapped[str] = mapped_column(String(80))
    planned_on: Mapped[date]
    done_on: Mapped[date | None]
    escalated_at: Mapped[datetime | None]
    """When the district was told that it is late."""

    project: Mapped[Project] = relationship(back_populates="milestones")
    moves: Mapped[list["MilestoneMove"]] = relationship(lazy="selectin", order_by="MilestoneMove.id")

    @property
    def first_planned_on(self) -> date:
        """The day that was promised first."""
        return self.moves[0].from_day if self.moves else self.planned_on


class MilestoneMove(Base):
    """A promised day given up for another, with the reason. Never changed: old days stay visible."""

    __tablename__ = "milestone_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestones.id"), index=True)
    from_day: Mapped[date]
    to_day: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    moved_at: Mapped[datetime]


class ProjectRisk(Versioned, Base):
    """Something that may go wrong, what is done about it, and what became of it."""

    __tablename__ = "project_risks"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    level: Mapped[RiskLevel] = mapped_column(EnumText(RiskLevel))
    text: Mapped[str] = mapped_column(String(200))
    response: Mapped[str] = mapped_column(String(300))
    noted_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(300), default="")
    closed_at: Mapped[datetime | None]


class ProjectUpdate(Base):
    """News of a project, with a photo."""

    __tablename__ = "project_updates"
    __table_args__ = (UniqueConstraint("project_id", "once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    once: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    posted_at: Mapped[datetime]
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photos.id"))
    photo_text: Mapped[str] = mapped_column(String(200), default="")
    """What the photo shows, for those who do not see it."""
    photo_shows: Mapped[PhotoShows | None] = mapped_column(EnumText(PhotoShows))
    """Null without a photo."""

    project: Mapped[Project] = relationship(back_populates="updates")


class Photo(Base):
    """A photo, decoded and written anew: no metadata, no hidden content."""

    __tablename__ = "photos"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    width: Mapped[int]
    height: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime]
