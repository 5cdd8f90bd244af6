"""Announcing a call for proposals, and calling it off."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.agenda.models import ProposalCall
from app.agenda.permissions import can_call
from app.agenda.rules.calls import CallTerms, require_terms
from app.cycle.models import Cycle
from app.cycle.rules import Stage, require_not_over
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.places.queries import setting
from app.record.services import append

NOT_CALLER = N_("동 담당자와 분과위원장만 공모를 알립니다.")


@dataclass(frozen=True)
class CallWords:
    """What a call says."""

    title: str
    text: str


def announce_call(
    cycle: Cycle, words: CallWords, terms: CallTerms, *, once: str, by: Person, at: datetime
) -> ProposalCall:
    """Announce a call; the same form sent twice announces one.

    Raises:
        NotAllowed: neither staff nor a committee's chair.
        RuleViolation: the year is over, or the gathering of agendas is.
        InvalidInput: terms that admit nothing, that lie outside the stage, or above the limits of the dong.
    """
    if not can_call(by, cycle.place, at):
        raise NotAllowed(NOT_CALLER)
    known = session().scalar(select(ProposalCall).where(ProposalCall.once == once))
    if known is not None:
        return known
    require_not_over(is_over=cycle.is_over)
    require_terms(terms, dong_max_won=setting(cycle.place, "pb.max_per_project"))
    if terms.per_person > setting(cycle.place, "call.per_person"):
        raise InvalidInput(
            N_("이 지역에서는 한 사람이 %(n)s건까지 낼 수 있습니다."), field="per_person", n=setting(cycle.place, "call.per_person")
        )  # fmt: skip
    stage = cycle.stage(Stage.DISCOVERY)
    if stage.closed_at is not None:
        raise RuleViolation(N_("의제발굴 단계가 끝나 공모를 알릴 수 없습니다."))
    if terms.closes_at <= at or terms.closes_at > stage.closes_at:
        raise InvalidInput(N_("공모는 의제발굴 단계가 끝나기 전에 마감합니다."), field="closes_on")
    call = ProposalCall(
        place_id=cycle.place_id, cycle_id=cycle.id, once=once, title=words.title, text=words.text,
        opens_at=terms.opens_at, closes_at=terms.closes_at, max_won=terms.max_won, envelope_won=terms.envelope_won,
        per_person=terms.per_person, only_groups=terms.only_groups, fields=sorted(terms.fields), announced_at=at,
    )  # fmt: skip
    session().add(call)
    session().flush()
    append(
        cycle.place,
        "agenda.call_announced",
        role=by.staff_role(cycle.place, at) or Role.COMMITTEE_CHAIR,
        subject=f"proposal_call:{call.id}",
        at=at,
        values={"title": call.title, "limit_won": call.max_won},
    )
    return call


def cancel_call(call_id: int, *, reason: str, version: int, by: Person, at: datetime) -> ProposalCall:
    """Call a call off; what was sent in stays an agenda like any other.

    Raises:
        NotFound, NotAllowed, Conflict: no such call; neither staff nor a chair; changed meanwhile.
        RuleViolation: it has closed, or was called off.
        InvalidInput: no reason.
    """
    call = get_or_not_found(ProposalCall, call_id, lock=True)
    if not can_call(by, call.place, at):
        raise NotAllowed(NOT_CALLER)
    claim_version(call, version)
    if call.cancelled_at is not None or call.closes_at <= at:
        raise RuleViolation(N_("이미 끝난 공모입니다."))
    if len(reason) < 10:  # noqa: PLR2004 - a sentence
        raise InvalidInput(N_("까닭을 한 문장 이상 적어 주세요. 누구나 읽습니다."), field="reason")
    call.cancelled_at, call.cancel_reason = at, reason
    append(
        call.place,
        "agenda.call_cancelled",
        role=by.staff_role(call.place, at) or Role.COMMITTEE_CHAIR,
        subject=f"proposal_call:{call.id}",
        at=at,
        values={"title": call.title, "reason": reason},
    )
    return call
