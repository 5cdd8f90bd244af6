"""Reporting a text, and deciding about it."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from app.db.session import get_or_not_found, session
from app.discussion.models import Argument, Comment, ModerationEntry, Report
from app.discussion.permissions import can_moderate
from app.discussion.rules import Kind, Reason, Verdict, require_verdict
from app.discussion.services.words import NO_TEXT
from app.errors import NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.people.services.limits import Limit, take
from app.places.models import Place
from app.record.services import append

REPORTS_OF_PERSON = Limit("discussion:reports", 10, timedelta(hours=1))
TABLES: dict[Kind, type[Argument] | type[Comment]] = {Kind.ARGUMENT: Argument, Kind.COMMENT: Comment}


def report(place: Place, kind: Kind, subject_id: int, *, reason: Reason, note: str, by: Person, at: datetime) -> Report:
    """Tell the moderators about a text; a person reports the same text once.

    Raises:
        NotFound: no such text here, or it is not shown.
        RuleViolation: too many reports in an hour.
    """
    text = text_of(place, kind, subject_id)
    if text.hidden_at is not None or text.withdrawn_at is not None:
        raise NotFound(NO_TEXT)
    known = session().scalar(
        select(Report).where(Report.reporter_id == by.id, Report.kind == kind, Report.subject_id == subject_id)
    )
    if known is not None:
        return known
    if take((REPORTS_OF_PERSON, str(by.id)), at=at) is not None:
        raise RuleViolation(N_("짧은 시간에 너무 여러 번 알리셨습니다. 조금 뒤에 다시 해 주세요."))
    found = Report(
        place_id=place.id, kind=kind, subject_id=subject_id, reporter_id=by.id, reason=reason, note=note,
        reported_at=at,
    )  # fmt: skip
    session().add(found)
    session().flush()
    return found


def decide(  # noqa: PLR0913 - one decision, told fully
    place: Place,
    kind: Kind,
    subject_id: int,
    *,
    verdict: Verdict,
    reason: Reason | None,
    explanation: str,
    by: Person,
    at: datetime,
) -> ModerationEntry:
    """Hide a text for a published reason, show it again, or leave it; the reports about it are settled by that.

    Raises:
        NotFound: no such text here.
        NotAllowed: not a moderator, or it is their own text.
        RuleViolation: somebody else decided meanwhile.
        InvalidInput: hidden without a reason.
    """
    if not can_moderate(by, place, at):
        raise NotAllowed(N_("동 담당자와 분과위원장만 글을 살핍니다."))
    text = text_of(place, kind, subject_id, lock=True)
    if text.author_id == by.id:
        raise NotAllowed(N_("자기 글은 다른 사람이 살핍니다."))
    require_verdict(verdict, hidden=text.hidden_at is not None, reason=reason)
    role = by.staff_role(place, at) or Role.COMMITTEE_CHAIR
    match verdict:
        case Verdict.HIDE:
            text.hidden_at, text.hidden_for = at, reason
        case Verdict.RESTORE:
            text.hidden_at, text.hidden_for = None, None
        case Verdict.DISMISS:
            reason = None
    entry = ModerationEntry(
        place_id=place.id, kind=kind, subject_id=subject_id, proposal_id=text.proposal_id, verdict=verdict,
        reason=reason, explanation=explanation, decided_by=by.id, role=role, decided_at=at,
    )  # fmt: skip
    session().add(entry)
    session().execute(
        update(Report)
        .where(Report.kind == kind, Report.subject_id == subject_id, Report.handled_at.is_(None))
        .values(handled_at=at)
    )
    session().flush()
    if verdict is not Verdict.DISMISS:
        append(
            place,
            "discussion.hidden" if verdict is Verdict.HIDE else "discussion.restored",
            role=role,
            subject=f"{kind.value}:{subject_id}",
            at=at,
            values={"text_kind": kind.value, **({"hidden_for": reason.value} if reason else {})},
        )
    return entry


def text_of(place: Place, kind: Kind, subject_id: int, *, lock: bool = False) -> Argument | Comment:
    """Return a text of a dong.

    Raises:
        NotFound: there is none here.
    """
    text = get_or_not_found(TABLES[kind], subject_id, lock=lock)
    if text.place_id != place.id:
        raise NotFound(NO_TEXT)
    return text
