"""Tables of signing in: revocable sign-ins, second factors, one-time secrets, counted attempts."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base
from app.db.types import EnumText
from app.people.models.accounts import Person
from app.people.rules import Factor, Purpose
from app.privacy.encryption import SealedText
from app.privacy.sealing import SealedRow, sealed_column


class SignIn(Base):
    """One signed-in browser. The cookie holds a random token, the table its hash; ending the row ends the browser."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    device: Mapped[str] = mapped_column(String(60))
    """Kind of browser and system, as coarse as its owner needs to recognise it."""
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    """Exact to the minute for whoever owes a second factor, to the hour for everybody else."""
    expires_at: Mapped[datetime]
    second_factor_at: Mapped[datetime | None]
    factor: Mapped[Factor | None] = mapped_column(EnumText(Factor))
    challenge: Mapped[bytes | None] = mapped_column(LargeBinary(64))
    """What the passkey of this browser must sign next; used once."""
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class Totp(SealedRow, Base):
    """A person's authenticator app (RFC 6238)."""

    __tablename__ = "totps"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    secret: Mapped[SealedText] = sealed_column()
    confirmed_at: Mapped[datetime | None]
    """When the first code proved that the app has the secret; before that it protects nothing."""
    last_step: Mapped[int] = mapped_column(BigInteger, default=-1)
    """Time step of the last code taken: a code read over a shoulder is worth nothing (RFC 6238 §5.2)."""


class RecoveryCode(Base):
    """One of ten codes on paper, for the day the telephone is lost."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("person_id", "code_index"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    code_index: Mapped[bytes] = mapped_column(LargeBinary(16))
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A public key credential of a person (WebAuthn level 3)."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(40))
    transports: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class OneTimeSecret(SealedRow, Base):
    """Something sent to a contact that proves it is theirs: an eight-digit code, and in mails a link as well.

    ``request_hash`` ties the code to the browser that asked; ``payload`` holds (sealed, JSON) what happens once it is
    proved. A secret nobody was sent looks the same from outside: it just never fits.
    """

    __tablename__ = "one_time_secrets"
    __table_args__ = (Index("ix_one_time_secrets_expires_at", "expires_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[Purpose] = mapped_column(EnumText(Purpose))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    request_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    code_index: Mapped[bytes] = mapped_column(LargeBinary(16))
    link_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    payload: Mapped[SealedText | None] = sealed_column()
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    attempts_left: Mapped[int]
    used_at: Mapped[datetime | None]

    def is_open(self, at: datetime) -> bool:
        """Tell whether it may still be tried."""
        return self.used_at is None and self.attempts_left > 0 and at < self.expires_at


class AttemptCount(Base):
    """How often something was tried in one window of time; what was tried is kept as a keyed hash only."""

    __tablename__ = "attempt_counts"

    bucket: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    window: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Number of the window since 1970."""
    count: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(index=True)
