"""Looking back: the finished projects, the council's words, the numbers, the meeting where results are shared."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app.clock import kst_date, utc_now
from app.cycle.queries import require_current_cycle
from app.cycle.years import shown_cycle
from app.db.session import transaction
from app.execution import permissions
from app.execution.forms import CouncilEvaluationForm, IndicatorForm, MeasureForm, SharingMeetingForm
from app.execution.queries import board
from app.execution.queries import evaluation as queries
from app.execution.rules.projects import ProjectState
from app.execution.services import evaluating
from app.execution.views.blueprint import NAMES, Answer, act_page, back, blueprint, managed
from app.people.login import current_person, require_allowed, require_person
from app.places.queries import place_by_slug
from app.web.forms import shown_on


@blueprint.get("/<slug:slug>/evaluation")
def evaluation(slug: str) -> str:
    """Show the finished projects and what people say of them."""
    place = place_by_slug(slug)
    cycle = shown_cycle(place)
    at = utc_now()
    rows = board.projects_of(cycle, kst_date(at)) if cycle else []
    finished = [row for row in rows if row.project.state is ProjectState.COMPLETED]
    return render_template(
        "execution/evaluation.html",
        place=place,
        cycle=cycle,
        rows=finished,
        heard=queries.heard_of(row.project for row in finished),
        meeting=queries.sharing_meeting_of(cycle) if cycle else None,
        can_report=cycle is not None and not cycle.is_over and permissions.can_report(current_person(), place, at),
        **NAMES,
    )


@blueprint.route("/<slug:slug>/evaluation/meeting", methods=["GET", "POST"])
def sharing_meeting(slug: str) -> Answer:
    """Announce the results-sharing meeting, or note what was said."""
    place = place_by_slug(slug)
    person = require_person()
    require_allowed(permissions.can_report(person, place, utc_now()))
    cycle = require_current_cycle(place)
    found = queries.sharing_meeting_of(cycle)
    form = SharingMeetingForm(obj=found, version=found.version if found else 0)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            evaluating.hold_sharing_meeting(
                cycle,
                held_on=form.held_on.data,
                where=form.where.data,
                attendance=form.attendance.data,
                minutes=form.minutes.data or "",
                version=form.version.data,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("저장했습니다."))
            return redirect(url_for("execution.evaluation", slug=slug), 303)
    page = render_template("execution/meeting.html", place=place, cycle=cycle, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/projects/<int:project_id>/council", methods=["GET", "POST"])
def council_evaluation(slug: str, project_id: int) -> Answer:
    """Write down what the council says of a project that is over."""
    place = place_by_slug(slug)
    person = require_person()
    require_allowed(permissions.can_report(person, place, utc_now()))
    project = board.project_of(place, project_id)
    found = queries.council_evaluation_of(project)
    form = CouncilEvaluationForm(obj=found, version=found.version if found else 0)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            evaluating.evaluate_as_council(
                project_id,
                went_well=form.went_well.data,
                went_badly=form.went_badly.data,
                next_time=form.next_time.data,
                meeting=form.meeting.data,
                decided_on=form.decided_on.data,
                version=form.version.data,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            return back(slug, project_id, _("저장했습니다."))
    return act_page(
        place, project, form, title=_("주민자치회 평가 적기"), button=_("저장하기"),
        lead=_("회의에서 함께 돌아본 것을 적습니다. 다음 해 계획에 씁니다."),
    )  # fmt: skip


@blueprint.route("/<slug:slug>/projects/<int:project_id>/indicators", methods=["GET", "POST"])
def set_indicator(slug: str, project_id: int) -> Answer:
    """Say which number a project is meant to move."""
    place, project = managed(slug, project_id)
    form = IndicatorForm(version=project.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            evaluating.set_indicator(
                project_id,
                name=form.name.data,
                measure=form.measure.data,
                before=form.before.data,
                target=form.target.data,
                version=form.version.data,
                by=require_person(),
                at=utc_now(),
            )
        if not form.errors:
            return back(slug, project_id, _("저장했습니다."))
    return act_page(
        place, project, form, title=_("지표 정하기"), button=_("저장하기"),
        lead=_("사업을 하기 전과 뒤를 견줄 수 있는 숫자를 정합니다. 사업이 끝난 뒤에는 정할 수 없습니다."),
    )  # fmt: skip


@blueprint.route("/<slug:slug>/indicators/<int:indicator_id>", methods=["GET", "POST"])
def measure_indicator(slug: str, indicator_id: int) -> Answer:
    """Note what the number is now."""
    place = place_by_slug(slug)
    person = require_person()
    require_allowed(permissions.can_run(person, place, utc_now()))
    found, project = queries.indicator_of(place, indicator_id)
    form = MeasureForm(version=found.version, after=found.after, measured_on=found.measured_on or kst_date(utc_now()))
    if form.validate_on_submit():
        with shown_on(form), transaction():
            evaluating.measure_indicator(
                indicator_id,
                after=form.after.data,
                measured_on=form.measured_on.data,
                version=form.version.data,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            return back(slug, project.id, _("저장했습니다."))
    return act_page(place, project, form, title=_("잰 값 적기"), lead=found.name, button=_("저장하기"))
