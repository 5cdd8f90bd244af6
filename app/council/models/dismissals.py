"""Tables of motions to dismiss a member."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.council.models.members import CouncilMember
from app.council.rules.dismissal import Grounds, MotionState, ProposedBy
from app.db.base import Base, Versioned
from app.db.types import EnumText
from app.people.models import Person
from app.places.models import Place
from app.privacy.encryption import SealedText
from app.privacy.sealing import SealedRow, sealed_column


class DismissalMotion(SealedRow, Versioned, Base):
    """A motion to dismiss a member.

    Its grounds are public once it goes before a meeting; its words are for the council, the member concerned and staff.
    """

    __tablename__ = "dismissal_motions"
    __table_args__ = (
        UniqueConstraint("proposer_id", "once"),
        Index("ix_dismissal_motions_place_id_state", "place_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("council_members.id"), index=True)
    """Whom it concerns."""
    proposer_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    once: Mapped[str] = mapped_column(String(64))
    proposed_by: Mapped[ProposedBy] = mapped_column(EnumText(ProposedBy))
    grounds: Mapped[Grounds] = mapped_column(EnumText(Grounds))
    text: Mapped[SealedText | None] = sealed_column()
    statement: Mapped[SealedText | None] = sealed_column()
    """What the member concerned says to it."""
    state: Mapped[MotionState] = mapped_column(EnumText(MotionState))
    signers_needed: Mapped[int]
    signer_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    gather_until: Mapped[datetime]
    proposed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    head_decided_at: Mapped[datetime | None]
    head_reason: Mapped[str] = mapped_column(String(300), default="")

    place: Mapped[Place] = relationship()
    member: Mapped[CouncilMember] = relationship()
    proposer: Mapped[Person] = relationship()


class DismissalSignature(Base):
    """Somebody signed a motion; withdrawn, never deleted. Who signed is shown to staff only."""

    __tablename__ = "dismissal_signatures"
    __table_args__ = (UniqueConstraint("motion_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    motion_id: Mapped[int] = mapped_column(ForeignKey("dismissal_motions.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    signed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
