"""SELECTs about projects: the board of a year, one project, its news and photos."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from app.clock import kst_date
from app.cycle.models import Cycle
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.execution.course import Course, Movement, Promise, course
from app.execution.models import Milestone, Photo, Project, ProjectChange, ProjectRisk, ProjectUpdate
from app.execution.rules.ledger import Balance
from app.execution.rules.projects import OPEN_STATES, PhotoShows
from app.execution.timeline import Step as TimelineStep
from app.execution.timeline import Timeline, timeline
from app.i18n import N_
from app.places.models import Place
from app.places.queries import setting
from app.places.settings.execution import SILENT_DAYS
from app.plan.rules import FundSource


@dataclass(frozen=True)
class Row:
    """A project as the board shows it."""

    project: Project
    balance: Balance
    done: int
    total: int
    late_days: int | None
    """How many days the step that is longest overdue is late."""
    silent_days: int | None
    """Days without news of a running project, when too many."""

    @property
    def sources(self) -> dict[FundSource, int]:
        """Where its planned money comes from: won by source, all years of account together."""
        found: dict[FundSource, int] = {}
        for (source, _year), purse in self.project.purses.items():
            found[source] = found.get(source, 0) + purse.planned_won
        return {source: won for source, won in found.items() if won} or {self.project.source: 0}

    @property
    def percent(self) -> int:
        """How far the project is, in whole percent."""
        return self.project.percent


def projects_of(cycle: Cycle, today: date) -> list[Row]:
    """Return the projects of a year with their state, in the order in which they began."""
    projects = list(session().scalars(select(Project).where(Project.cycle_id == cycle.id).order_by(Project.id)))
    newest: dict[int, datetime] = {
        row[0]: row[1]
        for row in session().execute(
            select(ProjectUpdate.project_id, func.max(ProjectUpdate.posted_at))
            .where(ProjectUpdate.project_id.in_([project.id for project in projects]))
            .group_by(ProjectUpdate.project_id)
        )
    }
    silent_after = setting(cycle.place, SILENT_DAYS)
    return [_row(project, newest.get(project.id, project.created_at), today, silent_after) for project in projects]


def timeline_of(rows: list[Row], today: date) -> Timeline | None:
    """Lay out the year of projects; None without any."""
    return timeline(
        [
            (
                kst_date(row.project.created_at),
                [TimelineStep(step.planned_on, step.done_on) for step in row.project.milestones],
            )
            for row in rows
        ],
        today,
    )


def course_of(rows: list[Row], today: date) -> Course | None:
    """Add up what projects promised and did, month by month; None without anything."""
    promises = [
        Promise(step.first_planned_on, step.planned_on, step.done_on) for row in rows for step in row.project.milestones
    ]
    movements = [
        Movement(entry.happened_on, line.kind, line.amount_won)
        for row in rows
        for entry, line in zip(row.project.entries, row.project.lines, strict=True)
    ]
    return course(promises, movements, today)


def total(rows: list[Row]) -> Balance:
    """Add up the money of several projects."""
    return sum((row.balance for row in rows), Balance())


def _row(project: Project, last_news: datetime, today: date, silent_after: int) -> Row:
    steps = project.milestones
    running = project.state in OPEN_STATES
    silent = (today - kst_date(last_news)).days
    late = [(today - step.planned_on).days for step in steps if step.done_on is None and step.planned_on < today]
    return Row(
        project=project,
        balance=project.balance,
        done=sum(step.done_on is not None for step in steps),
        total=len(steps),
        late_days=max(late) if running and late else None,
        silent_days=silent if running and silent >= silent_after else None,
    )


def project_of(place: Place, project_id: int) -> Project:
    """Return a project of a dong.

    Raises:
        NotFound: there is none here.
    """
    project = get_or_not_found(Project, project_id)
    if project.place_id != place.id:
        raise NotFound(N_("찾으시는 사업이 없습니다."))
    return project


def milestone_of(place: Place, milestone_id: int) -> Milestone:
    """Return a milestone of a dong.

    Raises:
        NotFound: there is none here.
    """
    milestone = get_or_not_found(Milestone, milestone_id)
    if milestone.project.place_id != place.id:
        raise NotFound(N_("찾으시는 일이 없습니다."))
    return milestone


def change_of(place: Place, change_id: int) -> ProjectChange:
    """Return a change of a project of a dong.

    Raises:
        NotFound: there is none here.
    """
    change = get_or_not_found(ProjectChange, change_id)
    if change.project.place_id != place.id:
        raise NotFound(N_("찾으시는 변경이 없습니다."))
    return change


def risk_of(place: Place, risk_id: int) -> ProjectRisk:
    """Return a risk of a project of a dong.

    Raises:
        NotFound: there is none here.
    """
    risk = get_or_not_found(ProjectRisk, risk_id)
    if get_or_not_found(Project, risk.project_id).place_id != place.id:
        raise NotFound(N_("찾으시는 위험이 없습니다."))
    return risk


def updates_of(project: Project) -> list[ProjectUpdate]:
    """Return the news of a project, newest first."""
    query = select(ProjectUpdate).where(ProjectUpdate.project_id == project.id).order_by(ProjectUpdate.id.desc())
    return list(session().scalars(query.limit(200)))


@dataclass(frozen=True)
class Pictures:
    """The place of a project before the work and after it: the earliest photo before, the newest after."""

    before: ProjectUpdate | None = None
    after: ProjectUpdate | None = None

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return self.before is not None or self.after is not None


def pictures_of(projects: Iterable[Project]) -> dict[int, Pictures]:
    """Return what each project looked like before and after, by its id."""
    ids = [project.id for project in projects]
    found = {each: Pictures() for each in ids}
    query = select(ProjectUpdate).where(
        ProjectUpdate.project_id.in_(ids), ProjectUpdate.photo_shows.in_([PhotoShows.BEFORE, PhotoShows.AFTER])
    )
    for update in session().scalars(query.order_by(ProjectUpdate.id)):
        known = found[update.project_id]
        if update.photo_shows is PhotoShows.AFTER:
            found[update.project_id] = Pictures(known.before, update)
        elif known.before is None:
            found[update.project_id] = Pictures(update, known.after)
    return found


def photo_of(place: Place, photo_id: int) -> Photo:
    """Return a photo of a dong with its content.

    Raises:
        NotFound: there is none here.
    """
    photo = get_or_not_found(Photo, photo_id)
    if photo.place_id != place.id:
        raise NotFound(N_("찾으시는 사진이 없습니다."))
    return photo
