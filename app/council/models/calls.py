"""Tables of open calls: tracks, quotas, applications, what was seen, objections, the draw committee and witnesses."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.council.models.members import CouncilTerm
from app.council.rules.calls import (
    ApplicationState,
    CallKind,
    CallState,
    Capacity,
    Channel,
    Document,
    ObjectionState,
    Recommender,
)
from app.db.base import Base, Versioned
from app.db.types import EnumText
from app.people.models import Person
from app.people.rules import Sex
from app.places.models import Place
from app.privacy.encryption import SealedText
from app.privacy.sealing import SealedRow, index_column, sealed_column


class OpenCall(Versioned, Base):
    """A call for members (공개모집): which seats, from when to when, under which quotas."""

    __tablename__ = "open_calls"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("council_terms.id"), index=True)
    """The term whose seats it fills."""
    kind: Mapped[CallKind] = mapped_column(EnumText(CallKind))
    state: Mapped[CallState] = mapped_column(EnumText(CallState))
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text, default="")
    seats: Mapped[int]
    """Seats to draw; for a supplement the empty ones, for a full call what renewals leave."""
    areas: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Areas of the dong that applicants choose from; empty: the area plays no part."""
    reference_on: Mapped[date]
    """The day on which age, months and training are counted (the beginning of the notice)."""
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    objections_until: Mapped[datetime]
    once: Mapped[str] = mapped_column(String(64), unique=True)
    created_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    frozen_at: Mapped[datetime | None]
    drawn_at: Mapped[datetime | None]
    concluded_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(300), default="")
    erased_at: Mapped[datetime | None]
    """When the details of those who were not appointed were blanked."""

    place: Mapped[Place] = relationship()
    term: Mapped[CouncilTerm] = relationship()
    tracks: Mapped[list["CallTrack"]] = relationship(
        back_populates="call", lazy="selectin", order_by="CallTrack.position", cascade="all, delete-orphan"
    )
    quotas: Mapped[list["CallQuota"]] = relationship(
        back_populates="call", lazy="selectin", order_by="CallQuota.position", cascade="all, delete-orphan"
    )

    def is_open(self, at: datetime) -> bool:
        """Tell whether applications are taken at an instant."""
        return self.state is CallState.ANNOUNCED and self.opens_at <= at < self.closes_at


class CallTrack(Base):
    """A way into the council in one call, with its seats."""

    __tablename__ = "call_tracks"
    __table_args__ = (UniqueConstraint("call_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("open_calls.id"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(20))
    """``open``, ``recommended``, or one of the place's own."""
    name: Mapped[str] = mapped_column(String(40))
    seats: Mapped[int]

    call: Mapped[OpenCall] = relationship(back_populates="tracks")


class CallQuota(Base):
    """How many of the council's seats go to a value of a feature, and how far that may be relaxed."""

    __tablename__ = "call_quotas"
    __table_args__ = (UniqueConstraint("call_id", "feature", "value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("open_calls.id"))
    position: Mapped[int]
    feature: Mapped[str] = mapped_column(String(20))
    """``track``, ``sex``, ``age`` or ``area``."""
    value: Mapped[str] = mapped_column(String(40))
    minimum: Mapped[int]
    maximum: Mapped[int]
    least_minimum: Mapped[int]
    greatest_maximum: Mapped[int]

    call: Mapped[OpenCall] = relationship(back_populates="quotas")


class Application(SealedRow, Versioned, Base):
    """Somebody wants to be a member. What identifies them is sealed; documents are seen and never kept."""

    __tablename__ = "applications"
    __table_args__ = (
        UniqueConstraint("call_id", "number"),
        UniqueConstraint("call_id", "person_id"),
        UniqueConstraint("call_id", "identity_index"),
        UniqueConstraint("entered_by", "once"),
        Index("ix_applications_call_id_state", "call_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("open_calls.id"))
    number: Mapped[str] = mapped_column(String(12))
    """Public number of the candidate, ``0001``; all that lists and the draw show."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    """Null where a clerk typed in a paper application of somebody without an account."""
    entered_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    once: Mapped[str] = mapped_column(String(64))
    channel: Mapped[Channel] = mapped_column(EnumText(Channel))
    state: Mapped[ApplicationState] = mapped_column(EnumText(ApplicationState))
    track: Mapped[str] = mapped_column(String(20))
    """Code of the track."""
    organisation: Mapped[str] = mapped_column(String(80), default="")
    """Who recommends them; public with the track."""
    legal_name: Mapped[SealedText | None] = sealed_column()
    birth_date: Mapped[SealedText | None] = sealed_column()
    """ISO date."""
    phone: Mapped[SealedText | None] = sealed_column()
    address: Mapped[SealedText | None] = sealed_column()
    answers: Mapped[SealedText | None] = sealed_column()
    """What they said about basis, months and exclusions (JSON of `rules.eligibility.Answers`)."""
    motive: Mapped[SealedText | None] = sealed_column()
    reason: Mapped[SealedText | None] = sealed_column()
    """Why a clerk decided so; for the applicant alone."""
    identity_salt: Mapped[SealedText | None] = sealed_column()
    """Random; with it the applicant finds their commitment in the published bundle."""
    identity_index: Mapped[bytes | None] = index_column()
    """Blind index of name and birth date, the same for accounts: nobody applies twice, training is found."""
    household_index: Mapped[bytes | None] = index_column()
    """Blind index of the address as typed, in the scope of the call: hints at people sharing a home."""
    household: Mapped[int | None]
    """Number of the shared home within the call, where a clerk has found that candidates share one."""
    sex: Mapped[Sex | None] = mapped_column(EnumText(Sex))
    age_band: Mapped[str] = mapped_column(String(20), default="")
    """On the reference day."""
    area: Mapped[str] = mapped_column(String(40), default="")
    findings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Verdict by rule when it was decided: codes only, no values."""
    received_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    rank: Mapped[int | None]
    """Place in the public rank of the draw."""
    settled_at: Mapped[datetime | None]
    """When it was withdrawn, appointed, declined or expired."""

    call: Mapped[OpenCall] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    documents: Mapped[list["DocumentSeen"]] = relationship(lazy="selectin", order_by="DocumentSeen.id")


class DocumentSeen(Base):
    """A clerk saw a paper. The paper itself is never kept."""

    __tablename__ = "documents_seen"
    __table_args__ = (UniqueConstraint("application_id", "document"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    document: Mapped[Document] = mapped_column(EnumText(Document))
    seen_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    seen_at: Mapped[datetime]


class ApplicationObjection(SealedRow, Base):
    """An objection (이의) to a decision about an application: by the applicant, or by somebody who read the list."""

    __tablename__ = "application_objections"
    __table_args__ = (UniqueConstraint("person_id", "once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    """Who objects, or the clerk who typed it in."""
    once: Mapped[str] = mapped_column(String(64))
    state: Mapped[ObjectionState] = mapped_column(EnumText(ObjectionState))
    text: Mapped[SealedText | None] = sealed_column()
    answer: Mapped[SealedText | None] = sealed_column()
    filed_at: Mapped[datetime]
    answer_due_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    application: Mapped[Application] = relationship()


class DrawCommittee(Base):
    """The committee that runs the draw of a call (추첨관리위원회); dissolved once everybody is appointed."""

    __tablename__ = "draw_committees"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("open_calls.id"), unique=True)
    formed_at: Mapped[datetime]
    dissolved_at: Mapped[datetime | None]

    call: Mapped[OpenCall] = relationship()
    members: Mapped[list["DrawCommitteeMember"]] = relationship(
        lazy="selectin", order_by="DrawCommitteeMember.id", cascade="all, delete-orphan"
    )


class DrawCommitteeMember(Base):
    """Somebody on a draw committee. Their name is public; they may not be a candidate."""

    __tablename__ = "draw_committee_members"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("draw_committees.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(String(40))
    organisation: Mapped[str] = mapped_column(String(80), default="")
    recommended_by: Mapped[Recommender] = mapped_column(EnumText(Recommender))
    is_chair: Mapped[bool] = mapped_column(default=False)


class DrawWitness(Base):
    """Somebody who watches a draw and brings a secret of their own."""

    __tablename__ = "draw_witnesses"
    __table_args__ = (UniqueConstraint("call_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("open_calls.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(String(40))
    """As the published result writes it: a name or an office (``경찰관``)."""
    capacity: Mapped[Capacity] = mapped_column(EnumText(Capacity))
    named_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    call: Mapped[OpenCall] = relationship()
