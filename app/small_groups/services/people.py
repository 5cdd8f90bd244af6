"""The people of a group: invited by an address or by mail, confirming themselves, leaving, another one leading."""

from datetime import datetime

from sqlalchemy import select, update

from app.clock import kst_date
from app.db.session import get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.outbox.rules import Channel
from app.outbox.services import queue_message
from app.people.models import Person
from app.people.queries.people import is_known_to_be_younger
from app.people.rules import Role
from app.places.queries import setting
from app.places.settings.process import GROUP_LEADER_AGE, GROUP_PER_PERSON
from app.small_groups.models import GroupApplication, GroupInvitation, GroupPerson
from app.small_groups.permissions import can_apply, is_in_group, is_leader
from app.small_groups.queries.applications import (
    NO_APPLICATION,
    confirmed_count,
    hash_of,
    invitation_of,
    memberships_in,
)
from app.small_groups.rules.applications import ALIVE, MOST_MAILED, MOST_PEOPLE, State
from app.small_groups.services.applying import NOT_HERE, TOO_MANY, require_of_age, withdraw
from app.small_groups.services.loading import about, lapse, led, locked, note
from app.small_groups.services.telling import tell_leader

GOING_ON = ALIVE | {State.GRANTED, State.REFUSED}
"""Somebody still answers for it: to whom was refused an objection is open."""
GATHERING = frozenset({State.DRAFT, State.SUBMITTED})
CLOSED = N_("신청을 마감해 모임의 사람을 바꿀 수 없습니다.")


def make_link(application_id: int, *, word: str, by: Person, at: datetime) -> GroupApplication:
    """Make the address that invites into a group; the one before is worthless from then on.

    Args:
        application_id: which application.
        word: random, unguessable; only its hash is kept.
        by: its leader.
        at: when.

    Raises:
        NotFound, NotAllowed: no such application; not its leader.
        RuleViolation: it has closed.
    """
    row = _gathering(application_id, by, at)
    session().execute(
        update(GroupInvitation)
        .where(
            GroupInvitation.application_id == row.id,
            GroupInvitation.is_personal.is_(False),
            GroupInvitation.ended_at.is_(None),
        )
        .values(ended_at=at)
    )
    session().add(GroupInvitation(application_id=row.id, hash=hash_of(word), is_personal=False, made_at=at))
    session().flush()
    return row


def mail_invitation(application_id: int, *, word: str, to: str, by: Person, at: datetime) -> GroupApplication:
    """Mail an address with which one person may confirm; where it went is kept by the outbox alone, and only for a while.

    Args:
        application_id: which application.
        word: random, unguessable; only its hash is kept.
        to: the mail address.
        by: its leader.
        at: when.

    Raises:
        NotFound, NotAllowed: no such application; not its leader.
        RuleViolation: it has closed, or has sent as many invitations as one may.
        InvalidInput: nobody can be reached there.
    """
    row = _gathering(application_id, by, at)
    if row.mailed >= MOST_MAILED:
        raise RuleViolation(N_("초대 메일은 %(n)s통까지 보냅니다. 초대 주소를 만들어 직접 알려 주세요."), n=MOST_MAILED)
    row.mailed += 1
    session().add(GroupInvitation(application_id=row.id, hash=hash_of(word), is_personal=True, made_at=at))
    try:
        queue_message(
            Channel.MAIL,
            "small_groups/invited",
            to=to,
            values={
                "name": row.name, "round": row.round.title, "place": row.place.name_en if by.locale == "en" else row.place.name, "slug": row.place.slug, "word": word,
            },
            at=at,
            idempotency_key=f"small_groups/invited:{hash_of(word)}",
            locale=by.locale,
            place_id=row.place_id,
            secret=True,
            expires_at=row.round.closes_at,
        )  # fmt: skip
    except InvalidInput as refusal:
        refusal.field = "to"
        raise
    return row


def confirm(word: str, *, by: Person, at: datetime) -> GroupApplication:
    """Confirm that one belongs to a group; confirming twice is confirming once.

    Raises:
        NotFound: the address is worthless.
        NotAllowed: not a verified resident.
        RuleViolation: it has closed, this person is in too many groups, or the group is full.
    """
    invitation = invitation_of(word)
    row = locked(invitation.application_id)
    if is_in_group(by, row):
        return row
    invitation = get_or_not_found(GroupInvitation, invitation.id, lock=True)
    invitation_of(word)  # of two who hold a personal address, the second finds it used
    if not can_apply(by, row.place):
        raise NotAllowed(NOT_HERE)
    require_gathering(row, at)
    most = setting(row.place, GROUP_PER_PERSON)
    if memberships_in(row.round, by, besides=row.id) >= most:
        raise RuleViolation(TOO_MANY, n=most)
    if confirmed_count(row) >= MOST_PEOPLE:
        raise RuleViolation(N_("한 모임은 %(n)s명까지 확인합니다."), n=MOST_PEOPLE)
    known = session().scalar(
        select(GroupPerson).where(GroupPerson.application_id == row.id, GroupPerson.person_id == by.id)
    )
    if known is None:
        session().add(GroupPerson(application_id=row.id, person_id=by.id, confirmed_at=at))
    else:
        known.confirmed_at, known.left_at = at, None
    if invitation.is_personal:
        invitation.ended_at = at
    session().flush()
    session().expire(row, ["people"])
    return row


def leave(application_id: int, *, by: Person, at: datetime) -> GroupApplication:
    """Take one's confirmation back until the closing; the leader hears when the group becomes too small.

    Raises:
        NotFound: not in such a group.
        RuleViolation: it has closed; or the leader, who withdraws the application or lets another lead.
    """
    row = locked(application_id)
    known = next((each for each in row.people if each.person_id == by.id), None)
    if known is None:
        raise NotFound(NO_APPLICATION)
    if known.left_at is not None:
        return row
    require_leavable(row, by, at)
    known.left_at = at
    session().flush()
    if row.state is State.SUBMITTED and confirmed_count(row) < row.round.min_people:
        tell_leader(row, "too_few", key=str(known.id), at=at, least=row.round.min_people)
    return row


def require_leavable(row: GroupApplication, by: Person, at: datetime) -> None:
    """Refuse that the leader leaves, or anybody once applications are not taken any more.

    Raises:
        RuleViolation: naming which of the two.
    """
    if is_leader(by, row):
        raise RuleViolation(N_("대표는 신청을 거두거나 다른 사람에게 대표를 넘길 수 있습니다."))
    require_gathering(row, at)


def hand_over(application_id: int, *, to: int, by: Person, at: datetime) -> GroupApplication:
    """Let another of the group answer for it, as long as something is still to be done.

    Args:
        application_id: which application.
        to: account number of somebody in the group.
        by: its leader.
        at: when.

    Raises:
        NotFound, NotAllowed: no such application or person; not its leader, or the other is too young for it.
        RuleViolation: it is over, or the other leads another group of the round.
    """
    row = led(application_id, by)
    if to == by.id:
        return row
    heir = next((each.person for each in row.people if each.person_id == to and each.left_at is None), None)
    if heir is None or not can_apply(heir, row.place):
        raise NotFound(N_("모임에서 확인한 사람 가운데 고릅니다."))
    if row.state not in GOING_ON:
        raise RuleViolation(N_("이미 끝난 신청입니다."))
    require_of_age(heir, row.place, at)
    if leads_in_round(row, to):
        raise RuleViolation(N_("그분은 이번 지원에서 다른 모임의 대표입니다."))
    lead(row, to=to, at=at)
    return row


def leads_in_round(row: GroupApplication, person_id: int) -> bool:
    """Tell whether somebody leads another application of the same round."""
    query = select(GroupApplication.id).where(
        GroupApplication.round_id == row.round_id,
        GroupApplication.leader_id == person_id,
        GroupApplication.id != row.id,
    )
    return session().scalar(query) is not None


def lead(row: GroupApplication, *, to: int, at: datetime) -> None:
    """Make somebody of a group its leader."""
    row.leader_id = to
    row.version += 1
    session().flush()
    session().expire(row, ["leader"])
    if row.number is not None:
        note(row.place, "lead_changed", Role.RESIDENT, about(row), at, number=row.number)


def on_account_closed(person: Person) -> None:
    """Take somebody whose account is closed out of every group; where they led, the next one leads, or nobody asks any more."""
    query = (
        select(GroupApplication.id)
        .join(GroupPerson, GroupPerson.application_id == GroupApplication.id)
        .where(GroupPerson.person_id == person.id, GroupPerson.left_at.is_(None))
        .order_by(GroupApplication.round_id, GroupApplication.id)
    )
    for application_id in session().scalars(query).all():
        row = locked(application_id)
        at = person.closed_at or row.begun_at
        if row.leader_id == person.id:
            _succeed(row, at)
        for each in row.people:
            if each.person_id == person.id and each.left_at is None:
                each.left_at = at
    session().flush()


def _succeed(row: GroupApplication, at: datetime) -> None:
    heirs = [
        each.person_id
        for each in row.people
        if each.person_id != row.leader_id
        and each.left_at is None
        and can_apply(each.person, row.place)
        and not is_known_to_be_younger(each.person, setting(row.place, GROUP_LEADER_AGE), on=kst_date(at))
        and not leads_in_round(row, each.person_id)
    ]
    if heirs and row.state in GOING_ON:
        lead(row, to=heirs[0], at=at)
        tell_leader(row, "leads", key=f"{heirs[0]}:{row.version}", at=at)
    elif row.state in ALIVE:
        withdraw(row, at=at)
    else:
        lapse(row, at=at)


def _gathering(application_id: int, by: Person, at: datetime) -> GroupApplication:
    row = led(application_id, by)
    require_gathering(row, at)
    return row


def require_gathering(row: GroupApplication, at: datetime) -> None:
    """Refuse to change the people of a group once applications are not taken any more.

    Raises:
        RuleViolation: it is so.
    """
    if row.state not in GATHERING or not row.round.is_open(at):
        raise RuleViolation(CLOSED)
