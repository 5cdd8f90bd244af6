"""Freezing versions: what is inspected, voted on and carried out is always frozen bytes with a hash."""

from datetime import datetime

from sqlalchemy import func, select

from app.cycle.rules import Stage
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.plan.models import CouncilAdoption, Plan, PlanVersion
from app.plan.permissions import can_freeze
from app.plan.queries import chapter_texts, item_texts, latest_version, unready_items
from app.plan.rules import PlanState, canonical_version, require_move, version_hash
from app.record.services import append

REASON_MIN = 10


def freeze_for_inspection(plan_id: int, *, version: int, by: Person, at: datetime) -> PlanVersion:
    """Freeze the working text; from now on it is read and answered, not written.

    Raises:
        NotFound, NotAllowed, Conflict: no such plan; neither staff nor chair; changed meanwhile.
        RuleViolation: nothing to inspect, an item without an answer of its department, or one found ineligible.
    """
    plan = get_or_not_found(Plan, plan_id, lock=True)
    if not can_freeze(by, plan.place, at):
        raise NotAllowed(N_("담당자와 분과위원장만 계획안을 고정할 수 있습니다."))
    claim_version(plan, version)
    require_move(plan.state, PlanState.INSPECTION)
    if not item_texts(plan):
        raise RuleViolation(N_("계획에 담긴 사업이 하나도 없습니다."))
    unready = unready_items(plan)
    if unready:
        raise RuleViolation(N_("부서 검토가 끝나지 않았거나 부적격인 사업이 %(n)s개 있습니다."), n=len(unready))
    plan.state = PlanState.INSPECTION
    return freeze(plan, act="plan.frozen", at=at)


def thaw(plan_id: int, *, reason: str, version: int, by: Person, at: datetime) -> Plan:
    """Take a frozen version back to be written on, as long as nobody was asked to inspect it: the council said no.

    The version itself stays published with its hash; the next one gets the next number.

    Raises:
        NotFound, NotAllowed, Conflict: no such plan; neither staff nor chair; changed meanwhile.
        RuleViolation: it is not frozen, the inspection has begun, or the council has adopted it.
        InvalidInput: no reason.
    """
    plan = get_or_not_found(Plan, plan_id, lock=True)
    if not can_freeze(by, plan.place, at):
        raise NotAllowed(N_("담당자와 분과위원장만 계획안을 고정할 수 있습니다."))
    claim_version(plan, version)
    frozen = latest_version(plan)
    if plan.state is not PlanState.INSPECTION or frozen is None or not plan.cycle.is_open(Stage.DRAFTING):
        raise RuleViolation(N_("공람을 시작하기 전에만 고정한 판을 풀 수 있습니다."))
    if session().get(CouncilAdoption, frozen.id) is not None:
        raise RuleViolation(N_("주민자치회가 의결한 판은 풀 수 없습니다."))
    if len(reason) < REASON_MIN:
        raise InvalidInput(N_("푸는 까닭을 한 문장 이상 적어 주세요."), field="reason")
    require_move(plan.state, PlanState.DRAFTING)
    plan.state = PlanState.DRAFTING
    append(
        plan.place, "plan.thawed", role=by.staff_role(plan.place, at) or Role.COMMITTEE_CHAIR,
        subject=f"plan:{plan.id}", at=at, values={"version": frozen.number, "reason": reason},
        document_hash=frozen.hash,
    )  # fmt: skip
    return plan


def freeze(plan: Plan, *, act: str, at: datetime) -> PlanVersion:
    """Write the next version of a plan from its working text."""
    number = (session().scalar(select(func.max(PlanVersion.number)).where(PlanVersion.plan_id == plan.id)) or 0) + 1
    text = canonical_version(
        place=plan.place.slug, year=plan.cycle.year, number=number, items=item_texts(plan), chapters=chapter_texts(plan)
    )
    frozen = PlanVersion(plan_id=plan.id, number=number, text=text.decode(), hash=version_hash(text), frozen_at=at)
    session().add(frozen)
    session().flush()
    append(
        plan.place,
        act,
        role=Role.DONG_STAFF,
        subject=f"plan:{plan.id}",
        at=at,
        values={"version": number},
        document_hash=frozen.hash,
    )
    return frozen


def revise(plan: Plan, *, at: datetime) -> PlanVersion:
    """Freeze the text that follows from the inspection (called by the inspection when every opinion is answered)."""
    require_move(plan.state, PlanState.REVISED)
    plan.state = PlanState.REVISED
    plan.version += 1
    return freeze(plan, act="plan.revised", at=at)


def adopt(plan: Plan, *, at: datetime) -> None:
    """Note that the assembly has decided (called by the assembly)."""
    require_move(plan.state, PlanState.ADOPTED)
    plan.state = PlanState.ADOPTED
    plan.version += 1
