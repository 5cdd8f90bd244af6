"""Pages of writing a proposal with others."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.agenda import permissions, queries
from app.agenda.services import writing_together
from app.agenda.views.blueprint import blueprint
from app.clock import utc_now
from app.config import generate_token
from app.db.session import transaction
from app.errors import NotFound
from app.people.login import require_allowed, require_person
from app.places.queries import place_by_slug, setting
from app.web.forms import Form


@blueprint.route("/<slug:slug>/agenda/<int:proposal_id>/authors", methods=["GET", "POST"])
def authors(slug: str, proposal_id: int) -> Response | str:
    """Make the address that invites co-authors; it is shown once."""
    person = require_person()
    place = place_by_slug(slug)
    proposal = queries.visible_proposal(place, proposal_id, person)
    require_allowed(permissions.is_proposer(person, proposal))
    address = ""
    if request.method == "POST":
        word = generate_token()
        with transaction():
            writing_together.invite(proposal_id, word=word, by=person, at=utc_now())
        address = url_for("agenda.join", slug=slug, word=word, _external=True)
    return render_template(
        "agenda/authors.html",
        place=place,
        cycle=proposal.cycle,
        proposal=proposal,
        address=address,
        least=setting(place, "group.min_members"),
    )


@blueprint.route("/<slug:slug>/agenda/join/<word>", methods=["GET", "POST"])
def join(slug: str, word: str) -> Response | str:
    """Read what one is invited to write with others, and confirm."""
    person = require_person()
    place = place_by_slug(slug)
    proposal = writing_together.invited_to(word)
    if proposal.place_id != place.id:
        raise NotFound(writing_together.NO_INVITATION)
    form = Form()
    if form.validate_on_submit():
        with transaction():
            writing_together.confirm(word, by=person, at=utc_now())
        flash(_("함께 쓰는 사람이 되었습니다."))
        return redirect(url_for("agenda.show", slug=slug, proposal_id=proposal.id), 303)
    return render_template(
        "agenda/join.html",
        place=place,
        cycle=proposal.cycle,
        proposal=proposal,
        form=form,
        may=permissions.can_propose(person, place, utc_now()),
    )
