"""Tables of ceremonies. None of them holds a secret: links by their hash, messages as they are published."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.assembly.models import Assembly
from app.ceremony.rules import MessageKind
from app.db.base import Base, Versioned
from app.db.types import EnumText


class Ceremony(Versioned, Base):
    """How the key and the codes of one election are made, up to its opening."""

    __tablename__ = "ceremonies"

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int] = mapped_column(ForeignKey("assemblies.id"), unique=True)
    uuid: Mapped[str] = mapped_column(String(30), info={"typed": False})
    """The identifier of the election to come; keys and codes are made for it."""
    group: Mapped[str] = mapped_column(String(20))
    threshold: Mapped[int]
    size: Mapped[int]
    round: Mapped[int] = mapped_column(default=1)
    """Counts how often the key was begun anew."""
    occasion: Mapped[str] = mapped_column(String(64), default="", info={"typed": False})
    """Names the rehearsal; never comes twice."""
    trustees: Mapped[str] = mapped_column(Text, default="", info={"typed": False})
    """The published list, once everybody's key is there."""
    tested_at: Mapped[datetime | None]
    tested: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, info={"typed": False})
    """The self-test: what was counted, and the hash of what it was made from."""
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed: Mapped[str] = mapped_column(String(64), default="")
    """The hash of everything that the first person confirmed."""
    manifest: Mapped[str] = mapped_column(Text, default="", info={"typed": False})
    """Everything that both confirmed, as canonical JSON, once opened."""
    began_at: Mapped[datetime]

    assembly: Mapped[Assembly] = relationship()
    seats: Mapped[list["Seat"]] = relationship(
        back_populates="ceremony", lazy="selectin", order_by="Seat.number", cascade="all, delete-orphan"
    )

    @property
    def trustee_seats(self) -> list["Seat"]:
        """The trustees, in the order of their numbers."""
        return [seat for seat in self.seats if seat.number]


class Seat(Base):
    """Somebody's place in a ceremony: a trustee, or (number 0) the credential authority."""

    __tablename__ = "ceremony_seats"
    __table_args__ = (UniqueConstraint("ceremony_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ceremony_id: Mapped[int] = mapped_column(ForeignKey("ceremonies.id"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(40))
    """As it is published with the election."""
    link_hash: Mapped[str] = mapped_column(String(64), default="", index=True)
    """SHA-256 of the secret in the seat's link; empty before the first link was made."""
    seen_at: Mapped[datetime | None]

    ceremony: Mapped[Ceremony] = relationship(back_populates="seats")


class SeatMessage(Base):
    """What a seat published in one round. Trustees' messages never change."""

    __tablename__ = "ceremony_messages"
    __table_args__ = (UniqueConstraint("seat_id", "kind", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ceremony_id: Mapped[int] = mapped_column(ForeignKey("ceremonies.id"), index=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("ceremony_seats.id"))
    kind: Mapped[MessageKind] = mapped_column(EnumText(MessageKind))
    round: Mapped[int]
    body: Mapped[str] = mapped_column(Text, info={"typed": False})
    """Canonical JSON."""
    posted_at: Mapped[datetime]
