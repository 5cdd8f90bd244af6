"""Tables of the council's people: terms, members, officers, committees, lists to appoint, vacancies."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.council.rules.membership import (
    CommitteeRole,
    EndReason,
    ListState,
    MemberState,
    Office,
    Origin,
    VacancyState,
)
from app.db.base import Base, Versioned
from app.db.types import EnumText
from app.people.models import Person
from app.people.rules import Sex
from app.places.models import Place


class Council(Versioned, Base):
    """The residents' council of a dong."""

    __tablename__ = "councils"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), unique=True)
    founded_on: Mapped[date]
    seats: Mapped[int]
    """Number of members (정수), within what the ordinance allows."""
    created_at: Mapped[datetime]

    place: Mapped[Place] = relationship()
    terms: Mapped[list["CouncilTerm"]] = relationship(back_populates="council", order_by="CouncilTerm.number")


class CouncilTerm(Versioned, Base):
    """A term of office (기) of the whole council."""

    __tablename__ = "council_terms"
    __table_args__ = (UniqueConstraint("council_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("councils.id"))
    number: Mapped[int]
    """1 for the first term (제1기)."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    """The last day."""
    seats: Mapped[int]

    council: Mapped[Council] = relationship(back_populates="terms")

    def is_running(self, day: date) -> bool:
        """Tell whether a day lies in the term."""
        return self.starts_on <= day <= self.ends_on


class CouncilMember(Versioned, Base):
    """Somebody's seat in a term. The name is public, as of every public office; nothing else about them is.

    Sex, age band and area are kept for statistics above the small-cell limit and for the quotas of a supplement.
    """

    __tablename__ = "council_members"
    __table_args__ = (
        UniqueConstraint("term_id", "person_id"),
        Index("ix_council_members_term_id_state", "term_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("council_terms.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    """Null where the member has no account."""
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"), unique=True)
    list_id: Mapped[int | None] = mapped_column(ForeignKey("appointment_lists.id"), index=True)
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("role_grants.id"))
    """The role that the appointment gave; revoked when the seat is left."""
    name: Mapped[str] = mapped_column(String(40))
    track: Mapped[str] = mapped_column(String(40), default="")
    """Name of the way into the council, as in the call."""
    origin: Mapped[Origin] = mapped_column(EnumText(Origin))
    state: Mapped[MemberState] = mapped_column(EnumText(MemberState))
    sex: Mapped[Sex | None] = mapped_column(EnumText(Sex))
    age_band: Mapped[str] = mapped_column(String(20), default="")
    area: Mapped[str] = mapped_column(String(40), default="")
    renewals: Mapped[int] = mapped_column(default=0)
    """How many terms in a row before this one, without a draw between them."""
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    appointed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[EndReason | None] = mapped_column(EnumText(EndReason))
    training_due_on: Mapped[date | None]
    """By when the training must be done, where the ordinance lets it be done after the appointment."""
    created_at: Mapped[datetime]

    term: Mapped[CouncilTerm] = relationship()
    person: Mapped[Person | None] = relationship()


class CouncilOfficer(Base):
    """Somebody holds an office from one day to another."""

    __tablename__ = "council_officers"
    __table_args__ = (Index("ix_council_officers_term_id_office", "term_id", "office"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("council_terms.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("council_members.id"), index=True)
    """Null for a secretary who is no member."""
    name: Mapped[str] = mapped_column(String(40))
    office: Mapped[Office] = mapped_column(EnumText(Office))
    elected_on: Mapped[date]
    how: Mapped[str] = mapped_column(String(200), default="")
    """How they were chosen, in words: the vote, the meeting."""
    ended_on: Mapped[date | None]

    term: Mapped[CouncilTerm] = relationship()
    member: Mapped[CouncilMember | None] = relationship()


class Committee(Versioned, Base):
    """A committee (분과위원회)."""

    __tablename__ = "committees"
    __table_args__ = (UniqueConstraint("council_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("councils.id"))
    name: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    council: Mapped[Council] = relationship()
    members: Mapped[list["CommitteeMember"]] = relationship(
        back_populates="committee", lazy="selectin", order_by="CommitteeMember.id"
    )


class CommitteeMember(Base):
    """Somebody works in a committee: a council member, or a resident who speaks but does not vote."""

    __tablename__ = "committee_members"
    __table_args__ = (
        UniqueConstraint("committee_id", "member_id"),
        UniqueConstraint("committee_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("council_members.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    """Of a resident who is no member."""
    name: Mapped[str] = mapped_column(String(40))
    """A member's name, or the name that a resident chose to be seen by."""
    role: Mapped[CommitteeRole] = mapped_column(EnumText(CommitteeRole))
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    committee: Mapped[Committee] = relationship(back_populates="members")
    member: Mapped[CouncilMember | None] = relationship()


class AppointmentList(Versioned, Base):
    """The people whom the head is to appoint after a draw, a replacement, or a renewal, with the clock of each step."""

    __tablename__ = "appointment_lists"

    id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("council_terms.id"), index=True)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("open_calls.id"), index=True)
    origin: Mapped[Origin] = mapped_column(EnumText(Origin))
    state: Mapped[ListState] = mapped_column(EnumText(ListState))
    once: Mapped[str] = mapped_column(String(64), unique=True)
    """What it came from (``draw:12``, ``vacancy:7``): the same source makes one list."""
    decided_at: Mapped[datetime]
    """When the draw (or the replacement) said who."""
    send_due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    appoint_due_at: Mapped[datetime | None]
    appointed_at: Mapped[datetime | None]
    publish_due_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]

    term: Mapped[CouncilTerm] = relationship()
    members: Mapped[list[CouncilMember]] = relationship(order_by="CouncilMember.id")


class Vacancy(Base):
    """A seat that somebody left, or did not take."""

    __tablename__ = "vacancies"
    __table_args__ = (Index("ix_vacancies_term_id_state", "term_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("council_terms.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("council_members.id"), unique=True)
    """Who left it."""
    state: Mapped[VacancyState] = mapped_column(EnumText(VacancyState))
    arisen_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("council_members.id"), unique=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why this reserve, or why nobody; public."""

    term: Mapped[CouncilTerm] = relationship()
    member: Mapped[CouncilMember] = relationship(foreign_keys=[member_id])
    successor: Mapped[CouncilMember | None] = relationship(foreign_keys=[successor_id])
