"""Files about paper: the ballot itself, and the sheets on which boxes are tallied, as PDF."""

from flask import Response as FlaskResponse
from flask import render_template
from flask_babel import force_locale
from werkzeug.wrappers import Response

from app.assembly.models import Assembly
from app.assembly.permissions import can_run
from app.assembly.queries import require_assembly
from app.assembly.services import board
from app.assembly.stations.permissions import can_count
from app.assembly.stations.queries import channel_result, station_of
from app.assembly.stations.rules import groups
from app.assembly.stations.rules.paper import paper_of
from app.assembly.stations.rules.states import METHOD_NAMES
from app.assembly.stations.views.blueprint import blueprint
from app.clock import utc_now
from app.cycle.queries import require_current_cycle
from app.errors import NotFound
from app.extensions import limiter
from app.files.printing import as_pdf
from app.i18n import N_
from app.people.login import require_allowed, require_person
from app.places.queries import place_by_slug, setting
from voting.allocation import channels_from_json


@blueprint.app_template_global("channel_tables")
def channel_tables(assembly: Assembly) -> dict[str, object]:
    """Return what a counted assembly's page shows of its channels and of participation by groups."""
    row = channel_result(assembly)
    channels = channels_from_json(row.channels.encode()) if row is not None else {}
    return {
        "channels": channels,
        "weighted": any(each.weight != 1 for each in channels.values()),
        "place_of": {line.number: position for position, line in enumerate(assembly.lines)},
        "groups": groups.from_json(row.groups) if row is not None else {},
        "dimensions": groups.DIMENSIONS,
        "least": setting(assembly.place, "assembly.least_group") if row is not None and row.groups else 0,
    }


@blueprint.get("/<slug:slug>/ballot-paper-<any(normal, large):size>.pdf")
@limiter.limit("20 per minute")
def ballot_paper(slug: str, size: str) -> Response:
    """Return the paper ballot, made from the bytes whose hash is the election's fingerprint; for staff, who print it."""
    person, place = require_person(), place_by_slug(slug)
    require_allowed(can_run(person, place, utc_now()))
    assembly = require_assembly(require_current_cycle(place))
    if assembly.opened_at is None:
        raise NotFound(N_("아직 투표를 열지 않았습니다."))
    data = board.election_bytes(assembly)
    # Whoever prints it: what is handed to voters is in the language of the election.
    with force_locale("ko"):
        html = render_template("print/stations/ballot.html", paper=paper_of(data), size=size, language="ko")
    headers = {"Content-Disposition": f'inline; filename="{slug}-ballot-{size}.pdf"'}
    return FlaskResponse(as_pdf(html), mimetype="application/pdf", headers=headers)


@blueprint.get("/<slug:slug>/stations/<int:station_id>/tally-sheets.pdf")
@limiter.limit("20 per minute")
def tally_sheets(slug: str, station_id: int) -> Response:
    """Return a sheet for each box, on which two people tally and sign; its photo is what the station keeps."""
    person, place = require_person(), place_by_slug(slug)
    require_allowed(can_count(person, place, utc_now()))
    station = station_of(place, station_id)
    if station.assembly.opened_at is None:
        raise NotFound(N_("아직 투표를 열지 않았습니다."))
    paper = paper_of(board.election_bytes(station.assembly))
    with force_locale("ko"):
        html = render_template(
            "print/stations/tally.html",
            paper=paper,
            station=station,
            method=METHOD_NAMES[station.method],
            language="ko",
        )
    headers = {"Content-Disposition": f'inline; filename="{slug}-tally-{station_id}.pdf"'}
    return FlaskResponse(as_pdf(html), mimetype="application/pdf", headers=headers)
