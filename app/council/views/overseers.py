"""Page of those who watch over a draw: its committee and the witnesses."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.council import permissions
from app.council.forms.calls import WitnessForm, draw_committee_form
from app.council.queries import calls as queries
from app.council.rules.calls import CAPACITY_NAMES, RECOMMENDER_NAMES, Capacity, Recommender
from app.council.services import overseeing
from app.council.views.blueprint import blueprint
from app.cycle.queries import current_cycle
from app.db.session import transaction
from app.errors import InvalidInput
from app.i18n import N_
from app.people.login import require_allowed, require_person
from app.people.queries.sign_ins import person_of_contact
from app.places.queries import place_by_slug, setting
from app.web.forms import shown_on


@blueprint.route("/<slug:slug>/council/calls/<int:call_id>/overseers", methods=["GET", "POST"])
def overseers(slug: str, call_id: int) -> Response | str | tuple[str, int]:
    """Form the draw committee."""
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    require_allowed(permissions.can_run_council(person, place, at))
    call = queries.call_of(place, call_id)
    committee = queries.draw_committee(call)
    known = {
        f"{name}_{n}": value
        for n, row in enumerate(committee.members if committee else [])
        for name, value in (("name", row.name), ("organisation", row.organisation), ("by", row.recommended_by.value))
    }
    form = draw_committee_form(data=known)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            overseeing.form_draw_committee(
                call_id,
                [overseeing.Seat(row["name"], row["organisation"], Recommender(row["by"])) for row in form.seats()],
                by=person,
                at=at,
            )
        if not form.errors:
            flash(_("추첨관리위원을 정했습니다."))
            return redirect(url_for("council.overseers", slug=slug, call_id=call_id), 303)
    page = _page(slug, call_id, form, WitnessForm(formdata=None))
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/council/calls/<int:call_id>/witnesses")
def name_witness(slug: str, call_id: int) -> Response | tuple[str, int]:
    """Name a witness."""
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    require_allowed(permissions.can_run_council(person, place, at))
    queries.call_of(place, call_id)
    form = WitnessForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            account = person_of_contact(form.contact.data) if form.contact.data else None
            if form.contact.data and account is None:
                raise InvalidInput(N_("이 연락처로 만든 계정이 없습니다."), field="contact")
            overseeing.name_witness(
                call_id, name=form.name.data, capacity=Capacity(form.capacity.data), person=account, by=person, at=at
            )
        if not form.errors:
            flash(_("참관인을 정했습니다."))
            return redirect(url_for("council.overseers", slug=slug, call_id=call_id), 303)
    return _page(slug, call_id, draw_committee_form(formdata=None), form), 422


@blueprint.post("/<slug:slug>/council/calls/<int:call_id>/witnesses/<int:witness_id>/remove")
def remove_witness(slug: str, call_id: int, witness_id: int) -> Response:
    """Take a witness off."""
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(permissions.can_run_council(person, place, utc_now()))
    call = queries.call_of(place, call_id)
    require_allowed(any(row.id == witness_id for row in queries.witnesses(call)))
    with transaction():
        overseeing.remove_witness(witness_id, by=person, at=utc_now())
    flash(_("참관인을 뺐습니다."))
    return redirect(url_for("council.overseers", slug=slug, call_id=call_id), 303)


def _page(slug: str, call_id: int, form: object, witness_form: WitnessForm) -> str:
    place = place_by_slug(slug)
    call = queries.call_of(place, call_id)
    return render_template(
        "council/overseers.html",
        place=place,
        cycle=current_cycle(place),
        call=call,
        form=form,
        witness_form=witness_form,
        committee=queries.draw_committee(call),
        witnesses=queries.witnesses(call),
        most=setting(place, "council.draw_committee.size"),
        head=setting(place, "council.draw_committee.dong_head_max"),
        capacities=CAPACITY_NAMES,
        recommenders=RECOMMENDER_NAMES,
    )
