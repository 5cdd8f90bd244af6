"""Pages of hiding a proposal and showing it again."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.agenda import permissions, queries
from app.agenda.forms.discovery import HideForm, ShowAgainForm
from app.agenda.rules.joining import HideReason
from app.agenda.services import moderating
from app.agenda.views.blueprint import blueprint
from app.clock import utc_now
from app.db.session import transaction
from app.people.login import require_allowed, require_person
from app.places.queries import place_by_slug
from app.web.forms import shown_on


@blueprint.route("/<slug:slug>/agenda/<int:proposal_id>/moderate", methods=["GET", "POST"])
def moderate(slug: str, proposal_id: int) -> Response | str | tuple[str, int]:
    """Hide a proposal for a published reason, or show it again."""
    person = require_person()
    place = place_by_slug(slug)
    proposal = queries.visible_proposal(place, proposal_id, person)
    at = utc_now()
    require_allowed(permissions.can_moderate(person, place, at))
    is_hidden = proposal.hidden_at is not None
    form = (ShowAgainForm if is_hidden else HideForm)(version=proposal.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            if isinstance(form, HideForm):
                moderating.hide_proposal(
                    proposal_id,
                    reason=HideReason(form.why.data),
                    note=form.note.data,
                    version=form.version.data,
                    by=person,
                    at=at,
                )
            else:
                moderating.show_again(proposal_id, note=form.note.data, version=form.version.data, by=person, at=at)
        if not form.errors:
            flash(_("의제를 다시 보였습니다.") if is_hidden else _("의제를 가리고 낸 사람에게 알렸습니다."))
            return redirect(url_for("agenda.show", slug=slug, proposal_id=proposal_id), 303)
    page = render_template(
        "agenda/moderate.html", place=place, cycle=proposal.cycle, proposal=proposal, form=form, is_hidden=is_hidden
    )
    return (page, 422) if form.errors else page
