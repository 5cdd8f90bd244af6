"""Empty seats of a draw: who left, why, and who is next by the published rule."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.clock import kst_date
from app.council.models import Application, CouncilMember, Vacancy
from app.council.rules.membership import END_REASON_NAMES, EndReason, MemberState, VacancyState, is_worth_filling
from app.db.session import session
from app.draw.models import LotteryDraw
from app.draw.queries.files import bundle_of, sitting_and_reserves
from app.draw.rules import EVENT_NAMES, EventKind
from app.places.queries import setting
from voting.lottery import next_reserve


@dataclass(frozen=True)
class EmptySeat:
    """A seat that waits to be filled, or to be left empty for the rest of the term."""

    vacancy_id: int
    number: str
    """Of who left."""
    kind: EventKind
    why: str
    """Marked for translation."""
    arisen_at: datetime
    is_refilled: bool
    least_months: int
    next: str | None
    """Number of the reserve who is next, counting the seats before this one as filled in their order."""


def open_vacancies(draw: LotteryDraw) -> list[EmptySeat]:
    """Return the empty seats of a draw's people that wait for a decision, oldest first."""
    rows = [(vacancy, number) for vacancy, number in _vacancies(draw) if vacancy.state is VacancyState.OPEN]
    if not rows:
        return []
    bundle = bundle_of(draw)
    sitting, reserves = sitting_and_reserves(draw)
    least = setting(draw.place, "council.vacancy_min_months")
    found = []
    for vacancy, number in rows:
        kind = kind_of(vacancy.member)
        refilled = is_worth_filling(kst_date(vacancy.arisen_at), ends_on=vacancy.term.ends_on, min_months=least)
        rest = [each for each in sitting if each != number]
        standing = next_reserve(bundle, rest, reserves) if refilled else None
        found.append(
            EmptySeat(
                vacancy.id,
                number,
                kind,
                _why(vacancy.member, kind),
                vacancy.arisen_at,
                refilled,
                least,
                standing.number if standing else None,
            )
        )
        sitting = rest + ([standing.number] if standing else [])
        reserves = [each for each in reserves if standing is None or each != standing.number]
    return found


def unnoted(draw: LotteryDraw) -> list[tuple[Vacancy, str]]:
    """Return the seats that fell free and are not in the draw's record yet, in the order in which they fell free."""
    noted = {event.candidate for event in draw.events}
    return [(vacancy, number) for vacancy, number in _vacancies(draw) if number not in noted]


def number_of(draw: LotteryDraw, vacancy_id: int) -> str | None:
    """Return the candidate number whose seat a vacancy of this draw is; None for the seat of somebody else."""
    return next((number for vacancy, number in _vacancies(draw) if vacancy.id == vacancy_id), None)


def kind_of(member: CouncilMember) -> EventKind:
    """Return how the record of replacements calls somebody's leaving."""
    if member.state is MemberState.DECLINED:
        return EventKind.REFUSED
    if member.end_reason is EndReason.LOST_ELIGIBILITY:
        return EventKind.INELIGIBLE
    return EventKind.VACANT


def _why(member: CouncilMember, kind: EventKind) -> str:
    return END_REASON_NAMES[member.end_reason] if member.end_reason is not None else EVENT_NAMES[kind]


def _vacancies(draw: LotteryDraw) -> list[tuple[Vacancy, str]]:
    query = (
        select(Vacancy, Application.number)
        .join(CouncilMember, CouncilMember.id == Vacancy.member_id)
        .join(Application, Application.id == CouncilMember.application_id)
        .where(Application.call_id == draw.call_id)
        .options(joinedload(Vacancy.member), joinedload(Vacancy.term))
        .order_by(Vacancy.arisen_at, Vacancy.id)
    )
    return [(vacancy, number) for vacancy, number in session().execute(query)]
