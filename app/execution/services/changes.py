"""Changes of what was promised: asked for with a reason, decided by whom the rule says, carried out at once."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app.clock import kst_date
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.execution.models import Project, ProjectChange
from app.execution.permissions import can_run
from app.execution.queries.money import envelope_of, planned_in_cycle
from app.execution.rules.changes import ChangeKind, ChangeState, Decider, Vote, decider_of, is_carried
from app.execution.rules.ledger import EntryKind
from app.execution.rules.projects import ProjectState, require_move
from app.execution.services.money import NewLine, write_entry
from app.execution.services.projects import NOT_STAFF, note, open_project
from app.i18n import N_
from app.people.models import Person
from app.places.queries import setting
from app.places.settings.council import MEETING_DECIDE, MEETING_QUORUM
from app.places.settings.execution import CHANGE_ASSEMBLY_SHARE, CHANGE_COUNCIL_SHARE
from app.plan.rules import FundSource


@dataclass(frozen=True)
class Wish:
    """A change that somebody asks for.

    Attributes:
        kind: money, content, or the end.
        reason: why; public.
        amount_won: by how much the plan grows or shrinks; 0 unless money.
        source: which purse; None for the project's own.
        year: the year of account; None for this year.
        after: the new description; empty unless content.
    """

    kind: ChangeKind
    reason: str
    amount_won: int = 0
    source: FundSource | None = None
    year: int | None = None
    after: str = ""


@dataclass(frozen=True)
class Decision:
    """How a change was decided.

    Attributes:
        meeting: which meeting, or which office approved.
        decided_on: its day.
        vote: how the body voted; None for an office.
        members: of how many.
        document: minutes or approval; only the hash is kept.
    """

    meeting: str
    decided_on: date
    vote: Vote | None = None
    members: int = 0
    document: bytes | None = None


def ask_for_change(project_id: int, wish: Wish, *, once: str, by: Person, at: datetime) -> ProjectChange:
    """Ask publicly for a change; the rule says at once who decides. The same form sent twice asks once.

    Raises:
        NotFound, NotAllowed: no such project; not staff.
        RuleViolation: it is over, or another change waits for its decision.
        InvalidInput: nothing would change, or no reason.
    """
    project = open_project(project_id, by, at)
    known = session().scalar(
        select(ProjectChange).where(ProjectChange.project_id == project_id, ProjectChange.once == once)
    )
    if known is not None:
        return known
    if any(change.state is ChangeState.PROPOSED for change in project.changes):
        raise RuleViolation(N_("결정을 기다리는 변경이 있습니다. 먼저 그것을 정해 주세요."))
    if len(wish.reason) < 10:
        raise InvalidInput(N_("바꾸는 까닭을 한 문장 이상 적어 주세요."), field="reason")
    if (wish.kind is ChangeKind.COST) != bool(wish.amount_won):
        raise InvalidInput(N_("얼마나 늘거나 줄어드는지 적어 주세요."), field="amount_won")
    if wish.kind is ChangeKind.CONTENT and wish.after.strip() in {"", project.description}:
        raise InvalidInput(N_("바뀐 내용을 적어 주세요."), field="after")
    planned = project.balance.planned_won
    envelope = envelope_of(project.cycle)
    decider = decider_of(
        wish.kind,
        amount_won=wish.amount_won,
        planned_won=planned,
        exceeds=envelope is not None and planned_in_cycle(project.cycle) + wish.amount_won > envelope,
        council_from=setting(project.place, CHANGE_COUNCIL_SHARE),
        assembly_from=setting(project.place, CHANGE_ASSEMBLY_SHARE),
    )
    change = ProjectChange(
        once=once, kind=wish.kind, state=ChangeState.PROPOSED, decider=decider, amount_won=wish.amount_won,
        source=wish.source or project.source, year=wish.year or kst_date(at).year, reason=wish.reason,
        before=project.description if wish.kind is ChangeKind.CONTENT else "", after=wish.after, proposed_at=at,
    )  # fmt: skip
    project.changes.append(change)
    session().flush()
    note(project, "execution.change_asked", at, title=project.title, change=wish.kind.value, decider=decider.value,
         reason=wish.reason)  # fmt: skip
    return change


def decide_change(change_id: int, decision: Decision, *, version: int, by: Person, at: datetime) -> ProjectChange:
    """Enter how a change was decided, and carry it out when it was accepted.

    Raises:
        NotFound, NotAllowed, Conflict: no such change; not staff; decided meanwhile.
        RuleViolation: it is decided, the body had no quorum, or its sums are impossible.
        InvalidInput: a vote is missing or does not add up, or a day that has not come.
    """
    change = get_or_not_found(ProjectChange, change_id, lock=True)
    project = get_or_not_found(Project, change.project_id, lock=True)
    if not can_run(by, project.place, at):
        raise NotAllowed(NOT_STAFF)
    claim_version(change, version)
    if change.state is not ChangeState.PROPOSED:
        raise RuleViolation(N_("이미 정한 변경입니다."))
    if decision.decided_on > kst_date(at):
        raise InvalidInput(N_("아직 오지 않은 날입니다."), field="decided_on")
    carried = _is_carried(project, change, decision)
    vote = decision.vote
    change.state = ChangeState.ACCEPTED if carried else ChangeState.REFUSED
    change.meeting, change.decided_on, change.decided_at = decision.meeting, decision.decided_on, at
    if vote is not None:
        change.members, change.present = decision.members, vote.present
        change.in_favour, change.against, change.abstained = vote.in_favour, vote.against, vote.abstained
    if decision.document is not None:
        change.document_hash = hashlib.sha256(decision.document).hexdigest()
    if carried:
        _carry_out(project, change, at)
    note(project, "execution.change_decided", at, title=project.title, change=change.kind.value,
         outcome=change.state.value, meeting=change.meeting)  # fmt: skip
    return change


def _is_carried(project: Project, change: ProjectChange, decision: Decision) -> bool:
    if change.decider is Decider.STAFF:
        return True
    if decision.vote is None:
        raise InvalidInput(N_("찬성, 반대, 기권을 적어 주세요."), field="in_favour")
    return is_carried(
        decision.vote,
        members=decision.members,
        least_present=setting(project.place, MEETING_QUORUM).least(decision.members),
        least_in_favour=setting(project.place, MEETING_DECIDE).least(decision.vote.present),
    )


def _carry_out(project: Project, change: ProjectChange, at: datetime) -> None:
    match change.kind:
        case ChangeKind.COST:
            line = NewLine(
                EntryKind.CHANGED, change.amount_won, change.decided_on or kst_date(at), change.reason[:200],
                source=change.source, year=change.year, approver=change.meeting[:80],
            )  # fmt: skip
            write_entry(project, line, once=f"change-{change.id}", at=at)
        case ChangeKind.CONTENT:
            project.description = change.after
            project.version += 1
        case ChangeKind.CANCEL:
            _cancel(project, change, at)


def _cancel(project: Project, change: ProjectChange, at: datetime) -> None:
    """End a project; what is neither paid nor returned goes back, purse by purse."""
    require_move(project.state, ProjectState.CANCELLED)
    for (source, year), purse in project.purses.items():
        if purse.left_won:
            line = NewLine(
                EntryKind.RETURNED, purse.left_won, kst_date(at), change.reason[:200], source=source, year=year,
                approver=change.meeting[:80],
            )  # fmt: skip
            write_entry(project, line, once=f"cancel-{source}-{year}", at=at)
    project.state, project.cancel_reason = ProjectState.CANCELLED, change.reason
    project.version += 1
    note(project, "execution.cancelled", at, title=project.title, reason=change.reason)
