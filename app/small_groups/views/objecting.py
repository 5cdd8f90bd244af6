"""Pages of objections: objecting, the receipt, answering, the new decision of the council."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app.assembly.objections.rules import Finding
from app.clock import kst_date, utc_now
from app.council.queries.people import council_of
from app.db.session import transaction
from app.errors import NotFound
from app.people.login import require_allowed, require_person
from app.people.models import Person
from app.places.models import Place
from app.places.queries import place_by_slug, setting_with_origin
from app.places.settings.process import GROUP_OBJECTION_DAYS
from app.privacy.sealing import reveal
from app.small_groups.forms import AnswerForm, NewDecisionForm, ObjectionForm
from app.small_groups.models import GrantObjection, GroupApplication
from app.small_groups.permissions import can_deliberate, is_in_group, is_leader
from app.small_groups.queries import applications as queries
from app.small_groups.queries.objections import left_for
from app.small_groups.queries.offices import is_free_to_answer, runs_rounds
from app.small_groups.queries.rounds import meetings_since, recusals_of
from app.small_groups.rules.objections import Standing
from app.small_groups.services import objecting, redeciding
from app.small_groups.services.deliberating import Sitting
from app.small_groups.views.blueprint import (
    NAMES,
    STANDING_BADGES,
    STATE_BADGES,
    Answer,
    blueprint,
    opened,
    readable,
)
from app.web.filters import short_day
from app.web.forms import Form, shown_on


@blueprint.route("/<slug:slug>/small-groups/applications/<int:application_id>/object", methods=["GET", "POST"])
def object_to_decision(slug: str, application_id: int) -> Answer:
    """Object to what was decided."""
    place, row, person = readable(slug, application_id)
    require_allowed(is_leader(person, row))
    if opened():
        objecting.require_may_object(row, utc_now())
    form = ObjectionForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            objecting.object_to_decision(application_id, body=form.body.data, once=form.token, by=person, at=utc_now())
        if not form.errors:
            flash(_("이의를 받았습니다."))
            return redirect(url_for("small_groups.objection", slug=slug, application_id=application_id), 303)
    page = render_template(
        "small_groups/object.html", place=place, cycle=row.round.cycle, application=row, round=row.round, form=form,
        objection=None, rule=setting_with_origin(place, GROUP_OBJECTION_DAYS.key), badges=STATE_BADGES, **NAMES,
    )  # fmt: skip
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/small-groups/applications/<int:application_id>/objection")
def objection(slug: str, application_id: int) -> str:
    """Show an objection with its words to the group, to staff and to the council."""
    _place, row, person = readable(slug, application_id)
    return _page("small_groups/objection.html", row, _objection_of(row), person)


@blueprint.route(
    "/<slug:slug>/small-groups/applications/<int:application_id>/objection/answer", methods=["GET", "POST"]
)
def answer_objection(slug: str, application_id: int) -> Answer:
    """Answer an objection."""
    _place, row, person = _for_runner(slug, application_id)
    found = _objection_of(row)
    if opened():
        objecting.require_answerable(row, person, utc_now())
    form = AnswerForm(version=found.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            objecting.answer_objection(
                application_id, finding=Finding(form.finding.data), answer=form.answer.data, version=form.version.data,
                by=person, at=utc_now(),
            )  # fmt: skip
        if not form.errors:
            flash(_("답을 공개했습니다."))
            return redirect(url_for("small_groups.objection", slug=slug, application_id=application_id), 303)
    page = _page("small_groups/answer_objection.html", row, found, person, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/small-groups/applications/<int:application_id>/decide", methods=["GET", "POST"])
def decide_anew(slug: str, application_id: int) -> Answer:
    """Write down what the council decided anew."""
    place, row, person = _for_runner(slug, application_id)
    found = _objection_of(row)
    if opened():
        redeciding.require_decidable(row, person, utc_now())
    form = NewDecisionForm(version=found.version)
    has_council = council_of(place) is not None
    since = found.answered_at or found.received_at
    meetings = meetings_since(place.id, since) if has_council else []
    named = [(meeting.id, f"{short_day(meeting.starts_at)} {meeting.title}") for meeting in meetings]
    form.ask(named if has_council else None)
    if form.validate_on_submit():
        sitting = Sitting(form.meeting.data or None, form.body.data or "", form.decided_on.data)
        with shown_on(form), transaction():
            redeciding.decide_anew(
                application_id, form.ruling, sitting, version=form.version.data, by=person, at=utc_now()
            )
        if not form.errors:
            flash(_("다시 정한 것을 적고 모임에 알렸습니다."))
            return redirect(url_for("small_groups.objection", slug=slug, application_id=application_id), 303)
    page = _page(
        "small_groups/decide_anew.html", row, found, person, form=form, has_council=has_council, meetings=meetings,
        left=left_for(row), confirmed=queries.confirmed_count(row),
    )  # fmt: skip
    return (page, 422) if form.errors else page


def _for_runner(slug: str, application_id: int) -> tuple[Place, GroupApplication, Person]:
    person, place = require_person(), place_by_slug(slug)
    require_allowed(runs_rounds(person, place, utc_now()))
    return place, queries.application_of(place, application_id), person


def _objection_of(row: GroupApplication) -> GrantObjection:
    if row.objection is None:
        raise NotFound(objecting.NO_OBJECTION)
    return row.objection


def _page(template: str, row: GroupApplication, found: GrantObjection, person: Person, **more: Form | object) -> str:
    at = utc_now()
    runs = runs_rounds(person, row.place, at) and not is_in_group(person, row)
    return render_template(
        template,
        place=row.place,
        cycle=row.round.cycle,
        application=row,
        round=row.round,
        objection=found,
        body=reveal(found, GrantObjection.body) or "",
        today=kst_date(at),
        is_late=found.standing is Standing.WAITING and at >= found.due_at,
        may={
            "answer": runs and found.standing is Standing.WAITING and is_free_to_answer(person, row, at),
            "decide": runs and found.standing is Standing.UPHELD,
            "stand_back": found.standing is Standing.UPHELD
            and can_deliberate(person, row.place, at)
            and all(each.person_id != person.id for each in recusals_of([row.id])[row.id]),
        },
        standing_badges=STANDING_BADGES,
        badges=STATE_BADGES,
        **NAMES,
        **more,
    )
