"""SELECTs of open data: places, and the rows of a municipality as an archive holds them."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select
from sqlalchemy.orm import aliased, contains_eager, lazyload

from app.assembly.models import Assembly
from app.assembly.rules import AssemblyState
from app.cycle.models import Cycle, CycleStage
from app.db.base import Base
from app.db.session import session
from app.execution.models import (
    CouncilEvaluation,
    Evaluation,
    Indicator,
    Milestone,
    MilestoneMove,
    MoneyEntry,
    MonthlyFigures,
    Photo,
    Pledge,
    Project,
    ProjectChange,
    ProjectPart,
    ProjectRisk,
    ProjectUpdate,
    SharingMeeting,
    TableImport,
    UpdateComment,
)
from app.files.tables import Value
from app.observatory.models import Alert, DongFigures, Finding, GroupCount, Visit
from app.observatory.queries.inside import inside
from app.opendata.tokens.models import ApiToken
from app.places.models import Place, SettingChange
from app.record.models import RecordEntry, RecordHead

AT_ONCE = 500


@dataclass(frozen=True)
class Kept:
    """A table as an archive keeps it: which rows belong to a municipality, and which columns stay behind."""

    model: type[Base]
    belongs: str
    """The column that leads to its place: ``place``, or the name of the column that holds its parent's id."""
    parent: type[Base] | None = None
    left_out: frozenset[str] = frozenset()
    """Columns that lead to people or to what is not in the archive; they are null on the other side."""

    @property
    def table(self) -> Table:
        """The table itself."""
        return self.model.__table__  # type: ignore[return-value]

    @property
    def columns(self) -> list[str]:
        """The columns that are kept, in the order of the table."""
        return [column.name for column in self.table.columns if column.name not in self.left_out]


KEPT: tuple[Kept, ...] = (
    # In an order in which every row finds what it points to.
    Kept(Place, "place"),
    Kept(SettingChange, "place_id", left_out=frozenset({"changed_by"})),
    Kept(Cycle, "place_id"),
    Kept(CycleStage, "cycle_id", Cycle),
    Kept(Project, "place_id", left_out=frozenset({"assembly_item_id"})),
    Kept(ProjectPart, "project_id", Project),
    Kept(Milestone, "project_id", Project),
    Kept(MilestoneMove, "milestone_id", Milestone),
    Kept(ProjectRisk, "project_id", Project),
    Kept(Photo, "place_id"),
    Kept(ProjectUpdate, "project_id", Project),
    Kept(ProjectChange, "project_id", Project),
    Kept(MoneyEntry, "project_id", Project),
    Kept(Pledge, "place_id"),
    Kept(MonthlyFigures, "place_id"),
    Kept(Indicator, "project_id", Project),
    Kept(CouncilEvaluation, "project_id", Project),
    Kept(SharingMeeting, "cycle_id", Cycle),
    Kept(Alert, "place_id"),
    Kept(Visit, "place_id"),
    Kept(Finding, "visit_id", Visit),
    Kept(RecordHead, "place_id"),
    Kept(RecordEntry, "place_id"),
)

LEFT_BEHIND: dict[type[Base], str] = {
    # What an archive does not take along, and why; a test asks about every table that is in neither list.
    Evaluation: "belongs to the person who gave it, and people stay where they are",
    UpdateComment: "belongs to the person who wrote it",
    TableImport: "an upload on its way",
    ApiToken: "opens the installation that made it, and no other",
    DongFigures: "counted anew from what is taken along",
    GroupCount: "counted anew",
}


def place_values(place: Place) -> dict[str, Value]:
    """Return a place as the API says it."""
    return {
        "slug": place.slug, "kind": place.kind.value, "name": place.name, "name_en": place.name_en,
        "parent": place.parent.slug if place.parent else None, "population": place.population,
    }  # fmt: skip


def all_places() -> Iterator[dict[str, Value]]:
    """Yield all places, parents before children."""
    above = aliased(Place)
    query = (
        select(Place.slug, Place.kind, Place.name, Place.name_en, above.slug.label("parent"), Place.population)
        .outerjoin(above, above.id == Place.parent_id)
        .order_by(Place.path)
        .execution_options(yield_per=AT_ONCE)
    )
    for row in session().execute(query):
        yield row._asdict() | {"kind": row.kind.value}


def years_of(place: Place | None) -> list[int]:
    """Return the years of village plans of a place and everything under it, or of all places, newest first."""
    query = select(Cycle.year).distinct().join(Place, Place.id == Cycle.place_id).order_by(Cycle.year.desc())
    return list(session().scalars(query.where(inside(place))))


def result_files_of(place: Place) -> list[tuple[int, bool]]:
    """Return the years of a dong's counted assemblies, newest first, and whether their ballots are there (``votes.pb``).

    They are where whole ballots were opened and one of them says something (`app.assembly.services.publishing.files_of`).
    """
    query = (
        select(Assembly)
        .join(Assembly.cycle)
        .options(contains_eager(Assembly.cycle), lazyload(Assembly.items))
        .where(Assembly.place_id == place.id, Assembly.state == AssemblyState.COUNTED)
        .order_by(Cycle.year.desc())
    )
    return [
        (found.cycle.year, found.form.shuffled and (found.voters or 0) > (found.blank_ballots or 0))
        for found in session().scalars(query)
    ]


def rows_of(kept: Kept, root: Place) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table that belong to a municipality, by primary key, in the words of JSON."""
    columns = [kept.table.c[name] for name in kept.columns]
    query = select(*columns).where(_within(kept, root)).order_by(*kept.table.primary_key.columns)
    for row in session().execute(query.execution_options(yield_per=AT_ONCE)):
        yield {name: _spoken(value) for name, value in zip(kept.columns, row, strict=True)}


def _within(kept: Kept, root: Place) -> ColumnElement[bool]:
    if kept.model is Place:
        return or_(Place.path.startswith(root.path, autoescape=True), Place.id.in_(root.ancestor_ids))
    places = select(Place.id).where(Place.path.startswith(root.path, autoescape=True) | Place.id.in_(root.ancestor_ids))
    own = kept.table.c[kept.belongs]
    if kept.parent is None:
        return own.in_(places)
    above = next(each for each in KEPT if each.model is kept.parent)
    return own.in_(select(above.table.c.id).where(_within(above, root)))


def _spoken(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value
