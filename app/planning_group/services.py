"""Calling for members, taking them in, their sub-groups, and leaving."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from app.cycle.models import Cycle
from app.cycle.rules import require_not_over
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.places.models import Place
from app.places.queries import setting
from app.planning_group.models import GroupCall, GroupMember, GroupTeam
from app.planning_group.permissions import can_apply, can_run_group
from app.planning_group.queries import member_count
from app.planning_group.rules import TEAMS_MOST, MemberState, require_move, require_period, require_seat
from app.privacy.sealing import seal
from app.record.services import append

NOT_YOURS = N_("이 동네의 주민자치회 위원과 담당자만 할 수 있습니다.")
CLOSED = N_("지금은 단원을 모집하는 기간이 아닙니다.")
NO_MEMBER = N_("찾으시는 지원이 없습니다.")


@dataclass(frozen=True)
class CallWords:
    """What a call says: its name, its text, from when to when, and how many places the group has (0: no limit)."""

    title: str
    text: str
    seats: int
    opens_at: datetime
    closes_at: datetime


def announce_call(cycle: Cycle, words: CallWords, *, once: str, by: Person, at: datetime) -> GroupCall:
    """Call for members; the same form sent twice makes one call.

    Raises:
        NotAllowed: neither of the council nor staff.
        RuleViolation: the year is over, or another call is open in it.
        InvalidInput: it ends before it begins, or lies in the past.
    """
    _require_runner(by, cycle.place, at)
    known = session().scalar(select(GroupCall).where(GroupCall.once == once))
    if known is not None:
        return known
    get_or_not_found(Cycle, cycle.id, lock=True)
    require_not_over(is_over=cycle.is_over)
    _require_days(words, at)
    others = session().scalars(
        select(GroupCall).where(GroupCall.cycle_id == cycle.id, GroupCall.cancelled_at.is_(None))
    )
    if any(call.closes_at > words.opens_at and call.opens_at < words.closes_at for call in others):
        raise RuleViolation(N_("같은 기간에 이미 알린 모집이 있습니다. 그 모집을 고치거나 취소해 주세요."))
    call = GroupCall(
        place_id=cycle.place_id, cycle_id=cycle.id, once=once, title=words.title, text=words.text, seats=words.seats,
        opens_at=words.opens_at, closes_at=words.closes_at, announced_by=by.id, announced_at=at,
    )  # fmt: skip
    session().add(call)
    session().flush()
    _note(cycle.place, "planning_group.called", f"group_call:{call.id}", by, at, title=call.title)
    return call


def edit_call(call_id: int, words: CallWords, *, version: int, by: Person, at: datetime) -> GroupCall:
    """Change a call; a day that has come stays, and the end moves forward only once applications are taken.

    Raises:
        NotFound, NotAllowed, Conflict: no such call; not one who runs the group; changed meanwhile.
        RuleViolation: it is over or cancelled, or it would end earlier than was announced.
        InvalidInput: it ends before it begins.
    """
    call = get_or_not_found(GroupCall, call_id, lock=True)
    _require_runner(by, call.place, at)
    claim_version(call, version)
    if call.cancelled_at is not None or call.closes_at <= at:
        raise RuleViolation(N_("끝난 모집은 고칠 수 없습니다. 새로 알려 주세요."))
    _require_days(words, at)
    if call.opens_at <= at and (words.opens_at != call.opens_at or words.closes_at < call.closes_at):
        raise RuleViolation(N_("모집이 시작된 뒤에는 첫날을 바꾸거나 마지막 날을 당길 수 없습니다."))
    call.title, call.text, call.seats = words.title, words.text, words.seats
    call.opens_at, call.closes_at = words.opens_at, words.closes_at
    _note(call.place, "planning_group.call_changed", f"group_call:{call.id}", by, at, title=call.title)
    return call


def cancel_call(call_id: int, *, reason: str, version: int, by: Person, at: datetime) -> GroupCall:
    """Cancel a call; who applied still gets an answer.

    Raises:
        NotFound, NotAllowed, Conflict: as `edit_call`.
        RuleViolation: it is over or cancelled already.
    """
    call = get_or_not_found(GroupCall, call_id, lock=True)
    _require_runner(by, call.place, at)
    claim_version(call, version)
    if call.cancelled_at is not None or call.closes_at <= at:
        raise RuleViolation(N_("이미 끝난 모집입니다."))
    call.cancelled_at, call.cancel_reason = at, reason
    _note(call.place, "planning_group.call_cancelled", f"group_call:{call.id}", by, at, title=call.title, reason=reason)
    return call


def apply(call_id: int, *, motive: str, by: Person, at: datetime) -> GroupMember:
    """Apply in an open call; sent twice, it is one application.

    Raises:
        NotFound: no such call.
        NotAllowed: the place takes verified residents only, and this person is none.
        RuleViolation: the call is not open, or this person is a member already.
        ResidentNumberRefused: a resident number is in the words.
    """
    call = get_or_not_found(GroupCall, call_id, lock=True)
    if not can_apply(by, call.place, who=setting(call.place, "planning_group.who")):
        raise NotAllowed(
            N_("이 동네 주민으로 확인된 분만 지원할 수 있습니다. 계정 화면에서 주민 확인을 먼저 해 주세요.")
        )
    row = session().scalar(
        select(GroupMember).where(GroupMember.cycle_id == call.cycle_id, GroupMember.person_id == by.id).with_for_update()
    )  # fmt: skip
    if row is not None and row.state is MemberState.APPLIED:
        return row
    if not call.is_open(at):
        raise RuleViolation(CLOSED)
    if row is None:
        row = GroupMember(
            place_id=call.place_id, cycle_id=call.cycle_id, person_id=by.id, call_id=call.id,
            state=MemberState.APPLIED, applied_at=at,
        )  # fmt: skip
        session().add(row)
    else:
        require_move(row.state, MemberState.APPLIED)
        row.version += 1
    row.state, row.call_id, row.applied_at, row.team_id = MemberState.APPLIED, call.id, at, None
    row.reason, row.decided_at, row.decided_by, row.left_at = "", None, None, None
    seal(row, GroupMember.motive, motive or None)
    session().flush()
    return row


def accept(member_id: int, *, version: int, by: Person, at: datetime) -> GroupMember:
    """Take an applicant in; why they wanted to join is erased.

    Raises:
        NotFound, NotAllowed, Conflict: no such application; not one who runs the group; changed meanwhile.
        RuleViolation: decided already, or every place is taken.
    """
    # Two would take the last free place otherwise: the call is the lock of all its places, locked first as in `apply`.
    call = get_or_not_found(GroupCall, get_or_not_found(GroupMember, member_id).call_id, lock=True)
    row = _application(member_id, by, at)
    claim_version(row, version)
    require_move(row.state, MemberState.MEMBER)
    require_seat(members=member_count(row.cycle), seats=call.seats)
    _decide(row, MemberState.MEMBER, "", by, at)
    _note(row.place, "planning_group.accepted", f"group_member:{row.id}", by, at)
    return row


def refuse(member_id: int, *, reason: str, version: int, by: Person, at: datetime) -> GroupMember:
    """Say why somebody cannot be taken in; they read it, the public does not.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: as `accept`.
        InvalidInput: without a reason.
    """
    row = _application(member_id, by, at)
    claim_version(row, version)
    require_move(row.state, MemberState.REFUSED)
    if not reason.strip():
        raise InvalidInput(N_("받지 못하는 까닭을 적어 주세요. 지원한 분이 읽습니다."), field="reason")
    _decide(row, MemberState.REFUSED, reason, by, at)
    _note(row.place, "planning_group.refused", f"group_member:{row.id}", by, at)
    return row


def leave(cycle: Cycle, *, by: Person, at: datetime) -> GroupMember:
    """Take an application back, or leave the group. Twice is the same as once.

    Raises:
        NotFound: this person never applied.
    """
    row = session().scalar(
        select(GroupMember).where(GroupMember.cycle_id == cycle.id, GroupMember.person_id == by.id).with_for_update()
    )
    if row is None:
        raise NotFound(NO_MEMBER)
    return _leave(row, at)


def make_team(cycle: Cycle, *, name: str, topic: str, once: str, by: Person, at: datetime) -> GroupTeam:
    """Make a sub-group.

    Raises:
        NotAllowed: neither of the council nor staff.
        RuleViolation: the year is over, or it has many sub-groups already.
        InvalidInput: another sub-group has this name.
    """
    _require_runner(by, cycle.place, at)
    known = session().scalar(select(GroupTeam).where(GroupTeam.once == once))
    if known is not None:
        return known
    get_or_not_found(Cycle, cycle.id, lock=True)
    require_not_over(is_over=cycle.is_over)
    living = select(func.count(GroupTeam.id)).where(GroupTeam.cycle_id == cycle.id, GroupTeam.closed_at.is_(None))
    if (session().scalar(living) or 0) >= TEAMS_MOST:
        raise RuleViolation(N_("모둠은 %(most)s개까지 만들 수 있습니다."), most=TEAMS_MOST)
    _require_new_name(cycle.id, name)
    team = GroupTeam(place_id=cycle.place_id, cycle_id=cycle.id, once=once, name=name, topic=topic, created_at=at)
    session().add(team)
    session().flush()
    _note(cycle.place, "planning_group.team_made", f"group_team:{team.id}", by, at, name=name)
    return team


def edit_team(
    team_id: int, *, name: str, topic: str, lead_id: int | None, version: int, by: Person, at: datetime
) -> GroupTeam:
    """Change what a sub-group is about and who leads it.

    Args:
        team_id: which one.
        name: what it is called.
        topic: what it looks after.
        lead_id: the person who leads it; one of its members, or None.
        version: which the form saw.
        by: who changes it.
        at: when.

    Raises:
        NotFound, NotAllowed, Conflict: no such sub-group; not one who runs the group; changed meanwhile.
        InvalidInput: another one has this name, or the lead is not in it.
    """
    team = _team(team_id, by, at)
    claim_version(team, version)
    _require_new_name(team.cycle_id, name, besides=team.id)
    if lead_id is not None and _member_in(team, lead_id) is None:
        raise InvalidInput(N_("모둠에 들어 있는 단원 가운데 고릅니다."), field="lead")
    team.name, team.topic, team.lead_id = name, topic, lead_id
    return team


def close_team(team_id: int, *, version: int, by: Person, at: datetime) -> GroupTeam:
    """Close a sub-group; its members stay in the planning group.

    Raises:
        NotFound, NotAllowed, Conflict: as `edit_team`.
    """
    team = _team(team_id, by, at)
    claim_version(team, version)
    team.closed_at, team.lead_id = at, None
    session().execute(update(GroupMember).where(GroupMember.team_id == team.id).values(team_id=None))
    _note(team.place, "planning_group.team_closed", f"group_team:{team.id}", by, at, name=team.name)
    return team


def join_team(team_id: int | None, cycle: Cycle, *, by: Person, at: datetime) -> GroupMember:
    """Go into a sub-group, or out of the one where a member is.

    Raises:
        NotFound: no such sub-group in this year.
        NotAllowed: not a member of the planning group.
        RuleViolation: the year is over.
    """
    require_not_over(is_over=cycle.is_over)
    row = session().scalar(
        select(GroupMember).where(GroupMember.cycle_id == cycle.id, GroupMember.person_id == by.id).with_for_update()
    )
    if row is None or row.state is not MemberState.MEMBER:
        raise NotAllowed(N_("마을계획단 단원만 모둠에 들어갑니다."))
    if team_id is not None:
        team = get_or_not_found(GroupTeam, team_id, lock=True)
        if team.cycle_id != cycle.id or team.closed_at is not None:
            raise NotFound(N_("찾으시는 모둠이 없습니다."))
    if row.team_id != team_id:
        _stop_leading(row)
        row.team_id = team_id
    return row


def on_account_closed(person: Person) -> None:
    """Take somebody whose account is closed out of every group; nobody asks for their words any more."""
    rows = session().scalars(
        select(GroupMember).where(
            GroupMember.person_id == person.id, GroupMember.state.in_([MemberState.APPLIED, MemberState.MEMBER])
        )
    )
    for row in rows:
        _leave(row, person.closed_at or row.applied_at)


def _leave(row: GroupMember, at: datetime) -> GroupMember:
    if row.state in {MemberState.WITHDRAWN, MemberState.LEFT, MemberState.REFUSED}:
        return row
    wanted = MemberState.LEFT if row.state is MemberState.MEMBER else MemberState.WITHDRAWN
    require_move(row.state, wanted)
    _stop_leading(row)
    row.state, row.left_at, row.team_id, row.motive = wanted, at, None, None
    row.version += 1
    if wanted is MemberState.LEFT:
        append(row.place, "planning_group.left", role=Role.RESIDENT, subject=f"group_member:{row.id}", at=at)
    return row


def _stop_leading(row: GroupMember) -> None:
    session().execute(
        update(GroupTeam)
        .where(GroupTeam.cycle_id == row.cycle_id, GroupTeam.lead_id == row.person_id)
        .values(lead_id=None, version=GroupTeam.version + 1)
    )


def _decide(row: GroupMember, state: MemberState, reason: str, by: Person, at: datetime) -> None:
    row.state, row.reason, row.decided_at, row.decided_by, row.motive = state, reason, at, by.id, None


def _application(member_id: int, by: Person, at: datetime) -> GroupMember:
    row = get_or_not_found(GroupMember, member_id, lock=True)
    _require_runner(by, row.place, at)
    if row.person_id == by.id:
        raise NotAllowed(N_("내 지원은 다른 사람이 정합니다."))
    return row


def _team(team_id: int, by: Person, at: datetime) -> GroupTeam:
    team = get_or_not_found(GroupTeam, team_id, lock=True)
    _require_runner(by, team.place, at)
    if team.closed_at is not None:
        raise NotFound(N_("찾으시는 모둠이 없습니다."))
    return team


def _member_in(team: GroupTeam, person_id: int) -> int | None:
    return session().scalar(
        select(GroupMember.id).where(
            GroupMember.team_id == team.id, GroupMember.person_id == person_id, GroupMember.state == MemberState.MEMBER
        )
    )


def _require_new_name(cycle_id: int, name: str, *, besides: int = 0) -> None:
    twin = select(GroupTeam.id).where(
        GroupTeam.cycle_id == cycle_id, GroupTeam.name == name, GroupTeam.closed_at.is_(None), GroupTeam.id != besides
    )
    if session().scalar(twin) is not None:
        raise InvalidInput(N_("같은 이름의 모둠이 있습니다."), field="name")


def _require_days(words: CallWords, at: datetime) -> None:
    require_period(words.opens_at, words.closes_at)
    if words.closes_at <= at:
        raise InvalidInput(N_("마지막 날이 이미 지났습니다."), field="last_day")


def _require_runner(by: Person, place: Place, at: datetime) -> None:
    if not can_run_group(by, place, at):
        raise NotAllowed(NOT_YOURS)


def _note(place: Place, act: str, subject: str, by: Person, at: datetime, **values: str) -> None:
    role = by.staff_role(place, at) or Role.COUNCIL_MEMBER
    append(place, act, role=role, subject=subject, at=at, values={**values})
