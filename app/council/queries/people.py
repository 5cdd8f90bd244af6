"""SELECTs about terms, members, officers, committees and vacancies."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.council.models import (
    AppointmentList,
    Committee,
    Council,
    CouncilMember,
    CouncilOfficer,
    CouncilTerm,
    Vacancy,
)
from app.council.rules.calls import SEX_LABELS
from app.council.rules.membership import AGE_BANDS, MemberState, VacancyState, shown_counts
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.i18n import N_
from app.places.models import Place
from app.places.queries import setting

NOTHING = N_("찾으시는 것이 없습니다.")
NO_COUNCIL = N_("이 동네에는 아직 주민자치회가 없습니다.")


def council_of(place: Place) -> Council | None:
    """Return a dong's council."""
    return session().scalar(select(Council).where(Council.place_id == place.id))


def require_council(place: Place, *, lock: bool = False) -> Council:
    """Return a dong's council.

    Raises:
        NotFound: it has none.
    """
    query = select(Council).where(Council.place_id == place.id)
    found = session().scalar(query.with_for_update().execution_options(populate_existing=True) if lock else query)
    if found is None:
        raise NotFound(NO_COUNCIL)
    return found


def terms_newest_first(council: Council) -> list[CouncilTerm]:
    """Return a council's terms."""
    query = select(CouncilTerm).where(CouncilTerm.council_id == council.id).order_by(CouncilTerm.number.desc())
    return list(session().scalars(query))


def running_term(council: Council, day: date) -> CouncilTerm | None:
    """Return the term in which a day lies; None between terms."""
    query = select(CouncilTerm).where(
        CouncilTerm.council_id == council.id, CouncilTerm.starts_on <= day, CouncilTerm.ends_on >= day
    )
    return session().scalar(query.order_by(CouncilTerm.number.desc()).limit(1))


def shown_term(council: Council, day: date) -> CouncilTerm | None:
    """Return the running term, or else the last one."""
    found = running_term(council, day)
    if found is not None:
        return found
    query = select(CouncilTerm).where(CouncilTerm.council_id == council.id).order_by(CouncilTerm.number.desc())
    return session().scalar(query.limit(1))


def members_of(term: CouncilTerm, *states: MemberState) -> list[CouncilMember]:
    """Return the members of a term in these states (all without any), by name."""
    query = select(CouncilMember).where(CouncilMember.term_id == term.id)
    if states:
        query = query.where(CouncilMember.state.in_(states))
    return list(session().scalars(query.order_by(CouncilMember.name, CouncilMember.id)))


def serving_members(term: CouncilTerm) -> list[CouncilMember]:
    """Return who sits in the council, by name."""
    return members_of(term, MemberState.SERVING)


def serving_count(term: CouncilTerm) -> int:
    """Return how many sit in the council."""
    query = select(func.count(CouncilMember.id)).where(
        CouncilMember.term_id == term.id, CouncilMember.state == MemberState.SERVING
    )
    return session().scalar(query) or 0


def member_of(place: Place, member_id: int) -> CouncilMember:
    """Return a member of a dong's council.

    Raises:
        NotFound: none of this number here.
    """
    found = get_or_not_found(CouncilMember, member_id)
    if found.term.council.place_id != place.id:
        raise NotFound(NOTHING)
    return found


def membership_of(term: CouncilTerm, person_id: int) -> CouncilMember | None:
    """Return the serving member that a person is in a term."""
    return session().scalar(
        select(CouncilMember).where(
            CouncilMember.term_id == term.id,
            CouncilMember.person_id == person_id,
            CouncilMember.state == MemberState.SERVING,
        )
    )


def officers_of(term: CouncilTerm) -> list[CouncilOfficer]:
    """Return who holds an office now, chair first."""
    query = select(CouncilOfficer).where(CouncilOfficer.term_id == term.id, CouncilOfficer.ended_on.is_(None))
    order = ["chair", "vice_chair", "auditor", "secretary"]
    return sorted(session().scalars(query), key=lambda row: (order.index(row.office.value), row.id))


def committees_of(council: Council) -> list[Committee]:
    """Return the committees at work, with their people, by name."""
    query = (
        select(Committee)
        .where(Committee.council_id == council.id, Committee.closed_at.is_(None))
        .options(selectinload(Committee.members))
        .order_by(Committee.name)
    )
    return list(session().scalars(query))


def committee_of(place: Place, committee_id: int) -> Committee:
    """Return a committee of a dong's council.

    Raises:
        NotFound: none of this number here.
    """
    found = get_or_not_found(Committee, committee_id)
    if found.council.place_id != place.id:
        raise NotFound(NOTHING)
    return found


def open_vacancies(term: CouncilTerm) -> list[Vacancy]:
    """Return the empty seats that wait for a decision, oldest first."""
    query = (
        select(Vacancy)
        .where(Vacancy.term_id == term.id, Vacancy.state == VacancyState.OPEN)
        .options(joinedload(Vacancy.member))
        .order_by(Vacancy.arisen_at, Vacancy.id)
    )
    return list(session().scalars(query))


def vacancies_of(term: CouncilTerm) -> list[Vacancy]:
    """Return every seat that was left in a term, newest first."""
    query = (
        select(Vacancy)
        .where(Vacancy.term_id == term.id)
        .options(joinedload(Vacancy.member), joinedload(Vacancy.successor))
        .order_by(Vacancy.id.desc())
    )
    return list(session().scalars(query))


def vacancy_of(place: Place, vacancy_id: int) -> Vacancy:
    """Return an empty seat of a dong's council.

    Raises:
        NotFound: none of this number here.
    """
    found = get_or_not_found(Vacancy, vacancy_id)
    if found.term.council.place_id != place.id:
        raise NotFound(NOTHING)
    return found


def lists_of(term: CouncilTerm) -> list[AppointmentList]:
    """Return a term's lists of people to appoint, newest first."""
    query = (
        select(AppointmentList)
        .where(AppointmentList.term_id == term.id)
        .options(selectinload(AppointmentList.members))
        .order_by(AppointmentList.id.desc())
    )
    return list(session().scalars(query))


def list_of(place: Place, list_id: int) -> AppointmentList:
    """Return a list of people to appoint of a dong's council.

    Raises:
        NotFound: none of this number here.
    """
    found = get_or_not_found(AppointmentList, list_id)
    if found.term.council.place_id != place.id:
        raise NotFound(NOTHING)
    return found


@dataclass(frozen=True)
class Share:
    """How many members there are of one kind; ``count`` is None where so few could be recognised."""

    name: str
    """Marked for translation, but for areas."""
    count: int | None


@dataclass(frozen=True)
class Statistics:
    """The council by sex, age and area, above the small-cell limit."""

    total: int
    least: int
    """Smaller counts are not shown."""
    by_sex: list[Share]
    by_age: list[Share]
    by_area: list[Share]
    by_track: list[Share]


def statistics(place: Place, members: Sequence[CouncilMember]) -> Statistics:
    """Count members by kind, hiding what could point to a person."""
    least = setting(place, "privacy.small_cell")
    return Statistics(
        total=len(members),
        least=least,
        by_sex=_shares([SEX_LABELS[m.sex.value] for m in members if m.sex], list(SEX_LABELS.values()), least),
        by_age=_shares([m.age_band for m in members if m.age_band], list(AGE_BANDS), least),
        by_area=_shares([m.area for m in members if m.area], sorted({m.area for m in members if m.area}), least),
        by_track=_shares([m.track for m in members if m.track], sorted({m.track for m in members if m.track}), least),
    )


def _shares(values: list[str], kinds: list[str], least: int) -> list[Share]:
    counted = Counter(values)
    shown = shown_counts({kind: counted[kind] for kind in kinds if counted[kind]}, least=least)
    return [Share(kind, count) for kind, count in shown.items()]
