"""One's own opinion: entered by a clerk, its receipt, changing it, taking it back, saying whether the answer helped."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import kst_date, utc_now
from app.db.session import transaction
from app.errors import NotFound
from app.i18n import N_
from app.inspection import permissions
from app.inspection.forms import EditOpinionForm, StaffOpinionForm
from app.inspection.models import Opinion
from app.inspection.queries import opinions as queries
from app.inspection.rules import Channel, Stance
from app.inspection.services import receiving
from app.inspection.services.attaching import MOST_FILES
from app.inspection.views.blueprint import NAMES, WHOLE_PLAN, Answer, blueprint, entered, inspected, with_sections
from app.people.login import require_person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.plan.queries import sections
from app.web.forms import shown_on


@blueprint.route("/<slug:slug>/inspection/enter", methods=["GET", "POST"])
def enter(slug: str) -> Answer:
    """Enter an opinion that came on paper, by mail or by word of mouth."""
    place, person = entered(slug, permissions.can_enter_for_others)
    cycle, version = inspected(place)
    form = with_sections(StaffOpinionForm(), version)
    if form.validate_on_submit():
        opinion = None
        with shown_on(form), transaction():
            opinion = receiving.submit_opinion(
                cycle,
                section=form.section.data or None,
                stance=Stance(form.stance.data),
                text=form.text.data,
                channel=Channel(form.channel.data),
                wants_notice=bool(form.contact.data),
                once=form.token,
                received_on=form.received_on.data,
                contact=form.contact.data or "",
                by=person,
                at=utc_now(),
            )
        if opinion is not None and not form.errors:
            return redirect(url_for("inspection.receipt", slug=slug, opinion_id=opinion.id), 303)
    if not form.is_submitted():
        form.received_on.data = kst_date(utc_now())
    page = render_template("inspection/enter.html", place=place, cycle=cycle, form=form)
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/inspection/opinions/<int:opinion_id>")
def receipt(slug: str, opinion_id: int) -> str:
    """Show the receipt of one's own opinion."""
    place = place_by_slug(slug)
    opinion = own(place, opinion_id)
    version = opinion.plan_version
    cycle, at = version.plan.cycle, utc_now()
    changeable = queries.is_receiving(cycle, at) or (opinion.late and queries.takes_late(cycle, at))
    return render_template(
        "inspection/receipt.html",
        place=place,
        cycle=cycle,
        opinion=opinion,
        answer=queries.public_answer(opinion, are_public=queries.answers_are_public(version)),
        sections={section.number: section for section in sections(version)},
        most_files=MOST_FILES,
        changeable=changeable and opinion.withdrawn_at is None,
        is_author=opinion.author_id == require_person().id,
        answers_due=queries.answers_due_at(cycle),
        **NAMES,
    )


@blueprint.route("/<slug:slug>/inspection/opinions/<int:opinion_id>/edit", methods=["GET", "POST"])
def edit(slug: str, opinion_id: int) -> Answer:
    """Change one's opinion."""
    place = place_by_slug(slug)
    opinion = own(place, opinion_id)
    form = with_sections(EditOpinionForm(obj=opinion, section=opinion.section or WHOLE_PLAN), opinion.plan_version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            receiving.edit_opinion(
                opinion_id,
                section=form.section.data or None,
                stance=Stance(form.stance.data),
                text=form.text.data,
                version=form.version.data,
                by=require_person(),
                at=utc_now(),
            )
        if not form.errors:
            flash(_("고친 의견을 저장했습니다. 접수번호는 그대로입니다."))
            return redirect(url_for("inspection.receipt", slug=slug, opinion_id=opinion_id), 303)
    page = render_template(
        "inspection/edit.html", place=place, cycle=opinion.plan_version.plan.cycle, opinion=opinion, form=form
    )
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/inspection/opinions/<int:opinion_id>/withdraw")
def withdraw(slug: str, opinion_id: int) -> Response:
    """Take one's opinion back."""
    own(place_by_slug(slug), opinion_id)
    with transaction():
        receiving.withdraw_opinion(opinion_id, by=require_person(), at=utc_now())
    flash(_("의견을 거두었습니다."))
    return redirect(url_for("inspection.show", slug=slug), 303)


@blueprint.post("/<slug:slug>/inspection/opinions/<int:opinion_id>/rate")
def rate(slug: str, opinion_id: int) -> Response:
    """Say whether the answer helped."""
    own(place_by_slug(slug), opinion_id)
    with transaction():
        receiving.rate_answer(
            opinion_id, helpful=request.form.get("helpful") == "yes", by=require_person(), at=utc_now()
        )
    flash(_("알려 주셔서 고맙습니다."))
    return redirect(url_for("inspection.receipt", slug=slug, opinion_id=opinion_id), 303)


def own(place: Place, opinion_id: int) -> Opinion:
    """Return an opinion that this person gave, or entered for somebody.

    Raises:
        NotFound: it is not theirs.
    """
    person = require_person()
    opinion = queries.opinion_of(place, opinion_id)
    if not permissions.can_change(person, opinion):
        raise NotFound(N_("찾으시는 의견이 없습니다."))
    return opinion
