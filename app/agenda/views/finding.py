"""Pages about finding: what is alike while somebody types, and the words that mean the same."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.agenda import permissions
from app.agenda.forms import SynonymsForm
from app.agenda.queries import finding
from app.agenda.rules import STATE_NAMES, TITLE_MAX
from app.agenda.search import DEFAULT_SYNONYMS
from app.agenda.services.synonyms import keep_synonyms
from app.agenda.views.blueprint import blueprint
from app.clock import utc_now
from app.cycle.queries import current_cycle
from app.db.session import transaction
from app.people.login import current_person, require_allowed, require_person
from app.places.queries import place_by_slug
from app.web.forms import shown_on

SHORTEST = 4
"""So many letters are typed before anything is compared."""


@blueprint.get("/<slug:slug>/agenda/alike")
def alike(slug: str) -> str:
    """Show, as a fragment, which proposals say nearly the same as a title."""
    place = place_by_slug(slug)
    person = current_person()
    title = request.args.get("title", "").strip()[:TITLE_MAX]
    found = finding.alike(place, title, besides=person.id if person else None) if len(title) >= SHORTEST else []
    return render_template("agenda/_alike.html", place=place, alike=found, states=STATE_NAMES)


@blueprint.route("/<slug:slug>/synonyms", methods=["GET", "POST"])
def synonyms(slug: str) -> Response | str | tuple[str, int]:
    """Keep the table of words that mean the same."""
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    require_allowed(permissions.can_keep_synonyms(person, place, at))
    own = finding.own_table(place)
    in_force = "\n".join(" = ".join(group) for group in finding.synonyms_of(place).groups)
    form = SynonymsForm(words=own.words if own else in_force, version=own.version if own else 0)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            keep_synonyms(place, form.words.data or "", version=form.version.data, by=person, at=at)
        if not form.errors:
            flash(_("같은 뜻의 말을 저장했습니다. 바로 찾기에 쓰입니다."))
            return redirect(url_for("agenda.synonyms", slug=slug), 303)
    page = render_template(
        "agenda/synonyms.html",
        place=place,
        cycle=current_cycle(place),
        form=form,
        is_own=own is not None,
        defaults=DEFAULT_SYNONYMS,
    )
    return (page, 422) if form.errors else page
