"""A station: its list for everybody, check-in, papers, closing."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.assembly.permissions import can_run
from app.assembly.queries import assembly_of
from app.assembly.rules import AssemblyState, KeyHolding
from app.assembly.stations import queries
from app.assembly.stations.forms import CloseForm, FiguresForm, FindVoterForm, IssueForm, SheetForm
from app.assembly.stations.models import Station
from app.assembly.stations.permissions import can_check_in, can_count
from app.assembly.stations.queries import Found
from app.assembly.stations.rules.states import (
    CHANNEL_NAMES,
    METHOD_NAMES,
    STATION_STATE_NAMES,
    StationState,
)
from app.assembly.stations.rules.telling import is_small
from app.assembly.stations.services import checking_in, letters, running
from app.assembly.stations.services.checking_in import REFUSALS
from app.assembly.stations.views.blueprint import blueprint
from app.clock import utc_now
from app.cycle.years import shown_cycle
from app.db.session import transaction
from app.people.login import current_person, require_allowed, require_person
from app.people.models import Person
from app.places.models import Place
from app.places.queries import place_by_slug, setting
from app.web.forms import Form, shown_on

Page = Response | str | tuple[str, int]
COMING = frozenset({AssemblyState.PREPARING, AssemblyState.OPEN})
NAMES = {"methods": METHOD_NAMES, "channels": CHANNEL_NAMES, "states": STATION_STATE_NAMES}


@blueprint.get("/<slug:slug>/stations")
def index(slug: str) -> str:
    """Show where one can vote without a telephone, how one person has one vote, and afterwards every statement."""
    place = place_by_slug(slug)
    cycle = shown_cycle(place)
    assembly = assembly_of(cycle) if cycle else None
    rows, at = queries.stations_of(assembly) if assembly else [], utc_now()
    return render_template(
        "stations/index.html",
        place=place,
        cycle=cycle,
        assembly=assembly,
        rows=[(row, queries.figures_of(row)) for row in rows],
        counted=assembly is not None and assembly.state is AssemblyState.COUNTED,
        roll=queries.roll_for_stations(assembly) if assembly else None,
        can_run=can_run(current_person(), place, at),
        can_count=can_count(current_person(), place, at),
        few=is_small((row.issued for row in rows), least=setting(place, "assembly.least_group")),
        is_coming=assembly is not None and at < assembly.closes_at and assembly.state in COMING,
        at=at,
        **NAMES,
    )


@blueprint.get("/<slug:slug>/stations/<int:station_id>")
def station(slug: str, station_id: int) -> str:
    """Show a station to those who run it: check-in, papers, boxes, what keeps it from closing."""
    person, place, found = _counted_by(slug, station_id)
    return _page(person, place, found)


@blueprint.post("/<slug:slug>/stations/<int:station_id>/find")
def find(slug: str, station_id: int) -> Page:
    """Look somebody up on the roll; by POST, so that no name stands in an address."""
    person, place, found = _counted_by(slug, station_id)
    require_allowed(can_check_in(person, place, utc_now()))
    form = FindVoterForm()
    voters: list[Found] = []
    if form.validate():
        with shown_on(form), transaction():
            voters = checking_in.find_voter(
                found,
                name=form.name.data or "",
                birth_date=form.birth_date.data,
                by=person,
                ip=request.remote_addr,
                at=utc_now(),
            )
    page = _page(person, place, found, form=form, voters=voters, looked=not form.errors)
    return (page, 422) if form.errors else page


@blueprint.post("/<slug:slug>/stations/<int:station_id>/issue")
def issue(slug: str, station_id: int) -> Page:
    """Hand somebody a paper."""
    person, place, found = _counted_by(slug, station_id)
    form = IssueForm()
    if form.validate():
        with shown_on(form), transaction():
            checking_in.check_in(found.id, form.entry_id.data or 0, slip=form.slip.data or "", by=person, at=utc_now())
    if form.errors:
        return _again(person, place, found, form), 422
    return _done(found, _("용지를 내주었습니다. 이제 이 분은 온라인으로 투표할 수 없습니다."))


@blueprint.post("/<slug:slug>/stations/<int:station_id>/loss")
def loss(slug: str, station_id: int) -> Page:
    """Write down that somebody's letter is lost."""
    person, place, found = _counted_by(slug, station_id)
    form = IssueForm()
    declared = None
    if form.validate():
        with shown_on(form), transaction():
            declared = letters.declare_loss(found.id, form.entry_id.data or 0, by=person, at=utc_now())
    if form.errors or declared is None:
        return _again(person, place, found, form), 422
    return _done(
        found,
        _(
            "분실 신고 %(n)s번을 받았습니다. 번호 관리인에게 이 번호와 누구의 편지인지 전화로 알려 주세요.",
            n=declared.number,
        ),
    )


@blueprint.post("/<slug:slug>/stations/<int:station_id>/end")
def end(slug: str, station_id: int) -> Page:
    """End the issuing."""
    person, place, found = _counted_by(slug, station_id)
    form = Form()
    if form.validate():
        with shown_on(form), transaction():
            running.end_issuing(found.id, by=person, at=utc_now())
    if form.errors:
        return _page(person, place, found, refusal=form), 422
    return _done(found, _("용지 내주기를 마쳤습니다."))


@blueprint.post("/<slug:slug>/stations/<int:station_id>/figures")
def figures(slug: str, station_id: int) -> Page:
    """Write down the papers."""
    person, place, found = _counted_by(slug, station_id)
    form = FiguresForm()
    if form.validate():
        with shown_on(form), transaction():
            running.note_figures(
                found.id,
                printed=form.printed.data or 0,
                spoiled=form.spoiled.data or 0,
                unused=form.unused.data or 0,
                taken_away=form.taken_away.data or 0,
                in_box=form.in_box.data or 0,
                note=form.note.data or "",
                version=form.version.data or 0,
                by=person,
                at=utc_now(),
            )
    if form.errors:
        return _page(person, place, found, figures_form=form), 422
    return _done(found, _("용지 수를 적었습니다."))


@blueprint.post("/<slug:slug>/stations/<int:station_id>/close")
def close(slug: str, station_id: int) -> Page:
    """Close the station."""
    person, place, found = _counted_by(slug, station_id)
    form = CloseForm()
    if form.validate():
        with shown_on(form), transaction():
            running.close_station(found.id, version=form.version.data or 0, by=person, at=utc_now())
    if form.errors:
        return _page(person, place, found, close_form=form), 422
    return _done(found, _("투표소를 마쳤습니다. 집계를 공개 기록에 남겼습니다."))


def _again(person: Person, place: Place, found: Station, form: IssueForm) -> str:
    """Show the page with the person to whom no paper was handed, so that nobody has to be looked up anew."""
    voters: list[Found] = []
    if can_check_in(person, place, utc_now()) and form.entry_id.data:
        with transaction():
            voters = checking_in.look_again(found, form.entry_id.data, by=person, ip=request.remote_addr, at=utc_now())
    return _page(person, place, found, refusal=form, voters=voters, looked=bool(voters))


def _done(found: Station, said: str) -> Response:
    flash(said)
    return redirect(url_for("stations.station", slug=found.assembly.place.slug, station_id=found.id), 303)


def _counted_by(slug: str, station_id: int) -> tuple[Person, Place, Station]:
    person, place = require_person(), place_by_slug(slug)
    require_allowed(can_count(person, place, utc_now()))
    return person, place, queries.station_of(place, station_id)


def _page(
    person: Person,
    place: Place,
    found: Station,
    *,
    form: FindVoterForm | None = None,
    voters: list[Found] | None = None,
    looked: bool = False,
    refusal: Form | None = None,
    figures_form: FiguresForm | None = None,
    close_form: CloseForm | None = None,
) -> str:
    at, counted = utc_now(), queries.figures_of(found)
    return render_template(
        "stations/station.html",
        place=place,
        cycle=found.assembly.cycle,
        assembly=found.assembly,
        station=found,
        figures=counted,
        boxes=[(box, queries.newest_entries(box)) for box in found.boxes],
        issuing=found.state is StationState.ISSUING and found.assembly.is_voting(at),
        over=at >= found.assembly.closes_at,
        can_run=can_run(person, place, at),
        can_check_in=can_check_in(person, place, at),
        me=person.id,
        form=form or FindVoterForm(formdata=None),
        voters=voters or [],
        looked=looked,
        refusals=REFUSALS,
        by_letter=found.assembly.keys is KeyHolding.TRUSTEES,
        slip_text=(refusal["slip"].data or "") if refusal is not None and "slip" in refusal else "",
        refusal=refusal,
        figures_form=figures_form or FiguresForm(formdata=None, obj=found),
        close_form=close_form or CloseForm(formdata=None, version=found.version),
        sheet_form=SheetForm(formdata=None),
        missing=queries.missing_of(found, counted),
        **NAMES,
    )
