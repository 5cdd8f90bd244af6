"""Running an inspection: what is announced, prolonging it, its end, and another one when much has changed."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.clock import kst_date, kst_midnight
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.cycle.services import plan_stage
from app.db.session import claim_version, get_or_not_found, session
from app.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.inspection.comparing import SectionChange, compare, substantial
from app.inspection.models import InspectionEnd, InspectionExtension, InspectionNotice
from app.inspection.permissions import can_conclude
from app.inspection.queries.opinions import Announcement, counts, inspected_version, opinions_on, unseen_files
from app.inspection.rules import REASON_MIN, AnswerState, Publication, require_longer
from app.inspection.signals import opinion_answered
from app.people.models import Person
from app.people.permissions import is_staff
from app.people.rules import Role
from app.places.queries import setting
from app.plan.models import Plan, PlanVersion
from app.plan.queries import item_texts, lacks_adoption, rejected_revision, sections
from app.plan.rules import PlanState, require_move
from app.plan.rules.workbench import Adoption
from app.plan.services import freezing
from app.record.services import append

ONLY_STAFF = N_("담당자만 공람을 운영합니다.")
CHANGED_MUCH = N_(
    "사업이 새로 들어오거나 빠졌거나 비용이 크게 바뀌었습니다. 다시 공람하거나, 하지 않는 까닭을 적어 주세요."
)


def announce(version_id: int, words: Announcement, *, by: Person, at: datetime) -> InspectionNotice:
    """Write what is announced: legal basis, receiving office, where the text lies on paper, how to reach the office.

    Raises:
        NotFound, NotAllowed, Conflict: no such version; not staff; somebody else wrote it meanwhile.
        InvalidInput: no legal basis, or no receiving office.
    """
    version = get_or_not_found(PlanVersion, version_id, lock=True)
    place = version.plan.place
    if not is_staff(by, place, at):
        raise NotAllowed(ONLY_STAFF)
    for field in ("legal_basis", "receiving_unit", "reading_places"):
        if len(getattr(words, field)) < 2:  # noqa: PLR2004 - at least a name
            raise InvalidInput(N_("이 칸을 채워 주세요."), field=field)
    row = session().scalar(select(InspectionNotice).where(InspectionNotice.version_id == version.id).with_for_update())
    if row is None:
        if words.version:
            raise Conflict(N_("다른 사람이 먼저 고쳤습니다."))
        row = InspectionNotice(version_id=version.id)
        session().add(row)
    else:
        claim_version(row, words.version)
    row.legal_basis, row.receiving_unit = words.legal_basis, words.receiving_unit
    row.reading_places, row.contact = words.reading_places, words.contact
    session().flush()
    append(
        place, "inspection.announced", role=Role.DONG_STAFF, subject=f"plan:{version.plan_id}", at=at,
        values={"legal_basis": row.legal_basis, "unit": row.receiving_unit},
    )  # fmt: skip
    return row


def extend(
    cycle_id: int, *, last_day: date, reason: str, version: int, by: Person, at: datetime
) -> InspectionExtension:
    """Prolong an inspection; what is on its way meanwhile is in time either way, nothing is lost.

    Args:
        cycle_id: the dong's year.
        last_day: the new last day in Korea.
        reason: why, public.
        version: the version of the cycle that the person saw.
        by: staff.
        at: when.

    Raises:
        NotFound, NotAllowed, Conflict: no such year; not staff; somebody else changed the schedule meanwhile.
        RuleViolation: no inspection is open, or the assembly would begin before its end: move that first.
        InvalidInput: not later than the announced end, or no reason.
    """
    cycle = get_or_not_found(Cycle, cycle_id, lock=True)
    if not is_staff(by, cycle.place, at):
        raise NotAllowed(ONLY_STAFF)
    # Opinions take the same lock: each counts wholly before or wholly after the new end is set.
    plan = session().scalar(select(Plan).where(Plan.cycle_id == cycle.id).with_for_update())
    inspected = inspected_version(cycle)
    if plan is None or inspected is None or not cycle.is_open(Stage.INSPECTION):
        raise RuleViolation(N_("지금은 공람 기간이 아닙니다."))
    row = cycle.stage(Stage.INSPECTION)
    before, to = row.closes_at, kst_midnight(last_day + timedelta(days=1))
    require_longer(before, to=to, reason=reason)
    plan_stage(
        cycle.id, Stage.INSPECTION, first_day=kst_date(row.opens_at), last_day=last_day, version=version, by=by, at=at
    )
    for opinion in opinions_on(inspected):
        opinion.late = opinion.received_at >= to
    extension = InspectionExtension(
        version_id=inspected.id, closed_at_before=before, closes_at=to, reason=reason, decided_at=at, decided_by=by.id
    )
    session().add(extension)
    session().flush()
    append(
        cycle.place, "inspection.extended", role=Role.DONG_STAFF, subject=f"plan:{plan.id}", at=at,
        values={"day": last_day.isoformat(), "reason": reason},
    )  # fmt: skip
    return extension


def changes_so_far(version: PlanVersion) -> list[SectionChange]:
    """Return what differs between an inspected version and the working text."""
    return compare(sections(version), item_texts(version.plan))


def substantial_so_far(version: PlanVersion) -> list[SectionChange]:
    """Return those differences that other people would want to be heard on again (`app.inspection.comparing`)."""
    return substantial(changes_so_far(version), share=setting(version.plan.place, "plan.substantial_share"))


def conclude(cycle: Cycle, *, version: int, by: Person, at: datetime, reason: str = "") -> PlanVersion:
    """Freeze the text that follows from the opinions, once every one of them is answered, and tell every author.

    Args:
        cycle: the dong's year.
        version: the version of the plan that the person saw.
        by: staff or a committee chair.
        at: when.
        reason: why it is not inspected again although it changed much; public.

    Raises:
        NotFound, NotAllowed, Conflict: no plan; not allowed; changed meanwhile.
        RuleViolation: opinions are still taken, wait for an answer, or were not looked through.
        InvalidInput: the text changed much and nothing says why it is not inspected again.
    """
    plan, inspected = _ending(cycle, version=version, by=by, at=at)
    if substantial_so_far(inspected) and len(reason) < REASON_MIN:
        raise InvalidInput(CHANGED_MUCH, field="reason")
    _end(plan, inspected, is_again=False, reason=reason, by=by, at=at)
    return freezing.revise(plan, at=at)


def inspect_again(cycle: Cycle, *, reason: str, version: int, by: Person, at: datetime) -> None:
    """Send the plan back to be written, and inspected once more, because it changed much. Answers given stay given.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: as `conclude`.
        InvalidInput: no reason.
    """
    plan, inspected = _ending(cycle, version=version, by=by, at=at)
    if len(reason) < REASON_MIN:
        raise InvalidInput(N_("다시 공람하는 까닭을 한 문장 이상 적어 주세요."), field="reason")
    require_move(plan.state, PlanState.DRAFTING)
    _end(plan, inspected, is_again=True, reason=reason, by=by, at=at)
    plan.state = PlanState.DRAFTING
    plan.version += 1
    append(
        plan.place,
        "inspection.again",
        role=Role.DONG_STAFF,
        subject=f"plan:{plan.id}",
        at=at,
        values={"reason": reason},
    )


def revise_again(cycle: Cycle, *, reason: str, version: int, by: Person, at: datetime) -> PlanVersion:
    """Freeze what was written after the council rejected the text that followed from the opinions.

    Nobody is asked again as long as the text stays near to what was inspected; beyond that somebody says in public why
    not, or freezes it for another inspection (`app.plan.services.freezing.freeze_for_inspection`).

    Raises:
        NotFound, NotAllowed, Conflict: no plan; not allowed; changed meanwhile.
        RuleViolation: the council rejected nothing, no project is left, or a department's review is missing.
        InvalidInput: the text changed much and nothing says why it is not inspected again.
    """
    plan = session().scalar(select(Plan).where(Plan.cycle_id == cycle.id).with_for_update())
    inspected = inspected_version(cycle)
    if plan is None or inspected is None:
        raise NotFound(N_("공람할 계획안이 없습니다."))
    if not can_conclude(by, plan.place, at):
        raise NotAllowed(N_("담당자와 분과위원장만 공람을 마칠 수 있습니다."))
    claim_version(plan, version)
    if rejected_revision(plan) is None or not cycle.is_open(Stage.INSPECTION):
        raise RuleViolation(N_("주민자치회가 부결해 다시 쓰는 계획안만 이렇게 고정합니다."))
    freezing.require_ready(plan)
    if substantial_so_far(inspected):
        if len(reason) < REASON_MIN:
            raise InvalidInput(CHANGED_MUCH, field="reason")
        append(
            plan.place, "inspection.not_again", role=by.staff_role(plan.place, at) or Role.COMMITTEE_CHAIR,
            subject=f"plan:{plan.id}", at=at, values={"reason": reason},
        )  # fmt: skip
    return freezing.revise(plan, at=at)


def _ending(cycle: Cycle, *, version: int, by: Person, at: datetime) -> tuple[Plan, PlanVersion]:
    plan = session().scalar(select(Plan).where(Plan.cycle_id == cycle.id).with_for_update())
    inspected = inspected_version(cycle)
    if plan is None or inspected is None:
        raise NotFound(N_("공람할 계획안이 없습니다."))
    if not can_conclude(by, plan.place, at):
        raise NotAllowed(N_("담당자와 분과위원장만 공람을 마칠 수 있습니다."))
    claim_version(plan, version)
    if plan.state is not PlanState.INSPECTION:
        raise RuleViolation(N_("이 공람은 이미 마쳤습니다."))
    if at < cycle.stage(Stage.INSPECTION).closes_at:
        raise RuleViolation(N_("공람 기간이 끝난 뒤에 마칠 수 있습니다."))
    if lacks_adoption(inspected, Adoption.INSPECTION):
        raise RuleViolation(N_("주민자치회가 의결하지 않은 계획안의 공람은 마칠 수 없습니다."))
    found = counts(inspected)
    if found.open:
        raise RuleViolation(N_("의견 %(n)s건에 아직 답하지 않았습니다."), n=found.open)
    if found.unconfirmed:
        raise RuleViolation(N_("의견 %(n)s건의 답변을 아직 확정하지 않았습니다."), n=found.unconfirmed)
    if found.unreleased:
        raise RuleViolation(N_("의견 %(n)s건을 개인정보가 없는지 보고 공개해야 합니다."), n=found.unreleased)
    unseen = unseen_files(inspected)
    if unseen:
        raise RuleViolation(N_("의견에 딸린 파일 %(n)s개를 아직 살펴보지 않았습니다."), n=unseen)
    return plan, inspected


def _end(plan: Plan, inspected: PlanVersion, *, is_again: bool, reason: str, by: Person, at: datetime) -> None:
    session().add(
        InspectionEnd(
            version_id=inspected.id,
            is_again=is_again,
            reason=reason,
            closed_at=plan.cycle.stage(Stage.INSPECTION).closes_at,
            ended_at=at,
            ended_by=by.id,
        )
    )
    session().flush()
    opinions = opinions_on(inspected)
    if Publication(setting(plan.place, "plan.answers_published")) is Publication.TOGETHER:
        for opinion in opinions:
            if opinion.disposition is not None and opinion.disposition.state is AnswerState.CONFIRMED:
                opinion_answered.send(opinion, at=at)
    for opinion in opinions:
        opinion.contact = None
