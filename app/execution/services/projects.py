"""Projects and their milestones."""

from datetime import date, datetime

from sqlalchemy import select

from app.assembly.queries import funded_items
from app.clock import kst_date
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.execution.models import Milestone, Project
from app.execution.permissions import can_run
from app.execution.rules import EntryKind, ProjectState, require_move
from app.execution.services.money import write_entry
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.plan.models import PlanItem
from app.record.services import append

NOT_STAFF = N_("사업을 맡은 담당자만 할 수 있습니다.")


def begin_projects(cycle: Cycle, *, at: datetime) -> list[Project]:
    """Make a project of everything the assembly decided, with its money as the first line of the ledger. Repeatable."""
    made = []
    for item in funded_items(cycle):
        if session().scalar(select(Project.id).where(Project.assembly_item_id == item.id)) is not None:
            continue
        plan_item = get_or_not_found(PlanItem, item.plan_item_id)
        project = Project(
            place_id=cycle.place_id,
            cycle_id=cycle.id,
            assembly_item_id=item.id,
            title=item.title,
            unit=plan_item.unit,
            state=ProjectState.PLANNED,
            created_at=at,
            milestones=[],
            entries=[],
        )
        session().add(project)
        session().flush()
        write_entry(
            project,
            kind=EntryKind.PLANNED,
            amount_won=item.cost_won,
            happened_on=kst_date(at),
            memo="주민총회에서 정함",
            document_name="",
            document=None,
            corrects=None,
            once="assembly",
            at=at,
        )
        append(
            cycle.place,
            "execution.begun",
            role="clock",
            subject=f"project:{project.id}",
            at=at,
            values={"title": project.title, "cost_won": item.cost_won},
        )
        made.append(project)
    return made


def on_stage_opened(cycle: Cycle, *, stage: Stage, at: datetime) -> None:
    """Begin the projects when execution opens (`app.cycle.signals.stage_opened`)."""
    if stage is Stage.EXECUTION:
        begin_projects(cycle, at=at)


def add_milestone(
    project_id: int, *, title: str, planned_on: date, version: int, by: Person, at: datetime
) -> Milestone:
    """Promise a step of a project for a day.

    Raises:
        NotFound, NotAllowed, Conflict: no such project; not staff; changed meanwhile.
        RuleViolation: the project is over.
    """
    project = _running(project_id, by, at)
    claim_version(project, version)
    milestone = Milestone(project_id=project.id, title=title, planned_on=planned_on, first_planned_on=planned_on)
    project.milestones.append(milestone)
    if project.state is ProjectState.PLANNED:
        project.state = ProjectState.RUNNING
    session().flush()
    _append(project, "execution.milestone_planned", at, title=title, day=planned_on.isoformat())
    return milestone


def move_milestone(
    milestone_id: int, *, planned_on: date, reason: str, version: int, by: Person, at: datetime
) -> Milestone:
    """Promise another day, with the reason; the first promise stays visible.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: as `add_milestone`; or it is done already.
        InvalidInput: no reason.
    """
    milestone = get_or_not_found(Milestone, milestone_id, lock=True)
    project = _running(milestone.project_id, by, at)
    claim_version(milestone, version)
    if milestone.done_on is not None:
        raise RuleViolation(N_("이미 마친 일입니다."))
    if len(reason) < 5:
        raise InvalidInput(N_("날짜를 옮기는 까닭을 적어 주세요."), field="reason")
    milestone.planned_on, milestone.delay_reason = planned_on, reason
    _append(project, "execution.milestone_moved", at, title=milestone.title, day=planned_on.isoformat(), reason=reason)
    return milestone


def finish_milestone(milestone_id: int, *, done_on: date, version: int, by: Person, at: datetime) -> Milestone:
    """Note that a step is done.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: as `add_milestone`.
        InvalidInput: a day that has not come.
    """
    milestone = get_or_not_found(Milestone, milestone_id, lock=True)
    project = _running(milestone.project_id, by, at)
    claim_version(milestone, version)
    if done_on > kst_date(at):
        raise InvalidInput(N_("아직 오지 않은 날입니다."), field="done_on")
    milestone.done_on = done_on
    _append(project, "execution.milestone_done", at, title=milestone.title, day=done_on.isoformat())
    return milestone


def complete_project(project_id: int, *, version: int, by: Person, at: datetime) -> Project:
    """Complete a project when every step is done and its money is settled.

    Raises:
        NotFound, NotAllowed, Conflict: as `add_milestone`.
        RuleViolation: a step is open, or money is neither paid nor returned.
    """
    project = get_or_not_found(Project, project_id, lock=True)
    if not can_run(by, project.place, at):
        raise NotAllowed(NOT_STAFF)
    claim_version(project, version)
    require_move(project.state, ProjectState.COMPLETED)
    if any(milestone.done_on is None for milestone in project.milestones):
        raise RuleViolation(N_("아직 마치지 않은 일이 남아 있습니다."))
    left = project.balance.left_won
    if left:
        raise RuleViolation(N_("쓰지 않은 돈 %(left)s원을 반납으로 적어야 마칠 수 있습니다."), left=f"{left:,}")
    project.state, project.completed_at = ProjectState.COMPLETED, at
    _append(project, "execution.completed", at, title=project.title)
    return project


def cancel_project(project_id: int, *, reason: str, version: int, by: Person, at: datetime) -> Project:
    """Give a project up, with a public reason; paid money stays in the ledger, the rest is returned.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: as `complete_project`.
        InvalidInput: no reason.
    """
    project = get_or_not_found(Project, project_id, lock=True)
    if not can_run(by, project.place, at):
        raise NotAllowed(NOT_STAFF)
    claim_version(project, version)
    require_move(project.state, ProjectState.CANCELLED)
    if len(reason) < 10:
        raise InvalidInput(N_("그만두는 까닭을 한 문장 이상 적어 주세요."), field="reason")
    left = project.balance.left_won
    if left:
        write_entry(
            project, kind=EntryKind.RETURNED, amount_won=left, happened_on=kst_date(at), memo=reason[:200],
            document_name="", document=None, corrects=None, once=f"cancel-{version}", at=at,
        )  # fmt: skip
    project.state, project.cancel_reason = ProjectState.CANCELLED, reason
    _append(project, "execution.cancelled", at, title=project.title, reason=reason)
    return project


def _running(project_id: int, by: Person, at: datetime) -> Project:
    project = get_or_not_found(Project, project_id, lock=True)
    if not can_run(by, project.place, at):
        raise NotAllowed(NOT_STAFF)
    if project.state not in {ProjectState.PLANNED, ProjectState.RUNNING} or not project.cycle.is_open(Stage.EXECUTION):
        raise RuleViolation(N_("실행 단계가 아니거나 이미 끝난 사업입니다."))
    return project


def _append(project: Project, act: str, at: datetime, **values: str) -> None:
    append(project.place, act, role=Role.DONG_STAFF, subject=f"project:{project.id}", at=at, values={**values})
