"""How the council organises itself: officers, committees, renewals."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from app.clock import kst_date
from app.council.models import (
    AppointmentList,
    Committee,
    CommitteeMember,
    CouncilMember,
    CouncilOfficer,
    CouncilTerm,
)
from app.council.permissions import can_hold_meetings, can_run_council
from app.council.queries.people import officers_of, require_council
from app.council.queries.training import hours_of
from app.council.rules.membership import OFFICE_NAMES, CommitteeRole, MemberState, Office
from app.council.services.appointing import nominate_renewed
from app.council.services.calling import NOT_STAFF, free_seats
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.permissions import is_staff
from app.people.rules import Role
from app.people.services.roles import acting_role
from app.places.models import Place
from app.places.queries import setting
from app.record.services import append

NOT_COUNCIL = N_("주민자치회 위원과 담당자만 할 수 있습니다.")


def elect_officer(
    member_id: int, office: Office, *, elected_on: date, how: str, by: Person, at: datetime
) -> CouncilOfficer:
    """Note who was chosen for an office; a new chair or secretary takes over from the old one. Done twice, once.

    Raises:
        NotFound, NotAllowed: no such member; neither member nor staff.
        RuleViolation: not serving, or all seats of the office are taken.
        InvalidInput: in the future or before the member's own term.
    """
    member = get_or_not_found(CouncilMember, member_id, lock=True)
    term, place = member.term, member.term.council.place
    if not can_hold_meetings(by, place, at):
        raise NotAllowed(NOT_COUNCIL)
    if member.state is not MemberState.SERVING:
        raise RuleViolation(N_("활동 중인 위원만 맡을 수 있습니다."))
    if elected_on > kst_date(at) or (member.starts_on is not None and elected_on < member.starts_on):
        raise InvalidInput(N_("뽑힌 날을 다시 확인해 주세요."), field="elected_on")
    require_council(place, lock=True)
    held = [row for row in officers_of(term) if row.office is office]
    known = next((row for row in held if row.member_id == member.id), None)
    if known is not None:
        return known
    most = {
        Office.VICE_CHAIR: setting(place, "council.vice_chairs"),
        Office.AUDITOR: setting(place, "council.auditors"),
    }.get(office)
    if most is None:
        for row in held:
            row.ended_on = elected_on
    elif len(held) >= most:
        raise RuleViolation(N_("%(office)s은(는) %(most)s명까지입니다."), office=OFFICE_NAMES[office], most=most)
    row = CouncilOfficer(
        term_id=term.id, member_id=member.id, name=member.name, office=office, elected_on=elected_on, how=how
    )
    session().add(row)
    session().flush()
    append(
        place, "council.officer_elected", role=role_of(by, place, at), subject=f"council_officer:{row.id}", at=at,
        values={"office": office.value, "day": elected_on.isoformat()},
    )  # fmt: skip
    return row


def end_office(officer_id: int, *, by: Person, at: datetime) -> CouncilOfficer:
    """Note that somebody has laid down an office; done twice, nothing more happens.

    Raises:
        NotFound, NotAllowed: no such office holder; neither member nor staff.
    """
    row = get_or_not_found(CouncilOfficer, officer_id, lock=True)
    place = row.term.council.place
    if not can_hold_meetings(by, place, at):
        raise NotAllowed(NOT_COUNCIL)
    if row.ended_on is None:
        row.ended_on = kst_date(at)
        append(
            place, "council.office_ended", role=role_of(by, place, at), subject=f"council_officer:{row.id}", at=at,
            values={"office": row.office.value},
        )  # fmt: skip
    return row


def found_committee(place: Place, *, name: str, purpose: str, by: Person, at: datetime) -> Committee:
    """Found a committee; a name that exists already leads to that committee, opened again if it was closed.

    Raises:
        NotFound, NotAllowed: no council here; neither member nor staff.
        InvalidInput: no name.
    """
    if not can_hold_meetings(by, place, at):
        raise NotAllowed(NOT_COUNCIL)
    council = require_council(place, lock=True)
    name = " ".join(name.split())
    if not 2 <= len(name) <= 40:
        raise InvalidInput(N_("분과의 이름을 적어 주세요."), field="name")
    known = session().scalar(select(Committee).where(Committee.council_id == council.id, Committee.name == name))
    if known is not None:
        known.closed_at = None
        return known
    row = Committee(council_id=council.id, name=name, purpose=purpose, created_at=at)
    session().add(row)
    session().flush()
    append(
        place, "council.committee_founded", role=role_of(by, place, at), subject=f"committee:{row.id}", at=at,
        values={"name": name},
    )  # fmt: skip
    return row


def close_committee(committee_id: int, *, version: int, by: Person, at: datetime) -> Committee:
    """Close a committee; its meetings and minutes stay.

    Raises:
        NotFound, NotAllowed, Conflict: no such committee; neither member nor staff; changed meanwhile.
    """
    row = get_or_not_found(Committee, committee_id, lock=True)
    place = row.council.place
    if not can_hold_meetings(by, place, at):
        raise NotAllowed(NOT_COUNCIL)
    claim_version(row, version)
    if row.closed_at is None:
        row.closed_at = at
        append(
            place, "council.committee_closed", role=role_of(by, place, at), subject=f"committee:{row.id}", at=at,
            values={"name": row.name},
        )  # fmt: skip
    return row


def join_committee(
    committee_id: int,
    *,
    member_id: int | None = None,
    person: Person | None = None,
    is_chair: bool = False,
    by: Person,
    at: datetime,
) -> CommitteeMember:
    """Put a council member, or a resident who is none, into a committee; done twice, once.

    Members may put in anybody; somebody with an account may join by themselves, as a resident who speaks and does not
    vote. A new chair takes over from the old one.

    Raises:
        NotFound: no such committee or member.
        NotAllowed: neither member, staff, nor for oneself.
        RuleViolation: closed, or a member who does not serve here.
        InvalidInput: a resident as chair, or nobody.
    """
    committee = get_or_not_found(Committee, committee_id, lock=True)
    place = committee.council.place
    manages = can_hold_meetings(by, place, at)
    if not manages and (person is None or person.id != by.id or is_chair):
        raise NotAllowed(NOT_COUNCIL)
    if committee.closed_at is not None:
        raise RuleViolation(N_("닫은 분과입니다."))
    member = get_or_not_found(CouncilMember, member_id) if member_id is not None else None
    if member is not None and (
        member.state is not MemberState.SERVING or member.term.council_id != committee.council_id
    ):
        raise RuleViolation(N_("활동 중인 위원만 맡을 수 있습니다."))
    if (member is None) == (person is None) or (member is None and is_chair):
        raise InvalidInput(N_("분과위원장은 위원 가운데에서 뽑습니다."), field="member")
    if person is not None and any(
        row.member is not None and row.member.person_id == person.id and row.left_at is None
        for row in committee.members
    ):
        raise RuleViolation(N_("이미 이 분과의 위원입니다."))
    role = CommitteeRole.CHAIR if is_chair else (CommitteeRole.MEMBER if member else CommitteeRole.ASSOCIATE)
    if is_chair:
        for row in committee.members:
            if row.role is CommitteeRole.CHAIR and row.member_id != member_id:
                row.role = CommitteeRole.MEMBER
    known = next(
        (
            row
            for row in committee.members
            if (member is not None and row.member_id == member.id)
            or (person is not None and row.person_id == person.id)
        ),
        None,
    )
    if known is None:
        name = member.name if member is not None else (person.public_name if person is not None else "")
        known = CommitteeMember(
            committee_id=committee.id, member_id=member.id if member else None,
            person_id=person.id if person else None, name=name, role=role, joined_at=at,
        )  # fmt: skip
        committee.members.append(known)
    elif known.left_at is not None or known.role is not role:
        known.left_at, known.role = None, role
    session().flush()
    return known


def leave_committee(committee_member_id: int, *, by: Person, at: datetime) -> CommitteeMember:
    """Leave a committee, or take somebody out of it; done twice, nothing more happens.

    Raises:
        NotFound, NotAllowed: not in a committee; neither they themselves, a member, nor staff.
    """
    row = get_or_not_found(CommitteeMember, committee_member_id, lock=True)
    own = by.id == row.person_id or (row.member is not None and by.id == row.member.person_id)
    if not own and not can_hold_meetings(by, row.committee.council.place, at):
        raise NotAllowed(NOT_COUNCIL)
    row.left_at = row.left_at or at
    return row


def renew_members(
    term: CouncilTerm, next_term: CouncilTerm, member_ids: Sequence[int], *, by: Person, at: datetime
) -> AppointmentList:
    """Put members who may go on without a draw on the list of the next term.

    Raises:
        NotAllowed: not its staff.
        RuleViolation: more than there are seats, or the next term is no later one.
        InvalidInput: somebody who may not (the sentence says why), or nobody.
    """
    place = term.council.place
    if not can_run_council(by, place, at):
        raise NotAllowed(NOT_STAFF)
    require_council(place, lock=True)
    if next_term.council_id != term.council_id or next_term.number != term.number + 1:
        raise RuleViolation(N_("바로 다음 임기로만 이어서 할 수 있습니다."))
    rows = [get_or_not_found(CouncilMember, each, lock=True) for each in dict.fromkeys(member_ids)]
    if not rows:
        raise InvalidInput(N_("이어서 할 위원을 골라 주세요."), field="members")
    for row in rows:
        refusal = why_not_renewed(row, term, kst_date(at))
        if refusal is not None:
            raise InvalidInput(refusal, field="members", name=row.name)
    if len(rows) > free_seats(next_term):
        raise RuleViolation(N_("위원 자리 %(seats)s개가 모두 찼습니다."), seats=next_term.seats)
    there = set(
        session().scalars(
            select(CouncilMember.person_id).where(
                CouncilMember.term_id == next_term.id,
                CouncilMember.state.in_([MemberState.NOMINATED, MemberState.SERVING]),
            )
        )
    ) - {None}
    if any(row.person_id in there for row in rows):
        raise InvalidInput(N_("이미 다음 임기의 명단에 있는 위원이 있습니다."), field="members")
    found = nominate_renewed(next_term, rows, by=by, at=at)
    append(
        place, "council.renewed", role=acting_role(by, place, at), subject=f"appointment_list:{found.id}", at=at,
        values={"count": len(rows), "number": next_term.number},
    )  # fmt: skip
    return found


def why_not_renewed(member: CouncilMember, term: CouncilTerm, day: date) -> str | None:
    """Return why somebody cannot go on without a draw, as a marked sentence with ``name``; None when they can."""
    place = term.council.place
    if member.term_id != term.id or member.state is not MemberState.SERVING:
        return N_("%(name)s: 활동 중인 위원이 아닙니다.")
    if member.renewals >= setting(place, "council.renewals"):
        return N_("%(name)s: 추첨 없이 이어서 할 수 있는 횟수를 다 썼습니다.")
    needed = setting(place, "council.training_hours_renew") * 60
    if needed and (member.person is None or hours_of(place, day, person=member.person).minutes < needed):
        return N_("%(name)s: 이어서 하는 데 필요한 교육을 마치지 않았습니다.")
    return None


def role_of(by: Person, place: Place, at: datetime) -> str:
    """Return the role in which somebody of the council or of the staff acts, for the record."""
    return acting_role(by, place, at) if is_staff(by, place, at) else Role.COUNCIL_MEMBER
