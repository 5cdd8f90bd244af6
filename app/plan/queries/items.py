"""SELECTs about the plan."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from app.agenda.lifeline import Step
from app.agenda.models import Proposal
from app.cycle.dong_page import Lead
from app.cycle.models import Cycle
from app.cycle.rules import Duty
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.i18n import N_
from app.people.models import Person
from app.places.models import Place
from app.places.queries import setting
from app.plan.models import (
    ChapterText,
    CouncilAdoption,
    CouncilRejection,
    DepartmentReview,
    ItemCost,
    ItemOrigin,
    Plan,
    PlanItem,
    PlanVersion,
)
from app.plan.rules import FUND_SOURCE_NAMES, VERDICT_NAMES, FrozenCost, FundSource, ItemText, PlanState, Verdict
from app.plan.rules.workbench import Adoption, Chapter
from app.todo import Todo


def plan_of_cycle(cycle: Cycle) -> Plan | None:
    """Return the plan of a cycle, or None before the first item."""
    return session().scalar(select(Plan).where(Plan.cycle_id == cycle.id))


def living_items(plan: Plan) -> list[PlanItem]:
    """Return the items that have not been dropped, in order."""
    return [item for item in plan.items if item.dropped_at is None]


def item_of(place: Place, item_id: int) -> PlanItem:
    """Return an item of a dong.

    Raises:
        NotFound: there is none here.
    """
    item = get_or_not_found(PlanItem, item_id)
    if item.plan.place_id != place.id:
        raise NotFound(N_("찾으시는 사업이 없습니다."))
    return item


def verdict_of(item: PlanItem) -> Verdict | None:
    """Return what the departments say together: the gravest answer; None while one is missing or none was asked."""
    reviews = [review for review in item.reviews if review.superseded_at is None]
    if not reviews or any(review.verdict is None for review in reviews):
        return None
    order = [Verdict.INELIGIBLE, Verdict.CONDITIONAL, Verdict.ELIGIBLE]
    return next(verdict for verdict in order if any(review.verdict is verdict for review in reviews))


def item_texts(plan: Plan) -> list[ItemText]:
    """Return the working text as it would be frozen, numbered from 1."""
    items = living_items(plan)
    costs: dict[int, list[FrozenCost]] = {}
    query = select(ItemCost).where(ItemCost.item_id.in_([item.id for item in items]))
    for row in session().scalars(query.order_by(ItemCost.item_id, ItemCost.number)):
        frozen = FrozenCost(row.name, row.unit, row.quantity_hundredths, row.price_won, row.source, row.year)
        costs.setdefault(row.item_id, []).append(frozen)
    return [
        ItemText(
            number, item.id, item.title, item.body, item.cost_won, item.fund_source, item.unit, verdict_of(item),
            tuple(costs.get(item.id, ())),
        )
        for number, item in enumerate(items, start=1)
    ]  # fmt: skip


def chapter_texts(plan: Plan) -> list[tuple[str, str]]:
    """Return the written ones of the seven contents as they would be frozen, in the ordinance's order."""
    rows = session().scalars(select(ChapterText).where(ChapterText.plan_id == plan.id, ChapterText.body != ""))
    order = list(Chapter)
    return [(row.chapter.value, row.body) for row in sorted(rows, key=lambda row: order.index(row.chapter))]


def unready_items(plan: Plan) -> list[PlanItem]:
    """Return the items that may not be inspected yet: unanswered by a department, or found ineligible."""
    return [item for item in living_items(plan) if verdict_of(item) in {None, Verdict.INELIGIBLE}]


@dataclass(frozen=True)
class Section:
    """One section of a frozen version, as read back from its bytes."""

    number: int
    item_id: int
    title: str
    body: str
    cost_won: int
    fund_source: FundSource
    unit: str
    verdict: Verdict | None


def sections(version: PlanVersion) -> list[Section]:
    """Read a frozen version."""
    parsed: dict[str, Any] = json.loads(version.text)
    return [
        Section(
            number=row["number"],
            item_id=row["item"],
            title=row["title"],
            body=row["body"],
            cost_won=row["cost_won"],
            fund_source=FundSource(row["fund_source"]),
            unit=row["unit"],
            verdict=Verdict(row["verdict"]) if row["verdict"] else None,
        )
        for row in parsed["sections"]
    ]


def latest_version(plan: Plan) -> PlanVersion | None:
    """Return the newest frozen version of a plan."""
    query = select(PlanVersion).where(PlanVersion.plan_id == plan.id).order_by(PlanVersion.number.desc()).limit(1)
    return session().scalar(query)


def versions_of(plan: Plan) -> list[PlanVersion]:
    """Return all frozen versions, oldest first."""
    return list(
        session().scalars(select(PlanVersion).where(PlanVersion.plan_id == plan.id).order_by(PlanVersion.number))
    )


def cost_by_source(plan: Plan) -> list[tuple[str, int]]:
    """Return the sum per fund source, for sources in use: (marked name, won)."""
    sums: dict[FundSource, int] = {}
    for item in living_items(plan):
        sums[item.fund_source] = sums.get(item.fund_source, 0) + item.cost_won
    return [(FUND_SOURCE_NAMES[source], sums[source]) for source in FundSource if source in sums]


def review_for(person: Person, review_id: int) -> DepartmentReview:
    """Return a review that this person was asked for.

    Raises:
        NotFound: there is none for them.
    """
    review = get_or_not_found(DepartmentReview, review_id)
    if review.reviewer_id != person.id:
        raise NotFound(N_("찾으시는 검토 요청이 없습니다."))
    return review


# What the cycle, the life line and the desk ask


def unfrozen_plan(cycle: Cycle) -> list[Duty]:
    """Return the duty to freeze a version before drafting closes."""
    plan = plan_of_cycle(cycle)
    if plan is not None and plan.state is not PlanState.DRAFTING:
        return _unadopted(plan, Adoption.INSPECTION)
    duties = []
    unready = unready_items(plan) if plan is not None else []
    if unready:
        text = N_("사업 %(n)s개의 부서 검토가 끝나지 않았습니다.")
        duties.append(Duty(text, "plan.show", {"slug": cycle.place.slug}, {"n": len(unready)}))
    page = "plan.freeze" if plan is not None and not unready else "plan.show"
    duties.append(Duty(N_("마을계획안을 고정해 공람할 판을 만들어야 합니다."), page, {"slug": cycle.place.slug}))
    return duties


def unadopted_revision(cycle: Cycle) -> list[Duty]:
    """Return the council's duty to adopt what goes before the assembly, where the ordinance wants that."""
    plan = plan_of_cycle(cycle)
    return _unadopted(plan, Adoption.ASSEMBLY) if plan is not None and plan.state is PlanState.REVISED else []


def _unadopted(plan: Plan, before: Adoption) -> list[Duty]:
    frozen = latest_version(plan)
    if frozen is None or not lacks_adoption(frozen, before):
        return []
    text = N_("주민자치회가 계획안 제%(n)s판을 의결하고, 그 의결을 판에 이어야 합니다.")
    return [Duty(text, "plan.adopt", {"slug": plan.place.slug, "number": frozen.number}, {"n": frozen.number})]


def lacks_adoption(frozen: PlanVersion, before: Adoption) -> bool:
    """Tell whether a step must wait until the council has adopted a version (setting ``plan.council_adoption``)."""
    need = Adoption(setting(frozen.plan.place, "plan.council_adoption"))
    return need.is_needed(before) and session().get(CouncilAdoption, frozen.id) is None


def rejected_revision(plan: Plan) -> PlanVersion | None:
    """Return the text after an inspection that the council rejected, while it is written anew; None at any other time."""
    frozen = latest_version(plan) if plan.state is PlanState.DRAFTING else None
    row = session().get(CouncilRejection, frozen.id) if frozen is not None else None
    return frozen if row is not None and row.after_inspection else None


def lead(cycle: Cycle) -> Lead:
    """Return what can be done while the plan is drafted."""
    return Lead(
        question=N_("받은 의제를 마을계획으로 씁니다"),
        text=N_("주민자치회가 비용을 셈하고 맡을 부서에 묻습니다. 쓰는 과정을 누구나 볼 수 있습니다."),
        action=N_("쓰고 있는 계획 보기"),
        endpoint="plan.show",
        arguments={"slug": cycle.place.slug},
    )


def items_from(proposal: Proposal) -> list[PlanItem]:
    """Return the items that came from a proposal, dropped ones too."""
    query = select(PlanItem).join(ItemOrigin).where(ItemOrigin.proposal_id == proposal.id).order_by(PlanItem.id)
    return list(session().scalars(query).unique())


def life_steps(proposal: Proposal, at: datetime) -> list[Step]:
    """Return the steps of a proposal in the plan: taken in, reviewed."""
    steps: list[Step] = []
    place = {"slug": proposal.place.slug}
    for item in items_from(proposal):
        values: dict[str, object] = {"title": item.title, "cost": f"{item.cost_won:,}"}
        created = proposal.decided_at if item.dropped_at is None else None
        steps.append(
            Step(
                4,
                "done",
                "plan",
                N_("계획에 담김"),
                created,
                N_("%(title)s, %(cost)s원"),
                values,
                "plan.item",
                {**place, "item_id": item.id},
            )
        )
        for review in item.reviews:
            if review.verdict is None:
                steps.append(
                    Step(
                        4,
                        "now",
                        "eye",
                        N_("부서 검토"),
                        None,
                        N_("%(department)s 검토 중"),
                        {"department": review.department},
                    )
                )
            else:
                name = VERDICT_NAMES[review.verdict]
                steps.append(
                    Step(
                        4,
                        "done",
                        "eye",
                        N_("부서 검토"),
                        review.answered_at,
                        N_("%(department)s: %(verdict)s"),
                        {"department": review.department, "verdict": name},
                    )
                )
        if item.dropped_at is not None:
            steps.append(
                Step(
                    4,
                    "done",
                    "close",
                    N_("계획에서 뺌"),
                    item.dropped_at,
                    N_("%(reason)s"),
                    {"reason": item.drop_reason},
                )
            )
    return steps


def todos(person: Person, at: datetime) -> list[Todo]:
    """Return the reviews that this person was asked for."""
    query = (
        select(DepartmentReview)
        .join(PlanItem, PlanItem.id == DepartmentReview.item_id)
        .join(Plan, Plan.id == PlanItem.plan_id)
        .join(Place, Place.id == Plan.place_id)
        .options(contains_eager(DepartmentReview.item).contains_eager(PlanItem.plan).contains_eager(Plan.place))
        .where(
            DepartmentReview.reviewer_id == person.id,
            DepartmentReview.answered_at.is_(None),
            PlanItem.dropped_at.is_(None),
            Plan.state == PlanState.DRAFTING,
        )
        .order_by(DepartmentReview.due_at)
        .limit(100)
    )
    return [
        Todo(
            title=N_("사업 검토에 답하기: %(title)s"),
            action=N_("답하기"),
            endpoint="review.answer",
            arguments={"slug": review.item.plan.place.slug, "review_id": review.id},
            values={"title": review.item.title},
            context=review.item.plan.place.name,
            due_at=review.due_at,
            place_id=review.item.plan.place_id,
        )
        for review in session().scalars(query)
    ]


def pending_reviews(cycle: Cycle) -> int:
    """Return how many reviews of a cycle have no answer yet."""
    query = (
        select(func.count(DepartmentReview.id))
        .join(PlanItem)
        .join(Plan)
        .where(Plan.cycle_id == cycle.id, DepartmentReview.answered_at.is_(None), PlanItem.dropped_at.is_(None))
    )
    return session().scalar(query) or 0
