"""Meetings: called with an agenda, opened with a quorum, closed, minuted within the clock."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.council.models import (
    Committee,
    CouncilMeeting,
    CouncilTerm,
    DismissalMotion,
    MeetingAttendance,
    MeetingItem,
)
from app.council.permissions import can_hold_meetings
from app.council.queries.meetings import attendances_of, quorum_of_meeting
from app.council.queries.people import serving_members
from app.council.rules.dismissal import MotionState
from app.council.rules.meetings import (
    ItemKind,
    MeetingKind,
    MeetingState,
    require_agenda,
    require_meeting_move,
    require_quorum,
)
from app.council.rules.membership import CommitteeRole, days_after
from app.council.services.organising import role_of
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.places.models import Place
from app.places.queries import setting
from app.record.services import append

NOT_COUNCIL = N_("주민자치회 위원과 담당자만 할 수 있습니다.")


@dataclass(frozen=True)
class ItemPlan:
    """An item of an agenda."""

    title: str
    text: str
    kind: ItemKind
    motion_id: int | None = None


def call_meeting(
    term: CouncilTerm,
    committee: Committee | None,
    *,
    kind: MeetingKind,
    title: str,
    where: str,
    is_online: bool,
    starts_at: datetime,
    items: Sequence[ItemPlan],
    once: str,
    by: Person,
    at: datetime,
) -> CouncilMeeting:
    """Call a meeting of the council or of a committee; the same form sent twice calls one.

    Raises:
        NotAllowed: neither member nor staff.
        InvalidInput: in the past, nothing on the agenda, online where the ordinance has no such thing, or a dismissal
            that is not before the council.
    """
    place = term.council.place
    if not can_hold_meetings(by, place, at):
        raise NotAllowed(NOT_COUNCIL)
    known = session().scalar(select(CouncilMeeting).where(CouncilMeeting.once == once))
    if known is not None:
        return known
    if starts_at <= at:
        raise InvalidInput(N_("지난 때에는 모임을 열 수 없습니다."), field="starts_on")
    if is_online and not setting(place, "council.meeting.online"):
        raise InvalidInput(N_("이곳의 조례는 온라인 회의를 두지 않습니다."), field="is_online")
    require_agenda([item.title for item in items])
    for item in items:
        _require_item(item, place, committee)
    meeting = CouncilMeeting(
        place_id=place.id, place=place, term_id=term.id, committee_id=committee.id if committee else None,
        kind=MeetingKind.COMMITTEE if committee else kind, state=MeetingState.CALLED, title=title, where=where,
        is_online=is_online, starts_at=starts_at, called_by=by.id, called_at=at, once=once,
        items=[
            MeetingItem(number=index, title=item.title, text=item.text, kind=item.kind, motion_id=item.motion_id)
            for index, item in enumerate(items, start=1)
        ],
    )  # fmt: skip
    session().add(meeting)
    session().flush()
    append(
        place, "council.meeting_called", role=role_of(by, place, at), subject=f"council_meeting:{meeting.id}", at=at,
        values={"title": title, "count": len(items)},
    )  # fmt: skip
    return meeting


def cancel_meeting(meeting_id: int, *, reason: str, version: int, by: Person, at: datetime) -> CouncilMeeting:
    """Call a meeting off before it is held, with the reason.

    Raises:
        NotFound, NotAllowed, Conflict: no such meeting; neither member nor staff; changed meanwhile.
        RuleViolation: it has begun.
        InvalidInput: no reason.
    """
    meeting = _own(meeting_id, version=version, by=by, at=at)
    require_meeting_move(meeting.state, MeetingState.CANCELLED)
    if len(reason) < 5:
        raise InvalidInput(N_("까닭을 적어 주세요. 누구나 읽습니다."), field="reason")
    meeting.state, meeting.cancel_reason = MeetingState.CANCELLED, reason
    append(
        meeting.place, "council.meeting_cancelled", role=role_of(by, meeting.place, at),
        subject=f"council_meeting:{meeting.id}", at=at, values={"title": meeting.title, "reason": reason},
    )  # fmt: skip
    return meeting


def note_present(
    meeting_id: int, present: Mapping[int, bool], *, version: int, by: Person, at: datetime
) -> CouncilMeeting:
    """Note who is there: before the beginning, and again when people come or go.

    Args:
        meeting_id: the meeting.
        present: by id of the attendance row (`prepare_attendance` makes them), whether they are there.
        version: the version of the meeting that was seen.
        by: who.
        at: when.

    Raises:
        NotFound, NotAllowed, Conflict: as `cancel_meeting`.
        RuleViolation: it is over or called off.
    """
    meeting = _own(meeting_id, version=version, by=by, at=at)
    if meeting.state not in {MeetingState.CALLED, MeetingState.IN_SESSION}:
        raise RuleViolation(N_("끝난 회의의 출석은 바꿀 수 없습니다."))
    prepare_attendance(meeting, at=at)
    for row in attendances_of(meeting):
        row.is_present = present.get(row.id, row.is_present)
        row.is_remote = row.is_present and meeting.is_online
        row.noted_at = at
    session().flush()
    return meeting


def prepare_attendance(meeting: CouncilMeeting, *, at: datetime) -> None:
    """Put everybody who belongs to a meeting on its attendance list; who is on it already stays as they are."""
    known = attendances_of(meeting)
    members = {row.member_id for row in known}
    guests = {row.committee_member_id for row in known}
    votes = setting(meeting.place, "council.committee.associate_vote")
    if meeting.committee is None:
        for member in serving_members(meeting.term):
            if member.id not in members:
                session().add(MeetingAttendance(meeting_id=meeting.id, member_id=member.id, has_vote=True, noted_at=at))
    else:
        for row in meeting.committee.members:
            if row.left_at is not None or row.member_id in members - {None} or row.id in guests:
                continue
            resident = row.role is CommitteeRole.ASSOCIATE
            session().add(
                MeetingAttendance(
                    meeting_id=meeting.id, member_id=row.member_id,
                    committee_member_id=row.id if resident else None, has_vote=not resident or votes, noted_at=at,
                )
            )  # fmt: skip
    session().flush()


def open_meeting(meeting_id: int, *, version: int, by: Person, at: datetime) -> CouncilMeeting:
    """Open a meeting with those who are there.

    Raises:
        NotFound, NotAllowed, Conflict: as `cancel_meeting`.
        RuleViolation: earlier than half an hour before its time, or too few are there.
    """
    meeting = _own(meeting_id, version=version, by=by, at=at)
    require_meeting_move(meeting.state, MeetingState.IN_SESSION)
    if (meeting.starts_at - at).total_seconds() > 30 * 60:
        raise RuleViolation(N_("정한 때가 되어야 회의를 열 수 있습니다."))
    prepare_attendance(meeting, at=at)
    quorum = quorum_of_meeting(meeting)
    require_quorum(quorum)
    meeting.state, meeting.opened_at = MeetingState.IN_SESSION, at
    meeting.members_count, meeting.quorum_needed = quorum.members, quorum.needed
    append(
        meeting.place, "council.meeting_opened", role=role_of(by, meeting.place, at),
        subject=f"council_meeting:{meeting.id}", at=at,
        values={"title": meeting.title, "members": quorum.members, "present": quorum.present},
    )  # fmt: skip
    return meeting


def fail_meeting(meeting_id: int, *, version: int, by: Person, at: datetime) -> CouncilMeeting:
    """Note that too few came, so that nothing was held.

    Raises:
        NotFound, NotAllowed, Conflict: as `cancel_meeting`.
        RuleViolation: its time has not come, or enough are there.
    """
    meeting = _own(meeting_id, version=version, by=by, at=at)
    require_meeting_move(meeting.state, MeetingState.FAILED)
    quorum = quorum_of_meeting(meeting)
    if at < meeting.starts_at or quorum.is_met:
        raise RuleViolation(N_("시작할 때가 지나고도 사람이 모자랄 때만 할 수 있습니다."))
    meeting.state, meeting.closed_at = MeetingState.FAILED, at
    meeting.members_count, meeting.quorum_needed = quorum.members, quorum.needed
    append(
        meeting.place, "council.meeting_failed", role=role_of(by, meeting.place, at),
        subject=f"council_meeting:{meeting.id}", at=at,
        values={"title": meeting.title, "members": quorum.members, "present": quorum.present},
    )  # fmt: skip
    return meeting


def close_meeting(meeting_id: int, *, version: int, by: Person, at: datetime) -> CouncilMeeting:
    """Close a meeting; the clock of its minutes begins.

    Raises:
        NotFound, NotAllowed, Conflict: as `cancel_meeting`.
        RuleViolation: not in session, or an item has no outcome yet.
    """
    meeting = _own(meeting_id, version=version, by=by, at=at)
    require_meeting_move(meeting.state, MeetingState.CLOSED)
    left = [item.title for item in meeting.items if item.decision is None]
    if left:
        raise RuleViolation(N_("아직 어떻게 되었는지 적지 않은 안건이 있습니다: %(title)s"), title=left[0])
    meeting.state, meeting.closed_at = MeetingState.CLOSED, at
    meeting.minutes_due_at = days_after(at, setting(meeting.place, "council.meeting.minutes_days"))
    return meeting


def publish_minutes(meeting_id: int, *, minutes: str, version: int, by: Person, at: datetime) -> CouncilMeeting:
    """Publish the minutes of a closed meeting; their hash goes into the public record.

    Raises:
        NotFound, NotAllowed, Conflict: as `cancel_meeting`.
        RuleViolation: not closed, or published already.
        InvalidInput: hardly any words.
    """
    meeting = _own(meeting_id, version=version, by=by, at=at)
    require_meeting_move(meeting.state, MeetingState.MINUTED)
    if len(minutes) < 20:
        raise InvalidInput(N_("오간 이야기를 조금 더 적어 주세요."), field="minutes")
    meeting.state, meeting.minutes, meeting.minutes_published_at = MeetingState.MINUTED, minutes, at
    meeting.minutes_hash = hashlib.sha256(minutes.encode()).hexdigest()
    append(
        meeting.place, "council.minutes_published", role=role_of(by, meeting.place, at),
        subject=f"council_meeting:{meeting.id}", at=at, values={"title": meeting.title},
        document_hash=meeting.minutes_hash,
    )  # fmt: skip
    return meeting


def _require_item(item: ItemPlan, place: Place, committee: Committee | None) -> None:
    if item.kind is not ItemKind.DISMISSAL:
        if item.motion_id is not None:
            raise InvalidInput(N_("해촉 안건만 해촉 제안과 이어집니다."), field="items")
        return
    motion = session().get(DismissalMotion, item.motion_id) if item.motion_id is not None else None
    if motion is None or motion.place_id != place.id or motion.state is not MotionState.PROPOSED or committee:
        raise InvalidInput(N_("회의에 올라온 해촉 제안이 아닙니다."), field="items")


def _own(meeting_id: int, *, version: int, by: Person, at: datetime) -> CouncilMeeting:
    meeting = get_or_not_found(CouncilMeeting, meeting_id, lock=True)
    if not can_hold_meetings(by, meeting.place, at):
        raise NotAllowed(NOT_COUNCIL)
    claim_version(meeting, version)
    return meeting
