"""What is due in draws: for staff, witnesses and the meetings' list."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.council.models import OpenCall
from app.council.rules.calls import CallState
from app.cycle.dong_page import Meeting
from app.db.session import session
from app.draw.models import LotteryDraw, WitnessSeat
from app.draw.permissions import can_run
from app.draw.rules import ANNOUNCED, DrawState, Step
from app.i18n import N_
from app.people.models import Person
from app.places.models import Place
from app.todo import Todo

MIXING_TITLE = "{} 주민자치회 위원 추첨: 위원회 표 섞기"


def todos(person: Person, at: datetime) -> list[Todo]:
    """Return what somebody owes to draws: staff their next step, witnesses their secret."""
    return [*_of_staff(person, at), *_of_witness(person)]


def meetings(place: Place, at: datetime) -> list[Meeting]:
    """Return the announced draws of a dong that are still to come."""
    query = select(LotteryDraw).where(
        LotteryDraw.place_id == place.id, LotteryDraw.state.in_(ANNOUNCED), LotteryDraw.draws_at >= at
    )
    found = []
    for draw in session().scalars(query):
        to = ("draw.show", {"slug": place.slug, "draw_id": draw.id})
        if draw.mixes_at is not None and draw.state is DrawState.PUBLISHED and draw.mixes_at >= at:
            found.append(Meeting(MIXING_TITLE.format(place.name), draw.mixes_at, draw.hall, *to))
        found.append(Meeting(draw.title, draw.draws_at, draw.hall, *to))
    return found


def _of_staff(person: Person, at: datetime) -> list[Todo]:
    places = person.run_places(at)
    if not places:
        return []
    query = (
        select(LotteryDraw)
        .join(Place, Place.id == LotteryDraw.place_id)
        .where(
            LotteryDraw.state.not_in([DrawState.ABORTED, DrawState.CERTIFIED]),
            or_(*(Place.path.startswith(place.path, autoescape=True) for place in places)),
        )
        .options(joinedload(LotteryDraw.place))
        .order_by(LotteryDraw.id.desc())
        .limit(50)
    )
    found = _of_calls(places, person, at)
    for draw in session().scalars(query):
        todo = _next(draw, at) if can_run(person, draw.place, at) else None
        if todo is not None:
            found.append(todo)
    return found


def _of_calls(places: list[Place], person: Person, at: datetime) -> list[Todo]:
    """Return the calls whose objections are over and that nobody prepares a draw for yet."""
    drawn = select(LotteryDraw.call_id).where(LotteryDraw.state != DrawState.ABORTED)
    query = (
        select(OpenCall)
        .join(Place, Place.id == OpenCall.place_id)
        .where(
            OpenCall.state.in_([CallState.ANNOUNCED, CallState.FROZEN]),
            OpenCall.objections_until <= at,
            OpenCall.id.not_in(drawn),
            or_(*(Place.path.startswith(place.path, autoescape=True) for place in places)),
        )
        .options(joinedload(OpenCall.place))
        .limit(50)
    )
    return [
        Todo(
            title=N_("후보가 정해진 공고의 추첨 준비하기"),
            action=N_("열기"),
            endpoint="draw.new",
            arguments={"slug": call.place.slug, "call_id": call.id},
            context=call.place.name,
            due_at=call.objections_until + timedelta(days=14),
            place_id=call.place_id,
        )
        for call in session().scalars(query)
        if can_run(person, call.place, at)
    ]


def _next(draw: LotteryDraw, at: datetime) -> Todo | None:
    match draw.state:
        case DrawState.PREPARING:
            return _todo(draw, N_("위원 추첨 준비하기"), draw.draws_at - timedelta(days=14))
        case DrawState.FROZEN:
            return _todo(draw, N_("봉한 후보 명단 공고하기"), draw.draws_at - timedelta(days=7))
        case DrawState.PUBLISHED if draw.mixes_at is not None:
            return _todo(draw, N_("위원회 표 섞기"), draw.mixes_at)
        case DrawState.MIXING:
            return _todo(draw, N_("위원회 표 섞기"), draw.begins_at)
        case DrawState.PUBLISHED | DrawState.TABLED | DrawState.CEREMONY:
            return _todo(draw, N_("위원 추첨하기"), draw.draws_at)
        case DrawState.DRAWN:
            return _todo(draw, N_("추첨록에 서명 받기"), draw.drawn_at)
        case _:
            return None  # an empty seat is the council's to-do; its page shows who is next


def _of_witness(person: Person) -> list[Todo]:
    query = (
        select(WitnessSeat)
        .where(WitnessSeat.person_id == person.id, WitnessSeat.secret == "")
        .options(joinedload(WitnessSeat.draw).joinedload(LotteryDraw.place))
    )
    found = []
    for seat in session().scalars(query):
        if seat.draw.step is Step.COMMITTING and not seat.commitment:
            found.append(_todo(seat.draw, N_("참관인: 비밀 문구 맡기기"), seat.draw.begins_at, "draw.witness"))
        elif seat.draw.step is Step.REVEALING:
            found.append(_todo(seat.draw, N_("참관인: 비밀 문구 열기"), seat.draw.begins_at, "draw.witness"))
    return found


def _todo(draw: LotteryDraw, title: str, due_at: datetime | None, endpoint: str = "draw.show") -> Todo:
    return Todo(
        title=title,
        action=N_("열기"),
        endpoint=endpoint,
        arguments={"slug": draw.place.slug, "draw_id": draw.id},
        context=draw.place.name,
        due_at=due_at,
        place_id=draw.place_id,
    )
