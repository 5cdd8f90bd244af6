"""Setting up a station, and saying where it is and when it is open."""

import secrets
from datetime import date, datetime, time, timedelta

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.assembly.models import Assembly
from app.assembly.permissions import can_run
from app.assembly.queries import require_assembly
from app.assembly.stations import queries
from app.assembly.stations.forms import DetailsForm, StationForm
from app.assembly.stations.models import Station
from app.assembly.stations.rules.states import Method, PaperChannel
from app.assembly.stations.services import describing, running
from app.assembly.stations.views.blueprint import blueprint
from app.clock import kst_date, kst_instant, utc_now
from app.cycle.queries import require_current_cycle
from app.db.session import transaction
from app.people.login import require_allowed, require_person
from app.places.queries import place_by_slug
from app.web.forms import shown_on

Page = Response | str | tuple[str, int]
OPENS, CLOSES = time(9), time(18)
"""What the form offers: office hours."""
DAY = timedelta(days=1)


@blueprint.route("/<slug:slug>/stations/new", methods=["GET", "POST"])
def new(slug: str) -> Page:
    """Set up a station."""
    person, place = require_person(), place_by_slug(slug)
    require_allowed(can_run(person, place, utc_now()))
    cycle = require_current_cycle(place)
    assembly = require_assembly(cycle)
    form = StationForm(once=secrets.token_urlsafe(16), data=_office_hours(assembly, utc_now()))
    if form.validate_on_submit():
        station = None
        with shown_on(form), transaction():
            station = running.set_up(
                assembly.id,
                name=form.name.data or "",
                method=Method(form.method.data),
                channel=PaperChannel(form.channel.data),
                boxes=form.boxes.data or 1,
                printed=form.printed.data or 0,
                once=form.token,
                details=form.details,
                by=person,
                at=utc_now(),
            )
        if station is not None and not form.errors:
            flash(_("투표소를 두었습니다."))
            return redirect(url_for("stations.station", slug=slug, station_id=station.id), 303)
    page = render_template("stations/new.html", place=place, cycle=cycle, assembly=assembly, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/<slug:slug>/stations/<int:station_id>/details", methods=["GET", "POST"])
def details(slug: str, station_id: int) -> Page:
    """Say anew what a station is called, where it is and when it is open."""
    person, place = require_person(), place_by_slug(slug)
    require_allowed(can_run(person, place, utc_now()))
    found = queries.station_of(place, station_id)
    form = DetailsForm(version=found.version, data=_known(found))
    if form.validate_on_submit():
        with shown_on(form), transaction():
            describing.change_details(
                found.id,
                name=form.name.data or "",
                details=form.details,
                version=form.version.data or 0,
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("투표소의 위치와 여는 시간을 고쳤습니다."))
            return redirect(url_for("stations.station", slug=slug, station_id=station_id), 303)
    cycle, assembly = found.assembly.cycle, found.assembly
    page = render_template(
        "stations/details.html", place=place, cycle=cycle, assembly=assembly, station=found, form=form
    )
    return (page, 422) if form.errors else page


def _known(station: Station) -> dict[str, object]:
    hours = station.details.hours
    told = {"name": station.name, "address": station.address, "access": station.access}
    if hours is None:
        return told | _office_hours(station.assembly, utc_now())
    return told | {
        "first_day": hours.first_day,
        "last_day": hours.last_day,
        "opens": hours.opens,
        "closes": hours.closes,
        "weekdays_only": hours.weekdays_only,
    }


def _office_hours(assembly: Assembly, at: datetime) -> dict[str, object]:
    """Return what is offered: office hours of every day that lies wholly within what is left of the vote."""
    first: date = kst_date(max(assembly.opens_at, at))
    last: date = kst_date(assembly.closes_at)
    first += DAY if kst_instant(first, OPENS) < assembly.opens_at else timedelta()
    last -= DAY if kst_instant(last, CLOSES) > assembly.closes_at else timedelta()
    return {"first_day": first, "last_day": max(first, last), "opens": OPENS, "closes": CLOSES}
