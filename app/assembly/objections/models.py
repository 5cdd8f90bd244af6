"""Tables of objections and of the end of the link to people."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.assembly.models import Assembly
from app.assembly.objections.rules import Finding
from app.db.base import Base, Versioned
from app.db.types import EnumText
from app.privacy.encryption import SealedText
from app.privacy.sealing import SealedRow, sealed_column


class ResultObjection(SealedRow, Versioned, Base):
    """One objection to a result. Its title and the answer are public, its words are for the committee."""

    __tablename__ = "result_objections"
    __table_args__ = (UniqueConstraint("assembly_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int] = mapped_column(ForeignKey("assemblies.id"))
    number: Mapped[int]
    once: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    title: Mapped[str] = mapped_column(String(80))
    body: Mapped[SealedText | None] = sealed_column()
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    finding: Mapped[Finding | None] = mapped_column(EnumText(Finding))
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]

    assembly: Mapped[Assembly] = relationship()


class LinkDestruction(Base):
    """The certificate that nobody can say any more who had which credential, or who was handed a paper."""

    __tablename__ = "link_destructions"

    assembly_id: Mapped[int] = mapped_column(ForeignKey("assemblies.id"), primary_key=True)
    destroyed_at: Mapped[datetime]
    certificate: Mapped[str] = mapped_column(Text, info={"typed": False})
    """Canonical JSON; its hash stands in the public record."""
