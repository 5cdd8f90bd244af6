"""Which language a page is in: the visitor's choice, then their account, then the browser, then Korean."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, request, session

LANGUAGES = ("ko", "en")
blueprint = Blueprint("languages", __name__)


def choose_locale() -> str:
    """Return the language of this request."""
    chosen = session.get("language") if request else None
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES, default="ko") if request else "ko"


@blueprint.post("/language")
def choose() -> Response:
    """Remember the visitor's choice and return to the page they were on."""
    language = request.form.get("language", "")
    if language in LANGUAGES:
        session["language"] = language
        session.permanent = True
    return redirect(local_path(request.form.get("next", "")), code=303)  # type: ignore[return-value]


def local_path(target: str) -> str:
    """Return an address of this very site, or ``/`` for anything else (open redirects, ASVS 3.7.2)."""
    try:
        parts = urlsplit(target)
    except ValueError:  # "//[": no address at all
        return "/"
    if parts.scheme or parts.netloc or not target.startswith("/") or target.startswith(("//", "/\\")):
        return "/"
    if any(ord(letter) < 0x20 or letter == "\\" for letter in target):
        return "/"
    return target
