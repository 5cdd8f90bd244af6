"""Freezing versions: what is inspected, voted on and carried out is always frozen bytes with a hash."""

from datetime import datetime

from sqlalchemy import func, select

from app.council.models import MeetingItem
from app.council.rules.meetings import ItemKind, Outcome
from app.cycle.rules import Stage
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.plan.models import CouncilAdoption, CouncilRejection, Plan, PlanVersion
from app.plan.permissions import can_freeze
from app.plan.queries import chapter_texts, item_texts, latest_version, unready_items
from app.plan.rules import PlanState, canonical_version, require_move, require_thaw, version_hash
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
    require_ready(plan)
    plan.state = PlanState.INSPECTION
    return freeze(plan, act="plan.frozen", at=at)


def require_ready(plan: Plan) -> None:
    """Refuse to freeze a plan that nobody could decide on.

    Raises:
        RuleViolation: no project in it, one without an answer of its department, or one found ineligible.
    """
    if not item_texts(plan):
        raise RuleViolation(N_("계획에 담긴 사업이 하나도 없습니다."))
    unready = unready_items(plan)
    if unready:
        raise RuleViolation(N_("부서 검토가 끝나지 않았거나 부적격인 사업이 %(n)s개 있습니다."), n=len(unready))


def thaw(plan_id: int, *, reason: str, version: int, by: Person, at: datetime, item_id: int | None = None) -> Plan:
    """Take a frozen version back to be written on, before it is inspected, or before it is voted on: the council said no.

    The version itself stays published with its hash, and beside it the decision against it; the next one gets the next
    number.

    Args:
        plan_id: the plan.
        reason: why, public.
        version: the version of the plan that the person saw.
        by: staff or a committee chair.
        at: when.
        item_id: the item of a meeting with which the council rejected it; needed once opinions went into the text.

    Raises:
        NotFound, NotAllowed, Conflict: no such plan or item; neither staff nor chair; changed meanwhile.
        RuleViolation: it is not frozen, its next step has begun, or the council has adopted it.
        InvalidInput: no reason; no rejection where one is needed, or one that is not of this version.
    """
    plan = get_or_not_found(Plan, plan_id, lock=True)
    if not can_freeze(by, plan.place, at):
        raise NotAllowed(N_("담당자와 분과위원장만 계획안을 고정할 수 있습니다."))
    claim_version(plan, version)
    frozen = latest_version(plan)
    before = Stage.INSPECTION if plan.state is PlanState.REVISED else Stage.DRAFTING
    require_thaw(
        plan.state,
        is_before_next=frozen is not None and plan.cycle.is_open(before),
        is_adopted=frozen is not None and session().get(CouncilAdoption, frozen.id) is not None,
        is_rejected=bool(item_id),
    )
    if frozen is None:  # nothing was ever frozen: `require_thaw` has refused
        raise NotFound(N_("찾으시는 판이 없습니다."))
    if len(reason) < REASON_MIN:
        raise InvalidInput(N_("푸는 까닭을 한 문장 이상 적어 주세요."), field="reason")
    if item_id:
        _note_rejection(frozen, item_id, after_inspection=plan.state is PlanState.REVISED, by=by, at=at)
    require_move(plan.state, PlanState.DRAFTING)
    plan.state = PlanState.DRAFTING
    append(
        plan.place, "plan.thawed", role=by.staff_role(plan.place, at) or Role.COMMITTEE_CHAIR,
        subject=f"plan:{plan.id}", at=at, values={"version": frozen.number, "reason": reason},
        document_hash=frozen.hash,
    )  # fmt: skip
    return plan


def _note_rejection(frozen: PlanVersion, item_id: int, *, after_inspection: bool, by: Person, at: datetime) -> None:
    place = frozen.plan.place
    item = get_or_not_found(MeetingItem, item_id)
    decision = item.decision
    is_ours = item.meeting.place_id == place.id and item.meeting.committee_id is None
    if (
        not is_ours
        or item.kind is not ItemKind.DECISION
        or decision is None
        or decision.outcome is not Outcome.REJECTED
        or decision.decided_at < frozen.frozen_at
    ):
        raise InvalidInput(N_("이 판을 고정한 뒤에 이 동네 주민자치회가 부결한 안건만 고를 수 있습니다."), field="item")
    session().add(
        CouncilRejection(version_id=frozen.id, meeting_item_id=item.id, after_inspection=after_inspection, noted_at=at)
    )
    session().flush()
    append(
        place, "plan.council_rejected", role=by.staff_role(place, at) or Role.COMMITTEE_CHAIR,
        subject=f"plan:{frozen.plan_id}", at=at,
        values={
            "version": frozen.number, "meeting": item.meeting.title, "yes": decision.yes or 0, "no": decision.no or 0,
            "abstained": decision.abstained or 0,
        },
        document_hash=frozen.hash,
    )  # fmt: skip


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
    """Freeze the text that follows from the inspection (called by the inspection when every opinion is answered).

    Called once more where the council rejected the last such text (`app.inspection.services.running.revise_again`).
    """
    require_move(plan.state, PlanState.REVISED)
    plan.state = PlanState.REVISED
    plan.version += 1
    return freeze(plan, act="plan.revised", at=at)


def adopt(plan: Plan, *, at: datetime) -> None:
    """Note that the assembly has decided (called by the assembly)."""
    require_move(plan.state, PlanState.ADOPTED)
    plan.state = PlanState.ADOPTED
    plan.version += 1
