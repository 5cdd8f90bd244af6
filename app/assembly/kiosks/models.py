"""Tables of kiosks. No secret is kept: the pairing code, the exit number and the device are known by their hashes."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.assembly.kiosks.rules import KioskState
from app.assembly.models import Assembly
from app.assembly.stations.models import Station
from app.db.base import Base
from app.db.types import EnumText


class Kiosk(Base):
    """A tablet of a station."""

    __tablename__ = "kiosks"

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int] = mapped_column(ForeignKey("assemblies.id"), index=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("stations.id"), index=True)
    once: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    state: Mapped[KioskState] = mapped_column(EnumText(KioskState))
    pairing_hash: Mapped[str] = mapped_column(String(64), default="", index=True)
    pair_until: Mapped[datetime | None]
    device_hash: Mapped[str] = mapped_column(String(64), default="", index=True)
    """SHA-256 of the secret in the tablet's cookie; empty while there is no tablet."""
    pin_salt: Mapped[str] = mapped_column(String(32), default="")
    pin_hash: Mapped[str] = mapped_column(String(64), default="")
    """PBKDF2 of the exit number: the tablet itself compares it, so that staff get out without a connection."""
    paired_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    waiting: Mapped[int] = mapped_column(default=0)
    """Locked ballots on the tablet that have no receipt yet, as it last said."""
    refused: Mapped[int] = mapped_column(default=0)
    """Ballots on the tablet that were refused for good, as it last said."""
    taken: Mapped[int] = mapped_column(default=0)
    """Ballots that came from it, revotes included."""
    late: Mapped[int] = mapped_column(default=0)
    """Of them those that came after the end, within the grace."""
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    assembly: Mapped[Assembly] = relationship()
    station: Mapped[Station] = relationship(lazy="selectin")


class KioskBallot(Base):
    """A ballot on the board came from some kiosk. Says not from which, nor when; forgotten at the count."""

    __tablename__ = "kiosk_ballots"

    ballot_id: Mapped[int] = mapped_column(ForeignKey("cast_ballots.id"), primary_key=True)
    assembly_id: Mapped[int] = mapped_column(ForeignKey("assemblies.id"), index=True)


class KioskTotal(Base):
    """What is kept of the kiosks with the result."""

    __tablename__ = "kiosk_totals"

    assembly_id: Mapped[int] = mapped_column(ForeignKey("assemblies.id"), primary_key=True)
    voters: Mapped[int]
    """People whose last ballot, the one that counts, came from a kiosk."""
    statement: Mapped[str] = mapped_column(Text, info={"typed": False})
    """``kiosks.json`` of the result."""
