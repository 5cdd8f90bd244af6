"""Tables of the resource survey: resources, their photos, uploaded lists, and the ground of a place's maps."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, Versioned
from app.db.types import EnumText
from app.files.models import StoredFile
from app.places.models import Place
from app.places.points import GeoPoint
from app.privacy.encryption import SealedText
from app.privacy.sealing import SealedRow, sealed_column
from app.survey.rules import RemoveReason, ResourceKind, ResourceState


class CommunityResource(SealedRow, Versioned, Base):
    """Something or somebody that the dong has. It belongs to the place, not to a year."""

    __tablename__ = "community_resources"
    __table_args__ = (
        UniqueConstraint("place_id", "number"),
        UniqueConstraint("added_by", "once"),
        Index("ix_community_resources_place_id_state_kind", "place_id", "state", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    number: Mapped[int]
    """Its number in the dong, by which a file names it."""
    once: Mapped[str] = mapped_column(String(80))
    """Key of the form it came from: sent twice, it is still one resource."""
    kind: Mapped[ResourceKind] = mapped_column(EnumText(ResourceKind))
    state: Mapped[ResourceState] = mapped_column(EnumText(ResourceState))
    name: Mapped[str] = mapped_column(String(80))
    description: Mapped[str] = mapped_column(Text, default="")
    use: Mapped[str] = mapped_column(String(300), default="")
    where: Mapped[str] = mapped_column(String(120), default="")
    latitude_e6: Mapped[int | None]
    """Millionths of a degree, WGS 84."""
    longitude_e6: Mapped[int | None]
    contact: Mapped[SealedText | None] = sealed_column()
    """Public by consent alone; erased with it."""
    agreed_on: Mapped[date | None]
    agreed_how: Mapped[str] = mapped_column(String(120), default="")
    plain: Mapped[str] = mapped_column(Text, default="")
    """Name, place and words as they are searched (`app.survey.rules.plain`)."""
    natural_key: Mapped[str] = mapped_column(String(240), index=True)
    """By what an imported line without a number is the same thing (`app.survey.rules.natural_key`)."""
    added_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime]
    changed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    """Who wrote the words that stand there; somebody else checks them."""
    changed_at: Mapped[datetime]
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    checked_at: Mapped[datetime | None]
    return_reason: Mapped[str] = mapped_column(String(500), default="")
    """What must be put right; for those who work on the survey."""
    removed_at: Mapped[datetime | None]
    removed_for: Mapped[RemoveReason | None] = mapped_column(EnumText(RemoveReason))

    place: Mapped[Place] = relationship()
    photos: Mapped[list["ResourcePhoto"]] = relationship(
        order_by="ResourcePhoto.id",
        primaryjoin="and_(ResourcePhoto.resource_id == CommunityResource.id, ResourcePhoto.removed_at.is_(None))",
        viewonly=True,
    )

    @property
    def point(self) -> GeoPoint | None:
        """Where it is on the map."""
        return GeoPoint.of(self.latitude_e6, self.longitude_e6)


class ResourcePhoto(Base):
    """A photo of a resource, written anew so that nothing but pixels survives."""

    __tablename__ = "resource_photos"

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("community_resources.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"))
    text: Mapped[str] = mapped_column(String(200))
    """What it shows, for those who do not see it."""
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    resource: Mapped[CommunityResource] = relationship()
    file: Mapped[StoredFile] = relationship(lazy="joined")


class ListState(StrEnum):
    """What became of an uploaded list."""

    READ = "read"
    TAKEN = "taken"
    DISCARDED = "discarded"


class ResourceList(SealedRow, Base):
    """An uploaded list of resources: looked at first, then taken whole or thrown away."""

    __tablename__ = "resource_lists"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    state: Mapped[ListState] = mapped_column(EnumText(ListState))
    name: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[SealedText | None] = sealed_column(large=True)
    """The file in base64, sealed; emptied once it is taken or thrown away."""
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    same: Mapped[int] = mapped_column(default=0)
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    uploaded_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]

    place: Mapped[Place] = relationship()


class PlaceGround(Versioned, Base):
    """The ground of a place's maps: its outline, roads and water."""

    __tablename__ = "place_grounds"

    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), primary_key=True)
    geojson: Mapped[str] = mapped_column(Text, deferred=True, info={"typed": False})
    """The cleaned GeoJSON as it is handed out; ``sha256`` is the hash of these bytes."""
    sha256: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(200))
    """Where it comes from and under which licence; shown below every map."""
    features: Mapped[int]
    changed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    changed_at: Mapped[datetime]

    place: Mapped[Place] = relationship()
