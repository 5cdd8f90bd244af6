"""Pages of the day: the screen in the hall, its steps, the balls."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.cycle.queries import current_cycle
from app.db.session import transaction
from app.draw import permissions
from app.draw.forms import BallsForm, CallsForm, RepeatForm
from app.draw.rules import Step
from app.draw.services import balls as reading
from app.draw.services import ceremony, panels
from app.draw.views.blueprint import blueprint, visible_draw
from app.draw.views.overview import context
from app.errors import NotFound
from app.i18n import N_
from app.people.login import current_person, require_allowed, require_person
from app.web.forms import shown_on

ACTS = {
    "open": ceremony.open_ceremony,
    "open-mixing": ceremony.open_mixing,
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


@blueprint.post(
    "/<slug:slug>/draws/<int:draw_id>/steps/<any('open', 'open-mixing', 'close-commitments', 'close-reveals'):act>"
)
def step(slug: str, draw_id: int, act: str) -> Response:
    """Take the ceremony one step on."""
    person = require_person()
    visible_draw(slug, draw_id)
    with transaction():
        ACTS[act](draw_id, by=person, at=utc_now())
    flash(
        {
            "open": _("추첨을 시작했습니다."),
            "open-mixing": _("표를 섞기 시작했습니다."),
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
    count = reading.balls_of(draw)
    form = BallsForm(count) if count else CallsForm()
    if form.validate_on_submit():
        before, mixing = draw.ball_round, draw.step is Step.MIXING
        with shown_on(form), transaction():
            if isinstance(form, CallsForm):
                draw = reading.read_calls(draw_id, " ".join(form.called.data), by=person, at=utc_now())
            else:
                draw = reading.read_balls(
                    draw_id, form.digits.data, randomness=form.randomness.data or "", by=person, at=utc_now()
                )
            step, round_ = draw.step, draw.ball_round
        if not form.errors:
            if step is Step.OVER:
                flash(_("두 사람이 적은 번호가 같습니다. 추첨을 마쳤습니다."))
                return redirect(url_for("draw.show", slug=slug, draw_id=draw_id), 303)
            if mixing and step is not Step.MIXING:
                flash(_("두 사람이 적은 번호가 같습니다. 이제 위원회 표를 만들어 공고합니다."))
                return redirect(url_for("draw.show", slug=slug, draw_id=draw_id), 303)
            if round_ != before:
                flash(_("두 사람이 적은 번호가 다릅니다. 공을 다시 보고 두 사람 모두 다시 적어 주세요."), "bad")
            elif mixing:
                flash(_("적었습니다. 다른 한 분이 같은 번호를 적으면 표가 섞입니다."))
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
        repeat_form=RepeatForm(count or 1, formdata=None),
        count=count,
        needs_randomness=reading.needs_randomness(draw),
        typed=[typed.person_id for typed in reading.readings(draw)],
        person_id=person.id,
        can_run=permissions.can_run(person, place, utc_now()),
    )
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/draws/<int:draw_id>/repeat-ball")
def repeat_ball(slug: str, draw_id: int) -> Response:
    """Note that one ball is drawn again."""
    person = require_person()
    _place, draw = visible_draw(slug, draw_id)
    form = RepeatForm(reading.balls_of(draw) or 1)
    if form.validate_on_submit():
        with transaction():
            reading.repeat_ball(draw_id, ball=form.ball.data, reason=form.repeat_reason.data, by=person, at=utc_now())
        flash(_("%(n)s째 공만 다시 뽑는다고 기록했습니다.", n=form.ball.data))
    else:
        flash(_("까닭을 조금 더 적어 주세요."), "bad")
    return redirect(url_for("draw.balls", slug=slug, draw_id=draw_id), 303)


@blueprint.post("/<slug:slug>/draws/<int:draw_id>/panels/make")
def make_table(slug: str, draw_id: int) -> Response:
    """Have the table of panels computed once more."""
    person = require_person()
    visible_draw(slug, draw_id)
    with transaction():
        job = panels.request_table(draw_id, by=person, at=utc_now())
    return redirect(url_for("jobs.show", job_id=job.id), 303)
