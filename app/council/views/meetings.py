"""Pages of meetings: the list, calling one, attendance and quorum, decisions, minutes."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.clock import kst_date, kst_instant, utc_now
from app.council import permissions
from app.council.forms.meetings import DecideItemForm, MinutesForm, PresentForm, RecusalForm, call_meeting_form
from app.council.forms.people import VersionedReasonForm
from app.council.models import CouncilMeeting, MeetingItem
from app.council.queries import dismissals as dismissal_queries
from app.council.queries import meetings as queries
from app.council.queries import people as people_queries
from app.council.rules.meetings import (
    DECIDED_BY_VOTE,
    ITEM_KIND_NAMES,
    MEETING_KIND_NAMES,
    MEETING_STATE_NAMES,
    METHOD_NAMES,
    OUTCOME_NAMES,
    RECUSAL_KIND_NAMES,
    ItemKind,
    MeetingKind,
    MeetingState,
    Method,
    Outcome,
    RecusalKind,
    Vote,
)
from app.council.services import deciding
from app.council.services import meetings as services
from app.council.views.blueprint import blueprint
from app.cycle.queries import current_cycle
from app.db.session import transaction
from app.errors import NotFound
from app.people.login import current_person, require_allowed, require_person
from app.people.models import Person
from app.places.models import Place
from app.places.queries import place_by_slug, setting_with_origin
from app.web.forms import shown_on

NAMES = {
    "states": MEETING_STATE_NAMES,
    "kinds": MEETING_KIND_NAMES,
    "item_kinds": ITEM_KIND_NAMES,
    "outcomes": OUTCOME_NAMES,
    "methods": METHOD_NAMES,
    "recusal_kinds": RECUSAL_KIND_NAMES,
}


@blueprint.get("/<slug:slug>/council/meetings")
def meetings(slug: str) -> str:
    """Show the meetings, newest first."""
    place = place_by_slug(slug)
    page = max(1, request.args.get("page", 1, type=int))
    rows, more = queries.meetings_page(place, page=page)
    return render_template(
        "council/meetings.html",
        place=place,
        cycle=current_cycle(place),
        meetings=rows,
        page=page,
        pages=page + more,
        may_hold=permissions.can_hold_meetings(current_person(), place, utc_now())
        and people_queries.council_of(place) is not None,
        **NAMES,
    )


@blueprint.route("/<slug:slug>/council/meetings/new", methods=["GET", "POST"])
def call_meeting(slug: str) -> Response | str | tuple[str, int]:
    """Call a meeting with its agenda."""
    person = require_person()
    place = place_by_slug(slug)
    at = utc_now()
    require_allowed(permissions.can_hold_meetings(person, place, at))
    council = people_queries.require_council(place)
    term = people_queries.running_term(council, kst_date(at))
    if term is None:
        raise NotFound(people_queries.NO_COUNCIL)
    motions = dismissal_queries.motions_to_table(place)
    form = call_meeting_form(
        [(motion.id, _("해촉: %(name)s 위원", name=motion.member.name)) for motion in motions],
        body=request.args.get("committee", 0, type=int),
    )
    committees = people_queries.committees_of(council)
    form.body.choices = [SelectChoice(0, _l("주민자치회 전체"))] + [
        SelectChoice(row.id, row.name) for row in committees
    ]
    if form.validate_on_submit():
        made = None
        with shown_on(form), transaction():
            made = services.call_meeting(
                term,
                next((row for row in committees if row.id == form.body.data), None),
                kind=MeetingKind(form.kind.data),
                title=form.title.data,
                where=form.where.data,
                is_online=form.is_online.data,
                starts_at=kst_instant(form.starts_on.data, form.starts_time.data),
                items=[_item(row) for row in form.planned()],
                once=form.token,
                by=person,
                at=at,
            )
        if made is not None and not form.errors:
            flash(_("회의를 알렸습니다."))
            return redirect(url_for("council.meeting", slug=slug, meeting_id=made.id), 303)
    page = render_template("council/call_meeting.html", place=place, cycle=current_cycle(place), form=form)
    return (page, 422) if form.errors else page


def _item(row: dict[str, str]) -> services.ItemPlan:
    kind, _sep, motion = row["type"].partition(":")
    if kind == "motion":
        return services.ItemPlan(row["item"], row["text"], ItemKind.DISMISSAL, int(motion))
    return services.ItemPlan(row["item"], row["text"], ItemKind(kind))


@blueprint.get("/<slug:slug>/council/meetings/<int:meeting_id>")
def meeting(slug: str, meeting_id: int) -> str:
    """Show a meeting: agenda, quorum, decisions, minutes."""
    place = place_by_slug(slug)
    found = queries.meeting_of(place, meeting_id)
    rows = queries.attendances_of(found)
    may_hold = permissions.can_hold_meetings(current_person(), place, utc_now())
    return render_template(
        "council/meeting.html",
        place=place,
        cycle=current_cycle(place),
        meeting=found,
        rows=rows,
        quorum=queries.quorum_of_meeting(found, rows),
        voters={item.id: queries.voters_on(item, found, rows) for item in found.items},
        legal=setting_with_origin(place, "council.meeting.quorum"),
        may_hold=may_hold,
        **NAMES,
    )


@blueprint.route("/<slug:slug>/council/meetings/<int:meeting_id>/attendance", methods=["GET", "POST"])
def present(slug: str, meeting_id: int) -> Response | str | tuple[str, int]:
    """Note who is there."""
    person, place, found = _held(slug, meeting_id)
    rows = queries.attendances_of(found)
    form = PresentForm(version=found.version, present=[row.id for row in rows if row.is_present])
    form.present.choices = [SelectChoice(row.id, row.name) for row in rows]
    if form.is_submitted() and "begin" in request.form:
        with transaction():
            services.note_present(meeting_id, {}, version=found.version, by=person, at=utc_now())
        return redirect(url_for("council.present", slug=slug, meeting_id=meeting_id), 303)
    if form.validate_on_submit():
        here = set(form.present.data or [])
        with shown_on(form), transaction():
            services.note_present(
                meeting_id, {row.id: row.id in here for row in rows}, version=form.version.data, by=person, at=utc_now()
            )
        if not form.errors:
            flash(_("출석을 적었습니다."))
            return redirect(url_for("council.meeting", slug=slug, meeting_id=meeting_id), 303)
    page = render_template(
        "council/present.html",
        place=place,
        cycle=current_cycle(place),
        meeting=found,
        rows=rows,
        is_ready=bool(rows),
        quorum=queries.quorum_of_meeting(found, rows),
        form=form,
    )
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/council/meetings/<int:meeting_id>/<any(open, fail, close):act>")
def act_on_meeting(slug: str, meeting_id: int, act: str) -> Response:
    """Open or close a meeting, or note that too few came."""
    person, _place, found = _held(slug, meeting_id)
    service = {"open": services.open_meeting, "fail": services.fail_meeting, "close": services.close_meeting}[act]
    with transaction():
        service(meeting_id, version=request.form.get("version", found.version, type=int), by=person, at=utc_now())
    flash(
        {
            "open": _("회의를 열었습니다."),
            "fail": _("모자라 열지 못한 것으로 적었습니다."),
            "close": _("회의를 마쳤습니다. 회의록을 써 주세요."),
        }[act]
    )
    return redirect(url_for("council.meeting", slug=slug, meeting_id=meeting_id), 303)


@blueprint.route("/<slug:slug>/council/meetings/<int:meeting_id>/cancel", methods=["GET", "POST"])
def cancel_meeting(slug: str, meeting_id: int) -> Response | str | tuple[str, int]:
    """Call a meeting off."""
    person, place, found = _held(slug, meeting_id)
    form = VersionedReasonForm(version=found.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.cancel_meeting(
                meeting_id, reason=form.reason.data, version=form.version.data, by=person, at=utc_now()
            )
        if not form.errors:
            flash(_("회의를 취소했습니다."))
            return redirect(url_for("council.meeting", slug=slug, meeting_id=meeting_id), 303)
    page = render_template(
        "council/cancel_meeting.html", place=place, cycle=current_cycle(place), meeting=found, form=form
    )
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/council/meetings/<int:meeting_id>/items/<int:number>", methods=["GET", "POST"])
def decide(slug: str, meeting_id: int, number: int) -> Response | str | tuple[str, int]:
    """Write down what came of an item."""
    person, place, found = _held(slug, meeting_id)
    item = queries.item_of(found, number)
    form = DecideItemForm()
    votes = item.kind in DECIDED_BY_VOTE
    form.outcome.choices = [SelectChoice("vote", _l("표를 세었습니다"))] if votes else [
        SelectChoice(Outcome.NOTED.value, _l(OUTCOME_NAMES[Outcome.NOTED]))
    ]  # fmt: skip
    form.outcome.choices.append(SelectChoice(Outcome.DEFERRED.value, _l(OUTCOME_NAMES[Outcome.DEFERRED])))
    if form.validate_on_submit():
        counted = form.outcome.data == "vote"
        with shown_on(form), transaction():
            deciding.decide_item(
                item.id,
                text=form.text.data,
                outcome=None if counted else Outcome(form.outcome.data),
                method=Method(form.method.data) if counted else None,
                vote=Vote(form.yes.data or 0, form.no.data or 0, form.abstained.data or 0) if counted else None,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("정한 것을 적었습니다."))
            return redirect(url_for("council.meeting", slug=slug, meeting_id=meeting_id), 303)
    page = _item_page(place, found, item, form, _recusal_form(found, item, filled=False))
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/council/meetings/<int:meeting_id>/items/<int:number>/recuse")
def recuse(slug: str, meeting_id: int, number: int) -> Response | tuple[str, int]:
    """Note that a member does not decide on an item."""
    person, place, found = _held(slug, meeting_id)
    item = queries.item_of(found, number)
    form = _recusal_form(found, item, filled=True)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            deciding.recuse(
                item.id, form.member.data, kind=RecusalKind(form.kind.data), reason=form.reason.data, by=person,
                at=utc_now(),
            )  # fmt: skip
        if not form.errors:
            flash(_("안건에서 빠진 것으로 적었습니다."))
            return redirect(url_for("council.decide", slug=slug, meeting_id=meeting_id, number=number), 303)
    empty = DecideItemForm(formdata=None)
    empty.outcome.choices = [SelectChoice("vote", _l("표를 세었습니다"))]
    return _item_page(place, found, item, empty, form), 422


@blueprint.route("/<slug:slug>/council/meetings/<int:meeting_id>/minutes", methods=["GET", "POST"])
def minutes(slug: str, meeting_id: int) -> Response | str | tuple[str, int]:
    """Write and publish the minutes."""
    person, place, found = _held(slug, meeting_id)
    form = MinutesForm(version=found.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.publish_minutes(
                meeting_id, minutes=form.minutes.data, version=form.version.data, by=person, at=utc_now()
            )
        if not form.errors:
            flash(_("회의록을 공개했습니다."))
            return redirect(url_for("council.meeting", slug=slug, meeting_id=meeting_id), 303)
    page = render_template(
        "council/minutes.html",
        place=place,
        cycle=current_cycle(place),
        meeting=found,
        form=form,
        legal=setting_with_origin(place, "council.meeting.minutes_days"),
        **NAMES,
    )
    return (page, 422) if form.errors else page


def _held(slug: str, meeting_id: int) -> tuple[Person, Place, CouncilMeeting]:
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(permissions.can_hold_meetings(person, place, utc_now()))
    return person, place, queries.meeting_of(place, meeting_id)


def _recusal_form(found: CouncilMeeting, item: MeetingItem, *, filled: bool) -> RecusalForm:
    form = RecusalForm() if filled else RecusalForm(formdata=None)
    out = {row.member_id for row in item.recusals}
    form.member.choices = [
        SelectChoice(row.member_id, row.name)
        for row in queries.attendances_of(found)
        if row.has_vote and row.member_id is not None and row.member_id not in out
    ]
    return form


def _item_page(
    place: Place, found: CouncilMeeting, item: MeetingItem, form: DecideItemForm, recusal_form: RecusalForm
) -> str:
    rows = queries.attendances_of(found)
    key = "council.removal.decide_share" if item.kind is ItemKind.DISMISSAL else "council.meeting.decide"
    return render_template(
        "council/decide.html",
        place=place,
        cycle=current_cycle(place),
        meeting=found,
        item=item,
        form=form,
        recusal_form=recusal_form,
        votes=item.kind in DECIDED_BY_VOTE,
        voters=queries.voters_on(item, found, rows),
        legal=setting_with_origin(place, key),
        is_open=found.state is MeetingState.IN_SESSION and item.decision is None,
        may_recuse=found.state in {MeetingState.CALLED, MeetingState.IN_SESSION}
        and item.decision is None
        and bool(recusal_form.member.choices),
        **NAMES,
    )
