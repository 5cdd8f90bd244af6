"""Everything that is public of the dongs of a place, row by row: what the tables to download hold.

A dong is read after the other, and its rows as they are sent, so that an export of a whole city needs the memory of a few
hundred rows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, select

from app.cycle.models import Cycle
from app.db.session import session
from app.execution.models import Milestone, MoneyEntry, Project
from app.execution.rules.importing import LEDGER_COLUMNS, PROJECT_COLUMNS
from app.files.tables import Value
from app.i18n import N_
from app.observatory.models import Alert, DongFigures, Finding, GroupCount, Visit
from app.places.models import Place
from app.places.rules import PlaceKind

AT_ONCE = 500
"""How many rows are fetched at once."""


@dataclass(frozen=True)
class Dataset:
    """One table to download. ``name`` is marked for translation; ``columns`` are the names in the file."""

    code: str
    name: str
    columns: tuple[str, ...]
    rows: Callable[[int], Select[*tuple[Any, ...]]]
    """The rows of one dong, by its id; a year is filtered by ``year`` among the columns of the query."""
    year: Any
    """The column that says which year a row belongs to."""


def _figures(place_id: int) -> Select[*tuple[Any, ...]]:
    columns = [getattr(DongFigures, name) for name in FIGURES]
    return select(Place.slug, Place.name, *columns).join(Place, Place.id == DongFigures.place_id).where(
        DongFigures.place_id == place_id
    ).order_by(DongFigures.year)  # fmt: skip


def _groups(place_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(Place.slug, DongFigures.year, GroupCount.circle, GroupCount.dimension, GroupCount.name, GroupCount.count)
        .join(DongFigures, DongFigures.cycle_id == GroupCount.cycle_id)
        .join(Place, Place.id == DongFigures.place_id)
        .where(DongFigures.place_id == place_id)
        .order_by(DongFigures.year, GroupCount.circle, GroupCount.dimension, GroupCount.name)
    )


def _projects(place_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Place.slug, Cycle.year, Project.id, Project.title, Project.kind, Project.source, Project.unit,
            Project.where, Project.state, Project.created_at, Project.completed_at, Project.cancel_reason,
        )
        .join(Place, Place.id == Project.place_id)
        .join(Cycle, Cycle.id == Project.cycle_id)
        .where(Project.place_id == place_id)
        .order_by(Project.id)
    )  # fmt: skip


def _steps(place_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(Place.slug, Cycle.year, Project.id, Milestone.title, Milestone.planned_on, Milestone.done_on)
        .join(Project, Project.id == Milestone.project_id)
        .join(Place, Place.id == Project.place_id)
        .join(Cycle, Cycle.id == Project.cycle_id)
        .where(Project.place_id == place_id)
        .order_by(Project.id, Milestone.planned_on, Milestone.id)
    )


def _ledger(place_id: int) -> Select[*tuple[Any, ...]]:
    entry = MoneyEntry
    return (
        select(
            Place.slug, Cycle.year, Project.id, entry.number, entry.kind, entry.source, entry.year, entry.amount_won,
            entry.happened_on, entry.memo, entry.approver, entry.corrects, entry.document_hash, entry.entered_at,
            entry.parent_hash, entry.hash,
        )
        .join(Project, Project.id == entry.project_id)
        .join(Place, Place.id == Project.place_id)
        .join(Cycle, Cycle.id == Project.cycle_id)
        .where(Project.place_id == place_id)
        .order_by(entry.project_id, entry.number)
    )  # fmt: skip


def _alerts(place_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Place.slug, Cycle.year, Alert.id, Alert.kind, Alert.value, Alert.limit, Alert.raised_at, Alert.cleared_at,
            Alert.answer, Alert.answered_at,
        )
        .join(Place, Place.id == Alert.place_id)
        .join(Cycle, Cycle.id == Alert.cycle_id)
        .where(Alert.place_id == place_id)
        .order_by(Alert.id)
    )  # fmt: skip


def _visits(place_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Place.slug, Cycle.year, Visit.id, Visit.project_id, Visit.visited_on, Visit.team, Visit.marks, Visit.summary
        )
        .join(Place, Place.id == Visit.place_id)
        .join(Cycle, Cycle.id == Visit.cycle_id)
        .where(Visit.place_id == place_id)
        .order_by(Visit.id)
    )


def _findings(place_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Place.slug, Cycle.year, Visit.id, Finding.number, Finding.text, Finding.due_on, Finding.state,
            Finding.answer, Finding.answered_at, Finding.remark, Finding.closed_at,
        )
        .join(Visit, Visit.id == Finding.visit_id)
        .join(Place, Place.id == Visit.place_id)
        .join(Cycle, Cycle.id == Visit.cycle_id)
        .where(Visit.place_id == place_id)
        .order_by(Visit.id, Finding.number)
    )  # fmt: skip


FIGURES: tuple[str, ...] = (
    "year", "stage", "is_over", "closes_on", "population", "assemblies", "electors", "voters", "quorate", "proposals",
    "opinions", "opinions_answered", "opinions_adopted", "projects", "completed", "cancelled", "late", "silent",
    "planned_won", "contracted_won", "paid_won", "returned_won", "women", "men", "counted_at",
)  # fmt: skip
DATASETS: dict[str, Dataset] = {
    each.code: each
    for each in (
        Dataset("figures", N_("동마다 한 해의 수치"), ("dong", "name", *FIGURES), _figures, DongFigures.year),
        Dataset(
            "groups", N_("위원과 지원자의 구성"), ("dong", "year", "circle", "dimension", "kind", "count"), _groups,
            DongFigures.year,
        ),
        Dataset(
            "projects", N_("사업"),
            PROJECT_COLUMNS, _projects, Cycle.year,
        ),
        Dataset(
            "steps", N_("사업마다 할 일"), ("dong", "year", "project", "title", "planned_on", "done_on"), _steps, Cycle.year
        ),
        Dataset(
            "ledger", N_("장부"),
            LEDGER_COLUMNS, _ledger, Cycle.year,
        ),
        Dataset(
            "alerts", N_("알림"),
            ("dong", "year", "alert", "kind", "value", "limit", "raised_at", "cleared_at", "answer", "answered_at"),
            _alerts, Cycle.year,
        ),
        Dataset(
            "visits", N_("현장 점검"),
            ("dong", "year", "visit", "project", "visited_on", "team", "marks", "summary"), _visits, Cycle.year,
        ),
        Dataset(
            "findings", N_("점검에서 지적한 것"),
            ("dong", "year", "visit", "number", "text", "due_on", "state", "answer", "answered_at", "remark", "closed_at"),
            _findings, Cycle.year,
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Position:
    """Where a page of a dataset begins: so many rows into a dong. The first page begins at (0, 0)."""

    place_id: int = 0
    row: int = 0


@dataclass(frozen=True)
class Page:
    """Some rows of a dataset, and where the next begin; None at the end."""

    rows: list[list[Value]]
    following: Position | None


def rows_of(dataset: Dataset, place: Place | None, year: int | None = None) -> Iterator[list[Value]]:
    """Yield the rows of a dataset for all dongs of a place, in the order of their ids.

    Args:
        dataset: which.
        place: the dong, or what the dongs lie in; None for all dongs there are.
        year: of the village plan; None for all.
    """
    for place_id in _dongs(place):
        query = _query(dataset, place_id, year).execution_options(yield_per=AT_ONCE)
        for row in session().execute(query):
            yield [_value(value) for value in row]


def page_of(dataset: Dataset, place: Place | None, year: int | None, *, limit: int, begin: Position) -> Page:
    """Return at most ``limit`` rows in the order of `rows_of`.

    A row that comes in between two pages before the position moves those after it; ids tell what was seen twice.

    Args:
        dataset: which.
        place: as `rows_of`.
        year: as `rows_of`.
        limit: at least 1.
        begin: the position that the page before named.
    """
    found: list[list[Value]] = []
    for place_id in _dongs(place, begin.place_id):
        seen = begin.row if place_id == begin.place_id else 0
        query = _query(dataset, place_id, year).offset(seen).limit(limit - len(found) + 1)
        for number, row in enumerate(session().execute(query), start=seen):
            if len(found) == limit:
                return Page(found, Position(place_id, number))
            found.append([_value(value) for value in row])
    return Page(found, None)


def _dongs(place: Place | None, least: int = 0) -> list[int]:
    query = select(Place.id).where(Place.kind == PlaceKind.DONG, Place.id >= least).order_by(Place.id)
    if place is not None:
        query = query.where(Place.path.startswith(place.path, autoescape=True))
    return list(session().scalars(query))


def _query(dataset: Dataset, place_id: int, year: int | None) -> Select[*tuple[Any, ...]]:
    query = dataset.rows(place_id)
    return query if year is None else query.where(dataset.year == year)


def _value(value: Any) -> Value:
    if isinstance(value, bool):
        return int(value)
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return " ".join(f"{key}={said}" for key, said in value.items())
    return str(value)
