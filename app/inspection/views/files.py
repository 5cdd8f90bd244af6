"""Photos and documents of an opinion: added by who gave it, looked through by a clerk, handed back as downloads."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.db.session import transaction
from app.errors import NotFound
from app.files.serving import as_download
from app.i18n import N_
from app.inspection import permissions
from app.inspection.forms import OpinionFileForm
from app.inspection.queries import opinions as queries
from app.inspection.services import attaching
from app.inspection.views.blueprint import Answer, blueprint, entered
from app.inspection.views.saying import own
from app.people.login import current_person, require_person
from app.places.queries import place_by_slug
from app.web.forms import shown_on


@blueprint.route("/<slug:slug>/inspection/opinions/<int:opinion_id>/files", methods=["GET", "POST"])
def files(slug: str, opinion_id: int) -> Answer:
    """Add photos and documents to one's opinion, and take them away."""
    place = place_by_slug(slug)
    opinion = own(place, opinion_id)
    form = OpinionFileForm()
    if form.validate_on_submit():
        upload = form.file.data
        with shown_on(form), transaction():
            attaching.attach_file(
                opinion_id, name=upload.filename or "", content=upload.read(), text=form.text.data, by=require_person(),
                at=utc_now(),
            )  # fmt: skip
        if not form.errors:
            flash(_("파일을 더했습니다."))
            return redirect(url_for("inspection.files", slug=slug, opinion_id=opinion_id), 303)
    page = render_template(
        "inspection/files.html", place=place, cycle=opinion.plan_version.plan.cycle, opinion=opinion, form=form,
        most=attaching.MOST_FILES,
    )  # fmt: skip
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/inspection/opinions/<int:opinion_id>/files/<int:row_id>/remove")
def remove_file(slug: str, opinion_id: int, row_id: int) -> Response:
    """Take a file away."""
    own(place_by_slug(slug), opinion_id)
    with transaction():
        attaching.remove_file(opinion_id, row_id, by=require_person(), at=utc_now())
    flash(_("파일을 뺐습니다."))
    return redirect(url_for("inspection.files", slug=slug, opinion_id=opinion_id), 303)


@blueprint.post("/<slug:slug>/inspection/opinions/<int:opinion_id>/files/<int:row_id>/look")
def look_through(slug: str, opinion_id: int, row_id: int) -> Response:
    """Say whether everybody may have a file."""
    place, person = entered(slug, permissions.can_enter_for_others)
    opinion = queries.opinion_of(place, opinion_id)
    if row_id not in {row.id for row in opinion.files}:
        raise NotFound(N_("찾으시는 파일이 없습니다."))
    with transaction():
        attaching.look_through(row_id, is_public=request.form.get("public") == "yes", by=person, at=utc_now())
    flash(_("파일을 살펴보았다고 적었습니다."))
    return redirect(url_for("inspection.releases", slug=slug), 303)


@blueprint.get("/<slug:slug>/inspection/opinions/<int:opinion_id>/files/<int:row_id>")
def file(slug: str, opinion_id: int, row_id: int) -> Response:
    """Hand a file back as a download: to everybody once it is public, before to the staff and to who gave it."""
    place = place_by_slug(slug)
    opinion = queries.opinion_of(place, opinion_id)
    row = next((each for each in opinion.files if each.id == row_id), None)
    person = current_person()
    is_public = bool(row and row.is_public and opinion.released_at and not opinion.withdrawn_at)
    may = (
        is_public
        or permissions.can_change(person, opinion)
        or permissions.can_enter_for_others(person, place, utc_now())
    )
    if row is None or not may:
        raise NotFound(N_("찾으시는 파일이 없습니다."))
    return as_download(row.file)
