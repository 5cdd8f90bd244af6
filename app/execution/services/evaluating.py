"""Looking back: residents, the council, the numbers, the meeting where results are shared."""

from datetime import date, datetime

from sqlalchemy import select

from app.clock import kst_date
from app.cycle.models import Cycle
from app.cycle.rules import require_not_over
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.execution.models import CouncilEvaluation, Evaluation, Indicator, Project, SharingMeeting
from app.execution.permissions import can_report, can_run
from app.execution.rules.projects import ProjectState, require_ratings
from app.execution.services.projects import NOT_STAFF, note
from app.i18n import N_
from app.people.models import Person
from app.people.permissions import is_verified_resident
from app.people.rules import Role
from app.record.services import append


def evaluate(project_id: int, *, ratings: dict[str, int], words: str, by: Person, at: datetime) -> Evaluation:
    """Rate a finished project, or change one's rating. Who is no verified resident is heard too, and counted apart.

    Raises:
        NotFound: no such project.
        RuleViolation: it is not finished.
        InvalidInput: a question left out, or a rating outside 1 to 5.
    """
    project = get_or_not_found(Project, project_id, lock=True)
    if project.state is not ProjectState.COMPLETED:
        raise RuleViolation(N_("마친 사업만 평가할 수 있습니다."))
    require_not_over(is_over=project.is_archived)
    require_ratings(ratings)
    known = session().scalar(
        select(Evaluation).where(Evaluation.project_id == project_id, Evaluation.person_id == by.id)
    )
    is_resident = is_verified_resident(by, project.place)
    if known is None:
        known = Evaluation(project_id=project_id, person_id=by.id)
    known.is_resident, known.ratings, known.words, known.given_at = is_resident, dict(ratings), words, at
    session().add(known)
    session().flush()
    return known


def evaluate_as_council(
    project_id: int,
    *,
    went_well: str,
    went_badly: str,
    next_time: str,
    meeting: str,
    decided_on: date,
    version: int,
    by: Person,
    at: datetime,
) -> CouncilEvaluation:
    """Write down what the council says of a project that is over; ``version`` is 0 for the first writing.

    Raises:
        NotFound, NotAllowed, Conflict: no such project; neither staff nor council; written meanwhile.
        RuleViolation: it is not over.
        InvalidInput: a day that has not come.
    """
    project = get_or_not_found(Project, project_id, lock=True)
    if not can_report(by, project.place, at):
        raise NotAllowed(N_("담당자와 위원이 적습니다."))
    if project.state not in {ProjectState.COMPLETED, ProjectState.CANCELLED}:
        raise RuleViolation(N_("끝난 사업만 돌아볼 수 있습니다."))
    if decided_on > kst_date(at):
        raise InvalidInput(N_("아직 오지 않은 날입니다."), field="decided_on")
    found = session().scalar(select(CouncilEvaluation).where(CouncilEvaluation.project_id == project_id))
    if found is None:
        found = CouncilEvaluation(project_id=project_id, version=0)
        session().add(found)
    claim_version(found, version)
    found.went_well, found.went_badly, found.next_time = went_well, went_badly, next_time
    found.meeting, found.decided_on, found.written_at = meeting, decided_on, at
    session().flush()
    append(
        project.place, "execution.council_evaluated", role=Role.COUNCIL_MEMBER, subject=f"project:{project.id}", at=at,
        values={"title": project.title, "meeting": meeting},
    )  # fmt: skip
    return found


def set_indicator(
    project_id: int, *, name: str, measure: str, before: int, target: int, version: int, by: Person, at: datetime
) -> Indicator:
    """Say which number a project is meant to move, from what to what.

    Raises:
        NotFound, NotAllowed, Conflict: no such project; not staff; changed meanwhile.
        RuleViolation: the project is over: a goal is not set afterwards.
    """
    project = get_or_not_found(Project, project_id, lock=True)
    if not can_run(by, project.place, at):
        raise NotAllowed(NOT_STAFF)
    claim_version(project, version)
    if project.state in {ProjectState.COMPLETED, ProjectState.CANCELLED}:
        raise RuleViolation(N_("끝난 사업에는 목표를 새로 정할 수 없습니다."))
    found = Indicator(project_id=project.id, name=name, measure=measure, before=before, target=target)
    session().add(found)
    session().flush()
    note(project, "execution.indicator_set", at, title=project.title, name=name)
    return found


def measure_indicator(
    indicator_id: int, *, after: int, measured_on: date, version: int, by: Person, at: datetime
) -> Indicator:
    """Note what the number is now.

    Raises:
        NotFound, NotAllowed, Conflict: no such indicator; not staff; changed meanwhile.
        InvalidInput: a day that has not come.
    """
    found = get_or_not_found(Indicator, indicator_id, lock=True)
    project = get_or_not_found(Project, found.project_id)
    if not can_run(by, project.place, at):
        raise NotAllowed(NOT_STAFF)
    claim_version(found, version)
    if measured_on > kst_date(at):
        raise InvalidInput(N_("아직 오지 않은 날입니다."), field="measured_on")
    found.after, found.measured_on = after, measured_on
    note(project, "execution.indicator_measured", at, title=project.title, name=found.name)
    return found


def hold_sharing_meeting(
    cycle: Cycle,
    *,
    held_on: date,
    where: str,
    attendance: int | None,
    minutes: str,
    version: int,
    by: Person,
    at: datetime,
) -> SharingMeeting:
    """Announce the results-sharing meeting of a year, and later note what was said; ``version`` is 0 at first.

    Raises:
        NotAllowed, Conflict: neither staff nor council; changed meanwhile.
        InvalidInput: attendance or minutes of a meeting that has not been held.
    """
    if not can_report(by, cycle.place, at):
        raise NotAllowed(N_("담당자와 위원이 적습니다."))
    found = session().scalar(select(SharingMeeting).where(SharingMeeting.cycle_id == cycle.id).with_for_update())
    if found is None:
        found = SharingMeeting(cycle_id=cycle.id, version=0)
        session().add(found)
    claim_version(found, version)
    if held_on > kst_date(at) and (attendance is not None or minutes):
        raise InvalidInput(N_("아직 열리지 않은 모임입니다."), field="held_on")
    found.held_on, found.where, found.attendance, found.minutes = held_on, where, attendance, minutes
    session().flush()
    append(
        cycle.place, "execution.sharing_meeting", role=Role.COUNCIL_MEMBER, subject=f"cycle:{cycle.id}", at=at,
        values={"day": held_on.isoformat()},
    )  # fmt: skip
    return found
