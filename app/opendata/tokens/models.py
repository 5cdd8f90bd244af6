"""The table of tokens. No secret is kept."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base
from app.opendata.tokens.rules import TokenState, state_of
from app.people.models import Person
from app.places.models import Place


class ApiToken(Base):
    """A token with which a machine reads the API."""

    __tablename__ = "api_tokens"
    __table_args__ = (UniqueConstraint("place_id", "once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    once: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(60))
    purpose: Mapped[str] = mapped_column(String(300))
    prefix: Mapped[str] = mapped_column(String(16), unique=True)
    """The readable beginning; tells tokens apart in lists and in a machine's settings, and proves nothing."""
    secret_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the rest, hexadecimal."""
    expires_on: Mapped[date]
    """The last day in Korea on which it serves."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]
    last_used_on: Mapped[date | None]
    """A day only: how often and from where is nobody's business."""
    revoked_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    """When its maker was told that it ends soon."""

    place: Mapped[Place] = relationship()
    made_by: Mapped[Person] = relationship()

    def state(self, today: date) -> TokenState:
        """Tell where it stands on a day in Korea."""
        return state_of(revoked=self.revoked_at is not None, expires_on=self.expires_on, today=today)
