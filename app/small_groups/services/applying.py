"""Writing an application, sending it in, changing it until the closing, taking it back."""

from datetime import datetime

from sqlalchemy import func, select

from app.clock import kst_date
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.queries.people import is_known_to_be_younger
from app.people.rules import Role
from app.places.models import Place
from app.places.queries import setting
from app.places.settings.process import GROUP_LEADER_AGE, GROUP_PER_PERSON
from app.small_groups.models import GrantRound, GroupApplication, GroupPerson, SmallGroup
from app.small_groups.permissions import can_apply
from app.small_groups.queries.applications import confirmed_count, former_groups, memberships_in, owing
from app.small_groups.rules.applications import SENT, State, Wish, require_move, require_people, require_wish
from app.small_groups.services.loading import about, lapse, led, note
from app.small_groups.services.telling import tell_others

NOT_OPEN = N_("지금은 신청을 받는 기간이 아닙니다. 쓰신 글은 그대로 남아 있습니다.")
NOT_HERE = N_("이 동네 주민으로 확인된 분만 할 수 있습니다. 계정 화면에서 주민 확인을 먼저 해 주세요.")
OWES = N_("지난 지원의 결과보고를 하지 않은 모임이 있어 신청할 수 없습니다. 보고를 먼저 마쳐 주세요.")
TOO_YOUNG = N_(
    "모임의 대표는 지원금을 받고 정산하므로 만 %(age)s세부터 할 수 있습니다. 어른 이웃에게 대표를 부탁해 주세요."
)
TOO_MANY = N_("이번 지원에서는 한 사람이 %(n)s모임까지 함께할 수 있습니다.")


def begin_application(round_id: int, wish: Wish, *, group_id: int | None, by: Person, at: datetime) -> GroupApplication:
    """Begin an application as a draft, with whoever writes it as its first person; a second one leads to the same draft.

    Args:
        round_id: the round.
        wish: what the group asks for.
        group_id: a group that this person led in an earlier year and goes on with; None for a new one.
        by: who writes it; answers for the group.
        at: when.

    Raises:
        NotFound: no such round, or no such group of this person.
        NotAllowed: not a verified resident, or known to be too young to answer for money.
        RuleViolation: the round is not open, this person is in too many groups, or owes a report.
        InvalidInput: what the round does not admit, or a name that another group of the round has.
    """
    row = get_or_not_found(GrantRound, round_id, lock=True)
    if not can_apply(by, row.place):
        raise NotAllowed(NOT_HERE)
    require_of_age(by, row.place, at)
    known = session().scalar(
        select(GroupApplication)
        .where(GroupApplication.round_id == row.id, GroupApplication.leader_id == by.id)
        .with_for_update()
    )
    if known is not None and known.state is not State.WITHDRAWN:
        return known
    require_open(row, at)
    require_wish(wish, months=row.terms.months, max_won=row.max_won)
    if memberships_in(row, by, besides=known.id if known else 0) >= setting(row.place, GROUP_PER_PERSON):
        raise RuleViolation(TOO_MANY, n=setting(row.place, GROUP_PER_PERSON))
    group = _group(row.place, group_id, by, at, known)
    if owing(row.place, group_id=group.id, person_id=by.id, at=at):
        raise RuleViolation(OWES)
    _require_new_name(row, wish.name, group.id)
    if known is None:
        known = GroupApplication(
            place_id=row.place_id, round_id=row.id, group_id=group.id, leader_id=by.id, state=State.DRAFT, begun_at=at,
        )  # fmt: skip
        session().add(known)
        _write(known, wish)
        session().flush()
        session().add(GroupPerson(application_id=known.id, person_id=by.id, confirmed_at=at))
        session().flush()
        return known
    require_move(known.state, State.DRAFT)
    known.state = State.DRAFT
    known.version += 1
    _write(known, wish)
    return known


def require_of_age(person: Person, place: Place, at: datetime) -> None:
    """Refuse that somebody answers for a group's money who is known to be too young; to belong to it has no age.

    Raises:
        NotAllowed: it is so.
    """
    age = setting(place, GROUP_LEADER_AGE)
    if is_known_to_be_younger(person, age, on=kst_date(at)):
        raise NotAllowed(TOO_YOUNG, age=age)


def edit_application(application_id: int, wish: Wish, *, version: int, by: Person, at: datetime) -> GroupApplication:
    """Change what a group asks for, until the closing; people who confirmed an earlier text are told.

    Raises:
        NotFound, NotAllowed, Conflict: no such application; not its leader; changed meanwhile.
        RuleViolation: it has closed.
        InvalidInput: what the round does not admit.
    """
    row = led(application_id, by)
    claim_version(row, version)
    require_editable(row, at)
    require_wish(wish, months=row.round.terms.months, max_won=row.round.max_won)
    _require_new_name(row.round, wish.name, row.group_id)
    _write(row, wish)
    session().flush()
    tell_others(row, "changed", key=str(row.version), at=at)
    return row


def require_editable(row: GroupApplication, at: datetime) -> None:
    """Refuse to change an application that staff look at, or that came to its closing.

    Raises:
        RuleViolation: naming which of the two.
    """
    if row.state not in {State.DRAFT, State.SUBMITTED}:
        raise RuleViolation(N_("확인을 시작한 신청은 고칠 수 없습니다."))
    require_open(row.round, at)


def submit_application(application_id: int, *, by: Person, at: datetime) -> GroupApplication:
    """Send an application in; sending it twice changes nothing. It can be changed and taken back until the closing.

    Raises:
        NotFound, NotAllowed: no such application; not its leader.
        RuleViolation: the round has closed, too few have confirmed, or the group owes a report.
    """
    row = led(application_id, by)
    if row.state is State.SUBMITTED:
        return row
    require_submittable(row, by, at)
    if row.number is None:
        last = session().scalar(
            select(func.max(GroupApplication.number)).where(GroupApplication.round_id == row.round_id)
        )
        row.number = (last or 0) + 1
    row.state, row.submitted_at = State.SUBMITTED, at
    row.version += 1
    session().flush()
    note(row.place, "applied", Role.RESIDENT, about(row), at, number=row.number)
    return row


def require_submittable(row: GroupApplication, by: Person, at: datetime) -> None:
    """Refuse to send in what cannot be sent in now.

    Raises:
        RuleViolation: it was sent in, the round has closed, too few have confirmed, or the group owes a report.
    """
    require_move(row.state, State.SUBMITTED)
    require_open(row.round, at)
    if owing(row.place, group_id=row.group_id, person_id=by.id, at=at):
        raise RuleViolation(OWES)
    require_people(confirmed_count(row), minimum=row.round.min_people)


def withdraw_application(application_id: int, *, by: Person, at: datetime) -> GroupApplication:
    """Take an application back before the council has decided; twice is once.

    Raises:
        NotFound, NotAllowed: no such application; not its leader.
        RuleViolation: it is decided.
    """
    row = led(application_id, by)
    if row.state is State.WITHDRAWN:
        return row
    withdraw(row, at=at)
    return row


def withdraw(row: GroupApplication, *, at: datetime) -> None:
    """Take a loaded application back.

    Raises:
        RuleViolation: it is decided.
    """
    require_move(row.state, State.WITHDRAWN)
    lapse(row, at=at)
    was_sent = row.state in SENT
    row.state = State.WITHDRAWN
    row.version += 1
    for person in row.people:
        # Who confirmed this text is free for another group; begun anew, it needs to be confirmed anew.
        if person.person_id != row.leader_id and person.left_at is None:
            person.left_at = at
    session().flush()
    if was_sent:
        note(row.place, "withdrawn", Role.RESIDENT, about(row), at, number=row.number)


def require_open(row: GrantRound, at: datetime) -> None:
    """Refuse what belongs to the time in which applications are taken.

    Raises:
        RuleViolation: it has not begun, or is over.
    """
    if not row.is_open(at):
        raise RuleViolation(NOT_OPEN)


def _group(place: Place, group_id: int | None, by: Person, at: datetime, known: GroupApplication | None) -> SmallGroup:
    if known is not None:
        return known.group
    if group_id is None:
        group = SmallGroup(place_id=place.id, began_at=at)
        session().add(group)
        session().flush()
        return group
    found = next((row.group for row in former_groups(place, by) if row.group_id == group_id), None)
    if found is None:
        raise NotFound(N_("찾으시는 모임이 없습니다."))
    return found


def _require_new_name(row: GrantRound, name: str, group_id: int) -> None:
    twin = select(GroupApplication.id).where(
        GroupApplication.round_id == row.id,
        GroupApplication.name == name,
        GroupApplication.group_id != group_id,
        GroupApplication.state.in_(SENT),
    )
    if session().scalar(twin) is not None:
        raise InvalidInput(N_("같은 이름으로 신청한 모임이 있습니다."), field="name")


def _write(row: GroupApplication, wish: Wish) -> None:
    row.name, row.purpose = wish.name, wish.purpose
    row.months = {str(month): text for month, text in sorted(wish.months.items())}
    row.lines = [{"what": line.what, "won": line.won} for line in wish.lines]
    row.asked_won = wish.asked_won
