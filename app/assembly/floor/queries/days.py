"""SELECTs about the day itself: which one, who takes part, who may lead it."""

from datetime import datetime

from sqlalchemy import func, select

from app.assembly.floor.models import FloorAttendance, FloorCount, FloorDay, FloorItem
from app.assembly.floor.rules.states import NOT_BEGUN, DayState
from app.assembly.floor.rules.taking_part import TakingPart
from app.assembly.models import Assembly
from app.cycle.dong_page import Meeting
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.i18n import N_
from app.people.models import Person, RoleGrant
from app.people.rules import COUNCIL, STAFF
from app.places.models import Place
from app.places.queries import setting, settings_in_force
from app.todo import Todo

NONE = N_("아직 총회 날을 정하지 않았습니다.")


def day_of(assembly: Assembly) -> FloorDay | None:
    """Return the sitting that counts: the newest."""
    query = select(FloorDay).where(FloorDay.assembly_id == assembly.id).order_by(FloorDay.sitting.desc()).limit(1)
    return session().scalar(query)


def require_day(assembly: Assembly) -> FloorDay:
    """Return the newest sitting of an assembly.

    Raises:
        NotFound: none is planned.
    """
    found = day_of(assembly)
    if found is None:
        raise NotFound(NONE)
    return found


def item_of(day: FloorDay, item_id: int) -> FloorItem:
    """Return an item of a day.

    Raises:
        NotFound: none of this number on it.
    """
    found = get_or_not_found(FloorItem, item_id)
    if found.day_id != day.id:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    return found


def current_count(item: FloorItem) -> FloorCount | None:
    """Return the newest round of an item that the floor decides; None before the first."""
    return item.counts[-1] if item.counts else None


def taking_part_of(day: FloorDay) -> TakingPart:
    """Return how many take part now. Before the doors open the rules are the ones in force."""
    here = FloorAttendance.left_at.is_(None)
    row = session().execute(
        select(
            func.count().filter(FloorAttendance.is_elector, here),
            func.count().filter(FloorAttendance.is_elector),
            func.count().filter(FloorAttendance.is_elector, FloorAttendance.is_fresh),
            func.count().filter(FloorAttendance.is_elector.is_(False), here),
        ).where(FloorAttendance.day_id == day.id)
    )
    present, came, fresh, guests = row.one()
    planned = day.state is DayState.PLANNED
    return TakingPart(
        present=present,
        came=came,
        fresh=fresh,
        guests=guests,
        advance=day.advance,
        known=day.known,
        needed=day.assembly.least_turnout if planned else day.needed,
        counts_advance=setting(day.place, "assembly.quorum_counts") == "all" if planned else day.counts_advance,
    )


def legal_basis(place: Place) -> str:
    """Return what the number that must take part stands on."""
    return settings_in_force(place)["assembly.turnout_share"].legal_basis


def possible_leaders(place: Place, at: datetime) -> list[Person]:
    """Return who may be chair or secretary of the day: members of the council and staff of the dong, by name."""
    query = (
        select(RoleGrant)
        .where(RoleGrant.place_id == place.id, RoleGrant.role.in_(COUNCIL | STAFF), RoleGrant.revoked_at.is_(None))
        .order_by(RoleGrant.id)
    )
    people = {row.person_id: row.person for row in session().scalars(query) if row.is_in_force(at)}
    return sorted((person for person in people.values() if person.is_active), key=lambda one: one.public_name)


def meetings(place: Place, at: datetime) -> list[Meeting]:
    """Return the coming day of a dong's assembly."""
    query = select(FloorDay).where(
        FloorDay.place_id == place.id, FloorDay.state.in_(NOT_BEGUN), FloorDay.starts_at > at
    )
    return [
        Meeting(f"{row.assembly.cycle.year} {place.name} 주민총회 현장", row.starts_at, row.where, "floor.live", {"slug": place.slug})
        for row in session().scalars(query)
    ]  # fmt: skip


def todos(person: Person, at: datetime) -> list[Todo]:
    """Return the minutes that this person, chair or secretary of the day, has to write or to confirm."""
    query = (
        select(FloorDay)
        .where(FloorDay.state == DayState.CLOSED)
        .where((FloorDay.chair_id == person.id) | (FloorDay.secretary_id == person.id))
        .order_by(FloorDay.id)
    )
    return [
        Todo(title=N_("총회 회의록 확인하기"), action=N_("확인하기"), endpoint="floor.minutes",
             arguments={"slug": row.place.slug}, context=row.place.name, due_at=row.minutes_due_at,
             place_id=row.place_id)
        for row in session().scalars(query)
        if person.id not in {each.person_id for each in row.confirmations}
    ]  # fmt: skip
