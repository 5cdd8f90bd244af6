"""Tables of the voter roll (선거인명부)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, Versioned
from app.db.types import EnumText
from app.people.rules import Basis, ImportState, RollState, Sex
from app.places.models import Place
from app.privacy.encryption import SealedText
from app.privacy.sealing import SealedRow, index_column, sealed_column


class Roll(Versioned, Base):
    """The list of those who may take part in a dong's assembly. Grows as a draft, never changes once frozen."""

    __tablename__ = "rolls"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    title: Mapped[str] = mapped_column(String(80))
    state: Mapped[RollState] = mapped_column(EnumText(RollState), default=RollState.DRAFT)
    created_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    frozen_at: Mapped[datetime | None]
    eligible_on: Mapped[date | None]
    """The day on which age was counted."""
    min_age: Mapped[int | None]
    entry_count: Mapped[int | None]
    eligible_count: Mapped[int | None]
    root: Mapped[str | None] = mapped_column(String(64))
    """Merkle root (hex, RFC 6962) over salted leaves: commits to every entry, tells nothing of any."""
    erased_at: Mapped[datetime | None]

    place: Mapped[Place] = relationship()


class RollImport(SealedRow, Base):
    """One uploaded file on its way into a roll: read, checked, shown, and then taken whole or not at all."""

    __tablename__ = "roll_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    roll_id: Mapped[int] = mapped_column(ForeignKey("rolls.id"), index=True)
    state: Mapped[ImportState] = mapped_column(EnumText(ImportState), default=ImportState.READING)
    kind: Mapped[str] = mapped_column(String(4))
    """``csv`` or ``xlsx``."""
    content: Mapped[SealedText | None] = sealed_column(large=True)
    """The file itself, sealed, until it is taken or thrown away."""
    sample: Mapped[SealedText | None] = sealed_column(large=True)
    """The first rows as they were understood (JSON), for the preview."""
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Counts, columns, and what is wrong with which line: line numbers and sentences, never a value of the file."""
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    uploaded_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    job_id: Mapped[int | None]

    roll: Mapped[Roll] = relationship()


class RollEntry(SealedRow, Base):
    """One person on a roll."""

    __tablename__ = "roll_entries"
    __table_args__ = (
        Index("ix_roll_entries_roll_id_identity_index", "roll_id", "identity_index"),
        Index("ix_roll_entries_roll_id_number", "roll_id", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    roll_id: Mapped[int] = mapped_column(ForeignKey("rolls.id"))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("roll_imports.id"), index=True)
    number: Mapped[int]
    """Position on the roll, from 1."""
    name: Mapped[SealedText | None] = sealed_column()
    birth_date: Mapped[SealedText | None] = sealed_column()
    address: Mapped[SealedText | None] = sealed_column()
    unit: Mapped[SealedText | None] = sealed_column()
    phone: Mapped[SealedText | None] = sealed_column()
    email: Mapped[SealedText | None] = sealed_column()
    sex: Mapped[Sex | None] = mapped_column(EnumText(Sex))
    """Only where the file has it; needed for the lottery's quota, for nothing else."""
    basis: Mapped[Basis] = mapped_column(EnumText(Basis), default=Basis.RESIDENCE)
    identity_index: Mapped[bytes] = mapped_column(LargeBinary(16))
    """Blind index of name and birth date, the same for accounts."""
    twin_index: Mapped[bytes] = index_column()
    """Blind index of name, birth date and 통: equal for what is most likely the same person entered twice."""
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    email_index: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Random; without it nobody can test a guess against the published root."""
    leaf_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    is_eligible: Mapped[bool | None]
    """Old enough on the day; decided when the roll is frozen."""

    roll: Mapped[Roll] = relationship()
