"""Counts the years of dongs anew from what the other concepts keep: a few grouped queries for many years at once."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, select
from sqlalchemy.orm import aliased

from app.agenda.models import Proposal
from app.agenda.rules import PUBLIC_STATES, ProposalState
from app.assembly.models import Assembly
from app.clock import kst_date, kst_midnight
from app.council.models import Application, Council, CouncilMember, CouncilTerm, OpenCall
from app.council.rules.calls import SEX_LABELS, ApplicationState
from app.council.rules.membership import MemberState, shown_counts
from app.cycle.models import Cycle
from app.db.session import session
from app.execution.models import Milestone, MoneyEntry, Project, ProjectUpdate
from app.execution.rules.ledger import EntryKind
from app.execution.rules.projects import OPEN_STATES, ProjectState
from app.inspection.models import Disposition, Opinion
from app.inspection.rules import Result
from app.observatory.rules import Circle, Dimension, Figures
from app.places.queries import setting
from app.places.settings.execution import SILENT_DAYS
from app.plan.models import Plan, PlanVersion
from app.record.models import RecordHead

CANDIDATES = frozenset(ApplicationState) - {
    ApplicationState.RECEIVED, ApplicationState.INELIGIBLE, ApplicationState.WITHDRAWN,
}  # fmt: skip
Groups = dict[tuple[Circle, Dimension], dict[str, int | None]]


def figures_of(cycles: Sequence[Cycle], at: datetime) -> dict[int, tuple[Figures, Groups]]:
    """Return what is counted of each cycle, by cycle id, with the make-up of its council and of its candidates.

    Args:
        cycles: of any dongs; a few hundred at once at most.
        at: now; steps are late and projects silent as of its day in Korea.
    """
    ids = [cycle.id for cycle in cycles]
    today = kst_date(at)
    parts: dict[int, dict[str, int]] = {cycle.id: {"dongs": 1} for cycle in cycles}
    for cycle in cycles:
        parts[cycle.id]["population"] = cycle.place.population or 0
    for query in (_assemblies(ids), _proposals(ids), _opinions(ids), _projects(ids), _late(ids, today), _money(ids)):
        for row in session().execute(query):
            _add(parts, row)
    for cycle_id, silent in _silent(cycles, today).items():
        parts[cycle_id]["silent"] = silent
    found = {}
    for cycle in cycles:
        groups = _groups(cycle, today)
        by_sex = groups.get((Circle.COUNCIL, Dimension.SEX), {})
        parts[cycle.id]["women"] = by_sex.get(SEX_LABELS["woman"]) or 0
        parts[cycle.id]["men"] = by_sex.get(SEX_LABELS["man"]) or 0
        found[cycle.id] = (Figures(**parts[cycle.id]), groups)
    return found


def record_heights(place_ids: Sequence[int]) -> dict[int, int]:
    """Return how many entries each dong's public record has; dongs without any are left out."""
    query = select(RecordHead.place_id, RecordHead.height).where(RecordHead.place_id.in_(place_ids))
    return {row.place_id: row.height for row in session().execute(query)}


def _add(parts: dict[int, dict[str, int]], row: Row[*tuple[Any, ...]]) -> None:
    said = row._asdict()
    cycle_id = said.pop("cycle_id")
    parts[cycle_id].update({name: int(value or 0) for name, value in said.items()})


def _assemblies(ids: list[int]) -> Select[*tuple[Any, ...]]:
    return select(
        Assembly.cycle_id,
        func.count().label("assemblies"),
        func.sum(Assembly.electors).label("electors"),
        func.sum(Assembly.voters).label("voters"),
        func.sum(case((Assembly.voters >= Assembly.least_turnout, 1), else_=0)).label("quorate"),
    ).where(Assembly.cycle_id.in_(ids), Assembly.voters.is_not(None)).group_by(Assembly.cycle_id)  # fmt: skip


def _proposals(ids: list[int]) -> Select[*tuple[Any, ...]]:
    states = PUBLIC_STATES - {ProposalState.WITHDRAWN}
    query = select(Proposal.cycle_id, func.count().label("proposals"))
    return query.where(Proposal.cycle_id.in_(ids), Proposal.state.in_(states)).group_by(Proposal.cycle_id)


def _opinions(ids: list[int]) -> Select[*tuple[Any, ...]]:
    adopted = case((Disposition.result.in_([Result.ADOPTED, Result.PARTLY]), 1), else_=0)
    return (
        select(
            Plan.cycle_id,
            func.count().label("opinions"),
            func.count(Disposition.id).label("opinions_answered"),
            func.sum(adopted).label("opinions_adopted"),
        )
        .select_from(Opinion)
        .join(PlanVersion, PlanVersion.id == Opinion.version_id)
        .join(Plan, Plan.id == PlanVersion.plan_id)
        .outerjoin(Disposition, Disposition.opinion_id == Opinion.id)
        .where(Plan.cycle_id.in_(ids), Opinion.withdrawn_at.is_(None))
        .group_by(Plan.cycle_id)
    )


def _projects(ids: list[int]) -> Select[*tuple[Any, ...]]:
    def in_state(state: ProjectState, name: str) -> ColumnElement[int]:
        return func.sum(case((Project.state == state, 1), else_=0)).label(name)

    return select(
        Project.cycle_id,
        func.count().label("projects"),
        in_state(ProjectState.COMPLETED, "completed"),
        in_state(ProjectState.CANCELLED, "cancelled"),
    ).where(Project.cycle_id.in_(ids)).group_by(Project.cycle_id)  # fmt: skip


def _late(ids: list[int], today: date) -> Select[*tuple[Any, ...]]:
    return (
        select(Project.cycle_id, func.count(Project.id.distinct()).label("late"))
        .join(Milestone, Milestone.project_id == Project.id)
        .where(
            Project.cycle_id.in_(ids),
            Project.state.in_(OPEN_STATES),
            Milestone.done_on.is_(None),
            Milestone.planned_on < today,
        )
        .group_by(Project.cycle_id)
    )


def _money(ids: list[int]) -> Select[*tuple[Any, ...]]:
    wrong = aliased(MoneyEntry)
    kind = func.coalesce(wrong.kind, MoneyEntry.kind)  # a correction counts in the row of what it takes back

    def total(name: str, *kinds: EntryKind) -> ColumnElement[int]:
        counted = case((kind.in_([each.value for each in kinds]), MoneyEntry.amount_won), else_=0)
        return func.coalesce(func.sum(counted), 0).label(name)

    return (
        select(
            Project.cycle_id,
            total("planned_won", EntryKind.PLANNED, EntryKind.CHANGED),
            total("contracted_won", EntryKind.CONTRACTED),
            total("paid_won", EntryKind.PAID),
            total("returned_won", EntryKind.RETURNED),
        )
        .select_from(MoneyEntry)
        .join(Project, Project.id == MoneyEntry.project_id)
        .outerjoin(wrong, and_(wrong.project_id == MoneyEntry.project_id, wrong.number == MoneyEntry.corrects))
        .where(Project.cycle_id.in_(ids))
        .group_by(Project.cycle_id)
    )


def _silent(cycles: Sequence[Cycle], today: date) -> Counter[int]:
    after = {cycle.id: setting(cycle.place, SILENT_DAYS) for cycle in cycles if not cycle.is_over}
    query = (
        select(Project.cycle_id, Project.created_at, func.max(ProjectUpdate.posted_at).label("newest"))
        .outerjoin(ProjectUpdate, ProjectUpdate.project_id == Project.id)
        .where(Project.cycle_id.in_(after), Project.state.in_(OPEN_STATES))
        .group_by(Project.id, Project.cycle_id, Project.created_at)
    )
    counted: Counter[int] = Counter()
    for row in session().execute(query):
        if (today - kst_date(row.newest or row.created_at)).days >= after[row.cycle_id]:
            counted[row.cycle_id] += 1
    return counted


def _groups(cycle: Cycle, today: date) -> Groups:
    """Count the council that serves (served, when the year is over) and the candidates of the year's closed calls."""
    least = setting(cycle.place, "privacy.small_cell")
    last_day = kst_date(cycle.stages[-1].closes_at)
    day = min(today, last_day) if cycle.is_over else today
    members = select(CouncilMember.sex, CouncilMember.age_band, CouncilMember.area).join(CouncilTerm).join(Council)
    members = members.where(
        Council.place_id == cycle.place_id, CouncilTerm.starts_on <= day, CouncilTerm.ends_on >= day,
        CouncilMember.state == MemberState.SERVING,
    )  # fmt: skip
    applicants = select(Application.sex, Application.age_band, Application.area).join(OpenCall)
    applicants = applicants.where(
        OpenCall.place_id == cycle.place_id, Application.state.in_(CANDIDATES),
        OpenCall.closes_at >= kst_midnight(date(cycle.year, 1, 1)),
        OpenCall.closes_at < kst_midnight(min(date(cycle.year + 1, 1, 1), today)),
    )  # fmt: skip
    found: Groups = {}
    for circle, query in ((Circle.COUNCIL, members), (Circle.APPLICANTS, applicants)):
        counted: dict[Dimension, Counter[str]] = defaultdict(Counter)
        for sex, age, area in session().execute(query):
            for dimension, name in (
                (Dimension.SEX, SEX_LABELS[sex.value] if sex else ""),
                (Dimension.AGE, age),
                (Dimension.AREA, area),
            ):
                if name:
                    counted[dimension][name] += 1
        for dimension, counts in counted.items():
            found[circle, dimension] = shown_counts(counts, least=least)
    return found
