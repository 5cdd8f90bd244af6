"""The witness's own page: handing in a hash, opening the secret."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.cycle.queries import current_cycle
from app.db.session import transaction
from app.draw import permissions
from app.draw.forms import CommitmentForm, SecretForm
from app.draw.models import LotteryDraw, WitnessSeat
from app.draw.rules import DrawState
from app.draw.services import ceremony
from app.draw.views.blueprint import blueprint, visible_draw
from app.errors import NotAllowed
from app.people.login import require_person
from app.places.models import Place
from app.web.forms import shown_on


@blueprint.route("/<slug:slug>/draws/<int:draw_id>/witness", methods=["GET", "POST"])
def witness(slug: str, draw_id: int) -> Response | str | tuple[str, int]:
    """Hand in the hash of one's secret. The secret is made, and stays, in the witness's browser."""
    place, draw, seat = _seated(slug, draw_id)
    form = CommitmentForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            ceremony.hand_in(draw_id, form.commitment.data, by=require_person(), at=utc_now())
        if not form.errors:
            flash(_("맡겼습니다. 비밀 문구는 추첨 날까지 잘 간직해 주세요."))
            return redirect(url_for("draw.witness", slug=slug, draw_id=draw_id), 303)
    page = _page(place, draw, seat, form, SecretForm(formdata=None))
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/draws/<int:draw_id>/witness/secret")
def reveal(slug: str, draw_id: int) -> Response | tuple[str, int]:
    """Open one's secret."""
    place, draw, seat = _seated(slug, draw_id)
    form = SecretForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            ceremony.reveal(draw_id, form.secret.data, by=require_person(), at=utc_now())
    if form.errors:
        return _page(place, draw, seat, CommitmentForm(formdata=None), form), 422
    flash(_("비밀 문구를 열었습니다. 맡긴 값과 같습니다."))
    return redirect(url_for("draw.witness", slug=slug, draw_id=draw_id), 303)


@blueprint.post("/<slug:slug>/draws/<int:draw_id>/witness/agree-to-abort")
def agree_to_abort(slug: str, draw_id: int) -> Response:
    """Agree that the ceremony cannot be held to its end."""
    _seated(slug, draw_id)
    with transaction():
        ceremony.agree_to_abort(draw_id, by=require_person(), at=utc_now())
    flash(_("그만두는 데 동의한 것을 기록했습니다."))
    return redirect(url_for("draw.witness", slug=slug, draw_id=draw_id), 303)


def _seated(slug: str, draw_id: int) -> tuple[Place, LotteryDraw, WitnessSeat]:
    person = require_person()
    place, draw = visible_draw(slug, draw_id)
    seat = permissions.witness_seat(person, draw)
    if seat is None:
        raise NotAllowed(ceremony.NO_WITNESS)
    return place, draw, seat


def _page(place: Place, draw: LotteryDraw, seat: WitnessSeat, form: CommitmentForm, secret_form: SecretForm) -> str:
    return render_template(
        "draw/witness.html",
        place=place,
        cycle=current_cycle(place),
        draw=draw,
        seat=seat,
        step=draw.step,
        form=form,
        secret_form=secret_form,
        in_ceremony=draw.state is DrawState.CEREMONY,
    )
