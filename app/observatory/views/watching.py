"""Pages of alerts and of single findings: what is out of bounds, and what the dong says to it."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.db.session import transaction
from app.observatory.forms import AlertForm, FindingAnswerForm, JudgeForm
from app.observatory.permissions import can_answer, can_monitor
from app.observatory.queries import watching
from app.observatory.rules import FindingState
from app.observatory.services import answering, visiting
from app.observatory.views.blueprint import NAMES, Answer, blueprint
from app.people.login import current_person, require_allowed, require_person
from app.places.queries import place_by_slug
from app.web.forms import shown_on


@blueprint.route("/<slug:slug>/alerts/<int:alert_id>", methods=["GET", "POST"])
def alert(slug: str, alert_id: int) -> Answer:
    """Show an alert and what is said to it; let the dong's staff say it."""
    place = place_by_slug(slug)
    found = watching.alert_of(place, alert_id)
    form = AlertForm(version=found.version, text=found.answer)
    if form.is_submitted():
        require_allowed(can_answer(require_person(), place, utc_now()))
    if form.validate_on_submit():
        with shown_on(form), transaction():
            answering.answer_alert(
                alert_id, text=form.text.data or "", version=form.version.data, by=require_person(), at=utc_now()
            )
        if not form.errors:
            flash(_("저장했습니다. 모두가 볼 수 있습니다."))
            return redirect(url_for("observatory.alert", slug=slug, alert_id=alert_id), 303)
    page = render_template(
        "observatory/alert.html", place=place, cycle=found.cycle, alert=found, form=form,
        may_answer=found.cleared_at is None and can_answer(current_person(), place, utc_now()), **NAMES,
    )  # fmt: skip
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/findings/<int:finding_id>", methods=["GET", "POST"])
def finding(slug: str, finding_id: int) -> Answer:
    """Answer a finding, or judge the answer; who may do neither only reads it."""
    place = place_by_slug(slug)
    found = watching.finding_of(place, finding_id)
    person, at = current_person(), utc_now()
    may_answer = found.state is FindingState.OPEN and can_answer(person, place, at)
    may_judge = found.state is FindingState.ANSWERED and can_monitor(person, place, at)
    form = JudgeForm(version=found.version) if may_judge else FindingAnswerForm(version=found.version)
    if form.is_submitted():
        require_allowed(can_answer(require_person(), place, at) or can_monitor(require_person(), place, at))
    if form.validate_on_submit():
        with shown_on(form), transaction():
            _say(form, finding_id)
        if not form.errors:
            return _back(slug, found.visit_id)
    page = render_template(
        "observatory/finding.html", place=place, cycle=found.visit.cycle, finding=found, form=form,
        may_answer=may_answer, may_judge=may_judge, **NAMES,
    )  # fmt: skip
    return (page, 422) if form.errors else page


def _say(form: JudgeForm | FindingAnswerForm, finding_id: int) -> None:
    version, person, at = form.version.data, require_person(), utc_now()
    if isinstance(form, JudgeForm):
        visiting.judge_answer(
            finding_id, accepted=form.accepted.data == "yes", remark=form.remark.data or "", version=version, by=person,
            at=at,
        )  # fmt: skip
    else:
        visiting.answer_finding(finding_id, text=form.text.data or "", version=version, by=person, at=at)


def _back(slug: str, visit_id: int) -> Response:
    flash(_("저장했습니다. 모두가 볼 수 있습니다."))
    return redirect(url_for("observatory.visit", slug=slug, visit_id=visit_id), 303)
