"""The page of one project, its ledger and its news."""

from flask import render_template
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from app.clock import kst_date, utc_now
from app.db.session import transaction
from app.discussion.permissions import can_moderate, can_speak
from app.execution import permissions
from app.execution.forms import EvaluationForm, MilestoneForm, MoneyForm, TakeBackForm, UpdateForm
from app.execution.models import Evaluation, Project
from app.execution.queries import board
from app.execution.queries import evaluation as evaluations
from app.execution.queries.checking import check_ledgers
from app.execution.queries.comments import comments_on
from app.execution.rules.ledger import KIND_NAMES, EntryKind
from app.execution.rules.projects import OPEN_STATES, PhotoShows, ProjectState
from app.execution.services import evaluating, money, news, steps
from app.execution.services.money import BY_HAND, NewLine
from app.execution.views.blueprint import NAMES, Answer, back, blueprint, managed
from app.people.login import current_person, require_allowed, require_person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.plan.rules import FundSource
from app.web.forms import Form, shown_on


@blueprint.get("/<slug:slug>/projects/<int:project_id>")
def project(slug: str, project_id: int) -> str:
    """Show a project: how far it is, its steps, money, changes, news, and what people say."""
    place = place_by_slug(slug)
    return _page(place, board.project_of(place, project_id))


def _page(place: Place, found: Project, **forms: Form) -> str:
    at = utc_now()
    person = current_person()
    today = kst_date(at)
    is_open = found.state in OPEN_STATES
    updates = board.updates_of(found)
    own = evaluations.own_evaluation(found, person)
    context = {
        "milestone_form": MilestoneForm(formdata=None, version=found.version),
        "money_form": MoneyForm(formdata=None, happened_on=today, source=found.source.value, year=today.year),
        "take_back_form": _take_back_form(found),
        "update_form": UpdateForm(formdata=None),
        "evaluation_form": _evaluation_form(own),
        "has_evaluated": own is not None,
        **forms,
    }
    return render_template(
        "execution/project.html",
        place=place,
        cycle=found.cycle,
        project=found,
        balance=found.balance,
        purses=found.purses,
        ledger=check_ledgers([found]),
        updates=updates,
        pictures=board.pictures_of([found])[found.id],
        comments=comments_on(updates),
        can_speak=not found.is_archived and can_speak(person, place, at),
        can_moderate=can_moderate(person, place, at),
        heard=evaluations.heard_of([found])[found.id],
        council=evaluations.council_evaluation_of(found),
        indicators=evaluations.indicators_of(found),
        today=today,
        is_open=is_open,
        can_run=is_open and permissions.can_run(person, place, at),
        can_measure=permissions.can_run(person, place, at),
        can_report=not found.is_archived and permissions.can_report(person, place, at),
        can_evaluate=found.state is ProjectState.COMPLETED
        and not found.is_archived
        and permissions.can_evaluate(person),
        **context,
        **NAMES,
    )


def _take_back_form(found: Project) -> TakeBackForm:
    form = TakeBackForm(formdata=None)
    corrected = {entry.corrects for entry in found.entries}
    form.number.choices = [
        SelectChoice(entry.number, f"{entry.number}. {_(KIND_NAMES[entry.kind])} {entry.amount_won:,} {entry.memo}")
        for entry in found.entries
        if entry.number not in corrected and entry.kind in BY_HAND
    ]
    return form


def _evaluation_form(own: Evaluation | None) -> EvaluationForm:
    if own is None:
        return EvaluationForm(formdata=None)
    said = {question: str(rating) for question, rating in own.ratings.items()}
    return EvaluationForm(formdata=None, words=own.words, **said)


@blueprint.post("/<slug:slug>/projects/<int:project_id>/milestones")
def add_milestone(slug: str, project_id: int) -> Answer:
    """Promise a step."""
    place, found = managed(slug, project_id)
    form = MilestoneForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            steps.add_milestone(
                project_id,
                title=form.title.data,
                planned_on=form.planned_on.data,
                version=form.version.data,
                by=require_person(),
                at=utc_now(),
            )
    if form.errors:
        return _page(place, found, milestone_form=form), 422
    return back(slug, project_id, _("할 일을 더했습니다."))


@blueprint.post("/<slug:slug>/projects/<int:project_id>/money")
def enter_money(slug: str, project_id: int) -> Answer:
    """Enter a line of the ledger."""
    place, found = managed(slug, project_id)
    form = MoneyForm()
    if form.validate_on_submit():
        upload = form.document.data
        line = NewLine(
            EntryKind(form.kind.data),
            form.amount_won.data,
            form.happened_on.data,
            form.memo.data,
            source=FundSource(form.source.data),
            year=form.year.data,
            document_name=(upload.filename or "")[:120] if upload else "",
            document=upload.read() if upload else None,
        )
        with shown_on(form), transaction():
            money.enter_money(project_id, line, once=form.token, by=require_person(), at=utc_now())
    if form.errors:
        return _page(place, found, money_form=form), 422
    return back(slug, project_id, _("장부에 적었습니다."))


@blueprint.post("/<slug:slug>/projects/<int:project_id>/take-back")
def take_back(slug: str, project_id: int) -> Answer:
    """Take a wrong line of the ledger back."""
    place, found = managed(slug, project_id)
    form = TakeBackForm()
    form.number.choices = [SelectChoice(entry.number, str(entry.number)) for entry in found.entries]
    if form.validate_on_submit():
        with shown_on(form), transaction():
            money.take_back(
                project_id,
                number=form.number.data,
                memo=form.memo.data,
                once=form.token,
                by=require_person(),
                at=utc_now(),
            )
    if form.errors:
        return _page(place, found, take_back_form=form), 422
    return back(slug, project_id, _("바로잡았습니다. 두 줄이 모두 남습니다."))


@blueprint.post("/<slug:slug>/projects/<int:project_id>/updates")
def post_update(slug: str, project_id: int) -> Answer:
    """Post news."""
    person = require_person()
    place = place_by_slug(slug)
    found = board.project_of(place, project_id)
    require_allowed(permissions.can_report(person, place, utc_now()))
    form = UpdateForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            news.post_update(
                project_id,
                text=form.text.data,
                photo=form.photo.data.read() if form.photo.data else None,
                photo_text=form.photo_text.data or "",
                shows=PhotoShows(form.shows.data or PhotoShows.DURING),
                once=form.token,
                by=person,
                at=utc_now(),
            )
    if form.errors:
        return _page(place, found, update_form=form), 422
    return back(slug, project_id, _("소식을 올렸습니다."))


@blueprint.post("/<slug:slug>/projects/<int:project_id>/evaluations")
def evaluate(slug: str, project_id: int) -> Answer:
    """Rate a finished project."""
    person = require_person()
    place = place_by_slug(slug)
    found = board.project_of(place, project_id)
    form = EvaluationForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            evaluating.evaluate(project_id, ratings=form.ratings, words=form.words.data or "", by=person, at=utc_now())
    if form.errors:
        return _page(place, found, evaluation_form=form), 422
    return back(slug, project_id, _("평가해 주셔서 고맙습니다."))
