"""Pages of calls for proposals."""

from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.agenda import permissions
from app.agenda.forms.discovery import CallForm, CancelCallForm
from app.agenda.queries import around
from app.agenda.rules import FIELD_NAMES, STATE_NAMES, Field
from app.agenda.rules.calls import CallTerms
from app.agenda.services import calling
from app.agenda.views.blueprint import blueprint
from app.clock import kst_midnight, utc_now
from app.cycle.queries import require_current_cycle
from app.cycle.years import shown_cycle
from app.db.session import transaction
from app.people.login import current_person, require_allowed, require_person
from app.places.queries import place_by_slug, setting
from app.web.forms import shown_on

Answer = Response | str | tuple[str, int]


@blueprint.get("/<slug:slug>/agenda/calls")
def proposal_calls(slug: str) -> str:
    """Show the calls of a year."""
    place = place_by_slug(slug)
    cycle = shown_cycle(place)
    at = utc_now()
    return render_template(
        "agenda/calls.html",
        place=place,
        cycle=cycle,
        calls=around.calls_of(cycle) if cycle else [],
        may_call=cycle is not None and not cycle.is_over and permissions.can_call(current_person(), place, at),
    )


@blueprint.route("/<slug:slug>/agenda/calls/new", methods=["GET", "POST"])
def new_call(slug: str) -> Answer:
    """Announce a call."""
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    require_allowed(permissions.can_call(person, place, at))
    cycle = require_current_cycle(place)
    form = CallForm(max_won=setting(place, "pb.max_per_project"), per_person=setting(place, "call.per_person"))
    if form.validate_on_submit():
        terms = CallTerms(
            opens_at=kst_midnight(form.opens_on.data),
            closes_at=kst_midnight(form.closes_on.data + timedelta(days=1)),
            max_won=form.max_won.data,
            envelope_won=form.envelope_won.data or 0,
            per_person=form.per_person.data,
            only_groups=form.only_groups.data,
            fields=frozenset(Field(name) for name in form["fields"].data or []),
        )
        call = None
        with shown_on(form), transaction():
            call = calling.announce_call(
                cycle,
                calling.CallWords(form.title.data, form.text.data),
                terms,
                once=form.token,
                by=person,
                at=at,
            )
        if call is not None and not form.errors:
            flash(_("공모를 알렸습니다."))
            return redirect(url_for("agenda.proposal_call", slug=slug, call_id=call.id), 303)
    page = render_template("agenda/new_call.html", place=place, cycle=cycle, form=form)
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/agenda/calls/<int:call_id>")
def proposal_call(slug: str, call_id: int) -> str:
    """Show a call and what answers it."""
    place = place_by_slug(slug)
    found = around.call_of(place, call_id)
    at = utc_now()
    return render_template(
        "agenda/call_for_proposals.html",
        place=place,
        cycle=found.cycle,
        call=found,
        is_open=found.cancelled_at is None and found.terms.is_open(at),
        answers=around.answers_to(found),
        least=setting(place, "group.min_members"),
        may_cancel=found.cancelled_at is None
        and found.closes_at > at
        and permissions.can_call(current_person(), place, at),
        fields=FIELD_NAMES,
        field_of=Field,
        states=STATE_NAMES,
    )


@blueprint.route("/<slug:slug>/agenda/calls/<int:call_id>/cancel", methods=["GET", "POST"])
def cancel_call(slug: str, call_id: int) -> Answer:
    """Call a call off."""
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(permissions.can_call(person, place, utc_now()))
    found = around.call_of(place, call_id)
    form = CancelCallForm(version=found.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            calling.cancel_call(call_id, reason=form.reason.data, version=form.version.data, by=person, at=utc_now())
        if not form.errors:
            flash(_("공모를 취소했습니다."))
            return redirect(url_for("agenda.proposal_call", slug=slug, call_id=call_id), 303)
    page = render_template("agenda/cancel_call.html", place=place, cycle=found.cycle, call=found, form=form)
    return (page, 422) if form.errors else page
