"""Which places a page is about."""

from sqlalchemy import ColumnElement, bindparam, true

from app.places.models import Place


def inside(place: Place | None) -> ColumnElement[bool]:
    """Return the condition that a place is this one or lies under it; None: any.

    The path, digits and slashes alone, stands in the statement itself instead of among its parameters: PostgreSQL plans a
    prepared statement for a path that it does not know, expects a handful of dongs, and is ten times slower for a city.
    """
    if place is None:
        return true()
    return Place.path.like(bindparam("inside", f"{place.path}%", literal_execute=True))
