"""Projects: how they begin, are described, divided, paused and completed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.assembly.queries import funded_items
from app.clock import kst_date
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.execution.models import Project, ProjectPart, ProjectRisk
from app.execution.permissions import can_run
from app.execution.queries.fund import fund_of
from app.execution.rules.fund import require_allocation
from app.execution.rules.ledger import EntryKind
from app.execution.rules.projects import (
    HAND_OVER,
    ProjectKind,
    ProjectState,
    RiskLevel,
    require_handed_over,
    require_move,
    require_percent,
)
from app.execution.services.money import NewLine, write_entry
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.plan.models import PlanItem
from app.plan.rules import FundSource
from app.record.services import append

NOT_STAFF = N_("사업을 맡은 담당자만 할 수 있습니다.")
MAX_PARTS = 12


@dataclass(frozen=True)
class Description:
    """What a project says of itself.

    Attributes:
        title: its name.
        description: what is done, in sentences.
        unit: committee or department that carries it out.
        contact: the person in charge, by office.
        where: the place in words.
        latitude_e6: millionths of a degree north, or None.
        longitude_e6: millionths of a degree east, or None.
    """

    title: str
    description: str
    unit: str
    contact: str
    where: str
    latitude_e6: int | None = None
    longitude_e6: int | None = None


def begin_projects(cycle: Cycle, *, at: datetime) -> list[Project]:
    """Make a project of everything the assembly decided, with its money as the first line of the ledger. Repeatable."""
    made = []
    for item in funded_items(cycle):
        if session().scalar(select(Project.id).where(Project.assembly_item_id == item.id)) is not None:
            continue
        plan_item = get_or_not_found(PlanItem, item.plan_item_id)
        words = Description(item.title, plan_item.body, plan_item.unit, "", *_place_of(plan_item))
        project = new_project(cycle, words, ProjectKind.ASSEMBLY, plan_item.fund_source, once=f"item-{item.id}", at=at)
        project.assembly_item_id = item.id
        begin_ledger(project, item.cost_won, memo="주민총회에서 정함", approver="주민총회", by=None, at=at)
        made.append(project)
    return made


def _place_of(item: PlanItem) -> tuple[str, int | None, int | None]:
    """Return where an item is, as its proposals say: words and position of the first that has one, else of the first."""
    origins = sorted(
        (origin.proposal for origin in item.origins), key=lambda each: (each.point is None, not each.where, each.id)
    )
    first = origins[0] if origins else None
    return ("", None, None) if first is None else (first.where[:80], first.latitude_e6, first.longitude_e6)


def on_stage_opened(cycle: Cycle, *, stage: Stage, at: datetime) -> None:
    """Begin the projects when execution opens (`app.cycle.signals.stage_opened`)."""
    if stage is Stage.EXECUTION:
        begin_projects(cycle, at=at)


def take_on_project(
    cycle: Cycle,
    words: Description,
    *,
    kind: ProjectKind,
    source: FundSource,
    cost_won: int,
    approver: str,
    once: str,
    by: Person,
    at: datetime,
) -> Project:
    """Take on a project that no assembly voted on: commissioned, won in a call, a group's grant, the village fund.

    Args:
        cycle: the year it belongs to.
        words: what it says of itself.
        kind: from what it came; not the assembly.
        source: where the money comes from.
        cost_won: what is planned for it.
        approver: which body or office gave the money.
        once: the form's key; the same form sent twice takes one project on.
        by: staff.
        at: when.

    Raises:
        NotAllowed: not staff.
        RuleViolation: execution is not open, or the village fund whose pledges are kept here has not received as much.
        InvalidInput: a project of the assembly is not made here; or coordinates outside Korea.
    """
    if not can_run(by, cycle.place, at):
        raise NotAllowed(NOT_STAFF)
    known = session().scalar(select(Project).where(Project.place_id == cycle.place_id, Project.once == once))
    if known is not None:
        return known
    if not cycle.is_open(Stage.EXECUTION):
        raise RuleViolation(N_("실행 단계가 열려 있을 때 더할 수 있습니다."))
    if kind is ProjectKind.ASSEMBLY:
        raise InvalidInput(N_("총회에서 정한 사업은 저절로 만들어집니다."), field="kind")
    _require_coordinates(words)
    if kind is ProjectKind.VILLAGE_FUND:
        get_or_not_found(Cycle, cycle.id, lock=True)  # two projects at once do not both get the last of the fund
        fund = fund_of(cycle)
        if fund is not None:
            require_allocation(fund, cost_won)
    project = new_project(cycle, words, kind, source, once=once, at=at)
    begin_ledger(project, cost_won, memo="사업을 시작할 때 정함", approver=approver, by=by, at=at)
    return project


def new_project(
    cycle: Cycle, words: Description, kind: ProjectKind, source: FundSource, *, once: str, at: datetime
) -> Project:
    """Make the row of a project that is not begun yet."""
    project = Project(
        place_id=cycle.place_id, cycle_id=cycle.id, once=once, kind=kind, source=source, title=words.title,
        description=words.description, unit=words.unit, contact=words.contact, where=words.where,
        latitude_e6=words.latitude_e6, longitude_e6=words.longitude_e6, state=ProjectState.PLANNED, created_at=at,
        handed_over={}, milestones=[], entries=[], parts=[], risks=[],
    )  # fmt: skip
    session().add(project)
    return project


def begin_ledger(project: Project, cost_won: int, *, memo: str, approver: str, by: Person | None, at: datetime) -> None:
    """Write the first line of a new project's ledger, what is planned for it, and record that it began."""
    session().flush()
    line = NewLine(EntryKind.PLANNED, cost_won, kst_date(at), memo, source=project.source, approver=approver)
    write_entry(project, line, once="begin", at=at)
    append(
        project.place,
        "execution.begun",
        role="clock" if by is None else Role.DONG_STAFF,
        subject=f"project:{project.id}",
        at=at,
        values={"title": project.title, "cost_won": cost_won},
    )


def describe(project_id: int, words: Description, *, version: int, by: Person, at: datetime) -> Project:
    """Correct who is in charge and where a project is. What was promised changes only by a decided change.

    Raises:
        NotFound, NotAllowed, Conflict: no such project; not staff; changed meanwhile.
        RuleViolation: the project is over.
        InvalidInput: coordinates outside Korea.
    """
    project = open_project(project_id, by, at)
    claim_version(project, version)
    _require_coordinates(words)
    project.unit, project.contact, project.where = words.unit, words.contact, words.where
    project.latitude_e6, project.longitude_e6 = words.latitude_e6, words.longitude_e6
    note(project, "execution.described", at, title=project.title, unit=words.unit)
    return project


def divide(project_id: int, parts: list[tuple[str, int]], *, version: int, by: Person, at: datetime) -> Project:
    """Divide a project into parts with weights; a part that keeps its name keeps its progress.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: as `describe`.
        InvalidInput: too many parts, the same name twice, or a weight below 1.
    """
    project = open_project(project_id, by, at)
    claim_version(project, version)
    if len(parts) > MAX_PARTS:
        raise InvalidInput(N_("부분은 %(most)s개까지 나눌 수 있습니다."), field="parts", most=MAX_PARTS)
    if len({title for title, _ in parts}) != len(parts):
        raise InvalidInput(N_("같은 이름이 두 번 있습니다."), field="parts")
    if any(weight < 1 for _, weight in parts):
        raise InvalidInput(N_("비중은 1보다 작을 수 없습니다."), field="parts")
    done = {part.title: part.percent for part in project.parts}
    project.parts.clear()
    session().flush()  # the positions are free again
    for position, (title, weight) in enumerate(parts, start=1):
        project.parts.append(ProjectPart(position=position, title=title, weight=weight, percent=done.get(title, 0)))
    session().flush()
    note(project, "execution.divided", at, title=project.title, n=str(len(parts)))
    return project


def report_progress(project_id: int, percents: dict[int, int], *, version: int, by: Person, at: datetime) -> Project:
    """Note how far the parts of a project are.

    Args:
        project_id: which.
        percents: part id to percent.
        version: the version the person saw.
        by: staff.
        at: when.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: as `describe`.
        InvalidInput: outside 0 to 100.
    """
    project = open_project(project_id, by, at)
    claim_version(project, version)
    for part in project.parts:
        if part.id in percents:
            require_percent(percents[part.id])
            part.percent = percents[part.id]
    if project.state is ProjectState.PLANNED and any(part.percent for part in project.parts):
        project.state = ProjectState.RUNNING
    note(project, "execution.progress", at, title=project.title, percent=str(project.percent))
    return project


def pause_project(project_id: int, *, reason: str, version: int, by: Person, at: datetime) -> Project:
    """Halt a project with a public reason.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: as `describe`; or it is not running.
        InvalidInput: no reason.
    """
    project = open_project(project_id, by, at)
    claim_version(project, version)
    require_move(project.state, ProjectState.PAUSED)
    if len(reason) < 5:
        raise InvalidInput(N_("멈추는 까닭을 적어 주세요."), field="reason")
    project.state, project.pause_reason = ProjectState.PAUSED, reason
    note(project, "execution.paused", at, title=project.title, reason=reason)
    return project


def resume_project(project_id: int, *, version: int, by: Person, at: datetime) -> Project:
    """Go on with a halted project.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: as `describe`; or it is not halted.
    """
    project = open_project(project_id, by, at)
    claim_version(project, version)
    if project.state is not ProjectState.PAUSED:
        raise RuleViolation(N_("멈춘 사업이 아닙니다."))
    project.state, project.pause_reason = ProjectState.RUNNING, ""
    note(project, "execution.resumed", at, title=project.title)
    return project


def note_risk(
    project_id: int, *, level: RiskLevel, text: str, response: str, version: int, by: Person, at: datetime
) -> ProjectRisk:
    """Say publicly what may go wrong and what is done about it.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: as `describe`.
    """
    project = open_project(project_id, by, at)
    claim_version(project, version)
    risk = ProjectRisk(project_id=project.id, level=level, text=text, response=response, noted_at=at)
    session().add(risk)
    session().flush()
    note(project, "execution.risk_noted", at, title=project.title, text=text)
    return risk


def close_risk(risk_id: int, *, outcome: str, version: int, by: Person, at: datetime) -> ProjectRisk:
    """Say what became of a risk.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: as `describe`; or it is closed already.
    """
    risk = get_or_not_found(ProjectRisk, risk_id, lock=True)
    project = open_project(risk.project_id, by, at)
    claim_version(risk, version)
    if risk.closed_at is not None:
        raise RuleViolation(N_("이미 정리한 위험입니다."))
    risk.outcome, risk.closed_at = outcome, at
    note(project, "execution.risk_closed", at, title=project.title, text=risk.text)
    return risk


def hand_over(project_id: int, checked: dict[str, str], *, version: int, by: Person, at: datetime) -> Project:
    """Note what was checked before a project is handed over; can be filled bit by bit.

    Args:
        project_id: which.
        checked: code of `HAND_OVER` to a remark; what is not in it counts as not yet checked.
        version: the version the person saw.
        by: staff.
        at: when.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: as `describe`.
    """
    project = open_project(project_id, by, at)
    claim_version(project, version)
    project.handed_over = {code: checked[code][:200] for code in HAND_OVER if code in checked}
    note(project, "execution.checked", at, title=project.title, n=str(len(project.handed_over)))
    return project


def complete_project(project_id: int, *, version: int, by: Person, at: datetime) -> Project:
    """Complete a project when every step is done, its money is settled and it is handed over.

    Raises:
        NotFound, NotAllowed, Conflict: as `describe`.
        RuleViolation: a step is open, money is neither paid nor returned, or the hand-over list has gaps.
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
    require_handed_over(frozenset(project.handed_over))
    project.state, project.completed_at = ProjectState.COMPLETED, at
    note(project, "execution.completed", at, title=project.title)
    return project


def open_project(project_id: int, by: Person, at: datetime) -> Project:
    """Load a project that is not over, locked, for somebody who may run it.

    Raises:
        NotFound, NotAllowed, RuleViolation: there is none; not staff; it is over.
    """
    project = get_or_not_found(Project, project_id, lock=True)
    if not can_run(by, project.place, at):
        raise NotAllowed(NOT_STAFF)
    if not project.is_at_work:
        raise RuleViolation(N_("실행 단계가 아니거나 이미 끝난 사업입니다."))
    return project


def note(project: Project, act: str, at: datetime, **values: str) -> None:
    """Put an act of the staff on the record."""
    append(project.place, act, role=Role.DONG_STAFF, subject=f"project:{project.id}", at=at, values={**values})


def _require_coordinates(words: Description) -> None:
    """Refuse half a position, or one outside the Korean peninsula and its waters."""
    latitude, longitude = words.latitude_e6, words.longitude_e6
    if latitude is None and longitude is None:
        return
    if latitude is None or longitude is None:
        raise InvalidInput(N_("위도와 경도를 함께 적어 주세요."), field="latitude")
    if not (33_000_000 <= latitude <= 43_100_000 and 124_000_000 <= longitude <= 132_000_000):
        raise InvalidInput(N_("우리나라 안의 위도와 경도가 아닙니다."), field="latitude")
