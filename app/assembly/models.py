"""Tables of the assembly and its board."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.assembly.rules import AssemblyState, BallotForm, BallotLine, KeyHolding
from app.cycle.models import Cycle
from app.db.base import Base, Versioned
from app.db.guards import keep
from app.db.types import EnumText, FractionText, Won
from app.places.models import Place
from app.plan.models import PlanVersion
from app.privacy.encryption import SealedText
from app.privacy.sealing import SealedRow, sealed_column
from voting.allocation import Rule, rule_from_json


class Assembly(SealedRow, Versioned, Base):
    """One assembly of a dong: its ballot, its times, its board, its result."""

    __tablename__ = "assemblies"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"), unique=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("plan_versions.id"))
    """The frozen version of the plan that is voted on."""
    state: Mapped[AssemblyState] = mapped_column(EnumText(AssemblyState), index=True)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    envelope_won: Mapped[Won]
    ballot: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What voters are asked (`BallotForm`); frozen with the election."""
    rule: Mapped[str] = mapped_column(Text)
    """How it is counted, as canonical JSON (`voting.allocation.rule_to_json`); frozen with the election."""
    electors: Mapped[int] = mapped_column(default=0)
    """How many codes were made at the opening."""
    least_turnout: Mapped[int] = mapped_column(default=0)
    tie_order: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Project ids in an order drawn and published at the opening."""
    fingerprint: Mapped[str] = mapped_column(String(43), default="")
    keys: Mapped[KeyHolding] = mapped_column(EnumText(KeyHolding), default=KeyHolding.SERVER)
    """Who holds the key and makes the codes; a ceremony takes both from the server, and nothing gives them back."""
    trustee_key: Mapped[SealedText | None] = sealed_column()
    """The server's decryption key, until the count."""
    log_key: Mapped[SealedText | None] = sealed_column()
    """Signs the heads of the board's log; its public half is bound by the election."""
    witnesses: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, info={"typed": False})
    """Whose cosignatures of these heads count (`app.assembly.witnesses.rules.Trust`), as the election binds it."""
    head_height: Mapped[int] = mapped_column(default=-1)
    head_event: Mapped[str] = mapped_column(Text, default="", info={"typed": False})
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    counted_at: Mapped[datetime | None]
    voters: Mapped[int | None]
    blank_ballots: Mapped[int | None]
    """Ballots without any preference, of a shuffled vote; ``invalid_ballots`` of them were no answer at all."""
    invalid_ballots: Mapped[int | None]
    strong_proofs: Mapped[str] = mapped_column(Text, default="", info={"typed": False})
    archive_hash: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime]

    place: Mapped[Place] = relationship()
    cycle: Mapped[Cycle] = relationship()
    plan_version: Mapped[PlanVersion] = relationship()
    items: Mapped[list["AssemblyItem"]] = relationship(
        back_populates="assembly", lazy="selectin", order_by="AssemblyItem.number", cascade="all, delete-orphan"
    )

    @property
    def lines(self) -> list[BallotLine]:
        """The ballot, in its fixed order."""
        return [
            BallotLine(item.plan_item_id, item.number, item.title, item.cost_won, item.category) for item in self.items
        ]

    @property
    def form(self) -> BallotForm:
        """What voters are asked."""
        return BallotForm.from_json(self.ballot)

    @property
    def counting_rule(self) -> Rule:
        """How it is counted; complete with the order for ties once voting is open."""
        return rule_from_json(self.rule.encode())

    def is_voting(self, at: datetime) -> bool:
        """Tell whether ballots are taken at an instant: from the opening second up to, not including, the closing one."""
        return self.state is AssemblyState.OPEN and self.opens_at <= at < self.closes_at

    @property
    def is_quorate(self) -> bool:
        """Tell whether enough took part for the assembly to decide."""
        return self.voters is not None and self.voters >= self.least_turnout


class AssemblyItem(Base):
    """One item on the ballot, frozen with it, and what became of it."""

    __tablename__ = "assembly_items"
    __table_args__ = (UniqueConstraint("assembly_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int] = mapped_column(ForeignKey("assemblies.id"))
    plan_item_id: Mapped[int] = mapped_column(ForeignKey("plan_items.id"), index=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(80))
    cost_won: Mapped[Won]
    category: Mapped[str] = mapped_column(String(60), default="")
    votes: Mapped[int | None]
    """How many support it."""
    score: Mapped[Fraction | None] = mapped_column(FractionText)
    """What it was ranked by: points, weighted sums, or the votes again."""
    yes: Mapped[int | None]
    no: Mapped[int | None]
    abstained: Mapped[int | None]
    granted_won: Mapped[Won | None]
    """The money it gets, if the assembly decides."""
    rank: Mapped[int | None]
    is_funded: Mapped[bool | None]
    reason_ko: Mapped[str] = mapped_column(Text, default="")
    reason_en: Mapped[str] = mapped_column(Text, default="")

    assembly: Mapped[Assembly] = relationship(back_populates="items")


class BoardRecord(Base):
    """One event of the election's chain with the data members before it. Never changed."""

    __tablename__ = "board_records"
    __table_args__ = (UniqueConstraint("assembly_id", "height"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int] = mapped_column(ForeignKey("assemblies.id"))
    height: Mapped[int]
    event: Mapped[str] = mapped_column(Text, info={"typed": False})
    payloads: Mapped[list[Any]] = mapped_column(JSON, info={"typed": False})
    """The data members as text, in archive order: canonical bytes. Opened ballots are rows of digits, which may look like
    a resident number and must not stop the count."""


class BoardNode(Base):
    """The hash of a complete subtree of the board's Merkle log (`app.assembly.services.inclusion`). Never changed."""

    __tablename__ = "board_nodes"

    assembly_id: Mapped[int] = mapped_column(ForeignKey("assemblies.id"), primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(String(64))


class CastBallot(Base):
    """Finds a ballot on the board by its tracker. Says nothing about who cast it, nor when."""

    __tablename__ = "cast_ballots"
    __table_args__ = (UniqueConstraint("assembly_id", "tracker"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int] = mapped_column(ForeignKey("assemblies.id"))
    tracker: Mapped[str] = mapped_column(String(43))
    content: Mapped[str] = mapped_column(String(64))
    credential: Mapped[str] = mapped_column(String(700), index=True)
    height: Mapped[int]

    @classmethod
    def is_of(cls, assembly: Assembly) -> ColumnElement[bool]:
        """Return the condition of being on an assembly's board, beside a narrower one: a credential, an id.

        Written so that no index serves it: SQLite, which knows nothing of how many rows share a value, would take the one
        of trackers, which begins with the assembly, and read the whole board instead of the few rows of the other.
        """
        return cls.assembly_id + 0 == assembly.id


class VotingCode(SealedRow, Base):
    """The voting code of an account, sealed, until the count."""

    __tablename__ = "voting_codes"
    __table_args__ = (UniqueConstraint("assembly_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int] = mapped_column(ForeignKey("assemblies.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    code: Mapped[SealedText] = sealed_column()
    credential_index: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    """Keyed hash of its public credential: whom to tell of a ballot (`app.assembly.services.confirming`)."""


for _kept in (BoardRecord, BoardNode, CastBallot):
    keep(_kept)
