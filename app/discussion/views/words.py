"""Pages of arguments and comments."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.agenda.models import Proposal
from app.agenda.queries import visible_proposal
from app.clock import utc_now
from app.db.session import transaction
from app.discussion import permissions
from app.discussion.forms import ArgumentForm, CommentForm
from app.discussion.queries.words import discussion_of
from app.discussion.rules import Kind, Side, require_open
from app.discussion.services import words as services
from app.discussion.services.moderating import text_of
from app.discussion.views.blueprint import blueprint
from app.people.login import current_person, require_allowed, require_person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.web.forms import shown_on
from app.web.parameters import row_number


@blueprint.get("/<slug:slug>/agenda/<int:proposal_id>/discussion")
def show(slug: str, proposal_id: int) -> str:
    """Show everything that was said about an agenda."""
    place = place_by_slug(slug)
    person = current_person()
    proposal = visible_proposal(place, proposal_id, person)
    page = max(1, request.args.get("page", 1, type=int))
    return render_template(
        "discussion/show.html",
        place=place,
        cycle=proposal.cycle,
        proposal=proposal,
        discussion=discussion_of(proposal, person, utc_now(), whole=True, page=page),
    )


@blueprint.route("/<slug:slug>/agenda/<int:proposal_id>/arguments/new", methods=["GET", "POST"])
def add_argument(slug: str, proposal_id: int) -> Response | str | tuple[str, int]:
    """Put a thought into a column."""
    person = require_person()
    place, proposal = _speakable(slug, proposal_id)
    side = request.args.get("side", "")
    form = ArgumentForm(side=side if side in set(Side) else None)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.add_argument(
                proposal_id,
                side=Side(form.side.data),
                text=form.text.data,
                once=form.token,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("생각을 보탰습니다."))
            return redirect(url_for("agenda.show", slug=slug, proposal_id=proposal_id, _anchor="thoughts"), 303)
    page = render_template(
        "discussion/add_argument.html", place=place, cycle=proposal.cycle, proposal=proposal, form=form
    )
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/arguments/<int:argument_id>/<any(support, unsupport):act>")
def support(slug: str, argument_id: int, act: str) -> Response:
    """Support a thought, or take the support back."""
    person = require_person()
    argument = text_of(place_by_slug(slug), Kind.ARGUMENT, argument_id)
    with transaction():
        if act == "support":
            services.support_argument(argument_id, by=person, at=utc_now())
        else:
            services.take_support_back(argument_id, by=person, at=utc_now())
    endpoint = "discussion.show" if "whole" in request.form else "agenda.show"
    anchor = f"argument-{argument_id}"
    return redirect(url_for(endpoint, slug=slug, proposal_id=argument.proposal_id, _anchor=anchor), 303)


@blueprint.route("/<slug:slug>/agenda/<int:proposal_id>/comments/new", methods=["GET", "POST"])
def comment(slug: str, proposal_id: int) -> Response | str | tuple[str, int]:
    """Write a comment, or answer one."""
    person = require_person()
    place, proposal = _speakable(slug, proposal_id)
    form = CommentForm(answers=request.args.get("answers", ""))
    answers_id = row_number(form.answers.data)
    if form.validate_on_submit():
        found = None
        with shown_on(form), transaction():
            found = services.write_comment(
                proposal_id,
                text=form.text.data,
                answers_id=answers_id,
                once=form.token,
                by=person,
                at=utc_now(),
            )
        if found is not None and not form.errors:
            flash(_("댓글을 남겼습니다."))
            where = url_for("discussion.show", slug=slug, proposal_id=proposal_id, _anchor=f"comment-{found.id}")
            return redirect(where, 303)
    answered = text_of(place, Kind.COMMENT, answers_id) if answers_id is not None else None
    page = render_template(
        "discussion/comment.html",
        place=place,
        cycle=proposal.cycle,
        proposal=proposal,
        form=form,
        answered=answered if answered is not None and not answered.hidden_at and not answered.withdrawn_at else None,
    )
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/words/<any(argument, comment):kind>/<int:subject_id>/take-back")
def take_back(slug: str, kind: str, subject_id: int) -> Response:
    """Take one's own words back."""
    person = require_person()
    place = place_by_slug(slug)
    with transaction():
        text = text_of(place, Kind(kind), subject_id, lock=True)
        services.take_back(text, by=person, at=utc_now())
        proposal_id = text.proposal_id
    flash(_("글을 거두었습니다."))
    return redirect(url_for("discussion.show", slug=slug, proposal_id=proposal_id), 303)


def _speakable(slug: str, proposal_id: int) -> tuple[Place, Proposal]:
    place = place_by_slug(slug)
    person = require_person()
    proposal = visible_proposal(place, proposal_id, person)
    require_allowed(permissions.can_speak(person, place, utc_now()))
    require_open(proposal.state)
    return place, proposal
