"""Objecting to what was decided about an application, and answering it: once, in public, by somebody else."""

from datetime import datetime, timedelta

from app.assembly.objections.rules import Finding, require_period
from app.clock import kst_date, kst_midnight
from app.db.session import claim_version, session
from app.errors import NotAllowed, NotFound
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.places.queries import setting
from app.places.settings.process import GROUP_OBJECTION_ANSWER_DAYS
from app.privacy.sealing import seal
from app.small_groups.models import GrantObjection, GroupApplication
from app.small_groups.permissions import is_leader
from app.small_groups.queries.offices import is_free_to_answer, runs_rounds
from app.small_groups.rules.objections import Standing, require_answer, require_objectable, require_standing
from app.small_groups.rules.rounds import require_reason
from app.small_groups.services.loading import about, led, locked, note, require_outside, role_of
from app.small_groups.services.rounds import NOT_RUNNER, require_execution_ahead
from app.small_groups.services.telling import tell_leader
from voting.encoding import sha256

DAY = timedelta(days=1)
NO_OBJECTION = N_("찾으시는 이의가 없습니다.")
DECIDED_ITSELF = N_("이 신청의 자격을 확인했거나 결과를 적은 사람이라 다른 담당자나 간사가 답해야 합니다.")


def require_may_object(row: GroupApplication, at: datetime) -> None:
    """Refuse an objection to what was not denied or not yet decided, a second one, and one that comes too late.

    Raises:
        RuleViolation: naming which of them.
    """
    require_objectable(row.denied, has_objected=row.objection is not None)
    require_period(row.round.objections_until, at)


def object_to_decision(application_id: int, *, body: str, once: str, by: Person, at: datetime) -> GrantObjection:
    """Take a group's objection to what was decided about it; the same form sent twice is one objection with one receipt.

    Args:
        application_id: which application.
        body: the words; for the group, staff and council.
        once: the form's own key.
        by: the group's leader.
        at: when; the instant at which the period ends is too late.

    Raises:
        NotFound, NotAllowed: no such application; not its leader.
        RuleViolation: nothing was denied, the round is undecided, it objected before, or the period is over.
        InvalidInput: nothing is said.
    """
    row = led(application_id, by)
    if row.objection is not None and row.objection.once == once:
        return row.objection
    require_may_object(row, at)
    require_reason(body, field="body")
    days = setting(row.place, GROUP_OBJECTION_ANSWER_DAYS)
    made = GrantObjection(
        application_id=row.id, once=once, person_id=by.id, received_at=at,
        due_at=kst_midnight(kst_date(at) + DAY * (1 + days)), before_state=row.state, before_won=row.granted_won,
        before_reason=row.decision_reason or row.check_reason, answer="",
    )  # fmt: skip
    seal(made, GrantObjection.body, body)
    row.objection = made
    row.version += 1
    session().flush()
    note(row.place, "objected", Role.RESIDENT, about(row), at, receipt=made.receipt, number=row.number)
    tell_leader(row, "objected", key="", at=at, receipt=made.receipt, due=kst_date(made.due_at - DAY).isoformat())
    return made


def require_answerable(row: GroupApplication, by: Person, at: datetime) -> GrantObjection:
    """Return the objection that somebody may answer now.

    Staff and the council's secretary answer, never for a group they are in; and not whoever checked the application or
    wrote the decision down, unless the dong has nobody else.

    Raises:
        NotFound: there is none.
        NotAllowed: not staff or secretary, of the group, or who decided it.
        RuleViolation: it was answered, or is over.
    """
    if not runs_rounds(by, row.place, at):
        raise NotAllowed(NOT_RUNNER)
    if row.objection is None:
        raise NotFound(NO_OBJECTION)
    require_outside(by, row)
    if not is_free_to_answer(by, row, at):
        raise NotAllowed(DECIDED_ITSELF)
    require_standing(row.objection.standing, Standing.WAITING)
    return row.objection


def answer_objection(
    application_id: int, *, finding: Finding, answer: str, version: int, by: Person, at: datetime
) -> GrantObjection:
    """Answer an objection, once and in public; upheld, it leads back to the council.

    Raises:
        NotFound, NotAllowed: as `require_answerable`.
        Conflict: answered or changed meanwhile.
        RuleViolation: it was answered; or it would be upheld in a year that cannot give any more.
        InvalidInput: no answer.
    """
    row = locked(application_id)
    if row.objection is None or not runs_rounds(by, row.place, at):
        raise NotAllowed(NOT_RUNNER) if row.objection is not None else NotFound(NO_OBJECTION)
    claim_version(row.objection, version)
    found = require_answerable(row, by, at)
    require_answer(finding)
    require_reason(answer, field="answer")
    if finding is Finding.UPHELD:
        require_execution_ahead(row.round.cycle)
    role = role_of(by, row.place, at)
    found.finding, found.answer, found.answered_at = finding, answer, at
    found.answered_by, found.answered_as = by.id, role
    session().flush()
    note(
        row.place, "objection_answered", role, about(row), at, receipt=found.receipt, finding=finding.value,
        document_hash=sha256(answer.encode()).hex(),
    )  # fmt: skip
    tell_leader(
        row, "objection_answered", key="", at=at, receipt=found.receipt, answer=answer,
        is_upheld=finding is Finding.UPHELD,
    )  # fmt: skip
    return found


def may_object(row: GroupApplication, person: Person | None, at: datetime) -> bool:
    """Tell whether somebody may object now; for the page that offers it."""
    until = row.round.objections_until
    return (
        is_leader(person, row)
        and row.denied.is_something
        and row.objection is None
        and until is not None
        and at < until
    )
