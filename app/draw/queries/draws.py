"""Finding draws and what belongs to them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.council.models import DrawCommitteeMember, OpenCall
from app.council.queries import calls
from app.council.rules.calls import CallState
from app.db.session import session
from app.draw.models import LotteryDraw, WitnessSeat
from app.draw.rules import DrawState, earliest_ceremony
from app.errors import NotFound
from app.i18n import N_
from app.places.models import Place
from app.places.queries import setting


def draw_of(place: Place, draw_id: int) -> LotteryDraw:
    """Return a draw of a dong with its call.

    Raises:
        NotFound: this dong has no such draw.
    """
    query = (
        select(LotteryDraw)
        .where(LotteryDraw.id == draw_id, LotteryDraw.place_id == place.id)
        .options(joinedload(LotteryDraw.call).joinedload(OpenCall.term))
    )
    found = session().scalar(query)
    if found is None:
        raise NotFound(N_("찾으시는 추첨이 없습니다."))
    return found


def draws_newest_first(place: Place, *, public_only: bool) -> list[LotteryDraw]:
    """Return the draws of a dong; only those that had a public notice, if asked."""
    query = select(LotteryDraw).where(LotteryDraw.place_id == place.id).order_by(LotteryDraw.id.desc()).limit(50)
    if public_only:
        query = query.where(LotteryDraw.published_at.is_not(None))
    return list(session().scalars(query))


def calls_to_draw(place: Place) -> list[OpenCall]:
    """Return the calls of a dong that have no draw, or an aborted one, newest first."""
    standing = select(LotteryDraw.call_id).where(
        LotteryDraw.place_id == place.id, LotteryDraw.state != DrawState.ABORTED
    )
    query = (
        select(OpenCall)
        .where(
            OpenCall.place_id == place.id,
            OpenCall.state.in_([CallState.ANNOUNCED, CallState.FROZEN]),
            OpenCall.id.not_in(standing),
        )
        .order_by(OpenCall.id.desc())
        .limit(10)
    )
    return list(session().scalars(query))


def opens_at(draw: LotteryDraw) -> datetime | None:
    """Return when the next ceremony of a draw may begin: at its hour, and after the whole notice; None if none is next."""
    days = setting(draw.place, "council.draw_notice_days")
    if draw.state is DrawState.PUBLISHED and draw.published_at is not None:
        return max(draw.begins_at, earliest_ceremony(draw.published_at, days))
    if draw.state is DrawState.TABLED and draw.tabled_at is not None:
        return max(draw.draws_at, earliest_ceremony(draw.tabled_at, days))
    return None


def seat_of(draw: LotteryDraw, seat_id: int) -> WitnessSeat:
    """Return a witness's seat of a draw.

    Raises:
        NotFound: this draw has no such seat.
    """
    found = next((seat for seat in draw.witnesses if seat.id == seat_id), None)
    if found is None:
        raise NotFound(N_("찾으시는 참관인 자리가 없습니다."))
    return found


def committee_of(draw: LotteryDraw) -> list[DrawCommitteeMember]:
    """Return the members of the committee that runs the draw, in the order they were named."""
    found = calls.draw_committee(draw.call)
    return found.members if found is not None else []
