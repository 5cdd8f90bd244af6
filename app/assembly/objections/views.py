"""Pages of objections: the public list, objecting, the receipt, answering."""

import secrets

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.assembly.objections import queries, services
from app.assembly.objections.forms import AnswerForm, ObjectionForm
from app.assembly.objections.models import ResultObjection
from app.assembly.objections.rules import DESTROYED_NAMES, FINDING_NAMES, Finding, require_period
from app.assembly.permissions import can_run
from app.assembly.queries import require_assembly
from app.clock import utc_now
from app.cycle.queries import require_current_cycle
from app.cycle.years import require_shown_cycle
from app.db.session import transaction
from app.errors import NotFound
from app.i18n import N_
from app.people.login import current_person, require_allowed, require_person
from app.people.permissions import is_verified_resident
from app.places.queries import place_by_slug
from app.privacy.sealing import reveal
from app.web.forms import shown_on

blueprint = Blueprint("objections", __name__)
Page = Response | str | tuple[str, int]


@blueprint.get("/<slug:slug>/assembly/objections")
def index(slug: str) -> str:
    """Show how long one may object, every objection with its answer, and whether the link to people is destroyed."""
    place = place_by_slug(slug)
    cycle = require_shown_cycle(place)
    assembly = require_assembly(cycle)
    until, at = queries.objections_until(assembly), utc_now()
    destruction = queries.destruction_of(assembly)
    return render_template(
        "objections/index.html",
        place=place,
        cycle=cycle,
        assembly=assembly,
        until=until,
        is_open=until is not None and at < until,
        rows=[(row, services.receipt(row)) for row in queries.objections_to(assembly)],
        findings=FINDING_NAMES,
        destruction=destruction,
        destroyed=queries.destroyed_by(destruction) if destruction else {},
        destroyed_names=DESTROYED_NAMES,
        can_run=can_run(current_person(), place, at),
        may_object=is_verified_resident(current_person(), place),
    )


@blueprint.route("/<slug:slug>/assembly/objections/new", methods=["GET", "POST"])
def new(slug: str) -> Page:
    """Object to the result."""
    person, place = require_person(), place_by_slug(slug)
    require_allowed(is_verified_resident(person, place))
    cycle = require_current_cycle(place)
    assembly = require_assembly(cycle)
    if request.method == "GET":  # nobody writes for nothing; what is sent late is refused with what was typed
        require_period(queries.objections_until(assembly), utc_now())
    form = ObjectionForm(once=secrets.token_urlsafe(16))
    if form.validate_on_submit():
        row = None
        with shown_on(form), transaction():
            row = services.object_to_result(
                assembly.id,
                title=form.title.data or "",
                body=form.body.data or "",
                once=form.token,
                by=person,
                at=utc_now(),
            )
        if row is not None and not form.errors:
            flash(_("이의를 받았습니다."))
            return redirect(url_for("objections.show", slug=slug, objection_id=row.id), 303)
    page = render_template("objections/new.html", place=place, cycle=cycle, assembly=assembly, form=form)
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/assembly/objections/<int:objection_id>")
def show(slug: str, objection_id: int) -> str:
    """Show an objection with its words to whoever made it, and to staff."""
    person, place = require_person(), place_by_slug(slug)
    row = queries.objection_of(place, objection_id)
    if row.person_id != person.id:
        require_allowed(can_run(person, place, utc_now()))
    return _page(row, "objections/show.html")


@blueprint.route("/<slug:slug>/assembly/objections/<int:objection_id>/answer", methods=["GET", "POST"])
def answer(slug: str, objection_id: int) -> Page:
    """Answer an objection."""
    person, place = require_person(), place_by_slug(slug)
    require_allowed(can_run(person, place, utc_now()))
    row = queries.objection_of(place, objection_id)
    form = AnswerForm(version=row.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.answer_objection(
                row.id,
                finding=Finding(form.finding.data),
                answer=form.answer.data or "",
                version=form.version.data or 0,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("답을 공개했습니다."))
            return redirect(url_for("objections.index", slug=slug), 303)
    page = _page(row, "objections/answer.html", form=form)
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/assembly/objections/certificate.json")
def certificate(slug: str) -> Response:
    """Return the certificate that the link to people is destroyed; its hash stands in the public record."""
    assembly = require_assembly(require_shown_cycle(place_by_slug(slug)))
    found = queries.destruction_of(assembly)
    if found is None:
        raise NotFound(N_("아직 지우지 않았습니다."))
    return FlaskResponse(found.certificate, mimetype="application/json")


def _page(row: ResultObjection, template: str, form: AnswerForm | None = None) -> str:
    return render_template(
        template,
        place=row.assembly.place,
        cycle=row.assembly.cycle,
        assembly=row.assembly,
        row=row,
        receipt=services.receipt(row),
        body=reveal(row, ResultObjection.body) or "",
        findings=FINDING_NAMES,
        form=form,
    )
