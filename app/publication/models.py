"""Tables of the plan's way to the head and back."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, Versioned
from app.db.guards import keep
from app.db.types import EnumText
from app.plan.models import Plan
from app.publication.rules import Disclosure, Document, HeadResult


class PlanSubmission(Versioned, Base):
    """The adopted plan, sent to the head."""

    __tablename__ = "plan_submissions"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"), unique=True)
    letter: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime]
    sent_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    due_at: Mapped[datetime]
    """Until when it had to be sent."""
    answer_due_at: Mapped[datetime]

    plan: Mapped[Plan] = relationship()
    answers: Mapped[list["PlanAnswer"]] = relationship(
        back_populates="submission", order_by="PlanAnswer.section", lazy="selectin"
    )


class PlanAnswer(Versioned, Base):
    """The head's answer to one section."""

    __tablename__ = "plan_answers"
    __table_args__ = (UniqueConstraint("submission_id", "section"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("plan_submissions.id"))
    section: Mapped[int]
    result: Mapped[HeadResult] = mapped_column(EnumText(HeadResult))
    reason: Mapped[str] = mapped_column(Text, default="")
    unit: Mapped[str] = mapped_column(String(60))
    answered_at: Mapped[datetime]
    answered_by: Mapped[int] = mapped_column(ForeignKey("people.id"))

    submission: Mapped[PlanSubmission] = relationship(back_populates="answers")


class FinalPlan(Base):
    """Frozen bytes of the final plan (`app.publication.rules.canonical_final`). Never changed."""

    __tablename__ = "final_plans"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"), unique=True)
    text: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))
    confirmed_at: Mapped[datetime]
    confirmed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))

    plan: Mapped[Plan] = relationship()


class DocumentDisclosure(Versioned, Base):
    """Whether a document of a plan is open; without a row it is."""

    __tablename__ = "document_disclosures"
    __table_args__ = (UniqueConstraint("plan_id", "document"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    document: Mapped[Document] = mapped_column(EnumText(Document))
    state: Mapped[Disclosure] = mapped_column(EnumText(Disclosure))
    ground: Mapped[int | None]
    """Item number of 정보공개법 art. 9(1), where it is withheld."""
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime]
    decided_by: Mapped[int] = mapped_column(ForeignKey("people.id"))


class PlanBooklet(Base):
    """The booklet of a final plan as PDF; a newer one takes the place of an older."""

    __tablename__ = "plan_booklets"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"), unique=True)
    pdf: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]


keep(FinalPlan)
