"""Nothing typed is lost: a form that arrives after the session ended is shown again, ready to be sent.

The page carries the typed fields as hidden inputs with a fresh token. It is offered only when the browser says that the
form came from this very site (``Sec-Fetch-Site`` or ``Origin``), so a forged request gains nothing by it.
"""

from urllib.parse import urlsplit

from flask import render_template, request
from werkzeug.wrappers import Response

SECRET_FIELDS = frozenset(
    {"csrf_token", "password", "new_password", "current_password", "code", "credential", "secret"}
)
MAX_FIELDS = 500


def came_from_here() -> bool:
    """Tell whether the browser vouches that the request was sent by a page of this site."""
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc == request.host


def typed_fields() -> list[tuple[str, str]]:
    """Return what was typed, without secrets."""
    pairs = [(name, value) for name, values in request.form.lists() for value in values if name not in SECRET_FIELDS]
    return pairs[:MAX_FIELDS]


def offer_again() -> Response | tuple[str, int] | None:
    """Return the page that sends the same form again, or None when it must not be offered."""
    if request.method != "POST" or not came_from_here():
        return None
    page = render_template("errors/send_again.html", action=request.full_path.rstrip("?"), fields=typed_fields())
    return page, 400
