"""Use cases of the public inspection."""

from datetime import datetime

from sqlalchemy import func, select

from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.inspection.models import Disposition, Opinion
from app.inspection.permissions import can_answer, can_change, can_conclude, can_enter_for_others
from app.inspection.queries import counts, inspected_version, is_receiving
from app.inspection.rules import (
    Channel,
    Result,
    Stance,
    receipt_number,
    require_answer,
    require_receiving,
    require_text,
)
from app.inspection.signals import opinion_answered
from app.people.models import Person
from app.people.rules import Role
from app.plan.models import Plan, PlanVersion
from app.plan.queries import sections
from app.plan.rules import PlanState
from app.plan.services import freezing
from app.record.services import append


def submit_opinion(
    cycle: Cycle,
    *,
    section: int | None,
    stance: Stance,
    text: str,
    channel: Channel,
    wants_notice: bool,
    once: str,
    by: Person,
    at: datetime,
) -> Opinion:
    """Take an opinion and give it the next number; the same form sent twice keeps one number.

    Args:
        cycle: the dong's year.
        section: the section it is about, None for the whole plan.
        stance: for, amend, against.
        text: what is said, 10 to 4,000 letters.
        channel: how it came; anything but online is entered by staff.
        wants_notice: whether the author wants to hear of the answer.
        once: the form's key.
        by: the author, or the clerk who enters it.
        at: when.

    Raises:
        RuleViolation: no inspection is open.
        NotAllowed: a channel that only staff enter.
        InvalidInput: too short, too long, or no such section.
    """
    plan = session().scalar(select(Plan).where(Plan.cycle_id == cycle.id).with_for_update())
    require_receiving(is_open=plan is not None and is_receiving(cycle, at))
    if channel is not Channel.ONLINE and not can_enter_for_others(by, cycle.place, at):
        raise NotAllowed(N_("종이와 방문으로 받은 의견은 담당자가 적습니다."))
    version = inspected_version(cycle)
    if version is None:
        raise RuleViolation(N_("공람할 계획안이 없습니다."))
    known = session().scalar(select(Opinion).where(Opinion.entered_by == by.id, Opinion.once == once))
    if known is not None:
        return known
    require_text(text)
    _require_section(version, section)
    number = (session().scalar(select(func.max(Opinion.number)).where(Opinion.version_id == version.id)) or 0) + 1
    # A second inspection of a year counts on, so that no two receipts of a year are alike.
    earlier = session().scalar(
        select(func.count(Opinion.id))
        .join(PlanVersion, PlanVersion.id == Opinion.version_id)
        .where(PlanVersion.plan_id == version.plan_id, PlanVersion.id != version.id)
    )
    opinion = Opinion(
        version_id=version.id,
        number=number,
        receipt=receipt_number(year=cycle.year, place=cycle.place.name, number=(earlier or 0) + number),
        section=section,
        stance=stance,
        text=text,
        channel=channel,
        author_id=by.id if channel is Channel.ONLINE else None,
        entered_by=by.id,
        once=once,
        wants_notice=wants_notice,
        received_at=at,
    )
    session().add(opinion)
    session().flush()
    append(
        cycle.place,
        "inspection.received",
        role=Role.RESIDENT if channel is Channel.ONLINE else Role.DONG_STAFF,
        subject=f"opinion:{opinion.id}",
        at=at,
        values={"receipt": opinion.receipt, "channel": channel.value},
    )
    return opinion


def edit_opinion(
    opinion_id: int, *, section: int | None, stance: Stance, text: str, version: int, by: Person, at: datetime
) -> Opinion:
    """Change one's own opinion until the inspection closes or it is answered.

    Raises:
        NotFound, Conflict: not this person's; changed meanwhile in another window.
        RuleViolation: closed, withdrawn, or answered.
        InvalidInput: as `submit_opinion`.
    """
    opinion = _own(opinion_id, by)
    claim_version(opinion, version)
    _require_changeable(opinion, at)
    require_text(text)
    _require_section(opinion.plan_version, section)
    opinion.section, opinion.stance, opinion.text = section, stance, text
    return opinion


def withdraw_opinion(opinion_id: int, *, by: Person, at: datetime) -> Opinion:
    """Take one's opinion back; the number stays taken.

    Raises:
        NotFound, RuleViolation: as `edit_opinion`.
    """
    opinion = _own(opinion_id, by)
    if opinion.withdrawn_at is None:
        _require_changeable(opinion, at)
        opinion.withdrawn_at = at
        opinion.version += 1
    return opinion


def answer_opinion(
    opinion_id: int, *, result: Result, reason: str, change: str, unit: str, version: int, by: Person, at: datetime
) -> Opinion:
    """Answer an opinion; until the inspection is concluded the answer may be corrected.

    Raises:
        NotFound, NotAllowed: no such opinion; neither council nor staff.
        Conflict: another clerk answered meanwhile.
        RuleViolation: withdrawn, or the inspection is concluded.
        InvalidInput: no reason, no unit, or an adopted opinion without its change.
    """
    opinion = get_or_not_found(Opinion, opinion_id, lock=True)
    plan = opinion.plan_version.plan
    if not can_answer(by, plan.place, at):
        raise NotAllowed(N_("주민자치회 위원과 담당자만 답할 수 있습니다."))
    claim_version(opinion, version)
    if opinion.withdrawn_at is not None:
        raise RuleViolation(N_("거둔 의견입니다."))
    if plan.state is not PlanState.INSPECTION:
        raise RuleViolation(N_("공람을 마쳐 답변을 바꿀 수 없습니다."))
    require_answer(result, reason=reason, change=change)
    if len(unit) < 2:
        raise InvalidInput(N_("어디에서 답하는지 적어 주세요."), field="unit")
    if opinion.disposition is None:
        opinion.disposition = Disposition(
            result=result, reason=reason, change=change, unit=unit, answered_at=at, answered_by=by.id
        )
    else:
        found = opinion.disposition
        found.result, found.reason, found.change, found.unit = result, reason, change, unit
        found.answered_at, found.answered_by = at, by.id
    session().flush()
    append(
        plan.place,
        "inspection.answered",
        role=Role.COUNCIL_MEMBER,
        subject=f"opinion:{opinion.id}",
        at=at,
        values={"receipt": opinion.receipt, "result": result.value},
    )
    opinion_answered.send(opinion, at=at)
    return opinion


def conclude(cycle: Cycle, *, version: int, by: Person, at: datetime) -> PlanVersion:
    """Freeze the text that follows from the opinions, once every one of them is answered.

    Args:
        cycle: the dong's year.
        version: the version of the plan that the person saw.
        by: staff or a committee chair.
        at: when.

    Raises:
        NotFound, NotAllowed, Conflict: no plan; not allowed; changed meanwhile.
        RuleViolation: opinions are still taken, or wait for an answer.
    """
    plan = session().scalar(select(Plan).where(Plan.cycle_id == cycle.id).with_for_update())
    inspected = inspected_version(cycle)
    if plan is None or inspected is None:
        raise NotFound(N_("공람할 계획안이 없습니다."))
    if not can_conclude(by, plan.place, at):
        raise NotAllowed(N_("담당자와 분과위원장만 공람을 마칠 수 있습니다."))
    claim_version(plan, version)
    row = cycle.stage(Stage.INSPECTION)
    if at < row.closes_at:
        raise RuleViolation(N_("공람 기간이 끝난 뒤에 마칠 수 있습니다."))
    if counts(inspected).open:
        raise RuleViolation(N_("의견 %(n)s건에 아직 답하지 않았습니다."), n=counts(inspected).open)
    return freezing.revise(plan, at=at)


def _own(opinion_id: int, person: Person) -> Opinion:
    opinion = get_or_not_found(Opinion, opinion_id, lock=True)
    if not can_change(person, opinion):
        raise NotFound(N_("찾으시는 의견이 없습니다."))
    return opinion


def _require_changeable(opinion: Opinion, at: datetime) -> None:
    require_receiving(is_open=is_receiving(opinion.plan_version.plan.cycle, at))
    if opinion.withdrawn_at is not None or opinion.disposition is not None:
        raise RuleViolation(N_("거두었거나 이미 답변이 나온 의견은 고칠 수 없습니다."))


def _require_section(version: PlanVersion, section: int | None) -> None:
    if section is not None and section not in {each.number for each in sections(version)}:
        raise InvalidInput(N_("그런 부분은 없습니다."), field="section")
