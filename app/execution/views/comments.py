"""Pages of comments on the news of a project."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.db.session import transaction
from app.discussion.permissions import can_moderate, can_speak
from app.discussion.rules import REASON_NAMES, Reason
from app.execution.forms import CommentForm, HideForm
from app.execution.queries.comments import comment_of, update_of
from app.execution.services import comments
from app.execution.views.blueprint import Answer, blueprint
from app.people.login import require_allowed, require_person
from app.places.queries import place_by_slug
from app.web.forms import shown_on


@blueprint.route("/<slug:slug>/news/<int:update_id>/comment", methods=["GET", "POST"])
def comment(slug: str, update_id: int) -> Answer:
    """Say something to a piece of news."""
    person, place = require_person(), place_by_slug(slug)
    update = update_of(place, update_id)
    require_allowed(can_speak(person, place, utc_now()))
    form = CommentForm()
    if form.validate_on_submit():
        found = None
        with shown_on(form), transaction():
            found = comments.comment_on(update_id, text=form.text.data, once=form.token, by=person, at=utc_now())
        if found is not None and not form.errors:
            flash(_("댓글을 남겼습니다."))
            return _to(slug, update.project_id, found.id)
    page = render_template(
        "execution/comment.html", place=place, cycle=update.project.cycle, project=update.project, update=update,
        form=form,
    )  # fmt: skip
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/news/comments/<int:comment_id>/take-back")
def take_back_comment(slug: str, comment_id: int) -> Response:
    """Take one's own words back."""
    person = require_person()
    found = comment_of(place_by_slug(slug), comment_id)
    with transaction():
        comments.take_back_comment(comment_id, by=person, at=utc_now())
    flash(_("글을 거두었습니다."))
    return _to(slug, found.update.project_id, comment_id)


@blueprint.route("/<slug:slug>/news/comments/<int:comment_id>/moderate", methods=["GET", "POST"])
def moderate_comment(slug: str, comment_id: int) -> Answer:
    """Hide a comment for a published reason, or show it again."""
    person, place = require_person(), place_by_slug(slug)
    require_allowed(can_moderate(person, place, utc_now()))
    found = comment_of(place, comment_id)
    project = found.update.project
    form = HideForm()
    if found.hidden_at is not None:
        del form.reason, form.explanation
    if form.validate_on_submit():
        hides = "reason" in form
        with shown_on(form), transaction():
            comments.moderate_comment(
                comment_id,
                reason=Reason(form.reason.data) if hides else None,
                explanation=form.explanation.data or "" if hides else "",
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("정한 것을 공개 기록에 남겼습니다."))
            return _to(slug, project.id, comment_id)
    page = render_template(
        "execution/moderate.html", place=place, cycle=project.cycle, project=project, found=found, form=form,
        reasons=REASON_NAMES,
    )  # fmt: skip
    return (page, 422) if form.errors else page


def _to(slug: str, project_id: int, comment_id: int) -> Response:
    where = url_for("execution.project", slug=slug, project_id=project_id, _anchor=f"comment-{comment_id}")
    return redirect(where, 303)
