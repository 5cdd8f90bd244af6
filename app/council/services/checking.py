"""The clerk's side of applications: papers seen, homes shared, decided with a reason; objections answered."""

from datetime import datetime

from sqlalchemy import func, select

from app.council.models import Application, ApplicationObjection, DocumentSeen, OpenCall
from app.council.permissions import can_check_applications
from app.council.queries.eligibility import examine_application, needed_papers
from app.council.rules.calls import (
    ApplicationState,
    CallState,
    Document,
    ObjectionState,
    require_application_move,
)
from app.council.rules.eligibility import unmet, waits
from app.council.rules.membership import days_after
from app.council.services.calling import reopen_call
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.people.services.roles import acting_role
from app.places.queries import setting
from app.privacy.sealing import seal
from app.record.services import append

NOT_CLERK = N_("지원서는 이 동네를 맡은 공무원만 볼 수 있습니다.")
REASON_NEEDED = N_("까닭을 한 문장 이상 적어 주세요. 지원한 사람만 읽습니다.")
UPHELD = N_("후보 명단에 대한 이의를 받아들임")
FROZEN = N_("후보 명단을 확정한 뒤에는 바꿀 수 없습니다.")


def see_documents(
    application_id: int, documents: set[Document], *, version: int, by: Person, at: datetime
) -> Application:
    """Note which papers were seen; what is not among them is struck again. The papers are never kept.

    Raises:
        NotFound, NotAllowed, Conflict: no such application; no public servant here; changed meanwhile.
        RuleViolation: it is decided already.
    """
    row = _own(application_id, by=by, at=at)
    claim_version(row, version)
    if row.state not in {ApplicationState.RECEIVED, ApplicationState.INELIGIBLE}:
        raise RuleViolation(N_("이미 정한 지원서입니다."))
    known = {seen.document for seen in row.documents}
    for seen in list(row.documents):
        if seen.document not in documents:
            row.documents.remove(seen)
            session().delete(seen)
    for document in Document:
        if document in documents - known:
            row.documents.append(DocumentSeen(application_id=row.id, document=document, seen_by=by.id, seen_at=at))
    session().flush()
    return row


def share_home(application_id: int, other_number: str, *, by: Person, at: datetime) -> Application:
    """Note that two applicants share a home, so that the draw takes one of them at most; done twice, once.

    Raises:
        NotFound, NotAllowed: no such application; no public servant here.
        RuleViolation: the list is frozen.
        InvalidInput: no other application of that number in the call.
    """
    row = _own(application_id, by=by, at=at)
    _require_unfrozen(row.call)
    other = session().scalar(
        select(Application)
        .where(Application.call_id == row.call_id, Application.number == other_number)
        .with_for_update()
    )
    if other is None or other.id == row.id:
        raise InvalidInput(N_("이 모집에 그런 번호의 다른 지원서가 없습니다."), field="number")
    home = row.household or other.household
    if home is None:
        top = session().scalar(select(func.max(Application.household)).where(Application.call_id == row.call_id))
        home = (top or 0) + 1
    for one in session().scalars(
        select(Application).where(
            Application.call_id == row.call_id,
            Application.household.in_([h for h in (row.household, other.household) if h is not None]),
        )
    ):
        one.household = home
    row.household = other.household = home
    session().flush()
    return row


def part_home(application_id: int, *, by: Person, at: datetime) -> Application:
    """Take back that an applicant shares a home with others.

    Raises:
        NotFound, NotAllowed, RuleViolation: as `share_home`.
    """
    row = _own(application_id, by=by, at=at)
    _require_unfrozen(row.call)
    row.household = None
    session().flush()
    return row


def decide_application(
    application_id: int, *, eligible: bool, reason: str, version: int, by: Person, at: datetime
) -> Application:
    """Decide whether an applicant becomes a candidate.

    Raises:
        NotFound, NotAllowed, Conflict: as `see_documents`.
        RuleViolation: the list is frozen; a rule is not met (naming it), or still can be met in time; a paper that is
            needed was not seen.
        InvalidInput: refused without a reason.
    """
    row = _own(application_id, by=by, at=at)
    claim_version(row, version)
    _require_unfrozen(row.call)
    _decide(row, eligible=eligible, reason=reason, by=by, at=at)
    return row


def object_to(application_id: int, *, text: str, once: str, by: Person, at: datetime) -> ApplicationObjection:
    """Object to what was decided about an application: one's own, or a candidate on the list. Sent twice, one objection.

    Raises:
        NotFound: no such application, or none that this person may know of.
        RuleViolation: objections are not taken (any more), or nothing is decided yet.
        InvalidInput: no words.
    """
    row = get_or_not_found(Application, application_id, lock=True)
    known = session().scalar(
        select(ApplicationObjection).where(ApplicationObjection.person_id == by.id, ApplicationObjection.once == once)
    )
    if known is not None:
        return known
    own = row.person_id == by.id
    clerk = can_check_applications(by, row.call.place, at)
    if not (own or clerk) and row.state is not ApplicationState.ELIGIBLE:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    if row.state not in {ApplicationState.ELIGIBLE, ApplicationState.INELIGIBLE}:
        raise RuleViolation(N_("아직 정한 것이 없어 이의를 낼 수 없습니다."))
    if row.call.state not in {CallState.ANNOUNCED, CallState.FROZEN} or (
        row.call.state is CallState.ANNOUNCED and at >= row.call.objections_until
    ):
        raise RuleViolation(N_("이의를 받는 기간이 아닙니다."))
    if len(text) < 10:
        raise InvalidInput(N_("무엇이 잘못되었는지 한 문장 이상 적어 주세요."), field="text")
    objection = ApplicationObjection(
        application_id=row.id, person_id=by.id, once=once, state=ObjectionState.OPEN, filed_at=at,
        answer_due_at=days_after(at, setting(row.call.place, "council.objection_answer_days")),
    )  # fmt: skip
    seal(objection, ApplicationObjection.text, text)
    session().add(objection)
    session().flush()
    append(
        row.call.place, "council.objected", role=acting_role(by, row.call.place, at) if clerk else Role.RESIDENT,
        subject=f"application:{row.id}", at=at, values={"candidate": row.number},
    )  # fmt: skip
    return objection


def answer_objection(objection_id: int, *, uphold: bool, answer: str, by: Person, at: datetime) -> ApplicationObjection:
    """Answer an objection; upholding it turns the decision round, and opens a frozen list again before the draw.

    Raises:
        NotFound, NotAllowed: no such objection; no public servant here.
        RuleViolation: answered already; drawn already; the rules do not allow the other decision.
        InvalidInput: no words.
    """
    objection = get_or_not_found(ApplicationObjection, objection_id, lock=True)
    row = _own(objection.application_id, by=by, at=at)
    if objection.state is not ObjectionState.OPEN:
        raise RuleViolation(N_("이미 답한 이의입니다."))
    if len(answer) < 10:
        raise InvalidInput(N_("답을 한 문장 이상 적어 주세요."), field="answer")
    if uphold:
        if row.call.state is CallState.FROZEN:
            reopen_call(row.call_id, reason=UPHELD, by=by, at=at)
        if row.call.state is not CallState.ANNOUNCED:
            raise RuleViolation(FROZEN)
        turned = row.state is ApplicationState.INELIGIBLE
        _decide(row, eligible=turned, reason=answer, by=by, at=at)
        row.version += 1
    objection.state = ObjectionState.UPHELD if uphold else ObjectionState.DISMISSED
    objection.answered_at, objection.answered_by = at, by.id
    seal(objection, ApplicationObjection.answer, answer)
    session().flush()
    append(
        row.call.place, "council.objection_answered", role=acting_role(by, row.call.place, at),
        subject=f"application:{row.id}", at=at,
        values={"candidate": row.number, "objection": objection.state.value},
    )  # fmt: skip
    return objection


def _decide(row: Application, *, eligible: bool, reason: str, by: Person, at: datetime) -> None:
    new = ApplicationState.ELIGIBLE if eligible else ApplicationState.INELIGIBLE
    require_application_move(row.state, new)
    findings = examine_application(row, at)
    if eligible:
        for finding in [*unmet(findings), *waits(findings)]:
            raise RuleViolation(finding.sentence, **finding.values)
        missing = set(needed_papers(row)) - {seen.document for seen in row.documents}
        if missing:
            raise RuleViolation(N_("아직 확인하지 않은 서류가 %(n)s가지 있습니다."), n=len(missing))
    elif len(reason) < 5:
        raise InvalidInput(REASON_NEEDED, field="reason")
    row.state, row.decided_at, row.decided_by = new, at, by.id
    row.findings = {f"{index}:{f.rule.value}": f.verdict.value for index, f in enumerate(findings)}
    seal(row, Application.reason, reason or None)
    session().flush()
    append(
        row.call.place, "council.application_decided", role=acting_role(by, row.call.place, at),
        subject=f"application:{row.id}", at=at, values={"candidate": row.number, "application": new.value},
    )  # fmt: skip


def _own(application_id: int, *, by: Person, at: datetime) -> Application:
    row = get_or_not_found(Application, application_id, lock=True)
    if not can_check_applications(by, row.call.place, at):
        raise NotAllowed(NOT_CLERK)
    return row


def _require_unfrozen(call: OpenCall) -> None:
    if call.state is not CallState.ANNOUNCED:
        raise RuleViolation(FROZEN)
