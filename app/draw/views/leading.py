"""Pages of those who lead the draw: setting it up, quotas, freezing, publishing, giving up, empty seats."""

from dataclasses import astuple
from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import KST, kst_date, kst_instant, utc_now
from app.council.queries import calls, pool
from app.council.rules.calls import FEATURE_NAMES, Quota
from app.cycle.queries import current_cycle
from app.db.session import transaction
from app.draw import permissions
from app.draw.forms import AbortForm, EditForm, PlanForm, PublishForm, RelaxForm, SeatForm, VersionForm
from app.draw.models import LotteryDraw
from app.draw.queries import candidates, draws, pages
from app.draw.rules import MODE_HINTS, AbortReason, Mode
from app.draw.services import after, filling, preparing
from app.draw.views.blueprint import blueprint, visible_draw
from app.errors import InvalidInput
from app.i18n import N_
from app.people.login import current_person, require_allowed, require_person
from app.people.queries.sign_ins import person_of_contact
from app.places.models import Place
from app.places.queries import place_by_slug, setting
from app.web.forms import shown_on


@blueprint.route("/<slug:slug>/calls/<int:call_id>/draw", methods=["GET", "POST"])
def new(slug: str, call_id: int) -> Response | str | tuple[str, int]:
    """Set up the draw of a call."""
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(permissions.can_run(person, place, utc_now()))
    call = calls.call_of(place, call_id)
    form = PlanForm(
        data={"mode": setting(place, "council.draw_mode"), "hall": _("%(place)s 주민센터", place=place.name)}
    )
    if form.validate_on_submit():
        draw = None
        with shown_on(form), transaction():
            draw = preparing.set_up(
                call.id,
                mode=Mode(form.mode.data),
                mixes_at=_mixes_at(form),
                draws_at=kst_instant(form.draws_on.data, form.draws_time.data),
                hall=form.hall.data,
                beacon=_beacon(form),
                by=person,
                at=utc_now(),
            )
        if draw is not None and not form.errors:
            flash(_("추첨을 준비하기 시작했습니다. 구성 비율과 참관인을 확인해 주세요."))
            return _back(slug, draw.id)
    page = render_template(
        "draw/new.html",
        place=place,
        cycle=current_cycle(place),
        call=call,
        form=form,
        notice_days=setting(place, "council.draw_notice_days"),
        mode_hints=MODE_HINTS,
    )
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/draws/<int:draw_id>/edit", methods=["GET", "POST"])
def edit(slug: str, draw_id: int) -> Response | str | tuple[str, int]:
    """Change quotas, time and place."""
    person = require_person()
    place, draw = _led(slug, draw_id)
    begins = draw.draws_at.astimezone(KST)
    form = EditForm(
        data={
            "version": draw.version,
            "mode": draw.mode.value,
            **_mixing(draw),
            "draws_on": kst_date(begins),
            "draws_time": begins.time(),
            "hall": draw.hall,
            "beacon_chain": draw.beacon_chain,
            "beacon_round": draw.beacon_round,
            "quotas": [dict(zip(Quota.__dataclass_fields__, astuple(line), strict=True)) for line in _lines(draw)],
        }
    )
    if form.validate_on_submit():
        with shown_on(form), transaction():
            preparing.change(
                draw.id,
                quotas=[_quota(row, draw.seats) for row in form.quotas],
                mode=Mode(form.mode.data),
                mixes_at=_mixes_at(form),
                draws_at=kst_instant(form.draws_on.data, form.draws_time.data),
                hall=form.hall.data,
                beacon=_beacon(form),
                version=form.version.data,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("추첨의 규칙을 고쳤습니다."))
            return _back(slug, draw_id)
    present = candidates.counts(pool.candidates(draw.call))
    page = render_template(
        "draw/edit.html",
        place=place,
        cycle=current_cycle(place),
        draw=draw,
        form=form,
        features=FEATURE_NAMES,
        present=present,
        notice_days=setting(place, "council.draw_notice_days"),
        mode_hints=MODE_HINTS,
    )
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/draws/<int:draw_id>/relax")
def relax(slug: str, draw_id: int) -> Response:
    """Take one of the options of the advice."""
    person = require_person()
    _led(slug, draw_id)
    form = RelaxForm()
    if form.validate_on_submit():
        with transaction():
            preparing.relax(draw_id, form.option.data, version=form.version.data, by=person, at=utc_now())
        flash(_("구성 비율을 고른 만큼 풀었습니다. 다시 봉해 주세요."))
    return _back(slug, draw_id)


@blueprint.post("/<slug:slug>/draws/<int:draw_id>/freeze")
def freeze(slug: str, draw_id: int) -> Response:
    """Ask for the list to be frozen."""
    person = require_person()
    _led(slug, draw_id)
    form = VersionForm()
    if not form.validate_on_submit():
        return _back(slug, draw_id)
    with transaction():
        job = preparing.request_freeze(draw_id, version=form.version.data, by=person, at=utc_now())
    return redirect(url_for("jobs.show", job_id=job.id), 303)


@blueprint.post("/<slug:slug>/draws/<int:draw_id>/thaw")
def thaw(slug: str, draw_id: int) -> Response:
    """Take a frozen, unpublished list back."""
    person = require_person()
    _led(slug, draw_id)
    form = VersionForm()
    if form.validate_on_submit():
        with transaction():
            preparing.thaw(draw_id, version=form.version.data, by=person, at=utc_now())
        flash(_("봉한 명단을 풀었습니다. 고친 뒤에 다시 봉해 주세요."))
    return _back(slug, draw_id)


@blueprint.route("/<slug:slug>/draws/<int:draw_id>/publish", methods=["GET", "POST"])
def publish(slug: str, draw_id: int) -> Response | str | tuple[str, int]:
    """Publish, after a look at everything that is fixed by it."""
    person = require_person()
    place, draw = _led(slug, draw_id)
    form = PublishForm(version=draw.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            preparing.publish(draw_id, version=form.version.data, by=person, at=utc_now())
        if not form.errors:
            flash(_("공고했습니다. 이제 후보도 규칙도 바뀌지 않습니다."))
            return _back(slug, draw_id)
    if not draw.bundle:
        return _back(slug, draw_id)
    page = render_template(
        "draw/publish.html",
        place=place,
        cycle=current_cycle(place),
        draw=draw,
        form=form,
        overview=pages.overview(draw),
    )
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/draws/<int:draw_id>/abort", methods=["GET", "POST"])
def abort(slug: str, draw_id: int) -> Response | str | tuple[str, int]:
    """Give up a draw for a reason that counts."""
    person = require_person()
    place, draw = _led(slug, draw_id)
    form = AbortForm(draw.state, version=draw.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            preparing.abort(
                draw_id,
                AbortReason(form.reason.data),
                form.words.data,
                version=form.version.data,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("추첨을 그만두었습니다. 까닭이 공개 기록에 남았습니다."))
            return _back(slug, draw_id)
    page = render_template("draw/abort.html", place=place, cycle=current_cycle(place), draw=draw, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/draws/<int:draw_id>/seats/<int:seat_id>", methods=["GET", "POST"])
def seat(slug: str, draw_id: int, seat_id: int) -> Response | str | tuple[str, int]:
    """Let another person take a witness's seat."""
    person = require_person()
    place, draw = _led(slug, draw_id)
    found = draws.seat_of(draw, seat_id)
    form = SeatForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            other = person_of_contact(form.contact.data)
            if other is None or not other.is_active:
                raise InvalidInput(N_("이 연락처로 만든 계정이 없습니다."), field="contact")
            preparing.seat_witness(draw_id, seat_id, other, by=person, at=utc_now())
        if not form.errors:
            flash(_("참관인을 바꾸었습니다."))
            return _back(slug, draw_id)
    page = render_template("draw/seat.html", place=place, cycle=current_cycle(place), draw=draw, seat=found, form=form)
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/draws/<int:draw_id>/certify")
def certify(slug: str, draw_id: int) -> Response:
    """Note that the record is signed."""
    person = require_person()
    _led(slug, draw_id)
    form = VersionForm()
    if form.validate_on_submit():
        with transaction():
            after.certify(draw_id, version=form.version.data, by=person, at=utc_now())
        flash(_("서명한 추첨록을 확인했습니다."))
    return _back(slug, draw_id)


@blueprint.post("/<slug:slug>/draws/<int:draw_id>/vacancies/<int:vacancy_id>")
def fill(slug: str, draw_id: int, vacancy_id: int) -> Response:
    """Fill an empty seat from the reserves, by the published rule."""
    person = require_person()
    _led(slug, draw_id)
    with transaction():
        event = filling.fill_vacancy(draw_id, vacancy_id, by=person, at=utc_now())
        entered = event.enters
    flash(_("%(n)s번이 빈자리에 들어갑니다.", n=entered) if entered else _("빈자리를 비워 두기로 적었습니다."))
    return _back(slug, draw_id)


@blueprint.post("/<slug:slug>/draws/<int:draw_id>/reserves/<string(maxlength=12):candidate>/strike")
def strike(slug: str, draw_id: int, candidate: str) -> Response:
    """Note that a reserve declines, so that they are passed over from now on."""
    person = require_person()
    _led(slug, draw_id)
    with transaction():
        filling.strike_reserve(draw_id, candidate, by=person, at=utc_now())
    flash(_("%(n)s번을 예비 순번에서 뺐습니다.", n=candidate))
    return _back(slug, draw_id)


def _led(slug: str, draw_id: int) -> tuple[Place, LotteryDraw]:
    place, draw = visible_draw(slug, draw_id)
    require_allowed(permissions.can_run(current_person(), place, utc_now()))
    return place, draw


def _back(slug: str, draw_id: int) -> Response:
    return redirect(url_for("draw.show", slug=slug, draw_id=draw_id), 303)


def _beacon(form: PlanForm) -> tuple[str, int] | None:
    if not form.beacon_round.data:
        return None
    return (form.beacon_chain.data or "").strip().lower(), form.beacon_round.data


def _mixes_at(form: PlanForm) -> datetime | None:
    if form.mixes_on.data is None or form.mixes_time.data is None:
        return None
    return kst_instant(form.mixes_on.data, form.mixes_time.data)


def _mixing(draw: LotteryDraw) -> dict[str, object]:
    if draw.mixes_at is None:
        return {}
    begins = draw.mixes_at.astimezone(KST)
    return {"mixes_on": kst_date(begins), "mixes_time": begins.time()}


def _lines(draw: LotteryDraw) -> list[Quota]:
    """Return the quotas with a free line for every value that occurs and has none."""
    present = candidates.counts(pool.candidates(draw.call))
    known = {(line.feature, line.value) for line in draw.lines}
    free = [
        Quota(feature, value, 0, draw.seats, 0, draw.seats)
        for feature in FEATURE_NAMES
        for value in sorted(present.get(feature, {}))
        if (feature, value) not in known
    ]
    return [*draw.lines, *free]


def _quota(row: object, seats: int) -> Quota:
    data = row.data  # type: ignore[attr-defined]
    least, most = data["minimum"], data["maximum"]
    return Quota(
        data["feature"],
        data["value"],
        least,
        most,
        min(data["least_minimum"] if data["least_minimum"] is not None else 0, least),
        max(data["greatest_maximum"] if data["greatest_maximum"] is not None else seats, most),
    )
