"""Tables of the public inspection."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, Versioned
from app.db.types import EnumText
from app.files.models import StoredFile
from app.inspection.rules import AnswerState, Channel, Result, Stance
from app.people.models import Person
from app.plan.models import PlanVersion
from app.privacy.encryption import SealedText
from app.privacy.sealing import SealedRow, sealed_column


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
    late: Mapped[bool] = mapped_column(default=False)
    """Arrived after the last day; answered like the others, and marked."""
    public_text: Mapped[str] = mapped_column(Text, default="")
    """What everybody reads once a clerk looked through it; the original stays with the staff."""
    released_at: Mapped[datetime | None]
    released_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("opinion_groups.id"), index=True)
    helpful: Mapped[bool | None]
    """What the author says of the answer."""

    plan_version: Mapped[PlanVersion] = relationship()
    author: Mapped[Person | None] = relationship(foreign_keys=[author_id])
    disposition: Mapped["Disposition | None"] = relationship(back_populates="opinion", lazy="joined", uselist=False)
    group: Mapped["OpinionGroup | None"] = relationship(back_populates="opinions", lazy="joined")
    contact: Mapped["OpinionContact | None"] = relationship(uselist=False, cascade="all, delete-orphan")
    edits: Mapped[list["OpinionEdit"]] = relationship(order_by="OpinionEdit.id")

    files: Mapped[list["OpinionFile"]] = relationship(
        order_by="OpinionFile.id", lazy="selectin", back_populates="opinion",
        primaryjoin="and_(Opinion.id == OpinionFile.opinion_id, OpinionFile.removed_at.is_(None))",
    )  # fmt: skip
    """Those that its author did not take back."""

    @property
    def is_redacted(self) -> bool:
        """Tell whether the published text leaves something out."""
        return self.released_at is not None and self.public_text != self.text


class OpinionContact(SealedRow, Base):
    """Where the answer to a paper opinion is sent. Deleted when the inspection ends: then it has been."""

    __tablename__ = "opinion_contacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinions.id"), unique=True)
    email: Mapped[SealedText] = sealed_column()


class OpinionEdit(Base):
    """What an opinion said before its author changed it."""

    __tablename__ = "opinion_edits"

    id: Mapped[int] = mapped_column(primary_key=True)
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinions.id"), index=True)
    section: Mapped[int | None]
    stance: Mapped[Stance] = mapped_column(EnumText(Stance))
    text: Mapped[str] = mapped_column(Text)
    replaced_at: Mapped[datetime]


class OpinionFile(Base):
    """A photo or a document that came with an opinion; nobody but the staff sees it before somebody looked through it."""

    __tablename__ = "opinion_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinions.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"), unique=True)
    text: Mapped[str] = mapped_column(String(200))
    """What a picture shows, or what a document is."""
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    """When its author took it back; its content is erased."""
    is_public: Mapped[bool | None]
    """What a clerk decided who looked through it; null: nobody has yet."""
    looked_at: Mapped[datetime | None]
    looked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    file: Mapped[StoredFile] = relationship(lazy="joined")
    opinion: Mapped[Opinion] = relationship(back_populates="files")


class OpinionGroup(Versioned, Base):
    """Opinions that say the same. One answer goes to all; each keeps its number and gets its own notice."""

    __tablename__ = "opinion_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("plan_versions.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("people.id"))

    opinions: Mapped[list[Opinion]] = relationship(back_populates="group", order_by="Opinion.number")
    plan_version: Mapped[PlanVersion] = relationship()


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

    state: Mapped[AnswerState] = mapped_column(EnumText(AnswerState), default=AnswerState.DRAFT)
    change_section: Mapped[int | None]
    """The section of the inspected version that changed: where the comparison is opened."""
    checked_at: Mapped[datetime | None]
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    opinion: Mapped[Opinion] = relationship(back_populates="disposition")
    corrections: Mapped[list["AnswerCorrection"]] = relationship(order_by="AnswerCorrection.id")


class AnswerCorrection(Base):
    """What a confirmed answer said before it was corrected, and why it was."""

    __tablename__ = "answer_corrections"

    id: Mapped[int] = mapped_column(primary_key=True)
    disposition_id: Mapped[int] = mapped_column(ForeignKey("dispositions.id"), index=True)
    result: Mapped[Result] = mapped_column(EnumText(Result))
    reason: Mapped[str] = mapped_column(Text)
    change: Mapped[str] = mapped_column(Text, default="")
    unit: Mapped[str] = mapped_column(String(60))
    why: Mapped[str] = mapped_column(Text)
    replaced_at: Mapped[datetime]
    replaced_by: Mapped[int] = mapped_column(ForeignKey("people.id"))


class InspectionNotice(Versioned, Base):
    """What is announced about the inspection of a version, where the defaults do not fit."""

    __tablename__ = "inspection_notices"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("plan_versions.id"), unique=True)
    legal_basis: Mapped[str] = mapped_column(String(200))
    receiving_unit: Mapped[str] = mapped_column(String(80))
    reading_places: Mapped[str] = mapped_column(Text)
    """Where the same text lies on paper, one place in a line."""
    contact: Mapped[str] = mapped_column(String(200))
    """Postal address, fax and telephone of the office."""


class InspectionExtension(Base):
    """One prolongation of an inspection. Never changed."""

    __tablename__ = "inspection_extensions"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("plan_versions.id"), index=True)
    closed_at_before: Mapped[datetime]
    closes_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime]
    decided_by: Mapped[int] = mapped_column(ForeignKey("people.id"))


class InspectionEnd(Base):
    """How the inspection of a version ended: with a revised text, or with another inspection."""

    __tablename__ = "inspection_ends"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("plan_versions.id"), unique=True)
    is_again: Mapped[bool]
    """The change was substantial: the plan is written anew and inspected again."""
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it is inspected again, or why a substantial-looking change is not."""
    closed_at: Mapped[datetime]
    """The last instant that counted as in time."""
    ended_at: Mapped[datetime]
    ended_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
