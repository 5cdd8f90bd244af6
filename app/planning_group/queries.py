"""SELECTs about the planning group."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.cycle.dong_page import Lead, Meter
from app.cycle.models import Cycle
from app.cycle.queries import newest_cycle_id
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.i18n import N_
from app.people.models import Person
from app.people.queries.people import in_places_of
from app.people.rules import name_order
from app.places.models import Place
from app.planning_group.models import GroupCall, GroupMember, GroupTeam
from app.planning_group.permissions import can_run_group
from app.planning_group.rules import MemberState
from app.todo import Todo

PAGE = 60
DECIDE_WITHIN = timedelta(days=7)
"""How long after the last day of a call applicants should wait at most."""


@dataclass(frozen=True)
class Members:
    """One page of members."""

    rows: list[GroupMember]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


def is_member(place: Place, person: Person | None) -> bool:
    """Tell whether somebody is in the planning group of the dong's newest year."""
    if person is None or not person.is_active:
        return False
    query = (
        select(GroupMember.id)
        .select_from(Place)
        .join(GroupMember, GroupMember.cycle_id == newest_cycle_id())
        .where(Place.id == place.id, GroupMember.person_id == person.id, GroupMember.state == MemberState.MEMBER)
    )
    return session().scalar(query) is not None


def membership_of(cycle: Cycle, person: Person | None) -> GroupMember | None:
    """Return how somebody stands to the group of a year."""
    if person is None:
        return None
    return session().scalar(
        select(GroupMember).where(GroupMember.cycle_id == cycle.id, GroupMember.person_id == person.id)
    )


def call_of(place: Place, call_id: int) -> GroupCall:
    """Return a call of a dong.

    Raises:
        NotFound: there is none here.
    """
    call = get_or_not_found(GroupCall, call_id)
    if call.place_id != place.id:
        raise NotFound(N_("찾으시는 모집이 없습니다."))
    return call


def team_of(place: Place, team_id: int) -> GroupTeam:
    """Return a living sub-group of a dong.

    Raises:
        NotFound: there is none here.
    """
    team = get_or_not_found(GroupTeam, team_id)
    if team.place_id != place.id or team.closed_at is not None:
        raise NotFound(N_("찾으시는 모둠이 없습니다."))
    return team


def calls_newest_first(cycle: Cycle) -> list[GroupCall]:
    """Return the calls of a year."""
    return list(
        session().scalars(select(GroupCall).where(GroupCall.cycle_id == cycle.id).order_by(GroupCall.id.desc()))
    )


def open_call(cycle: Cycle, at: datetime) -> GroupCall | None:
    """Return the call in which applications are taken now; of several the newest."""
    return next((call for call in calls_newest_first(cycle) if call.is_open(at)), None)


def member_count(cycle: Cycle) -> int:
    """Return how many are in the group of a year."""
    query = select(func.count(GroupMember.id)).where(
        GroupMember.cycle_id == cycle.id, GroupMember.state == MemberState.MEMBER
    )
    return session().scalar(query) or 0


def members_page(cycle: Cycle, *, page: int, team: GroupTeam | None = None) -> Members:
    """Return one page of the members of a year (or of one sub-group), by public name."""
    where = [GroupMember.cycle_id == cycle.id, GroupMember.state == MemberState.MEMBER]
    if team is not None:
        where.append(GroupMember.team_id == team.id)
    # Neither database sorts "10" after "9" by itself; a group has some hundred members, whose names are quickly read.
    names = session().execute(select(GroupMember.id, Person.public_name).join(GroupMember.person).where(*where)).all()
    ids = [row.id for row in sorted(names, key=lambda row: (name_order(row.public_name), row.id))]
    shown = ids[(page - 1) * PAGE : page * PAGE]
    query = (
        select(GroupMember)
        .options(joinedload(GroupMember.person), joinedload(GroupMember.team))
        .where(GroupMember.id.in_(shown))
    )
    rows = sorted(session().scalars(query), key=lambda row: shown.index(row.id))
    return Members(rows, len(ids), page)


@dataclass(frozen=True)
class TeamRow:
    """A sub-group with how many are in it and who leads it."""

    team: GroupTeam
    count: int
    lead: str | None


def teams_of(cycle: Cycle) -> list[TeamRow]:
    """Return the sub-groups of a year, oldest first."""
    members = (
        select(GroupMember.team_id, func.count().label("count"))
        .where(GroupMember.cycle_id == cycle.id, GroupMember.state == MemberState.MEMBER)
        .group_by(GroupMember.team_id)
        .subquery()
    )
    query = (
        select(GroupTeam, members.c.count, Person.public_name)
        .outerjoin(members, members.c.team_id == GroupTeam.id)
        .outerjoin(Person, Person.id == GroupTeam.lead_id)
        .where(GroupTeam.cycle_id == cycle.id, GroupTeam.closed_at.is_(None))
        .order_by(GroupTeam.id)
    )
    return [TeamRow(team, count or 0, name) for team, count, name in session().execute(query)]


def people_in(team: GroupTeam) -> Sequence[GroupMember]:
    """Return everybody in a sub-group, by public name."""
    query = (
        select(GroupMember)
        .join(GroupMember.person)
        .options(contains_eager(GroupMember.person))
        .where(GroupMember.team_id == team.id, GroupMember.state == MemberState.MEMBER)
    )
    return sorted(session().scalars(query), key=lambda row: (name_order(row.person.public_name), row.id))


def applicants(cycle: Cycle, *, limit: int = 200) -> list[GroupMember]:
    """Return who waits for an answer, first come first."""
    query = (
        select(GroupMember)
        .options(joinedload(GroupMember.person))
        .where(GroupMember.cycle_id == cycle.id, GroupMember.state == MemberState.APPLIED)
        .order_by(GroupMember.applied_at, GroupMember.id)
    )
    return list(session().scalars(query.limit(limit)))


def lead(cycle: Cycle) -> Lead:
    """Return what can be done while the group is formed."""
    count = member_count(cycle)
    call = next((call for call in calls_newest_first(cycle) if call.cancelled_at is None), None)
    seats = call.seats if call is not None else 0
    return Lead(
        question=N_("마을계획을 함께 세울 분을 찾습니다") if call else N_("누가 마을계획을 세우나요?"),
        text=N_("마을계획단은 동네를 함께 둘러보고 계획을 세우는 주민 모임입니다. 지금 %(n)s명이 함께합니다.")
        if count
        else N_("마을계획단은 동네를 함께 둘러보고 계획을 세우는 주민 모임입니다. 모집을 알리면 지원할 수 있습니다."),
        action=N_("모집 글 읽기") if call else N_("마을계획단 보기"),
        endpoint="planning_group.show",
        arguments={"slug": cycle.place.slug},
        values={"n": count},
        meter=Meter(
            N_("함께하는 사람"), count, seats, N_("정원 %(seats)s명 가운데 %(n)s명"), {"seats": seats, "n": count}
        )
        if seats
        else None,
    )


def todos(person: Person, at: datetime) -> list[Todo]:
    """Return the applications that this person should answer, one line for each dong."""
    query = (
        select(Place, func.count(GroupMember.id), func.min(GroupCall.closes_at))
        .join(GroupMember, GroupMember.place_id == Place.id)
        .join(GroupCall, GroupCall.id == GroupMember.call_id)
        .where(
            GroupMember.state == MemberState.APPLIED,
            in_places_of(person),
        )
        .group_by(Place.id)
        .limit(50)
    )
    return [
        Todo(
            title=N_("마을계획단 지원 %(n)s건에 답하기"),
            action=N_("답하기"),
            endpoint="planning_group.applications",
            arguments={"slug": place.slug},
            values={"n": count},
            context=place.name,
            due_at=closes_at + DECIDE_WITHIN,
            place_id=place.id,
        )
        for place, count, closes_at in session().execute(query)
        if can_run_group(person, place, at)
    ]
