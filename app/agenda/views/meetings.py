"""Pages of public meetings."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.agenda import panels, permissions, queries
from app.agenda.forms import MeetingForm, minutes_form_for
from app.agenda.models import Proposal
from app.agenda.queries import around
from app.agenda.rules import MEETING_NAMES, MeetingKind
from app.agenda.services import meeting as services
from app.agenda.views.blueprint import blueprint
from app.clock import kst_instant, utc_now
from app.cycle.models import Cycle
from app.cycle.queries import require_current_cycle
from app.cycle.years import shown_cycle
from app.db.session import transaction
from app.people.login import current_person, require_allowed, require_person
from app.people.models import Person
from app.people.permissions import is_staff
from app.places.elections.queries import guards_near
from app.places.elections.rules import Ground
from app.places.queries import place_by_slug
from app.web.forms import shown_on


def _topics(cycle: Cycle, person: Person | None, at: datetime) -> list[Proposal] | None:
    """Return what somebody may call a meeting about; None: they may call none."""
    manages = permissions.can_manage(person, cycle.place, at)
    living = queries.living_proposals(cycle) if person else []
    topics = living if manages else [proposal for proposal in living if permissions.is_author(person, proposal)]
    return topics if topics or manages else None


@blueprint.get("/<slug:slug>/meetings")
def meetings(slug: str) -> str:
    """Show a dong's public meetings."""
    place = place_by_slug(slug)
    cycle = shown_cycle(place)
    return render_template(
        "agenda/meetings.html",
        place=place,
        cycle=cycle,
        kinds=MEETING_NAMES,
        meetings=queries.meetings_newest_first(cycle) if cycle else [],
        may_call=cycle is not None and not cycle.is_over and _topics(cycle, current_person(), utc_now()) is not None,
    )


@blueprint.route("/<slug:slug>/meetings/new", methods=["GET", "POST"])
def call(slug: str) -> Response | str | tuple[str, int]:
    """Call a meeting."""
    person = require_person()
    place = place_by_slug(slug)
    cycle = require_current_cycle(place)
    at = utc_now()
    topics = _topics(cycle, person, at)
    require_allowed(topics is not None)
    choices = topics or []
    form = MeetingForm(proposals=[request.args.get("proposal", 0, type=int)])
    form.proposals.choices = [SelectChoice(p.id, p.title) for p in choices]
    if form.validate_on_submit():
        found = None
        with shown_on(form), transaction():
            found = services.call_meeting(
                place,
                cycle,
                [p for p in choices if p.id in form.proposals.data],
                kind=MeetingKind(form.kind.data),
                title=form.title.data,
                where=form.where.data,
                offices=form.offices.data or "",
                starts_at=kst_instant(form.starts_on.data, form.starts_time.data),
                election_ground=Ground(form.election_ground.data) if form.election_ground.data else None,
                once=form.token,
                by=person,
                at=at,
            )
        if found is not None and not form.errors:
            flash(_("마을 모임을 알렸습니다."))
            return redirect(url_for("agenda.meeting", slug=slug, meeting_id=found.id), 303)
    guards = guards_near(place, at) if is_staff(person, place, at) else []
    page = render_template("agenda/call_meeting.html", place=place, cycle=cycle, form=form, guards=guards)
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/meetings/<int:meeting_id>")
def meeting(slug: str, meeting_id: int) -> str:
    """Show a meeting, its topics and what came of them."""
    place = place_by_slug(slug)
    found = queries.meeting_of(place, meeting_id)
    return render_template(
        "agenda/meeting.html",
        place=place,
        cycle=found.cycle,
        meeting=found,
        kinds=MEETING_NAMES,
        invitations=around.invitations_to(found),
        tasks=around.tasks_of(found),
        panels=panels.meeting_panels(found, current_person(), utc_now()),
        may_minute=not found.cycle.is_over and permissions.can_minute(current_person(), found, utc_now()),
    )


@blueprint.route("/<slug:slug>/meetings/<int:meeting_id>/minutes", methods=["GET", "POST"])
def minute(slug: str, meeting_id: int) -> Response | str | tuple[str, int]:
    """Write down what came of a meeting."""
    person = require_person()
    place = place_by_slug(slug)
    found = queries.meeting_of(place, meeting_id)
    require_allowed(permissions.can_minute(person, found, utc_now()))
    form_class = minutes_form_for([(topic.id, topic.proposal.title) for topic in found.topics])
    written = {f"outcome_{topic.id}": topic.outcome for topic in found.topics}
    form = form_class(obj=found, data=written)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.minute_meeting(
                meeting_id,
                attendance=form.attendance.data,
                minutes=form.minutes.data,
                outcomes={topic.id: form[f"outcome_{topic.id}"].data for topic in found.topics},
                version=form.version.data,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("모임 결과를 알렸습니다."))
            return redirect(url_for("agenda.meeting", slug=slug, meeting_id=meeting_id), 303)
    page = render_template("agenda/minutes.html", place=place, cycle=found.cycle, meeting=found, form=form)
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/meetings/<int:meeting_id>/cancel")
def cancel_meeting(slug: str, meeting_id: int) -> Response:
    """Call a meeting off."""
    person = require_person()
    found = queries.meeting_of(place_by_slug(slug), meeting_id)
    with transaction():
        services.cancel_meeting(
            meeting_id, version=request.form.get("version", found.version, type=int), by=person, at=utc_now()
        )
    flash(_("모임을 취소했습니다."))
    return redirect(url_for("agenda.meeting", slug=slug, meeting_id=meeting_id), 303)
