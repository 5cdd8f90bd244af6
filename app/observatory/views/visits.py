"""Pages of monitoring visits: the list, one visit with its findings, noting them."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.clock import kst_date, utc_now
from app.cycle.queries import require_current_cycle
from app.db.session import transaction
from app.observatory.forms import FindingForm, visit_form
from app.observatory.permissions import can_answer, can_monitor
from app.observatory.queries import watching
from app.observatory.services import visiting
from app.observatory.views.blueprint import NAMES, Answer, blueprint
from app.people.login import current_person, require_allowed, require_person
from app.places.queries import place_by_slug
from app.places.rules import PlaceKind
from app.web.forms import shown_on


@blueprint.get("/<slug:slug>/visits")
def visits(slug: str) -> str:
    """Show the visits to a dong, or to all dongs of a place."""
    place = place_by_slug(slug)
    page = max(request.args.get("page", 1, type=int), 1)
    count, found = watching.visits_of(place, page=page)
    return render_template(
        "observatory/visits.html", place=place, cycle=None, visits=found, count=count, page=page,
        pages=max(-(-count // watching.VISITS), 1),
        can_visit=place.kind is PlaceKind.DONG and can_monitor(current_person(), place, utc_now()), **NAMES,
    )  # fmt: skip


@blueprint.route("/<slug:slug>/visits/new", methods=["GET", "POST"])
def note_visit(slug: str) -> Answer:
    """Note a visit."""
    place, person, at = place_by_slug(slug), require_person(), utc_now()
    require_allowed(can_monitor(person, place, at))
    cycle = require_current_cycle(place)
    form = visit_form(watching.project_titles(cycle), visited_on=kst_date(at))
    if form.validate_on_submit():
        seen = visiting.Seen(
            form.visited_on.data, form.team.data, form.marks, form["summary"].data, form.project_id.data or None
        )
        with shown_on(form), transaction():
            made = visiting.note_visit(cycle, seen, once=form.token, by=person, at=at)
        if not form.errors:
            flash(_("점검을 적었습니다. 고칠 것이 있으면 아래에 더해 주세요."))
            return redirect(url_for("observatory.visit", slug=slug, visit_id=made.id), 303)
    page = render_template("observatory/new_visit.html", place=place, cycle=cycle, form=form, **NAMES)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/visits/<int:visit_id>", methods=["GET", "POST"])
def visit(slug: str, visit_id: int) -> Answer:
    """Show a visit with what must be put right; let the monitors add to it."""
    place, at = place_by_slug(slug), utc_now()
    found = watching.visit_of(place, visit_id)
    form = FindingForm()
    if form.is_submitted():
        require_allowed(can_monitor(require_person(), place, at))
    if form.validate_on_submit():
        with shown_on(form), transaction():
            visiting.note_finding(
                visit_id, text=form.text.data or "", due_on=form.due_on.data, once=form.token,
                by=require_person(), at=at,
            )  # fmt: skip
        if not form.errors:
            flash(_("고칠 것을 더했습니다. 동네 담당자의 할 일에 보입니다."))
            return redirect(url_for("observatory.visit", slug=slug, visit_id=visit_id), 303)
    page = render_template(
        "observatory/visit.html", place=place, cycle=found.cycle, visit=found, form=form,
        may_note=can_monitor(current_person(), place, at), may_answer=can_answer(current_person(), place, at), **NAMES,
    )  # fmt: skip
    return (page, 422) if form.errors else page
