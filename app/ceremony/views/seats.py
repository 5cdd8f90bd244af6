"""The pages that trustees and the credential authority work on, and the few requests that these pages make.

Nobody signs in here, and no cookie is read: the secret of a seat's link is sent as a header by the page itself, so that a
forged request of another site cannot carry it.
"""

import json
from typing import Any

from flask import Response as FlaskResponse
from flask import jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from app.assembly.models import Assembly
from app.assembly.queries import require_assembly
from app.assembly.rules import AssemblyState
from app.assembly.services.counting import awaited, owners_of
from app.assembly.services.electing import electorate
from app.assembly.stations.queries import losses_waiting, stations_of
from app.assembly.stations.services import letters
from app.ceremony import queries
from app.ceremony.models import Ceremony, Seat
from app.ceremony.rules import OF_AUTHORITY, MessageKind
from app.ceremony.services import counting, publishing, seating
from app.ceremony.views.blueprint import blueprint
from app.clock import utc_now
from app.cycle.queries import require_current_cycle
from app.db.session import transaction
from app.errors import InvalidInput, NotFound
from app.extensions import csrf, limiter
from app.i18n import N_
from app.places.queries import place_by_slug
from app.web.filters import instant
from app.web.security_headers import SECRETS_POLICY
from voting import EventType

PER_ADDRESS = "600 per minute"
SECRET_HEADER = "X-Ceremony-Seat"  # noqa: S105 - the name of a header, no secret
ON_A_LETTER = 4
"""How many polling places a letter names; the page that it leads to has all of them."""


@blueprint.get("/<slug:slug>/assembly/ceremony/seat")
def seat(slug: str) -> Response:
    """Show the page on which a trustee makes, tries and uses a key."""
    return _page("ceremony/seat.html", slug)


@blueprint.get("/<slug:slug>/assembly/ceremony/authority")
def authority(slug: str) -> Response:
    """Show the page on which the credential authority makes the codes and prints the letters."""
    return _page("ceremony/authority.html", slug)


@blueprint.get("/<slug:slug>/assembly/ceremony/state.json")
@limiter.limit(PER_ADDRESS)
def state(slug: str) -> Response:
    """Return everything public about the ceremony: what everybody published, and what is awaited."""
    assembly, ceremony = _found(slug)
    return jsonify(_state(assembly, ceremony))


@blueprint.post("/<slug:slug>/assembly/ceremony/messages")
@csrf.exempt
@limiter.limit(PER_ADDRESS)
def publish(slug: str) -> Response:
    """Take what a seat publishes; without a kind, only tell whose link this is."""
    assembly, ceremony, own, asked = _spoken_by_a_seat(slug)
    kind = asked.get("kind", "")
    if kind in set(MessageKind):
        with transaction():
            ceremony = publishing.publish(ceremony.id, own.id, MessageKind(kind), asked.get("body", ""), at=utc_now())
    return jsonify(_state(assembly, ceremony) | {"seat": _seat(own)})


@blueprint.post("/<slug:slug>/assembly/ceremony/parts")
@csrf.exempt
@limiter.limit(PER_ADDRESS)
def contribute(slug: str) -> Response:
    """Take a trustee's mix or part of the decryption."""
    assembly, ceremony, own, asked = _spoken_by_a_seat(slug)
    at, body = utc_now(), asked.get("body", "")
    with transaction():
        if asked.get("kind") == "shuffle":
            counting.take_shuffle(ceremony.id, own.id, body, at=at)
        else:
            counting.take_decryption(ceremony.id, own.id, body, asked.get("proofs", ""), at=at)
    return jsonify(_state(assembly, ceremony) | {"seat": _seat(own)})


@blueprint.post("/<slug:slug>/assembly/ceremony/losses")
@csrf.exempt
@limiter.limit(PER_ADDRESS)
def losses(slug: str) -> Response:
    """Tell the credential authority which letters were declared lost; with a number and a slip, take one away."""
    assembly, ceremony, own, asked = _spoken_by_a_seat(slug)
    number, settled = asked.get("number", ""), None
    with transaction():
        seating.require_authority(ceremony, own)
        if number.isdecimal():
            settled = letters.settle_loss(assembly.id, int(number[:9]), asked.get("slip", ""), at=utc_now())
    return jsonify(
        settled=None if settled is None else {"number": settled.number, "state": settled.state.value},
        waiting=[
            {
                "number": each.number,
                "station": each.station.name,
                "at": instant(each.declared_at),
            }
            for each in losses_waiting(assembly)
        ],
    )


def _page(template: str, slug: str) -> Response:
    assembly, ceremony = _found(slug)
    place = assembly.place
    page = FlaskResponse(
        render_template(
            template,
            place=place,
            cycle=assembly.cycle,
            assembly=assembly,
            ceremony=ceremony,
            stations=stations_of(assembly)[:ON_A_LETTER],
            addresses={
                "state": url_for("ceremony.state", slug=slug),
                "messages": url_for("ceremony.publish", slug=slug),
                "losses": url_for("ceremony.losses", slug=slug),
                "parts": url_for("ceremony.contribute", slug=slug),
                "archive": url_for("assembly.archive", slug=slug, year=assembly.cycle.year),
                "booth": url_for("assembly.booth", slug=slug),
                "worker": url_for("static", filename="ceremony/worker.js", v=None),
                "overview": url_for("ceremony.show", slug=slug),
            },
        )
    )
    page.headers["Content-Security-Policy"] = SECRETS_POLICY
    return page


def _found(slug: str) -> tuple[Assembly, Ceremony]:
    assembly = require_assembly(require_current_cycle(place_by_slug(slug)))
    found = queries.ceremony_of(assembly)
    if found is None:
        raise NotFound(N_("이 총회에는 열쇠 지기가 없습니다."))
    return assembly, found


def _spoken_by_a_seat(slug: str) -> tuple[Assembly, Ceremony, Seat, dict[str, str]]:
    """Return whose link this is, and what the request's fields say, all of them texts.

    Raises:
        NotFound, NotAllowed: there is no ceremony here; the link is nobody's.
        InvalidInput: what was sent is no object of texts. Werkzeug refuses what is too large.
    """
    assembly, ceremony = _found(slug)
    request.max_content_length = publishing.MOST_BYTES
    try:
        asked = json.loads(request.get_data(cache=False))
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict) or not all(isinstance(each, str) for each in asked.values()):
        raise InvalidInput(N_("보낸 내용을 읽을 수 없습니다."))
    return assembly, ceremony, seating.seat_of(ceremony, request.headers.get(SECRET_HEADER, "")), asked


def _seat(own: Seat) -> dict[str, Any]:
    return {"number": own.number, "name": own.name}


def _state(assembly: Assembly, ceremony: Ceremony) -> dict[str, Any]:
    stand = queries.standing(ceremony)
    is_counting = assembly.state in {AssemblyState.CLOSED, AssemblyState.COUNTED}
    next_part = awaited(assembly) if is_counting else None
    return {
        "uuid": ceremony.uuid,
        "group": ceremony.group,
        "threshold": ceremony.threshold,
        "size": ceremony.size,
        "round": ceremony.round,
        "occasion": ceremony.occasion,
        "stage": assembly.state.value,
        "electors": electorate(assembly).count,
        "seats": [_seat(each) for each in ceremony.seats],
        "step": stand.step.value if stand.step else None,
        "posted": {kind.value: numbers for kind, numbers in stand.posted.items()},
        "messages": {kind.value: bodies for kind, bodies in stand.bodies.items() if kind not in OF_AUTHORITY},
        "credentials": stand.credentials_fingerprint,
        "complaint": stand.complaint,
        "trustees": ceremony.trustees,
        "fingerprint": assembly.fingerprint,
        "awaited": next_part.value if next_part else None,
        "mixed": owners_of(assembly, EventType.SHUFFLE) if is_counting else [],
        "decrypted": owners_of(assembly, EventType.PARTIAL_DECRYPTION) if is_counting else [],
    }
