"""What the cycle, the life line and the desk ask of execution."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from app.agenda.lifeline import Step
from app.agenda.models import Proposal
from app.assembly.models import AssemblyItem
from app.clock import kst_date, kst_midnight
from app.cycle.dong_page import Lead, Meter, Number
from app.cycle.models import Cycle
from app.cycle.rules import Duty
from app.db.session import session
from app.execution.models import Evaluation, Milestone, MoneyEntry, Project, ProjectChange, ProjectUpdate
from app.execution.queries.board import projects_of, total
from app.execution.rules.changes import ChangeState
from app.execution.rules.ledger import Balance, EntryKind
from app.execution.rules.projects import OPEN_STATES, ProjectState
from app.i18n import N_
from app.people.models import Person
from app.people.permissions import is_staff
from app.people.queries.people import in_places_of
from app.places.models import Place
from app.places.queries import setting
from app.places.settings.execution import SILENT_DAYS
from app.plan.models import ItemOrigin
from app.todo import Todo

LEAST_SILENCE = timedelta(days=6)
"""No dong may set a shorter time without news (`SILENT_DAYS`); what is younger need not be looked at."""


def unfinished(cycle: Cycle) -> list[Duty]:
    """Return the duty to complete, cancel or carry over every project before execution closes."""
    carried = select(MoneyEntry.project_id).where(MoneyEntry.kind == EntryKind.CARRIED).distinct()
    count = session().scalar(
        select(func.count(Project.id)).where(
            Project.cycle_id == cycle.id, Project.state.in_(OPEN_STATES), Project.id.not_in(carried)
        )
    )
    if not count:
        return []
    text = N_("사업 %(n)s개를 마치거나, 그만두는 까닭을 적거나, 남은 돈을 이월해야 합니다.")
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
    """Return what waits in the dongs of this person: steps due or late, changes to be decided, projects without news."""
    return [*_steps_due(person, at), *_changes_waiting(person, at), *_silent(person, at)]


def _steps_due(person: Person, at: datetime) -> list[Todo]:
    query = (
        select(Milestone)
        .join(Project, Project.id == Milestone.project_id)
        .join(Place, Place.id == Project.place_id)
        .where(
            Milestone.done_on.is_(None),
            Milestone.planned_on <= kst_date(at) + timedelta(days=7),
            Project.state == ProjectState.RUNNING,
            in_places_of(person),
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


def _changes_waiting(person: Person, at: datetime) -> list[Todo]:
    query = (
        select(ProjectChange)
        .join(Project, Project.id == ProjectChange.project_id)
        .join(Place, Place.id == Project.place_id)
        .where(ProjectChange.state == ChangeState.PROPOSED, in_places_of(person))
        .order_by(ProjectChange.id)
        .limit(100)
    )
    return [
        Todo(
            title=N_("바꾸자는 뜻을 정하고 적기: %(project)s"),
            action=N_("적기"),
            endpoint="execution.decide",
            arguments={"slug": change.project.place.slug, "change_id": change.id},
            values={"project": change.project.title},
            context=change.project.place.name,
            due_at=None,
            place_id=change.project.place_id,
        )
        for change in session().scalars(query)
        if is_staff(person, change.project.place, at)
    ]


def _silent(person: Person, at: datetime) -> list[Todo]:
    """Ask for news of running projects of which nobody has heard for as long as their dong's setting allows."""
    last_news = func.coalesce(func.max(ProjectUpdate.posted_at), Project.created_at)
    query = (
        select(Project, last_news)
        .outerjoin(ProjectUpdate, ProjectUpdate.project_id == Project.id)
        .join(Place, Place.id == Project.place_id)
        .where(Project.state == ProjectState.RUNNING, in_places_of(person))
        .group_by(Project.id)
        .having(last_news < at - LEAST_SILENCE)
        .order_by(last_news)
        .limit(100)
        .options(lazyload("*"), joinedload(Project.place))
    )
    allowed: dict[int, int] = {}
    found = []
    for project, last in session().execute(query):
        if project.place_id not in allowed:
            allowed[project.place_id] = setting(project.place, SILENT_DAYS)
        days = (kst_date(at) - kst_date(last)).days
        if days < allowed[project.place_id] or not is_staff(person, project.place, at):
            continue
        found.append(
            Todo(
                title=N_("%(project)s: %(days)s일째 소식이 없습니다"),
                action=N_("소식 올리기"),
                endpoint="execution.project",
                arguments={"slug": project.place.slug, "project_id": project.id},
                values={"project": project.title, "days": days},
                context=project.place.name,
                due_at=None,
                place_id=project.place_id,
            )
        )
    return found
