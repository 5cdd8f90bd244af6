"""Pages of the council's people: members, officers, committees, statistics."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.clock import kst_date, utc_now
from app.council import permissions
from app.council.forms.people import (
    CommitteeForm,
    EndMemberForm,
    EnterMemberForm,
    FoundCouncilForm,
    JoinForm,
    NextTermForm,
    OfficeForm,
)
from app.council.queries import calls as call_queries
from app.council.queries import dismissals as dismissal_queries
from app.council.queries import meetings as meeting_queries
from app.council.queries import people as queries
from app.council.rules.meetings import MEETING_STATE_NAMES
from app.council.rules.membership import (
    COMMITTEE_ROLE_NAMES,
    LIST_STATE_NAMES,
    MEMBER_STATE_NAMES,
    OFFICE_NAMES,
    ORIGIN_NAMES,
    VACANCY_STATE_NAMES,
    EndReason,
    MemberState,
    Office,
)
from app.council.services import founding, organising, vacancies
from app.council.views.blueprint import blueprint
from app.cycle.queries import current_cycle
from app.db.session import transaction
from app.errors import InvalidInput, NotFound
from app.i18n import N_
from app.people.login import current_person, require_allowed, require_person
from app.people.queries.sign_ins import person_of_contact
from app.people.rules import Sex
from app.places.queries import place_by_slug, setting
from app.web.forms import shown_on

NAMES: dict[str, Any] = {
    "offices": OFFICE_NAMES,
    "origins": ORIGIN_NAMES,
    "member_states": MEMBER_STATE_NAMES,
    "committee_roles": COMMITTEE_ROLE_NAMES,
    "vacancy_states": VACANCY_STATE_NAMES,
    "list_states": LIST_STATE_NAMES,
    "meeting_states": MEETING_STATE_NAMES,
}


@blueprint.get("/<slug:slug>/council")
def people(slug: str) -> str:
    """Show who sits in the council, what it does, and how one comes into it."""
    place = place_by_slug(slug)
    at = utc_now()
    person = current_person()
    council = queries.council_of(place)
    term = queries.shown_term(council, kst_date(at)) if council else None
    members = queries.serving_members(term) if term else []
    return render_template(
        "council/people.html",
        place=place,
        cycle=current_cycle(place),
        council=council,
        term=term,
        members=members,
        officers=queries.officers_of(term) if term else [],
        committees=queries.committees_of(council) if council else [],
        statistics=queries.statistics(place, members) if members else None,
        vacancies=queries.vacancies_of(term) if term else [],
        lists=queries.lists_of(term) if term else [],
        next_lists=_coming_lists(council, term),
        meetings=meeting_queries.newest_meetings(place),
        call=call_queries.open_call(place, at),
        may_run=permissions.can_run_council(person, place, at),
        may_hold=permissions.can_hold_meetings(person, place, at),
        **NAMES,
    )


def _coming_lists(council: Any, term: Any) -> list[Any]:
    if council is None or term is None:
        return []
    later = [row for row in queries.terms_newest_first(council) if row.number > term.number]
    return [found for row in later for found in queries.lists_of(row)]


@blueprint.route("/<slug:slug>/council/found", methods=["GET", "POST"])
def found(slug: str) -> Response | str | tuple[str, int]:
    """Found the council."""
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(permissions.can_run_council(person, place, utc_now()))
    form = FoundCouncilForm(seats=setting(place, "council.size_min"))
    if form.validate_on_submit():
        with shown_on(form), transaction():
            founding.found_council(
                place,
                seats=form.seats.data,
                founded_on=form.founded_on.data,
                term_number=form.term_number.data,
                term_starts_on=form.term_starts_on.data,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("주민자치회를 등록했습니다."))
            return redirect(url_for("council.people", slug=slug), 303)
    page = render_template(
        "council/found.html",
        place=place,
        cycle=current_cycle(place),
        form=form,
        least=setting(place, "council.size_min"),
        most=setting(place, "council.size_max"),
        months=setting(place, "council.term_months"),
    )
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/council/next-term", methods=["GET", "POST"])
def next_term(slug: str) -> Response | str | tuple[str, int]:
    """Plan the next term."""
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(permissions.can_run_council(person, place, utc_now()))
    council = queries.require_council(place)
    form = NextTermForm(seats=council.seats)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            founding.plan_next_term(place, seats=form.seats.data, by=person, at=utc_now())
        if not form.errors:
            flash(_("다음 임기를 정했습니다."))
            return redirect(url_for("council.people", slug=slug), 303)
    page = render_template(
        "council/next_term.html",
        place=place,
        cycle=current_cycle(place),
        form=form,
        last=queries.terms_newest_first(council)[0],
        months=setting(place, "council.term_months"),
    )
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/council/members/new", methods=["GET", "POST"])
def enter_member(slug: str) -> Response | str | tuple[str, int]:
    """Enter a member who sits in the council already."""
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    require_allowed(permissions.can_run_council(person, place, at))
    term = queries.shown_term(queries.require_council(place), kst_date(at))
    form = EnterMemberForm()
    if term is not None and form.validate_on_submit():
        with shown_on(form), transaction():
            account = person_of_contact(form.contact.data) if form.contact.data else None
            if form.contact.data and account is None:
                raise InvalidInput(N_("이 연락처로 만든 계정이 없습니다."), field="contact")
            founding.enter_member(
                term,
                name=form.name.data,
                sex=Sex(form.sex.data) if form.sex.data else None,
                age_band=form.age_band.data or "",
                area=form.area.data or "",
                track=form.track.data or "",
                person=account,
                by=person,
                at=at,
            )
        if not form.errors:
            flash(_("위원을 적었습니다. 이어서 다음 위원을 적을 수 있습니다."))
            return redirect(url_for("council.enter_member", slug=slug), 303)
    page = render_template(
        "council/enter_member.html",
        place=place,
        cycle=current_cycle(place),
        form=form,
        term=term,
        members=queries.serving_members(term) if term else [],
    )
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/council/members/<int:member_id>")
def member(slug: str, member_id: int) -> str:
    """Show a member's public office."""
    place = place_by_slug(slug)
    found = queries.member_of(place, member_id)
    at = utc_now()
    person = current_person()
    may_run = permissions.can_run_council(person, place, at)
    public = found.state in {MemberState.SERVING, MemberState.ENDED}
    own = person is not None and found.person_id == person.id
    if not (public or may_run or own):
        raise NotFound(queries.NOTHING)  # who is only nominated is nobody's business yet
    return render_template(
        "council/member.html",
        place=place,
        cycle=current_cycle(place),
        member=found,
        own=own,
        held=[row for row in queries.officers_of(found.term) if row.member_id == found.id],
        committees=[
            (committee, row)
            for committee in queries.committees_of(found.term.council)
            for row in committee.members
            if row.member_id == found.id and row.left_at is None
        ],
        motion=dismissal_queries.pending_motion(found),
        may_run=may_run,
        may_hold=permissions.can_hold_meetings(person, place, at),
        may_propose=permissions.can_propose_dismissal(person, place, at) and not own,
        form=OfficeForm(formdata=None),
        end_form=EndMemberForm(formdata=None, version=found.version),
        **NAMES,
    )


@blueprint.route("/<slug:slug>/council/members/<int:member_id>/office", methods=["GET", "POST"])
def elect(slug: str, member_id: int) -> Response | str | tuple[str, int]:
    """Note that a member was chosen for an office."""
    person = require_person()
    place = place_by_slug(slug)
    found = queries.member_of(place, member_id)
    require_allowed(permissions.can_hold_meetings(person, place, utc_now()))
    form = OfficeForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            organising.elect_officer(
                member_id,
                Office(form.office.data),
                elected_on=form.elected_on.data,
                how=form.how.data or "",
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("맡은 일을 적었습니다."))
            return redirect(url_for("council.member", slug=slug, member_id=member_id), 303)
    page = render_template("council/elect.html", place=place, cycle=current_cycle(place), member=found, form=form)
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/council/offices/<int:officer_id>/end")
def end_office(slug: str, officer_id: int) -> Response:
    """Note that an office was laid down."""
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(permissions.can_hold_meetings(person, place, utc_now()))
    with transaction():
        organising.end_office(officer_id, by=person, at=utc_now())
    flash(_("맡은 일을 마친 것으로 적었습니다."))
    return redirect(url_for("council.people", slug=slug), 303)


@blueprint.route("/<slug:slug>/council/members/<int:member_id>/end", methods=["GET", "POST"])
def end_member(slug: str, member_id: int) -> Response | str | tuple[str, int]:
    """Note that a member has left."""
    person = require_person()
    place = place_by_slug(slug)
    found = queries.member_of(place, member_id)
    require_allowed(permissions.can_run_council(person, place, utc_now()))
    form = EndMemberForm(version=found.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            vacancies.end_membership(
                member_id, reason=EndReason(form.reason.data), version=form.version.data, by=person, at=utc_now()
            )
        if not form.errors:
            flash(_("위원의 활동이 끝난 것으로 적었습니다. 빈자리를 처리해 주세요."))
            return redirect(url_for("council.people", slug=slug), 303)
    page = render_template("council/end_member.html", place=place, cycle=current_cycle(place), member=found, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/council/committees/new", methods=["GET", "POST"])
def new_committee(slug: str) -> Response | str | tuple[str, int]:
    """Found a committee."""
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(permissions.can_hold_meetings(person, place, utc_now()))
    form = CommitteeForm()
    if form.validate_on_submit():
        made = None
        with shown_on(form), transaction():
            made = organising.found_committee(
                place, name=form.name.data, purpose=form.purpose.data or "", by=person, at=utc_now()
            )
        if made is not None and not form.errors:
            flash(_("분과를 만들었습니다. 위원을 넣어 주세요."))
            return redirect(url_for("council.committee", slug=slug, committee_id=made.id), 303)
    page = render_template("council/new_committee.html", place=place, cycle=current_cycle(place), form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/council/committees/<int:committee_id>", methods=["GET", "POST"])
def committee(slug: str, committee_id: int) -> Response | str | tuple[str, int]:
    """Show a committee; those who run it put members in."""
    place = place_by_slug(slug)
    found = queries.committee_of(place, committee_id)
    at = utc_now()
    person = current_person()
    may_hold = permissions.can_hold_meetings(person, place, at)
    living = [row for row in found.members if row.left_at is None]
    there = {row.member_id for row in living}
    term = queries.running_term(found.council, kst_date(at))
    serving = queries.serving_members(term) if term else []
    form = JoinForm()
    form.member.choices = [SelectChoice(row.id, row.name) for row in serving if row.id not in there]
    if form.is_submitted():
        by = require_person()
        require_allowed(may_hold)
        if form.validate():
            with shown_on(form), transaction():
                organising.join_committee(
                    committee_id, member_id=form.member.data, is_chair=form.is_chair.data, by=by, at=at
                )
            if not form.errors:
                flash(_("분과에 넣었습니다."))
                return redirect(url_for("council.committee", slug=slug, committee_id=committee_id), 303)
    page = render_template(
        "council/committee.html",
        place=place,
        cycle=current_cycle(place),
        committee=found,
        living=living,
        form=form,
        may_hold=may_hold,
        own=next((row for row in living if person is not None and row.person_id == person.id), None),
        is_member=person is not None and any(row.person_id == person.id for row in serving),
        **NAMES,
    )
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/council/committees/<int:committee_id>/<any(join, close):act>")
def act_on_committee(slug: str, committee_id: int, act: str) -> Response:
    """Join a committee as a resident, or close it."""
    person = require_person()
    place = place_by_slug(slug)
    found = queries.committee_of(place, committee_id)
    with transaction():
        if act == "join":
            organising.join_committee(committee_id, person=person, by=person, at=utc_now())
        else:
            organising.close_committee(committee_id, version=found.version, by=person, at=utc_now())
    flash(_("분과에 함께합니다. 회의에서 말씀하실 수 있습니다.") if act == "join" else _("분과를 닫았습니다."))
    if act == "close":
        return redirect(url_for("council.people", slug=slug), 303)
    return redirect(url_for("council.committee", slug=slug, committee_id=committee_id), 303)


@blueprint.post("/<slug:slug>/council/committees/<int:committee_id>/members/<int:row_id>/leave")
def leave_committee(slug: str, committee_id: int, row_id: int) -> Response:
    """Leave a committee, or take somebody out."""
    person = require_person()
    place = place_by_slug(slug)
    queries.committee_of(place, committee_id)
    with transaction():
        organising.leave_committee(row_id, by=person, at=utc_now())
    flash(_("분과에서 나갔습니다."))
    return redirect(url_for("council.committee", slug=slug, committee_id=committee_id), 303)
