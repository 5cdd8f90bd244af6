"""The ground of the maps of a place."""

from dataclasses import dataclass

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.cycle.queries import current_cycle
from app.db.session import transaction
from app.errors import NotFound
from app.i18n import N_
from app.people.login import require_allowed, require_person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.survey.forms import GroundForm
from app.survey.queries import ground_for
from app.survey.services import grounding
from app.survey.views.blueprint import blueprint
from app.survey.views.resources import Answer, rights
from app.web.forms import shown_on


@dataclass(frozen=True)
class GroundLink:
    """Where the ground of a place's maps is, and where it comes from."""

    address: str
    source: str


@blueprint.app_template_global()
def ground_of(place: Place) -> GroundLink | None:
    """Return the ground for the maps of a place, for templates; the address changes with what it holds."""
    found = ground_for(place)
    if found is None:
        return None
    address = url_for("survey.ground_file", slug=found.place.slug, v=found.sha256[:12])
    return GroundLink(address, found.source)


@blueprint.get("/<slug:slug>/map/ground.json")
def ground_file(slug: str) -> Response:
    """Hand out the ground of a place's maps."""
    place = place_by_slug(slug)
    found = ground_for(place, whole=True)
    if found is None:
        raise NotFound(N_("이 동네의 지도 바탕이 아직 없습니다."))
    fresh = request.args.get("v") == found.sha256[:12]
    keep = "public, max-age=31536000, immutable" if fresh else "public, max-age=300"
    answer = FlaskResponse(found.geojson, mimetype="application/geo+json")
    answer.headers["Cache-Control"] = keep
    answer.set_etag(found.sha256)
    return answer.make_conditional(request)


@blueprint.route("/<slug:slug>/map/ground", methods=["GET", "POST"])
def ground(slug: str) -> Answer:
    """Give the maps of a place their ground."""
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(rights(place)["ground"])
    present = ground_for(place)
    own = present if present is not None and present.place_id == place.id else None
    form = GroundForm(version=own.version if own else 0, source=own.source if own else "")
    if form.validate_on_submit():
        with shown_on(form), transaction():
            grounding.set_ground(
                place,
                form.file.data.read(),
                source=form.source.data,
                version=form.version.data,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("지도의 바탕을 바꾸었습니다."))
            return redirect(url_for("survey.index", slug=slug), 303)
    page = render_template(
        "survey/ground.html",
        place=place,
        cycle=current_cycle(place),
        form=form,
        present=present,
        is_own=own is not None,
    )
    return (page, 422) if form.errors else page
