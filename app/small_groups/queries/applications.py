"""SELECTs about applications and the people in them."""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.clock import kst_date
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.i18n import N_
from app.people.models import Person, Verification
from app.places.models import Place
from app.places.queries import setting
from app.places.settings.process import GROUP_BARRED_YEARS
from app.small_groups.models import GrantRound, GroupApplication, GroupInvitation, GroupPerson, GroupReport
from app.small_groups.rules.applications import ALIVE, PUBLIC, State
from app.small_groups.rules.reports import ReportState, barred_until

NO_APPLICATION = N_("찾으시는 신청이 없습니다.")
NO_INVITATION = N_("쓸 수 없는 초대 주소입니다. 새 주소를 받아 주세요.")
WITH_STAFF = frozenset({ReportState.SUBMITTED, ReportState.ACCEPTED})


def application_of(place: Place, application_id: int) -> GroupApplication:
    """Return an application of a dong.

    Raises:
        NotFound: none of this number here.
    """
    found = get_or_not_found(GroupApplication, application_id)
    if found.place_id != place.id:
        raise NotFound(NO_APPLICATION)
    return found


def own_application(grant_round: GrantRound, person: Person | None) -> GroupApplication | None:
    """Return the application of a round in which somebody is: the one they lead first."""
    if person is None:
        return None
    query = (
        select(GroupApplication)
        .join(GroupPerson, GroupPerson.application_id == GroupApplication.id)
        .where(
            GroupApplication.round_id == grant_round.id,
            GroupPerson.person_id == person.id,
            GroupPerson.left_at.is_(None),
        )
        .order_by((GroupApplication.leader_id != person.id), GroupApplication.id)
        .limit(1)
    )
    return session().scalar(query)


def own_grants(place: Place, person: Person | None) -> list[GroupApplication]:
    """Return the applications of a dong in which somebody is, newest first; those of cancelled rounds are left out."""
    if person is None:
        return []
    query = (
        select(GroupApplication)
        .join(GroupPerson, GroupPerson.application_id == GroupApplication.id)
        .join(GrantRound, GrantRound.id == GroupApplication.round_id)
        .where(
            GroupApplication.place_id == place.id,
            GroupPerson.person_id == person.id,
            GroupPerson.left_at.is_(None),
            GrantRound.cancelled_at.is_(None),
        )
        .options(joinedload(GroupApplication.round))
        .order_by(GroupApplication.id.desc())
        .limit(10)
    )
    return list(session().scalars(query))


def former_groups(place: Place, person: Person) -> list[GroupApplication]:
    """Return the newest granted application of each group that somebody led here: they may go on with it."""
    newest = (
        select(func.max(GroupApplication.id))
        .where(
            GroupApplication.place_id == place.id,
            GroupApplication.leader_id == person.id,
            GroupApplication.state.in_(PUBLIC),
        )
        .group_by(GroupApplication.group_id)
    )
    query = select(GroupApplication).where(GroupApplication.id.in_(newest)).order_by(GroupApplication.id.desc())
    return list(session().scalars(query.limit(10)))


def _confirmed(application: GroupApplication) -> Select[Any]:
    """People of a group who count: confirmed, not left, with an account and still verified as residents."""
    verified = exists().where(
        Verification.person_id == GroupPerson.person_id,
        Verification.place_id.in_(application.place.ancestor_ids),
    )
    return (
        select(GroupPerson)
        .join(Person, Person.id == GroupPerson.person_id)
        .where(
            GroupPerson.application_id == application.id,
            GroupPerson.left_at.is_(None),
            Person.is_active,
            verified,
        )
    )


def confirmed_count(application: GroupApplication) -> int:
    """Return how many verified residents have confirmed that they belong to a group; the only figure the public sees."""
    return session().scalar(select(func.count()).select_from(_confirmed(application).subquery())) or 0


def people_of(application: GroupApplication) -> list[GroupPerson]:
    """Return who belongs to a group, first come first; for the group itself and for who checks."""
    query = (
        select(GroupPerson)
        .where(GroupPerson.application_id == application.id, GroupPerson.left_at.is_(None))
        .options(joinedload(GroupPerson.person))
        .order_by(GroupPerson.confirmed_at, GroupPerson.id)
    )
    return list(session().scalars(query))


def memberships_in(grant_round: GrantRound, person: Person, *, besides: int = 0) -> int:
    """Return in how many living applications of a round somebody is, without one of them."""
    query = (
        select(func.count(GroupPerson.id))
        .join(GroupApplication, GroupApplication.id == GroupPerson.application_id)
        .where(
            GroupApplication.round_id == grant_round.id,
            GroupApplication.state.in_(ALIVE),
            GroupApplication.id != besides,
            GroupPerson.person_id == person.id,
            GroupPerson.left_at.is_(None),
        )
    )
    return session().scalar(query) or 0


def invitation_of(word: str) -> GroupInvitation:
    """Return the invitation of an address.

    Raises:
        NotFound: it was used up or replaced, its application is not being gathered, or it never was.
    """
    query = (
        select(GroupInvitation)
        .where(GroupInvitation.hash == hash_of(word), GroupInvitation.ended_at.is_(None))
        .options(joinedload(GroupInvitation.application))
    )
    found = session().scalar(query)
    if found is None or found.application.state not in {State.DRAFT, State.SUBMITTED}:
        raise NotFound(NO_INVITATION)
    return found


def hash_of(word: str) -> str:
    """Return what is kept of an invitation's word."""
    return hashlib.sha256(word.encode()).hexdigest()


def owing(place: Place, *, group_id: int, person_id: int, at: datetime) -> list[GroupApplication]:
    """Return the grants that keep a group, or whoever would lead it, from applying: overdue, or ended without a report.

    Somebody counts who was in the group when its grant ended: a group does not get rid of its debt by a new name.
    """
    years, today = setting(place, GROUP_BARRED_YEARS), kst_date(at)
    if years == 0:
        return []
    belonged = exists().where(
        GroupPerson.application_id == GroupApplication.id,
        GroupPerson.person_id == person_id,
        GroupPerson.left_at.is_(None),
    )
    query = (
        select(GroupApplication)
        .outerjoin(GroupReport, GroupReport.application_id == GroupApplication.id)
        .where(
            GroupApplication.place_id == place.id,
            or_(GroupApplication.group_id == group_id, belonged),
            or_(
                GroupApplication.state == State.RECLAIMED,
                (GroupApplication.state == State.GRANTED)
                & (GroupApplication.report_due_on < today)
                & or_(GroupReport.id.is_(None), GroupReport.state.not_in(WITH_STAFF)),
            ),
        )
        .options(joinedload(GroupApplication.round))
    )
    return [
        row
        for row in session().scalars(query)
        if row.state is State.GRANTED or (row.ended_on is not None and today < barred_until(row.ended_on, years=years))
    ]


def people_who_owe(application: GroupApplication, at: datetime) -> int:
    """Return how many of a group's people were in a group that never reported; who checks sees the count."""
    rows = people_of(application)
    return sum(bool(owing(application.place, group_id=0, person_id=row.person_id, at=at)) for row in rows)


def with_people(application_ids: list[int]) -> dict[int, GroupApplication]:
    """Return applications with their people loaded, by id."""
    query = (
        select(GroupApplication)
        .where(GroupApplication.id.in_(application_ids))
        .options(selectinload(GroupApplication.people), joinedload(GroupApplication.leader))
    )
    return {row.id: row for row in session().scalars(query)}
