"""Tables of the ledger."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.guards import keep
from app.db.types import EnumText, Won
from app.execution.rules.ledger import EntryKind, LedgerEntry
from app.plan.rules import FundSource


class MoneyEntry(Base):
    """One line of the ledger. Never changed, never deleted."""

    __tablename__ = "money_entries"
    __table_args__ = (UniqueConstraint("project_id", "number"), UniqueConstraint("project_id", "once"))

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    number: Mapped[int]
    once: Mapped[str] = mapped_column(String(64))
    kind: Mapped[EntryKind] = mapped_column(EnumText(EntryKind))
    source: Mapped[FundSource] = mapped_column(EnumText(FundSource))
    year: Mapped[int]
    """The year of account; money carried over leaves this year for the next."""
    amount_won: Mapped[Won]
    happened_on: Mapped[date]
    memo: Mapped[str] = mapped_column(String(200))
    approver: Mapped[str] = mapped_column(String(80), default="")
    """Whose approval a change of the plan has: an office or a body, never a private person."""
    document_name: Mapped[str] = mapped_column(String(120), default="")
    document_hash: Mapped[str | None] = mapped_column(String(64))
    corrects: Mapped[int | None]
    """Number of the entry that a correction takes back."""
    entered_at: Mapped[datetime]
    parent_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    @property
    def hashed(self) -> LedgerEntry:
        """The line as it is hashed and published."""
        return LedgerEntry(
            project=self.project_id, number=self.number, kind=self.kind, source=self.source, year=self.year,
            amount_won=self.amount_won, happened_on=self.happened_on, memo=self.memo, approver=self.approver,
            document_hash=self.document_hash, corrects=self.corrects, entered_at=self.entered_at,
            parent_hash=self.parent_hash,
        )  # fmt: skip


class MonthlyFigures(Base):
    """The figures of a dong up to the end of a month, as they were opened. Never changed."""

    __tablename__ = "monthly_figures"
    __table_args__ = (UniqueConstraint("place_id", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    month: Mapped[date]
    """The first day of the month."""
    text: Mapped[str] = mapped_column(Text)
    """Canonical JSON: every project with its purses."""
    hash: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[datetime]


for _kept in (MoneyEntry, MonthlyFigures):
    keep(_kept)
