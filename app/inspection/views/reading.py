"""The frozen text with its margin of opinions."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.cycle.models import Cycle
from app.cycle.years import shown_cycle
from app.db.session import transaction
from app.inspection import permissions
from app.inspection.forms import OpinionForm
from app.inspection.queries import opinions as queries
from app.inspection.rules import Channel, Stance
from app.inspection.services import receiving
from app.inspection.views.blueprint import NAMES, WHOLE_PLAN, blueprint, with_sections
from app.people.login import current_person, require_person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.plan.models import PlanVersion
from app.plan.queries import latest_version, plan_of_cycle, rejected_revision, sections
from app.plan.rules import PlanState
from app.web.forms import shown_on


@blueprint.route("/<slug:slug>/inspection", methods=["GET", "POST"])
def show(slug: str) -> Response | str | tuple[str, int]:
    """Show the frozen text with its margin of opinions, take opinions, show the answers."""
    place = place_by_slug(slug)
    cycle = shown_cycle(place)
    person = current_person()
    version = queries.inspected_version(cycle) if cycle else None
    if cycle is None or version is None:
        return render_template("inspection/none.html", place=place, cycle=cycle)
    form = with_sections(OpinionForm(section=request.args.get("part", WHOLE_PLAN, type=int)), version)
    if form.is_submitted():
        person = require_person()
    if form.validate_on_submit() and person is not None:
        opinion = None
        with shown_on(form), transaction():
            opinion = receiving.submit_opinion(
                cycle,
                section=form.section.data or None,
                stance=Stance(form.stance.data),
                text=form.text.data,
                channel=Channel.ONLINE,
                wants_notice=form.wants_notice.data,
                once=form.token,
                by=person,
                at=utc_now(),
            )
        if opinion is not None and not form.errors:
            return redirect(url_for("inspection.receipt", slug=slug, opinion_id=opinion.id), 303)
    page = _page(place, cycle, version, form)
    return (page, 422) if form.errors else page


def _page(place: Place, cycle: Cycle, version: PlanVersion, form: OpinionForm) -> str:
    at = utc_now()
    opinions = queries.opinions_on(version)
    plan = plan_of_cycle(cycle)
    concluded = plan is not None and plan.state in {PlanState.REVISED, PlanState.ADOPTED}
    person = current_person()
    are_public = queries.answers_are_public(version)
    together = queries.bundles(opinions)
    return render_template(
        "inspection/show.html",
        place=place,
        cycle=cycle,
        version=version,
        revised=latest_version(plan) if plan is not None and concluded else None,
        again=plan is not None and plan.state is PlanState.DRAFTING,
        rejected=rejected_revision(plan) if plan is not None else None,
        sections=sections(version),
        bundles=together,
        margin=queries.bundles_by_section(together),
        answer_of=lambda opinion: queries.public_answer(opinion, are_public=are_public),
        counts=queries.counts(version),
        notice=queries.announcement(version),
        extensions=queries.extensions_of(version),
        form=form,
        receiving=queries.is_receiving(cycle, at),
        late=queries.takes_late(cycle, at),
        stage=cycle.stages[4],
        can_answer=permissions.can_answer(person, place, at),
        can_enter=permissions.can_enter_for_others(person, place, at),
        **NAMES,
    )
