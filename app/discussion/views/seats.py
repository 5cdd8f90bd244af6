"""What somebody in the room has in the hand: come in by a code, answer, offer a statement. Works without an account."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.db.session import transaction
from app.deliberation.device import current_voice, remember_device, with_device
from app.deliberation.rules import Access, Answer
from app.discussion.forms.live import CodeForm, SayForm
from app.discussion.queries import live as queries
from app.discussion.services import live as services
from app.discussion.views.blueprint import blueprint
from app.extensions import limiter
from app.web.forms import shown_on
from app.web.parameters import row_number

WRONG_CODES = "60 per minute"
"""How many codes that lead nowhere one address may try; a right one is never counted."""
MISSING = 404
_guessing = limiter.shared_limit(
    WRONG_CODES, scope="room codes", deduct_when=lambda response: response.status_code == MISSING
)


@blueprint.get("/m")
def enter() -> Response | str:
    """Take the code from the wall."""
    form = CodeForm(request.args)
    if form.code.data:
        return redirect(url_for("discussion.room", code=form.code.data.replace("/", "")[:12] or "-"), 303)
    return render_template("discussion/enter.html", form=form)


@blueprint.get("/m/<code>")
@_guessing
def room(code: str) -> str:
    """Show the statement before the room, and the buttons to answer it."""
    return _room(code, SayForm(formdata=None))


@blueprint.post("/m/<code>/come")
@_guessing
def come(code: str) -> Response:
    """Come in."""
    found = queries.room_by_code(code)
    voice = current_voice()
    if found.round.access is Access.ANYONE and voice.person is None:
        voice = with_device(voice)
    typed = request.form.get("table", "").strip()
    with transaction():
        services.come_in(found, voice=voice, table_no=row_number(typed), at=utc_now())
    return remember_device(make_response(redirect(url_for("discussion.room", code=found.code), 303)), voice)


@blueprint.post("/m/<code>/answer/<int:statement_id>")
@_guessing
def answer(code: str, statement_id: int) -> Response:
    """Take an answer to the statement before the room."""
    found = queries.room_by_code(code)
    voice = current_voice()
    if found.round.access is Access.ANYONE and voice.person is None:
        voice = with_device(voice)
    values = {str(each.value): each for each in Answer}
    value = values.get(request.form.get("answer", ""))
    if value is not None:
        with transaction():
            services.answer(found, statement_id, value, voice=voice, at=utc_now())
    return remember_device(make_response(redirect(url_for("discussion.room", code=found.code), 303)), voice)


@blueprint.post("/m/<code>/say")
@_guessing
def say(code: str) -> Response | tuple[str, int]:
    """Offer a statement from one's seat."""
    found = queries.room_by_code(code)
    form = SayForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.say(found, form.text.data, once=form.token, voice=current_voice(), at=utc_now())
        if not form.errors:
            flash(_("진행자에게 보냈습니다. 살펴본 뒤에 올립니다."))
            return redirect(url_for("discussion.room", code=found.code), 303)
    return _room(code, form), 422


def _room(code: str, form: SayForm) -> str:
    found = queries.room_by_code(code)
    voice = current_voice()
    state = queries.state_of(found)
    return render_template(
        "discussion/room.html",
        place=found.meeting.place,
        meeting=found.meeting,
        state=state,
        has_come=queries.came(found, voice),
        answer=queries.own_answer(found, state.open.id, voice) if state.open else None,
        needs_account=found.round.access is not Access.ANYONE and voice.person is None,
        form=form,
    )
