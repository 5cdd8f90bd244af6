"""Pages of those who run a round: announcing it, its workbench, writing the council's decision down."""

from datetime import date, timedelta

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import kst_date, utc_now
from app.council.queries.people import council_of
from app.cycle.models import Cycle
from app.cycle.queries import require_current_cycle
from app.db.session import transaction
from app.errors import NotAllowed
from app.people.login import require_allowed, require_person
from app.places.models import Place
from app.places.queries import place_by_slug, setting, setting_with_origin
from app.places.settings.process import GRANT_PER_DONG, GROUP_REPORT_DAYS
from app.plan.rules import FundSource
from app.small_groups.forms import EditRoundForm, ReasonForm, RoundForm, decision_form
from app.small_groups.permissions import can_check, can_deliberate
from app.small_groups.queries import rounds as queries
from app.small_groups.queries.objections import objections_in
from app.small_groups.queries.offices import runs_rounds
from app.small_groups.rules.applications import HIGHEST, Mark, mean
from app.small_groups.rules.rounds import Phase, require_phase
from app.small_groups.services import deliberating
from app.small_groups.services import rounds as services
from app.small_groups.services.loading import OWN_GROUP
from app.small_groups.views.blueprint import NAMES, STATE_BADGES, Answer, blueprint, opened
from app.web.filters import short_day, tenth
from app.web.forms import shown_on


@blueprint.route("/<slug:slug>/small-groups/rounds/new", methods=["GET", "POST"])
def new_round(slug: str) -> Answer:
    """Announce a round."""
    place = _runner(slug)
    cycle = require_current_cycle(place)
    if opened():
        services.require_announceable(cycle)
    form = RoundForm(**_proposed(cycle))
    if form.validate_on_submit():
        with shown_on(form), transaction():
            row = services.announce_round(
                cycle, _words(form), form.terms, once=form.token, by=require_person(), at=utc_now()
            )
        if not form.errors:
            flash(_("소모임 지원을 알렸습니다."))
            return redirect(url_for("small_groups.round", slug=slug, round_id=row.id), 303)
    page = render_template(
        "small_groups/round_form.html",
        place=place,
        cycle=cycle,
        form=form,
        round=None,
        left=queries.left_in(cycle, utc_now()),
    )
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/small-groups/rounds/<int:round_id>/edit", methods=["GET", "POST"])
def edit_round(slug: str, round_id: int) -> Answer:
    """Change a round."""
    place = _runner(slug)
    row = queries.round_of(place, round_id)
    if opened():
        services.require_changeable(row, utc_now())
    form = EditRoundForm(
        version=row.version, title=row.title, text=row.text, legal_basis=row.legal_basis, source=row.source.value,
        envelope_won=row.envelope_won, max_won=row.max_won, most_groups=row.most_groups,
        first_day=kst_date(row.opens_at), last_day=kst_date(row.closes_at) - timedelta(days=1), starts_on=row.starts_on,
        ends_on=row.ends_on, report_due_on=row.report_due_on,
    )  # fmt: skip
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.edit_round(
                round_id, _words(form), form.terms, version=form.version.data, by=require_person(), at=utc_now()
            )
        if not form.errors:
            flash(_("고친 글을 저장했습니다."))
            return redirect(url_for("small_groups.round", slug=slug, round_id=round_id), 303)
    page = render_template(
        "small_groups/round_form.html", place=place, cycle=row.cycle, form=form, round=row,
        left=queries.left_in(row.cycle, utc_now(), besides=row.id),
    )  # fmt: skip
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/small-groups/rounds/<int:round_id>/cancel", methods=["GET", "POST"])
def cancel_round(slug: str, round_id: int) -> Answer:
    """Call a round off."""
    place = _runner(slug)
    row = queries.round_of(place, round_id)
    if opened():
        services.require_cancellable(row)
    form = ReasonForm(version=row.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.cancel_round(
                round_id, reason=form.reason.data, version=form.version.data, by=require_person(), at=utc_now()
            )
        if not form.errors:
            flash(_("소모임 지원을 취소했습니다."))
            return redirect(url_for("small_groups.round", slug=slug, round_id=round_id), 303)
    page = render_template("small_groups/cancel_round.html", place=place, cycle=row.cycle, form=form, round=row)
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/small-groups/rounds/<int:round_id>/workbench")
def workbench(slug: str, round_id: int) -> str:
    """List the applications of a round for those who check and those who decide."""
    person, place, at = require_person(), place_by_slug(slug), utc_now()
    require_allowed(can_check(person, place, at) or can_deliberate(person, place, at))
    row = queries.round_of(place, round_id)
    found = queries.applications_in(row)
    ids = [each.id for each in found]
    sheets, belonging = queries.sheets_of(ids), queries.people_ids(ids)
    recusals = queries.recusals_of(ids)
    return render_template(
        "small_groups/workbench.html",
        place=place,
        cycle=row.cycle,
        round=row,
        row=queries.round_rows([row], at)[0],
        applications=found,
        people=queries.people_counts(ids),
        sheets={key: len(each) for key, each in sheets.items()},
        scored={key for key, each in sheets.items() if any(sheet.person_id == person.id for sheet in each)},
        out={
            key
            for key in ids
            if person.id in belonging[key] or any(each.person_id == person.id for each in recusals[key])
        },
        may={
            "check": can_check(person, place, at),
            "score": can_deliberate(person, place, at),
            "run": runs_rounds(person, place, at),
        },
        objections={each.application_id: each for each in objections_in(row)},
        today=kst_date(at),
        badges=STATE_BADGES,
        **NAMES,
    )


@blueprint.route("/<slug:slug>/small-groups/rounds/<int:round_id>/decide", methods=["GET", "POST"])
def decide(slug: str, round_id: int) -> Response | str | tuple[str, int]:
    """Write down what the council decided about every application."""
    place = _runner(slug)
    row = queries.round_of(place, round_id)
    at = utc_now()
    if opened():
        require_phase(queries.phase(row, at), Phase.DELIBERATING)
        services.require_execution_ahead(row.cycle)
    found = queries.eligible_in(row)
    ids = [each.id for each in found]
    belonging = queries.people_ids(ids)
    if any(require_person().id in people for people in belonging.values()):
        raise NotAllowed(OWN_GROUP)
    form = decision_form({each.id: f"{each.number}. {each.name}" for each in found}, version=row.version)
    has_council = council_of(place) is not None
    meetings = queries.meetings_since(place.id, row.closes_at) if has_council else []
    named = [(meeting.id, f"{short_day(meeting.starts_at)} {meeting.title}") for meeting in meetings]
    form.ask(named if has_council else None)
    if form.validate_on_submit():
        sitting = deliberating.Sitting(form.meeting.data or None, form.body.data or "", form.decided_on.data)
        with shown_on(form), transaction():
            deliberating.conclude(
                round_id, form.rulings, sitting, version=form.version.data, by=require_person(), at=utc_now()
            )
        if not form.errors:
            flash(_("심의 결과를 적고 모임에 알렸습니다."))
            return redirect(url_for("small_groups.round", slug=slug, round_id=round_id), 303)
    sheets = queries.sheets_of(ids)
    page = render_template(
        "small_groups/decide.html",
        place=place,
        cycle=row.cycle,
        round=row,
        form=form,
        applications=found,
        has_council=has_council,
        meetings=meetings,
        people=queries.people_counts(ids),
        means={key: tenth(value) for key, each in sheets.items() if (value := mean([s.total for s in each]))},
        counts={key: len(each) for key, each in sheets.items()},
        out={key: len(each) for key, each in queries.recusals_of(ids).items()},
        highest=HIGHEST * len(Mark),
        **NAMES,
    )
    return (page, 422) if form.errors else page


def _runner(slug: str) -> Place:
    person, place = require_person(), place_by_slug(slug)
    require_allowed(runs_rounds(person, place, utc_now()))
    return place


def _words(form: RoundForm) -> services.Words:
    return services.Words(form.title.data, form.text.data, form.legal_basis.data, FundSource(form.source.data))


def _proposed(cycle: Cycle) -> dict[str, object]:
    """Return what a new round begins with: the settings of the dong, and doings from now to November (domain.md §1.4)."""
    today = kst_date(utc_now())
    left = queries.left_in(cycle, utc_now())
    ends_on = max(date(today.year, 11, 30), today + timedelta(days=60))
    return {
        "legal_basis": setting_with_origin(cycle.place, GRANT_PER_DONG.key).legal_basis,
        "source": FundSource.SUBSIDY.value,
        "envelope_won": left.won,
        "max_won": left.won // left.groups if left.groups else left.won,
        "most_groups": left.groups,
        "first_day": today,
        "last_day": today + timedelta(days=20),
        "starts_on": today + timedelta(days=30),
        "ends_on": ends_on,
        "report_due_on": ends_on + timedelta(days=setting(cycle.place, GROUP_REPORT_DAYS)),
    }
