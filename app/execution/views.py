"""Pages of execution and evaluation."""

import csv
import io

from flask import Blueprint, flash, redirect, render_template, url_for
from flask import Response as FlaskResponse
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.clock import kst_date, utc_now
from app.config import generate_token
from app.cycle.years import shown_cycle
from app.db.session import transaction
from app.execution import permissions, queries
from app.execution.forms import (
    CancelForm,
    CompleteForm,
    EvaluationForm,
    FinishMilestoneForm,
    MilestoneForm,
    MoneyForm,
    MoveMilestoneForm,
    TakeBackForm,
    UpdateForm,
)
from app.execution.models import Project
from app.execution.rules import KIND_NAMES, STATE_NAMES, EntryKind, ProjectState
from app.execution.services import money, news, projects
from app.people.login import current_person, require_allowed, require_person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.web.forms import Form, shown_on

blueprint = Blueprint("execution", __name__)
NAMES = {"kinds": KIND_NAMES, "states": STATE_NAMES}
Answer = Response | str | tuple[str, int]


@blueprint.get("/<slug:slug>/projects")
def index(slug: str) -> str:
    """Show what is being done, where it stands and where the money is."""
    place = place_by_slug(slug)
    cycle = shown_cycle(place)
    today = kst_date(utc_now())
    rows = queries.projects_of(cycle, today) if cycle else []
    return render_template(
        "execution/index.html",
        place=place,
        cycle=cycle,
        rows=rows,
        total=queries.total(rows),
        timeline=queries.timeline_of(rows, today),
        **NAMES,
    )


@blueprint.get("/<slug:slug>/evaluation")
def evaluation(slug: str) -> str:
    """Show the finished projects and what residents say of them."""
    place = place_by_slug(slug)
    cycle = shown_cycle(place)
    rows = queries.projects_of(cycle, kst_date(utc_now())) if cycle else []
    finished = [row for row in rows if row.project.state is ProjectState.COMPLETED]
    return render_template(
        "execution/evaluation.html",
        place=place,
        cycle=cycle,
        rows=finished,
        ratings={row.project.id: queries.ratings_of(row.project) for row in finished},
        **NAMES,
    )


@blueprint.get("/<slug:slug>/projects/<int:project_id>")
def project(slug: str, project_id: int) -> str:
    """Show a project: steps, money, news, and what residents say."""
    place = place_by_slug(slug)
    return _page(place, queries.project_of(place, project_id))


def _page(place: Place, found: Project, **forms: Form) -> str:
    at = utc_now()
    person = current_person()
    today = kst_date(at)
    take_back = TakeBackForm(formdata=None, once=generate_token())
    corrected = {entry.corrects for entry in found.entries}
    take_back.number.choices = [
        SelectChoice(entry.number, f"{entry.number}. {_(KIND_NAMES[entry.kind])} {entry.amount_won:,} {entry.memo}")
        for entry in found.entries
        if entry.number not in corrected and entry.kind not in {EntryKind.CORRECTION, EntryKind.PLANNED}
    ]
    own = queries.own_evaluation(found, person)
    context = {
        "milestone_form": MilestoneForm(formdata=None, version=found.version),
        "money_form": MoneyForm(formdata=None, once=generate_token(), happened_on=today),
        "take_back_form": take_back,
        "update_form": UpdateForm(formdata=None, once=generate_token()),
        "complete_form": CompleteForm(formdata=None, version=found.version),
        "evaluation_form": EvaluationForm(
            formdata=None, rating=str(own.rating) if own else None, words=own.words if own else ""
        ),
        **forms,
    }
    running = found.state in {ProjectState.PLANNED, ProjectState.RUNNING}
    return render_template(
        "execution/project.html",
        place=place,
        cycle=found.cycle,
        project=found,
        balance=found.balance,
        updates=queries.updates_of(found),
        ratings=queries.ratings_of(found),
        today=today,
        running=running,
        can_run=running and permissions.can_run(person, place, at),
        can_report=not found.cycle.is_over and permissions.can_report(person, place, at),
        can_evaluate=found.state is ProjectState.COMPLETED
        and not found.cycle.is_over
        and permissions.can_evaluate(person, place),
        **context,
        **NAMES,
    )


@blueprint.post("/<slug:slug>/projects/<int:project_id>/milestones")
def add_milestone(slug: str, project_id: int) -> Answer:
    """Promise a step."""
    place, found = _managed(slug, project_id)
    form = MilestoneForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            projects.add_milestone(
                project_id,
                title=form.title.data,
                planned_on=form.planned_on.data,
                version=form.version.data,
                by=require_person(),
                at=utc_now(),
            )
    if form.errors:
        return _page(place, found, milestone_form=form), 422
    return _back(slug, project_id, _("할 일을 더했습니다."))


@blueprint.route("/<slug:slug>/milestones/<int:milestone_id>/<any(move, finish):act>", methods=["GET", "POST"])
def milestone(slug: str, milestone_id: int, act: str) -> Answer:
    """Move a step to another day, or note that it is done."""
    place = place_by_slug(slug)
    found = queries.milestone_of(place, milestone_id)
    require_allowed(permissions.can_run(require_person(), place, utc_now()))
    form = (
        MoveMilestoneForm(version=found.version, planned_on=found.planned_on)
        if act == "move"
        else FinishMilestoneForm(version=found.version, done_on=kst_date(utc_now()))
    )
    if form.validate_on_submit():
        with shown_on(form), transaction():
            if isinstance(form, MoveMilestoneForm):
                projects.move_milestone(
                    milestone_id,
                    planned_on=form.planned_on.data,
                    reason=form.reason.data,
                    version=form.version.data,
                    by=require_person(),
                    at=utc_now(),
                )
            else:
                projects.finish_milestone(
                    milestone_id,
                    done_on=form.done_on.data,
                    version=form.version.data,
                    by=require_person(),
                    at=utc_now(),
                )
        if not form.errors:
            return _back(slug, found.project_id, _("저장했습니다."))
    page = render_template(
        "execution/milestone.html", place=place, cycle=found.project.cycle, milestone=found, act=act, form=form
    )
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/projects/<int:project_id>/money")
def enter_money(slug: str, project_id: int) -> Answer:
    """Enter a line of the ledger."""
    place, found = _managed(slug, project_id)
    form = MoneyForm()
    if form.validate_on_submit():
        upload = form.document.data
        with shown_on(form), transaction():
            money.enter_money(
                project_id,
                kind=EntryKind(form.kind.data),
                amount_won=form.amount_won.data,
                happened_on=form.happened_on.data,
                memo=form.memo.data,
                document_name=(upload.filename or "")[:120] if upload else "",
                document=upload.read() if upload else None,
                once=form.once.data or generate_token(),
                by=require_person(),
                at=utc_now(),
            )
    if form.errors:
        return _page(place, found, money_form=form), 422
    return _back(slug, project_id, _("장부에 적었습니다."))


@blueprint.post("/<slug:slug>/projects/<int:project_id>/take-back")
def take_back(slug: str, project_id: int) -> Answer:
    """Take a wrong line of the ledger back."""
    place, found = _managed(slug, project_id)
    form = TakeBackForm()
    form.number.choices = [SelectChoice(entry.number, str(entry.number)) for entry in found.entries]
    if form.validate_on_submit():
        with shown_on(form), transaction():
            money.take_back(
                project_id,
                number=form.number.data,
                memo=form.memo.data,
                once=form.once.data or generate_token(),
                by=require_person(),
                at=utc_now(),
            )
    if form.errors:
        return _page(place, found, take_back_form=form), 422
    return _back(slug, project_id, _("바로잡았습니다. 두 줄이 모두 남습니다."))


@blueprint.post("/<slug:slug>/projects/<int:project_id>/updates")
def post_update(slug: str, project_id: int) -> Answer:
    """Post news."""
    person = require_person()
    place = place_by_slug(slug)
    found = queries.project_of(place, project_id)
    require_allowed(permissions.can_report(person, place, utc_now()))
    form = UpdateForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            news.post_update(
                project_id,
                text=form.text.data,
                photo=form.photo.data.read() if form.photo.data else None,
                photo_text=form.photo_text.data or "",
                once=form.once.data or generate_token(),
                by=person,
                at=utc_now(),
            )
    if form.errors:
        return _page(place, found, update_form=form), 422
    return _back(slug, project_id, _("소식을 올렸습니다."))


@blueprint.post("/<slug:slug>/projects/<int:project_id>/complete")
def complete(slug: str, project_id: int) -> Answer:
    """Complete a project."""
    place, found = _managed(slug, project_id)
    form = CompleteForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            projects.complete_project(project_id, version=form.version.data, by=require_person(), at=utc_now())
    if form.errors:
        return _page(place, found, complete_form=form), 422
    return _back(slug, project_id, _("사업을 마쳤습니다."))


@blueprint.route("/<slug:slug>/projects/<int:project_id>/cancel", methods=["GET", "POST"])
def cancel(slug: str, project_id: int) -> Answer:
    """Give a project up."""
    place, found = _managed(slug, project_id)
    form = CancelForm(version=found.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            projects.cancel_project(
                project_id, reason=form.reason.data, version=form.version.data, by=require_person(), at=utc_now()
            )
        if not form.errors:
            return _back(slug, project_id, _("까닭을 알리고 사업을 그만두었습니다."))
    page = render_template("execution/cancel.html", place=place, cycle=found.cycle, project=found, form=form)
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/projects/<int:project_id>/evaluations")
def evaluate(slug: str, project_id: int) -> Answer:
    """Rate a finished project."""
    person = require_person()
    place = place_by_slug(slug)
    found = queries.project_of(place, project_id)
    form = EvaluationForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            news.evaluate(
                project_id, rating=int(form.rating.data), words=form.words.data or "", by=person, at=utc_now()
            )
    if form.errors:
        return _page(place, found, evaluation_form=form), 422
    return _back(slug, project_id, _("평가해 주셔서 고맙습니다."))


@blueprint.get("/<slug:slug>/photos/<int:photo_id>.jpg")
def photo(slug: str, photo_id: int) -> Response:
    """Return a photo."""
    found = queries.photo_of(place_by_slug(slug), photo_id)
    headers = {"Cache-Control": "public, max-age=86400", "ETag": f'"{found.sha256}"'}
    return FlaskResponse(found.content, mimetype="image/jpeg", headers=headers)


@blueprint.get("/<slug:slug>/ledger.csv")
def ledger(slug: str) -> Response:
    """Return the ledger of the year as CSV (UTF-8 with BOM, for spreadsheets)."""
    place = place_by_slug(slug)
    cycle = shown_cycle(place)
    rows = queries.projects_of(cycle, kst_date(utc_now())) if cycle else []
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["project", "title", "number", "kind", "amount_won", "happened_on", "memo", "document_sha256", "hash"]
    )
    for row in rows:
        for entry in row.project.entries:
            writer.writerow(
                [row.project.id, _cell(row.project.title), entry.number, entry.kind.value, entry.amount_won,
                 entry.happened_on.isoformat(), _cell(entry.memo), entry.document_hash or "", entry.hash]
            )  # fmt: skip
    headers = {"Content-Disposition": f'attachment; filename="{place.slug}-ledger.csv"'}
    return FlaskResponse("\ufeff" + out.getvalue(), mimetype="text/csv", headers=headers)


def _cell(text: str) -> str:
    """Keep a spreadsheet from running a text as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _managed(slug: str, project_id: int) -> tuple[Place, Project]:
    place = place_by_slug(slug)
    require_allowed(permissions.can_run(require_person(), place, utc_now()))
    return place, queries.project_of(place, project_id)


def _back(slug: str, project_id: int, message: str) -> Response:
    flash(message)
    return redirect(url_for("execution.project", slug=slug, project_id=project_id), 303)
