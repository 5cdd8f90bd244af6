"""Pages of a proposal's files and photos."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.agenda import permissions, queries
from app.agenda.forms.discovery import FileForm
from app.agenda.models import Proposal, ProposalFile
from app.agenda.queries import around
from app.agenda.rules import PUBLIC_STATES
from app.agenda.services import attaching
from app.agenda.views.blueprint import blueprint
from app.clock import utc_now
from app.db.session import transaction
from app.errors import NotFound
from app.files.kinds import Sort
from app.files.serving import as_download, as_picture
from app.i18n import N_
from app.people.login import current_person, require_allowed, require_person
from app.places.queries import place_by_slug
from app.web.forms import shown_on


@blueprint.route("/<slug:slug>/agenda/<int:proposal_id>/files", methods=["GET", "POST"])
def files(slug: str, proposal_id: int) -> Response | str | tuple[str, int]:
    """Add photos and documents to a proposal, and take them away."""
    person = require_person()
    place = place_by_slug(slug)
    proposal = queries.visible_proposal(place, proposal_id, person)
    at = utc_now()
    require_allowed(permissions.can_attach(person, proposal, at))
    form = FileForm()
    if form.validate_on_submit():
        upload = form.file.data
        with shown_on(form), transaction():
            attaching.attach_file(
                proposal_id, name=upload.filename or "", content=upload.read(), text=form.text.data, by=person, at=at
            )
        if not form.errors:
            flash(_("파일을 더했습니다."))
            return redirect(url_for("agenda.files", slug=slug, proposal_id=proposal_id), 303)
    page = render_template(
        "agenda/files.html",
        place=place,
        cycle=proposal.cycle,
        proposal=proposal,
        form=form,
        files=around.files_of(proposal),
        most=attaching.MOST_FILES,
    )
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/agenda/<int:proposal_id>/files/<int:row_id>/remove")
def remove_file(slug: str, proposal_id: int, row_id: int) -> Response:
    """Take a file away."""
    person = require_person()
    queries.visible_proposal(place_by_slug(slug), proposal_id, person)
    with transaction():
        attaching.remove_file(proposal_id, row_id, by=person, at=utc_now())
    flash(_("파일을 뺐습니다."))
    return redirect(url_for("agenda.files", slug=slug, proposal_id=proposal_id), 303)


@blueprint.get("/<slug:slug>/agenda/<int:proposal_id>/files/<int:row_id>")
def file(slug: str, proposal_id: int, row_id: int) -> Response:
    """Hand a file back as a download."""
    _proposal, row = _readable(slug, proposal_id, row_id)
    return as_download(row.file)


@blueprint.get("/<slug:slug>/agenda/<int:proposal_id>/photos/<int:row_id>.jpg")
def photo(slug: str, proposal_id: int, row_id: int) -> Response:
    """Show a photo, or its small copy."""
    proposal, row = _readable(slug, proposal_id, row_id)
    if row.file.sort is not Sort.PICTURE:
        raise NotFound(N_("찾으시는 파일이 없습니다."))
    is_public = proposal.state in PUBLIC_STATES and proposal.hidden_at is None
    return as_picture(row.file, small="small" in request.args, is_public=is_public)


def _readable(slug: str, proposal_id: int, row_id: int) -> tuple[Proposal, ProposalFile]:
    place = place_by_slug(slug)
    person = current_person()
    proposal = queries.visible_proposal(place, proposal_id, person)
    may = (
        proposal.hidden_at is None
        or permissions.is_author(person, proposal)
        or permissions.can_moderate(person, place, utc_now())
    )
    if not may:
        raise NotFound(N_("찾으시는 파일이 없습니다."))
    return proposal, around.file_of(proposal, row_id)
