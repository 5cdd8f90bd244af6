"""Tables of places and their settings."""

from datetime import datetime

from sqlalchemy import Connection, ForeignKey, Index, String, Text, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from app.db.base import Base, Versioned
from app.db.guards import keep
from app.db.types import EnumText
from app.places.rules import PlaceKind, initials_of, name_order


class Place(Versioned, Base):
    """A node of the tree. ``path`` lists the ids from the root to itself (``/1/4/17/``), so ancestry is a prefix."""

    __tablename__ = "places"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    kind: Mapped[PlaceKind] = mapped_column(EnumText(PlaceKind))
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(80))
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    path: Mapped[str] = mapped_column(String(120), index=True, default="/")
    population: Mapped[int | None]
    """Registered residents; the base of the assembly's turnout threshold."""
    initials: Mapped[str] = mapped_column(String(160), default="")
    """Initial consonants of the Korean name and the English name, for the search; kept up to date by itself."""
    sort_name: Mapped[str] = mapped_column(String(160), default="", server_default="")
    """The Korean name as lists sort it (`app.places.rules.name_order`); kept up to date by itself."""
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    parent: Mapped["Place | None"] = relationship(remote_side="Place.id")

    def lies_in(self, ancestor_id: int) -> bool:
        """Tell whether this place is that one or lies anywhere under it."""
        return f"/{ancestor_id}/" in self.path

    @property
    def ancestor_ids(self) -> list[int]:
        """The ids from the root down to this place."""
        return [int(part) for part in self.path.strip("/").split("/") if part]


@event.listens_for(Place, "before_insert")
@event.listens_for(Place, "before_update")
def _keep_what_follows_from_names(_mapper: Mapper[Place], _connection: Connection, place: Place) -> None:
    place.initials = f"{initials_of(place.name)} {initials_of(place.name_en)}"
    place.sort_name = name_order(place.name)


class SettingChange(Base):
    """One decision about one setting at one place. Append-only: the newest row counts, the others are its history."""

    __tablename__ = "setting_changes"
    __table_args__ = (Index("ix_setting_changes_place_id_key_id", "place_id", "key", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    key: Mapped[str] = mapped_column(String(80))
    value: Mapped[str | None] = mapped_column(Text)
    """The value as text in the setting's own format; null returns to what the parent says."""
    legal_basis: Mapped[str] = mapped_column(String(200))
    """The article that says so; empty where the place returned to the value above it."""
    reason: Mapped[str] = mapped_column(String(300), default="")
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    changed_at: Mapped[datetime]

    place: Mapped[Place] = relationship()


keep(SettingChange)
