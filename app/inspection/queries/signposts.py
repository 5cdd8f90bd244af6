"""What the cycle, the dong's page, the life line and the desk ask of an inspection."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.agenda.lifeline import Step
from app.agenda.models import Proposal
from app.cycle.dong_page import Lead, Meter, Number
from app.cycle.models import Cycle
from app.cycle.rules import Duty, Stage
from app.db.session import session
from app.i18n import N_
from app.inspection.models import Disposition, Opinion
from app.inspection.queries.opinions import (
    Counts,
    answers_due_at,
    counts,
    inspected_version,
    is_receiving,
    opinions_on,
    unseen_files,
)
from app.inspection.rules import AnswerState, earliest_end
from app.people.models import Person
from app.people.permissions import is_council, is_staff
from app.places.queries import setting
from app.plan.models import ItemOrigin, Plan, PlanItem, PlanVersion
from app.plan.queries import plan_of_cycle, rejected_revision, sections
from app.plan.rules import PlanState
from app.todo import Todo


def undone(cycle: Cycle) -> list[Duty]:
    """Return what the inspection owes before its stage may close: its days, an answer to everyone, the revised text."""
    place = cycle.place
    arguments: dict[str, object] = {"slug": place.slug}
    row = cycle.stage(Stage.INSPECTION)
    version = inspected_version(cycle)
    plan = plan_of_cycle(cycle)
    if version is None or plan is None:
        return [Duty(N_("공람할 계획안이 아직 고정되지 않았습니다."), "plan.show", arguments)]
    duties = []
    days = setting(place, "plan.inspection_days")
    started = max(version.frozen_at, row.opened_at) if row.opened_at else None
    # A stage that opened a moment after midnight still had its whole first day.
    if started is not None and row.closes_at < earliest_end(started, days=days) - timedelta(hours=24):
        text = N_("공람은 %(n)s일 이상이어야 합니다. 끝나는 날을 뒤로 옮겨 주세요.")
        duties.append(Duty(text, "cycle.schedule", arguments, {"n": days}))
    found = counts(version)
    if found.open:
        text = N_("의견 %(n)s건에 아직 답하지 않았습니다.")
        duties.append(Duty(text, "inspection.answers", arguments, {"n": found.open}))
    elif found.unconfirmed:
        text = N_("의견 %(n)s건의 답변을 아직 확정하지 않았습니다.")
        duties.append(Duty(text, "inspection.answers", arguments, {"n": found.unconfirmed}))
    if found.unreleased:
        text = N_("의견 %(n)s건을 개인정보가 없는지 보고 공개해야 합니다.")
        duties.append(Duty(text, "inspection.releases", arguments, {"n": found.unreleased}))
    unseen = unseen_files(version)
    if unseen:
        text = N_("의견에 딸린 파일 %(n)s개를 아직 살펴보지 않았습니다.")
        duties.append(Duty(text, "inspection.releases", arguments, {"n": unseen}))
    if plan.state is PlanState.INSPECTION:
        duties.append(Duty(N_("의견을 반영한 판을 고정해야 합니다."), "inspection.answers", arguments))
    if plan.state is PlanState.DRAFTING and rejected_revision(plan) is not None:
        text = N_("주민자치회가 부결한 계획안을 고쳐 다시 고정해야 합니다.")
        duties.append(Duty(text, "inspection.revise_again", arguments))
    elif plan.state is PlanState.DRAFTING:
        duties.append(Duty(N_("크게 바뀐 계획안을 다시 고정해 공람해야 합니다."), "plan.freeze", arguments))
    return duties


def lead(cycle: Cycle) -> Lead:
    """Return what can be done during an inspection."""
    version = inspected_version(cycle)
    return Lead(
        question=N_("이 계획, 어떻게 생각하시나요?"),
        text=N_("계획을 정하기 전에 누구나 읽고 의견을 냅니다. 낸 의견에는 하나도 빠짐없이 답합니다."),
        action=N_("계획 읽고 의견 내기"),
        endpoint="inspection.show",
        arguments={"slug": cycle.place.slug},
        meter=_answer_meter(counts(version)) if version else None,
    )


def _answer_meter(found: Counts) -> Meter:
    return Meter(
        title=N_("의견에 답한 만큼"),
        value=found.answered,
        goal=found.received,
        said=N_("받은 의견 %(received)s건 가운데 %(answered)s건에 답했습니다"),
        values={"received": f"{found.received:,}", "answered": f"{found.answered:,}"},
    )


def numbers(cycle: Cycle) -> list[Number]:
    """Return how many opinions the year has."""
    version = inspected_version(cycle)
    if version is None:
        return []
    found = counts(version)
    note = N_("모두 답했습니다") if found.received and not found.open else N_("%(n)s건에 답했습니다")
    return [Number(N_("공람 의견"), f"{found.received:,}", N_("건"), note, {"n": found.answered})]


def life_steps(proposal: Proposal, at: datetime) -> list[Step]:
    """Return the step of a proposal in the inspection: how many opinions, how answered."""
    item_ids = set(
        session().scalars(
            select(PlanItem.id)
            .join(ItemOrigin, ItemOrigin.item_id == PlanItem.id)
            .where(ItemOrigin.proposal_id == proposal.id, PlanItem.dropped_at.is_(None))
        )
    )
    version = inspected_version(proposal.cycle) if item_ids else None
    if version is None:
        return []
    numbers_of = [section.number for section in sections(version) if section.item_id in item_ids]
    if not numbers_of:
        return []
    found = [opinion for opinion in opinions_on(version) if opinion.section in numbers_of]
    answered = sum(opinion.disposition is not None for opinion in found)
    receiving = is_receiving(proposal.cycle, at)
    return [
        Step(
            5,
            "now" if receiving else "done",
            "book",
            N_("주민공람"),
            version.frozen_at,
            N_("의견 %(n)s건, 답변 %(answered)s건"),
            {"n": len(found), "answered": answered},
            "inspection.show",
            {"slug": proposal.place.slug},
        )
    ]


def todos(person: Person, at: datetime) -> list[Todo]:
    """Return what the inspections of this person's dongs wait for: looking through, answers, confirmation, the end."""
    is_open = Disposition.id.is_(None)
    is_unconfirmed = is_open | (Disposition.state != AnswerState.CONFIRMED)
    rows = session().execute(
        select(
            Plan,
            func.count(Opinion.id).filter(is_open),
            func.count(Opinion.id).filter(is_unconfirmed),
            func.count(Opinion.id).filter(Opinion.released_at.is_(None)),
        )
        .join(PlanVersion, PlanVersion.plan_id == Plan.id)
        .outerjoin(Opinion, (Opinion.version_id == PlanVersion.id) & Opinion.withdrawn_at.is_(None))
        .outerjoin(Disposition, Disposition.opinion_id == Opinion.id)
        .where(Plan.state == PlanState.INSPECTION)
        .group_by(Plan.id)
        .order_by(Plan.id)
    )
    found: list[Todo] = []
    for plan, waiting, unconfirmed, unreleased in rows:
        staff = is_staff(person, plan.place, at)
        if not staff and not is_council(person, plan.place, at):
            continue
        due_at = answers_due_at(plan.cycle)
        closes_at = plan.cycle.stage(Stage.INSPECTION).closes_at
        if unreleased and staff:
            text = N_("공람 의견 %(n)s건을 살펴보고 공개하기")
            found.append(_todo(plan, text, N_("살펴보기"), "inspection.releases", unreleased, closes_at))
        if waiting:
            text = N_("공람 의견 %(n)s건에 답하기")
            found.append(_todo(plan, text, N_("답하기"), "inspection.answers", waiting, due_at))
        elif unconfirmed:
            text = N_("공람 답변 %(n)s건 검토하고 확정하기")
            found.append(_todo(plan, text, N_("검토하기"), "inspection.answers", unconfirmed, due_at))
        elif staff and closes_at <= at:
            text = N_("공람을 마치고 의견 반영한 판 고정하기")
            found.append(_todo(plan, text, N_("마치기"), "inspection.answers", 0, due_at))
    return found


def _todo(plan: Plan, title: str, action: str, endpoint: str, n: int, due_at: datetime) -> Todo:
    return Todo(
        title=title, action=action, endpoint=endpoint, arguments={"slug": plan.place.slug}, values={"n": n},
        context=plan.place.name, due_at=due_at, place_id=plan.place_id,
    )  # fmt: skip
