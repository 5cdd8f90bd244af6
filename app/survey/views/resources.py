"""Looking at resources, adding and changing them."""

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.cycle.queries import current_cycle
from app.cycle.years import shown_cycle
from app.db.session import transaction
from app.files.serving import to_save
from app.files.tables import csv_pieces
from app.people.login import current_person, require_allowed, require_person
from app.places.models import Place
from app.places.points import GeoPoint, Pin, pins_as_geojson
from app.places.queries import place_by_slug, setting
from app.planning_group.queries import is_member
from app.survey import permissions, queries
from app.survey.forms import EditResourceForm, LookForm, ResourceForm
from app.survey.rules import KIND_DYES, KIND_NAMES, REMOVE_NAMES, STATE_NAMES, ResourceKind, ResourceWords
from app.survey.rules.files import COLUMNS, cells_of, feature_of
from app.survey.services import surveying
from app.survey.views.blueprint import blueprint
from app.web.forms import shown_on
from app.web.messages import phrase

NAMES = {"kinds": KIND_NAMES, "dyes": KIND_DYES, "states": STATE_NAMES, "removals": REMOVE_NAMES}
Answer = Response | str | tuple[str, int]


def rights(place: Place) -> dict[str, bool]:
    """Return what the visitor may do in the survey of a place."""
    person, at = current_person(), utc_now()
    in_group = is_member(place, person)
    return {
        "add": permissions.can_add(person, place, at, in_group=in_group, adders=setting(place, "survey.adders")),
        "survey": permissions.can_survey(person, place, at, in_group=in_group),
        "take_in": permissions.can_import(person, place, at),
        "ground": permissions.can_set_ground(person, place, at),
    }


def _filters() -> queries.Filters:
    kind = request.args.get("kind", "")
    return queries.Filters(request.args.get("q", "")[:80], ResourceKind(kind) if kind in set(ResourceKind) else None)


@blueprint.get("/<slug:slug>/resources")
def index(slug: str) -> str:
    """Show what the dong has: a map and, its equal, a list."""
    place = place_by_slug(slug)
    arguments = {"slug": slug, **{k: v for k, v in request.args.items() if k in {"q", "kind"} and v}}
    return render_template(
        "survey/index.html",
        place=place,
        cycle=shown_cycle(place),
        form=LookForm(request.args),
        listing=queries.resources_page(place, _filters(), page=max(1, request.args.get("page", 1, type=int))),
        counts=queries.counts_by_kind(place),
        mine=queries.own_unfinished(place, current_person()),
        may=rights(place),
        arguments=arguments,
        **NAMES,
    )


@blueprint.get("/<slug:slug>/resources/points.json")
def points(slug: str) -> Response:
    """Return the pins of the map, as they are looked for."""
    place = place_by_slug(slug)
    pins = [
        Pin(row.point, row.name, phrase(KIND_NAMES[row.kind]), KIND_DYES[row.kind],
            url_for("survey.show", slug=slug, resource_id=row.id))
        for row in queries.on_the_map(place, _filters())
        if row.point is not None
    ]  # fmt: skip
    return jsonify(pins_as_geojson(pins))


@blueprint.get("/<slug:slug>/resources/all.<any(csv,geojson):ending>")
def export(slug: str, ending: str) -> Response:
    """Hand out every public resource, in the form in which a list can be taken in again."""
    place = place_by_slug(slug)
    if ending == "geojson":
        features = [feature_of(row.number, queries.words_of(row)) for row in queries.public_resources(place)]
        data = jsonify({"type": "FeatureCollection", "features": features}).get_data()
        return to_save(data, f"{slug}-resources.geojson")
    rows = (list(cells_of(row.number, queries.words_of(row)).values()) for row in queries.public_resources(place))
    return to_save(csv_pieces(list(COLUMNS.values()), rows), f"{slug}-resources.csv")


@blueprint.route("/<slug:slug>/resources/new", methods=["GET", "POST"])
def new(slug: str) -> Answer:
    """Add a resource."""
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(rights(place)["add"])
    form = ResourceForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            row = surveying.add_resource(place, _words(form), once=form.token, by=person, at=utc_now())
        if not form.errors:
            flash(_("적었습니다. 다른 사람이 확인하면 지도와 목록에 올라갑니다."))
            return redirect(url_for("survey.show", slug=slug, resource_id=row.id), 303)
    page = render_template("survey/new.html", place=place, cycle=current_cycle(place), form=form)
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/resources/<int:resource_id>")
def show(slug: str, resource_id: int) -> str:
    """Show a resource."""
    place = place_by_slug(slug)
    person, at = current_person(), utc_now()
    found = queries.visible_resource(place, resource_id, person, at)
    in_group = is_member(place, person)
    may = {
        "edit": permissions.can_edit(person, found, at, in_group=in_group),
        "check": permissions.can_check(person, found, at, in_group=in_group),
        "survey": permissions.can_survey(person, place, at, in_group=in_group),
    }
    return render_template(
        "survey/show.html", place=place, cycle=current_cycle(place), resource=found, words=queries.words_of(found),
        may=may, **NAMES,
    )  # fmt: skip


@blueprint.route("/<slug:slug>/resources/<int:resource_id>/edit", methods=["GET", "POST"])
def edit(slug: str, resource_id: int) -> Answer:
    """Change a resource."""
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    found = queries.visible_resource(place, resource_id, person, at)
    require_allowed(permissions.can_edit(person, found, at, in_group=is_member(place, person)))
    words = queries.words_of(found)
    form = EditResourceForm(
        version=found.version, kind=words.kind.value, name=words.name, description=words.description, use=words.use,
        where=words.where, point=words.point.typed if words.point else "", contact=words.contact,
        agreed_on=words.agreed_on, agreed_how=words.agreed_how,
    )  # fmt: skip
    if form.validate_on_submit():
        with shown_on(form), transaction():
            surveying.edit_resource(resource_id, _words(form), version=form.version.data, by=person, at=at)
        if not form.errors:
            flash(_("고친 글을 저장했습니다."))
            return redirect(url_for("survey.show", slug=slug, resource_id=resource_id), 303)
    page = render_template("survey/edit.html", place=place, cycle=current_cycle(place), resource=found, form=form)
    return (page, 422) if form.errors else page


def _words(form: ResourceForm) -> ResourceWords:
    return ResourceWords(
        ResourceKind(form.kind.data), form.name.data, form.description.data or "", form.use.data or "",
        form.where.data or "", GeoPoint.parse(form.point.data), form.contact.data or "", form.agreed_on.data,
        form.agreed_how.data or "",
    )  # fmt: skip
