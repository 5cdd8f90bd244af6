"""Pages for everybody: the year's groups, a round, a group over the years, its photos."""

from flask import render_template, request
from werkzeug.wrappers import Response

from app.clock import kst_date, utc_now
from app.cycle.years import shown_cycle
from app.errors import NotFound
from app.files.serving import as_picture
from app.people.login import current_person
from app.places.queries import place_by_slug
from app.small_groups.permissions import can_apply, can_check, can_deliberate, can_read
from app.small_groups.queries import applications as application_queries
from app.small_groups.queries import groups as group_queries
from app.small_groups.queries import rounds as queries
from app.small_groups.queries.objections import objections_in
from app.small_groups.queries.offices import runs_rounds
from app.small_groups.rules.applications import PUBLIC
from app.small_groups.views.blueprint import NAMES, STANDING_BADGES, STATE_BADGES, blueprint


@blueprint.get("/<slug:slug>/small-groups")
def index(slug: str) -> str:
    """Show the rounds of a year and the groups that were granted something."""
    place = place_by_slug(slug)
    cycle, person, at = shown_cycle(place), current_person(), utc_now()
    rounds = queries.round_rows(queries.rounds_of(cycle), at) if cycle else []
    return render_template(
        "small_groups/index.html",
        place=place,
        cycle=cycle,
        rounds=rounds,
        groups=queries.granted_page(cycle, page=max(1, request.args.get("page", 1, type=int))) if cycle else None,
        mine=application_queries.own_grants(place, person),
        today=kst_date(at),
        may={
            "run": runs_rounds(person, place, at) and cycle is not None and not cycle.is_over,
            "look": can_check(person, place, at) or can_deliberate(person, place, at),
            "apply": can_apply(person, place),
        },
        badges=STATE_BADGES,
        **NAMES,
    )


@blueprint.get("/<slug:slug>/small-groups/rounds/<int:round_id>", endpoint="round")
def show_round(slug: str, round_id: int) -> str:
    """Show a round: what it gives, until when, and once it is decided to whom."""
    place = place_by_slug(slug)
    found = queries.round_of(place, round_id)
    person, at = current_person(), utc_now()
    row = queries.round_rows([found], at)[0]
    decided = (
        [each for each in queries.applications_in(found) if each.decided_at is not None] if found.concluded_at else []
    )
    return render_template(
        "small_groups/round.html",
        place=place,
        cycle=found.cycle,
        row=row,
        round=found,
        decided=decided,
        objections=objections_in(found) if found.concluded_at else [],
        objections_open=found.objections_until is not None and at < found.objections_until,
        standing_badges=STANDING_BADGES,
        public=PUBLIC,
        mine=application_queries.own_application(found, person),
        may={
            "run": runs_rounds(person, place, at),
            "look": can_check(person, place, at) or can_deliberate(person, place, at),
            "apply": can_apply(person, place),
        },
        badges=STATE_BADGES,
        **NAMES,
    )


@blueprint.get("/<slug:slug>/small-groups/<int:group_id>")
def show(slug: str, group_id: int) -> str:
    """Show a group: what it was granted each year, what it does and did, what it spent."""
    place = place_by_slug(slug)
    years = group_queries.grants_of(place, group_id)
    return render_template(
        "small_groups/show.html", place=place, cycle=years[0].application.round.cycle, years=years,
        today=kst_date(utc_now()), badges=STATE_BADGES, **NAMES,
    )  # fmt: skip


@blueprint.get("/<slug:slug>/small-groups/photos/<int:photo_id>.jpg")
def photo(slug: str, photo_id: int) -> Response:
    """Show a photo of an accepted report; before, only to those who may read the report."""
    place = place_by_slug(slug)
    found, is_public = group_queries.photo_of(place, photo_id)
    if not is_public and not can_read(current_person(), found.report.application, utc_now()):
        raise NotFound(group_queries.NO_FILE)
    return as_picture(found.file, small="small" in request.args, is_public=is_public)
