"""Pages of the day: the screen in the hall, its steps, the balls."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.cycle.queries import current_cycle
from app.db.session import transaction
from app.draw import permissions
from app.draw.forms import BallsForm, CallsForm, RepeatForm
from app.draw.rules import DrawState, Mode
from app.draw.services import ceremony
from app.draw.views.blueprint import blueprint, visible_draw
from app.draw.views.overview import context
from app.errors import NotFound
from app.i18n import N_
from app.people.login import current_person, require_allowed, require_person
from app.web.forms import shown_on

ACTS = {
    "open": ceremony.open_ceremony,
    "close-commitments": ceremony.close_commitments,
    "close-reveals": ceremony.close_reveals,
}


@blueprint.get("/<slug:slug>/draws/<int:draw_id>/screen")
def screen(slug: str, draw_id: int) -> str:
    """Show the ceremony in the hall: large, nothing to press, fresh by itself."""
    place, draw = visible_draw(slug, draw_id)
    if not draw.is_public:
        raise NotFound(N_("공고한 뒤에 볼 수 있습니다."))
    return render_template("draw/screen.html", **context(place, draw))


@blueprint.post("/<slug:slug>/draws/<int:draw_id>/steps/<any('open', 'close-commitments', 'close-reveals'):act>")
def step(slug: str, draw_id: int, act: str) -> Response:
    """Take the ceremony one step on."""
    person = require_person()
    visible_draw(slug, draw_id)
    with transaction():
        ACTS[act](draw_id, by=person, at=utc_now())
    flash(
        {
            "open": _("추첨을 시작했습니다."),
            "close-commitments": _("모두 맡겼습니다. 이제 참관인이 비밀 문구를 엽니다."),
            "close-reveals": _("비밀 문구를 모두 열었습니다. 이제 공을 뽑습니다."),
        }[act]
    )
    return redirect(url_for("draw.show", slug=slug, draw_id=draw_id), 303)


@blueprint.route("/<slug:slug>/draws/<int:draw_id>/balls", methods=["GET", "POST"])
def balls(slug: str, draw_id: int) -> Response | str | tuple[str, int]:
    """Type the balls; what another person typed is not shown."""
    person = require_person()
    place, draw = visible_draw(slug, draw_id)
    require_allowed(permissions.can_read_balls(current_person(), draw, utc_now()))
    form = CallsForm() if draw.mode is Mode.BALLS else BallsForm()
    if form.validate_on_submit():
        before = draw.ball_round
        with shown_on(form), transaction():
            if isinstance(form, CallsForm):
                draw = ceremony.read_calls(draw_id, " ".join(form.called.data), by=person, at=utc_now())
            else:
                draw = ceremony.read_balls(
                    draw_id, form.digits.data, randomness=form.randomness.data or "", by=person, at=utc_now()
                )
            state, reading = draw.state, draw.ball_round
        if not form.errors:
            if state is DrawState.DRAWN:
                flash(_("두 사람이 적은 번호가 같습니다. 추첨을 마쳤습니다."))
                return redirect(url_for("draw.show", slug=slug, draw_id=draw_id), 303)
            if reading != before:
                flash(_("두 사람이 적은 번호가 다릅니다. 공을 다시 보고 두 사람 모두 다시 적어 주세요."), "bad")
            else:
                flash(_("적었습니다. 다른 한 분이 같은 번호를 적으면 추첨이 끝납니다."))
            return redirect(url_for("draw.balls", slug=slug, draw_id=draw_id), 303)
    page = render_template(
        "draw/balls.html",
        place=place,
        cycle=current_cycle(place),
        draw=draw,
        step=draw.step,
        form=form,
        repeat_form=RepeatForm(formdata=None),
        typed=[reading.person_id for reading in ceremony.readings(draw)],
        person_id=person.id,
        can_run=permissions.can_run(person, place, utc_now()),
    )
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/draws/<int:draw_id>/repeat-ball")
def repeat_ball(slug: str, draw_id: int) -> Response:
    """Note that one ball is drawn again."""
    person = require_person()
    visible_draw(slug, draw_id)
    form = RepeatForm()
    if form.validate_on_submit():
        with transaction():
            ceremony.repeat_ball(draw_id, ball=form.ball.data, reason=form.repeat_reason.data, by=person, at=utc_now())
        flash(_("%(n)s째 공만 다시 뽑는다고 기록했습니다.", n=form.ball.data))
    else:
        flash(_("까닭을 조금 더 적어 주세요."), "bad")
    return redirect(url_for("draw.balls", slug=slug, draw_id=draw_id), 303)
