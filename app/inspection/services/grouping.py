"""Grouping opinions that say the same: one answer for all, a number and a notice for each."""

from collections.abc import Collection
from datetime import datetime

from app.db.session import get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.inspection.models import Opinion, OpinionGroup
from app.inspection.permissions import can_answer
from app.inspection.rules import AnswerState
from app.people.models import Person
from app.people.rules import Role
from app.plan.models import PlanVersion
from app.plan.rules import PlanState
from app.record.services import append


def group_opinions(
    version: PlanVersion, opinion_ids: Collection[int], *, title: str, by: Person, at: datetime
) -> OpinionGroup:
    """Group opinions; members of other groups come over, groups that lose all but one dissolve.

    Answers drafted for single members go: the group is answered anew. The same form sent twice makes one group.

    Raises:
        NotAllowed: neither council nor staff.
        InvalidInput: fewer than two, opinions of another version, or no title.
        RuleViolation: withdrawn, answered for good, or the inspection is over.
    """
    if not can_answer(by, version.plan.place, at):
        raise NotAllowed(N_("주민자치회 위원과 담당자만 의견을 묶을 수 있습니다."))
    if version.plan.state is not PlanState.INSPECTION:
        raise RuleViolation(N_("공람을 마쳐 의견을 묶을 수 없습니다."))
    opinions = [get_or_not_found(Opinion, opinion_id, lock=True) for opinion_id in sorted(set(opinion_ids))]
    if len(opinions) < 2 or any(opinion.version_id != version.id for opinion in opinions):  # noqa: PLR2004
        raise InvalidInput(N_("같은 뜻의 의견을 둘 이상 골라 주세요."), field="opinions")
    if not title:
        raise InvalidInput(N_("묶음의 이름을 적어 주세요."), field="title")
    known = {opinion.group_id for opinion in opinions}
    if len(known) == 1 and opinions[0].group is not None and opinions[0].group.title == title:
        return opinions[0].group
    for opinion in opinions:
        if opinion.withdrawn_at is not None:
            raise RuleViolation(N_("거둔 의견은 묶을 수 없습니다: %(receipt)s"), receipt=opinion.receipt)
        if opinion.disposition is not None and opinion.disposition.state is AnswerState.CONFIRMED:
            raise RuleViolation(N_("답변을 확정한 의견은 묶을 수 없습니다: %(receipt)s"), receipt=opinion.receipt)
    left = {opinion.group for opinion in opinions if opinion.group is not None}
    group = OpinionGroup(version_id=version.id, title=title[:120], created_at=at, created_by=by.id)
    session().add(group)
    session().flush()
    for opinion in opinions:
        opinion.group = group
        opinion.version += 1
        if opinion.disposition is not None:
            session().delete(opinion.disposition)
            opinion.disposition = None
    session().flush()
    for other in left:
        _dissolve_if_alone(other)
    append(
        version.plan.place, "inspection.grouped", role=Role.COUNCIL_MEMBER, subject=f"plan:{version.plan_id}", at=at,
        values={"title": group.title, "count": len(opinions)},
    )  # fmt: skip
    return group


def ungroup(opinion_id: int, *, by: Person, at: datetime) -> Opinion:
    """Let an opinion stand for itself again; a drafted answer goes, so that it gets one of its own.

    Raises:
        NotFound, NotAllowed: no such opinion; neither council nor staff.
        RuleViolation: its answer is confirmed.
    """
    opinion = get_or_not_found(Opinion, opinion_id, lock=True)
    if not can_answer(by, opinion.plan_version.plan.place, at):
        raise NotAllowed(N_("주민자치회 위원과 담당자만 의견을 묶을 수 있습니다."))
    group = opinion.group
    if group is None:
        return opinion
    if opinion.disposition is not None:
        if opinion.disposition.state is AnswerState.CONFIRMED:
            raise RuleViolation(N_("답변을 확정한 의견은 묶음에서 뺄 수 없습니다."))
        session().delete(opinion.disposition)
        opinion.disposition = None
    opinion.group = None
    opinion.version += 1
    group.version += 1
    session().flush()
    _dissolve_if_alone(group)
    return opinion


def _dissolve_if_alone(group: OpinionGroup) -> None:
    session().expire(group, ["opinions"])
    if len(group.opinions) < 2:  # noqa: PLR2004 - nobody to share an answer with
        for opinion in group.opinions:
            opinion.group = None
        session().flush()
        session().delete(group)
