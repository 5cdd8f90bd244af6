"""Taking a list of resources in, in two steps: look, then take or throw away."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.clock import utc_now
from app.cycle.queries import current_cycle
from app.db.session import transaction
from app.people.login import require_allowed, require_person
from app.places.queries import place_by_slug
from app.survey import queries
from app.survey.forms import ListForm
from app.survey.models import ListState
from app.survey.rules.files import COLUMNS, MOST_PROBLEMS, MOST_ROWS
from app.survey.services import listing
from app.survey.views.blueprint import blueprint
from app.survey.views.resources import NAMES, Answer, rights
from app.web.forms import Form, shown_on

SHOWN = 30
"""Lines of each sort in the preview."""


@blueprint.route("/<slug:slug>/resources/lists", methods=["GET", "POST"])
def lists(slug: str) -> Answer:
    """Upload a list to look at."""
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(rights(place)["take_in"])
    form = ListForm()
    if form.validate_on_submit():
        upload = form.file.data
        with shown_on(form), transaction():
            row = listing.upload(place, name=upload.filename or "", content=upload.read(), by=person, at=utc_now())
        if not form.errors:
            return redirect(url_for("survey.list_preview", slug=slug, list_id=row.id), 303)
    page = render_template(
        "survey/lists.html", place=place, cycle=current_cycle(place), form=form, lists=queries.lists_of(place),
        columns=COLUMNS, most=MOST_ROWS, **NAMES,
    )  # fmt: skip
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/resources/lists/<int:list_id>", methods=["GET", "POST"])
def list_preview(slug: str, list_id: int) -> Answer:
    """Show what taking a list would do; take it whole, or throw it away."""
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(rights(place)["take_in"])
    row = queries.list_of(place, list_id)
    form = Form()
    if form.validate_on_submit():
        discarding = "discard" in request.form
        with shown_on(form), transaction():
            row = (listing.discard if discarding else listing.take)(list_id, by=person, at=utc_now())
        if not form.errors:
            if discarding:
                flash(_("파일을 버렸습니다. 아무것도 바뀌지 않았습니다."))
            else:
                flash(_("%(added)s곳을 더하고 %(changed)s곳을 고쳤습니다.", added=row.added, changed=row.changed))
            return redirect(url_for("survey.lists" if discarding else "survey.index", slug=slug), 303)
    plan = listing.plan_of(row, at=utc_now()) if row.state is ListState.READ else None
    page = render_template(
        "survey/list.html", place=place, cycle=current_cycle(place), form=form, list=row, plan=plan, columns=COLUMNS,
        shown=SHOWN, most_problems=MOST_PROBLEMS, **NAMES,
    )  # fmt: skip
    return (page, 422) if form.errors else page
