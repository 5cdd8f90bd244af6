"""SELECTs that compare places and years, from the counted figures."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, nulls_last, select
from sqlalchemy.orm import aliased

from app.cycle.models import Cycle
from app.cycle.rules import STAGES, Stage
from app.db.session import session
from app.observatory.models import DongFigures, GroupCount
from app.observatory.queries.inside import inside
from app.observatory.rules import Circle, Dimension, Figures, added_up
from app.places.models import Place
from app.places.rules import PlaceKind, name_order

PAGE = 50
"""Dongs on a page."""
_COUNTED = [name for name in Figures.__dataclass_fields__ if name != "dongs"]
_COLUMNS = [getattr(DongFigures, name) for name in _COUNTED]
_SUMS = [func.sum(column).label(name) for name, column in zip(_COUNTED, _COLUMNS, strict=True)]
# Made once: building a statement of so many columns costs as much as reading its rows.
SORTS: tuple[str, ...] = ("name", "stage", "turnout", "proposals", "adopted", "planned", "paid", "late")
"""By what the table of dongs may be sorted."""


@dataclass(frozen=True)
class DongRow:
    """A dong's year in the table."""

    slug: str
    name: str
    name_en: str
    stage: Stage
    stage_number: int
    is_over: bool
    closes_on: date | None
    figures: Figures


@dataclass(frozen=True)
class AreaRow:
    """A district (or what else lies directly under a place) in the table."""

    slug: str
    name: str
    name_en: str
    figures: Figures


@dataclass(frozen=True)
class YearRow:
    """A year of a place."""

    year: int
    figures: Figures
    counted_at: datetime
    """When the oldest of its figures was counted."""


@dataclass(frozen=True)
class GroupRow:
    """How many of a circle are of one kind, over all dongs that may show it."""

    circle: Circle
    dimension: Dimension
    name: str
    count: int
    hidden_in: int
    """In how many dongs the number is hidden, because so few could be recognised."""


def _figures(row: Row[*tuple[Any, ...]], dongs: int) -> Figures:
    # The counted columns are the last of every row. PostgreSQL adds big integers up to decimals.
    return Figures(dongs, *(int(value or 0) for value in row[-len(_COUNTED) :]))


def years_of(place: Place | None) -> list[YearRow]:
    """Return the years of a place (None: of all places) with everything under it added up, newest first."""
    query = (
        select(DongFigures.year, func.count().label("n"), func.min(DongFigures.counted_at).label("at"), *_SUMS)
        .join(Place, Place.id == DongFigures.place_id)
        .where(inside(place))
        .group_by(DongFigures.year)
        .order_by(DongFigures.year.desc())
    )
    return [YearRow(row.year, _figures(row, row.n), row.at) for row in session().execute(query)]


def stages_of(place: Place | None, year: int) -> list[tuple[Stage | None, int]]:
    """Return how many dongs stand at each stage in a year, in order; those whose year is over come last, as None."""
    query = (
        select(DongFigures.is_over, DongFigures.stage, func.count())
        .join(Place, Place.id == DongFigures.place_id)
        .where(inside(place), DongFigures.year == year)
        .group_by(DongFigures.is_over, DongFigures.stage)
    )
    counted: Counter[Stage | None] = Counter()
    for is_over, stage, count in session().execute(query):
        counted[None if is_over else stage] += count
    return [(stage, counted[stage]) for stage in STAGES] + [(None, counted[None])]


def areas_below(place: Place | None, year: int) -> list[AreaRow]:
    """Return what lies directly under a place (None: the cities), each with its dongs added up, by name; no dongs.

    The database adds up what lies under the same parent, which it does in one pass; the few parents are added up here.
    """
    parent = aliased(Place)
    sums = (
        select(parent.path, func.count().label("n"), *_SUMS)
        .select_from(DongFigures)
        .join(Place, Place.id == DongFigures.place_id)
        .join(parent, parent.id == Place.parent_id)
        .where(inside(place), DongFigures.year == year)
        .group_by(parent.id, parent.path)
    )
    under = Place.parent_id.is_(None) if place is None else Place.parent_id == place.id
    areas = select(Place.path, Place.slug, Place.name, Place.name_en).where(
        under, Place.kind.in_([PlaceKind.CITY, PlaceKind.DISTRICT])
    )
    parts = [(row.path, _figures(row, row.n)) for row in session().execute(sums)]
    found = []
    for area in session().execute(areas.order_by(Place.sort_name, Place.id)) if parts else ():
        parts_of = [figures for path, figures in parts if path.startswith(area.path)]
        if parts_of:
            found.append(AreaRow(area.slug, area.name, area.name_en, added_up(parts_of)))
    return found


def dongs_of(place: Place | None, year: int, *, sort: str, page: int) -> list[DongRow]:
    """Return a page of a place's dongs in a year.

    Args:
        place: None for all.
        year: which.
        sort: one of `SORTS`; figures come largest first, those without one last.
        page: from 1.
    """
    query = _dong_rows(place, year).order_by(*_order(sort)).limit(PAGE).offset((page - 1) * PAGE)
    return [_dong(row) for row in session().execute(query)]


def _dong_rows(place: Place | None, year: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Place.slug, Place.name, Place.name_en, DongFigures.stage, DongFigures.stage_number, DongFigures.is_over,
            DongFigures.closes_on, *_COLUMNS,
        )
        .join(Place, Place.id == DongFigures.place_id)
        .where(inside(place), DongFigures.year == year)
    )  # fmt: skip


def _dong(row: Row[*tuple[Any, ...]]) -> DongRow:
    return DongRow(
        row.slug, row.name, row.name_en, row.stage, row.stage_number, row.is_over, row.closes_on, _figures(row, 1)
    )


def _order(sort: str) -> list[ColumnElement[Any]]:
    found = DongFigures
    share = {
        "turnout": (found.voters, found.electors),
        "proposals": (found.proposals, found.population),
        "adopted": (found.opinions_adopted, found.opinions_answered),
        "paid": (found.paid_won, found.planned_won),
    }
    by_name: list[ColumnElement[Any]] = [Place.sort_name.expression, Place.id.expression]
    if sort in share:
        part, whole = share[sort]
        return [nulls_last((part * 1.0 / func.nullif(whole, 0)).desc()), *by_name]
    if sort == "stage":
        return [found.is_over.expression, found.stage_number.expression, *by_name]
    if sort in {"planned", "late"}:
        return [{"planned": found.planned_won, "late": found.late}[sort].desc(), *by_name]
    return by_name


def groups_of(place: Place | None, year: int, *, dimensions: Sequence[Dimension]) -> list[GroupRow]:
    """Return the make-up of the circles, added up from what every dong shows anyway, so that sums reveal nothing more."""
    query = (
        select(
            GroupCount.circle, GroupCount.dimension, GroupCount.name, func.sum(GroupCount.count).label("count"),
            func.sum(case((GroupCount.count.is_(None), 1), else_=0)).label("hidden"),
        )
        .where(GroupCount.year == year, GroupCount.dimension.in_(dimensions))
        .group_by(GroupCount.circle, GroupCount.dimension, GroupCount.name)
    )  # fmt: skip
    if place is not None:
        of_place = select(Cycle.id).join(Place, Place.id == Cycle.place_id).where(inside(place), Cycle.year == year)
        query = query.where(GroupCount.cycle_id.in_(of_place))
    order = {each: index for index, each in enumerate(Dimension)}
    rows = [
        GroupRow(row.circle, row.dimension, row.name, int(row[3] or 0), int(row.hidden))
        for row in session().execute(query)
    ]
    return sorted(rows, key=lambda row: (list(Circle).index(row.circle), order[row.dimension], name_order(row.name)))
