"""Tables of meetings of the council and of its committees."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.council.models.dismissals import DismissalMotion
from app.council.models.members import Committee, CommitteeMember, CouncilMember, CouncilTerm
from app.council.rules.meetings import ItemKind, MeetingKind, MeetingState, Method, Outcome, RecusalKind
from app.db.base import Base, Versioned
from app.db.types import EnumText
from app.places.models import Place


class CouncilMeeting(Versioned, Base):
    """A meeting of the council or of one of its committees; open to everybody's eyes."""

    __tablename__ = "council_meetings"
    __table_args__ = (Index("ix_council_meetings_place_id_starts_at", "place_id", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    term_id: Mapped[int] = mapped_column(ForeignKey("council_terms.id"), index=True)
    committee_id: Mapped[int | None] = mapped_column(ForeignKey("committees.id"), index=True)
    """Null: the whole council."""
    kind: Mapped[MeetingKind] = mapped_column(EnumText(MeetingKind))
    state: Mapped[MeetingState] = mapped_column(EnumText(MeetingState))
    title: Mapped[str] = mapped_column(String(80))
    where: Mapped[str] = mapped_column(String(120))
    is_online: Mapped[bool] = mapped_column(default=False)
    """By video; counts as attendance where the ordinance allows it."""
    starts_at: Mapped[datetime]
    called_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    called_at: Mapped[datetime]
    once: Mapped[str] = mapped_column(String(64), unique=True)
    members_count: Mapped[int | None]
    """Members with a vote when it was opened."""
    quorum_needed: Mapped[int | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(300), default="")
    minutes: Mapped[str] = mapped_column(Text, default="")
    minutes_due_at: Mapped[datetime | None]
    minutes_published_at: Mapped[datetime | None]
    minutes_hash: Mapped[str | None] = mapped_column(String(64))

    place: Mapped[Place] = relationship()
    term: Mapped[CouncilTerm] = relationship()
    committee: Mapped[Committee | None] = relationship()
    items: Mapped[list["MeetingItem"]] = relationship(
        back_populates="meeting", lazy="selectin", order_by="MeetingItem.number", cascade="all, delete-orphan"
    )


class MeetingItem(Base):
    """An item of a meeting's agenda."""

    __tablename__ = "meeting_items"
    __table_args__ = (UniqueConstraint("meeting_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("council_meetings.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[ItemKind] = mapped_column(EnumText(ItemKind))
    motion_id: Mapped[int | None] = mapped_column(ForeignKey("dismissal_motions.id"), index=True)
    """Of a dismissal: which motion is decided."""

    meeting: Mapped[CouncilMeeting] = relationship(back_populates="items")
    motion: Mapped[DismissalMotion | None] = relationship(lazy="selectin")
    decision: Mapped["MeetingDecision | None"] = relationship(back_populates="item", lazy="selectin", uselist=False)
    recusals: Mapped[list["Recusal"]] = relationship(lazy="selectin", order_by="Recusal.id")


class MeetingAttendance(Base):
    """Somebody who belongs to a meeting, and whether they are there."""

    __tablename__ = "meeting_attendances"
    __table_args__ = (
        UniqueConstraint("meeting_id", "member_id"),
        UniqueConstraint("meeting_id", "committee_member_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("council_meetings.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("council_members.id"), index=True)
    committee_member_id: Mapped[int | None] = mapped_column(ForeignKey("committee_members.id"), index=True)
    """Of a resident in a committee: no council member."""
    has_vote: Mapped[bool]
    is_present: Mapped[bool] = mapped_column(default=False)
    is_remote: Mapped[bool] = mapped_column(default=False)
    noted_at: Mapped[datetime]

    member: Mapped[CouncilMember | None] = relationship(lazy="joined")
    committee_member: Mapped[CommitteeMember | None] = relationship(lazy="joined")

    @property
    def name(self) -> str:
        """The name that the list shows."""
        if self.member is not None:
            return self.member.name
        return self.committee_member.name if self.committee_member is not None else ""


class Recusal(Base):
    """A member does not decide on an item (제척·기피·회피): may be heard, is not counted among its voters."""

    __tablename__ = "recusals"
    __table_args__ = (UniqueConstraint("item_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("meeting_items.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("council_members.id"), index=True)
    kind: Mapped[RecusalKind] = mapped_column(EnumText(RecusalKind))
    reason: Mapped[str] = mapped_column(String(300), default="")
    noted_at: Mapped[datetime]

    member: Mapped[CouncilMember] = relationship(lazy="joined")


class MeetingDecision(Base):
    """What came of an item, with the counted votes. Never changed."""

    __tablename__ = "meeting_decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("meeting_items.id"), unique=True)
    outcome: Mapped[Outcome] = mapped_column(EnumText(Outcome))
    text: Mapped[str] = mapped_column(Text)
    """The decision in its own words (주문), or what was said."""
    method: Mapped[Method | None] = mapped_column(EnumText(Method))
    yes: Mapped[int | None]
    no: Mapped[int | None]
    abstained: Mapped[int | None]
    voters: Mapped[int | None]
    """Members present who could vote on this item."""
    needed: Mapped[int | None]
    """Votes in favour that it needed."""
    decided_at: Mapped[datetime]
    decided_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    """Who wrote it down."""

    item: Mapped[MeetingItem] = relationship(back_populates="decision")
