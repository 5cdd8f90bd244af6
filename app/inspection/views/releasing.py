"""Looking through opinions before they are published."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.db.session import transaction
from app.inspection import permissions
from app.inspection.forms import ReleaseForm, SeenForm
from app.inspection.queries import opinions as queries
from app.inspection.rules import masked, personal_traces
from app.inspection.services import releasing
from app.inspection.views.blueprint import NAMES, Answer, blueprint, entered, ids_of, inspected
from app.web.forms import shown_on

PER_PAGE = 50
"""How many opinions a clerk reads at one go."""


@blueprint.route("/<slug:slug>/inspection/releases", methods=["GET", "POST"])
def releases(slug: str) -> Answer:
    """Show the opinions that nobody has looked through, and publish those of them that hold nothing personal."""
    place, person = entered(slug, permissions.can_enter_for_others)
    cycle, version = inspected(place)
    form = SeenForm()
    if form.validate_on_submit():
        with transaction():
            count = releasing.release_clean(version, seen=ids_of(form.seen.data), by=person, at=utc_now())
        flash(_("의견 %(n)s건을 공개했습니다.", n=count))
        return redirect(url_for("inspection.releases", slug=slug), 303)
    waiting = [opinion for opinion in queries.opinions_on(version) if opinion.released_at is None]
    shown = waiting[:PER_PAGE]
    clean = [opinion for opinion in shown if not personal_traces(opinion.text)]
    form.seen.data = " ".join(f"o{opinion.id}" for opinion in clean)
    files = [row for opinion in queries.opinions_on(version) for row in opinion.files if row.is_public is None]
    return render_template(
        "inspection/releases.html", files=files[:PER_PAGE], waiting_files=len(files), place=place, cycle=cycle, waiting=len(waiting), opinions=shown, clean=clean,
        traces={opinion.id: personal_traces(opinion.text) for opinion in shown}, form=form, **NAMES,
    )  # fmt: skip


@blueprint.route("/<slug:slug>/inspection/releases/<int:opinion_id>", methods=["GET", "POST"])
def release(slug: str, opinion_id: int) -> Response | str | tuple[str, int]:
    """Publish one opinion, with personal data taken out."""
    place, person = entered(slug, permissions.can_enter_for_others)
    opinion = queries.opinion_of(place, opinion_id)
    form = ReleaseForm(version=opinion.version, public_text=opinion.public_text or masked(opinion.text))
    if form.validate_on_submit():
        with shown_on(form), transaction():
            releasing.release(
                opinion_id, public_text=form.public_text.data, version=form.version.data, by=person, at=utc_now()
            )
        if not form.errors:
            flash(_("의견을 공개했습니다. 원문은 담당자만 봅니다."))
            return redirect(url_for("inspection.releases", slug=slug), 303)
    page = render_template(
        "inspection/release.html", place=place, cycle=opinion.plan_version.plan.cycle, opinion=opinion, form=form,
        traces=personal_traces(opinion.text), **NAMES,
    )  # fmt: skip
    return (page, 422) if form.errors else page
