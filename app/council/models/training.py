"""Tables of the residents' school (주민자치학교)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.council.rules.training import CheckInMethod, CourseState
from app.db.base import Base, Versioned
from app.db.types import EnumText
from app.people.models import Person
from app.places.models import Place
from app.privacy.encryption import SealedText
from app.privacy.sealing import SealedRow, index_column, sealed_column


class TrainingCourse(Versioned, Base):
    """A course: what future members must know."""

    __tablename__ = "training_courses"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text, default="")
    capacity: Mapped[int | None]
    """Null: as many as come."""
    state: Mapped[CourseState] = mapped_column(EnumText(CourseState))
    once: Mapped[str] = mapped_column(String(64), unique=True)
    created_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(300), default="")

    place: Mapped[Place] = relationship()
    sessions: Mapped[list["TrainingSession"]] = relationship(
        back_populates="course", lazy="selectin", order_by="TrainingSession.starts_at", cascade="all, delete-orphan"
    )

    @property
    def minutes(self) -> int:
        """Minutes of all sessions together."""
        return sum(session.minutes for session in self.sessions)


class TrainingSession(Base):
    """One sitting of a course."""

    __tablename__ = "training_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("training_courses.id"), index=True)
    title: Mapped[str] = mapped_column(String(80))
    where: Mapped[str] = mapped_column(String(120))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    minutes: Mapped[int]
    check_in_secret: Mapped[bytes] = mapped_column(LargeBinary(16))
    """Makes the code on the screen of the room, a new one every few minutes."""

    course: Mapped[TrainingCourse] = relationship(back_populates="sessions")


class TrainingEnrolment(Base):
    """Somebody wants to take a course."""

    __tablename__ = "training_enrolments"
    __table_args__ = (UniqueConstraint("course_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("training_courses.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    enrolled_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    course: Mapped[TrainingCourse] = relationship()
    person: Mapped[Person] = relationship()


class TrainingAttendance(SealedRow, Base):
    """Somebody was there, for so many minutes."""

    __tablename__ = "training_attendances"
    __table_args__ = (
        UniqueConstraint("session_id", "person_id"),
        UniqueConstraint("session_id", "identity_index"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("training_sessions.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    legal_name: Mapped[SealedText | None] = sealed_column()
    """Of somebody without an account; with the birth date it finds their application."""
    birth_date: Mapped[SealedText | None] = sealed_column()
    identity_index: Mapped[bytes | None] = index_column()
    """Blind index of name and birth date, the same for accounts and applications."""
    minutes: Mapped[int]
    method: Mapped[CheckInMethod] = mapped_column(EnumText(CheckInMethod))
    checked_in_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """Who of the staff noted or corrected it."""

    session: Mapped[TrainingSession] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])


class TrainingCredit(SealedRow, Base):
    """Training done elsewhere, by a certificate that a clerk saw and did not keep."""

    __tablename__ = "training_credits"
    __table_args__ = (Index("ix_training_credits_place_id_person_id", "place_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    legal_name: Mapped[SealedText | None] = sealed_column()
    birth_date: Mapped[SealedText | None] = sealed_column()
    identity_index: Mapped[bytes | None] = index_column()
    title: Mapped[str] = mapped_column(String(80))
    held_on: Mapped[date]
    minutes: Mapped[int]
    seen_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    seen_at: Mapped[datetime]
    once: Mapped[str] = mapped_column(String(64), unique=True)
