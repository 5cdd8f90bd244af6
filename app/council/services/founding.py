"""Founding a council, its terms, and entering the members that it has when it begins to use the product."""

from datetime import date, datetime

from sqlalchemy import select

from app.council.models import Council, CouncilMember, CouncilTerm
from app.council.permissions import can_run_council
from app.council.queries.people import council_of, require_council, terms_newest_first
from app.council.rules.membership import MemberState, Origin, term_end
from app.db.session import session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.permissions import is_verified_resident
from app.people.rules import Role, Sex
from app.people.services.roles import acting_role
from app.places.models import Place
from app.places.queries import setting
from app.places.rules import PlaceKind
from app.record.services import append

NOT_STAFF = N_("이 동네를 맡은 담당자만 할 수 있습니다.")


def found_council(
    place: Place, *, seats: int, founded_on: date, term_number: int, term_starts_on: date, by: Person, at: datetime
) -> Council:
    """Found a dong's council with the term that runs or comes next; done twice, there is still one.

    Raises:
        NotAllowed: not its staff.
        RuleViolation: not a dong.
        InvalidInput: more or fewer seats than the ordinance allows, or a term before the founding.
    """
    if not can_run_council(by, place, at):
        raise NotAllowed(NOT_STAFF)
    if place.kind is not PlaceKind.DONG:
        raise RuleViolation(N_("주민자치회는 동에 둡니다."))
    known = council_of(place)
    if known is not None:
        return known
    require_seats(place, seats)
    if term_starts_on < founded_on:
        raise InvalidInput(N_("임기는 자치회를 세운 날부터 시작할 수 있습니다."), field="term_starts_on")
    if not 1 <= term_number <= 50:
        raise InvalidInput(N_("몇 기인지 다시 확인해 주세요."), field="term_number")
    council = Council(place_id=place.id, place=place, founded_on=founded_on, seats=seats, created_at=at)
    session().add(council)
    session().flush()
    append(
        place, "council.founded", role=acting_role(by, place, at), subject=f"council:{council.id}", at=at,
        values={"seats": seats, "day": founded_on.isoformat()},
    )  # fmt: skip
    _add_term(council, number=term_number, starts_on=term_starts_on, seats=seats, by=by, at=at)
    return council


def plan_next_term(place: Place, *, seats: int, by: Person, at: datetime) -> CouncilTerm:
    """Plan the term after the last one: it begins the day after that one ends. Done twice, there is still one.

    Raises:
        NotFound, NotAllowed: no council; not its staff.
        InvalidInput: more or fewer seats than the ordinance allows.
    """
    if not can_run_council(by, place, at):
        raise NotAllowed(NOT_STAFF)
    council = require_council(place, lock=True)
    last = terms_newest_first(council)[0]
    if last.starts_on > at.date():
        return last
    require_seats(place, seats)
    starts_on = date.fromordinal(last.ends_on.toordinal() + 1)
    return _add_term(council, number=last.number + 1, starts_on=starts_on, seats=seats, by=by, at=at)


def enter_member(
    term: CouncilTerm,
    *,
    name: str,
    sex: Sex | None,
    age_band: str,
    area: str,
    track: str,
    person: Person | None,
    by: Person,
    at: datetime,
) -> CouncilMember:
    """Enter somebody who sits in the council already, appointed before the product was used.

    Raises:
        NotAllowed: not its staff.
        RuleViolation: the council is full, or members were drawn here (then nobody comes in by hand).
        InvalidInput: no name; a person who is no resident here, or sits here already.
    """
    place = term.council.place
    if not can_run_council(by, place, at):
        raise NotAllowed(NOT_STAFF)
    require_council(place, lock=True)
    living = list(
        session().scalars(
            select(CouncilMember).where(
                CouncilMember.term_id == term.id,
                CouncilMember.state.in_([MemberState.SERVING, MemberState.NOMINATED]),
            )
        )
    )
    if len(living) >= term.seats:
        raise RuleViolation(N_("위원 자리 %(seats)s개가 모두 찼습니다."), seats=term.seats)
    if any(member.origin is not Origin.FOUNDING for member in living):
        raise RuleViolation(N_("추첨한 임기에는 손으로 위원을 더할 수 없습니다."))
    name = " ".join(name.split())
    if not 2 <= len(name) <= 40:
        raise InvalidInput(N_("이름을 적어 주세요."), field="name")
    if person is not None:
        if not is_verified_resident(person, place):
            raise InvalidInput(N_("이 동네 주민으로 확인된 계정이 아닙니다."), field="person")
        if any(member.person_id == person.id for member in living):
            raise InvalidInput(N_("이미 위원입니다."), field="person")
    member = CouncilMember(
        term_id=term.id, person_id=person.id if person else None, name=name, track=track, origin=Origin.FOUNDING,
        state=MemberState.SERVING, sex=sex, age_band=age_band, area=area, starts_on=term.starts_on,
        ends_on=term.ends_on, appointed_at=at, created_at=at,
    )  # fmt: skip
    session().add(member)
    session().flush()
    append(
        place, "council.member_entered", role=acting_role(by, place, at), subject=f"council_member:{member.id}", at=at,
        values={"number": term.number},
    )  # fmt: skip
    return member


def require_seats(place: Place, seats: int) -> None:
    """Refuse a size of the council that the ordinance does not allow.

    Raises:
        InvalidInput: outside ``council.size_min`` and ``council.size_max``.
    """
    least, most = setting(place, "council.size_min"), setting(place, "council.size_max")
    if not least <= seats <= most:
        raise InvalidInput(
            N_("위원 수는 조례에 따라 %(least)s명부터 %(most)s명까지입니다."), field="seats", least=least, most=most
        )


def _add_term(council: Council, *, number: int, starts_on: date, seats: int, by: Person, at: datetime) -> CouncilTerm:
    place = council.place
    ends_on = term_end(starts_on, setting(place, "council.term_months"))
    term = CouncilTerm(council_id=council.id, number=number, starts_on=starts_on, ends_on=ends_on, seats=seats)
    session().add(term)
    session().flush()
    append(
        place, "council.term_planned", role=acting_role(by, place, at) if by else Role.OPERATOR,
        subject=f"council_term:{term.id}", at=at,
        values={
            "number": number, "seats": seats, "first_day": starts_on.isoformat(), "last_day": ends_on.isoformat(),
        },
    )  # fmt: skip
    return term
