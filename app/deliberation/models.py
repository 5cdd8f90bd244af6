"""Tables of opinion rounds."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.agenda.models import Proposal
from app.cycle.models import Cycle
from app.db.base import Base, Versioned
from app.db.types import EnumText
from app.deliberation.rules import Access, LogAct, Reason, RoundState, StatementState, Visibility
from app.people.models import Person
from app.places.models import Place


class OpinionRound(Versioned, Base):
    """A question to the village, with a purpose, a period, and a promise about when its numbers are shown."""

    __tablename__ = "opinion_rounds"
    __table_args__ = (UniqueConstraint("created_by", "once"), Index("ix_opinion_rounds_place_id_id", "place_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"), index=True)
    created_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    once: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(80))
    purpose: Mapped[str] = mapped_column(Text)
    visibility: Mapped[Visibility] = mapped_column(EnumText(Visibility))
    access: Mapped[Access] = mapped_column(EnumText(Access))
    is_led: Mapped[bool] = mapped_column(default=False)
    """A facilitator opens the statements one by one; otherwise each is open as soon as it is published."""
    state: Mapped[RoundState] = mapped_column(EnumText(RoundState), index=True)
    closes_at: Mapped[datetime]
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    conclusion: Mapped[str] = mapped_column(Text, default="")
    concluded_at: Mapped[datetime | None]

    place: Mapped[Place] = relationship()
    cycle: Mapped[Cycle] = relationship()


class Participant(Base):
    """Somebody who answers in one round: a person, a device without an account, or one sheet of paper."""

    __tablename__ = "round_participants"
    __table_args__ = (
        UniqueConstraint("round_id", "person_id"),
        UniqueConstraint("round_id", "device_index"),
        UniqueConstraint("round_id", "sheet"),
        UniqueConstraint("round_id", "public_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("opinion_rounds.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    device_index: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    """Keyed hash of the device's token in this round: two rounds cannot be joined by it."""
    sheet: Mapped[str | None] = mapped_column(String(80))
    """Key of a paper sheet that staff entered."""
    is_verified: Mapped[bool] = mapped_column(default=False)
    """Whether a verified resident; their answers are counted a second time, apart."""
    public_number: Mapped[int | None]
    """A random number among those of the round, given when it is frozen; the only name in the open data."""
    joined_at: Mapped[datetime]

    round: Mapped[OpinionRound] = relationship()
    person: Mapped[Person | None] = relationship()


class Statement(Versioned, Base):
    """One idea in one sentence. Its words never change; its counters follow every answer in the same transaction."""

    __tablename__ = "round_statements"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        UniqueConstraint("round_id", "once"),
        Index("ix_round_statements_round_id_state", "round_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("opinion_rounds.id"))
    number: Mapped[int]
    """Within the round, from 1, in the order of arrival; its public name."""
    once: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(String(140))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("round_participants.id"), index=True)
    """Null for the seeds and what staff entered; never shown."""
    is_seed: Mapped[bool] = mapped_column(default=False)
    state: Mapped[StatementState] = mapped_column(EnumText(StatementState))
    reason: Mapped[Reason | None] = mapped_column(EnumText(Reason))
    note: Mapped[str] = mapped_column(String(200), default="")
    """What the moderator adds to the reason; public."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("round_statements.id"))
    is_open: Mapped[bool] = mapped_column(default=False)
    """Whether answers are taken, as far as the statement is concerned."""
    agree: Mapped[int] = mapped_column(default=0)
    unsure: Mapped[int] = mapped_column(default=0)
    worry: Mapped[int] = mapped_column(default=0)
    verified_agree: Mapped[int] = mapped_column(default=0)
    verified_unsure: Mapped[int] = mapped_column(default=0)
    verified_worry: Mapped[int] = mapped_column(default=0)
    submitted_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    unit: Mapped[str] = mapped_column(String(60), default="")
    """Which committee looks after it; empty: none."""
    due_at: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]

    round: Mapped[OpinionRound] = relationship()
    author: Mapped[Participant | None] = relationship()
    merged_into: Mapped["Statement | None"] = relationship(remote_side="Statement.id")

    @property
    def seen(self) -> int:
        """How many have answered."""
        return self.agree + self.unsure + self.worry


class StatementAnswer(Base):
    """The last word of a participant on a statement."""

    __tablename__ = "statement_answers"

    participant_id: Mapped[int] = mapped_column(ForeignKey("round_participants.id"), primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("round_statements.id"), primary_key=True, index=True)
    value: Mapped[int] = mapped_column(SmallInteger)
    """`app.deliberation.rules.Answer`: +1, 0, −1."""
    at: Mapped[datetime]


class AnswerEvent(Base):
    """Every word, also those that were changed later. Never read by a page; the analysis knows by it that there is news."""

    __tablename__ = "statement_answer_events"
    __table_args__ = (Index("ix_statement_answer_events_round_id_id", "round_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("opinion_rounds.id"))
    participant_id: Mapped[int] = mapped_column(ForeignKey("round_participants.id"))
    statement_id: Mapped[int] = mapped_column(ForeignKey("round_statements.id"))
    value: Mapped[int | None] = mapped_column(SmallInteger)
    """None: the answer was taken back."""
    at: Mapped[datetime]


class StatementLogEntry(Base):
    """What was done to a statement, for everybody to read."""

    __tablename__ = "statement_log_entries"
    __table_args__ = (Index("ix_statement_log_entries_round_id_id", "round_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("opinion_rounds.id"))
    statement_id: Mapped[int] = mapped_column(ForeignKey("round_statements.id"), index=True)
    act: Mapped[LogAct] = mapped_column(EnumText(LogAct))
    reason: Mapped[Reason | None] = mapped_column(EnumText(Reason))
    note: Mapped[str] = mapped_column(String(200), default="")
    other_number: Mapped[int | None]
    """Number of the statement it was merged into."""
    role: Mapped[str] = mapped_column(String(40))
    """In which role somebody did it, never who."""
    at: Mapped[datetime]

    statement: Mapped[Statement] = relationship()


class StatementNote(Base):
    """What the council says to itself about a statement. Never public."""

    __tablename__ = "statement_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("round_statements.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str] = mapped_column(String(1000))
    at: Mapped[datetime]

    author: Mapped[Person] = relationship()


class StatementProposal(Base):
    """A statement went into an agenda."""

    __tablename__ = "statement_proposals"
    __table_args__ = (UniqueConstraint("statement_id", "proposal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("round_statements.id"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"), index=True)
    linked_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    linked_at: Mapped[datetime]

    statement: Mapped[Statement] = relationship()
    proposal: Mapped[Proposal] = relationship()


class RoundRun(Base):
    """What the kernel found in a round: the newest of the live runs, and the final one."""

    __tablename__ = "round_runs"

    round_id: Mapped[int] = mapped_column(ForeignKey("opinion_rounds.id"), primary_key=True)
    is_final: Mapped[bool] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    last_event_id: Mapped[int]
    """Up to which answer it reaches."""
    participants: Mapped[int]
    verified: Mapped[int]
    view: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What the pages show; `app.deliberation.services.analysing`."""
    priorities: Mapped[dict[str, float]] = mapped_column(JSON)
    """By statement number."""
    positions: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    """Participant id → place in the opinion space and group; each is shown to its owner only."""
    memory: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    document: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """The frozen record, canonical JSON; of the final run."""
    sha256: Mapped[str | None] = mapped_column(String(64))
