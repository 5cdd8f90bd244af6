"""What the council's pages ask of draws: where a call's draw is, and who is next for an empty seat."""

from datetime import datetime

from sqlalchemy import select

from app.council.models import Application, OpenCall, Vacancy
from app.council.panels import Panel
from app.council.rules.calls import CallState
from app.council.rules.membership import VacancyState
from app.db.session import session
from app.draw.models import LotteryDraw
from app.draw.permissions import can_run, can_see, witness_seat
from app.draw.queries.vacancies import open_vacancies
from app.draw.rules import DECIDED, STATE_NAMES, DrawState
from app.people.models import Person


def of_call(call: OpenCall, person: Person | None, at: datetime) -> list[Panel]:
    """Return the way from a call to its draw, as far as the visitor may see it; for staff, the way to prepare one."""
    draws = [draw for draw in _draws(call.id) if can_see(person, draw, at) or witness_seat(person, draw) is not None]
    standing = next((draw for draw in draws if draw.state is not DrawState.ABORTED), None)
    may_prepare = (
        standing is None
        and call.state in {CallState.ANNOUNCED, CallState.FROZEN}
        and at >= call.closes_at
        and can_run(person, call.place, at)
    )
    values = {"call": call, "draws": draws, "standing": standing, "states": STATE_NAMES, "may_prepare": may_prepare}
    found = [Panel("draw/_call_action.html", values, "actions")]
    return [*found, Panel("draw/_call_card.html", values)] if draws or may_prepare else found


def of_vacancy(vacancy: Vacancy, person: Person | None, at: datetime) -> list[Panel]:
    """Return who is next for an empty seat by the published rule, with the button that lets them in."""
    if vacancy.state is not VacancyState.OPEN:
        return []
    query = (
        select(LotteryDraw)
        .join(Application, Application.call_id == LotteryDraw.call_id)
        .where(Application.id == vacancy.member.application_id, LotteryDraw.state.in_(DECIDED))
    )
    draw = session().scalar(query)
    if draw is None or not can_run(person, draw.place, at):
        return []
    waiting = open_vacancies(draw)
    own = next((seat for seat in waiting if seat.vacancy_id == vacancy.id), None)
    if own is None:
        return []
    return [Panel("draw/_vacancy_card.html", {"draw": draw, "seat": own, "first": waiting[0]})]


def _draws(call_id: int) -> list[LotteryDraw]:
    query = select(LotteryDraw).where(LotteryDraw.call_id == call_id).order_by(LotteryDraw.attempt.desc())
    return list(session().scalars(query))
