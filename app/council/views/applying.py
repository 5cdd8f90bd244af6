"""Pages of applying: the form with its rules, one's own application, objections."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.clock import utc_now
from app.council import permissions
from app.council.forms.calls import ApplicationForm, ObjectionForm
from app.council.models import OpenCall
from app.council.queries import calls as queries
from app.council.queries import eligibility, pool
from app.council.queries import people as people_queries
from app.council.rules.calls import Channel
from app.council.rules.eligibility import RULE_NAMES, Answers, Exclusion, unmet, waits
from app.council.services import applying, checking
from app.council.services.reindexing import identity_of
from app.council.views.blueprint import blueprint
from app.council.views.calls import NAMES, visible_call
from app.cycle.queries import current_cycle
from app.db.session import transaction
from app.errors import NotFound
from app.people.login import require_allowed, require_person
from app.people.models import Person
from app.people.queries.people import own_account
from app.people.rules import Basis, Sex
from app.places.models import Place
from app.places.queries import place_by_slug, setting
from app.web.forms import shown_on


@blueprint.route("/<slug:slug>/council/calls/<int:call_id>/apply", methods=["GET", "POST"])
def apply(slug: str, call_id: int) -> Response | str | tuple[str, int]:
    """Apply for a seat; the rules are checked and explained before anything is sent."""
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    found = visible_call(place, call_id, person, at)
    own = own_account(person, at)
    form = ApplicationForm(
        legal_name=own.legal_name,
        birth_date=own.birth_date,
        address=own.address,
        phone=next((contact.value for contact in own.contacts if contact.kind == "phone"), ""),
    )
    return _apply(place, found, form, Channel.ONLINE, person, at)


@blueprint.route("/<slug:slug>/council/calls/<int:call_id>/enter", methods=["GET", "POST"])
def enter(slug: str, call_id: int) -> Response | str | tuple[str, int]:
    """Type in an application that came on paper or by word of mouth."""
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    require_allowed(permissions.can_check_applications(person, place, at))
    return _apply(place, queries.call_of(place, call_id), ApplicationForm(), Channel.VISIT, person, at)


def _apply(
    place: Place, found: OpenCall, form: ApplicationForm, channel: Channel, person: Person, at: datetime
) -> Response | str | tuple[str, int]:
    form.track.choices = [SelectChoice(track.code, _l(track.name)) for track in found.tracks]
    form.area.choices = [SelectChoice("", _l("골라 주세요"))] + [SelectChoice(area, area) for area in found.areas]
    if len(found.tracks) == 1 and not form.track.data:
        form.track.data = found.tracks[0].code
    findings: list[Any] = []
    checking_only = "check" in request.form
    if form.validate_on_submit():
        given = _given(form, found)
        with shown_on(form):
            findings = eligibility.examine_answers(
                found, given.answers, born_on=given.birth_date,
                person=person if channel is Channel.ONLINE else None,
                identity=identity_of(given.legal_name, given.birth_date.isoformat()), at=at,
            )  # fmt: skip
        if not checking_only and not form.errors:
            made = None
            with shown_on(form), transaction():
                made = applying.apply(found.id, given, channel=channel, once=form.token, by=person, at=at)
            if made is not None and not form.errors:
                flash(_("지원서를 받았습니다. 접수 번호는 %(number)s번입니다.", number=made.number))
                if channel is Channel.VISIT:
                    return redirect(
                        url_for("council.check", slug=place.slug, call_id=found.id, application_id=made.id), 303
                    )
                return redirect(url_for("council.mine", slug=place.slug, call_id=found.id), 303)
    page = render_template(
        "council/apply.html",
        place=place,
        cycle=current_cycle(place),
        call=found,
        form=form,
        visit=channel is Channel.VISIT,
        findings=findings,
        failed=unmet(findings),
        waiting=waits(findings),
        bases=eligibility.bases_of_findings(place, findings),
        ordinance=eligibility.ordinance_of(place),
        mine=queries.own_application(found, person.id) if channel is Channel.ONLINE else None,
        is_open=found.is_open(at),
        rules=RULE_NAMES,
    )
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/council/calls/<int:call_id>/mine")
def mine(slug: str, call_id: int) -> str:
    """Show one's own application: every rule with its result and legal basis, the decision, the commitment."""
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    found = visible_call(place, call_id, person, at)
    application = queries.own_application(found, person.id)
    if application is None:
        raise NotFound(people_queries.NOTHING)
    findings = eligibility.examine_application(application, at)
    return render_template(
        "council/mine.html",
        place=place,
        cycle=current_cycle(place),
        call=found,
        application=application,
        own=queries.revealed(application),
        findings=findings,
        bases=eligibility.bases_of_findings(place, findings),
        papers=eligibility.needed_papers(application),
        objections=queries.shown_objections(application),
        identity=pool.identity_of_applicant(application),
        commitment=pool.commitment_to(application),
        track=next((track.name for track in found.tracks if track.code == application.track), application.track),
        **NAMES,
    )


@blueprint.post("/<slug:slug>/council/calls/<int:call_id>/mine/withdraw")
def withdraw(slug: str, call_id: int) -> Response:
    """Take one's own application back."""
    person = require_person()
    place = place_by_slug(slug)
    found = visible_call(place, call_id, person, utc_now())
    application = queries.own_application(found, person.id)
    if application is None:
        raise NotFound(people_queries.NOTHING)
    with transaction():
        applying.withdraw_application(application.id, by=person, at=utc_now())
    flash(_("지원을 거두었습니다."))
    return redirect(url_for("council.call", slug=slug, call_id=call_id), 303)


@blueprint.route("/<slug:slug>/council/calls/<int:call_id>/candidates/<number>/object", methods=["GET", "POST"])
def object_to(slug: str, call_id: int, number: str) -> Response | str | tuple[str, int]:
    """Object to what was decided about an application: one's own, or a candidate on the list."""
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    found = visible_call(place, call_id, person, at)
    application = queries.application_numbered(found, number, person)
    form = ObjectionForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            checking.object_to(application.id, text=form.text.data, once=form.token, by=person, at=at)
        if not form.errors:
            flash(_("이의를 받았습니다. 기한 안에 답합니다."))
            endpoint = "council.mine" if application.person_id == person.id else "council.call"
            return redirect(url_for(endpoint, slug=slug, call_id=call_id), 303)
    page = render_template(
        "council/object.html",
        place=place,
        cycle=current_cycle(place),
        call=found,
        application=application,
        own=application.person_id == person.id,
        days=setting(place, "council.objection_answer_days"),
        form=form,
    )
    return (page, 422) if form.errors else page


def _given(form: ApplicationForm, call: OpenCall) -> applying.ApplicationForm:
    return applying.ApplicationForm(
        track=form.track.data,
        organisation=form.organisation.data or "",
        legal_name=form.legal_name.data,
        birth_date=form.birth_date.data,
        phone=form.phone.data,
        address=form.address.data,
        sex=Sex(form.sex.data),
        area=form.area.data or "" if call.areas else "",
        answers=Answers(
            basis=Basis(form.basis.data),
            since=form.since.data,
            lives_in_municipality=not form.elsewhere.data,
            exclusions=frozenset(Exclusion(code) for code in form.exclusions.data or []),
            dismissed_on=form.dismissed_on.data,
        ),
        motive=form.motive.data or "",
    )
