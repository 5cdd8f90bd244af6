"""SELECTs about projects."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import false, func, or_, select
from sqlalchemy.orm import selectinload

from app.agenda.lifeline import Step
from app.agenda.models import Proposal
from app.assembly.models import AssemblyItem
from app.clock import kst_date, kst_midnight
from app.cycle.dong_page import Lead, Meter, Number
from app.cycle.models import Cycle, CycleStage
from app.cycle.rules import Duty, Stage
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.execution.models import Evaluation, Milestone, Photo, Project, ProjectUpdate
from app.execution.rules import LATE_AFTER_SILENT_DAYS, Balance, ProjectState, is_late
from app.execution.timeline import Step as TimelineStep
from app.execution.timeline import Timeline, timeline
from app.i18n import N_
from app.people.models import Person
from app.people.permissions import is_staff
from app.places.models import Place
from app.plan.models import ItemOrigin
from app.todo import Todo


@dataclass(frozen=True)
class Row:
    """A project as the board shows it."""

    project: Project
    balance: Balance
    done: int
    total: int
    late: bool
    silent_days: int | None
    """Days without news of a running project, when too many."""

    @property
    def percent(self) -> int:
        """Steps done, in percent; an unplanned project is at zero."""
        if self.project.state is ProjectState.COMPLETED:
            return 100
        return self.done * 100 // self.total if self.total else 0


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
    return [_row(project, newest.get(project.id, project.created_at), today) for project in projects]


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


def total(rows: list[Row]) -> Balance:
    """Add up the money of several projects."""
    return Balance(
        planned_won=sum(row.balance.planned_won for row in rows),
        contracted_won=sum(row.balance.contracted_won for row in rows),
        paid_won=sum(row.balance.paid_won for row in rows),
        returned_won=sum(row.balance.returned_won for row in rows),
    )


def _row(project: Project, last_news: datetime, today: date) -> Row:
    steps = project.milestones
    running = project.state in {ProjectState.PLANNED, ProjectState.RUNNING}
    silent = (today - kst_date(last_news)).days
    return Row(
        project=project,
        balance=project.balance,
        done=sum(step.done_on is not None for step in steps),
        total=len(steps),
        late=running
        and any(
            step.done_on is None and is_late(planned_on=step.planned_on, done_on=None, today=today) for step in steps
        ),
        silent_days=silent if running and silent >= LATE_AFTER_SILENT_DAYS else None,
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


def updates_of(project: Project) -> list[ProjectUpdate]:
    """Return the news of a project, newest first."""
    query = select(ProjectUpdate).where(ProjectUpdate.project_id == project.id).order_by(ProjectUpdate.id.desc())
    return list(session().scalars(query.limit(200)))


def photo_of(place: Place, photo_id: int) -> Photo:
    """Return a photo of a dong with its content.

    Raises:
        NotFound: there is none here.
    """
    photo = get_or_not_found(Photo, photo_id)
    if photo.place_id != place.id:
        raise NotFound(N_("찾으시는 사진이 없습니다."))
    return photo


@dataclass(frozen=True)
class Ratings:
    """What residents say of a project."""

    count: int
    total: int
    words: list[str]


def ratings_of(project: Project) -> Ratings:
    """Return the ratings of a project and up to fifty remarks, without names."""
    count, total = (
        session()
        .execute(
            select(func.count(Evaluation.id), func.coalesce(func.sum(Evaluation.rating), 0)).where(
                Evaluation.project_id == project.id
            )
        )
        .one()
    )
    words = session().scalars(
        select(Evaluation.words)
        .where(Evaluation.project_id == project.id, Evaluation.words != "")
        .order_by(Evaluation.id.desc())
        .limit(50)
    )
    return Ratings(count, total, list(words))


def own_evaluation(project: Project, person: Person | None) -> Evaluation | None:
    """Return what somebody said of a project."""
    if person is None:
        return None
    return session().scalar(
        select(Evaluation).where(Evaluation.project_id == project.id, Evaluation.person_id == person.id)
    )


# What the cycle, the life line and the desk ask


def unfinished(cycle: Cycle) -> list[Duty]:
    """Return the duty to complete or cancel every project before execution closes."""
    count = session().scalar(
        select(func.count(Project.id)).where(
            Project.cycle_id == cycle.id, Project.state.in_([ProjectState.PLANNED, ProjectState.RUNNING])
        )
    )
    if not count:
        return []
    text = N_("사업 %(n)s개를 마치거나 그만두는 까닭을 적어야 합니다.")
    return [Duty(text, "execution.index", {"slug": cycle.place.slug}, {"n": count})]


def unevaluated(cycle: Cycle) -> list[Duty]:
    """Return the duty to hear the residents about every finished project before the year ends."""
    heard = select(Evaluation.project_id).distinct()
    count = session().scalar(
        select(func.count(Project.id)).where(
            Project.cycle_id == cycle.id, Project.state == ProjectState.COMPLETED, Project.id.not_in(heard)
        )
    )
    if not count:
        return []
    text = N_("마친 사업 %(n)s개에 아직 주민 평가가 없습니다.")
    return [Duty(text, "execution.evaluation", {"slug": cycle.place.slug}, {"n": count})]


def lead_execution(cycle: Cycle) -> Lead:
    """Return what can be done while projects run."""
    rows = projects_of(cycle, kst_date(cycle.created_at))
    return Lead(
        question=N_("정한 일, 잘 되고 있나요?"),
        text=N_("사업마다 어디까지 왔는지, 돈이 얼마나 쓰였는지 봅니다."),
        action=N_("사업 보기"),
        endpoint="execution.index",
        arguments={"slug": cycle.place.slug},
        meter=_money_meter(total(rows)) if rows else None,
    )


def _money_meter(found: Balance) -> Meter:
    return Meter(
        title=N_("지금까지 쓴 돈"),
        value=found.paid_won,
        goal=found.planned_won,
        said=N_("계획 %(planned)s원 가운데 %(paid)s원 집행"),
        values={"planned": f"{found.planned_won:,}", "paid": f"{found.paid_won:,}"},
    )


def lead_evaluation(cycle: Cycle) -> Lead:
    """Return what can be done in the evaluation."""
    return Lead(
        question=N_("마친 일, 어떠셨나요?"),
        text=N_("한 해 동안 한 일을 평가해 주세요. 다음 해 계획에 씁니다."),
        action=N_("평가하기"),
        endpoint="execution.evaluation",
        arguments={"slug": cycle.place.slug},
    )


def numbers(cycle: Cycle) -> list[Number]:
    """Return how much money is spent."""
    rows = projects_of(cycle, kst_date(cycle.created_at))
    if not rows:
        return []
    found = total(rows)
    note = N_("사업 %(n)s개, 계획 %(planned)s원")
    values: dict[str, object] = {"n": len(rows), "planned": f"{found.planned_won:,}"}
    return [Number(N_("쓴 돈"), note=note, values=values, won=found.paid_won)]


def life_steps(proposal: Proposal, at: datetime) -> list[Step]:
    """Return the steps of a proposal in execution."""
    query = (
        select(Project)
        .join(AssemblyItem, AssemblyItem.id == Project.assembly_item_id)
        .join(ItemOrigin, ItemOrigin.item_id == AssemblyItem.plan_item_id)
        .where(ItemOrigin.proposal_id == proposal.id)
        .options(selectinload(Project.updates))
    )
    steps: list[Step] = []
    for project in session().scalars(query):
        arguments: dict[str, object] = {"slug": proposal.place.slug, "project_id": project.id}
        found = project.balance
        values: dict[str, object] = {"paid": f"{found.paid_won:,}", "planned": f"{found.planned_won:,}"}
        over = project.state in {ProjectState.COMPLETED, ProjectState.CANCELLED}
        text = N_("계획 %(planned)s원 가운데 %(paid)s원 집행")
        steps.append(
            Step(
                7,
                "done" if over else "now",
                "tool",
                N_("실행"),
                project.created_at,
                text,
                values,
                "execution.project",
                arguments,
            )
        )
        if project.state is ProjectState.COMPLETED:
            steps.append(
                Step(
                    8,
                    "done",
                    "medal",
                    N_("마침"),
                    project.completed_at,
                    N_("주민이 평가합니다"),
                    {},
                    "execution.project",
                    arguments,
                )
            )
        elif project.state is ProjectState.CANCELLED:
            steps.append(
                Step(7, "done", "close", N_("그만둠"), None, N_("%(reason)s"), {"reason": project.cancel_reason})
            )
    return steps


def todos(person: Person, at: datetime) -> list[Todo]:
    """Return the steps that are due or late in the dongs of this person."""
    today = kst_date(at)
    query = (
        select(Milestone)
        .join(Project, Project.id == Milestone.project_id)
        .join(Place, Place.id == Project.place_id)
        .join(CycleStage, CycleStage.cycle_id == Project.cycle_id)
        .where(
            Milestone.done_on.is_(None),
            Milestone.planned_on <= today + timedelta(days=7),
            Project.state == ProjectState.RUNNING,
            CycleStage.stage == Stage.EXECUTION,
            CycleStage.closed_at.is_(None),
            or_(false(), *(Place.path.contains(f"/{grant.place_id}/") for grant in person.grants)),
        )
        .order_by(Milestone.planned_on)
        .limit(100)
    )
    return [
        Todo(
            title=N_("%(project)s: %(title)s"),
            action=N_("적기"),
            endpoint="execution.project",
            arguments={"slug": milestone.project.place.slug, "project_id": milestone.project_id},
            values={"project": milestone.project.title, "title": milestone.title},
            context=milestone.project.place.name,
            due_at=kst_midnight(milestone.planned_on + timedelta(days=1)),
            place_id=milestone.project.place_id,
        )
        for milestone in session().scalars(query)
        if is_staff(person, milestone.project.place, at)
    ]
