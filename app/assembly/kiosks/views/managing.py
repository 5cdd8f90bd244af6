"""Staff's pages: which kiosks there are, what lies on them, new ones, revoking."""

from datetime import timedelta

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.assembly.kiosks import queries
from app.assembly.kiosks.forms import KioskForm
from app.assembly.kiosks.rules import KIOSK_STATE_NAMES, PAIR_WITHIN, KioskState, is_quiet, spoken
from app.assembly.kiosks.services import pairing, taking
from app.assembly.kiosks.services.pairing import Handed
from app.assembly.kiosks.views.blueprint import blueprint
from app.assembly.models import Assembly
from app.assembly.permissions import can_run
from app.assembly.queries import require_assembly
from app.assembly.rules import AssemblyState
from app.assembly.stations.queries import station_of, stations_of
from app.assembly.stations.rules.states import StationState
from app.clock import utc_now
from app.cycle.queries import require_current_cycle
from app.db.session import transaction
from app.people.login import require_allowed, require_person
from app.people.models import Person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.web.forms import Form, shown_on

Page = Response | str | tuple[str, int]


@blueprint.get("/<slug:slug>/kiosks")
def index(slug: str) -> str:
    """Show every kiosk with its last sign of life and what lies on it."""
    _person, place = _staff(slug)
    return _page(place, require_assembly(require_current_cycle(place)))


@blueprint.post("/<slug:slug>/stations/<int:station_id>/kiosks")
def register(slug: str, station_id: int) -> Page:
    """Register a kiosk of a station, and show its numbers this once."""
    person, place = _staff(slug)
    station = station_of(place, station_id)
    form = KioskForm()
    if form.validate():
        with shown_on(form), transaction():
            handed = pairing.register(station.id, name=form.name.data or "", once=form.token, by=person, at=utc_now())
        if not form.errors:
            return _handed(place, handed)
    return _page(place, station.assembly, form=form, station_id=station.id), 422


@blueprint.post("/<slug:slug>/kiosks/<int:kiosk_id>/renew")
def renew(slug: str, kiosk_id: int) -> Page:
    """Make new numbers for a kiosk, and show them this once."""
    person, place = _staff(slug)
    kiosk = queries.kiosk_of(place, kiosk_id)
    form = Form()
    if form.validate():
        with shown_on(form), transaction():
            handed = pairing.renew(kiosk.id, by=person, at=utc_now())
        if not form.errors:
            return _handed(place, handed)
    return _page(place, kiosk.assembly, refusal=form), 422


@blueprint.post("/<slug:slug>/kiosks/<int:kiosk_id>/revoke")
def revoke(slug: str, kiosk_id: int) -> Page:
    """Know a kiosk no more."""
    person, place = _staff(slug)
    kiosk = queries.kiosk_of(place, kiosk_id)
    form = Form()
    if form.validate():
        with shown_on(form), transaction():
            pairing.revoke(kiosk.id, by=person, at=utc_now())
    if form.errors:
        return _page(place, kiosk.assembly, refusal=form), 422
    flash(_("키오스크를 거두었습니다. 그 태블릿의 표는 이제 키오스크 표로 세지 않습니다."))
    return redirect(url_for("kiosks.index", slug=slug), 303)


@blueprint.app_template_global("kiosk_standing")
def kiosk_standing(assembly: Assembly) -> dict[str, int]:
    """Return how many ballots lie on kiosks, and how many kiosks keep the box from being closed now."""
    is_open = assembly.state is AssemblyState.OPEN
    return {
        "held": queries.held_ballots(assembly) if is_open else 0,
        "awaited": taking.kiosks_awaited(assembly, utc_now()) if is_open else 0,
        "voters": queries.kiosk_voters(assembly),
    }


def _staff(slug: str) -> tuple[Person, Place]:
    person, place = require_person(), place_by_slug(slug)
    require_allowed(can_run(person, place, utc_now()))
    return person, place


def _handed(place: Place, handed: Handed) -> str:
    site = current_app.config["MADANG"].public_url.rstrip("/")
    return render_template(
        "kiosks/handed.html",
        place=place,
        cycle=handed.kiosk.assembly.cycle,
        kiosk=handed.kiosk,
        code=spoken(handed.code),
        pin=handed.pin,
        minutes=int(PAIR_WITHIN.total_seconds() // 60),
        address=f"{site}{url_for('kiosks.pair')}",
    )


def _page(
    place: Place,
    assembly: Assembly,
    *,
    form: KioskForm | None = None,
    station_id: int | None = None,
    refusal: Form | None = None,
) -> str:
    at, kiosks = utc_now(), queries.kiosks_of(assembly)
    grace = taking.grace_of(assembly) if assembly.opened_at is not None else timedelta(0)
    is_open = assembly.state is AssemblyState.OPEN
    stations = [row for row in stations_of(assembly) if row.state is StationState.ISSUING]
    return render_template(
        "kiosks/index.html",
        place=place,
        cycle=assembly.cycle,
        assembly=assembly,
        kiosks=[(row, row.state is KioskState.IN_USE and is_quiet(row.seen_at, at)) for row in kiosks],
        stations=stations if is_open and at < assembly.closes_at else [],
        states=KIOSK_STATE_NAMES,
        held=sum(row.waiting for row in kiosks),
        awaited=taking.kiosks_awaited(assembly, at) if is_open else 0,
        grace_minutes=int(grace.total_seconds() // 60),
        grace_ends_at=assembly.closes_at + grace,
        is_open=is_open,
        over=at >= assembly.closes_at,
        form=form or KioskForm(formdata=None),
        station_id=station_id,
        refusal=refusal,
    )
