"""The blueprint that the modules of pages fill, and what they share."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.discussion.rules import REASON_NAMES
from app.execution import permissions
from app.execution.models import Project
from app.execution.queries import board
from app.execution.rules.changes import CHANGE_KIND_NAMES, CHANGE_STATE_NAMES, DECIDER_NAMES
from app.execution.rules.ledger import KIND_NAMES
from app.execution.rules.projects import (
    HAND_OVER,
    PHOTO_NAMES,
    PROJECT_KIND_NAMES,
    QUESTIONS,
    RISK_LEVEL_NAMES,
    STATE_NAMES,
)
from app.people.login import require_allowed, require_person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.plan.rules import FUND_SOURCE_NAMES
from app.web.forms import Form

blueprint = Blueprint("execution", __name__)
Answer = Response | str | tuple[str, int]
NAMES = {
    "kinds": KIND_NAMES,
    "states": STATE_NAMES,
    "sources": FUND_SOURCE_NAMES,
    "project_kinds": PROJECT_KIND_NAMES,
    "risk_levels": RISK_LEVEL_NAMES,
    "change_kinds": CHANGE_KIND_NAMES,
    "change_states": CHANGE_STATE_NAMES,
    "deciders": DECIDER_NAMES,
    "hand_over_list": HAND_OVER,
    "questions": QUESTIONS,
    "reasons": REASON_NAMES,
    "photo_names": PHOTO_NAMES,
}


def managed(slug: str, project_id: int) -> tuple[Place, Project]:
    """Return a project for somebody who may run it.

    Raises:
        NotFound, NotAllowed: there is none here; not staff.
    """
    place = place_by_slug(slug)
    require_allowed(permissions.can_run(require_person(), place, utc_now()))
    return place, board.project_of(place, project_id)


def act_page(
    place: Place, project: Project, form: Form, *, title: str, lead: str, button: str, **more: object
) -> Answer:
    """Render the page of one act on a project: what it does, its form, a way back. 422 when it was refused."""
    page = render_template(
        "execution/act.html", place=place, cycle=project.cycle, project=project, form=form, title=title, lead=lead,
        button=button, **{"hints": {}, "skip": (), "danger": False, "upload": False, **more}, **NAMES,
    )  # fmt: skip
    return (page, 422) if form.errors else page


def back(slug: str, project_id: int, message: str) -> Response:
    """Say what was done and return to the project."""
    flash(message)
    return redirect(url_for("execution.project", slug=slug, project_id=project_id), 303)
