"""What a meeting decides, item by item: who stands back, the vote, what came of it."""

import hashlib
from datetime import datetime

from app.council.models import CouncilMeeting, DismissalMotion, MeetingDecision, MeetingItem, Recusal
from app.council.permissions import can_hold_meetings
from app.council.queries.meetings import attendances_of, quorum_of_meeting, voters_on
from app.council.queries.people import serving_members
from app.council.rules.dismissal import MotionState, require_motion_move
from app.council.rules.meetings import (
    DECIDED_BY_VOTE,
    ItemKind,
    MeetingState,
    Method,
    Outcome,
    RecusalKind,
    Vote,
    decide,
    require_quorum,
)
from app.council.services.meetings import NOT_COUNCIL
from app.council.services.organising import role_of
from app.db.session import get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.places.queries import setting
from app.record.services import append


def recuse(item_id: int, member_id: int, *, kind: RecusalKind, reason: str, by: Person, at: datetime) -> Recusal:
    """Note that a member does not decide on an item; done twice, once.

    Raises:
        NotFound, NotAllowed: no such item; neither member nor staff.
        RuleViolation: it is decided, or the meeting is over.
        InvalidInput: somebody without a vote in this meeting, or no reason.
    """
    item = get_or_not_found(MeetingItem, item_id, lock=True)
    meeting = get_or_not_found(CouncilMeeting, item.meeting_id, lock=True)
    if not can_hold_meetings(by, meeting.place, at):
        raise NotAllowed(NOT_COUNCIL)
    known = next((row for row in item.recusals if row.member_id == member_id), None)
    if known is not None:
        return known
    if meeting.state not in {MeetingState.CALLED, MeetingState.IN_SESSION} or item.decision is not None:
        raise RuleViolation(N_("이미 정한 안건입니다."))
    if not any(row.member_id == member_id and row.has_vote for row in attendances_of(meeting)):
        raise InvalidInput(N_("이 회의의 위원이 아닙니다."), field="member")
    if len(reason) < 2:
        raise InvalidInput(N_("까닭을 적어 주세요. 누구나 읽습니다."), field="reason")
    row = Recusal(item_id=item.id, member_id=member_id, kind=kind, reason=reason, noted_at=at)
    item.recusals.append(row)
    session().flush()
    append(
        meeting.place, "council.recused", role=role_of(by, meeting.place, at), subject=f"meeting_item:{item.id}", at=at,
        values={"title": item.title, "recusal": kind.value},
    )  # fmt: skip
    return row


def decide_item(
    item_id: int,
    *,
    text: str,
    outcome: Outcome | None,
    method: Method | None,
    vote: Vote | None,
    by: Person,
    at: datetime,
) -> MeetingDecision:
    """Write down what came of an item. Never changed afterwards; a second identical submission changes nothing.

    Args:
        item_id: the item.
        text: the decision in its own words, or what was said.
        outcome: only where no vote was taken: noted, or put off.
        method: how the vote was taken; a dismissal is always secret.
        vote: the counted votes; where ``outcome`` is given, None.
        by: who writes it down.
        at: when.

    Raises:
        NotFound, NotAllowed: no such item; neither member nor staff.
        RuleViolation: the meeting is not in session, too few are there, or it is decided otherwise already.
        InvalidInput: no words, votes that do not add up, a vote where none is taken or none where one is.
    """
    item = get_or_not_found(MeetingItem, item_id, lock=True)
    meeting = get_or_not_found(CouncilMeeting, item.meeting_id, lock=True)
    place = meeting.place
    if not can_hold_meetings(by, place, at):
        raise NotAllowed(NOT_COUNCIL)
    if item.decision is not None:
        if item.decision.text == text and _same_vote(item.decision, vote):
            return item.decision
        raise RuleViolation(N_("이미 정한 안건입니다."))
    if meeting.state is not MeetingState.IN_SESSION:
        raise RuleViolation(N_("회의 중에만 정할 수 있습니다."))
    require_quorum(quorum_of_meeting(meeting))
    if len(text) < 5:
        raise InvalidInput(N_("정한 것을 한 문장 이상 적어 주세요."), field="text")
    row = MeetingDecision(item_id=item.id, text=text, outcome=Outcome.NOTED, decided_at=at, decided_by=by.id)
    if item.kind in DECIDED_BY_VOTE and outcome is not Outcome.DEFERRED:
        if vote is None or method is None:
            raise InvalidInput(N_("찬성·반대·기권을 적어 주세요."), field="yes")
        _count(row, item, meeting, vote, Method.SECRET if item.kind is ItemKind.DISMISSAL else method)
    elif vote is not None or outcome not in {Outcome.NOTED, Outcome.DEFERRED}:
        raise InvalidInput(N_("의결 안건이 아니면 표를 세지 않습니다."), field="outcome")
    else:
        row.outcome = outcome
    session().add(row)
    item.decision = row
    session().flush()
    append(
        place, "council.decided", role=role_of(by, place, at), subject=f"meeting_item:{item.id}", at=at,
        values={"title": item.title, "outcome": row.outcome.value},
        document_hash=hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip
    if item.motion_id is not None and row.outcome in {Outcome.ADOPTED, Outcome.REJECTED}:
        _settle_motion(item.motion_id, adopted=row.outcome is Outcome.ADOPTED, by=by, at=at)
    return row


def _count(row: MeetingDecision, item: MeetingItem, meeting: CouncilMeeting, vote: Vote, method: Method) -> None:
    voters = voters_on(item, meeting)
    dismissal = item.kind is ItemKind.DISMISSAL
    key = "council.removal.decide_share" if dismissal else "council.meeting.decide"
    threshold = setting(meeting.place, key)
    whole = len(serving_members(meeting.term)) if dismissal else voters
    row.outcome = decide(vote, voters=voters, threshold=threshold, whole=whole)
    row.method, row.voters, row.needed = method, voters, threshold.least(whole)
    row.yes, row.no, row.abstained = vote.yes, vote.no, vote.abstained


def _settle_motion(motion_id: int, *, adopted: bool, by: Person, at: datetime) -> None:
    motion = get_or_not_found(DismissalMotion, motion_id, lock=True)
    new = MotionState.ADOPTED if adopted else MotionState.REJECTED
    require_motion_move(motion.state, new)
    motion.state, motion.decided_at = new, at
    motion.version += 1
    append(
        motion.place, "council.dismissal_decided", role=role_of(by, motion.place, at),
        subject=f"dismissal_motion:{motion.id}", at=at, values={"motion": new.value},
    )  # fmt: skip


def _same_vote(decision: MeetingDecision, vote: Vote | None) -> bool:
    if vote is None:
        return decision.yes is None
    return (decision.yes, decision.no, decision.abstained) == (vote.yes, vote.no, vote.abstained)
