"""Answering: one disposition for every opinion, written, looked at by a second person, confirmed, corrected in the open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.db.session import claim_version, get_or_not_found, session
from app.errors import Conflict, InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.inspection.models import AnswerCorrection, Disposition, Opinion, OpinionGroup
from app.inspection.permissions import can_answer, can_conclude
from app.inspection.queries.opinions import answers_are_public
from app.inspection.rules import AnswerState, Result, require_answer, require_answer_move
from app.inspection.signals import opinion_answered
from app.people.models import Person
from app.people.rules import Role
from app.places.models import Place
from app.plan.models import PlanVersion
from app.plan.queries import sections
from app.plan.rules import PlanState
from app.record.services import append


@dataclass(frozen=True)
class Answer:
    """What is answered.

    ``change`` says what becomes different in the plan, ``section`` in which section of the inspected version (None: in
    the one that the opinion is about); ``unit`` is who answers, a committee or a department.
    """

    result: Result
    reason: str
    change: str
    unit: str
    section: int | None = None


def answer_opinion(opinion_id: int, answer: Answer, *, version: int, by: Person, at: datetime) -> Opinion:
    """Write the answer to an opinion, or write it anew before it is confirmed.

    Raises:
        NotFound, NotAllowed: no such opinion; neither council nor staff.
        Conflict: another clerk answered meanwhile, or its author changed it.
        RuleViolation: withdrawn, grouped, confirmed already, or the inspection is over.
        InvalidInput: no reason, no unit, or an adopted opinion without its change.
    """
    opinion = get_or_not_found(Opinion, opinion_id, lock=True)
    _require_answering(opinion.plan_version, by, at)
    claim_version(opinion, version)
    if opinion.withdrawn_at is not None:
        raise RuleViolation(N_("거둔 의견입니다."))
    if opinion.group_id is not None:
        raise RuleViolation(N_("같은 의견끼리 묶여 있습니다. 묶음에 한 번에 답해 주세요."))
    _require_complete(opinion.plan_version, answer)
    _write(opinion, answer, by=by, at=at)
    session().flush()
    return opinion


def answer_group(group_id: int, answer: Answer, *, version: int, by: Person, at: datetime) -> OpinionGroup:
    """Answer all opinions of a group with one text; each has its own disposition and its own notice.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation, InvalidInput: as `answer_opinion`.
    """
    group = get_or_not_found(OpinionGroup, group_id, lock=True)
    _require_answering(group.plan_version, by, at)
    claim_version(group, version)
    _require_complete(group.plan_version, answer)
    for opinion in group.opinions:
        locked = get_or_not_found(Opinion, opinion.id, lock=True)
        locked.version += 1
        _write(locked, answer, by=by, at=at)
    session().flush()
    return group


def advance(opinion_ids: Iterable[int], *, to: AnswerState, place: Place, by: Person, at: datetime) -> list[Opinion]:
    """Take drafted answers a step on: looked at by a second person, or confirmed.

    An answer is checked by somebody else than its writer. With the step to confirmed it is final, and published as the
    place has set (`answers_are_public`); its author is told then.

    Args:
        opinion_ids: whose answers; those that have taken the step already are left alone.
        to: checked or confirmed.
        place: the dong.
        by: who looks at them.
        at: when.

    Returns:
        The opinions whose answers moved.

    Raises:
        NotFound: an opinion is not this dong's.
        NotAllowed: neither council nor staff; to confirm, neither staff nor committee chair.
        RuleViolation: an answer is not ready for the step, or its writer would check it.
    """
    may = can_conclude(by, place, at) if to is AnswerState.CONFIRMED else can_answer(by, place, at)
    if not may:
        raise NotAllowed(N_("답변을 확정하는 일은 담당자와 분과위원장이 합니다."))
    moved: list[Opinion] = []
    for opinion_id in sorted(set(opinion_ids)):
        opinion = get_or_not_found(Opinion, opinion_id, lock=True)
        if opinion.plan_version.plan.place_id != place.id:
            raise NotAllowed(N_("이 동네의 의견이 아닙니다."))
        answer = opinion.disposition
        if answer is None or opinion.withdrawn_at is not None:
            raise RuleViolation(N_("답변을 먼저 써야 합니다: %(receipt)s"), receipt=opinion.receipt)
        if answer.state is to:
            continue
        require_answer_move(answer.state, to)
        if to is AnswerState.CHECKED:
            if answer.answered_by == by.id:
                raise RuleViolation(N_("답변을 쓴 사람이 아닌 다른 사람이 검토해야 합니다."))
            answer.checked_at, answer.checked_by = at, by.id
        else:
            answer.confirmed_at, answer.confirmed_by = at, by.id
        answer.state = to
        opinion.version += 1
        moved.append(opinion)
    session().flush()
    if to is AnswerState.CONFIRMED:
        for opinion in moved:
            _record(opinion, "inspection.answered", at=at)
        for opinion in moved:
            if answers_are_public(opinion.plan_version):
                opinion_answered.send(opinion, at=at)
    return moved


def correct(opinion_id: int, answer: Answer, *, why: str, version: int, by: Person, at: datetime) -> Opinion:
    """Correct a confirmed answer. What it said before, and why it was wrong, stays readable beside it.

    Raises:
        NotFound, NotAllowed, Conflict, InvalidInput: as `answer_opinion`, or no reason for the correction.
        RuleViolation: the answer is not confirmed.
    """
    opinion = get_or_not_found(Opinion, opinion_id, lock=True)
    if not can_conclude(by, opinion.plan_version.plan.place, at):
        raise NotAllowed(N_("확정한 답변은 담당자와 분과위원장만 바로잡습니다."))
    claim_version(opinion, version)
    found = opinion.disposition
    if found is None or found.state is not AnswerState.CONFIRMED:
        raise RuleViolation(N_("확정한 답변만 바로잡습니다. 아직 초안이면 그냥 고쳐 쓰면 됩니다."))
    _require_complete(opinion.plan_version, answer)
    if len(why) < 10:  # noqa: PLR2004 - one sentence, as for every reason
        raise InvalidInput(N_("바로잡는 까닭을 한 문장 이상 적어 주세요."), field="why")
    found.corrections.append(
        AnswerCorrection(
            result=found.result,
            reason=found.reason,
            change=found.change,
            unit=found.unit,
            why=why,
            replaced_at=at,
            replaced_by=by.id,
        )
    )
    found.result, found.reason, found.change, found.unit = answer.result, answer.reason, answer.change, answer.unit
    found.change_section = answer.section or found.change_section
    session().flush()
    _record(opinion, "inspection.corrected", at=at)
    if answers_are_public(opinion.plan_version):
        opinion_answered.send(opinion, at=at)
    return opinion


def _require_answering(version: PlanVersion, by: Person, at: datetime) -> None:
    if not can_answer(by, version.plan.place, at):
        raise NotAllowed(N_("주민자치회 위원과 담당자만 답할 수 있습니다."))
    if version.plan.state is not PlanState.INSPECTION:
        raise RuleViolation(N_("공람을 마쳐 답변을 바꿀 수 없습니다."))


def _require_complete(version: PlanVersion, answer: Answer) -> None:
    require_answer(answer.result, reason=answer.reason, change=answer.change)
    if len(answer.unit) < 2:  # noqa: PLR2004 - a name
        raise InvalidInput(N_("어디에서 답하는지 적어 주세요."), field="unit")
    if answer.section is not None and answer.section not in {each.number for each in sections(version)}:
        raise InvalidInput(N_("그런 부분은 없습니다."), field="change_section")


def _write(opinion: Opinion, answer: Answer, *, by: Person, at: datetime) -> None:
    found = opinion.disposition
    if found is not None and found.state is AnswerState.CONFIRMED:
        raise Conflict(N_("이미 확정한 답변입니다. 바로잡기로 고칠 수 있습니다."))
    if found is None:
        found = opinion.disposition = Disposition()
    found.result, found.reason, found.change, found.unit = answer.result, answer.reason, answer.change, answer.unit
    found.change_section = answer.section or opinion.section
    found.answered_at, found.answered_by = at, by.id
    found.state, found.checked_at, found.checked_by = AnswerState.DRAFT, None, None


def _record(opinion: Opinion, act: str, *, at: datetime) -> None:
    answer = opinion.disposition
    if answer is not None:
        append(
            opinion.plan_version.plan.place, act, role=Role.COUNCIL_MEMBER, subject=f"opinion:{opinion.id}", at=at,
            values={"receipt": opinion.receipt, "result": answer.result.value},
        )  # fmt: skip
