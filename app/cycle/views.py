"""Pages of a dong's year: home (choose a dong), the dong now, its schedule."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import kst_date, utc_now
from app.cycle import dong_page, gates, queries, services, years
from app.cycle.forms import StageDatesForm, StartCycleForm
from app.cycle.models import Cycle
from app.cycle.permissions import can_run_cycle
from app.cycle.rules import STAGE_EXPLANATIONS, STAGE_NAMES, STAGES, Stage, StageState
from app.db.session import get_or_not_found, transaction
from app.errors import NotFound
from app.i18n import N_
from app.people.login import current_person, require_allowed, require_person
from app.places.models import Place
from app.places.queries import ancestors, place_by_slug
from app.places.rules import PlaceKind
from app.record.acts import ACTS
from app.record.queries import latest_acts
from app.web.forms import shown_on

blueprint = Blueprint("cycle", __name__)
NO_STAGE = N_("그런 단계는 없습니다.")


@blueprint.get("/")
def home() -> str:
    """Let the visitor choose their dong."""
    search = request.args.get("q", "")
    return render_template("cycle/home.html", dongs=queries.dongs_with_stage(search), q=search, stage_names=STAGE_NAMES)


@blueprint.get("/help")
def help_page() -> str:
    """Explain the year and its words."""
    return render_template("cycle/help.html", stages=STAGES, names=STAGE_NAMES, explanations=STAGE_EXPLANATIONS)


@blueprint.get("/privacy")
def privacy_page() -> str:
    """Say what is kept of whom, and for how long."""
    return render_template("cycle/privacy.html")


@blueprint.get("/<slug:slug>/")
def show(slug: str) -> Response | str:
    """Show what is happening in a dong now; of what lies above it, its dongs; what lies in it leads to it."""
    place = place_by_slug(slug)
    if place.kind is not PlaceKind.DONG:
        return _area_page(place)
    cycle = years.shown_cycle(place)
    return render_template(
        "cycle/show.html",
        place=place,
        cycle=cycle,
        above=ancestors(place),
        names=STAGE_NAMES,
        explanations=STAGE_EXPLANATIONS,
        entries=latest_acts(place, 5),
        acts=ACTS,
        lead=dong_page.lead(cycle, utc_now()) if cycle else None,
        numbers=dong_page.numbers(cycle) if cycle else [],
        meetings=dong_page.meetings(place, utc_now()),
        links=dong_page.links(cycle, utc_now()) if cycle else [],
        duties=dong_page.todos_here(current_person(), place, utc_now()) if cycle and not cycle.is_over else [],
    )


def _area_page(place: Place) -> Response | str:
    above = ancestors(place)
    dong = next((each for each in above if each.kind is PlaceKind.DONG), None)
    if dong is not None:
        return redirect(url_for("cycle.show", slug=dong.slug), 303)
    return render_template(
        "cycle/area.html",
        place=place,
        cycle=None,
        above=above,
        dongs=queries.dongs_with_stage(below=place, limit=500),
        stage_names=STAGE_NAMES,
    )


@blueprint.get("/<slug:slug>/schedule")
def schedule(slug: str) -> str:
    """Show all stages with their dates, what each still owes, and (to staff) the buttons that move them."""
    return _schedule_page(slug, StartCycleForm(formdata=None, year=kst_date(utc_now()).year + 1))


@blueprint.post("/<slug:slug>/cycles")
def start(slug: str) -> Response | tuple[str, int]:
    """Begin a year."""
    person = require_person()
    place = place_by_slug(slug)
    form = StartCycleForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.start_cycle(place, year=form.year.data, template=form.template.data, by=person, at=utc_now())
    if form.errors:
        return _schedule_page(slug, form), 422
    flash(_("마을계획을 시작했습니다. 날짜를 확인해 주세요."))
    return redirect(url_for("cycle.schedule", slug=slug), 303)


@blueprint.route("/<slug:slug>/schedule/<stage>", methods=["GET", "POST"])
def plan_stage(slug: str, stage: str) -> Response | str | tuple[str, int]:
    """Move a stage's days."""
    person = require_person()
    place = place_by_slug(slug)
    cycle = queries.require_current_cycle(place)
    row = cycle.stage(_stage(stage))
    form = StageDatesForm(
        version=cycle.version, first_day=kst_date(row.opens_at), last_day=kst_date(row.closes_at) - timedelta(days=1)
    )
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.plan_stage(
                cycle.id,
                row.stage,
                first_day=form.first_day.data,
                last_day=form.last_day.data,
                version=form.version.data,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("날짜를 바꾸었습니다."))
            return redirect(url_for("cycle.schedule", slug=slug), 303)
    require_allowed(can_run_cycle(person, place, utc_now()))
    page = render_template(
        "cycle/stage_dates.html", place=place, cycle=cycle, stage=row.stage, form=form, names=STAGE_NAMES
    )
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/schedule/<stage>/<act>")
def move_stage(slug: str, stage: str, act: str) -> Response:
    """Open or close a stage by hand."""
    person = require_person()
    place = place_by_slug(slug)
    moves = {"open": services.open_stage, "close": services.close_stage}
    if act not in moves:
        raise NotFound(NO_STAGE)
    with transaction():
        cycle = get_or_not_found(Cycle, queries.require_current_cycle(place).id, lock=True)
        moves[act](cycle, _stage(stage), by=person, at=utc_now())
    flash(_("단계를 열었습니다.") if act == "open" else _("단계를 마쳤습니다."))
    return redirect(url_for("cycle.schedule", slug=slug), 303)


def _stage(value: str) -> Stage:
    if value not in set(Stage):
        raise NotFound(NO_STAGE)
    return Stage(value)


def _schedule_page(slug: str, form: StartCycleForm) -> str:
    place = place_by_slug(slug)
    cycle = years.shown_cycle(place)
    open_stages = [row.stage for row in cycle.stages if row.state is StageState.OPEN] if cycle else []
    return render_template(
        "cycle/schedule.html",
        place=place,
        cycle=cycle,
        form=form,
        duties={stage: gates.undone_duties(cycle, stage) for stage in open_stages} if cycle else {},
        names=STAGE_NAMES,
        explanations=STAGE_EXPLANATIONS,
        can_run=can_run_cycle(current_person(), place, utc_now())
        and (cycle is None or cycle == queries.current_cycle(place)),
    )
