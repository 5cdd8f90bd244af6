"""The page of a job: survives reload, works without JavaScript."""

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.db.session import get_or_not_found, transaction
from app.errors import NotFound
from app.i18n import N_
from app.jobs.models import Job
from app.jobs.permissions import can_see_job
from app.jobs.queries import progress_of
from app.jobs.services import try_again
from app.people.login import current_person
from app.places.models import Place

blueprint = Blueprint("jobs", __name__)


@blueprint.get("/jobs/<int:job_id>")
def show(job_id: int) -> str:
    """Show how far a job is; only the moving part when the page asks for it (``X-Fragment``)."""
    job = _visible_job(job_id)
    template = "jobs/_progress.html" if "X-Fragment" in request.headers else "jobs/show.html"
    return render_template(template, job=progress_of(job, at=utc_now()))


@blueprint.post("/jobs/<int:job_id>/retry")
def retry(job_id: int) -> Response:
    """Try a failed job again."""
    _visible_job(job_id)
    with transaction():
        try_again(job_id, at=utc_now())
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@blueprint.app_template_filter("duration_left")
def duration_left(left: timedelta) -> str:
    """Write roughly how long something still takes."""
    minutes = round(left / timedelta(minutes=1))
    if minutes < 1:
        return str(_("1분 안에 끝납니다."))
    if minutes < 60:  # noqa: PLR2004 - an hour
        return str(_("%(minutes)s분쯤 남았습니다.", minutes=minutes))
    return str(_("%(hours)s시간쯤 남았습니다.", hours=round(minutes / 60)))


def _visible_job(job_id: int) -> Job:
    job = get_or_not_found(Job, job_id)
    place = get_or_not_found(Place, job.place_id) if job.place_id is not None else None
    if not can_see_job(current_person(), job, place, utc_now()):
        # Whether a job exists is nobody else's business.
        raise NotFound(N_("찾으시는 것이 없습니다."))
    return job
