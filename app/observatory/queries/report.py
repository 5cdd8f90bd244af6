"""The report of a dong's year: what was promised, done and paid, from the record, the projects and their ledgers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.clock import kst_date
from app.cycle.models import Cycle
from app.db.session import session
from app.execution.models import CouncilEvaluation, Indicator, Project, ProjectChange, SharingMeeting
from app.execution.queries.board import Pictures, Row, pictures_of, projects_of
from app.execution.queries.checking import LedgerCheck, check_ledgers
from app.execution.queries.evaluation import Heard, heard_of, sharing_meeting_of
from app.execution.rules.ledger import Balance, Purse
from app.observatory.models import Visit
from app.observatory.queries.counting import figures_of
from app.observatory.rules import Figures
from app.plan.rules import FundSource
from app.record.models import RecordEntry, RecordHead


@dataclass(frozen=True)
class PurseRow:
    """One source in one year of account, all projects of the year added up."""

    source: FundSource
    year: int
    balance: Balance


@dataclass(frozen=True)
class ProjectReport:
    """What the report says of a project."""

    row: Row
    changes: list[ProjectChange]
    heard: Heard
    council: CouncilEvaluation | None
    indicators: list[Indicator]
    pictures: Pictures

    @property
    def project(self) -> Project:
        """The project itself."""
        return self.row.project

    @property
    def moved(self) -> int:
        """How often a promised day was given up for another."""
        return sum(len(step.moves) for step in self.project.milestones)


@dataclass(frozen=True)
class Report:
    """A dong's year."""

    cycle: Cycle
    figures: Figures
    projects: list[ProjectReport]
    purses: list[PurseRow]
    total: Balance
    """The whole ledger of the year's projects; the sum of ``purses``, and of the projects."""
    ledgers: LedgerCheck
    """Every line of the year's ledgers, hashed anew when the report was made."""
    visits: list[Visit]
    meeting: SharingMeeting | None
    entries: int
    """How many acts of the year the public record holds."""
    head: str
    """Hash at the end of the dong's record when the report was made; empty before the first act."""
    made_at: datetime


def report_of(cycle: Cycle, at: datetime) -> Report:
    """Gather the report of a year.

    Args:
        cycle: the year.
        at: now; figures are as of this instant.
    """
    rows = projects_of(cycle, kst_date(at))
    ids = [row.project.id for row in rows]
    heard = heard_of(row.project for row in rows)
    changes: dict[int, list[ProjectChange]] = {each: [] for each in ids}
    for change in session().scalars(
        select(ProjectChange).where(ProjectChange.project_id.in_(ids)).order_by(ProjectChange.id)
    ):
        changes[change.project_id].append(change)
    indicators: dict[int, list[Indicator]] = {each: [] for each in ids}
    for indicator in session().scalars(select(Indicator).where(Indicator.project_id.in_(ids)).order_by(Indicator.id)):
        indicators[indicator.project_id].append(indicator)
    council = {
        found.project_id: found
        for found in session().scalars(select(CouncilEvaluation).where(CouncilEvaluation.project_id.in_(ids)))
    }
    pictures = pictures_of(row.project for row in rows)
    purses: dict[Purse, Balance] = {}
    for row in rows:
        for purse, balance in row.project.purses.items():
            purses[purse] = purses.get(purse, Balance()) + balance
    order = list(FundSource)
    head = session().get(RecordHead, cycle.place_id)
    return Report(
        cycle=cycle,
        figures=figures_of([cycle], at)[cycle.id][0],
        projects=[
            ProjectReport(
                row,
                changes[row.project.id],
                heard[row.project.id],
                council.get(row.project.id),
                indicators[row.project.id],
                pictures[row.project.id],
            )
            for row in rows
        ],
        purses=[
            PurseRow(source, year, purses[source, year])
            for source, year in sorted(purses, key=lambda purse: (purse[1], order.index(purse[0])))
        ],
        total=sum((row.balance for row in rows), Balance()),
        ledgers=check_ledgers(row.project for row in rows),
        visits=list(session().scalars(select(Visit).where(Visit.cycle_id == cycle.id).order_by(Visit.visited_on))),
        meeting=sharing_meeting_of(cycle),
        entries=_entries(cycle),
        head=head.hash if head else "",
        made_at=at,
    )


def _entries(cycle: Cycle) -> int:
    query = select(RecordEntry.id).where(RecordEntry.place_id == cycle.place_id, RecordEntry.at >= cycle.created_at)
    if cycle.is_over and cycle.stages[-1].closed_at is not None:
        query = query.where(RecordEntry.at <= cycle.stages[-1].closed_at)
    return session().scalar(select(func.count()).select_from(query.subquery())) or 0
