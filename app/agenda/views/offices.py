"""Pages of offices that are invited to meetings, and of what they do afterwards."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.agenda import permissions, queries
from app.agenda.forms.discovery import AnswerInvitationForm, FinishTaskForm, InviteOfficeForm, TaskForm
from app.agenda.models import VillageMeeting
from app.agenda.queries import around
from app.agenda.services import following_up, inviting
from app.agenda.views.blueprint import blueprint
from app.clock import kst_midnight, utc_now
from app.db.session import transaction
from app.people.login import require_allowed, require_person
from app.people.queries.people import department_reviewers
from app.places.models import Place
from app.places.queries import place_by_slug
from app.web.forms import shown_on

Answer = Response | str | tuple[str, int]


@blueprint.route("/<slug:slug>/meetings/<int:meeting_id>/offices", methods=["GET", "POST"])
def invite_office(slug: str, meeting_id: int) -> Answer:
    """Invite an office to a meeting."""
    person = require_person()
    place, meeting = _minuted(slug, meeting_id)
    at = utc_now()
    officers = {officer.id: officer for officer in department_reviewers(place, at)}
    form = InviteOfficeForm()
    form.officer.choices = [SelectChoice(officer.id, officer.public_name) for officer in officers.values()]
    if form.validate_on_submit():
        with shown_on(form), transaction():
            inviting.invite_office(
                meeting_id, office=form.office.data, officer=officers[form.officer.data], by=person, at=at
            )
        if not form.errors:
            flash(_("부서에 초대를 보냈습니다."))
            return redirect(url_for("agenda.meeting", slug=slug, meeting_id=meeting_id), 303)
    page = render_template("agenda/invite_office.html", place=place, cycle=meeting.cycle, meeting=meeting, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/meetings/invitations/<int:invitation_id>", methods=["GET", "POST"])
def invitation(slug: str, invitation_id: int) -> Answer:
    """Say whether the office comes."""
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    found = around.invitation_for(place, invitation_id, person)
    comes = None if found.comes is None else ("yes" if found.comes else "no")
    form = AnswerInvitationForm(version=found.version, comes=comes, text=found.answer)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            inviting.answer_invitation(
                invitation_id,
                comes=form.comes.data == "yes",
                text=form.text.data or "",
                version=form.version.data,
                by=person,
                at=at,
            )
        if not form.errors:
            flash(_("답을 보냈습니다. 고맙습니다."))
            return redirect(url_for("agenda.meeting", slug=slug, meeting_id=found.meeting_id), 303)
    page = render_template(
        "agenda/invitation.html",
        place=place,
        cycle=found.meeting.cycle,
        invitation=found,
        meeting=found.meeting,
        form=form,
        is_open=found.meeting.cancelled_at is None and found.meeting.starts_at > at,
    )
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/meetings/<int:meeting_id>/tasks/new", methods=["GET", "POST"])
def new_task(slug: str, meeting_id: int) -> Answer:
    """Write down what somebody will do after a meeting."""
    person = require_person()
    place, meeting = _minuted(slug, meeting_id)
    form = TaskForm()
    form.proposal.choices = [SelectChoice(0, _("모임 전체"))] + [
        SelectChoice(topic.proposal_id, topic.proposal.title) for topic in meeting.topics
    ]
    if form.validate_on_submit():
        with shown_on(form), transaction():
            following_up.note_task(
                meeting_id,
                text=form.text.data,
                unit=form.unit.data,
                proposal_id=form.proposal.data or None,
                due_at=kst_midnight(form.due_on.data + timedelta(days=1)),
                once=form.token,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("할 일을 적었습니다."))
            return redirect(url_for("agenda.meeting", slug=slug, meeting_id=meeting_id), 303)
    page = render_template("agenda/new_task.html", place=place, cycle=meeting.cycle, meeting=meeting, form=form)
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/meetings/<int:meeting_id>/tasks/<int:task_id>/done")
def finish_task(slug: str, meeting_id: int, task_id: int) -> Answer:
    """Say what came of a task."""
    person = require_person()
    place, meeting = _minuted(slug, meeting_id)
    form = FinishTaskForm(formdata=request.form)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            following_up.finish_task(
                task_id,
                meeting_id=meeting_id,
                result=form.result.data,
                version=form.version.data,
                by=person,
                at=utc_now(),
            )
    if form.errors:
        page = render_template(
            "agenda/finish_task.html", place=place, cycle=meeting.cycle, meeting=meeting, form=form, task_id=task_id
        )
        return page, 422
    flash(_("결과를 적었습니다."))
    return redirect(url_for("agenda.meeting", slug=slug, meeting_id=meeting_id), 303)


def _minuted(slug: str, meeting_id: int) -> tuple[Place, VillageMeeting]:
    person = require_person()
    place = place_by_slug(slug)
    meeting = queries.meeting_of(place, meeting_id)
    require_allowed(permissions.can_minute(person, meeting, utc_now()))
    return place, meeting
