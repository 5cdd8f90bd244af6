"""Use cases of the plan's way to the head and back."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select

from app.cycle.models import Cycle
from app.db.session import claim_version, get_or_not_found, session
from app.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.jobs.models import Job
from app.jobs.services import enqueue
from app.people.models import Person
from app.people.permissions import is_staff
from app.people.rules import Role
from app.places.elections.queries import require_lawful
from app.places.elections.rules import PUBLICITY, Ground
from app.places.queries import setting
from app.plan.models import Plan
from app.plan.queries import sections
from app.publication.models import DocumentDisclosure, FinalPlan, PlanAnswer, PlanBooklet, PlanSubmission
from app.publication.permissions import can_answer, can_send
from app.publication.queries import counted_assembly, final_of, send_due_at
from app.publication.rules import (
    Disclosure,
    Document,
    FinalSection,
    HeadResult,
    canonical_final,
    final_hash,
    require_disclosure,
    require_head_answer,
)
from app.record.services import append
from voting.encoding import JSON

BOOKLET_JOB = "publication.booklet"


def send(cycle: Cycle, *, letter: str, by: Person, at: datetime) -> PlanSubmission:
    """Send the adopted plan to the head; the same form sent twice sends it once.

    Raises:
        NotFound, NotAllowed: no plan; neither staff nor committee chair.
        RuleViolation: the assembly has not decided.
        InvalidInput: no letter.
    """
    plan = session().scalar(select(Plan).where(Plan.cycle_id == cycle.id).with_for_update())
    if plan is None:
        raise NotFound(N_("보낼 계획이 없습니다."))
    if not can_send(by, cycle.place, at):
        raise NotAllowed(N_("담당자와 분과위원장만 계획을 보냅니다."))
    known = session().scalar(select(PlanSubmission).where(PlanSubmission.plan_id == plan.id))
    if known is not None:
        return known
    assembly = counted_assembly(cycle)
    if assembly is None:
        raise RuleViolation(N_("주민총회가 계획을 정한 뒤에 보낼 수 있습니다."))
    if len(letter) < 10:  # noqa: PLR2004 - one sentence
        raise InvalidInput(N_("보내는 글을 한 문장 이상 적어 주세요."), field="letter")
    answer_days = setting(cycle.place, "plan.head_answer_days")
    submission = PlanSubmission(
        plan_id=plan.id, letter=letter, sent_at=at, sent_by=by.id, due_at=send_due_at(assembly),
        answer_due_at=at + timedelta(days=answer_days),
    )  # fmt: skip
    session().add(submission)
    session().flush()
    append(
        cycle.place, "publication.sent", role=Role.DONG_STAFF, subject=f"plan:{plan.id}", at=at,
        values={"count": len(assembly.items)}, document_hash=assembly.plan_version.hash,
    )  # fmt: skip
    return submission


def answer_section(
    submission_id: int,
    section: int,
    *,
    result: HeadResult,
    reason: str,
    unit: str,
    version: int,
    by: Person,
    at: datetime,
) -> PlanAnswer:
    """Answer one section for the head; it may be corrected until the plan is confirmed.

    Args:
        submission_id: the plan that was sent.
        section: number of the section that was voted on.
        result: accepted, partly, declined.
        reason: why; needed unless it is accepted.
        unit: which department answers.
        version: of the answer that the person saw, 0 before there is one.
        by: the district's or city's staff.
        at: when.

    Raises:
        NotFound, NotAllowed, Conflict: nothing was sent; not the head's staff; a colleague answered meanwhile.
        RuleViolation: the plan is confirmed.
        InvalidInput: no such section, or an incomplete answer.
    """
    submission = get_or_not_found(PlanSubmission, submission_id, lock=True)
    plan = submission.plan
    if not can_answer(by, plan.place, at):
        raise NotAllowed(N_("구와 시의 담당자만 구청장의 답을 적습니다."))
    if final_of(plan) is not None:
        raise RuleViolation(N_("확정한 계획의 답변은 바꿀 수 없습니다."))
    assembly = counted_assembly(plan.cycle)
    if assembly is None or section not in {item.number for item in assembly.items}:
        raise InvalidInput(N_("그런 부분은 없습니다."))
    require_head_answer(result, reason=reason, unit=unit)
    found = next((each for each in submission.answers if each.section == section), None)
    if found is None:
        if version:
            raise Conflict(N_("다른 사람이 먼저 고쳤습니다."))
        found = PlanAnswer(section=section)
        submission.answers.append(found)
    else:
        claim_version(found, version)
    found.result, found.reason, found.unit, found.answered_at, found.answered_by = result, reason, unit, at, by.id
    session().flush()
    append(
        plan.place, "publication.answered", role=Role.DISTRICT_STAFF, subject=f"plan:{plan.id}", at=at,
        values={"number": section, "head_result": result.value},
    )  # fmt: skip
    return found


def confirm(submission_id: int, *, by: Person, at: datetime) -> FinalPlan:
    """Confirm the final plan with the head's answers, and publish it (대덕구 art. 14, 순천시 art. 17).

    Raises:
        NotFound, NotAllowed: nothing was sent; neither staff nor committee chair.
        RuleViolation: a section has no answer.
    """
    submission = get_or_not_found(PlanSubmission, submission_id, lock=True)
    plan = submission.plan
    if not can_send(by, plan.place, at):
        raise NotAllowed(N_("담당자와 분과위원장만 계획을 확정합니다."))
    known = final_of(plan)
    if known is not None:
        return known
    assembly = counted_assembly(plan.cycle)
    if assembly is None:
        raise RuleViolation(N_("주민총회가 계획을 정한 뒤에 보낼 수 있습니다."))
    answers = {each.section: each for each in submission.answers}
    missing = [item.number for item in assembly.items if item.number not in answers]
    if missing:
        raise RuleViolation(N_("아직 답이 없는 부분이 %(n)s개 있습니다."), n=len(missing))
    texts = {section.item_id: section for section in sections(assembly.plan_version)}
    rows = []
    for item in assembly.items:
        text, answer = texts[item.plan_item_id], answers[item.number]
        rows.append(
            FinalSection(
                number=item.number,
                item_id=item.plan_item_id,
                title=text.title,
                body=text.body,
                cost_won=text.cost_won,
                fund_source=text.fund_source.value,
                unit=text.unit,
                votes=item.votes,
                is_funded=bool(item.is_funded),
                granted_won=item.granted_won or 0,
                head_result=answer.result.value,
                head_reason=answer.reason,
                head_unit=answer.unit,
            )
        )
    data = canonical_final(
        place=plan.place.slug, year=plan.cycle.year, version_hash=assembly.plan_version.hash, sections=rows
    )
    final = FinalPlan(plan_id=plan.id, text=data.decode(), hash=final_hash(data), confirmed_at=at, confirmed_by=by.id)
    session().add(final)
    session().flush()
    append(
        plan.place, "publication.confirmed", role=Role.DONG_STAFF, subject=f"plan:{plan.id}", at=at,
        values={"count": len(rows)}, document_hash=final.hash,
    )  # fmt: skip
    return final


def disclose(
    plan_id: int, document: Document, *, state: Disclosure, ground: int | None, reason: str, by: Person, at: datetime
) -> DocumentDisclosure:
    """Decide whether a document is open.

    Raises:
        NotFound, NotAllowed: no such plan; neither staff nor committee chair.
        InvalidInput: withheld without its ground or a reason.
    """
    plan = get_or_not_found(Plan, plan_id, lock=True)
    if not can_send(by, plan.place, at):
        raise NotAllowed(N_("담당자와 분과위원장만 공개할지 정합니다."))
    require_disclosure(state, ground=ground, reason=reason)
    row = session().scalar(
        select(DocumentDisclosure).where(DocumentDisclosure.plan_id == plan.id, DocumentDisclosure.document == document)
    )
    if row is None:
        row = DocumentDisclosure(plan_id=plan.id, document=document)
        session().add(row)
    withheld = state is Disclosure.WITHHELD
    row.state, row.ground, row.reason = state, ground if withheld else None, reason if withheld else ""
    row.decided_at, row.decided_by = at, by.id
    session().flush()
    act = "publication.withheld" if withheld else "publication.opened"
    values: dict[str, JSON] = {"document": document.value}
    if withheld:
        values["number"] = ground
    append(plan.place, act, role=Role.DONG_STAFF, subject=f"plan:{plan.id}", at=at, values=values)
    return row


def ask_for_booklet(plan: Plan, *, by: Person, at: datetime, election_ground: Ground | None = None) -> Job:
    """Ask for the booklet of the final plan; a job makes it.

    What an office has printed in the months before an election needs one of the law's exceptions (공직선거법 art. 86(5)),
    which the record keeps; the web pages and the data are never restricted.

    Raises:
        NotAllowed: neither staff nor committee chair.
        RuleViolation: the plan is not confirmed.
        InvalidInput: an office asks before an election, and no exception is named.
    """
    if not can_send(by, plan.place, at):
        raise NotAllowed(N_("담당자와 분과위원장만 책자를 만듭니다."))
    final = final_of(plan)
    if final is None:
        raise RuleViolation(N_("확정한 계획만 책자로 만듭니다."))
    if is_staff(by, plan.place, at):
        guard = require_lawful(plan.place, PUBLICITY, ground=election_ground, on=at)
        if guard is not None:
            append(
                plan.place, "publication.election_excepted", role=Role.DONG_STAFF, subject=f"plan:{plan.id}", at=at,
                values={"ground": election_ground.value if election_ground else "none"}, document_hash=final.hash,
            )  # fmt: skip
    return enqueue(BOOKLET_JOB, {"plan_id": plan.id}, by=by.id, at=at, place_id=plan.place_id)


def keep_booklet(plan_id: int, pdf: bytes, *, at: datetime) -> PlanBooklet:
    """Store a booklet in place of an older one, and note its hash in the record."""
    plan = get_or_not_found(Plan, plan_id, lock=True)
    row = session().scalar(select(PlanBooklet).where(PlanBooklet.plan_id == plan_id))
    if row is None:
        row = PlanBooklet(plan_id=plan_id)
        session().add(row)
    row.pdf, row.hash, row.made_at = pdf, hashlib.sha256(pdf).hexdigest(), at
    session().flush()
    append(
        plan.place, "publication.booklet", role="clock", subject=f"plan:{plan.id}", at=at, values={},
        document_hash=row.hash,
    )  # fmt: skip
    return row
