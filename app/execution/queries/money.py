"""SELECTs about money: envelopes, settlements by source and year, the months that were opened."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from app.assembly.models import Assembly
from app.clock import kst_midnight
from app.cycle.models import Cycle
from app.db.session import session
from app.errors import NotFound
from app.execution.models import MoneyEntry, MonthlyFigures, Project
from app.execution.rules.ledger import Balance, EntryKind, Line, Purse, purses
from app.execution.rules.projects import ProjectKind
from app.i18n import N_
from app.places.models import Place
from app.plan.rules import FundSource


def envelope_of(cycle: Cycle) -> int | None:
    """Return the envelope under which the assembly of a year decided; None without an assembly."""
    return session().scalar(select(Assembly.envelope_won).where(Assembly.cycle_id == cycle.id))


def planned_in_cycle(cycle: Cycle) -> int:
    """Return what is planned for all projects that the assembly of a year adopted."""
    planned = session().scalar(
        select(func.coalesce(func.sum(MoneyEntry.amount_won), 0))
        .join(Project, Project.id == MoneyEntry.project_id)
        .where(
            Project.cycle_id == cycle.id,
            Project.kind == ProjectKind.ASSEMBLY,
            MoneyEntry.kind.in_([EntryKind.PLANNED, EntryKind.CHANGED]),
        )
    )
    return int(planned or 0)


@dataclass(frozen=True)
class SettlementRow:
    """A project in a settlement."""

    project: Project
    balance: Balance


@dataclass(frozen=True)
class Settlement:
    """One source in one year of account: what came, what went, what is left, project by project."""

    source: FundSource
    year: int
    rows: list[SettlementRow]

    @property
    def total(self) -> Balance:
        """All projects added up."""
        return sum((row.balance for row in self.rows), Balance())


def years_of_account(place: Place) -> list[int]:
    """Return the years in which a dong's ledger has money, newest first."""
    query = (
        select(MoneyEntry.year)
        .join(Project, Project.id == MoneyEntry.project_id)
        .where(Project.place_id == place.id)
        .distinct()
    )
    found = set(session().scalars(query))
    carried = session().scalars(query.where(MoneyEntry.kind == EntryKind.CARRIED))
    return sorted(found | {year + 1 for year in carried}, reverse=True)


def settlements(place: Place, year: int, before: datetime | None = None) -> list[Settlement]:
    """Return the settlements of a year of account, one for each source with money.

    Args:
        place: whose projects.
        year: of account.
        before: only entries made before this instant; None for all.
    """
    projects = {
        project.id: project for project in session().scalars(select(Project).where(Project.place_id == place.id))
    }
    found: dict[FundSource, list[SettlementRow]] = {}
    for project in projects.values():
        for (source, of_year), balance in _purses(project, before).items():
            if of_year == year:
                found.setdefault(source, []).append(SettlementRow(project, balance))
    return [Settlement(source, year, found[source]) for source in FundSource if source in found]


def _purses(project: Project, before: datetime | None) -> dict[Purse, Balance]:
    if before is None:
        return project.purses
    known = {entry.number: entry for entry in project.entries}
    lines = []
    for entry in project.entries:
        if entry.entered_at < before:
            counted = known[entry.corrects] if entry.corrects is not None else entry
            lines.append(Line(counted.kind, entry.amount_won, counted.source, counted.year))
    return purses(lines)


def places_with_figures_due(month: date, limit: int = 50) -> list[Place]:
    """Return dongs whose figures of a month (its first day) are not opened yet, though their ledger began before its end."""
    ends = kst_midnight(_next(month))
    opened = select(MonthlyFigures.place_id).where(MonthlyFigures.month == month)
    began = (
        select(Project.place_id)
        .join(MoneyEntry, MoneyEntry.project_id == Project.id)
        .where(MoneyEntry.entered_at < ends)
        .distinct()
    )
    query = select(Place).where(Place.id.in_(began), Place.id.not_in(opened)).order_by(Place.id).limit(limit)
    return list(session().scalars(query))


def months_opened(place: Place) -> list[MonthlyFigures]:
    """Return the months whose figures a dong has opened, newest first."""
    query = select(MonthlyFigures).where(MonthlyFigures.place_id == place.id).order_by(MonthlyFigures.month.desc())
    return list(session().scalars(query))


def month_of(place: Place, month: date) -> MonthlyFigures:
    """Return the figures of a month.

    Raises:
        NotFound: they are not opened.
    """
    found = session().scalar(
        select(MonthlyFigures).where(MonthlyFigures.place_id == place.id, MonthlyFigures.month == month)
    )
    if found is None:
        raise NotFound(N_("그 달의 집행 내역은 아직 열리지 않았습니다."))
    return found


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
