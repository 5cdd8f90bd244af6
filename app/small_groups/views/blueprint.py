"""The blueprint that the modules of pages fill, and what they share."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.errors import NotFound
from app.people.login import require_allowed, require_person
from app.people.models import Person
from app.people.rules import ROLE_NAMES
from app.places.models import Place
from app.places.queries import place_by_slug
from app.plan.rules import FUND_SOURCE_NAMES
from app.small_groups.models import GroupApplication
from app.small_groups.permissions import can_check, can_read
from app.small_groups.queries.applications import NO_APPLICATION, application_of
from app.small_groups.rules.applications import CRITERION_NAMES, MARK_NAMES, MONTH_NAMES, STATE_NAMES
from app.small_groups.rules.objections import STANDING_NAMES
from app.small_groups.rules.reports import REPORT_STATE_NAMES
from app.small_groups.rules.rounds import PHASE_NAMES
from app.small_groups.services.loading import require_outside
from app.web.forms import Form

blueprint = Blueprint("small_groups", __name__)
Answer = Response | str | tuple[str, int]
NAMES = {
    "states": STATE_NAMES,
    "phases": PHASE_NAMES,
    "criteria": CRITERION_NAMES,
    "marks": MARK_NAMES,
    "month_names": MONTH_NAMES,
    "report_states": REPORT_STATE_NAMES,
    "sources": FUND_SOURCE_NAMES,
    "standings": STANDING_NAMES,
    "roles": ROLE_NAMES,
}
STATE_BADGES = {
    "draft": "warn", "submitted": "info", "withdrawn": "plain", "eligible": "info", "ineligible": "bad", "refused": "plain",
    "granted": "ok", "given_up": "plain", "settled": "ok", "reclaimed": "bad",
}  # fmt: skip


STANDING_BADGES = {
    "waiting": "info", "upheld": "warn", "decided": "ok", "dismissed": "plain", "lapsed": "plain",
}  # fmt: skip


def readable(slug: str, application_id: int) -> tuple[Place, GroupApplication, Person]:
    """Return an application for somebody who may read what is not public of it.

    Raises:
        SignInRequired: a guest.
        NotFound: there is none here that this person knows of.
    """
    person, place = require_person(), place_by_slug(slug)
    found = application_of(place, application_id)
    if not can_read(person, found, utc_now()):
        raise NotFound(NO_APPLICATION)
    return place, found, person


def for_staff(slug: str, application_id: int) -> tuple[Place, GroupApplication, Person]:
    """Return an application that was sent in for staff outside of the group.

    Raises:
        SignInRequired, NotAllowed, NotFound: a guest; not staff, or of the group; none here.
    """
    person, place = require_person(), place_by_slug(slug)
    require_allowed(can_check(person, place, utc_now()))
    found = application_of(place, application_id)
    if found.submitted_at is None:
        raise NotFound(NO_APPLICATION)
    require_outside(person, found)
    return place, found, person


def opened() -> bool:
    """Tell whether a page is only being opened: what may not be done now is refused before anybody fills it in.

    What is sent is refused by the service, with everything typed kept.
    """
    return request.method in {"GET", "HEAD"}


def act_page(place: Place, form: Form, *, application: GroupApplication, **texts: object) -> Answer:
    """Render the page of one act on an application: what it does, its form, a way back. 422 when it was refused."""
    page = render_template(
        "small_groups/act.html", place=place, cycle=application.round.cycle, application=application, form=form,
        **{"hints": {}, "upload": False, "danger": False, **texts}, **NAMES,
    )  # fmt: skip
    return (page, 422) if form.errors else page


def back(slug: str, application_id: int, message: str) -> Response:
    """Say what was done and return to the application."""
    flash(message)
    return redirect(url_for("small_groups.application", slug=slug, application_id=application_id), 303)
