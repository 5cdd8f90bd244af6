"""Pages of open calls: the call itself, its quotas, applying, one's own application, objections."""

from datetime import datetime, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import kst_date, kst_midnight, utc_now
from app.council import panels, permissions
from app.council.forms.calls import CallForm, EditCallForm, quota_form
from app.council.forms.people import VersionedReasonForm
from app.council.models import OpenCall
from app.council.queries import calls as queries
from app.council.queries import eligibility, pool
from app.council.queries import people as people_queries
from app.council.rules.calls import (
    APPLICATION_STATE_NAMES,
    CALL_KIND_NAMES,
    CALL_STATE_NAMES,
    DOCUMENT_NAMES,
    FEATURE_NAMES,
    OBJECTION_STATE_NAMES,
    CallKind,
    CallState,
)
from app.council.rules.eligibility import RULE_NAMES
from app.council.rules.quotas import read_quotas, write_quotas
from app.council.services import calling
from app.council.views.blueprint import blueprint
from app.cycle.queries import current_cycle
from app.db.session import transaction
from app.errors import NotFound
from app.people.login import current_person, require_allowed, require_person
from app.people.models import Person
from app.places.models import Place
from app.places.queries import place_by_slug, setting, setting_with_origin
from app.web.forms import shown_on

NAMES: dict[str, Any] = {
    "states": CALL_STATE_NAMES,
    "kinds": CALL_KIND_NAMES,
    "features": FEATURE_NAMES,
    "application_states": APPLICATION_STATE_NAMES,
    "objection_states": OBJECTION_STATE_NAMES,
    "rules": RULE_NAMES,
    "documents": DOCUMENT_NAMES,
}


def visible_call(place: Place, call_id: int, person: Person | None, at: datetime) -> OpenCall:
    """Return a call that this person may see: drafts are the staff's.

    Raises:
        NotFound: none of this number here, or not announced yet.
    """
    call = queries.call_of(place, call_id)
    if call.announced_at is None and not permissions.can_run_council(person, place, at):
        raise NotFound(people_queries.NOTHING)
    return call


@blueprint.get("/<slug:slug>/council/calls")
def calls(slug: str) -> str:
    """Show the calls for members."""
    place = place_by_slug(slug)
    person = current_person()
    may_run = permissions.can_run_council(person, place, utc_now())
    return render_template(
        "council/calls.html",
        place=place,
        cycle=current_cycle(place),
        calls=queries.calls_newest_first(place, drafts=may_run),
        may_run=may_run,
        has_council=people_queries.council_of(place) is not None,
        **NAMES,
    )


@blueprint.route("/<slug:slug>/council/calls/new", methods=["GET", "POST"])
def new_call(slug: str) -> Response | str | tuple[str, int]:
    """Plan a call."""
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    require_allowed(permissions.can_run_council(person, place, at))
    council = people_queries.require_council(place)
    today = kst_date(at)
    notice, objections = setting(place, "council.call_notice_days"), setting(place, "council.objection_days")
    form = CallForm(
        first_day=today + timedelta(days=1),
        last_day=today + timedelta(days=notice + 1),
        objections_last_day=today + timedelta(days=notice + 1 + objections),
    )
    if form.validate_on_submit():
        made = None
        with shown_on(form), transaction():
            kind = CallKind(form.kind.data)
            term = (
                people_queries.terms_newest_first(council)[0]
                if kind is CallKind.FULL
                else people_queries.shown_term(council, today)
            )
            if term is None:
                raise NotFound(people_queries.NOTHING)
            made = calling.plan_call(place, term, kind, _plan(form), once=form.token, by=person, at=at)
        if made is not None and not form.errors:
            flash(_("모집을 준비했습니다. 구성 비율을 확인하고 알려 주세요."))
            return redirect(url_for("council.call", slug=slug, call_id=made.id), 303)
    page = render_template(
        "council/new_call.html",
        place=place,
        cycle=current_cycle(place),
        form=form,
        terms=people_queries.terms_newest_first(council)[:2],
        notice=notice,
        objections=objections,
    )
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/council/calls/<int:call_id>")
def call(slug: str, call_id: int) -> str:
    """Show a call: seats, days, quotas, how far it has come, and what I can do."""
    place = place_by_slug(slug)
    person = current_person()
    at = utc_now()
    found = visible_call(place, call_id, person, at)
    may_run = permissions.can_run_council(person, place, at)
    return render_template(
        "council/call.html",
        place=place,
        cycle=current_cycle(place),
        call=found,
        funnel=queries.funnel(found),
        mine=queries.own_application(found, person.id) if person else None,
        is_open=found.is_open(at),
        ordinance=eligibility.ordinance_of(place),
        basis={
            key: setting_with_origin(place, key)
            for key in (
                "council.member_min_age",
                "council.tracks",
                "council.sex_max_share",
                "council.training_hours_new",
                "council.cooling_off_months",
            )
        },
        committee=queries.draw_committee(found),
        witnesses=queries.witnesses(found),
        blockers=calling.blockers(found, at) if may_run and found.state is CallState.ANNOUNCED else [],
        candidates=pool.candidates(found) if found.state is not CallState.DRAFT else (),
        panels=panels.call_panels(found, person, at),
        may_run=may_run,
        may_check=permissions.can_check_applications(person, place, at),
        **NAMES,
    )


@blueprint.route("/<slug:slug>/council/calls/<int:call_id>/edit", methods=["GET", "POST"])
def edit_call(slug: str, call_id: int) -> Response | str | tuple[str, int]:
    """Change a call that is not announced yet."""
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    require_allowed(permissions.can_run_council(person, place, at))
    found = queries.call_of(place, call_id)
    form = EditCallForm(
        version=found.version,
        title=found.title,
        text=found.text,
        first_day=kst_date(found.opens_at),
        last_day=kst_date(found.closes_at) - timedelta(days=1),
        objections_last_day=kst_date(found.objections_until) - timedelta(days=1),
        areas="\n".join(found.areas),
    )
    if form.validate_on_submit():
        with shown_on(form), transaction():
            calling.edit_call(call_id, _plan(form), version=form.version.data, by=person, at=at)
        if not form.errors:
            flash(_("모집을 고쳤습니다."))
            return redirect(url_for("council.call", slug=slug, call_id=call_id), 303)
    page = render_template("council/edit_call.html", place=place, cycle=current_cycle(place), call=found, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/council/calls/<int:call_id>/quotas", methods=["GET", "POST"])
def quotas(slug: str, call_id: int) -> Response | str | tuple[str, int]:
    """Set the quotas of a call and the seats of each track."""
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    require_allowed(permissions.can_run_council(person, place, at))
    found = queries.call_of(place, call_id)
    form = quota_form(
        [track.name for track in found.tracks],
        version=found.version,
        quotas=write_quotas(queries.quotas_of(found)),
        **{f"seats_{n}": track.seats for n, track in enumerate(found.tracks)},
    )
    if form.validate_on_submit():
        with shown_on(form), transaction():
            calling.set_quotas(
                call_id,
                read_quotas(form.quotas.data or "", seats=found.term.seats),
                track_seats=[form[f"seats_{n}"].data for n in range(len(found.tracks))],
                version=form.version.data,
                by=person,
                at=at,
            )
        if not form.errors:
            flash(_("구성 비율을 정했습니다."))
            return redirect(url_for("council.call", slug=slug, call_id=call_id), 303)
    page = render_template(
        "council/quotas.html", place=place, cycle=current_cycle(place), call=found, form=form, **NAMES
    )
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/council/calls/<int:call_id>/announce")
def announce(slug: str, call_id: int) -> Response:
    """Announce a call."""
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    require_allowed(permissions.can_run_council(person, place, at))
    found = queries.call_of(place, call_id)
    with transaction():
        calling.announce_call(call_id, version=request.form.get("version", found.version, type=int), by=person, at=at)
    flash(_("모집을 알렸습니다."))
    return redirect(url_for("council.call", slug=slug, call_id=call_id), 303)


@blueprint.route("/<slug:slug>/council/calls/<int:call_id>/cancel", methods=["GET", "POST"])
def cancel_call(slug: str, call_id: int) -> Response | str | tuple[str, int]:
    """Call a call off."""
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    require_allowed(permissions.can_run_council(person, place, at))
    found = queries.call_of(place, call_id)
    form = VersionedReasonForm(version=found.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            calling.cancel_call(call_id, reason=form.reason.data, version=form.version.data, by=person, at=at)
        if not form.errors:
            flash(_("모집을 취소했습니다."))
            return redirect(url_for("council.call", slug=slug, call_id=call_id), 303)
    page = render_template("council/cancel_call.html", place=place, cycle=current_cycle(place), call=found, form=form)
    return (page, 422) if form.errors else page


def _plan(form: CallForm) -> calling.CallPlan:
    day = timedelta(days=1)
    return calling.CallPlan(
        title=form.title.data,
        text=form.text.data or "",
        reference_on=form.first_day.data,
        opens_at=kst_midnight(form.first_day.data),
        closes_at=kst_midnight(form.last_day.data + day),
        objections_until=kst_midnight(form.objections_last_day.data + day),
        areas=form.area_names(),
    )
