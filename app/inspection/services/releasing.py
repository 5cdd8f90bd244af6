"""Looking through opinions before everybody reads them: personal data is taken out, the original stays with the staff."""

from datetime import datetime

from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.inspection.models import Opinion
from app.inspection.permissions import can_enter_for_others
from app.inspection.queries.opinions import opinions_on
from app.inspection.rules import personal_traces
from app.people.models import Person
from app.people.rules import Role
from app.plan.models import PlanVersion
from app.record.services import append

ONLY_STAFF = N_("담당자만 의견을 살펴보고 공개합니다.")


def release(opinion_id: int, *, public_text: str, version: int, by: Person, at: datetime) -> Opinion:
    """Publish an opinion as it is, or with personal data taken out.

    Raises:
        NotFound, NotAllowed, Conflict: no such opinion; not staff; its author changed it meanwhile.
        RuleViolation: withdrawn.
        InvalidInput: nothing is left, or what looks like personal data still stands in it.
    """
    opinion = get_or_not_found(Opinion, opinion_id, lock=True)
    if not can_enter_for_others(by, opinion.plan_version.plan.place, at):
        raise NotAllowed(ONLY_STAFF)
    claim_version(opinion, version)
    if opinion.withdrawn_at is not None:
        raise RuleViolation(N_("거둔 의견입니다."))
    if not public_text:
        raise InvalidInput(N_("공개할 글이 남지 않았습니다."), field="public_text")
    left = personal_traces(public_text)
    if left:
        raise InvalidInput(N_("아직 개인정보로 보이는 것이 있습니다: %(found)s"), field="public_text", found=left[0])
    _publish(opinion, public_text, by=by, at=at)
    return opinion


def release_clean(version: PlanVersion, *, seen: set[int], by: Person, at: datetime) -> int:
    """Publish those opinions that a clerk has just read in a list and in which nothing looks like personal data.

    Args:
        version: the inspected version.
        seen: ids of the opinions that stood in the list; one that came meanwhile waits to be read.
        by: staff.
        at: when.

    Returns:
        How many were published.

    Raises:
        NotAllowed: not staff.
    """
    if not can_enter_for_others(by, version.plan.place, at):
        raise NotAllowed(ONLY_STAFF)
    count = 0
    for opinion in opinions_on(version):
        if opinion.id in seen and opinion.released_at is None and not personal_traces(opinion.text):
            locked = get_or_not_found(Opinion, opinion.id, lock=True)
            locked.version += 1
            _publish(locked, locked.text, by=by, at=at)
            count += 1
    session().flush()
    return count


def _publish(opinion: Opinion, public_text: str, *, by: Person, at: datetime) -> None:
    was_redacted = opinion.is_redacted
    opinion.public_text, opinion.released_at, opinion.released_by = public_text, at, by.id
    if opinion.is_redacted and not was_redacted:
        append(
            opinion.plan_version.plan.place, "inspection.redacted", role=Role.DONG_STAFF,
            subject=f"opinion:{opinion.id}", at=at, values={"receipt": opinion.receipt},
        )  # fmt: skip
