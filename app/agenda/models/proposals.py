"""Tables of proposals and of meetings about them."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.agenda.rules import Field, MeetingKind, ProposalState, Source
from app.agenda.rules.calls import CallTerms
from app.agenda.rules.joining import HideReason
from app.cycle.models import Cycle
from app.db.base import Base, Versioned
from app.db.types import EnumText, Won
from app.people.models import Person
from app.places.models import Place
from app.places.points import GeoPoint


class Proposal(Versioned, Base):
    """What somebody wants for their dong."""

    __tablename__ = "proposals"
    __table_args__ = (
        UniqueConstraint("proposer_id", "once"),
        Index("ix_proposals_cycle_id_state_id", "cycle_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"))
    proposer_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    """Who proposed it, or the clerk who typed in a paper one (`source`)."""
    once: Mapped[str] = mapped_column(String(64))
    """Key of the form it came from: sent twice, it is still one proposal."""
    title: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(Text)
    field: Mapped[Field] = mapped_column(EnumText(Field))
    where: Mapped[str] = mapped_column(String(120), default="")
    latitude_e6: Mapped[int | None]
    """Where it is on the map, in millionths of a degree; the words of ``where`` alone are enough."""
    longitude_e6: Mapped[int | None]
    source: Mapped[Source] = mapped_column(EnumText(Source))
    state: Mapped[ProposalState] = mapped_column(EnumText(ProposalState))
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was declined or merged; public."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("proposals.id"))
    plain: Mapped[str] = mapped_column(Text, default="")
    """Title, place and text as they are searched (`app.agenda.search.plain`)."""
    signer_count: Mapped[int] = mapped_column(default=0)
    endorsement_count: Mapped[int] = mapped_column(default=0)
    group_name: Mapped[str] = mapped_column(String(60), default="")
    """Of a small group's proposal: its name. Its people confirm by an invitation (`CoAuthor`)."""
    call_id: Mapped[int | None] = mapped_column(ForeignKey("proposal_calls.id"), index=True)
    wanted_won: Mapped[Won | None]
    """What the proposers think it costs."""
    split_from_id: Mapped[int | None] = mapped_column(ForeignKey("proposals.id"), index=True)
    invitation_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of the word in the address that invites co-authors; a new address ends the old one."""
    hidden_at: Mapped[datetime | None]
    hidden_for: Mapped[HideReason | None] = mapped_column(EnumText(HideReason))
    hidden_note: Mapped[str] = mapped_column(String(300), default="")
    """Public words of who hid it."""
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]

    place: Mapped[Place] = relationship()
    cycle: Mapped[Cycle] = relationship()
    proposer: Mapped[Person] = relationship()
    merged_into: Mapped["Proposal | None"] = relationship(remote_side="Proposal.id", foreign_keys=[merged_into_id])
    split_from: Mapped["Proposal | None"] = relationship(remote_side="Proposal.id", foreign_keys=[split_from_id])
    call: Mapped["ProposalCall | None"] = relationship()
    co_authors: Mapped[list["CoAuthor"]] = relationship(
        lazy="selectin", order_by="CoAuthor.id", primaryjoin="and_(CoAuthor.proposal_id == Proposal.id, CoAuthor.left_at.is_(None))",
        viewonly=True,
    )  # fmt: skip
    """Those who confirmed and did not leave."""

    @property
    def point(self) -> GeoPoint | None:
        """Where it is on the map."""
        return GeoPoint.of(self.latitude_e6, self.longitude_e6)

    @property
    def author_ids(self) -> set[int]:
        """Everybody who wrote it: who began it and who confirmed."""
        return {self.proposer_id, *(row.person_id for row in self.co_authors)}


class CoAuthor(Base):
    """Somebody writes a proposal together with who began it: they opened the invitation and confirmed."""

    __tablename__ = "co_authors"
    __table_args__ = (UniqueConstraint("proposal_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class ProposalCall(Versioned, Base):
    """A call for proposals (제안 공모) with limits of its own."""

    __tablename__ = "proposal_calls"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"), index=True)
    once: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    max_won: Mapped[Won]
    envelope_won: Mapped[Won]
    """0: none is named."""
    per_person: Mapped[int]
    only_groups: Mapped[bool] = mapped_column(default=False)
    fields: Mapped[list[str]] = mapped_column(JSON, default=list)
    announced_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(300), default="")

    place: Mapped[Place] = relationship()
    cycle: Mapped[Cycle] = relationship()

    @property
    def terms(self) -> CallTerms:
        """What it admits, as the rules read it."""
        return CallTerms(
            self.opens_at, self.closes_at, self.max_won, self.envelope_won, self.per_person, self.only_groups,
            frozenset(Field(name) for name in self.fields),
        )  # fmt: skip


class ProposalTerm(Base):
    """A pair of letters under which a proposal is found (`app.agenda.search`)."""

    __tablename__ = "proposal_terms"

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"), primary_key=True)
    term: Mapped[str] = mapped_column(String(8), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"), primary_key=True, index=True)


class SynonymTable(Versioned, Base):
    """Words that mean the same in a place and everything below it; its operator keeps it."""

    __tablename__ = "synonym_tables"

    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), primary_key=True)
    words: Mapped[str] = mapped_column(Text)
    """One group a line, ``CCTV = 방범카메라``, as typed."""
    changed_at: Mapped[datetime]


class CoSignature(Base):
    """A verified resident signed a proposal; withdrawn, never deleted."""

    __tablename__ = "co_signatures"
    __table_args__ = (UniqueConstraint("proposal_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    signed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class VillageMeeting(Versioned, Base):
    """A public meeting of those who live there: about proposals, or to find what should be proposed (`kind`)."""

    __tablename__ = "village_meetings"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"))
    called_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    once: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[MeetingKind] = mapped_column(EnumText(MeetingKind))
    title: Mapped[str] = mapped_column(String(80))
    where: Mapped[str] = mapped_column(String(120))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    offices: Mapped[str] = mapped_column(String(300), default="")
    """Which offices are invited, as text."""
    attendance: Mapped[int | None]
    minutes: Mapped[str] = mapped_column(Text, default="")
    held_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    cycle: Mapped[Cycle] = relationship()
    place: Mapped[Place] = relationship()
    topics: Mapped[list["MeetingTopic"]] = relationship(back_populates="meeting", lazy="selectin")


class MeetingTopic(Base):
    """A proposal on the table of a meeting or come out of it, and what was decided about it."""

    __tablename__ = "village_meeting_topics"
    __table_args__ = (UniqueConstraint("meeting_id", "proposal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("village_meetings.id"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"), index=True)
    outcome: Mapped[str] = mapped_column(Text, default="")

    meeting: Mapped[VillageMeeting] = relationship(back_populates="topics")
    proposal: Mapped[Proposal] = relationship(lazy="joined")
