"""The page of a place's messages: what left, what failed, another try. Never what they say, nor to whom."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.cycle.queries import current_cycle
from app.db.session import get_or_not_found, transaction
from app.errors import NotFound
from app.i18n import N_
from app.outbox.models import Message
from app.outbox.permissions import can_see_messages
from app.outbox.queries import PAGE, count_by_state, messages_newest_first
from app.outbox.rules import STATE_NAMES, State
from app.outbox.services import send_again
from app.people.login import require_allowed, require_person
from app.places.models import Place
from app.places.queries import place_by_slug

blueprint = Blueprint("outbox", __name__)
NO_MESSAGE = N_("그런 메시지는 없습니다.")


@blueprint.get("/<slug:slug>/messages")
def index(slug: str) -> str:
    """List the messages of a place, newest first."""
    place = _own_place(slug)
    wanted = request.args.get("state")
    state = State(wanted) if wanted in set(State) else None
    messages = messages_newest_first(place.id, state=state, before=request.args.get("before", type=int))
    return render_template(
        "outbox/index.html",
        place=place,
        cycle=current_cycle(place),
        messages=messages,
        counts=count_by_state(place.id),
        states=STATE_NAMES,
        state=state,
        more=messages[-1].id if len(messages) == PAGE else None,
    )


@blueprint.post("/<slug:slug>/messages/<int:message_id>/again")
def again(slug: str, message_id: int) -> Response:
    """Give a message that could not be sent another round."""
    place = _own_place(slug)
    if get_or_not_found(Message, message_id).place_id != place.id:
        raise NotFound(NO_MESSAGE)
    with transaction():
        send_again(message_id, at=utc_now())
    flash(_("다시 보냅니다."))
    return redirect(url_for("outbox.index", slug=slug), 303)


def _own_place(slug: str) -> Place:
    place = place_by_slug(slug)
    require_allowed(can_see_messages(require_person(), place, utc_now()))
    return place
