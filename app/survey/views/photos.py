"""Photos of a resource."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.cycle.queries import current_cycle
from app.db.session import transaction
from app.files.serving import as_picture
from app.people.login import current_person, require_allowed, require_person
from app.places.queries import place_by_slug
from app.planning_group.queries import is_member
from app.survey import permissions, queries
from app.survey.forms import PhotoForm
from app.survey.rules import ResourceState
from app.survey.services import picturing
from app.survey.views.blueprint import blueprint
from app.survey.views.resources import Answer
from app.web.forms import shown_on


@blueprint.route("/<slug:slug>/resources/<int:resource_id>/photos", methods=["GET", "POST"])
def photos(slug: str, resource_id: int) -> Answer:
    """Add photos and take them away."""
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    found = queries.visible_resource(place, resource_id, person, at)
    require_allowed(permissions.can_edit(person, found, at, in_group=is_member(place, person)))
    form = PhotoForm()
    if form.validate_on_submit():
        upload = form.file.data
        with shown_on(form), transaction():
            picturing.add_photo(
                resource_id, name=upload.filename or "", content=upload.read(), text=form.text.data, by=person, at=at
            )
        if not form.errors:
            flash(_("사진을 더했습니다."))
            return redirect(url_for("survey.photos", slug=slug, resource_id=resource_id), 303)
    page = render_template(
        "survey/photos.html", place=place, cycle=current_cycle(place), resource=found, form=form,
        most=picturing.MOST_PHOTOS,
    )  # fmt: skip
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/resources/<int:resource_id>/photos/<int:photo_id>/remove")
def remove_photo(slug: str, resource_id: int, photo_id: int) -> Response:
    """Take a photo away."""
    person = require_person()
    queries.visible_resource(place_by_slug(slug), resource_id, person, utc_now())
    with transaction():
        picturing.remove_photo(resource_id, photo_id, by=person, at=utc_now())
    flash(_("사진을 뺐습니다."))
    return redirect(url_for("survey.photos", slug=slug, resource_id=resource_id), 303)


@blueprint.get("/<slug:slug>/resources/<int:resource_id>/photos/<int:photo_id>.jpg")
def photo(slug: str, resource_id: int, photo_id: int) -> Response:
    """Show a photo, or its small copy."""
    found = queries.visible_resource(place_by_slug(slug), resource_id, current_person(), utc_now())
    row = queries.photo_of(found, photo_id)
    return as_picture(row.file, small="small" in request.args, is_public=found.state is ResourceState.PUBLIC)
