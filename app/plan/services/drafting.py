"""Writing the plan: items from proposals, their costs and sources."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.agenda.models import Proposal
from app.agenda.rules import ProposalState
from app.agenda.services import deciding
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.places.queries import setting
from app.plan.models import ItemCost, ItemOrigin, Plan, PlanItem
from app.plan.permissions import can_draft
from app.plan.rules import FundSource, PlanState
from app.record.services import append

NOT_COUNCIL = N_("주민자치회 위원과 담당자만 마을계획을 쓸 수 있습니다.")


@dataclass(frozen=True)
class ItemWords:
    """What an item says. ``cost_won`` is whole won."""

    title: str
    body: str
    cost_won: int
    fund_source: FundSource
    unit: str


def plan_of(cycle: Cycle, *, at: datetime) -> Plan:
    """Return the plan of a cycle, making an empty one the first time."""
    plan = session().scalar(select(Plan).where(Plan.cycle_id == cycle.id).with_for_update())
    if plan is None:
        plan = Plan(place_id=cycle.place_id, cycle_id=cycle.id, state=PlanState.DRAFTING, created_at=at, items=[])
        session().add(plan)
        session().flush()
    return plan


def add_item(
    cycle: Cycle, proposals: list[Proposal], words: ItemWords, *, once: str, by: Person, at: datetime
) -> PlanItem:
    """Take one or more accepted proposals into the plan as one item; the same form sent twice makes one.

    Raises:
        NotAllowed: neither council nor staff.
        RuleViolation: the plan is not being drafted.
        InvalidInput: no proposal, one that is not accepted or of another year, or a cost beyond the limits.
    """
    if not can_draft(by, cycle.place, at):
        raise NotAllowed(NOT_COUNCIL)
    plan = plan_of(cycle, at=at)
    known = session().scalar(select(PlanItem).where(PlanItem.plan_id == plan.id, PlanItem.once == once))
    if known is not None:
        return known
    require_drafting(plan)
    wanted = {ProposalState.ACCEPTED}
    if not proposals or any(p.cycle_id != cycle.id or p.state not in wanted for p in proposals):
        raise InvalidInput(N_("아직 계획에 담기지 않은 의제를 하나 이상 골라 주세요."), field="proposals")
    require_cost(cycle, words.cost_won)
    number = (session().scalar(select(func.max(PlanItem.number)).where(PlanItem.plan_id == plan.id)) or 0) + 1
    item = PlanItem(
        plan_id=plan.id,
        once=once,
        number=number,
        title=words.title,
        body=words.body,
        cost_won=words.cost_won,
        fund_source=words.fund_source,
        unit=words.unit,
        origins=[ItemOrigin(proposal_id=proposal.id) for proposal in proposals],
    )
    session().add(item)
    for proposal in proposals:
        deciding.mark_planned(get_or_not_found(Proposal, proposal.id, lock=True), at=at)
    session().flush()
    append(
        cycle.place,
        "plan.item_added",
        role=Role.COUNCIL_MEMBER,
        subject=f"plan_item:{item.id}",
        at=at,
        values={"title": item.title, "cost_won": item.cost_won},
    )
    return item


def edit_item(item_id: int, words: ItemWords, *, version: int, by: Person, at: datetime) -> PlanItem:
    """Change an item of a plan that is being drafted or revised.

    Raises:
        NotFound, NotAllowed, Conflict: no such item; neither council nor staff; changed meanwhile.
        RuleViolation: the text is frozen.
        InvalidInput: a cost beyond the limits.
    """
    item = get_or_not_found(PlanItem, item_id, lock=True)
    if not can_draft(by, item.plan.place, at):
        raise NotAllowed(NOT_COUNCIL)
    claim_version(item, version)
    require_text_open(item.plan)
    require_cost(item.plan.cycle, words.cost_won)
    item.title, item.body, item.unit = words.title, words.body, words.unit
    if session().scalar(select(func.count(ItemCost.id)).where(ItemCost.item_id == item.id)):
        return item  # its cost follows from the lines of the estimate
    item.cost_won, item.fund_source = words.cost_won, words.fund_source
    return item


def drop_item(item_id: int, *, reason: str, version: int, by: Person, at: datetime) -> PlanItem:
    """Take an item out of the plan with a public reason; its proposals go back to the agenda.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: as `edit_item`.
        InvalidInput: no reason.
    """
    item = get_or_not_found(PlanItem, item_id, lock=True)
    if not can_draft(by, item.plan.place, at):
        raise NotAllowed(NOT_COUNCIL)
    claim_version(item, version)
    require_text_open(item.plan)
    if len(reason) < 10:
        raise InvalidInput(N_("빼는 까닭을 한 문장 이상 적어 주세요."), field="reason")
    item.dropped_at, item.drop_reason = at, reason
    for origin in item.origins:
        deciding.take_up_again(get_or_not_found(Proposal, origin.proposal_id, lock=True), at=at)
    append(
        item.plan.place,
        "plan.item_dropped",
        role=Role.COUNCIL_MEMBER,
        subject=f"plan_item:{item.id}",
        at=at,
        values={"title": item.title, "reason": reason},
    )
    return item


def require_drafting(plan: Plan) -> None:
    """Refuse new items outside drafting.

    Raises:
        RuleViolation: the stage is not open or a version is frozen.
    """
    if plan.state is not PlanState.DRAFTING or not plan.cycle.is_open(Stage.DRAFTING):
        raise RuleViolation(N_("지금은 마을계획을 쓰는 기간이 아닙니다."))


def require_text_open(plan: Plan) -> None:
    """Refuse changes while a frozen version is being inspected or was adopted, unless opinions are being worked in.

    Raises:
        RuleViolation: the text must not change now.
    """
    if plan.state is PlanState.ADOPTED:
        raise RuleViolation(N_("총회에서 정한 계획은 바꿀 수 없습니다."))
    if plan.state is PlanState.REVISED:
        raise RuleViolation(N_("공람을 마치고 고정한 계획은 바꿀 수 없습니다."))
    # A plan that changed much is written once more while its inspection goes on (`app.inspection.services.running`).
    open_stages = (Stage.DRAFTING, Stage.INSPECTION)
    if plan.state is PlanState.DRAFTING and not any(plan.cycle.is_open(stage) for stage in open_stages):
        raise RuleViolation(N_("지금은 마을계획을 쓰는 기간이 아닙니다."))


def require_cost(cycle: Cycle, cost_won: int) -> None:
    """Refuse a cost beyond the limits in force (domain.md §3: pb.max_per_project, or the envelope).

    Raises:
        InvalidInput: nothing, or too much.
    """
    limit = min(setting(cycle.place, "pb.max_per_project"), setting(cycle.place, "pb.envelope_per_dong"))
    if cost_won <= 0:
        raise InvalidInput(N_("비용을 원 단위로 적어 주세요."), field="cost_won")
    if cost_won > limit:
        raise InvalidInput(N_("사업 하나의 한도 %(limit)s원을 넘습니다."), field="cost_won", limit=f"{limit:,}")
