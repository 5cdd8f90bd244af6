"""Tables of the public draw."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.council.models import OpenCall
from app.council.rules.calls import Quota
from app.db.base import Base, Versioned
from app.db.guards import guard
from app.db.types import EnumText
from app.draw.rules import AbortReason, DrawState, EventKind, Mode, Step, Way, step_of, way_of
from app.people.models import Person
from app.places.models import Place

NOT_TYPED = {"typed": False}
"""Canonical bytes and hashes: thirteen digits in a row mean nothing there (`app.privacy.guard`)."""


class LotteryDraw(Versioned, Base):
    """One draw for one call. A second one exists only where the first was aborted, and both stay to be seen."""

    __tablename__ = "lottery_draws"
    __table_args__ = (UniqueConstraint("call_id", "attempt"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("open_calls.id"))
    attempt: Mapped[int] = mapped_column(default=1)
    state: Mapped[DrawState] = mapped_column(EnumText(DrawState), index=True)
    mode: Mapped[Mode] = mapped_column(EnumText(Mode))
    title: Mapped[str] = mapped_column(String(120))
    seats: Mapped[int]
    """Of the whole council; the draw fills them less those of the members who stay."""
    quotas: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    """The fields of `app.council.rules.calls.Quota`, for the whole council."""
    household: Mapped[bool] = mapped_column(default=False)
    sitting: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    """The values of the members who stay (renewed, or in a supplement): feature → value, without name or number."""
    mixes_at: Mapped[datetime | None]
    """When the panels are mixed, where they are; `draws_at` is then when one is picked, in the same hall."""
    draws_at: Mapped[datetime]
    hall: Mapped[str] = mapped_column(String(120))
    beacon_chain: Mapped[str] = mapped_column(String(64), default="", info=NOT_TYPED)
    beacon_round: Mapped[int | None] = mapped_column(BigInteger)
    advice: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Why the quotas could not be met, and the smallest relaxations, since the last attempt to freeze."""
    bundle: Mapped[str] = mapped_column(Text, default="", info=NOT_TYPED)
    commitment: Mapped[str] = mapped_column(String(64), default="", info=NOT_TYPED)
    result: Mapped[str] = mapped_column(Text, default="", info=NOT_TYPED)
    result_hash: Mapped[str] = mapped_column(String(64), default="", info=NOT_TYPED)
    replacement: Mapped[str] = mapped_column(Text, default="", info=NOT_TYPED)
    replacement_hash: Mapped[str] = mapped_column(String(64), default="", info=NOT_TYPED)
    ball_round: Mapped[int] = mapped_column(default=1)
    """Which reading of the balls is being typed; one more after two people typed different numbers."""
    first_ball_round: Mapped[int] = mapped_column(default=1, server_default="1")
    """The first reading of the present drawing of balls: panels are mixed by one, and picked by another."""
    mix_digits: Mapped[str] = mapped_column(String(6), default="", server_default="")
    """The six balls that mixed the panels."""
    mix_randomness: Mapped[str] = mapped_column(String(64), default="", server_default="", info=NOT_TYPED)
    """Output of the public randomness that the notice named, as typed with those balls."""
    panels_hash: Mapped[str] = mapped_column(String(64), default="", server_default="", info=NOT_TYPED)
    created_at: Mapped[datetime]
    frozen_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    mix_opened_at: Mapped[datetime | None]
    mixed_at: Mapped[datetime | None]
    tabled_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    commitments_closed_at: Mapped[datetime | None]
    reveals_closed_at: Mapped[datetime | None]
    drawn_at: Mapped[datetime | None]
    certified_at: Mapped[datetime | None]
    aborted_at: Mapped[datetime | None]
    abort_reason: Mapped[AbortReason | None] = mapped_column(EnumText(AbortReason))
    abort_words: Mapped[str] = mapped_column(Text, default="")

    place: Mapped[Place] = relationship()
    call: Mapped[OpenCall] = relationship()
    witnesses: Mapped[list["WitnessSeat"]] = relationship(
        back_populates="draw", lazy="selectin", order_by="WitnessSeat.name", cascade="all, delete-orphan"
    )
    events: Mapped[list["DrawEvent"]] = relationship(
        back_populates="draw", lazy="selectin", order_by="DrawEvent.number", cascade="all, delete-orphan"
    )

    @property
    def lines(self) -> list[Quota]:
        """The quotas."""
        return [Quota(*line) for line in self.quotas]

    @property
    def open_seats(self) -> int:
        """How many seats this draw fills."""
        return self.seats - len(self.sitting)

    @property
    def way(self) -> Way:
        """How a draw of its mode goes."""
        return way_of(self.mode)

    @property
    def begins_at(self) -> datetime:
        """When its first ceremony is announced for."""
        return self.mixes_at if self.mixes_at is not None else self.draws_at

    @property
    def pick_noticed_at(self) -> datetime | None:
        """Since when everything but the balls that decide is public: the table of panels, otherwise the bundle."""
        return self.tabled_at if self.way.mixes else self.published_at

    @property
    def read_again(self) -> int:
        """How many times two people read the present balls differently."""
        return self.ball_round - self.first_ball_round

    @property
    def step(self) -> Step | None:
        """Where the ceremony stands."""
        return step_of(
            self.state,
            commitments_closed=self.commitments_closed_at is not None,
            reveals_closed=self.reveals_closed_at is not None,
            mode=self.mode,
        )

    @property
    def is_public(self) -> bool:
        """Tell whether everybody may see it: since its notice, whatever came later."""
        return self.published_at is not None


class WitnessSeat(Base):
    """A witness's seat: its name is fixed by the notice, who takes it may change until the secret is handed in."""

    __tablename__ = "draw_witness_seats"
    __table_args__ = (UniqueConstraint("draw_id", "name"), UniqueConstraint("draw_id", "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("lottery_draws.id"))
    name: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    commitment: Mapped[str] = mapped_column(String(64), default="", info=NOT_TYPED)
    committed_at: Mapped[datetime | None]
    secret: Mapped[str] = mapped_column(String(200), default="")
    revealed_at: Mapped[datetime | None]
    abort_agreed_at: Mapped[datetime | None]

    draw: Mapped[LotteryDraw] = relationship(back_populates="witnesses")
    person: Mapped[Person | None] = relationship()


class BallReading(Base):
    """The balls as one person read them. Never changed; two equal ones by two people decide."""

    __tablename__ = "ball_readings"
    __table_args__ = (UniqueConstraint("draw_id", "round", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("lottery_draws.id"))
    round: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    digits: Mapped[str] = mapped_column(String(6))
    randomness: Mapped[str] = mapped_column(String(64), default="", info=NOT_TYPED)
    called: Mapped[str] = mapped_column(Text, default="", server_default="", info=NOT_TYPED)
    """The candidates as their balls were called, numbers parted by spaces (`Mode.BALLS`); ``digits`` is empty then."""
    typed_at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class DrawEvent(Base):
    """Somebody left the drawn or the reserves, and who came in their place. Never changed."""

    __tablename__ = "draw_events"
    __table_args__ = (UniqueConstraint("draw_id", "number"), UniqueConstraint("draw_id", "candidate"))

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("lottery_draws.id"))
    number: Mapped[int]
    """Running, from 1."""
    kind: Mapped[EventKind] = mapped_column(EnumText(EventKind))
    candidate: Mapped[str] = mapped_column(String(12))
    """Number of the candidate who left."""
    enters: Mapped[str | None] = mapped_column(String(12))
    """Number of the reserve who entered."""
    shortfall: Mapped[int]
    """Seats outside the quotas afterwards."""
    passed: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    """``[number, [conditions]]`` of the reserves who stood before the one who entered, and what their entry would break."""
    recorded_at: Mapped[datetime]

    draw: Mapped[LotteryDraw] = relationship(back_populates="events")


class PanelTableText(Base):
    """The published table of panels of a draw, as its hash was published. Never changed."""

    __tablename__ = "draw_panel_tables"

    draw_id: Mapped[int] = mapped_column(ForeignKey("lottery_draws.id"), primary_key=True)
    data: Mapped[str] = mapped_column(Text, info=NOT_TYPED)
    made_at: Mapped[datetime]


GUARDS: dict[str, dict[str, list[str]]] = {
    "lottery_draws": {
        "sqlite": [
            """CREATE TRIGGER draw_bundle_stays BEFORE UPDATE ON lottery_draws
            WHEN OLD.published_at IS NOT NULL AND (NEW.bundle <> OLD.bundle OR NEW.commitment <> OLD.commitment
            OR NEW.published_at IS NULL OR NEW.published_at <> OLD.published_at)
            BEGIN SELECT RAISE(ABORT, 'a published bundle never changes'); END""",
            """CREATE TRIGGER draw_result_stays BEFORE UPDATE ON lottery_draws
            WHEN OLD.result <> '' AND (NEW.result <> OLD.result OR NEW.result_hash <> OLD.result_hash)
            BEGIN SELECT RAISE(ABORT, 'a result never changes'); END""",
            """CREATE TRIGGER draw_panels_stay BEFORE UPDATE ON lottery_draws
            WHEN (OLD.mixed_at IS NOT NULL AND (NEW.mixed_at IS NULL OR NEW.mixed_at <> OLD.mixed_at
            OR NEW.mix_digits <> OLD.mix_digits OR NEW.mix_randomness <> OLD.mix_randomness))
            OR (OLD.panels_hash <> '' AND (NEW.panels_hash <> OLD.panels_hash OR NEW.tabled_at IS NULL
            OR NEW.tabled_at <> OLD.tabled_at))
            BEGIN SELECT RAISE(ABORT, 'mixed panels never change'); END""",
        ],
        "postgresql": [
            """CREATE FUNCTION lottery_draws_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF OLD.published_at IS NOT NULL AND (NEW.bundle, NEW.commitment, NEW.published_at)
            IS DISTINCT FROM (OLD.bundle, OLD.commitment, OLD.published_at)
            THEN RAISE EXCEPTION 'a published bundle never changes'; END IF;
            IF OLD.result <> '' AND (NEW.result, NEW.result_hash) IS DISTINCT FROM (OLD.result, OLD.result_hash)
            THEN RAISE EXCEPTION 'a result never changes'; END IF;
            IF OLD.mixed_at IS NOT NULL AND (NEW.mixed_at, NEW.mix_digits, NEW.mix_randomness)
            IS DISTINCT FROM (OLD.mixed_at, OLD.mix_digits, OLD.mix_randomness)
            THEN RAISE EXCEPTION 'mixed panels never change'; END IF;
            IF OLD.panels_hash <> '' AND (NEW.panels_hash, NEW.tabled_at)
            IS DISTINCT FROM (OLD.panels_hash, OLD.tabled_at)
            THEN RAISE EXCEPTION 'mixed panels never change'; END IF;
            RETURN NEW; END $$""",
            """CREATE TRIGGER lottery_draws_guard BEFORE UPDATE ON lottery_draws
            FOR EACH ROW EXECUTE FUNCTION lottery_draws_guard()""",
        ],
    },
    "draw_panel_tables": {
        "sqlite": [
            """CREATE TRIGGER draw_panel_tables_stay BEFORE UPDATE ON draw_panel_tables
            BEGIN SELECT RAISE(ABORT, 'a published table never changes'); END""",
        ],
        "postgresql": [
            """CREATE FUNCTION draw_panel_tables_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'a published table never changes'; END $$""",
            """CREATE TRIGGER draw_panel_tables_guard BEFORE UPDATE ON draw_panel_tables
            FOR EACH ROW EXECUTE FUNCTION draw_panel_tables_guard()""",
        ],
    },
    "ball_readings": {
        "sqlite": [
            """CREATE TRIGGER ball_readings_stay BEFORE UPDATE ON ball_readings
            BEGIN SELECT RAISE(ABORT, 'what was read never changes'); END""",
        ],
        "postgresql": [
            """CREATE FUNCTION ball_readings_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'what was read never changes'; END $$""",
            """CREATE TRIGGER ball_readings_guard BEFORE UPDATE ON ball_readings
            FOR EACH ROW EXECUTE FUNCTION ball_readings_guard()""",
        ],
    },
    "draw_events": {
        "sqlite": [
            """CREATE TRIGGER draw_events_stay BEFORE UPDATE ON draw_events
            BEGIN SELECT RAISE(ABORT, 'what happened never changes'); END""",
        ],
        "postgresql": [
            """CREATE FUNCTION draw_events_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'what happened never changes'; END $$""",
            """CREATE TRIGGER draw_events_guard BEFORE UPDATE ON draw_events
            FOR EACH ROW EXECUTE FUNCTION draw_events_guard()""",
        ],
    },
}
"""Triggers by table and dialect: what was published, drawn, read or noted never changes, whatever program tries (T59).

The migrations execute the same statements.
"""


for _table, _statements in GUARDS.items():
    guard(_table, _statements)
