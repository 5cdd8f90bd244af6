"""SELECTs about places."""

from sqlalchemy import select

from app.db.session import session
from app.errors import NotFound
from app.i18n import N_
from app.places.models import Place
from app.places.rules import PlaceKind


def place_by_slug(slug: str) -> Place:
    """Return the place of an address.

    Raises:
        NotFound: no place has this address.
    """
    found = session().scalar(select(Place).where(Place.slug == slug))
    if found is None:
        raise NotFound(N_("그런 동네를 찾을 수 없습니다."))
    return found


def ancestors(place: Place) -> list[Place]:
    """Return the places from the root down to the parent."""
    ids = place.ancestor_ids[:-1]
    rows = session().scalars(select(Place).where(Place.id.in_(ids))).all() if ids else []
    return sorted(rows, key=lambda row: ids.index(row.id))


def descendants(place: Place, kind: PlaceKind | None = None) -> list[Place]:
    """Return the places under this one (itself included), by name."""
    query = select(Place).where(Place.path.startswith(place.path, autoescape=True)).order_by(Place.name)
    if kind is not None:
        query = query.where(Place.kind == kind)
    return list(session().scalars(query))
