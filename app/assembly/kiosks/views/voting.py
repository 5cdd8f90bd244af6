"""The kiosk itself: bringing a tablet in, the page that it is locked to, and the few requests that this page makes.

Nobody signs in here. The tablet's cookie holds its secret; it is sent by pages of this very site only (``SameSite=Strict``,
and the browser must vouch for it), which is why there is no token against forged requests besides.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response as FlaskResponse
from flask import current_app, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.assembly.kiosks import queries
from app.assembly.kiosks.forms import PairForm
from app.assembly.kiosks.models import Kiosk
from app.assembly.kiosks.services import pairing, taking
from app.assembly.kiosks.services.taking import UNKNOWN_DEVICE
from app.assembly.kiosks.views.blueprint import blueprint
from app.assembly.models import Assembly
from app.assembly.services import board, casting
from app.assembly.views.booth import booth_page_values, casting_turnstile
from app.clock import utc_now
from app.config import Config
from app.db.session import transaction
from app.errors import NotAllowed
from app.extensions import csrf, limiter
from app.web.forms import shown_on
from app.web.parked_forms import came_from_here
from app.web.security_headers import SECRETS_POLICY

LASTS = timedelta(days=40)
"""Longer than any vote may last."""
PER_ADDRESS = "600 per minute"
GUESSES = "20 per minute"
SEALED_HEADER = "X-Kiosk-Sealed"
"""When the kiosk locked the ballot, in milliseconds since 1970 by the server's clock."""


@blueprint.route("/kiosk", methods=["GET", "POST"])
@limiter.limit(GUESSES, methods=["POST"])
def pair() -> Response | str | tuple[str, int]:
    """Make this tablet a kiosk; one that is leads to its page."""
    known = queries.kiosk_by_device(_secret())
    if known is not None and request.method == "GET":
        return redirect(url_for("kiosks.kiosk", slug=known.assembly.place.slug), 303)
    form = PairForm()
    if form.validate_on_submit():
        found: tuple[Kiosk, str] | None = None
        with shown_on(form), transaction():
            found = pairing.pair(form.code.data or "", at=utc_now())
        if found is not None and not form.errors:
            kiosk, secret = found
            page = redirect(url_for("kiosks.kiosk", slug=kiosk.assembly.place.slug), 303)
            _remember(page, secret)
            return page
    shown = render_template("kiosks/pair.html", form=form)
    return (shown, 422) if form.errors else shown


@blueprint.get("/<slug:slug>/kiosk")
def kiosk(slug: str) -> Response:
    """Show the page that a tablet is locked to; any other device is led to where tablets are brought in."""
    found = queries.kiosk_by_device(_secret())
    if found is None:
        return redirect(url_for("kiosks.pair"), 303)
    assembly = found.assembly
    if assembly.place.slug != slug:
        return redirect(url_for("kiosks.kiosk", slug=assembly.place.slug), 303)
    at = utc_now()
    values = booth_page_values(assembly, assembly.place, is_voting=assembly.is_voting(at), is_signed_in=False)
    page = FlaskResponse(
        render_template(
            "kiosks/kiosk.html",
            **values,
            offline="",
            kiosk=found,
            at=at,
            pin_rounds=pairing.PIN_ROUNDS,
            grace_minutes=int(taking.grace_of(assembly).total_seconds() // 60),
            grace_ends_at=assembly.closes_at + taking.grace_of(assembly),
        )
    )
    page.headers["Content-Security-Policy"] = SECRETS_POLICY
    return page


@blueprint.get("/<slug:slug>/kiosk/credentials.json")
def credentials(slug: str) -> Response:
    """Return all public credentials, so that a code is recognised without a connection, too."""
    found = _device(slug)
    return jsonify(board.credentials_beginning(found.assembly, ""))


@blueprint.post("/<slug:slug>/kiosk/report")
@csrf.exempt
@limiter.limit(PER_ADDRESS)
def report(slug: str) -> Response:
    """Take a sign of life; tell the time and whether voting goes on."""
    found = _device(slug)
    at = utc_now()
    with transaction():
        taking.report(found.id, waiting=_number("waiting"), refused=_number("refused"), at=at)
    return jsonify(_state(found.assembly, at))


@blueprint.post("/<slug:slug>/kiosk/ballots")
@csrf.exempt
@limiter.limit(PER_ADDRESS)
def cast(slug: str) -> Response | tuple[Response, int]:
    """Take a locked ballot from a registered kiosk."""
    found = _device(slug)
    request.max_content_length = casting.MAX_BALLOT_BYTES
    if (request.content_length or 0) > casting.MAX_BALLOT_BYTES:
        return jsonify(error=_("투표지가 너무 큽니다.")), 413
    data, at, sealed_at = request.get_data(cache=False), utc_now(), _sealed_at()
    with casting_turnstile().place():
        taking.examine_at_kiosk(found.assembly, data, sealed_at=sealed_at, at=at)
        with transaction():
            receipt = taking.cast_at_kiosk(found.id, data, sealed_at=sealed_at, at=at)
    return jsonify(
        tracker=receipt.tracker,
        height=receipt.height,
        event=receipt.event,
        parent=receipt.parent,
        proof=receipt.proof,
    )


def _state(assembly: Assembly, at: datetime) -> dict[str, Any]:
    return {
        "now": int(at.timestamp() * 1000),
        "voting": assembly.is_voting(at),
        "taking": taking.is_taking(assembly, at),
        "fingerprint": assembly.fingerprint,
    }


def _device(slug: str) -> Kiosk:
    found = queries.kiosk_by_device(_secret())
    if found is None or found.assembly.place.slug != slug or (request.method == "POST" and not came_from_here()):
        raise NotAllowed(UNKNOWN_DEVICE)
    return found


def _number(name: str) -> int:
    asked = request.get_json(silent=True)
    value = asked.get(name) if isinstance(asked, dict) else None
    return value if isinstance(value, int) else 0


def _sealed_at() -> datetime | None:
    text = request.headers.get(SEALED_HEADER, "")
    if not text.isdecimal() or len(text) > 14:
        return None
    return datetime.fromtimestamp(int(text) / 1000, UTC)


def _secret() -> str:
    return request.cookies.get(_name(), "")


def _remember(page: Response, secret: str) -> None:
    config: Config = current_app.config["MADANG"]
    page.set_cookie(
        _name(), secret, max_age=LASTS, secure=config.secure_cookies, httponly=True, samesite="Strict", path="/"
    )


def _name() -> str:
    config: Config = current_app.config["MADANG"]
    return "__Host-madang-kiosk" if config.secure_cookies else "madang-kiosk"
