"""SELECTs about inspections."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.agenda.lifeline import Step
from app.agenda.models import Proposal
from app.cycle.dong_page import Lead, Meter, Number
from app.cycle.models import Cycle
from app.cycle.rules import Duty, Stage
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.i18n import N_
from app.inspection.models import Disposition, Opinion
from app.inspection.rules import RESULT_NAMES, earliest_end
from app.people.models import Person
from app.people.permissions import is_council, is_staff
from app.places.models import Place
from app.places.queries import setting
from app.plan.models import ItemOrigin, Plan, PlanItem, PlanVersion
from app.plan.queries import plan_of_cycle, sections
from app.plan.rules import PlanState
from app.todo import Todo

ANSWER_DAYS = 14
"""Within how many days after the inspection every opinion should be answered (domain.md §2.5: clock 14 days)."""


def inspected_version(cycle: Cycle) -> PlanVersion | None:
    """Return the version that is or was inspected: the last one frozen before any revision."""
    plan = plan_of_cycle(cycle)
    if plan is None:
        return None
    query = (
        select(PlanVersion)
        .where(PlanVersion.plan_id == plan.id)
        .order_by(PlanVersion.number.desc())
        .offset(1 if plan.state in {PlanState.REVISED, PlanState.ADOPTED} else 0)
        .limit(1)
    )
    return session().scalar(query)


def is_receiving(cycle: Cycle, at: datetime) -> bool:
    """Tell whether opinions are taken: a version is frozen and the last instant of the stage has not passed."""
    plan = plan_of_cycle(cycle)
    return plan is not None and plan.state is PlanState.INSPECTION and cycle.is_running(Stage.INSPECTION, at)


def opinions_on(version: PlanVersion) -> list[Opinion]:
    """Return the opinions in force on a version, by number."""
    query = (
        select(Opinion).where(Opinion.version_id == version.id, Opinion.withdrawn_at.is_(None)).order_by(Opinion.number)
    )
    return list(session().scalars(query))


@dataclass(frozen=True)
class Counts:
    """How an inspection stands."""

    received: int
    answered: int

    @property
    def open(self) -> int:
        """How many opinions wait for an answer."""
        return self.received - self.answered


def counts(version: PlanVersion) -> Counts:
    """Count opinions and answers."""
    in_force = select(func.count(Opinion.id)).where(Opinion.version_id == version.id, Opinion.withdrawn_at.is_(None))
    received = session().scalar(in_force) or 0
    answered = session().scalar(in_force.join(Disposition, Disposition.opinion_id == Opinion.id)) or 0
    return Counts(received, answered)


def opinion_of(place: Place, opinion_id: int) -> Opinion:
    """Return an opinion of a dong.

    Raises:
        NotFound: there is none here.
    """
    opinion = get_or_not_found(Opinion, opinion_id)
    if opinion.plan_version.plan.place_id != place.id:
        raise NotFound(N_("찾으시는 의견이 없습니다."))
    return opinion


def by_section(opinions: Iterable[Opinion]) -> dict[int | None, list[Opinion]]:
    """Group opinions by the section they are about."""
    grouped: dict[int | None, list[Opinion]] = {}
    for opinion in opinions:
        grouped.setdefault(opinion.section, []).append(opinion)
    return grouped


# What the cycle, the life line and the desk ask


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
    if plan.state is PlanState.INSPECTION:
        duties.append(Duty(N_("의견을 반영한 판을 고정해야 합니다."), "inspection.answers", arguments))
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
    """Return the dongs of this person whose opinions wait for an answer, or whose revised text is due."""
    rows = session().execute(
        select(Plan, PlanVersion, func.count(Opinion.id))
        .join(PlanVersion, PlanVersion.plan_id == Plan.id)
        .outerjoin(
            Opinion,
            (Opinion.version_id == PlanVersion.id)
            & Opinion.withdrawn_at.is_(None)
            & ~select(Disposition.id).where(Disposition.opinion_id == Opinion.id).exists(),
        )
        .where(Plan.state == PlanState.INSPECTION)
        .group_by(Plan.id, PlanVersion.id)
        .order_by(Plan.id)
    )
    found = []
    for plan, _version, waiting in rows:
        if not (is_council(person, plan.place, at) or is_staff(person, plan.place, at)):
            continue
        closes_at = plan.cycle.stage(Stage.INSPECTION).closes_at
        if waiting:
            found.append(
                Todo(
                    title=N_("공람 의견 %(n)s건에 답하기"),
                    action=N_("답하기"),
                    endpoint="inspection.answers",
                    arguments={"slug": plan.place.slug},
                    values={"n": waiting},
                    context=plan.place.name,
                    due_at=closes_at + timedelta(days=ANSWER_DAYS),
                    place_id=plan.place_id,
                )
            )
    return found


def result_name(opinion: Opinion) -> str:
    """Return the marked name of what became of an opinion, empty while it waits."""
    return RESULT_NAMES[opinion.disposition.result] if opinion.disposition else ""
