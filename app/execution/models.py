"""Tables of execution."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.assembly.models import AssemblyItem
from app.cycle.models import Cycle
from app.db.base import Base, Versioned
from app.db.types import EnumText, Won
from app.execution.rules import Balance, EntryKind, Line, ProjectState, balance
from app.places.models import Place


class Project(Versioned, Base):
    """A promise of the assembly, being kept."""

    __tablename__ = "projects"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"), index=True)
    assembly_item_id: Mapped[int] = mapped_column(ForeignKey("assembly_items.id"), unique=True)
    title: Mapped[str] = mapped_column(String(80))
    unit: Mapped[str] = mapped_column(String(60))
    """Who carries it out."""
    state: Mapped[ProjectState] = mapped_column(EnumText(ProjectState))
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]

    place: Mapped[Place] = relationship()
    cycle: Mapped[Cycle] = relationship()
    assembly_item: Mapped[AssemblyItem] = relationship()
    milestones: Mapped[list["Milestone"]] = relationship(
        back_populates="project", lazy="selectin", order_by="Milestone.planned_on"
    )
    entries: Mapped[list["MoneyEntry"]] = relationship(
        back_populates="project", lazy="selectin", order_by="MoneyEntry.number"
    )
    updates: Mapped[list["ProjectUpdate"]] = relationship(back_populates="project", order_by="ProjectUpdate.id.desc()")

    @property
    def balance(self) -> Balance:
        """The ledger added up; a correction counts in the row of what it takes back."""
        kinds = {entry.number: entry.kind for entry in self.entries}
        return balance(
            Line(kinds[entry.corrects] if entry.corrects is not None else entry.kind, entry.amount_won)
            for entry in self.entries
        )


class Milestone(Versioned, Base):
    """A step of a project with its planned and its real day."""

    __tablename__ = "milestones"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    title: Mapped[str] = mapped_column(String(80))
    planned_on: Mapped[date]
    first_planned_on: Mapped[date]
    """The day that was promised first; stays when the plan slips."""
    delay_reason: Mapped[str] = mapped_column(Text, default="")
    done_on: Mapped[date | None]

    project: Mapped[Project] = relationship(back_populates="milestones")


class MoneyEntry(Base):
    """One line of the ledger. Never changed, never deleted."""

    __tablename__ = "money_entries"
    __table_args__ = (UniqueConstraint("project_id", "number"), UniqueConstraint("project_id", "once"))

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    number: Mapped[int]
    once: Mapped[str] = mapped_column(String(64))
    kind: Mapped[EntryKind] = mapped_column(EnumText(EntryKind))
    amount_won: Mapped[Won]
    happened_on: Mapped[date]
    memo: Mapped[str] = mapped_column(String(200))
    document_name: Mapped[str] = mapped_column(String(120), default="")
    document_hash: Mapped[str | None] = mapped_column(String(64))
    corrects: Mapped[int | None]
    """Number of the entry that a correction takes back."""
    entered_at: Mapped[datetime]
    parent_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    project: Mapped[Project] = relationship(back_populates="entries")


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


class Evaluation(Base):
    """What a resident says of a finished project; one each, changeable."""

    __tablename__ = "evaluations"
    __table_args__ = (UniqueConstraint("project_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    rating: Mapped[int]
    """1 to 5."""
    words: Mapped[str] = mapped_column(Text, default="")
    given_at: Mapped[datetime]
