"""A box: what one person counts in it, where two differ, the photo of the tally sheet."""

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.assembly.rules.papers import with_ballots
from app.assembly.stations import queries
from app.assembly.stations.forms import SheetForm, count_form, count_of
from app.assembly.stations.models import Box
from app.assembly.stations.permissions import can_count
from app.assembly.stations.rules.entries import differences
from app.assembly.stations.services import running
from app.assembly.stations.views.blueprint import blueprint
from app.clock import utc_now
from app.db.session import transaction
from app.errors import NotFound
from app.i18n import N_
from app.people.login import require_allowed, require_person
from app.people.models import Person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.web.forms import shown_on

Page = Response | str | tuple[str, int]


@blueprint.route("/<slug:slug>/boxes/<int:box_id>", methods=["GET", "POST"])
def box(slug: str, box_id: int) -> Page:
    """Count a box; once two have, show where they differ."""
    person, place, found = _box(slug, box_id)
    assembly = found.station.assembly
    before = next((entry.count for entry in queries.newest_entries(found) if entry.by_id == person.id), None)
    form = count_form(assembly.form, assembly.lines, earlier=before)
    if form.validate_on_submit():
        with shown_on(form):
            count = count_of(form, assembly.form, assembly.lines)
            if assembly.form.shuffled:
                count = with_ballots(assembly.form, assembly.lines, count, assembly.envelope_won)
            with transaction():
                found = running.enter_count(box_id, count, by=person, at=utc_now())
        if not form.errors:
            flash(_("두 사람의 수가 같습니다.") if found.agreed is not None else _("센 수를 적었습니다."))
            return redirect(url_for("stations.box", slug=slug, box_id=box_id), 303)
    entries = queries.newest_entries(found)
    mine = next((entry for entry in entries if entry.by_id == person.id), None)
    both = len(entries) == 2 and mine is not None
    page = render_template(
        "stations/box.html",
        place=place,
        cycle=assembly.cycle,
        assembly=assembly,
        station=found.station,
        box=found,
        form=form,
        mine=mine,
        others=len(entries) - (mine is not None),
        taken=len(entries) == 2 and mine is None,
        first_is_mine=bool(entries) and entries[0].by_id == person.id,
        differences=differences(assembly.lines, entries[0].count, entries[1].count) if both else [],
        over=utc_now() >= assembly.closes_at,
    )
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/boxes/<int:box_id>/sheet")
def sheet(slug: str, box_id: int) -> Page:
    """Keep the photo of a box's tally sheet."""
    person, _place, found = _box(slug, box_id)
    form = SheetForm()
    if form.validate():
        with shown_on(form):
            content = form.photo.data.stream.read()
            with transaction():
                running.keep_sheet(box_id, content, by=person, at=utc_now())
    refused = [str(error) for errors in form.errors.values() for error in errors]
    flash(refused[0] if refused else _("집계표 사진을 두었습니다. 지문을 공개 기록에 남깁니다."))
    return redirect(url_for("stations.station", slug=slug, station_id=found.station_id), 303)


@blueprint.get("/<slug:slug>/boxes/<int:box_id>/sheet.jpg")
def sheet_photo(slug: str, box_id: int) -> Response:
    """Return the photo, for those who count: it shows signatures."""
    _person, _place, found = _box(slug, box_id)
    content = queries.sheet_of(found)
    if content is None:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    return FlaskResponse(content, mimetype="image/jpeg", headers={"Cache-Control": "no-store"})


def _box(slug: str, box_id: int) -> tuple[Person, Place, Box]:
    person, place = require_person(), place_by_slug(slug)
    require_allowed(can_count(person, place, utc_now()))
    return person, place, queries.box_of(place, box_id)
