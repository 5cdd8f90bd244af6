"""Pages of drafting an item."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.clock import kst_date, kst_midnight, utc_now
from app.council.queries.people import council_of
from app.db.session import get_or_not_found, transaction
from app.errors import InvalidInput, NotFound
from app.i18n import N_
from app.people.login import require_allowed, require_person
from app.people.models import Person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.plan import permissions, queries
from app.plan.forms.workbench import (
    AlternativeForm,
    AmendmentForm,
    AssignForm,
    CostsBase,
    DecideAmendmentForm,
    NoteForm,
    costs_form,
)
from app.plan.models import Amendment, DepartmentReview, PlanItem
from app.plan.queries import workbench
from app.plan.rules import FundSource
from app.plan.rules.workbench import AMENDMENT_NAMES, MOST_LINES, CostLine, read_quantity, say_quantity, side_by_side
from app.plan.services import pricing
from app.plan.services import workbench as services
from app.plan.views.blueprint import NAMES, blueprint
from app.web.forms import shown_on

Answer = Response | str | tuple[str, int]
BLANK_ROWS = 3


def _drafted(slug: str, item_id: int) -> tuple[Person, Place, PlanItem]:
    person = require_person()
    place = place_by_slug(slug)
    found = queries.item_of(place, item_id)
    require_allowed(permissions.can_draft(person, place, utc_now()))
    return person, place, found


def _back(slug: str, item_id: int) -> Response:
    return redirect(url_for("plan.item", slug=slug, item_id=item_id), 303)


@blueprint.route("/<slug:slug>/plan/items/<int:item_id>/work", methods=["GET", "POST"])
def assign(slug: str, item_id: int) -> Answer:
    """Say who drafts an item, until when, and where it stands."""
    person, place, found = _drafted(slug, item_id)
    work = workbench.work_on(found)
    form = AssignForm(
        version=work.version if work else 0,
        committee=(work.committee_id or 0) if work else 0,
        person=(work.person_id or 0) if work else 0,
        due_on=kst_date(work.due_at - timedelta(seconds=1)) if work and work.due_at else None,
        site=work.site if work else "",
        site_note=work.site_note if work else "",
    )
    form.committee.choices = [SelectChoice(0, _("정하지 않음"))] + [
        SelectChoice(committee.id, committee.name) for committee in workbench.committees_here(place)
    ]
    form.person.choices = [SelectChoice(0, _("정하지 않음"))] + [
        SelectChoice(each.id, each.public_name) for each in workbench.drafters(place, utc_now())
    ]
    if form.validate_on_submit():
        due_on = form.due_on.data
        assignment = services.Assignment(
            committee_id=form.committee.data or None,
            person_id=form.person.data or None,
            due_at=kst_midnight(due_on + timedelta(days=1)) if due_on else None,
            site=form.site.data or "",
            site_note=form.site_note.data or "",
        )
        with shown_on(form), transaction():
            services.assign(item_id, assignment, version=form.version.data, by=person, at=utc_now())
        if not form.errors:
            flash(_("맡은 곳과 기한을 정했습니다."))
            return _back(slug, item_id)
    page = render_template(
        "plan/assign.html",
        place=place,
        cycle=found.plan.cycle,
        item=found,
        form=form,
        has_council=council_of(place) is not None,
        neighbours=workbench.neighbours_on_site(found, queries.living_items(found.plan)),
    )
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/plan/items/<int:item_id>/costs", methods=["GET", "POST"])
def costs(slug: str, item_id: int) -> Answer:
    """Write an item's estimate line by line."""
    person, place, found = _drafted(slug, item_id)
    known = workbench.costs_of(found)
    years = [found.plan.cycle.year, found.plan.cycle.year + 1]
    asked = request.form.get("rows", 0, type=int)
    rows = min(MOST_LINES, max(asked, len(known) + BLANK_ROWS) + (BLANK_ROWS if "more" in request.form else 0))
    first: dict[str, object] = {"version": found.version}
    for n, row in enumerate(known, start=1):
        first |= {
            f"name_{n}": row.name,
            f"unit_{n}": row.unit,
            f"quantity_{n}": say_quantity(row.quantity_hundredths),
            f"price_{n}": row.price_won,
            f"source_{n}": row.source.value,
            f"year_{n}": row.year,
        }
    form = costs_form(rows, years)(data=first)
    if "more" not in request.form and form.validate_on_submit():
        with shown_on(form), transaction():
            services.keep_costs(item_id, _lines(form, rows), version=form.version.data, by=person, at=utc_now())
        if not form.errors:
            flash(_("비용을 줄마다 적었습니다."))
            return _back(slug, item_id)
    page = render_template(
        "plan/costs.html", place=place, cycle=found.plan.cycle, item=found, form=form, rows=rows, most=MOST_LINES
    )
    return (page, 422) if form.errors else page


def _lines(form: CostsBase, rows: int) -> list[CostLine]:
    found = []
    for n in range(1, rows + 1):
        name, unit, quantity = (form[f"{part}_{n}"].data or "" for part in ("name", "unit", "quantity"))
        if not (name or unit or quantity):
            continue
        found.append(
            CostLine(
                name,
                unit,
                read_quantity(quantity),
                form[f"price_{n}"].data or 0,
                FundSource(form[f"source_{n}"].data),
                form[f"year_{n}"].data,
            )
        )
    if not found:
        raise InvalidInput(N_("비용을 한 줄 이상 적어 주세요."))
    return found


@blueprint.route("/<slug:slug>/plan/items/<int:item_id>/notes", methods=["GET", "POST"])
def note(slug: str, item_id: int) -> Answer:
    """Note something among those who draft, or comment for everybody."""
    person, place, found = _drafted(slug, item_id)
    form = NoteForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.write_note(
                item_id,
                form.text.data,
                is_public=form.shown.data == "everybody",
                once=form.token,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("적었습니다."))
            return _back(slug, item_id)
    page = render_template("plan/note.html", place=place, cycle=found.plan.cycle, item=found, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/plan/items/<int:item_id>/amend", methods=["GET", "POST"])
def amend(slug: str, item_id: int) -> Answer:
    """Suggest other words for an item."""
    person, place, found = _drafted(slug, item_id)
    form = AmendmentForm(title=found.title, body=found.body)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.suggest(
                item_id,
                title=form.title.data,
                body=form.body.data,
                reason=form.reason.data,
                once=form.token,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("수정안을 냈습니다. 다른 위원이 보고 정합니다."))
            return _back(slug, item_id)
    page = render_template("plan/amend.html", place=place, cycle=found.plan.cycle, item=found, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/plan/amendments/<int:amendment_id>", methods=["GET", "POST"])
def amendment(slug: str, amendment_id: int) -> Answer:
    """Show a suggested change beside the words that it changes, and decide about it."""
    person = require_person()
    place = place_by_slug(slug)
    row = get_or_not_found(Amendment, amendment_id)
    if row.item.plan.place_id != place.id:
        raise NotFound(N_("찾으시는 수정안이 없습니다."))
    require_allowed(permissions.can_draft(person, place, utc_now()))
    form = DecideAmendmentForm(version=row.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.decide_amendment(
                amendment_id,
                take=form.take.data == "yes",
                answer=form.answer.data or "",
                version=form.version.data,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("수정안을 정했습니다."))
            return _back(slug, row.item_id)
    page = render_template(
        "plan/amendment.html",
        place=place,
        cycle=row.item.plan.cycle,
        item=row.item,
        amendment=row,
        rows=side_by_side(f"{row.old_title}\n{row.old_body}", f"{row.title}\n{row.body}"),
        form=form,
        states=AMENDMENT_NAMES,
        may_decide=row.state == "suggested" and row.author_id != person.id,
        is_stale=row.state == "suggested" and row.item.version != row.item_version,
    )
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/plan/items/<int:item_id>/alternatives", methods=["GET", "POST"])
def alternative(slug: str, item_id: int) -> Answer:
    """Write down another way that was looked at."""
    person, place, found = _drafted(slug, item_id)
    form = AlternativeForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.note_alternative(
                item_id,
                title=form.title.data,
                body=form.body.data,
                cost_won=form.cost_won.data,
                why_not=form.why_not.data,
                once=form.token,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("다른 방법을 적었습니다."))
            return _back(slug, item_id)
    page = render_template("plan/alternative.html", place=place, cycle=found.plan.cycle, item=found, form=form)
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/plan/reviews/<int:review_id>/price")
def take_price(slug: str, review_id: int) -> Response:
    """Take the cost that a department found into the estimate."""
    review = get_or_not_found(DepartmentReview, review_id)
    person, _place, found = _drafted(slug, review.item_id)
    with transaction():
        pricing.take_price(review_id, version=request.form.get("version", 0, type=int), by=person, at=utc_now())
    flash(_("부서가 다시 셈한 비용으로 고쳤습니다. 앞의 비용은 아래에 남습니다."))
    return redirect(url_for("plan.item", slug=slug, item_id=found.id) + "#prices", 303)


@blueprint.get("/<slug:slug>/plan/items/<int:item_id>/evidence")
def evidence(slug: str, item_id: int) -> str:
    """Show everything that made an item, back to its roots, and what became of it."""
    place = place_by_slug(slug)
    found = queries.item_of(place, item_id)
    return render_template(
        "plan/evidence.html",
        place=place,
        cycle=found.plan.cycle,
        item=found,
        roots=workbench.evidence_of(found, utc_now()),
        **NAMES,
    )
