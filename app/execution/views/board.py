"""The board of a year, its photos, and taking a project on."""

from flask import Response as FlaskResponse
from flask import flash, jsonify, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import kst_date, utc_now
from app.cycle.queries import require_current_cycle
from app.cycle.rules import Stage
from app.cycle.years import shown_cycle
from app.db.session import transaction
from app.execution import permissions
from app.execution.charts import flow
from app.execution.forms import TakeOnForm
from app.execution.queries import board
from app.execution.queries.fund import pledges_of
from app.execution.rules.projects import STATE_NAMES, ProjectKind, ProjectState
from app.execution.services import projects
from app.execution.views.blueprint import NAMES, Answer, blueprint
from app.people.login import current_person, require_allowed, require_person
from app.places.points import Pin, pins_as_geojson
from app.places.queries import place_by_slug
from app.plan.rules import FundSource
from app.web.forms import shown_on
from app.web.messages import phrase

STATE_DYES = {ProjectState.COMPLETED: "s1", ProjectState.PAUSED: "s3", ProjectState.CANCELLED: "s8"}
"""Of the pins of the map; what is planned or running wears the dye of its stage."""


@blueprint.get("/<slug:slug>/projects")
def index(slug: str) -> str:
    """Show what is being done, where it stands and where the money is."""
    place = place_by_slug(slug)
    cycle = shown_cycle(place)
    at = utc_now()
    rows = board.projects_of(cycle, kst_date(at)) if cycle else []
    can_run = permissions.can_run(current_person(), place, at)
    return render_template(
        "execution/index.html",
        place=place,
        cycle=cycle,
        rows=rows,
        total=board.total(rows),
        flow=flow([(row.project.title, row.sources) for row in rows]),
        course=board.course_of(rows, kst_date(at)),
        timeline=board.timeline_of(rows, kst_date(at)),
        can_run=can_run,
        has_fund=cycle is not None and bool(pledges_of(cycle, most=1)),
        can_take_on=can_run and cycle is not None and cycle.is_open(Stage.EXECUTION),
        **NAMES,
    )


@blueprint.get("/<slug:slug>/projects/points.json")
def points(slug: str) -> Response:
    """Return the pins of the map of a year's projects."""
    cycle = shown_cycle(place_by_slug(slug))
    pins = [
        Pin(row.project.point, row.project.title, f"{phrase(STATE_NAMES[row.project.state])}, {row.percent}%",
            STATE_DYES.get(row.project.state, "s7"), url_for("execution.project", slug=slug, project_id=row.project.id))
        for row in (board.projects_of(cycle, kst_date(utc_now())) if cycle else [])
        if row.project.point is not None
    ]  # fmt: skip
    return jsonify(pins_as_geojson(pins))


@blueprint.route("/<slug:slug>/projects/new", methods=["GET", "POST"])
def take_on(slug: str) -> Answer:
    """Take on a project that no assembly voted on."""
    place = place_by_slug(slug)
    person = require_person()
    require_allowed(permissions.can_run(person, place, utc_now()))
    cycle = require_current_cycle(place)
    form = TakeOnForm()
    if form.validate_on_submit():
        words = projects.Description(
            form.title.data, form.description.data, form.unit.data, "", form.where.data or "", *form.position
        )
        with shown_on(form), transaction():
            made = projects.take_on_project(
                cycle,
                words,
                kind=ProjectKind(form.kind.data),
                source=FundSource(form.source.data),
                cost_won=form.cost_won.data,
                approver=form.approver.data,
                once=form.token,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("사업을 더했습니다."))
            return redirect(url_for("execution.project", slug=slug, project_id=made.id), 303)
    page = render_template("execution/new.html", place=place, cycle=cycle, form=form)
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/photos/<int:photo_id>.jpg")
def photo(slug: str, photo_id: int) -> Response:
    """Return a photo."""
    found = board.photo_of(place_by_slug(slug), photo_id)
    headers = {"Cache-Control": "public, max-age=86400", "ETag": f'"{found.sha256}"'}
    return FlaskResponse(found.content, mimetype="image/jpeg", headers=headers)
