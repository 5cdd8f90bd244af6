"""Taking opinions: whatever way they come, each gets its number at once; authors change their own until the close."""

from datetime import date, datetime

from sqlalchemy import func, select

from app.clock import kst_date, kst_midnight
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.inspection.models import Opinion, OpinionContact, OpinionEdit
from app.inspection.permissions import can_change, can_enter_for_others
from app.inspection.queries.opinions import (
    answers_are_public,
    inspected_version,
    is_receiving,
    public_answer,
    takes_late,
)
from app.inspection.rules import (
    AnswerState,
    Channel,
    Stance,
    receipt_number,
    require_receiving,
    require_text,
)
from app.people.models import Person
from app.people.rules import Role
from app.plan.models import Plan, PlanVersion
from app.plan.queries import lacks_adoption, sections
from app.plan.rules.workbench import Adoption
from app.privacy.rules import normal_email
from app.privacy.sealing import seal
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
    received_on: date | None = None,
    contact: str = "",
) -> Opinion:
    """Take an opinion and give it the next number; the same form sent twice keeps one number.

    What comes after the last day is taken for some days more (setting ``plan.late_days``) and marked as late. A paper
    that was handed in on time and typed in afterwards is on time: its own day counts.

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
        received_on: the Korean day on which a paper arrived; None: today.
        contact: an e-mail address to which the answer to a paper opinion is sent; sealed, erased afterwards.

    Raises:
        RuleViolation: no inspection is open, or the council must adopt the text first (``plan.council_adoption``).
        NotAllowed: a channel that only staff enter.
        InvalidInput: too short, too long, no such section, a day that cannot be, or no e-mail address.
    """
    plan = session().scalar(select(Plan).where(Plan.cycle_id == cycle.id).with_for_update())
    # Read anew behind the lock: somebody may have prolonged the inspection while this opinion waited for it.
    session().refresh(cycle.stage(Stage.INSPECTION))
    in_time = plan is not None and is_receiving(cycle, at)
    require_receiving(is_open=in_time or takes_late(cycle, at))
    if channel is not Channel.ONLINE and not can_enter_for_others(by, cycle.place, at):
        raise NotAllowed(N_("종이와 방문으로 받은 의견은 담당자가 적습니다."))
    version = inspected_version(cycle)
    if version is None:
        raise RuleViolation(N_("공람할 계획안이 없습니다."))
    known = session().scalar(select(Opinion).where(Opinion.entered_by == by.id, Opinion.once == once))
    if known is not None:
        return known
    if lacks_adoption(version, Adoption.INSPECTION):
        raise RuleViolation(N_("주민자치회가 이 계획안을 의결한 뒤에 의견을 받습니다."))
    require_text(text)
    _require_section(version, section)
    is_paper = channel is not Channel.ONLINE
    came_at = _came_at(cycle, version, received_on, at) if is_paper and received_on else at
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
        author_id=None if is_paper else by.id,
        entered_by=by.id,
        once=once,
        wants_notice=wants_notice,
        received_at=came_at,
        late=came_at >= cycle.stage(Stage.INSPECTION).closes_at,
    )
    if is_paper and contact:
        opinion.contact = OpinionContact()
        seal(opinion.contact, OpinionContact.email, normal_email(contact))
    session().add(opinion)
    session().flush()
    append(
        cycle.place,
        "inspection.received",
        role=Role.DONG_STAFF if is_paper else Role.RESIDENT,
        subject=f"opinion:{opinion.id}",
        at=at,
        values={"receipt": opinion.receipt, "channel": channel.value},
    )
    return opinion


def edit_opinion(
    opinion_id: int, *, section: int | None, stance: Stance, text: str, version: int, by: Person, at: datetime
) -> Opinion:
    """Change one's own opinion until the inspection closes or its answer is confirmed; what it said before is kept.

    It must be looked through anew before it is published, stands for itself again if it was grouped, and a drafted
    answer goes back to its writer.

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
    if (opinion.section, opinion.stance, opinion.text) == (section, stance, text):
        return opinion
    opinion.edits.append(OpinionEdit(section=opinion.section, stance=opinion.stance, text=opinion.text, replaced_at=at))
    if text != opinion.text:
        opinion.released_at, opinion.released_by, opinion.public_text = None, None, ""
    opinion.section, opinion.stance, opinion.text, opinion.group = section, stance, text, None
    if opinion.disposition is not None:
        opinion.disposition.state = AnswerState.DRAFT
    return opinion


def withdraw_opinion(opinion_id: int, *, by: Person, at: datetime) -> Opinion:
    """Take one's opinion back; the number stays taken.

    Raises:
        NotFound, RuleViolation: as `edit_opinion`.
    """
    opinion = _own(opinion_id, by)
    if opinion.withdrawn_at is None:
        _require_changeable(opinion, at)
        opinion.withdrawn_at, opinion.group = at, None
        opinion.version += 1
        append(
            opinion.plan_version.plan.place, "inspection.withdrawn", role=Role.RESIDENT,
            subject=f"opinion:{opinion.id}", at=at, values={"receipt": opinion.receipt},
        )  # fmt: skip
    return opinion


def rate_answer(opinion_id: int, *, helpful: bool, by: Person, at: datetime) -> Opinion:  # noqa: ARG001
    """Note whether the answer helped its author; no more than that, the matter is not opened again.

    Raises:
        NotFound: not this person's opinion.
        RuleViolation: no answer has been published.
    """
    opinion = get_or_not_found(Opinion, opinion_id, lock=True)
    if opinion.author_id != by.id:
        raise NotFound(N_("찾으시는 의견이 없습니다."))
    if public_answer(opinion, are_public=answers_are_public(opinion.plan_version)) is None:
        raise RuleViolation(N_("아직 답변이 나오지 않았습니다."))
    opinion.helpful = helpful
    return opinion


def own_changeable(opinion_id: int, *, by: Person, at: datetime) -> Opinion:
    """Return one's own opinion, locked, while it may still be changed.

    Raises:
        NotFound, RuleViolation: as `edit_opinion`.
    """
    opinion = _own(opinion_id, by)
    _require_changeable(opinion, at)
    return opinion


def _came_at(cycle: Cycle, version: PlanVersion, day: date, at: datetime) -> datetime:
    if day > kst_date(at) or day < kst_date(version.frozen_at):
        raise InvalidInput(N_("받은 날은 공람을 시작한 날부터 오늘까지입니다."), field="received_on")
    # Papers carry a day, not an hour: today's came now, earlier ones at the beginning of their day.
    began = cycle.stage(Stage.INSPECTION).opened_at or version.frozen_at
    return at if day == kst_date(at) else max(kst_midnight(day), began)


def _own(opinion_id: int, person: Person) -> Opinion:
    opinion = get_or_not_found(Opinion, opinion_id, lock=True)
    if not can_change(person, opinion):
        raise NotFound(N_("찾으시는 의견이 없습니다."))
    return opinion


def _require_changeable(opinion: Opinion, at: datetime) -> None:
    cycle = opinion.plan_version.plan.cycle
    require_receiving(is_open=is_receiving(cycle, at) or (opinion.late and takes_late(cycle, at)))
    if opinion.withdrawn_at is not None or (
        opinion.disposition is not None and opinion.disposition.state is AnswerState.CONFIRMED
    ):
        raise RuleViolation(N_("거두었거나 이미 답변이 나온 의견은 고칠 수 없습니다."))


def _require_section(version: PlanVersion, section: int | None) -> None:
    if section is not None and section not in {each.number for each in sections(version)}:
        raise InvalidInput(N_("그런 부분은 없습니다."), field="section")
