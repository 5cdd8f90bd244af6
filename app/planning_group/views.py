"""Pages of the planning group."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.clock import kst_date, utc_now
from app.cycle.queries import require_current_cycle
from app.cycle.years import shown_cycle
from app.db.session import get_or_not_found, transaction
from app.people.login import current_person, require_allowed, require_person
from app.places.models import Place
from app.places.queries import place_by_slug, setting
from app.planning_group import permissions, queries, services
from app.planning_group.forms import (
    ApplyForm,
    CallForm,
    CancelCallForm,
    DecideForm,
    EditCallForm,
    EditTeamForm,
    TeamForm,
)
from app.planning_group.models import GroupMember
from app.planning_group.rules import STATE_NAMES
from app.privacy.sealing import reveal
from app.web.forms import Form, shown_on

blueprint = Blueprint("planning_group", __name__)
Answer = Response | str | tuple[str, int]


@blueprint.get("/<slug:slug>/planning-group")
def show(slug: str) -> str:
    """Show the group of a year: the call, the members by public name, the sub-groups."""
    return _show(place_by_slug(slug), ApplyForm())


def _show(place: Place, form: Form) -> str:
    person, at = current_person(), utc_now()
    cycle = shown_cycle(place)
    mine = queries.membership_of(cycle, person) if cycle else None
    runs = permissions.can_run_group(person, place, at)
    who = setting(place, "planning_group.who")
    return render_template(
        "planning_group/show.html",
        place=place,
        cycle=cycle,
        form=form,
        call=queries.open_call(cycle, at) if cycle else None,
        calls=queries.calls_newest_first(cycle) if cycle else [],
        members=queries.members_page(cycle, page=max(1, request.args.get("page", 1, type=int))) if cycle else None,
        teams=queries.teams_of(cycle) if cycle else [],
        mine=mine,
        states=STATE_NAMES,
        may={
            "run": runs and cycle is not None and not cycle.is_over,
            "apply": permissions.can_apply(person, place, who=who)
            and (mine is None or mine.state not in {"applied", "member"}),
            "join": mine is not None and mine.state == "member" and cycle is not None and not cycle.is_over,
        },
        anyone=who == "anyone",
    )


@blueprint.post("/<slug:slug>/planning-group/<int:call_id>/apply")
def apply(slug: str, call_id: int) -> Answer:
    """Apply in the open call."""
    person = require_person()
    place = place_by_slug(slug)
    queries.call_of(place, call_id)
    form = ApplyForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.apply(call_id, motive=form.motive.data or "", by=person, at=utc_now())
        if not form.errors:
            flash(_("지원했습니다. 주민자치회가 살펴보고 알려 드립니다."))
            return redirect(url_for("planning_group.show", slug=slug), 303)
    return _show(place, form), 422


@blueprint.post("/<slug:slug>/planning-group/<any(leave, join):act>")
def act(slug: str, act: str) -> Response:
    """Take an application back, leave the group, or go into a sub-group."""
    person = require_person()
    cycle = require_current_cycle(place_by_slug(slug))
    with transaction():
        if act == "leave":
            services.leave(cycle, by=person, at=utc_now())
        else:
            services.join_team(request.form.get("team", type=int), cycle, by=person, at=utc_now())
    flash(_("그만두었습니다. 함께해 주셔서 고맙습니다.") if act == "leave" else _("모둠을 바꾸었습니다."))
    return redirect(url_for("planning_group.show", slug=slug), 303)


@blueprint.route("/<slug:slug>/planning-group/call", methods=["GET", "POST"])
def new_call(slug: str) -> Answer:
    """Call for members."""
    place = _run(slug)
    cycle = require_current_cycle(place)
    form = CallForm(first_day=kst_date(utc_now()), seats=100)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.announce_call(cycle, _words(form), once=form.token, by=require_person(), at=utc_now())
        if not form.errors:
            flash(_("단원 모집을 알렸습니다."))
            return redirect(url_for("planning_group.show", slug=slug), 303)
    page = render_template("planning_group/call.html", place=place, cycle=cycle, form=form, call=None)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/planning-group/<int:call_id>/edit", methods=["GET", "POST"])
def edit_call(slug: str, call_id: int) -> Answer:
    """Change a call."""
    place = _run(slug)
    call = queries.call_of(place, call_id)
    form = EditCallForm(
        version=call.version, title=call.title, text=call.text, seats=call.seats, first_day=kst_date(call.opens_at),
        last_day=kst_date(call.closes_at - call.closes_at.resolution),
    )  # fmt: skip
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.edit_call(call_id, _words(form), version=form.version.data, by=require_person(), at=utc_now())
        if not form.errors:
            flash(_("고친 글을 저장했습니다."))
            return redirect(url_for("planning_group.show", slug=slug), 303)
    page = render_template("planning_group/call.html", place=place, cycle=call.cycle, form=form, call=call)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/planning-group/<int:call_id>/cancel", methods=["GET", "POST"])
def cancel_call(slug: str, call_id: int) -> Answer:
    """Cancel a call."""
    place = _run(slug)
    call = queries.call_of(place, call_id)
    form = CancelCallForm(version=call.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.cancel_call(
                call_id, reason=form.reason.data, version=form.version.data, by=require_person(), at=utc_now()
            )
        if not form.errors:
            flash(_("모집을 취소했습니다."))
            return redirect(url_for("planning_group.show", slug=slug), 303)
    page = render_template("planning_group/cancel.html", place=place, cycle=call.cycle, form=form, call=call)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/planning-group/applications", methods=["GET", "POST"])
def applications(slug: str) -> Answer:
    """Take applicants in, or say why not."""
    place = _run(slug)
    cycle = require_current_cycle(place)
    form = DecideForm()
    if form.validate_on_submit():
        found = get_or_not_found(GroupMember, form.member.data)
        require_allowed(found.place_id == place.id)
        version, at = form.version.data, utc_now()
        refusing = "refuse" in request.form
        with shown_on(form), transaction():
            if refusing:
                services.refuse(found.id, reason=form.reason.data or "", version=version, by=require_person(), at=at)
            else:
                services.accept(found.id, version=version, by=require_person(), at=at)
        if not form.errors:
            flash(_("까닭을 알렸습니다.") if refusing else _("단원으로 받았습니다."))
            return redirect(url_for("planning_group.applications", slug=slug), 303)
    rows = queries.applicants(cycle)
    page = render_template(
        "planning_group/applications.html", place=place, cycle=cycle, form=form, rows=rows, me=require_person().id,
        motives={row.id: reveal(row, GroupMember.motive) or "" for row in rows}, members=queries.member_count(cycle),
    )  # fmt: skip
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/planning-group/teams/new", methods=["GET", "POST"])
def new_team(slug: str) -> Answer:
    """Make a sub-group."""
    place = _run(slug)
    cycle = require_current_cycle(place)
    form = TeamForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.make_team(
                cycle, name=form.name.data, topic=form.topic.data, once=form.token, by=require_person(), at=utc_now()
            )
        if not form.errors:
            flash(_("모둠을 만들었습니다."))
            return redirect(url_for("planning_group.show", slug=slug), 303)
    page = render_template("planning_group/team.html", place=place, cycle=cycle, form=form, team=None)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/planning-group/teams/<int:team_id>", methods=["GET", "POST"])
def edit_team(slug: str, team_id: int) -> Answer:
    """Change a sub-group, name who leads it, or close it."""
    place = _run(slug)
    team = queries.team_of(place, team_id)
    form = EditTeamForm(version=team.version, name=team.name, topic=team.topic, lead=team.lead_id or 0)
    form.lead.choices = [SelectChoice(0, _("아직 없음"))] + [
        SelectChoice(row.person_id, row.person.public_name) for row in queries.people_in(team)
    ]
    if form.validate_on_submit():
        closing, at = "close" in request.form, utc_now()
        with shown_on(form), transaction():
            if closing:
                services.close_team(team_id, version=form.version.data, by=require_person(), at=at)
            else:
                services.edit_team(
                    team_id, name=form.name.data, topic=form.topic.data, lead_id=form.lead.data or None,
                    version=form.version.data, by=require_person(), at=at,
                )  # fmt: skip
        if not form.errors:
            flash(_("모둠을 닫았습니다.") if closing else _("고친 글을 저장했습니다."))
            return redirect(url_for("planning_group.show", slug=slug), 303)
    page = render_template("planning_group/team.html", place=place, cycle=team.cycle, form=form, team=team)
    return (page, 422) if form.errors else page


def _run(slug: str) -> Place:
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(permissions.can_run_group(person, place, utc_now()))
    return place


def _words(form: CallForm) -> services.CallWords:
    opens_at, closes_at = form.period()
    return services.CallWords(form.title.data, form.text.data, form.seats.data, opens_at, closes_at)
