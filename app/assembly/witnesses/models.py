"""Tables of witnesses, the heads put before them, and what they signed."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.assembly.models import Assembly
from app.db.base import Base
from app.db.guards import keep
from app.places.models import Place


class Witness(Base):
    """Somebody elsewhere who remembers the heads of ballot boxes: trusted at a place and all below it."""

    __tablename__ = "board_witnesses"
    __table_args__ = (UniqueConstraint("place_id", "once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    once: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(300), info={"typed": False}, index=True)
    """Its verifier key (C2SP signed-note), of the cosignature type."""
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60), default="")
    about: Mapped[str] = mapped_column(String(300))
    """Who they are, and why they are independent of who runs the server."""
    about_en: Mapped[str] = mapped_column(String(300), default="")
    site: Mapped[str] = mapped_column(String(200), default="")
    """Where they publish their key and what they signed; https only."""
    added_why: Mapped[str] = mapped_column(String(300))
    added_at: Mapped[datetime]
    retired_why: Mapped[str] = mapped_column(String(300), default="")
    retired_at: Mapped[datetime | None]

    place: Mapped[Place] = relationship()


class BoardHead(Base):
    """A head of a board's log that was put before the witnesses. Never changed."""

    __tablename__ = "board_heads"

    assembly_id: Mapped[int] = mapped_column(ForeignKey("assemblies.id"), primary_key=True)
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[str] = mapped_column(String(64))
    """Hexadecimal."""
    offered_at: Mapped[datetime]


class Cosignature(Base):
    """A witness's signature of such a head, as it came. Never changed."""

    __tablename__ = "board_cosignatures"
    __table_args__ = (UniqueConstraint("assembly_id", "size", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int] = mapped_column(ForeignKey("assemblies.id"))
    size: Mapped[int]
    key: Mapped[str] = mapped_column(String(300), info={"typed": False})
    line: Mapped[str] = mapped_column(Text, info={"typed": False})
    """The signature line of the note, with its newline."""
    cosigned_at: Mapped[datetime]
    """When, by the witness's clock; the signature covers it."""
    received_at: Mapped[datetime]


class Contradiction(Base):
    """A head with the log's own signature that does not fit the board: the proof that a history was rewritten."""

    __tablename__ = "board_contradictions"
    __table_args__ = (UniqueConstraint("assembly_id", "size", "root"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int] = mapped_column(ForeignKey("assemblies.id"))
    size: Mapped[int]
    root: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text, info={"typed": False})
    """The signed note, with every signature that came with it."""
    ours: Mapped[str] = mapped_column(Text, info={"typed": False})
    """What our log says: its head of the same size, or its newest where it has fewer lines."""
    found_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    """When an operator went on in public nevertheless (``flask boards accept``)."""

    assembly: Mapped[Assembly] = relationship()


for _model in (BoardHead, Cosignature):
    keep(_model)
