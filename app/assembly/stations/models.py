"""Tables of stations: the roll that is used, who was checked in, boxes, and what two people counted in each."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.assembly.models import Assembly
from app.assembly.rules.papers import HandCount
from app.assembly.stations.rules.hours import Details, Hours
from app.assembly.stations.rules.states import LossState, Method, PaperChannel, StationState
from app.db.base import Base, Versioned
from app.db.types import EnumText
from app.privacy.encryption import SealedText
from app.privacy.sealing import SealedRow, sealed_column


class ElectionRoll(Base):
    """The frozen roll of an election: people are checked in on it, and the election binds its root."""

    __tablename__ = "election_rolls"

    assembly_id: Mapped[int] = mapped_column(ForeignKey("assemblies.id"), primary_key=True)
    roll_id: Mapped[int] = mapped_column(ForeignKey("rolls.id"))


class ElectorLink(SealedRow, Base):
    """Which public credential belongs to whom on the roll: what the two-way lock needs. Destroyed after the objections."""

    __tablename__ = "elector_links"
    __table_args__ = (Index("ix_elector_links_assembly_id_roll_entry_id", "assembly_id", "roll_entry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int] = mapped_column(ForeignKey("assemblies.id"))
    roll_entry_id: Mapped[int] = mapped_column(ForeignKey("roll_entries.id", ondelete="CASCADE"))
    credential: Mapped[SealedText] = sealed_column()


class StruckCredential(Base):
    """A credential whose owner votes at a station: no ballot of it is taken any more. Published; says not whose it is."""

    __tablename__ = "struck_credentials"

    assembly_id: Mapped[int] = mapped_column(ForeignKey("assemblies.id"), primary_key=True)
    credential: Mapped[str] = mapped_column(String(700), primary_key=True)


class StationSlip(Base):
    """By what a station knows a letter again: the digest of its slip, and its public credential. Says not whose it is."""

    __tablename__ = "station_slips"

    assembly_id: Mapped[int] = mapped_column(ForeignKey("assemblies.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    credential: Mapped[str] = mapped_column(String(700))


class LetterLoss(Base):
    """Somebody on the roll declared at a station that their letter is lost. Once for each; nothing is taken back."""

    __tablename__ = "letter_losses"
    __table_args__ = (UniqueConstraint("assembly_id", "roll_entry_id"), UniqueConstraint("assembly_id", "number"))

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int] = mapped_column(ForeignKey("assemblies.id"))
    number: Mapped[int]
    """Under which the station and the credential authority speak of it."""
    station_id: Mapped[int] = mapped_column(ForeignKey("stations.id"))
    roll_entry_id: Mapped[int | None] = mapped_column(ForeignKey("roll_entries.id", ondelete="SET NULL"))
    """Forgotten after the objections."""
    state: Mapped[LossState] = mapped_column(EnumText(LossState))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    declared_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    station: Mapped["Station"] = relationship()


class Station(Versioned, Base):
    """A place where people vote without a telephone, and its papers (sets of stickers, voting cards)."""

    __tablename__ = "stations"

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int] = mapped_column(ForeignKey("assemblies.id"), index=True)
    once: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(120), default="")
    access: Mapped[str] = mapped_column(String(200), default="")
    """How to get in without steps, and who helps."""
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    opens: Mapped[time | None]
    closes: Mapped[time | None]
    """From when to when it is open on each of its days, in Korean time; all four are there or none."""
    weekdays_only: Mapped[bool] = mapped_column(default=False)
    method: Mapped[Method] = mapped_column(EnumText(Method))
    channel: Mapped[PaperChannel] = mapped_column(EnumText(PaperChannel))
    state: Mapped[StationState] = mapped_column(EnumText(StationState))
    issued: Mapped[int] = mapped_column(default=0)
    """People checked in: counted by the check-in itself, never typed."""
    printed: Mapped[int] = mapped_column(default=0)
    spoiled: Mapped[int] = mapped_column(default=0)
    unused: Mapped[int] = mapped_column(default=0)
    taken_away: Mapped[int] = mapped_column(default=0)
    in_box: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(Text, default="")
    """What the committee of the station wants to say about its papers; published with the statement."""
    statement: Mapped[str] = mapped_column(Text, default="", info={"typed": False})
    """What was published when it closed, canonical JSON."""
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    assembly: Mapped[Assembly] = relationship()
    boxes: Mapped[list["Box"]] = relationship(
        back_populates="station", lazy="selectin", order_by="Box.number", cascade="all, delete-orphan"
    )

    @property
    def details(self) -> Details:
        """Where it is and when it is open."""
        if self.first_day is None or self.last_day is None or self.opens is None or self.closes is None:
            return Details(self.address, self.access)
        hours = Hours(self.first_day, self.last_day, self.opens, self.closes, self.weekdays_only)
        return Details(self.address, self.access, hours)

    @details.setter
    def details(self, told: Details) -> None:
        self.address, self.access, hours = told.address, told.access, told.hours
        self.first_day, self.last_day = (hours.first_day, hours.last_day) if hours else (None, None)
        self.opens, self.closes = (hours.opens, hours.closes) if hours else (None, None)
        self.weekdays_only = hours is not None and hours.weekdays_only


class CheckIn(Base):
    """Somebody on the roll was given a paper. Once for each, and for good: there is no un-marking (security.md T34)."""

    __tablename__ = "check_ins"
    __table_args__ = (UniqueConstraint("assembly_id", "roll_entry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int] = mapped_column(ForeignKey("assemblies.id"))
    station_id: Mapped[int] = mapped_column(ForeignKey("stations.id"), index=True)
    roll_entry_id: Mapped[int | None] = mapped_column(ForeignKey("roll_entries.id", ondelete="SET NULL"))
    """Forgotten after the objections."""
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class Box(Base):
    """One box (board, round of raised cards) of a station."""

    __tablename__ = "ballot_boxes"
    __table_args__ = (UniqueConstraint("station_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("stations.id"))
    number: Mapped[int]
    agreed: Mapped[dict[str, Any] | None] = mapped_column(JSON, info={"typed": False})
    """What two people counted alike (`HandCount`)."""
    sheet: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """A photo of the tally sheet with both signatures; for staff, its hash for everybody."""
    sheet_sha256: Mapped[str] = mapped_column(String(64), default="")

    station: Mapped[Station] = relationship(back_populates="boxes")
    entries: Mapped[list["BoxEntry"]] = relationship(
        back_populates="box", lazy="selectin", order_by="BoxEntry.id", cascade="all, delete-orphan"
    )

    @property
    def count(self) -> HandCount | None:
        """What was agreed."""
        return None if self.agreed is None else HandCount.from_json(self.agreed)


class BoxEntry(Base):
    """What one person counted in a box. A correction is a further row; none is ever changed."""

    __tablename__ = "box_entries"
    __table_args__ = (UniqueConstraint("box_id", "by_id", "attempt"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_boxes.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    attempt: Mapped[int]
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, info={"typed": False})
    entered_at: Mapped[datetime]

    box: Mapped[Box] = relationship(back_populates="entries")

    @property
    def count(self) -> HandCount:
        """What was counted."""
        return HandCount.from_json(self.counts)


class ChannelResult(Base):
    """What one channel brought, kept with the result; and the participation by groups that are large enough to be told."""

    __tablename__ = "channel_results"

    assembly_id: Mapped[int] = mapped_column(ForeignKey("assemblies.id"), primary_key=True)
    channels: Mapped[str] = mapped_column(Text, info={"typed": False})
    """``channels.json`` of the result."""
    statement: Mapped[str] = mapped_column(Text, info={"typed": False})
    """``paper.json`` of the result; empty without stations."""
    groups: Mapped[dict[str, Any]] = mapped_column(JSON, info={"typed": False})
    """Participation by sex, age band and 통 (`groups.tables`)."""
    objections_until: Mapped[datetime]
    """The instant from which no objection is taken; fixed at the count."""
