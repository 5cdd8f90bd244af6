"""The chair's console: open and close, give the word, announce."""

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.assembly.floor.forms import HandForm, SaidForm
from app.assembly.floor.models import FloorDay
from app.assembly.floor.permissions import can_check_in
from app.assembly.floor.queries import days
from app.assembly.floor.queries import speaking as words
from app.assembly.floor.queries.live import chosen_of, live_state
from app.assembly.floor.rules.states import DECIDED_HERE, DayState, ItemState, SpeakerRole
from app.assembly.floor.services import counting, holding, speaking
from app.assembly.floor.views.blueprint import blueprint
from app.assembly.floor.views.finding import led_day
from app.assembly.floor.views.hall import NAMES
from app.clock import utc_now
from app.db.session import transaction
from app.people.models import Person
from app.places.models import Place
from app.web.forms import Form, shown_on

DAY_ACTS: dict[str, Callable[..., FloorDay]] = {
    "doors": holding.open_doors,
    "begin": holding.open_session,
    "pause": holding.pause,
    "fail": holding.fail_day,
    "close": holding.close_day,
}
WORD_ACTS = {"give": speaking.give, "end": speaking.end, "pass": speaking.pass_over}


@blueprint.get("/<slug:slug>/assembly/day")
def console(slug: str) -> str:
    """Show who leads the day what is open, who waits for the word, and what comes next."""
    person, place, day = led_day(slug)
    return _console(place, day, person)


@blueprint.post("/<slug:slug>/assembly/day/<any(doors, begin, pause, fail, close):step>")
def turn(slug: str, step: str) -> Response | tuple[str, int]:
    """Open the doors, begin, pause, end."""
    person, place, day = led_day(slug)
    form = Form()
    if form.validate():
        with shown_on(form), transaction():
            DAY_ACTS[step](day.id, by=person, at=utc_now())
    return _done(place, day, person, form)


@blueprint.post("/<slug:slug>/assembly/day/items/<int:item_id>/<any(open, close, defer, count, announce, next):step>")
def turn_item(slug: str, item_id: int, step: str) -> Response | tuple[str, int]:
    """Open an item, finish it, put it off; begin its count, announce what it decides; give the next person the word."""
    person, place, day = led_day(slug)
    item = days.item_of(day, item_id)
    form = SaidForm()
    if form.validate():
        with shown_on(form), transaction():
            _turn_item(item.id, step, form.said.data or "", by=person, at=utc_now())
    return _done(place, day, person, form)


@blueprint.post("/<slug:slug>/assembly/day/words/<int:word_id>/<any(give, end, pass):step>")
def turn_word(slug: str, word_id: int, step: str) -> Response | tuple[str, int]:
    """Give somebody the word, end it, or note that they were not there."""
    person, place, day = led_day(slug)
    word = words.word_of(day, word_id)
    form = Form()
    if form.validate():
        with shown_on(form), transaction():
            WORD_ACTS[step](word.id, by=person, at=utc_now())
    return _done(place, day, person, form)


@blueprint.post("/<slug:slug>/assembly/day/items/<int:item_id>/hand")
def hand(slug: str, item_id: int) -> Response | tuple[str, int]:
    """Put somebody who raised a hand into the queue."""
    person, place, day = led_day(slug)
    item = days.item_of(day, item_id)
    form = HandForm()
    if form.validate():
        with shown_on(form), transaction():
            speaking.ask_by_hand(item.id, role=SpeakerRole(form.role.data), once=form.token, by=person, at=utc_now())
    return _done(place, day, person, form)


def _turn_item(item_id: int, step: str, said: str, *, by: Person, at: datetime) -> None:
    match step:
        case "open":
            holding.open_item(item_id, by=by, at=at)
        case "close":
            holding.close_item(item_id, said=said, by=by, at=at)
        case "defer":
            holding.defer_item(item_id, said=said, by=by, at=at)
        case "count":
            counting.begin_count(item_id, by=by, at=at)
        case "announce":
            counting.announce(item_id, by=by, at=at)
        case _:
            speaking.give_next(item_id, by=by, at=at)


def _done(place: Place, day: FloorDay, person: Person, form: Form) -> Response | tuple[str, int]:
    if form.errors:
        return _console(place, day, person, form), 422
    if day.state is DayState.CLOSED:
        flash(_("총회를 마쳤습니다. 회의록을 써 주세요."))
    return redirect(url_for("floor.console", slug=place.slug), 303)


def _console(place: Place, day: FloorDay, person: Person, refusal: Form | None = None) -> str:
    at = utc_now()
    state = live_state(day, at)
    return render_template(
        "floor/console.html",
        place=place,
        cycle=day.assembly.cycle,
        day=day,
        state=state,
        waiting=[item for item in day.items if item.state is ItemState.WAITING],
        decided_here=DECIDED_HERE,
        count=days.current_count(state.now) if state.now is not None else None,
        chosen_of=chosen_of,
        basis=days.legal_basis(place),
        can_check_in=can_check_in(person, place, at),
        refusal=refusal,
        said_form=refusal if isinstance(refusal, SaidForm) else SaidForm(formdata=None),
        hand_form=HandForm(formdata=None),
        **NAMES,
    )
