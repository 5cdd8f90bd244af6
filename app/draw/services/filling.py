"""Filling seats: the draw says who is next and why, the council nominates them."""

from datetime import datetime

from app.clock import kst_date
from app.council.models import Vacancy
from app.council.rules.membership import VacancyState, is_worth_filling
from app.council.services import vacancies as council_vacancies
from app.db.session import get_or_not_found
from app.draw.models import DrawEvent, LotteryDraw
from app.draw.permissions import can_run
from app.draw.queries.files import sitting_and_reserves
from app.draw.queries.vacancies import kind_of, number_of, unnoted
from app.draw.rules import EventKind
from app.draw.services.after import note_leaving
from app.draw.services.preparing import NOT_STAFF
from app.errors import NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.places.queries import setting

NOBODY_WAITS = "기다리는 예비자가 없어 비워 두고, 빈자리 위원을 새로 모집합니다."
TOO_LATE = "남은 임기가 짧아 조례에 따라 채우지 않습니다."


def fill_vacancy(draw_id: int, vacancy_id: int, *, by: Person, at: datetime) -> DrawEvent:
    """Fill an empty seat with the reserve whom the published rule names, or note that it stays empty.

    Seats are dealt with in the order in which they fell free; those that the council left empty are noted on the way,
    because whoever is next depends on who sits. A second call for the same seat changes nothing.

    Raises:
        NotFound, NotAllowed: no such draw or seat; not staff.
        RuleViolation: another seat fell free before this one and waits.
    """
    draw = get_or_not_found(LotteryDraw, draw_id, lock=True)
    if not can_run(by, draw.place, at):
        raise NotAllowed(NOT_STAFF)
    own = number_of(draw, vacancy_id)
    if own is None:
        raise NotFound(N_("이 추첨에서 뽑힌 사람의 빈자리가 아닙니다."))
    for vacancy, number in unnoted(draw):
        if vacancy.id != vacancy_id and vacancy.state is VacancyState.OPEN:
            raise RuleViolation(N_("먼저 생긴 빈자리부터 채웁니다: %(number)s번 자리"), number=number)
        if vacancy.id != vacancy_id:
            note_leaving(draw, number, EventKind.UNFILLED, at=at)
            continue
        return _settle(draw, vacancy, number, by=by, at=at)
    return next(event for event in draw.events if event.candidate == own)


def strike_reserve(draw_id: int, candidate: str, *, by: Person, at: datetime, declined: bool = True) -> DrawEvent:
    """Take a reserve off the order, because they decline or proved ineligible; a second call changes nothing.

    Raises:
        NotFound, NotAllowed: no such draw; not staff.
        RuleViolation: no reserve, or no reserve any more.
    """
    draw = get_or_not_found(LotteryDraw, draw_id, lock=True)
    if not can_run(by, draw.place, at):
        raise NotAllowed(NOT_STAFF)
    known = next((event for event in draw.events if event.candidate == candidate), None)
    if known is not None:
        return known
    if not draw.result or candidate not in sitting_and_reserves(draw)[1]:
        raise RuleViolation(N_("예비자가 아닙니다."))
    council_vacancies.strike_reserve(draw.call_id, number=candidate, declined=declined, by=by, at=at)
    return note_leaving(draw, candidate, EventKind.REFUSED if declined else EventKind.INELIGIBLE, at=at)


def _settle(draw: LotteryDraw, vacancy: Vacancy, number: str, *, by: Person, at: datetime) -> DrawEvent:
    least = setting(draw.place, "council.vacancy_min_months")
    refilled = vacancy.state is VacancyState.OPEN and is_worth_filling(
        kst_date(vacancy.arisen_at), ends_on=vacancy.term.ends_on, min_months=least
    )
    order = sitting_and_reserves(draw)[1]
    event = note_leaving(draw, number, kind_of(vacancy.member) if refilled else EventKind.UNFILLED, at=at)
    if event.enters is not None:
        council_vacancies.fill_vacancy(
            vacancy.id,
            number=event.enters,
            call_id=draw.call_id,
            reason=_reason(event, order.index(event.enters) + 1),
            by=by,
            at=at,
        )
    elif vacancy.state is VacancyState.OPEN:
        council_vacancies.leave_vacancy(vacancy.id, reason=NOBODY_WAITS if refilled else TOO_LATE, by=by, at=at)
    return event


def _reason(event: DrawEvent, rank: int) -> str:
    if event.shortfall:
        return (
            f"예비 {rank}번째 {event.enters}번. 모든 구성 비율을 지킬 예비자가 없어 가장 적게 벗어나는 첫 사람입니다."
        )
    if rank == 1:
        return f"예비 1번째 {event.enters}번. 모든 구성 비율을 지킵니다."
    return f"예비 {rank}번째 {event.enters}번. 모든 구성 비율을 지키는 첫 사람입니다. 앞의 {rank - 1}명은 비율 때문에 건너뜁니다."
