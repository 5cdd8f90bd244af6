"""Pages of the plan as a whole: its seven contents, envelopes, versions side by side, the council's adoption."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.clock import utc_now
from app.cycle.queries import require_current_cycle
from app.cycle.years import require_shown_cycle, shown_cycle
from app.db.session import transaction
from app.errors import NotFound
from app.i18n import N_
from app.people.login import current_person, require_allowed, require_person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.plan import permissions, queries
from app.plan.forms import ThawForm
from app.plan.forms.workbench import AdoptionForm, ChapterForm, EnvelopeForm
from app.plan.models import PlanVersion
from app.plan.queries import workbench
from app.plan.rules import FundSource, PlanState
from app.plan.rules.workbench import CHAPTER_NAMES, Chapter, side_by_side
from app.plan.services import contents as services
from app.plan.services import freezing
from app.plan.views.blueprint import NAMES, blueprint
from app.web.forms import shown_on

Answer = Response | str | tuple[str, int]


@blueprint.get("/<slug:slug>/plan/contents")
def contents(slug: str) -> str:
    """Show the plan in its seven numbered contents."""
    place = place_by_slug(slug)
    cycle = shown_cycle(place)
    plan = queries.plan_of_cycle(cycle) if cycle else None
    items = queries.living_items(plan) if plan else []
    person = current_person()
    return render_template(
        "plan/contents.html",
        place=place,
        cycle=cycle,
        plan=plan,
        chapters=list(Chapter),
        chapter_names=CHAPTER_NAMES,
        written=workbench.chapters_of(plan),
        items=items,
        works=workbench.works_of(items),
        balances=workbench.balances_of(plan, items) if plan else [],
        can_draft=cycle is not None and not cycle.is_over and permissions.can_draft(person, place, utc_now()),
        can_freeze=cycle is not None and not cycle.is_over and permissions.can_freeze(person, place, utc_now()),
        **NAMES,
    )


@blueprint.route("/<slug:slug>/plan/contents/<int:number>", methods=["GET", "POST"])
def chapter(slug: str, number: int) -> Answer:
    """Write one of the seven contents."""
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(permissions.can_draft(person, place, utc_now()))
    if not 1 <= number <= len(Chapter):
        raise NotFound(N_("찾으시는 내용이 없습니다."))
    found = list(Chapter)[number - 1]
    cycle = require_current_cycle(place)
    row = workbench.chapters_of(queries.plan_of_cycle(cycle)).get(found)
    form = ChapterForm(version=row.version if row else 0, body=row.body if row else "")
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.keep_chapter(
                cycle, found, form.body.data or "", version=form.version.data, by=person, at=utc_now()
            )
        if not form.errors:
            flash(_("고친 글을 저장했습니다."))
            return redirect(url_for("plan.contents", slug=slug), 303)
    page = render_template(
        "plan/chapter.html", place=place, cycle=cycle, number=number, name=CHAPTER_NAMES[found], form=form
    )
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/plan/envelopes", methods=["GET", "POST"])
def envelopes(slug: str) -> Answer:
    """Say how much each source offers, and see what the plan asks of it."""
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(permissions.can_freeze(person, place, utc_now()))
    cycle = require_current_cycle(place)
    form = EnvelopeForm(year=cycle.year)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.set_envelope(
                cycle, FundSource(form.source.data), form.year.data, form.amount_won.data, by=person, at=utc_now()
            )
        if not form.errors:
            flash(_("재원의 한도를 정했습니다."))
            return redirect(url_for("plan.envelopes", slug=slug), 303)
    plan = queries.plan_of_cycle(cycle)
    page = render_template(
        "plan/envelopes.html",
        place=place,
        cycle=cycle,
        form=form,
        balances=workbench.balances_of(plan, queries.living_items(plan)) if plan else [],
        **NAMES,
    )
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/plan/versions/<int:before>/<int:after>")
def compare(slug: str, before: int, after: int) -> str:
    """Show two frozen versions side by side."""
    place = place_by_slug(slug)
    cycle = require_shown_cycle(place)
    one, two = _version(place, before), _version(place, after)
    return render_template(
        "plan/compare.html",
        place=place,
        cycle=cycle,
        before=one,
        after=two,
        rows=side_by_side(workbench.as_text(one), workbench.as_text(two)),
    )


@blueprint.route("/<slug:slug>/plan/versions/<int:number>/adoption", methods=["GET", "POST"])
def adopt(slug: str, number: int) -> Answer:
    """Tie a frozen version to the council's decision that adopted it."""
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(permissions.can_freeze(person, place, utc_now()))
    frozen = _version(place, number)
    form = AdoptionForm()
    form.item.choices = [
        SelectChoice(item.id, f"{item.meeting.title}: {item.title}") for item in workbench.adopting_items(place)
    ]
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.note_adoption(frozen.id, form.item.data, by=person, at=utc_now())
        if not form.errors:
            flash(_("주민자치회의 의결을 이었습니다."))
            return redirect(url_for("plan.show", slug=slug), 303)
    page = render_template("plan/adopt.html", place=place, cycle=frozen.plan.cycle, frozen=frozen, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/plan/thaw", methods=["GET", "POST"])
def thaw(slug: str) -> Answer:
    """Take the frozen version back to be written on, before anybody inspects it or votes on it."""
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(permissions.can_freeze(person, place, utc_now()))
    plan = queries.plan_of_cycle(require_current_cycle(place))
    frozen = queries.latest_version(plan) if plan else None
    if plan is None or frozen is None:
        raise NotFound(N_("찾으시는 판이 없습니다."))
    form = ThawForm(version=plan.version)
    after_inspection = plan.state is PlanState.REVISED
    nothing = _("안건을 골라 주세요") if after_inspection else _("의결과 상관없이 풉니다")
    form.item.choices = [SelectChoice(0, nothing)] + [
        SelectChoice(item.id, f"{item.meeting.title}: {item.title}") for item in workbench.rejecting_items(frozen)
    ]
    if form.validate_on_submit():
        with shown_on(form), transaction():
            freezing.thaw(
                plan.id, reason=form.reason.data, item_id=form.item.data or None, version=form.version.data,
                by=person, at=utc_now(),
            )  # fmt: skip
        if not form.errors:
            flash(_("고정한 판을 풀었습니다. 고친 뒤에 다시 고정해 주세요."))
            return redirect(url_for("plan.show", slug=slug), 303)
    page = render_template(
        "plan/thaw.html", place=place, cycle=plan.cycle, frozen=frozen, form=form, after_inspection=after_inspection
    )
    return (page, 422) if form.errors else page


def _version(place: Place, number: int) -> PlanVersion:
    plan = queries.plan_of_cycle(require_shown_cycle(place))
    found = next((row for row in queries.versions_of(plan) if row.number == number), None) if plan else None
    if found is None:
        raise NotFound(N_("찾으시는 판이 없습니다."))
    return found
