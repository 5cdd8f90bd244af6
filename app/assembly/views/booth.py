"""The booth: where a ballot is locked in the voter's own browser, and the few requests that it makes."""

from typing import Any
from typing import cast as cast_to

from flask import Response as FlaskResponse
from flask import current_app, jsonify, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.assembly import queries
from app.assembly.models import Assembly
from app.assembly.release import booth_hashes
from app.assembly.rules import KeyHolding
from app.assembly.rules.choosing import RULE_NAMES, RULE_TEXTS
from app.assembly.services import board, casting
from app.assembly.views.blueprint import blueprint
from app.clock import utc_now
from app.config import Config
from app.cycle.queries import current_cycle, require_current_cycle
from app.db.session import transaction
from app.errors import NotAllowed, NotFound
from app.extensions import csrf, limiter
from app.i18n import N_
from app.people.login import current_person, require_person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.plan.queries import sections
from app.web.parked_forms import came_from_here
from app.web.security_headers import SECRETS_POLICY
from app.web.turnstile import Turnstile
from voting.allocation import RuleName

TURNSTILE = "madang.assembly.casting"
PER_ADDRESS = "600 per minute"
"""Generous: a whole hall votes through one address."""


@blueprint.get("/<slug:slug>/assembly/booth")
def booth(slug: str) -> Response | str:
    """Show the booth; what is voted on comes from the election itself, which the page fetches and checks."""
    place = place_by_slug(slug)
    cycle = current_cycle(place)
    assembly = queries.assembly_of(cycle) if cycle else None
    if assembly is None or assembly.opened_at is None:
        return redirect(url_for("assembly.show", slug=slug), 303)
    values = booth_page_values(
        assembly,
        place,
        is_voting=assembly.is_voting(utc_now()),
        # The server has no codes to hand out where a credential authority makes them.
        is_signed_in=current_person() is not None and assembly.keys is KeyHolding.SERVER,
    )
    page = FlaskResponse(render_template("assembly/booth.html", **values, offline=""))
    page.headers["Content-Security-Policy"] = SECRETS_POLICY
    return page


def booth_page_values(assembly: Assembly, place: Place, *, is_voting: bool, is_signed_in: bool) -> dict[str, Any]:
    """Return what the booth's page is made of, on the site and as a file."""
    rule = assembly.counting_rule.name
    return {
        "place": place,
        "cycle": assembly.cycle,
        "assembly": assembly,
        "sections": sections(assembly.plan_version),
        "is_voting": is_voting,
        "is_signed_in": is_signed_in,
        "has_trustees": assembly.keys is KeyHolding.TRUSTEES,
        "rule_name": RULE_NAMES[rule],
        "rule_text": RULE_TEXTS[rule],
        "is_greedy": rule in {RuleName.GREEDY, RuleName.GREEDY_NO_SKIP, RuleName.GREEDY_THRESHOLD},
    }


@blueprint.get("/<slug:slug>/assembly/election.json")
def election(slug: str) -> Response:
    """Return the election exactly as it stands on the board: its hash is the fingerprint."""
    return FlaskResponse(board.election_bytes(require_opened(slug)), mimetype="application/json")


@blueprint.get("/<slug:slug>/assembly/credentials/<string(length=2):beginning>.json")
def credentials(slug: str, beginning: str) -> Response:
    """Return the public credentials that begin with two digits: a device looks for its own without naming it."""
    return jsonify(board.credentials_beginning(require_opened(slug), beginning))


@blueprint.post("/<slug:slug>/assembly/code")
@limiter.limit(PER_ADDRESS)
def code(slug: str) -> Response:
    """Hand a signed-in resident their own voting code, to a page of this very site only."""
    person = require_person()
    if not came_from_here():
        raise NotAllowed(N_("투표 번호는 이 사이트의 투표 화면에만 알려 줍니다."))
    return jsonify(code=casting.code_for(require_opened(slug), person, at=utc_now()))


@blueprint.post("/<slug:slug>/assembly/ballots")
@csrf.exempt
@limiter.limit(PER_ADDRESS)
def cast(slug: str) -> Response | tuple[Response, int]:
    """Take a locked ballot from anybody: its own signature says that a voter made it, and no cookie says which.

    That is why there is no token against forged requests either: a forged one cannot sign.
    """
    request.max_content_length = casting.MAX_BALLOT_BYTES
    if (request.content_length or 0) > casting.MAX_BALLOT_BYTES:
        return jsonify(error=_("투표지가 너무 큽니다.")), 413
    data = request.get_data(cache=False)
    # When it arrived counts, not when its turn came: whoever waits here at the closing instant is in time.
    at = utc_now()
    # Everything that costs something stands behind it: whoever is sent away must be so in no time.
    with casting_turnstile().place():
        assembly = require_opened(slug)
        casting.examine(assembly, data, at=at)
        with transaction():
            receipt = casting.cast_ballot(assembly.id, data, at=at)
    return jsonify(
        tracker=receipt.tracker,
        height=receipt.height,
        event=receipt.event,
        parent=receipt.parent,
        proof=receipt.proof,
    )


def casting_turnstile() -> Turnstile:
    """Return the turnstile before the ballot box, one for each process."""
    return cast_to("Turnstile", current_app.extensions[TURNSTILE])


def _set_up(state: BlueprintSetupState) -> None:
    config: Config = state.app.config["MADANG"]
    state.app.extensions[TURNSTILE] = Turnstile(
        places=config.casting_places, queue=config.casting_queue, patience=config.casting_patience_seconds
    )


blueprint.record_once(_set_up)


@blueprint.get("/booth/files.json")
def booth_files() -> Response:
    """Publish the hash of every file that the booth runs or paints."""
    return jsonify(booth_hashes())


def require_opened(slug: str) -> Assembly:
    """Return the assembly of the current year, once its voting was opened.

    Raises:
        NotFound: it was not.
    """
    assembly = queries.require_assembly(require_current_cycle(place_by_slug(slug)))
    if assembly.opened_at is None:
        raise NotFound(N_("아직 투표를 열지 않았습니다."))
    return assembly
