"""Tables of people, roles and verifications."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base
from app.db.types import EnumText
from app.people.rules import Role, VerificationMethod


class Person(Base):
    """An account. Only ``public_name`` is ever shown to others."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_name: Mapped[str] = mapped_column(String(40))
    """The name that others see: chosen by the person, need not be the legal one."""
    password_hash: Mapped[str | None] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(5), default="ko")
    is_active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="person", lazy="selectin", foreign_keys="RoleGrant.person_id"
    )
    verifications: Mapped[list["Verification"]] = relationship(
        back_populates="person", lazy="selectin", foreign_keys="Verification.person_id"
    )


class RoleGrant(Base):
    """A role of a person for a place and everything below it. Revoked, never deleted."""

    __tablename__ = "role_grants"
    __table_args__ = (Index("ix_role_grants_place_id_role", "place_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    role: Mapped[Role] = mapped_column(EnumText(Role))
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    granted_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(back_populates="grants", foreign_keys=[person_id])

    def is_in_force(self, at: datetime) -> bool:
        """Tell whether the grant holds at an instant."""
        return self.revoked_at is None and (self.ends_at is None or at < self.ends_at)


class Verification(Base):
    """A person was found on a dong's voter roll (or by another method), so they take part there as a resident."""

    __tablename__ = "verifications"
    __table_args__ = (UniqueConstraint("person_id", "place_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    method: Mapped[VerificationMethod] = mapped_column(EnumText(VerificationMethod))
    verified_at: Mapped[datetime]

    person: Mapped[Person] = relationship(back_populates="verifications", foreign_keys=[person_id])
