"""The door: find somebody on the roll, let them in, count guests; the screen with the code for phones."""

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.assembly.floor.forms import FindForm, GuestForm
from app.assembly.floor.models import FloorDay
from app.assembly.floor.permissions import can_check_in, can_host
from app.assembly.floor.queries import days
from app.assembly.floor.rules.states import ADMITTING, DAY_STATE_NAMES
from app.assembly.floor.services import attending
from app.assembly.floor.services.attending import Arrival
from app.assembly.floor.views.blueprint import blueprint
from app.assembly.floor.views.finding import found_day
from app.clock import utc_now
from app.council.rules.training import CODE_MINUTES, code_at
from app.db.session import transaction
from app.people.login import require_allowed, require_person
from app.people.models import Person
from app.places.models import Place
from app.web.forms import Form, shown_on
from app.web.qr import qr_on_page

Page = Response | str | tuple[str, int]


@blueprint.get("/<slug:slug>/assembly/door")
def door(slug: str) -> str:
    """Show the desk at the door."""
    person, place, day = _hosted(slug)
    return _door(person, place, day)


@blueprint.post("/<slug:slug>/assembly/door/find")
def find(slug: str) -> Page:
    """Look somebody up on the roll; by POST, so that no name stands in an address."""
    person, place, day = _hosted(slug)
    require_allowed(can_check_in(person, place, utc_now()))
    form = FindForm()
    arrivals: list[Arrival] = []
    if form.validate():
        with shown_on(form), transaction():
            arrivals = attending.find(
                day,
                name=form.name.data or "",
                birth_date=form.birth_date.data,
                by=person,
                ip=request.remote_addr,
                at=utc_now(),
            )
    page = _door(person, place, day, form=form, arrivals=arrivals, looked=not form.errors)
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/assembly/door/<any(enter, leave):step>")
def pass_through(slug: str, step: str) -> Page:
    """Let somebody on the roll in, or note that they have gone."""
    person, place, day = _hosted(slug)
    require_allowed(can_check_in(person, place, utc_now()))
    form = Form()
    if form.validate():
        entry_id = request.form.get("entry_id", 0, type=int)
        with shown_on(form), transaction():
            if step == "enter":
                attending.check_in(day.id, entry_id, by=person, at=utc_now())
            else:
                attending.leave(day.id, entry_id, by=person, at=utc_now())
    if form.errors:
        return _door(person, place, day, refusal=form), 422
    flash(_("참석을 적었습니다. 표 카드를 한 장 드려 주세요.") if step == "enter" else _("나간 것을 적었습니다."))
    return redirect(url_for("floor.door", slug=slug, _anchor="find"), 303)


@blueprint.post("/<slug:slug>/assembly/door/guest")
def guest(slug: str) -> Page:
    """Count a guest."""
    person, place, day = _hosted(slug)
    form = GuestForm()
    if form.validate():
        with shown_on(form), transaction():
            attending.add_guest(day.id, once=form.token, by=person, at=utc_now())
    if form.errors:
        return _door(person, place, day, refusal=form), 422
    flash(_("손님 한 명을 더했습니다."))
    return redirect(url_for("floor.door", slug=slug), 303)


@blueprint.get("/<slug:slug>/assembly/door/code")
def code(slug: str) -> Response:
    """Show the code for phones and its QR, for a screen at the door; it renews itself."""
    _person, place, day = _hosted(slug)
    letters = code_at(day.secret, utc_now())
    link = url_for("floor.here", slug=slug, code=letters, _external=True)
    page = render_template(
        "floor/code.html",
        place=place,
        day=day,
        code=letters,
        drawing=qr_on_page(link),
        minutes=CODE_MINUTES,
        is_admitting=day.state in ADMITTING,
    )
    answer = FlaskResponse(page, mimetype="text/html")
    answer.headers["Refresh"] = "30"
    return answer


def _hosted(slug: str) -> tuple[Person, Place, FloorDay]:
    person = require_person()
    place, day = found_day(slug)
    require_allowed(can_host(person, place, utc_now()))
    return person, place, day


def _door(
    person: Person,
    place: Place,
    day: FloorDay,
    *,
    form: FindForm | None = None,
    arrivals: list[Arrival] | None = None,
    looked: bool = False,
    refusal: Form | None = None,
) -> str:
    return render_template(
        "floor/door.html",
        place=place,
        cycle=day.assembly.cycle,
        day=day,
        states=DAY_STATE_NAMES,
        taking_part=days.taking_part_of(day),
        basis=days.legal_basis(place),
        is_admitting=day.state in ADMITTING,
        can_check_in=can_check_in(person, place, utc_now()),
        form=form or FindForm(formdata=None),
        arrivals=arrivals or [],
        looked=looked,
        refusal=refusal,
        guest_form=GuestForm(formdata=None),
    )
