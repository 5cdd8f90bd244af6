"""The workbench of answers: what waits, writing, checking, confirming, correcting."""

from typing import TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.db.session import transaction
from app.inspection import permissions
from app.inspection.forms import AnswerForm, ConcludeForm, CorrectForm, GroupForm
from app.inspection.models import Disposition, Opinion, OpinionGroup
from app.inspection.queries import opinions as queries
from app.inspection.rules import AnswerState, Result
from app.inspection.services import answering, running
from app.inspection.views.blueprint import NAMES, Answer, blueprint, entered, fill_sections, inspected
from app.people.login import require_person
from app.places.models import Place
from app.plan.models import PlanVersion
from app.plan.queries import sections
from app.plan.rules import PlanState
from app.web.forms import shown_on
from app.web.parameters import row_number

PER_PAGE = 40
F = TypeVar("F", bound=AnswerForm)


@blueprint.get("/<slug:slug>/inspection/answers")
def answers(slug: str) -> str:
    """Show the council what waits for an answer, how far the answers are, and the way to the end of the inspection."""
    place, person = entered(slug, permissions.can_answer)
    cycle, version = inspected(place)
    plan, at = version.plan, utc_now()
    opinions = queries.opinions_on(version)
    together = queries.bundles(opinions)
    chosen = queries.chosen(together, request.args.get("state", "open"))
    pages = max(1, -(-len(chosen) // PER_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    found = queries.counts(version)
    is_over = at >= cycle.stages[4].closes_at
    can_conclude = permissions.can_conclude(person, place, at) and plan.state is PlanState.INSPECTION
    shown = chosen[(page - 1) * PER_PAGE : page * PER_PAGE]
    state = request.args.get("state", "open")
    return render_template(
        "inspection/answers.html",
        place=place,
        cycle=cycle,
        version=version,
        bundles=shown,
        bulk=[
            opinion.id
            for each in shown
            for opinion in each.opinions
            if opinion.disposition and (state == AnswerState.CHECKED or opinion.disposition.answered_by != person.id)
        ],
        tallies=queries.tallies(together),
        state=state,
        page=page,
        pages=pages,
        alike=queries.alike(opinions)[:10],
        counts=found,
        stage=cycle.stages[4],
        due_at=queries.answers_due_at(cycle),
        sections={section.number: section for section in sections(version)},
        form=ConcludeForm(formdata=None, version=plan.version),
        group_form=GroupForm(formdata=None),
        can_confirm=permissions.can_conclude(person, place, at),
        can_conclude=can_conclude,
        can_enter=permissions.can_enter_for_others(person, place, at),
        is_working=plan.state is PlanState.INSPECTION,
        substantial=running.substantial_so_far(version) if can_conclude and is_over else [],
        me=person.id,
        **NAMES,
    )


@blueprint.route("/<slug:slug>/inspection/answers/<int:opinion_id>", methods=["GET", "POST"])
def answer(slug: str, opinion_id: int) -> Answer:
    """Answer one opinion."""
    place, person = entered(slug, permissions.can_answer)
    opinion = queries.opinion_of(place, opinion_id)
    if opinion.group is not None and request.method == "GET":
        return redirect(url_for("inspection.answer_group", slug=slug, group_id=opinion.group_id), 303)
    form = _form(AnswerForm, opinion.disposition, opinion.plan_version, opinion.version, opinion.section)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            answering.answer_opinion(opinion_id, _answer(form), version=form.version.data, by=person, at=utc_now())
        if not form.errors:
            flash(_("답변을 저장했습니다. 다른 위원이 검토하고 나면 확정합니다."))
            return redirect(_after(slug, opinion), 303)
    return _page(place, [opinion], form)


@blueprint.route("/<slug:slug>/inspection/groups/<int:group_id>", methods=["GET", "POST"])
def answer_group(slug: str, group_id: int) -> Answer:
    """Answer all opinions of a group with one text."""
    place, person = entered(slug, permissions.can_answer)
    group = queries.group_of(place, group_id)
    first = group.opinions[0]
    form = _form(AnswerForm, first.disposition, group.plan_version, group.version, first.section)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            answering.answer_group(group_id, _answer(form), version=form.version.data, by=person, at=utc_now())
        if not form.errors:
            flash(_("의견 %(n)s건에 한 답변을 저장했습니다.", n=len(group.opinions)))
            return redirect(_after(slug, first), 303)
    return _page(place, group.opinions, form, group=group)


@blueprint.route("/<slug:slug>/inspection/answers/<int:opinion_id>/correct", methods=["GET", "POST"])
def correct(slug: str, opinion_id: int) -> Answer:
    """Correct a confirmed answer in the open."""
    place, person = entered(slug, permissions.can_conclude)
    opinion = queries.opinion_of(place, opinion_id)
    form = _form(CorrectForm, opinion.disposition, opinion.plan_version, opinion.version, opinion.section)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            answering.correct(
                opinion_id, _answer(form), why=form.why.data, version=form.version.data, by=person, at=utc_now()
            )
        if not form.errors:
            flash(_("답변을 바로잡고 낸 사람에게 다시 알렸습니다. 앞의 답변도 남아 있습니다."))
            return redirect(url_for("inspection.report", slug=slug), 303)
    return _page(place, [opinion], form, correcting=True)


@blueprint.post("/<slug:slug>/inspection/answers/advance")
def advance(slug: str) -> Response:
    """Take answers a step on: looked at, or confirmed."""
    place, person = entered(slug, permissions.can_answer)
    step = AnswerState.CONFIRMED if request.form.get("to") == "confirmed" else AnswerState.CHECKED
    ids = [found for part in request.form.get("opinions", "").split() if (found := row_number(part)) is not None]
    with transaction():
        moved = answering.advance(ids, to=step, place=place, by=person, at=utc_now())
    if step is AnswerState.CONFIRMED:
        flash(_("답변 %(n)s건을 확정했습니다.", n=len(moved)))
    else:
        flash(_("답변 %(n)s건을 검토했다고 적었습니다.", n=len(moved)))
    return redirect(url_for("inspection.answers", slug=slug, state=request.form.get("back", "open")), 303)


def _after(slug: str, answered: Opinion) -> str:
    """Return where to go after an answer: the next opinion without one where that was asked for, else the list."""
    following = queries.next_open(answered) if request.form.get("next") else None
    if following is None:
        return url_for("inspection.answers", slug=slug)
    if following.group is not None:
        return url_for("inspection.answer_group", slug=slug, group_id=following.group.id)
    return url_for("inspection.answer", slug=slug, opinion_id=following.first.id)


def _page(
    place: Place,
    opinions: list[Opinion],
    form: AnswerForm,
    *,
    group: OpinionGroup | None = None,
    correcting: bool = False,
) -> Answer:
    version = opinions[0].plan_version
    page = render_template(
        "inspection/answer.html",
        place=place,
        cycle=version.plan.cycle,
        opinions=opinions,
        group=group,
        sections={section.number: section for section in sections(version)},
        form=form,
        correcting=correcting,
        following=None if correcting else queries.next_open(opinions[0]),
        open_left=0 if correcting else queries.counts(version).open,
        can_enter=permissions.can_enter_for_others(require_person(), version.plan.place, utc_now()),
        **NAMES,
    )
    return (page, 422) if form.errors else page


def _form(kind: type[F], known: Disposition | None, version: PlanVersion, row_version: int, section: int | None) -> F:
    unit = known.unit if known else queries.unit_last_answering(version, require_person(), section)
    form = kind(
        obj=known, version=row_version, change_section=(known and known.change_section) or section or 0, unit=unit
    )
    fill_sections(form.change_section, version, _("의견과 같은 부분"))
    return form


def _answer(form: AnswerForm) -> answering.Answer:
    return answering.Answer(
        result=Result(form.result.data),
        reason=form.reason.data,
        change=form.change.data or "",
        unit=form.unit.data,
        section=form.change_section.data or None,
    )
