"""Tables of people: accounts, contacts, roles, verifications, invitations."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base
from app.db.types import EnumText
from app.people.rules import STAFF_BY_STRENGTH, ContactKind, Role, VerificationMethod
from app.places.models import Place
from app.privacy.encryption import SealedText
from app.privacy.sealing import SealedRow, index_column, sealed_column


class Person(SealedRow, Base):
    """An account. Only ``public_name`` is ever shown to others; the rest is sealed and belongs to the person alone."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_name: Mapped[str] = mapped_column(String(40))
    """The name that others see: chosen by the person, need not be the legal one."""
    password_hash: Mapped[str | None] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(5), default="ko")
    is_active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    legal_name: Mapped[SealedText | None] = sealed_column()
    birth_date: Mapped[SealedText | None] = sealed_column()
    """ISO date."""
    address: Mapped[SealedText | None] = sealed_column()
    unit: Mapped[SealedText | None] = sealed_column()
    """The 통 or 리."""
    identity_index: Mapped[bytes | None] = index_column()
    """Blind index of legal name and birth date; equal people are found by it, nothing else is."""
    home_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    """The dong where the person says they live; only a verification makes it count."""
    second_factor_since: Mapped[datetime | None]
    """When the first second factor was set up; null without one."""
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="person", lazy="selectin", foreign_keys="RoleGrant.person_id"
    )
    verifications: Mapped[list["Verification"]] = relationship(
        back_populates="person", lazy="selectin", foreign_keys="Verification.person_id"
    )
    contacts: Mapped[list["Contact"]] = relationship(back_populates="person", order_by="Contact.id")

    def staff_role(self, place: Place, at: datetime) -> Role | None:
        """Return the strongest staff role in force for a place, granted there or above it; None without one."""
        held = {grant.role for grant in self.grants if grant.is_in_force(at) and place.lies_in(grant.place_id)}
        return next((role for role in STAFF_BY_STRENGTH if role in held), None) if self.is_active else None

    def run_places(self, at: datetime) -> list[Place]:
        """Return the places for which a staff role was granted that is in force."""
        if not self.is_active:
            return []
        return [grant.place for grant in self.grants if grant.role in STAFF_BY_STRENGTH and grant.is_in_force(at)]


class Contact(SealedRow, Base):
    """A confirmed way to reach a person. Unconfirmed ones exist only inside the one-time secret that would confirm them."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("kind", "value_index"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[ContactKind] = mapped_column(EnumText(ContactKind))
    value: Mapped[SealedText] = sealed_column()
    value_index: Mapped[bytes] = index_column()
    confirmed_at: Mapped[datetime]

    person: Mapped[Person] = relationship(back_populates="contacts")


class RoleGrant(Base):
    """A role of a person for a place and everything below it. Revoked, never deleted."""

    __tablename__ = "role_grants"
    __table_args__ = (Index("ix_role_grants_place_id_role", "place_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    role: Mapped[Role] = mapped_column(EnumText(Role))
    department: Mapped[str | None] = mapped_column(String(80))
    """Of a department reviewer: which department's questions they answer."""
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    granted_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    person: Mapped[Person] = relationship(back_populates="grants", foreign_keys=[person_id])
    place: Mapped[Place] = relationship()

    def is_in_force(self, at: datetime) -> bool:
        """Tell whether the grant holds at an instant."""
        return self.revoked_at is None and (self.ends_at is None or at < self.ends_at)


class Verification(Base):
    """A person was found on a dong's voter roll (or by another method), so they take part there as a resident."""

    __tablename__ = "verifications"
    __table_args__ = (UniqueConstraint("person_id", "place_id"), UniqueConstraint("place_id", "identity_index"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    method: Mapped[VerificationMethod] = mapped_column(EnumText(VerificationMethod))
    identity_index: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    """Blind index of the roll entry's person: two accounts are never verified as the same one."""
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    verified_at: Mapped[datetime]

    person: Mapped[Person] = relationship(back_populates="verifications", foreign_keys=[person_id])
    place: Mapped[Place] = relationship()


class VerificationLetter(Base):
    """A letter to the address on the roll with a code in it: who receives it lives there."""

    __tablename__ = "verification_letters"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    roll_entry_id: Mapped[int] = mapped_column(ForeignKey("roll_entries.id"))
    code_index: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    """Keyed hash of the code; null until the letter is printed, for the code exists only on the paper."""
    asked_at: Mapped[datetime]
    printed_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    attempts_left: Mapped[int] = mapped_column(default=5)
    used_at: Mapped[datetime | None]


class Invitation(SealedRow, Base):
    """A role offered to somebody by mail; who opens the link gets the role, with a new account or their own."""

    __tablename__ = "invitations"
    __table_args__ = (Index("ix_invitations_place_id_created_at", "place_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    role: Mapped[Role] = mapped_column(EnumText(Role))
    department: Mapped[str | None] = mapped_column(String(80))
    email: Mapped[SealedText | None] = sealed_column()
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    invited_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    withdrawn_at: Mapped[datetime | None]

    place: Mapped[Place] = relationship()

    def is_open(self, at: datetime) -> bool:
        """Tell whether the link still works."""
        return self.accepted_at is None and self.withdrawn_at is None and at < self.expires_at
