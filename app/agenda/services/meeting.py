"""Public meetings: called, held with minutes and an outcome for every topic, or cancelled."""

import hashlib
from datetime import datetime

from sqlalchemy import select

from app.agenda.models import MeetingTopic, Proposal, VillageMeeting
from app.agenda.permissions import can_manage, can_minute, is_author
from app.agenda.rules import PUBLIC_STATES, MeetingKind
from app.cycle.models import Cycle
from app.cycle.rules import require_not_over
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.permissions import is_staff
from app.people.rules import Role
from app.places.elections.queries import require_lawful
from app.places.elections.rules import HEAD_EVENTS, Ground
from app.places.models import Place
from app.record.services import append
from voting.encoding import JSON


def call_meeting(
    place: Place,
    cycle: Cycle,
    proposals: list[Proposal],
    *,
    title: str,
    where: str,
    offices: str,
    starts_at: datetime,
    once: str,
    kind: MeetingKind = MeetingKind.ALLEY,
    election_ground: Ground | None = None,
    by: Person,
    at: datetime,
) -> VillageMeeting:
    """Invite neighbours and offices to talk; the same form sent twice calls one meeting.

    An alley meeting is about proposals; the other kinds may begin without any, and end with some. What an office holds in
    the weeks before an election needs one of the law's exceptions (공직선거법 art. 86(2)), which the record keeps.

    Raises:
        NotAllowed: neither the author of one of the proposals, nor council, nor staff.
        InvalidInput: an alley meeting without a proposal, a proposal that is not public here, in the past, or an office's
            before an election without an exception.
    """
    if not (can_manage(by, place, at) or any(is_author(by, proposal) for proposal in proposals)):
        raise NotAllowed(N_("의제를 낸 분과 위원, 담당자가 골목회의를 열 수 있습니다."))
    known = session().scalar(select(VillageMeeting).where(VillageMeeting.once == once))
    if known is not None:
        return known
    if (kind is MeetingKind.ALLEY and not proposals) or any(
        p.place_id != place.id or p.state not in PUBLIC_STATES for p in proposals
    ):
        raise InvalidInput(N_("이야기할 의제를 하나 이상 골라 주세요."), field="proposals")
    require_not_over(is_over=cycle.is_over)
    if starts_at <= at:
        raise InvalidInput(N_("지난 때에는 모임을 열 수 없습니다."), field="starts_on")
    # The law binds the head and the officials; neighbours and the council may always meet.
    guard = (
        require_lawful(place, HEAD_EVENTS, ground=election_ground, on=starts_at) if is_staff(by, place, at) else None
    )
    meeting = VillageMeeting(
        place_id=place.id,
        cycle_id=cycle.id,
        called_by=by.id,
        once=once,
        kind=kind,
        title=title,
        where=where,
        offices=offices,
        starts_at=starts_at,
        topics=[MeetingTopic(proposal_id=proposal.id) for proposal in proposals],
    )
    session().add(meeting)
    session().flush()
    append(
        place,
        "agenda.meeting_called",
        role=Role.COUNCIL_MEMBER if can_manage(by, place, at) else Role.RESIDENT,
        subject=f"meeting:{meeting.id}",
        at=at,
        values={"title": title},
    )
    if guard is not None:
        values: dict[str, JSON] = {"title": title, "ground": election_ground.value if election_ground else "none"}
        append(
            place,
            "agenda.election_excepted",
            role=Role.DONG_STAFF,
            subject=f"meeting:{meeting.id}",
            at=at,
            values=values,
        )
    return meeting


def minute_meeting(
    meeting_id: int,
    *,
    attendance: int,
    minutes: str,
    outcomes: dict[int, str],
    version: int,
    by: Person,
    at: datetime,
) -> VillageMeeting:
    """Write down what came of a meeting: minutes, and an outcome for every topic (by topic id).

    Raises:
        NotFound, NotAllowed, Conflict: no such meeting; not allowed to minute it; minuted meanwhile.
        RuleViolation: not yet begun, or cancelled.
        InvalidInput: a topic without an outcome.
    """
    meeting = get_or_not_found(VillageMeeting, meeting_id, lock=True)
    if not can_minute(by, meeting, at):
        raise NotAllowed(N_("모임을 연 분과 위원, 담당자가 회의록을 씁니다."))
    require_not_over(is_over=meeting.cycle.is_over)
    claim_version(meeting, version)
    if meeting.cancelled_at is not None:
        raise RuleViolation(N_("취소한 모임입니다."))
    if at < meeting.starts_at:
        raise RuleViolation(N_("모임이 시작한 뒤에 회의록을 쓸 수 있습니다."))
    for topic in meeting.topics:
        outcome = outcomes.get(topic.id, "")
        if len(outcome) < 5:
            raise InvalidInput(N_("의제마다 어떻게 하기로 했는지 적어 주세요."), field=f"outcome_{topic.id}")
        topic.outcome = outcome
    meeting.attendance, meeting.minutes, meeting.held_at = attendance, minutes, at
    append(
        meeting.place,
        "agenda.meeting_minuted",
        role=Role.COUNCIL_MEMBER if can_manage(by, meeting.place, at) else Role.RESIDENT,
        subject=f"meeting:{meeting.id}",
        at=at,
        values={"title": meeting.title, "attendance": attendance},
        document_hash=hashlib.sha256(minutes.encode()).hexdigest(),
    )
    return meeting


def cancel_meeting(meeting_id: int, *, version: int, by: Person, at: datetime) -> VillageMeeting:
    """Call a meeting off before it is held.

    Raises:
        NotFound, NotAllowed, Conflict: as `minute_meeting`.
        RuleViolation: it was held already.
    """
    meeting = get_or_not_found(VillageMeeting, meeting_id, lock=True)
    if not can_minute(by, meeting, at):
        raise NotAllowed(N_("모임을 연 분과 위원, 담당자가 취소할 수 있습니다."))
    require_not_over(is_over=meeting.cycle.is_over)
    claim_version(meeting, version)
    if meeting.held_at is not None:
        raise RuleViolation(N_("이미 연 모임은 취소할 수 없습니다."))
    meeting.cancelled_at = at
    append(
        meeting.place,
        "agenda.meeting_cancelled",
        role=Role.COUNCIL_MEMBER,
        subject=f"meeting:{meeting.id}",
        at=at,
        values={"title": meeting.title},
    )
    return meeting
