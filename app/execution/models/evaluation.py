"""Tables of looking back."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Versioned


class Evaluation(Base):
    """What somebody says of a finished project; one each, changeable."""

    __tablename__ = "evaluations"
    __table_args__ = (UniqueConstraint("project_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    is_resident: Mapped[bool]
    """Whether this was a verified resident of the dong when saying it; counted apart."""
    ratings: Mapped[dict[str, int]] = mapped_column(JSON)
    """Question to 1…5 (`app.execution.rules.projects.QUESTIONS`)."""
    words: Mapped[str] = mapped_column(Text, default="")
    given_at: Mapped[datetime]


class CouncilEvaluation(Versioned, Base):
    """What the council says of a finished project."""

    __tablename__ = "council_evaluations"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), unique=True)
    went_well: Mapped[str] = mapped_column(Text)
    went_badly: Mapped[str] = mapped_column(Text)
    next_time: Mapped[str] = mapped_column(Text)
    meeting: Mapped[str] = mapped_column(String(120))
    decided_on: Mapped[date]
    written_at: Mapped[datetime]


class Indicator(Versioned, Base):
    """A number that the project was meant to move: before, wanted, after."""

    __tablename__ = "project_indicators"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    measure: Mapped[str] = mapped_column(String(20))
    """The unit it is counted in."""
    before: Mapped[int]
    target: Mapped[int]
    after: Mapped[int | None]
    measured_on: Mapped[date | None]


class SharingMeeting(Versioned, Base):
    """The results-sharing meeting (성과공유회) of a year."""

    __tablename__ = "sharing_meetings"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"), unique=True)
    held_on: Mapped[date]
    where: Mapped[str] = mapped_column(String(80))
    attendance: Mapped[int | None]
    minutes: Mapped[str] = mapped_column(Text, default="")
