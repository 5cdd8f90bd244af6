"""The minutes: written and confirmed by those who led the day, read and downloaded by everybody."""

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.assembly.floor.forms import ConfirmForm, MinutesForm
from app.assembly.floor.models import FloorDay
from app.assembly.floor.permissions import can_confirm
from app.assembly.floor.rules.minutes import PART_NAMES
from app.assembly.floor.rules.states import DayState
from app.assembly.floor.services import minuting
from app.assembly.floor.views.blueprint import blueprint
from app.assembly.floor.views.finding import found_day, led_day
from app.clock import utc_now
from app.db.session import transaction
from app.errors import NotFound
from app.extensions import limiter
from app.files.printing import as_pdf
from app.i18n import N_
from app.people.models import Person
from app.places.models import Place
from app.web.forms import shown_on

Page = Response | str | tuple[str, int]


@blueprint.route("/<slug:slug>/assembly/day/minutes", methods=["GET", "POST"])
def minutes(slug: str) -> Page:
    """Write the minutes: what is saved, or else the draft of what happened; the draft again when asked for."""
    person, place, day = led_day(slug)
    if day.state not in {DayState.CLOSED, DayState.MINUTED}:
        raise NotFound(N_("총회를 마친 뒤에 회의록을 씁니다."))
    if day.state is DayState.MINUTED:
        return redirect(url_for("floor.order", slug=slug, _anchor="minutes"), 303)
    fresh = "draft" in request.args or not day.minutes
    form = MinutesForm(data={"minutes": minuting.draft_of(day) if fresh else day.minutes, "version": day.version})
    if form.validate_on_submit():
        with shown_on(form), transaction():
            minuting.save(day.id, form.minutes.data or "", version=form.version.data or 0, by=person, at=utc_now())
        if not form.errors:
            flash(_("회의록을 저장했습니다. 의장과 서기가 확인하면 공개됩니다."))
            return redirect(url_for("floor.minutes", slug=slug), 303)
    page = _page(person, place, day, form, ConfirmForm(formdata=None, version=day.version))
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/assembly/day/minutes/confirm")
def confirm(slug: str) -> Page:
    """Confirm the minutes; the second of the two publishes them."""
    person, place, day = led_day(slug)
    form = ConfirmForm()
    if form.validate():
        with shown_on(form), transaction():
            minuting.confirm(day.id, version=form.version.data or 0, by=person, at=utc_now())
    if form.errors:
        shown = MinutesForm(formdata=None, data={"minutes": day.minutes, "version": day.version})
        return _page(person, place, day, shown, form), 422
    published = day.state is DayState.MINUTED
    flash(_("회의록을 공개했습니다. 지문을 공개 기록에 남겼습니다.") if published else _("회의록을 확인했습니다."))
    return redirect(url_for("floor.order" if published else "floor.minutes", slug=slug), 303)


@blueprint.get("/<slug:slug>/assembly/minutes.txt")
def minutes_text(slug: str) -> Response:
    """Return the exact bytes of the minutes; their SHA-256 is the published hash."""
    place, day = _published(slug)
    name = f"{place.slug}-{day.assembly.cycle.year}-minutes.txt"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return FlaskResponse(day.minutes.encode(), mimetype="text/plain", headers=headers)


@blueprint.get("/<slug:slug>/assembly/minutes.pdf")
@limiter.limit("20 per minute")
def minutes_print(slug: str) -> Response:
    """Return the minutes for paper, with who confirmed them in which part and the hash of the text."""
    place, day = _published(slug)
    html = render_template("print/floor/minutes.html", place=place, day=day, parts=PART_NAMES)
    headers = {"Content-Disposition": f'inline; filename="{place.slug}-{day.assembly.cycle.year}-minutes.pdf"'}
    return FlaskResponse(as_pdf(html), mimetype="application/pdf", headers=headers)


def _published(slug: str) -> tuple[Place, FloorDay]:
    place, day = found_day(slug)
    if day.state is not DayState.MINUTED:
        raise NotFound(N_("회의록을 아직 공개하지 않았습니다."))
    return place, day


def _page(person: Person, place: Place, day: FloorDay, form: MinutesForm, confirm_form: ConfirmForm) -> str:
    return render_template(
        "floor/minutes.html",
        place=place,
        cycle=day.assembly.cycle,
        day=day,
        form=form,
        confirm_form=confirm_form,
        parts=PART_NAMES,
        confirmed={each.part: each for each in day.confirmations},
        can_confirm=can_confirm(person, day),
        me=person.id,
    )
