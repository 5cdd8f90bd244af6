"""Tables of drafting: who works on an item, its costs by line, notes, amendments, alternatives, chapters, adoption."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.council.models import Committee, MeetingItem
from app.db.base import Base, Versioned
from app.db.types import EnumText, Won
from app.people.models import Person
from app.plan.models.items import DepartmentReview, Plan, PlanItem, PlanVersion
from app.plan.rules.plan import FundSource
from app.plan.rules.workbench import AmendmentState, Chapter, CostLine


class ItemWork(Versioned, Base):
    """Who drafts an item until when, and where it stands."""

    __tablename__ = "plan_item_works"

    item_id: Mapped[int] = mapped_column(ForeignKey("plan_items.id"), primary_key=True)
    committee_id: Mapped[int | None] = mapped_column(ForeignKey("committees.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    due_at: Mapped[datetime | None]
    site: Mapped[str] = mapped_column(String(120), default="")
    site_note: Mapped[str] = mapped_column(Text, default="")
    """How it gets along with what else is planned on the same site; public."""

    item: Mapped[PlanItem] = relationship()
    committee: Mapped[Committee | None] = relationship()
    person: Mapped[Person | None] = relationship()


class ItemCost(Base):
    """One line of an item's estimate."""

    __tablename__ = "plan_item_costs"
    __table_args__ = (UniqueConstraint("item_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("plan_items.id"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    unit: Mapped[str] = mapped_column(String(20))
    quantity_hundredths: Mapped[Won]
    price_won: Mapped[Won]
    source: Mapped[FundSource] = mapped_column(EnumText(FundSource))
    year: Mapped[int]

    item: Mapped[PlanItem] = relationship()

    @property
    def line(self) -> CostLine:
        """The line as the rules read it."""
        return CostLine(self.name, self.unit, self.quantity_hundredths, self.price_won, self.source, self.year)


class PriceChange(Base):
    """A department's price that was taken into an estimate, and what stood there before. Never changed."""

    __tablename__ = "plan_price_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("plan_items.id"), index=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("department_reviews.id"), unique=True)
    old_won: Mapped[Won]
    new_won: Mapped[Won]
    old_lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """The lines of the estimate before: name, unit, quantity_hundredths, price_won, source, year. Empty: there were none."""
    taken_at: Mapped[datetime]
    taken_by: Mapped[int] = mapped_column(ForeignKey("people.id"))

    review: Mapped[DepartmentReview] = relationship()


class ItemNote(Base):
    """A word of the council about an item: a note among those who draft, or a comment for everybody."""

    __tablename__ = "plan_item_notes"
    __table_args__ = (UniqueConstraint("author_id", "once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("plan_items.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    once: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    is_public: Mapped[bool]
    written_at: Mapped[datetime]

    author: Mapped[Person] = relationship()


class Amendment(Versioned, Base):
    """A suggested change of an item's words, beside the words that it would change."""

    __tablename__ = "plan_amendments"
    __table_args__ = (UniqueConstraint("author_id", "once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("plan_items.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    once: Mapped[str] = mapped_column(String(64))
    state: Mapped[AmendmentState] = mapped_column(EnumText(AmendmentState))
    title: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(Text)
    old_title: Mapped[str] = mapped_column(String(80))
    old_body: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    item_version: Mapped[int]
    """The version of the item that it changes; on a later one it can no longer be taken."""
    suggested_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None]

    item: Mapped[PlanItem] = relationship()


class Alternative(Base):
    """Another way to reach what an item wants, and why it was not taken."""

    __tablename__ = "plan_alternatives"
    __table_args__ = (UniqueConstraint("item_id", "once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("plan_items.id"))
    once: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(Text)
    cost_won: Mapped[Won]
    why_not: Mapped[str] = mapped_column(Text)
    noted_at: Mapped[datetime]


class Envelope(Versioned, Base):
    """How much a source offers in a year."""

    __tablename__ = "plan_envelopes"
    __table_args__ = (UniqueConstraint("plan_id", "source", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    source: Mapped[FundSource] = mapped_column(EnumText(FundSource))
    year: Mapped[int]
    amount_won: Mapped[Won]

    plan: Mapped[Plan] = relationship()


class ChapterText(Versioned, Base):
    """The words of one of the seven contents."""

    __tablename__ = "plan_chapters"
    __table_args__ = (UniqueConstraint("plan_id", "chapter"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    chapter: Mapped[Chapter] = mapped_column(EnumText(Chapter))
    body: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]


class CouncilAdoption(Base):
    """The council's decision that adopted a frozen version: quorum, vote and recusals stand in its meeting."""

    __tablename__ = "plan_adoptions"

    version_id: Mapped[int] = mapped_column(ForeignKey("plan_versions.id"), primary_key=True)
    meeting_item_id: Mapped[int] = mapped_column(ForeignKey("meeting_items.id"), unique=True)
    noted_at: Mapped[datetime]

    version: Mapped[PlanVersion] = relationship()
    meeting_item: Mapped[MeetingItem] = relationship()


class CouncilRejection(Base):
    """The council's decision against a frozen version, which let it be taken back and written on."""

    __tablename__ = "plan_rejections"

    version_id: Mapped[int] = mapped_column(ForeignKey("plan_versions.id"), primary_key=True)
    meeting_item_id: Mapped[int] = mapped_column(ForeignKey("meeting_items.id"), unique=True)
    after_inspection: Mapped[bool]
    """It was the text that followed from the opinions: what was inspected is an earlier version."""
    noted_at: Mapped[datetime]

    version: Mapped[PlanVersion] = relationship()
    meeting_item: Mapped[MeetingItem] = relationship()
