"""Tables of the department review."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, Versioned
from app.db.types import EnumText
from app.people.models import Person
from app.plan.models import DepartmentReview, PlanItem
from app.plan.rules import Verdict
from app.review.rules import Check, CheckState, Criterion


class ReviewFinding(Base):
    """What a department said of one criterion. Never changed."""

    __tablename__ = "review_findings"
    __table_args__ = (UniqueConstraint("review_id", "criterion"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("department_reviews.id"))
    criterion: Mapped[Criterion] = mapped_column(EnumText(Criterion))
    verdict: Mapped[Verdict] = mapped_column(EnumText(Verdict))
    reason: Mapped[str] = mapped_column(Text, default="")
    law: Mapped[str] = mapped_column(String(200), default="")


class ReviewReturn(Base):
    """A question back from the department: the item is revised once, then answered."""

    __tablename__ = "review_returns"

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("department_reviews.id"), unique=True)
    question: Mapped[str] = mapped_column(Text)
    returned_at: Mapped[datetime]
    returned_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    reply: Mapped[str] = mapped_column(Text, default="")
    revised_at: Mapped[datetime | None]
    revised_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    review: Mapped[DepartmentReview] = relationship()


class ReviewInvitation(Base):
    """A review that was asked of an address: whoever accepts the invitation is its reviewer."""

    __tablename__ = "review_invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("department_reviews.id"), unique=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitations.id"), index=True)

    review: Mapped[DepartmentReview] = relationship()


class Objection(Versioned, Base):
    """An objection (이의) against a verdict: one for each review, decided with a reason."""

    __tablename__ = "review_objections"

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("department_reviews.id"), unique=True)
    grounds: Mapped[str] = mapped_column(Text)
    filed_at: Mapped[datetime]
    filed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    is_upheld: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    review: Mapped[DepartmentReview] = relationship()


class ReviewNote(Base):
    """A private comment of the council and the staff on an item; never public."""

    __tablename__ = "review_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("plan_items.id"), index=True)
    once: Mapped[str] = mapped_column(String(64), unique=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str] = mapped_column(Text)
    noted_at: Mapped[datetime]

    author: Mapped[Person] = relationship(lazy="joined")


class ChecklistEntry(Base):
    """One item of the pre-review checklist of a plan item."""

    __tablename__ = "review_checks"
    __table_args__ = (UniqueConstraint("item_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("plan_items.id"))
    code: Mapped[Check] = mapped_column(EnumText(Check))
    state: Mapped[CheckState] = mapped_column(EnumText(CheckState))
    note: Mapped[str] = mapped_column(Text, default="")
    checked_at: Mapped[datetime]
    checked_by: Mapped[int] = mapped_column(ForeignKey("people.id"))

    item: Mapped[PlanItem] = relationship()
