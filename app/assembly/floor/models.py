"""Tables of the assembly day: who is there, the order, the word, what was counted and decided, the minutes."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.assembly.floor.rules.deciding import Basis, Outcome
from app.assembly.floor.rules.minutes import Part
from app.assembly.floor.rules.states import DayState, ItemKind, ItemState, SpeakerRole, WordState
from app.assembly.models import Assembly
from app.assembly.rules.papers import HandCount
from app.db.base import Base, Versioned
from app.db.guards import guard
from app.db.types import EnumText
from app.people.models import Person
from app.places.models import Place


class FloorDay(Versioned, Base):
    """A sitting of the residents' assembly in a hall. A further one follows only one that came to nothing."""

    __tablename__ = "floor_days"
    __table_args__ = (UniqueConstraint("assembly_id", "sitting"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    assembly_id: Mapped[int] = mapped_column(ForeignKey("assemblies.id"))
    sitting: Mapped[int]
    """1 for the first."""
    once: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[DayState] = mapped_column(EnumText(DayState))
    where: Mapped[str] = mapped_column(String(120))
    starts_at: Mapped[datetime]
    chair_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    secretary_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Makes the code at the door by which phones check in; it changes every few minutes."""
    needed: Mapped[int] = mapped_column(default=0)
    """How many must take part; fixed when the doors open, like the next five."""
    counts_advance: Mapped[bool] = mapped_column(default=True)
    advance: Mapped[int] = mapped_column(default=0)
    """How many had voted when the doors opened."""
    known: Mapped[int] = mapped_column(default=0)
    """Of them, those whom the roll knows: they are recognised when they come in."""
    first_timers_first: Mapped[bool] = mapped_column(default=True)
    speaking_minutes: Mapped[int] = mapped_column(default=3)
    doors_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    counted_at_opening: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(300), default="")
    """Why it was called off."""
    minutes: Mapped[str] = mapped_column(Text, default="")
    minutes_due_at: Mapped[datetime | None]
    minutes_hash: Mapped[str] = mapped_column(String(64), default="", info={"typed": False})
    minutes_published_at: Mapped[datetime | None]
    planned_at: Mapped[datetime]

    place: Mapped[Place] = relationship()
    assembly: Mapped[Assembly] = relationship()
    chair: Mapped[Person | None] = relationship(foreign_keys=[chair_id])
    secretary: Mapped[Person | None] = relationship(foreign_keys=[secretary_id])
    items: Mapped[list["FloorItem"]] = relationship(
        back_populates="day", lazy="selectin", order_by="FloorItem.number, FloorItem.id", cascade="all, delete-orphan"
    )
    pauses: Mapped[list["FloorPause"]] = relationship(
        lazy="selectin", order_by="FloorPause.id", cascade="all, delete-orphan"
    )
    confirmations: Mapped[list["MinutesConfirmation"]] = relationship(
        lazy="selectin", order_by="MinutesConfirmation.part", cascade="all, delete-orphan"
    )

    @property
    def open_item(self) -> "FloorItem | None":
        """The item that is before the assembly."""
        return next((item for item in self.items if item.state is ItemState.OPEN), None)


class FloorPause(Base):
    """A break."""

    __tablename__ = "floor_pauses"

    id: Mapped[int] = mapped_column(primary_key=True)
    day_id: Mapped[int] = mapped_column(ForeignKey("floor_days.id"), index=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class FloorItem(Versioned, Base):
    """An item of the order of the day."""

    __tablename__ = "floor_items"
    __table_args__ = (Index("ix_floor_items_day_id_number", "day_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day_id: Mapped[int] = mapped_column(ForeignKey("floor_days.id"))
    number: Mapped[int]
    """Its place; the chair moves items before the day begins."""
    once: Mapped[str | None] = mapped_column(String(64), unique=True)
    kind: Mapped[ItemKind] = mapped_column(EnumText(ItemKind))
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text, default="")
    plan_item_id: Mapped[int | None] = mapped_column(ForeignKey("plan_items.id"), index=True)
    basis: Mapped[Basis] = mapped_column(EnumText(Basis), default=Basis.VOTES)
    options: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What stands on the board, for stickers."""
    seats: Mapped[int] = mapped_column(default=1)
    """How many options are chosen."""
    picks: Mapped[int] = mapped_column(default=1)
    """How many stickers everybody has."""
    state: Mapped[ItemState] = mapped_column(EnumText(ItemState), default=ItemState.WAITING)
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None] = mapped_column(EnumText(Outcome))
    needed: Mapped[int] = mapped_column(default=0)
    """How many had to say yes."""
    chosen: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Positions of the chosen options; certain ones stand here already while others are counted again."""
    decision: Mapped[str] = mapped_column(Text, default="")
    """The decision in its own words, or what was said."""
    decided_at: Mapped[datetime | None]

    day: Mapped[FloorDay] = relationship(back_populates="items")
    counts: Mapped[list["FloorCount"]] = relationship(
        back_populates="item", lazy="selectin", order_by="FloorCount.round", cascade="all, delete-orphan"
    )


class FloorAttendance(Base):
    """Somebody who came in. Nobody's to read by name; the link to the person is cut when the minutes are published."""

    __tablename__ = "floor_attendances"
    __table_args__ = (
        UniqueConstraint("day_id", "person_id"),
        UniqueConstraint("day_id", "roll_entry_id"),
        Index("ix_floor_attendances_day_id_is_elector", "day_id", "is_elector"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day_id: Mapped[int] = mapped_column(ForeignKey("floor_days.id"))
    is_elector: Mapped[bool]
    once: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of a guest, who is only a number."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    roll_entry_id: Mapped[int | None] = mapped_column(ForeignKey("roll_entries.id", ondelete="SET NULL"), index=True)
    is_fresh: Mapped[bool] = mapped_column(default=False)
    """Known not to have voted when they came in, so that they are not counted twice."""
    came_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class Word(Base):
    """Somebody asks for the word to an item, once; what is said is the secretary's to write."""

    __tablename__ = "floor_words"
    __table_args__ = (
        UniqueConstraint("item_id", "attendance_id"),
        Index("ix_floor_words_day_id_state", "day_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day_id: Mapped[int] = mapped_column(ForeignKey("floor_days.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("floor_items.id"))
    attendance_id: Mapped[int | None] = mapped_column(ForeignKey("floor_attendances.id"), index=True)
    """Null for somebody who raised a hand."""
    once: Mapped[str | None] = mapped_column(String(64), unique=True)
    state: Mapped[WordState] = mapped_column(EnumText(WordState))
    role: Mapped[SpeakerRole] = mapped_column(EnumText(SpeakerRole))
    name: Mapped[str] = mapped_column(String(40), default="")
    """The public name, of who wants it on the screen and in the minutes."""
    asked_at: Mapped[datetime]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class FloorCount(Base):
    """One round of counting cards or stickers."""

    __tablename__ = "floor_counts"
    __table_args__ = (UniqueConstraint("item_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("floor_items.id"))
    round: Mapped[int]
    positions: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Which options stand on the board in this round; empty for cards."""
    seats: Mapped[int] = mapped_column(default=1)
    present: Mapped[int]
    """Electors in the hall when the count began."""
    began_at: Mapped[datetime]
    agreed: Mapped[dict[str, Any] | None] = mapped_column(JSON, info={"typed": False})
    """What two people counted alike (`HandCount`)."""
    sheet: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """A photo of the tally sheet; for those who count, its hash for everybody."""
    sheet_sha256: Mapped[str] = mapped_column(String(64), default="", info={"typed": False})

    item: Mapped[FloorItem] = relationship(back_populates="counts")
    entries: Mapped[list["FloorCountEntry"]] = relationship(
        lazy="selectin", order_by="FloorCountEntry.id", cascade="all, delete-orphan"
    )

    @property
    def count(self) -> HandCount | None:
        """What was agreed."""
        return None if self.agreed is None else HandCount.from_json(self.agreed)

    @property
    def newest_entries(self) -> list["FloorCountEntry"]:
        """What each of the people who counted entered last, in the order of their first entries."""
        newest: dict[int, FloorCountEntry] = {}
        for entry in self.entries:
            newest[entry.by_id] = entry
        return list(newest.values())


class FloorCountEntry(Base):
    """What one person counted. A correction is a further row; none is ever changed."""

    __tablename__ = "floor_count_entries"
    __table_args__ = (UniqueConstraint("count_id", "by_id", "attempt"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    count_id: Mapped[int] = mapped_column(ForeignKey("floor_counts.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    attempt: Mapped[int]
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, info={"typed": False})
    entered_at: Mapped[datetime]

    @property
    def count(self) -> HandCount:
        """What was counted."""
        return HandCount.from_json(self.counts)


class MinutesConfirmation(Base):
    """Chair or secretary confirms the minutes as they stand; an edit takes the confirmation away."""

    __tablename__ = "floor_confirmations"

    day_id: Mapped[int] = mapped_column(ForeignKey("floor_days.id"), primary_key=True)
    part: Mapped[Part] = mapped_column(EnumText(Part), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    minutes_hash: Mapped[str] = mapped_column(String(64), info={"typed": False})
    at: Mapped[datetime]


GUARDS: dict[str, dict[str, list[str]]] = {
    "floor_days": {
        "sqlite": [
            """CREATE TRIGGER floor_minutes_stay BEFORE UPDATE ON floor_days
            WHEN OLD.minutes_published_at IS NOT NULL AND (NEW.minutes <> OLD.minutes
            OR NEW.minutes_hash <> OLD.minutes_hash OR NEW.minutes_published_at IS NULL)
            BEGIN SELECT RAISE(ABORT, 'published minutes never change'); END""",
        ],
        "postgresql": [
            """CREATE FUNCTION floor_days_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF OLD.minutes_published_at IS NOT NULL AND (NEW.minutes, NEW.minutes_hash, NEW.minutes_published_at)
            IS DISTINCT FROM (OLD.minutes, OLD.minutes_hash, OLD.minutes_published_at)
            THEN RAISE EXCEPTION 'published minutes never change'; END IF;
            RETURN NEW; END $$""",
            """CREATE TRIGGER floor_days_guard BEFORE UPDATE ON floor_days
            FOR EACH ROW EXECUTE FUNCTION floor_days_guard()""",
        ],
    },
    "floor_count_entries": {
        "sqlite": [
            """CREATE TRIGGER floor_count_entries_stay BEFORE UPDATE ON floor_count_entries
            BEGIN SELECT RAISE(ABORT, 'what was counted never changes'); END""",
        ],
        "postgresql": [
            """CREATE FUNCTION floor_count_entries_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'what was counted never changes'; END $$""",
            """CREATE TRIGGER floor_count_entries_guard BEFORE UPDATE ON floor_count_entries
            FOR EACH ROW EXECUTE FUNCTION floor_count_entries_guard()""",
        ],
    },
}
"""The database itself keeps what was counted and what was published; the migration makes the same triggers."""


for _table, _statements in GUARDS.items():
    guard(_table, _statements)
