"""The blueprint that all modules of pages fill, and how they find the draw of an address."""

from flask import Blueprint

from app.clock import utc_now
from app.draw import permissions
from app.draw.models import LotteryDraw
from app.draw.queries.draws import draw_of
from app.errors import NotFound
from app.i18n import N_
from app.people.login import current_person
from app.places.models import Place
from app.places.queries import place_by_slug

blueprint = Blueprint("draw", __name__)
NOT_HERE = N_("찾으시는 추첨이 없습니다.")


def visible_draw(slug: str, draw_id: int) -> tuple[Place, LotteryDraw]:
    """Return a draw that the visitor may see; before its notice it exists for staff and witnesses only.

    Raises:
        NotFound: no such draw here, or not for this visitor.
    """
    place = place_by_slug(slug)
    draw = draw_of(place, draw_id)
    person = current_person()
    if not permissions.can_see(person, draw, utc_now()) and permissions.witness_seat(person, draw) is None:
        raise NotFound(NOT_HERE)
    return place, draw
