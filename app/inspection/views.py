"""Pages of the public inspection."""

from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.clock import utc_now
from app.config import generate_token
from app.cycle.models import Cycle
from app.cycle.queries import require_current_cycle
from app.cycle.years import shown_cycle
from app.db.session import transaction
from app.errors import NotFound
from app.i18n import N_
from app.inspection import permissions, queries, services
from app.inspection.forms import (
    AnswerForm,
    ConcludeForm,
    EditOpinionForm,
    OpinionForm,
    OpinionWordsForm,
    StaffOpinionForm,
)
from app.inspection.models import Opinion
from app.inspection.rules import CHANNEL_NAMES, RESULT_NAMES, STANCE_NAMES, Channel, Result, Stance
from app.people.login import current_person, require_allowed, require_person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.plan.models import PlanVersion
from app.plan.queries import latest_version, plan_of_cycle, sections
from app.plan.rules import FUND_SOURCE_NAMES, VERDICT_NAMES, PlanState
from app.web.forms import shown_on

blueprint = Blueprint("inspection", __name__)
WHOLE_PLAN = 0
F = TypeVar("F", bound=OpinionWordsForm)
NAMES = {
    "stances": STANCE_NAMES,
    "channels": CHANNEL_NAMES,
    "results": RESULT_NAMES,
    "fund_sources": FUND_SOURCE_NAMES,
    "verdicts": VERDICT_NAMES,
}


@blueprint.route("/<slug:slug>/inspection", methods=["GET", "POST"])
def show(slug: str) -> Response | str | tuple[str, int]:
    """Show the frozen text with its margin of opinions, take opinions, show the answers."""
    place = place_by_slug(slug)
    cycle = shown_cycle(place)
    person = current_person()
    version = queries.inspected_version(cycle) if cycle else None
    if cycle is None or version is None:
        return render_template("inspection/none.html", place=place, cycle=cycle)
    form = _with_sections(OpinionForm(section=request.args.get("part", WHOLE_PLAN, type=int)), version)
    if form.is_submitted():
        person = require_person()
    if form.validate_on_submit() and person is not None:
        opinion = None
        with shown_on(form), transaction():
            opinion = _submit(cycle, form, Channel.ONLINE)
        if opinion is not None and not form.errors:
            return redirect(url_for("inspection.receipt", slug=slug, opinion_id=opinion.id), 303)
    page = _page(place, cycle, version, form)
    return (page, 422) if form.errors else page


def _page(place: Place, cycle: Cycle, version: PlanVersion, form: OpinionForm) -> str:
    if not form.once.data:
        form.once.data = generate_token()
    at = utc_now()
    opinions = queries.opinions_on(version)
    plan = plan_of_cycle(cycle)
    concluded = plan is not None and plan.state in {PlanState.REVISED, PlanState.ADOPTED}
    return render_template(
        "inspection/show.html",
        place=place,
        cycle=cycle,
        version=version,
        revised=latest_version(plan) if plan is not None and concluded else None,
        sections=sections(version),
        opinions=opinions,
        margin=queries.by_section(opinions),
        counts=queries.counts(version),
        form=form,
        receiving=queries.is_receiving(cycle, at),
        stage=cycle.stages[4],
        can_answer=permissions.can_answer(current_person(), place, at),
        can_enter=permissions.can_enter_for_others(current_person(), place, at),
        **NAMES,
    )


@blueprint.route("/<slug:slug>/inspection/enter", methods=["GET", "POST"])
def enter(slug: str) -> Response | str | tuple[str, int]:
    """Enter an opinion that came on paper, by mail or by word of mouth."""
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(permissions.can_enter_for_others(person, place, utc_now()))
    cycle, version = _inspected(place)
    form = _with_sections(StaffOpinionForm(wants_notice=False), version)
    if form.validate_on_submit():
        opinion = None
        with shown_on(form), transaction():
            opinion = _submit(cycle, form, Channel(form.channel.data))
        if opinion is not None and not form.errors:
            return redirect(url_for("inspection.receipt", slug=slug, opinion_id=opinion.id), 303)
    if not form.once.data:
        form.once.data = generate_token()
    page = render_template("inspection/enter.html", place=place, cycle=cycle, form=form)
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/inspection/opinions/<int:opinion_id>")
def receipt(slug: str, opinion_id: int) -> str:
    """Show the receipt of one's own opinion."""
    place = place_by_slug(slug)
    opinion = _own(place, opinion_id)
    return render_template(
        "inspection/receipt.html",
        place=place,
        cycle=opinion.plan_version.plan.cycle,
        opinion=opinion,
        sections={section.number: section for section in sections(opinion.plan_version)},
        receiving=queries.is_receiving(opinion.plan_version.plan.cycle, utc_now()),
        **NAMES,
    )


@blueprint.route("/<slug:slug>/inspection/opinions/<int:opinion_id>/edit", methods=["GET", "POST"])
def edit(slug: str, opinion_id: int) -> Response | str | tuple[str, int]:
    """Change one's opinion."""
    place = place_by_slug(slug)
    opinion = _own(place, opinion_id)
    form = _with_sections(EditOpinionForm(obj=opinion, section=opinion.section or WHOLE_PLAN), opinion.plan_version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.edit_opinion(
                opinion_id,
                section=form.section.data or None,
                stance=Stance(form.stance.data),
                text=form.text.data,
                version=form.version.data,
                by=require_person(),
                at=utc_now(),
            )
        if not form.errors:
            flash(_("고친 의견을 저장했습니다. 접수번호는 그대로입니다."))
            return redirect(url_for("inspection.receipt", slug=slug, opinion_id=opinion_id), 303)
    page = render_template(
        "inspection/edit.html", place=place, cycle=opinion.plan_version.plan.cycle, opinion=opinion, form=form
    )
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/inspection/opinions/<int:opinion_id>/withdraw")
def withdraw(slug: str, opinion_id: int) -> Response:
    """Take one's opinion back."""
    _own(place_by_slug(slug), opinion_id)
    with transaction():
        services.withdraw_opinion(opinion_id, by=require_person(), at=utc_now())
    flash(_("의견을 거두었습니다."))
    return redirect(url_for("inspection.show", slug=slug), 303)


@blueprint.get("/<slug:slug>/inspection/answers")
def answers(slug: str) -> str:
    """Show the council what waits for an answer, and the way to the end of the inspection."""
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(permissions.can_answer(person, place, utc_now()))
    cycle, version = _inspected(place)
    plan = version.plan
    return render_template(
        "inspection/answers.html",
        place=place,
        cycle=cycle,
        opinions=queries.opinions_on(version),
        counts=queries.counts(version),
        stage=cycle.stages[4],
        sections={section.number: section for section in sections(version)},
        form=ConcludeForm(formdata=None, version=plan.version),
        can_conclude=permissions.can_conclude(person, place, utc_now()) and plan.state is PlanState.INSPECTION,
        **NAMES,
    )


@blueprint.route("/<slug:slug>/inspection/answers/<int:opinion_id>", methods=["GET", "POST"])
def answer(slug: str, opinion_id: int) -> Response | str | tuple[str, int]:
    """Answer one opinion."""
    person = require_person()
    place = place_by_slug(slug)
    opinion = queries.opinion_of(place, opinion_id)
    require_allowed(permissions.can_answer(person, place, utc_now()))
    form = AnswerForm(obj=opinion.disposition, version=opinion.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.answer_opinion(
                opinion_id,
                result=Result(form.result.data),
                reason=form.reason.data,
                change=form.change.data or "",
                unit=form.unit.data,
                version=form.version.data,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("답변을 저장했습니다."))
            return redirect(url_for("inspection.answers", slug=slug), 303)
    page = render_template(
        "inspection/answer.html",
        place=place,
        cycle=opinion.plan_version.plan.cycle,
        opinion=opinion,
        sections={section.number: section for section in sections(opinion.plan_version)},
        form=form,
        **NAMES,
    )
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/inspection/conclude")
def conclude(slug: str) -> Response:
    """Freeze the text that follows from the opinions."""
    person = require_person()
    place = place_by_slug(slug)
    cycle = require_current_cycle(place)
    form = ConcludeForm()
    with transaction():
        services.conclude(cycle, version=form.version.data or 0, by=person, at=utc_now())
    flash(_("공람을 마치고 의견을 반영한 판을 고정했습니다."))
    return redirect(url_for("inspection.show", slug=slug), 303)


def _submit(cycle: Cycle, form: OpinionForm, channel: Channel) -> Opinion:
    return services.submit_opinion(
        cycle,
        section=form.section.data or None,
        stance=Stance(form.stance.data),
        text=form.text.data,
        channel=channel,
        wants_notice=form.wants_notice.data,
        once=form.once.data or generate_token(),
        by=require_person(),
        at=utc_now(),
    )


def _own(place: Place, opinion_id: int) -> Opinion:
    person = require_person()
    opinion = queries.opinion_of(place, opinion_id)
    if not permissions.can_change(person, opinion):
        raise NotFound(N_("찾으시는 의견이 없습니다."))
    return opinion


def _inspected(place: Place) -> tuple[Cycle, PlanVersion]:
    cycle = require_current_cycle(place)
    version = queries.inspected_version(cycle)
    if version is None:
        raise NotFound(N_("공람할 계획안이 없습니다."))
    return cycle, version


def _with_sections(form: F, version: PlanVersion) -> F:
    form.section.choices = [
        SelectChoice(WHOLE_PLAN, _("계획 전체")),
        *(SelectChoice(section.number, f"{section.number}. {section.title}") for section in sections(version)),
    ]
    return form
