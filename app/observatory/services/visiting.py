"""Monitoring visits: noting what was seen, what must be put right, and what became of it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app.clock import kst_date
from app.cycle.models import Cycle
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed
from app.execution.models import Project
from app.i18n import N_
from app.observatory.models import Finding, Visit
from app.observatory.permissions import can_answer, can_monitor
from app.observatory.rules import FindingState, require_checked, require_move
from app.people.models import Person
from app.people.rules import Role
from app.places.models import Place
from app.record.services import append

NOT_MONITOR = N_("구·시의 담당자와 감사만 할 수 있습니다.")
NOT_STAFF = N_("동네를 맡은 담당자만 할 수 있습니다.")


@dataclass(frozen=True)
class Seen:
    """What a visit saw.

    Attributes:
        visited_on: the day.
        team: which body visited.
        marks: question to mark (`app.observatory.rules.CHECKLIST`, `Mark`).
        summary: in sentences.
        project_id: which project was visited; None for the dong's year as a whole.
    """

    visited_on: date
    team: str
    marks: dict[str, str]
    summary: str
    project_id: int | None = None


def note_visit(cycle: Cycle, seen: Seen, *, once: str, by: Person, at: datetime) -> Visit:
    """Note a visit; it is public at once.

    Args:
        cycle: the year that was looked at.
        seen: what was seen.
        once: the form's key; the same form sent twice notes one visit.
        by: somebody above the dong, or its auditor.
        at: when.

    Raises:
        NotAllowed: neither.
        InvalidInput: a day to come, a question without a mark, or a project of elsewhere.
    """
    place = cycle.place
    if not can_monitor(by, place, at):
        raise NotAllowed(NOT_MONITOR)
    known = session().scalar(select(Visit).where(Visit.place_id == place.id, Visit.once == once))
    if known is not None:
        return known
    if seen.visited_on > kst_date(at):
        raise InvalidInput(N_("아직 오지 않은 날입니다."), field="visited_on")
    require_checked(seen.marks)
    if seen.project_id is not None:
        project = session().get(Project, seen.project_id)
        if project is None or project.cycle_id != cycle.id:
            raise InvalidInput(N_("이 동네의 사업이 아닙니다."), field="project_id")
    visit = Visit(
        place_id=place.id, cycle_id=cycle.id, project_id=seen.project_id, once=once, visited_on=seen.visited_on,
        team=seen.team, marks=seen.marks, summary=seen.summary, noted_at=at, findings=[],
    )  # fmt: skip
    session().add(visit)
    session().flush()
    _append(place, "observatory.visited", f"visit:{visit.id}", by, at, day=seen.visited_on.isoformat())
    return visit


def note_finding(visit_id: int, *, text: str, due_on: date, once: str, by: Person, at: datetime) -> Finding:
    """Note something that must be put right, with a day by which the dong answers.

    Raises:
        NotFound, NotAllowed: no such visit; not a monitor.
        InvalidInput: the day has passed.
    """
    visit = get_or_not_found(Visit, visit_id, lock=True)
    if not can_monitor(by, visit.place, at):
        raise NotAllowed(NOT_MONITOR)
    known = next((each for each in visit.findings if each.once == once), None)
    if known is not None:
        return known
    if due_on < kst_date(at):
        raise InvalidInput(N_("이미 지난 날입니다."), field="due_on")
    finding = Finding(
        number=len(visit.findings) + 1, once=once, text=text, due_on=due_on, state=FindingState.OPEN
    )  # fmt: skip
    visit.findings.append(finding)
    session().flush()
    _append(visit.place, "observatory.found", f"visit:{visit.id}", by, at, day=due_on.isoformat())
    return finding


def answer_finding(finding_id: int, *, text: str, version: int, by: Person, at: datetime) -> Finding:
    """Answer a finding: what was put right.

    Raises:
        NotFound, NotAllowed, Conflict: no such finding; not staff; changed meanwhile.
        RuleViolation: it is answered or closed.
    """
    finding = _locked(finding_id)
    if not can_answer(by, finding.visit.place, at):
        raise NotAllowed(NOT_STAFF)
    claim_version(finding, version)
    require_move(finding.state, FindingState.ANSWERED)
    finding.state, finding.answer, finding.answered_at = FindingState.ANSWERED, text, at
    _append(finding.visit.place, "observatory.finding_answered", f"visit:{finding.visit_id}", by, at)
    return finding


def judge_answer(finding_id: int, *, accepted: bool, remark: str, version: int, by: Person, at: datetime) -> Finding:
    """Accept an answer and close the finding, or give it back with the reason.

    Raises:
        NotFound, NotAllowed, Conflict: no such finding; not a monitor; changed meanwhile.
        RuleViolation: it is not answered.
        InvalidInput: given back without a reason.
    """
    finding = _locked(finding_id)
    if not can_monitor(by, finding.visit.place, at):
        raise NotAllowed(NOT_MONITOR)
    claim_version(finding, version)
    if not accepted and len(remark) < 5:
        raise InvalidInput(N_("무엇이 모자란지 적어 주세요."), field="remark")
    require_move(finding.state, FindingState.CLOSED if accepted else FindingState.OPEN)
    finding.state = FindingState.CLOSED if accepted else FindingState.OPEN
    finding.remark, finding.closed_at = remark, at if accepted else None
    act = "observatory.finding_closed" if accepted else "observatory.finding_returned"
    _append(finding.visit.place, act, f"visit:{finding.visit_id}", by, at)
    return finding


def _locked(finding_id: int) -> Finding:
    return get_or_not_found(Finding, finding_id, lock=True)


def _append(place: Place, act: str, subject: str, by: Person, at: datetime, **values: str) -> None:
    role = by.staff_role(place, at) or Role.AUDITOR
    append(place, act, role=role, subject=subject, at=at, values=dict(values))
