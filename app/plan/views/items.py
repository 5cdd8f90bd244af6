"""Pages of the plan."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.agenda.queries import accepted_proposals
from app.clock import utc_now
from app.cycle.queries import require_current_cycle
from app.cycle.rules import Stage
from app.cycle.years import require_shown_cycle, shown_cycle
from app.db.session import transaction
from app.errors import NotFound
from app.i18n import N_
from app.people.login import current_person, require_allowed, require_person
from app.places.queries import place_by_slug, setting
from app.plan import permissions, queries
from app.plan.forms import (
    DropItemForm,
    EditItemForm,
    FreezeForm,
    ItemWordsForm,
    NewItemForm,
)
from app.plan.models import Plan
from app.plan.queries import workbench
from app.plan.rules import FundSource, PlanState
from app.plan.rules.workbench import AMENDMENT_NAMES, Adoption, say_quantity
from app.plan.services import drafting, freezing
from app.plan.views.blueprint import NAMES, blueprint
from app.web.forms import shown_on


@blueprint.get("/<slug:slug>/plan")
def show(slug: str) -> str:
    """Show the plan as it stands: working text while it is drafted, afterwards the newest frozen version."""
    place = place_by_slug(slug)
    cycle = shown_cycle(place)
    plan = queries.plan_of_cycle(cycle) if cycle else None
    person = current_person()
    at = utc_now()
    items = queries.living_items(plan) if plan else []
    versions = queries.versions_of(plan) if plan else []
    return render_template(
        "plan/show.html",
        place=place,
        cycle=cycle,
        plan=plan,
        items=items,
        verdict_of=queries.verdict_of,
        sums=queries.cost_by_source(plan) if plan else [],
        envelope=setting(place, "pb.envelope_per_dong"),
        versions=versions,
        adoptions=workbench.adoptions_of(versions) if versions else {},
        works=workbench.works_of(items),
        balances=workbench.balances_of(plan, items) if plan else [],
        waiting=accepted_proposals(cycle) if cycle else [],
        unready=queries.unready_items(plan) if plan else [],
        lacks_adoption=_lacks_adoption(plan) if plan else False,
        rejections=workbench.rejections_of(versions) if versions else {},
        rejected=queries.rejected_revision(plan) if plan else None,
        may_thaw=plan is not None and _may_thaw(plan),
        can_draft=permissions.can_draft(person, place, at),
        can_freeze=permissions.can_freeze(person, place, at),
        is_drafting=cycle is not None
        and cycle.current.stage == "drafting"
        and (plan is None or plan.state is PlanState.DRAFTING),
        **NAMES,
    )


@blueprint.route("/<slug:slug>/plan/items/new", methods=["GET", "POST"])
def new_item(slug: str) -> Response | str | tuple[str, int]:
    """Take proposals into the plan as an item."""
    person = require_person()
    place = place_by_slug(slug)
    cycle = require_current_cycle(place)
    require_allowed(permissions.can_draft(person, place, utc_now()))
    waiting = accepted_proposals(cycle)
    chosen = [p for p in waiting if p.id == request.args.get("proposal", type=int)]
    defaults = {"proposals": [p.id for p in chosen], "title": chosen[0].title, "body": chosen[0].body} if chosen else {}
    form = NewItemForm(data=defaults)
    form.proposals.choices = [SelectChoice(p.id, p.title) for p in waiting]
    if form.validate_on_submit():
        with shown_on(form), transaction():
            drafting.add_item(
                cycle,
                [p for p in waiting if p.id in form.proposals.data],
                _words(form),
                once=form.token,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("계획에 담았습니다. 이제 부서에 검토를 청하세요."))
            return redirect(url_for("plan.show", slug=slug), 303)
    page = render_template("plan/new_item.html", place=place, cycle=cycle, form=form)
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/plan/items/<int:item_id>")
def item(slug: str, item_id: int) -> str:
    """Show an item with its origins and what the departments said."""
    place = place_by_slug(slug)
    found = queries.item_of(place, item_id)
    can_draft = permissions.can_draft(current_person(), place, utc_now())
    return render_template(
        "plan/item.html",
        place=place,
        cycle=found.plan.cycle,
        item=found,
        can_draft=can_draft,
        costs=workbench.costs_of(found),
        prices=workbench.price_changes_of(found),
        say_quantity=say_quantity,
        work=workbench.work_on(found),
        notes=workbench.notes_on(found, everything=can_draft),
        amendments=workbench.amendments_to(found) if can_draft else [],
        amendment_states=AMENDMENT_NAMES,
        alternatives=workbench.alternatives_to(found),
        neighbours=workbench.neighbours_on_site(found, queries.living_items(found.plan)),
        is_drafting=found.plan.state is PlanState.DRAFTING,
        is_open=found.plan.state not in {PlanState.REVISED, PlanState.ADOPTED} and found.dropped_at is None,
        **NAMES,
    )


@blueprint.route("/<slug:slug>/plan/items/<int:item_id>/edit", methods=["GET", "POST"])
def edit_item(slug: str, item_id: int) -> Response | str | tuple[str, int]:
    """Change an item."""
    person = require_person()
    place = place_by_slug(slug)
    found = queries.item_of(place, item_id)
    require_allowed(permissions.can_draft(person, place, utc_now()))
    form = EditItemForm(obj=found)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            drafting.edit_item(item_id, _words(form), version=form.version.data, by=person, at=utc_now())
        if not form.errors:
            flash(_("고친 글을 저장했습니다."))
            return redirect(url_for("plan.item", slug=slug, item_id=item_id), 303)
    page = render_template("plan/edit_item.html", place=place, cycle=found.plan.cycle, item=found, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/plan/items/<int:item_id>/drop", methods=["GET", "POST"])
def drop_item(slug: str, item_id: int) -> Response | str | tuple[str, int]:
    """Take an item out of the plan."""
    person = require_person()
    place = place_by_slug(slug)
    found = queries.item_of(place, item_id)
    require_allowed(permissions.can_draft(person, place, utc_now()))
    form = DropItemForm(version=found.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            drafting.drop_item(item_id, reason=form.reason.data, version=form.version.data, by=person, at=utc_now())
        if not form.errors:
            flash(_("계획에서 뺐습니다. 의제는 목록에 남아 있습니다."))
            return redirect(url_for("plan.show", slug=slug), 303)
    page = render_template("plan/drop_item.html", place=place, cycle=found.plan.cycle, item=found, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/plan/freeze", methods=["GET", "POST"])
def freeze(slug: str) -> Response | str | tuple[str, int]:
    """Freeze the plan for inspection, after a look at what that means."""
    person = require_person()
    place = place_by_slug(slug)
    cycle = require_current_cycle(place)
    require_allowed(permissions.can_freeze(person, place, utc_now()))
    plan = queries.plan_of_cycle(cycle)
    if plan is None:
        raise NotFound(N_("아직 쓴 계획이 없습니다."))
    items = queries.living_items(plan)
    form = FreezeForm(version=plan.version)
    if form.validate_on_submit():
        if form.sections.data != len(items):
            form.sections.errors = [_("사업 수가 다릅니다. 계획을 다시 확인해 주세요.")]
        else:
            with shown_on(form), transaction():
                freezing.freeze_for_inspection(plan.id, version=form.version.data, by=person, at=utc_now())
        if not form.errors:
            flash(_("계획안을 고정했습니다. 공람이 시작되면 누구나 의견을 냅니다."))
            return redirect(url_for("plan.show", slug=slug), 303)
    page = render_template(
        "plan/freeze.html",
        place=place,
        cycle=cycle,
        plan=plan,
        items=items,
        form=form,
        unready=queries.unready_items(plan),
    )
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/plan/versions/<int:number>.json")
def version(slug: str, number: int) -> Response:
    """Return the exact bytes of a frozen version; their SHA-256 is the published hash."""
    place = place_by_slug(slug)
    plan = queries.plan_of_cycle(require_shown_cycle(place))
    for frozen in queries.versions_of(plan) if plan else []:
        if frozen.number == number:
            return Response(frozen.text.encode(), mimetype="application/json")
    raise NotFound(N_("찾으시는 판이 없습니다."))


def _words(form: ItemWordsForm) -> drafting.ItemWords:
    return drafting.ItemWords(
        title=form.title.data,
        body=form.body.data,
        cost_won=form.cost_won.data,
        fund_source=FundSource(form.fund_source.data),
        unit=form.unit.data,
    )


def _lacks_adoption(plan: Plan) -> bool:
    """Tell whether the newest version waits for the council before its next step."""
    before = {PlanState.INSPECTION: Adoption.INSPECTION, PlanState.REVISED: Adoption.ASSEMBLY}.get(plan.state)
    frozen = queries.latest_version(plan)
    return before is not None and frozen is not None and queries.lacks_adoption(frozen, before)


def _may_thaw(plan: Plan) -> bool:
    """Tell whether the newest version may be taken back: its next step has not begun."""
    before = {PlanState.INSPECTION: Stage.DRAFTING, PlanState.REVISED: Stage.INSPECTION}.get(plan.state)
    return before is not None and plan.cycle.is_open(before)
