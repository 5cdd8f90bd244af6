"""Pages of lists to appoint, seats declined, empty seats, and renewals."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import kst_date, utc_now
from app.council import panels, permissions
from app.council.forms.people import AppointForm, ReasonForm
from app.council.queries import calls as call_queries
from app.council.queries import people as queries
from app.council.services import appointing, organising, vacancies
from app.council.views.blueprint import blueprint
from app.council.views.people import NAMES
from app.cycle.queries import current_cycle
from app.db.session import transaction
from app.errors import NotFound
from app.people.login import require_allowed, require_person
from app.places.queries import place_by_slug, setting
from app.web.forms import shown_on


@blueprint.route("/<slug:slug>/council/appointments/<int:list_id>", methods=["GET", "POST"])
def appointment(slug: str, list_id: int) -> Response | str | tuple[str, int]:
    """Show a list of people to appoint with its clocks; the head's staff appoint here."""
    person = require_person()
    place = place_by_slug(slug)
    found = queries.list_of(place, list_id)
    at = utc_now()
    may_run = permissions.can_run_council(person, place, at)
    may_appoint = permissions.can_appoint(person, place, at)
    require_allowed(may_run or may_appoint)
    form = AppointForm(version=found.version, starts_on=max(found.term.starts_on, kst_date(at)))
    if form.validate_on_submit():
        with shown_on(form), transaction():
            appointing.appoint(
                list_id, starts_on=form.starts_on.data, version=form.version.data, by=person, at=utc_now()
            )
        if not form.errors:
            flash(_("위촉했습니다. 이제 위원 명단을 공개해 주세요."))
            return redirect(url_for("council.appointment", slug=slug, list_id=list_id), 303)
    page = render_template(
        "council/appointment.html",
        place=place,
        cycle=current_cycle(place),
        list=found,
        form=form,
        may_send=permissions.can_check_applications(person, place, at),
        may_appoint=may_appoint,
        may_run=may_run,
        **NAMES,
    )
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/council/appointments/<int:list_id>/<any(send, publish):act>")
def act_on_list(slug: str, list_id: int, act: str) -> Response:
    """Send a list to the head, or publish who was appointed."""
    person = require_person()
    place = place_by_slug(slug)
    found = queries.list_of(place, list_id)
    service = appointing.send_list if act == "send" else appointing.publish_appointment
    with transaction():
        service(list_id, version=request.form.get("version", found.version, type=int), by=person, at=utc_now())
    flash(_("명단을 보냈습니다. 위촉 기한이 시작되었습니다.") if act == "send" else _("위촉한 위원을 공개했습니다."))
    return redirect(url_for("council.appointment", slug=slug, list_id=list_id), 303)


@blueprint.post("/<slug:slug>/council/members/<int:member_id>/decline")
def decline(slug: str, member_id: int) -> Response:
    """Give a seat back before the appointment."""
    person = require_person()
    place = place_by_slug(slug)
    member = queries.member_of(place, member_id)
    with transaction():
        appointing.decline_seat(member.id, by=person, at=utc_now())
    flash(_("위촉을 사양했습니다."))
    return redirect(url_for("council.people", slug=slug), 303)


@blueprint.route("/<slug:slug>/council/vacancies/<int:vacancy_id>", methods=["GET", "POST"])
def vacancy(slug: str, vacancy_id: int) -> Response | str | tuple[str, int]:
    """Show an empty seat and the reserves; leave it empty with a reason."""
    person = require_person()
    place = place_by_slug(slug)
    found = queries.vacancy_of(place, vacancy_id)
    at = utc_now()
    require_allowed(permissions.can_run_council(person, place, at) or permissions.can_appoint(person, place, at))
    form = ReasonForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            vacancies.leave_vacancy(vacancy_id, reason=form.reason.data, by=person, at=utc_now())
        if not form.errors:
            flash(_("빈자리를 채우지 않기로 적었습니다."))
            return redirect(url_for("council.people", slug=slug), 303)
    calls = [call for call in call_queries.calls_newest_first(place, drafts=False) if call.term_id == found.term_id]
    page = render_template(
        "council/vacancy.html",
        place=place,
        cycle=current_cycle(place),
        vacancy=found,
        reserves=[(call, call_queries.reserves(call)) for call in calls],
        panels=panels.vacancy_panels(found, person, at),
        form=form,
        least=setting(place, "council.vacancy_min_months"),
        **NAMES,
    )
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/council/renewals", methods=["GET", "POST"])
def renewals(slug: str) -> Response | str:
    """Choose who goes on into the next term without a draw."""
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    require_allowed(permissions.can_run_council(person, place, at))
    council = queries.require_council(place)
    terms = queries.terms_newest_first(council)
    if len(terms) < 2:
        raise NotFound(queries.NOTHING)
    following, term = terms[0], terms[1]
    if request.method == "POST":
        with transaction():
            made = organising.renew_members(term, following, request.form.getlist("member", type=int), by=person, at=at)
        flash(_("다음 임기의 명단을 만들었습니다."))
        return redirect(url_for("council.appointment", slug=slug, list_id=made.id), 303)
    return render_template(
        "council/renewals.html",
        place=place,
        cycle=current_cycle(place),
        term=term,
        following=following,
        rows=[(row, organising.why_not_renewed(row, term, kst_date(at))) for row in queries.serving_members(term)],
    )
