"""The device of a visitor without an account: a random token in a signed cookie, and what is derived from it.

The cookie is set when somebody opens a round that everybody may answer in, and only there; nothing is written to the
database before the first answer. The database knows the token only as a keyed hash, another one in every round.
"""

import hashlib
import hmac
from datetime import timedelta

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from app.config import Config, generate_token
from app.deliberation.voice import Voice
from app.people.login import current_person
from app.web.addresses import counted_address

LASTS = timedelta(days=180)
_SALT = "deliberation.device"


def current_voice() -> Voice:
    """Return who speaks in this request."""
    return Voice(current_person(), _read(), counted_address())


def with_device(voice: Voice) -> Voice:
    """Return the same visitor with a device, a new one where the browser brought none."""
    return voice if voice.device is not None else Voice(voice.person, generate_token(), voice.address)


def remember_device(response: Response, voice: Voice) -> Response:
    """Send the cookie of a visitor's device along."""
    config: Config = current_app.config["MADANG"]
    if voice.device is not None and voice.device != _read():
        response.set_cookie(
            _name(),
            _serializer().dumps(voice.device),
            max_age=LASTS,
            secure=config.secure_cookies,
            httponly=True,
            samesite="Lax",
            path="/",
        )
    return response


def chance_of(round_id: int, voice: Voice) -> bytes:
    """Return the secret bytes from which the order of a visitor's cards is drawn; the same until they answer."""
    who = f"person:{voice.person.id}" if voice.person is not None else f"device:{voice.device or ''}"
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.digest(key, f"deliberation.card:{round_id}:{who}".encode(), hashlib.sha256)


def _read() -> str | None:
    try:
        token = _serializer().loads(request.cookies.get(_name(), ""))
    except BadSignature:
        return None
    return token if isinstance(token, str) and token else None


def _name() -> str:
    config: Config = current_app.config["MADANG"]
    return "__Host-madang-device" if config.secure_cookies else "madang-device"


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.config["SECRET_KEY"]), salt=_SALT)
