"""Opinions and the inspection they belong to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.i18n import N_
from app.inspection.models import (
    Disposition,
    InspectionEnd,
    InspectionExtension,
    InspectionNotice,
    Opinion,
    OpinionFile,
    OpinionGroup,
)
from app.inspection.rules import AnswerState, Publication, identical
from app.people.models import Person
from app.places.models import Place
from app.places.queries import setting, setting_with_origin
from app.plan.models import CouncilRejection, PlanVersion
from app.plan.queries import plan_of_cycle
from app.plan.rules import PlanState


def inspected_version(cycle: Cycle) -> PlanVersion | None:
    """Return the version that is or was inspected last: the last one frozen before any revision."""
    plan = plan_of_cycle(cycle)
    if plan is None:
        return None
    rejected = select(CouncilRejection.version_id).where(CouncilRejection.after_inspection)
    query = (
        select(PlanVersion)
        .where(PlanVersion.plan_id == plan.id, PlanVersion.id.not_in(rejected))
        .order_by(PlanVersion.number.desc())
        .offset(1 if plan.state in {PlanState.REVISED, PlanState.ADOPTED} else 0)
        .limit(1)
    )
    return session().scalar(query)


def inspected_versions(cycle: Cycle) -> list[PlanVersion]:
    """Return every version of a year that was inspected, oldest first: more than one after a substantial change."""
    plan, last = plan_of_cycle(cycle), inspected_version(cycle)
    if plan is None or last is None:
        return []
    ended = select(InspectionEnd.version_id)
    query = (
        select(PlanVersion)
        .where(PlanVersion.plan_id == plan.id, or_(PlanVersion.id == last.id, PlanVersion.id.in_(ended)))
        .order_by(PlanVersion.number)
    )
    return list(session().scalars(query))


def is_receiving(cycle: Cycle, at: datetime) -> bool:
    """Tell whether opinions are taken in time: a version is frozen and the last instant of the stage has not passed."""
    plan = plan_of_cycle(cycle)
    return plan is not None and plan.state is PlanState.INSPECTION and cycle.is_running(Stage.INSPECTION, at)


def takes_late(cycle: Cycle, at: datetime) -> bool:
    """Tell whether an opinion that comes now is still taken, marked as late (setting ``plan.late_days``)."""
    plan = plan_of_cycle(cycle)
    if plan is None or plan.state is not PlanState.INSPECTION or not cycle.is_open(Stage.INSPECTION):
        return False
    closes_at = cycle.stage(Stage.INSPECTION).closes_at
    return closes_at <= at < closes_at + timedelta(days=setting(cycle.place, "plan.late_days"))


def answers_due_at(cycle: Cycle) -> datetime:
    """Return until when every opinion should be answered (setting ``plan.answer_days`` after the last day)."""
    return cycle.stage(Stage.INSPECTION).closes_at + timedelta(days=setting(cycle.place, "plan.answer_days"))


def opinions_on(version: PlanVersion) -> list[Opinion]:
    """Return the opinions in force on a version, by number."""
    query = (
        select(Opinion)
        .where(Opinion.version_id == version.id, Opinion.withdrawn_at.is_(None))
        .order_by(Opinion.number)
        .options(selectinload(Opinion.disposition).selectinload(Disposition.corrections))
    )
    return list(session().scalars(query))


@dataclass(frozen=True)
class Counts:
    """How an inspection stands: opinions in force, and how far their answers are."""

    received: int
    answered: int
    """With an answer, were it a draft."""
    confirmed: int
    unreleased: int
    """Not yet looked through for personal data."""

    @property
    def open(self) -> int:
        """How many opinions wait for an answer."""
        return self.received - self.answered

    @property
    def unconfirmed(self) -> int:
        """How many have no confirmed answer."""
        return self.received - self.confirmed


def counts(version: PlanVersion) -> Counts:
    """Count opinions and answers."""
    is_confirmed = Disposition.state == AnswerState.CONFIRMED
    row = (
        session()
        .execute(
            select(
                func.count(Opinion.id),
                func.count(Disposition.id),
                func.count(Disposition.id).filter(is_confirmed),
                func.count(Opinion.id).filter(Opinion.released_at.is_(None)),
            )
            .outerjoin(Disposition, Disposition.opinion_id == Opinion.id)
            .where(Opinion.version_id == version.id, Opinion.withdrawn_at.is_(None))
        )
        .one()
    )
    return Counts(*row)


def unseen_files(version: PlanVersion) -> int:
    """Return how many files of opinions in force nobody has looked through."""
    query = (
        select(func.count(OpinionFile.id))
        .join(Opinion, Opinion.id == OpinionFile.opinion_id)
        .where(
            Opinion.version_id == version.id, Opinion.withdrawn_at.is_(None), OpinionFile.removed_at.is_(None),
            OpinionFile.is_public.is_(None),
        )
    )  # fmt: skip
    return session().scalar(query) or 0


def opinion_of(place: Place, opinion_id: int) -> Opinion:
    """Return an opinion of a dong.

    Raises:
        NotFound: there is none here.
    """
    opinion = get_or_not_found(Opinion, opinion_id)
    if opinion.plan_version.plan.place_id != place.id:
        raise NotFound(N_("찾으시는 의견이 없습니다."))
    return opinion


def group_of(place: Place, group_id: int) -> OpinionGroup:
    """Return a group of identical opinions of a dong.

    Raises:
        NotFound: there is none here.
    """
    group = get_or_not_found(OpinionGroup, group_id)
    if group.plan_version.plan.place_id != place.id:
        raise NotFound(N_("찾으시는 의견 묶음이 없습니다."))
    return group


@dataclass(frozen=True)
class Bundle:
    """What is answered together: one opinion, or a group that says the same. ``first`` has the lowest number."""

    opinions: list[Opinion]

    @property
    def first(self) -> Opinion:
        """Return the opinion that stands for all."""
        return self.opinions[0]

    @property
    def group(self) -> OpinionGroup | None:
        """Return the group, None for a single opinion."""
        return self.first.group


def bundles(opinions: Iterable[Opinion]) -> list[Bundle]:
    """Return what is answered together, by the number of its first opinion."""
    found: dict[tuple[str, int], list[Opinion]] = {}
    for opinion in opinions:
        key = ("group", opinion.group_id) if opinion.group_id else ("one", opinion.id)
        found.setdefault(key, []).append(opinion)
    return [Bundle(members) for members in found.values()]


def bundles_by_section(found: Iterable[Bundle]) -> dict[int | None, list[Bundle]]:
    """Return what is answered together by the section it is about."""
    grouped: dict[int | None, list[Bundle]] = {}
    for each in found:
        grouped.setdefault(each.first.section, []).append(each)
    return grouped


def stage_of(bundle: Bundle) -> str:
    """Return how far the answer of a bundle is: ``open`` without one, else the value of its state."""
    answers = [opinion.disposition for opinion in bundle.opinions]
    states = [answer.state if answer else None for answer in answers]
    order = [None, AnswerState.DRAFT, AnswerState.CHECKED, AnswerState.CONFIRMED]
    least = next(state for state in order if state in states)
    return least.value if least else "open"


def tallies(found: Iterable[Bundle]) -> dict[str, int]:
    """Return how many opinions stand at which step of their answer, and altogether."""
    counted = {"open": 0, **{state.value: 0 for state in AnswerState}, "all": 0}
    for each in found:
        counted[stage_of(each)] += len(each.opinions)
        counted["all"] += len(each.opinions)
    return counted


def chosen(found: list[Bundle], state: str) -> list[Bundle]:
    """Return the bundles at one step (`stage_of`), or all of them for any other word."""
    steps = {"open", *(each.value for each in AnswerState)}
    return [each for each in found if stage_of(each) == state] if state in steps else found


def next_open(after: Opinion) -> Bundle | None:
    """Return what waits for an answer after an opinion by number, from the beginning once the end is reached."""
    waiting = [
        each
        for each in chosen(bundles(opinions_on(after.plan_version)), "open")
        if after.id not in {opinion.id for opinion in each.opinions}
    ]
    later = [each for each in waiting if each.first.number > after.number]
    return next(iter(later or waiting), None)


def unit_last_answering(version: PlanVersion, person: Person, section: int | None) -> str:
    """Return who answered last about a section, else whom this person named last; nobody types it twenty times."""
    query = (
        select(Disposition.unit)
        .join(Opinion, Opinion.id == Disposition.opinion_id)
        .where(Opinion.version_id == version.id)
        .order_by(Disposition.answered_at.desc(), Disposition.id.desc())
        .limit(1)
    )
    here = session().scalar(query.where(Opinion.section == section)) if section else None
    return here or session().scalar(query.where(Disposition.answered_by == person.id)) or ""


def alike(opinions: Iterable[Opinion]) -> list[list[Opinion]]:
    """Return the sets of ungrouped, unconfirmed opinions that say word for word the same, largest first."""
    free = {
        opinion.id: opinion
        for opinion in opinions
        if opinion.group_id is None
        and (opinion.disposition is None or opinion.disposition.state is not AnswerState.CONFIRMED)
    }
    found = identical((opinion.id, opinion.section, opinion.text) for opinion in free.values())
    return [[free[opinion_id] for opinion_id in ids] for ids in found]


def end_of(version: PlanVersion) -> InspectionEnd | None:
    """Return how the inspection of a version ended, None while it goes on."""
    return session().scalar(select(InspectionEnd).where(InspectionEnd.version_id == version.id))


def answers_are_public(version: PlanVersion) -> bool:
    """Tell whether confirmed answers of a version are public: one by one, or all at the end of its inspection."""
    policy = Publication(setting(version.plan.place, "plan.answers_published"))
    return policy is Publication.EACH or version.plan.state is not PlanState.INSPECTION or end_of(version) is not None


def public_answer(opinion: Opinion, *, are_public: bool) -> Disposition | None:
    """Return the answer that everybody may read: confirmed, and published (`answers_are_public`)."""
    answer = opinion.disposition
    return answer if are_public and answer is not None and answer.state is AnswerState.CONFIRMED else None


def extensions_of(version: PlanVersion) -> list[InspectionExtension]:
    """Return the prolongations of an inspection, oldest first."""
    query = select(InspectionExtension).where(InspectionExtension.version_id == version.id)
    return list(session().scalars(query.order_by(InspectionExtension.id)))


@dataclass(frozen=True)
class Announcement:
    """What is announced of an inspection; ``version`` is that of the notice's row, 0 before there is one."""

    legal_basis: str
    receiving_unit: str
    reading_places: str
    contact: str
    version: int


def announcement(version: PlanVersion) -> Announcement:
    """Return the notice of an inspection: as written by the staff, or what holds unless they write otherwise."""
    place = version.plan.place
    row = session().scalar(select(InspectionNotice).where(InspectionNotice.version_id == version.id))
    if row is not None:
        return Announcement(row.legal_basis, row.receiving_unit, row.reading_places, row.contact, row.version)
    basis = setting_with_origin(place, "plan.inspection_days").legal_basis
    office = f"{place.name} 주민센터"
    return Announcement(basis, office, office, "", 0)
