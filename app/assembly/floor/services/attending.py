"""Coming in: at the door by the roll, by phone with the code at the door, as a guest; leaving and coming back.

All of it holds the row of the day, so that one person at two desks, or at a desk and on the phone, is one person.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update

from app.assembly.floor.models import FloorAttendance, FloorDay
from app.assembly.floor.permissions import can_check_in, can_host
from app.assembly.floor.rules.states import ADMITTING
from app.assembly.floor.services.leading import locked_day
from app.assembly.stations.queries import check_in_of, credentials_of, has_voted_online, roll_of_election
from app.council.rules.training import is_current_code
from app.db.session import get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person, RollEntry, Verification
from app.people.permissions import is_verified_resident
from app.people.queries.rolls import entries_named, entries_of_person, verification_at
from app.privacy.rules import Access
from app.privacy.sealing import reveal
from app.privacy.services import log_access

NOT_CLERK = N_("동의 담당 공무원만 명부에서 찾고 참석을 적을 수 있습니다.")
NOT_HOST = N_("위원과 담당자가 문에서 안내합니다.")
NOT_ADMITTING = N_("지금은 입장하는 때가 아닙니다.")
NO_ROLL = N_("명부를 확정한 뒤에 연 투표에서만 명부로 확인합니다. 휴대전화로 참석을 알리게 해 주세요.")


@dataclass(frozen=True)
class Arrival:
    """Somebody on the roll, as the clerk at the door sees them."""

    entry_id: int
    unit: str
    is_elector: bool
    """False: too young to vote; they come in as a guest."""
    has_come: bool
    has_left: bool


def find(day: FloorDay, *, name: str, birth_date: date, by: Person, ip: str | None, at: datetime) -> list[Arrival]:
    """Return the people on the roll of a name and birth date; the look is logged. Changes nothing else.

    Raises:
        NotAllowed: not a public servant of the dong.
        RuleViolation: the election has no roll.
    """
    if not can_check_in(by, day.place, at):
        raise NotAllowed(NOT_CLERK)
    roll = roll_of_election(day.assembly)
    if roll is None:
        raise RuleViolation(NO_ROLL)
    entries = entries_named(roll, name, birth_date)
    log_access(
        Access.SEARCHED, by=by.id, ip=ip, subject=f"roll:{roll.id}", at=at, count=len(entries),
        fields=("name", "birth_date", "unit"), place_id=day.place_id,
    )  # fmt: skip
    return [_arrival(day, entry) for entry in entries]


def check_in(day_id: int, entry_id: int, *, by: Person, at: datetime) -> FloorAttendance:
    """Note somebody on the roll as present. Who is there already stays as they are; who had left is back.

    Raises:
        NotFound, NotAllowed: no such day, or nobody of this number on its roll; not a public servant of the dong.
        RuleViolation: nobody is let in now, or the person is too young to vote (they come in as a guest).
    """
    day = locked_day(day_id)
    if not can_check_in(by, day.place, at):
        raise NotAllowed(NOT_CLERK)
    _require_admitting(day)
    roll = roll_of_election(day.assembly)
    entry = get_or_not_found(RollEntry, entry_id)
    if roll is None or entry.roll_id != roll.id:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    if not entry.is_eligible:
        raise RuleViolation(N_("투표할 수 있는 나이가 아닙니다. 손님으로 들어올 수 있습니다."))
    person_id = session().scalar(
        select(Verification.person_id).where(
            Verification.place_id == day.place_id, Verification.identity_index == entry.identity_index
        )
    )
    return _present(day, person_id, entry, at)


def check_in_self(day_id: int, *, code: str, by: Person, at: datetime) -> FloorAttendance:
    """Note oneself as present, with the code at the door; done twice, one is there once.

    Raises:
        NotFound: no such day.
        NotAllowed: not a verified resident of the dong.
        RuleViolation: nobody is let in now, or the roll has two people of this name and birth date, or none old enough.
        InvalidInput: not the code of now.
    """
    day = locked_day(day_id)
    if not is_verified_resident(by, day.place):
        raise NotAllowed(N_("주민으로 확인된 분만 휴대전화로 참석을 알릴 수 있습니다. 문 앞 담당자에게 말씀해 주세요."))
    _require_admitting(day)
    if not is_current_code(day.secret, code, at):
        raise InvalidInput(N_("문 앞 화면에 보이는 지금의 글자를 적어 주세요. 몇 분마다 바뀝니다."), field="code")
    known = verification_at(by.id, day.place_id)
    roll = roll_of_election(day.assembly)
    entry = None
    if roll is not None and known is not None and known.identity_index is not None:
        found = entries_of_person(roll, known.identity_index)
        if len(found) > 1 or any(not each.is_eligible for each in found):
            raise RuleViolation(N_("휴대전화로 확인할 수 없습니다. 문 앞 담당자에게 말씀해 주세요."))
        entry = found[0] if found else None
    return _present(day, by.id, entry, at)


def add_guest(day_id: int, *, once: str, by: Person, at: datetime) -> FloorAttendance:
    """Count a guest or an observer: a number, nobody's name; the same press of the button twice counts one.

    Raises:
        NotFound, NotAllowed: no such day; neither council nor staff.
        RuleViolation: nobody is let in now.
    """
    day = locked_day(day_id)
    if not can_host(by, day.place, at):
        raise NotAllowed(NOT_HOST)
    known = session().scalar(select(FloorAttendance).where(FloorAttendance.once == once))
    if known is not None:
        return known
    _require_admitting(day)
    row = FloorAttendance(day_id=day.id, is_elector=False, once=once, came_at=at)
    session().add(row)
    session().flush()
    return row


def leave(day_id: int, entry_id: int, *, by: Person, at: datetime) -> FloorAttendance:
    """Note at the door that somebody on the roll has gone; they are not asked for the word any more.

    Raises:
        NotFound, NotAllowed: no such day, or they have not come; not a public servant of the dong.
        RuleViolation: nobody is let in or out now.
    """
    day = locked_day(day_id)
    if not can_check_in(by, day.place, at):
        raise NotAllowed(NOT_CLERK)
    _require_admitting(day)
    row = _of_entry(day, entry_id)
    if row is None:
        raise NotFound(N_("참석한 사람이 아닙니다."))
    row.left_at = row.left_at or at
    return row


def leave_self(day_id: int, *, by: Person, at: datetime) -> None:
    """Say oneself that one goes; who is not there has nothing to say.

    Raises:
        NotFound: no such day.
    """
    day = locked_day(day_id)
    row = session().scalar(
        select(FloorAttendance).where(FloorAttendance.day_id == day.id, FloorAttendance.person_id == by.id)
    )
    if row is not None and day.state in ADMITTING:
        row.left_at = row.left_at or at


def on_account_closed(person: Person) -> None:
    """Forget where somebody was whose account is closed; the number stays."""
    session().execute(
        update(FloorAttendance)
        .where(FloorAttendance.person_id == person.id)
        .values(person_id=None)
        .execution_options(synchronize_session=False)
    )


def _present(day: FloorDay, person_id: int | None, entry: RollEntry | None, at: datetime) -> FloorAttendance:
    row = _of_entry(day, entry.id) if entry is not None else None
    if row is None and person_id is not None:
        row = session().scalar(
            select(FloorAttendance).where(FloorAttendance.day_id == day.id, FloorAttendance.person_id == person_id)
        )
    if row is None:
        row = FloorAttendance(
            day_id=day.id, is_elector=True, person_id=person_id, roll_entry_id=entry.id if entry else None,
            is_fresh=entry is not None and _has_not_voted(day, entry), came_at=at,
        )  # fmt: skip
        session().add(row)
    else:
        row.person_id, row.left_at = row.person_id or person_id, None
    session().flush()
    return row


def _has_not_voted(day: FloorDay, entry: RollEntry) -> bool:
    assembly = day.assembly
    if check_in_of(assembly, entry.id) is not None:
        return False
    return not has_voted_online(assembly, credentials_of(assembly, entry.id))


def _of_entry(day: FloorDay, entry_id: int) -> FloorAttendance | None:
    return session().scalar(
        select(FloorAttendance).where(FloorAttendance.day_id == day.id, FloorAttendance.roll_entry_id == entry_id)
    )


def _arrival(day: FloorDay, entry: RollEntry) -> Arrival:
    row = _of_entry(day, entry.id)
    return Arrival(
        entry_id=entry.id,
        unit=reveal(entry, RollEntry.unit) or "",
        is_elector=bool(entry.is_eligible),
        has_come=row is not None and row.left_at is None,
        has_left=row is not None and row.left_at is not None,
    )


def _require_admitting(day: FloorDay) -> None:
    if day.state not in ADMITTING:
        raise RuleViolation(NOT_ADMITTING)
