"""Steps of a project: promised, moved to another day, done."""

from datetime import date, datetime

from app.clock import kst_date
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, RuleViolation
from app.execution.models import Milestone, MilestoneMove
from app.execution.rules.projects import ProjectState
from app.execution.services.projects import note, open_project
from app.i18n import N_
from app.people.models import Person


def add_milestone(
    project_id: int, *, title: str, planned_on: date, version: int, by: Person, at: datetime
) -> Milestone:
    """Promise a step of a project for a day.

    Raises:
        NotFound, NotAllowed, Conflict: no such project; not staff; changed meanwhile.
        RuleViolation: the project is over.
    """
    project = open_project(project_id, by, at)
    claim_version(project, version)
    milestone = Milestone(project_id=project.id, title=title, planned_on=planned_on, moves=[])
    project.milestones.append(milestone)
    if project.state is ProjectState.PLANNED:
        project.state = ProjectState.RUNNING
    session().flush()
    note(project, "execution.milestone_planned", at, title=title, day=planned_on.isoformat())
    return milestone


def move_milestone(
    milestone_id: int, *, planned_on: date, reason: str, version: int, by: Person, at: datetime
) -> Milestone:
    """Promise another day, with the reason; every earlier promise stays visible.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: as `add_milestone`; or it is done already.
        InvalidInput: no reason, or the same day.
    """
    milestone = get_or_not_found(Milestone, milestone_id, lock=True)
    project = open_project(milestone.project_id, by, at)
    claim_version(milestone, version)
    if milestone.done_on is not None:
        raise RuleViolation(N_("이미 마친 일입니다."))
    if len(reason) < 5:
        raise InvalidInput(N_("날짜를 옮기는 까닭을 적어 주세요."), field="reason")
    if planned_on == milestone.planned_on:
        raise InvalidInput(N_("지금과 같은 날입니다."), field="planned_on")
    milestone.moves.append(MilestoneMove(from_day=milestone.planned_on, to_day=planned_on, reason=reason, moved_at=at))
    milestone.planned_on, milestone.escalated_at = planned_on, None
    session().flush()
    note(project, "execution.milestone_moved", at, title=milestone.title, day=planned_on.isoformat(), reason=reason)
    return milestone


def finish_milestone(milestone_id: int, *, done_on: date, version: int, by: Person, at: datetime) -> Milestone:
    """Note that a step is done.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: as `add_milestone`.
        InvalidInput: a day that has not come.
    """
    milestone = get_or_not_found(Milestone, milestone_id, lock=True)
    project = open_project(milestone.project_id, by, at)
    claim_version(milestone, version)
    if done_on > kst_date(at):
        raise InvalidInput(N_("아직 오지 않은 날입니다."), field="done_on")
    milestone.done_on = done_on
    note(project, "execution.milestone_done", at, title=milestone.title, day=done_on.isoformat())
    return milestone
