"""Wraps Flask-Login, so that nothing else in the application knows it.

The cookie carries a random token; the sign-in it belongs to lives in the database and can be ended there. Somebody who
owes a second factor is nobody yet: `current_person` answers None until it was shown, everywhere, so that no page needs
to remember to ask.
"""

from datetime import timedelta
from typing import cast

from flask import Flask, current_app, request
from flask import session as cookie
from flask_login import UserMixin, current_user, login_user, logout_user

from app.clock import utc_now
from app.config import Config
from app.db.session import transaction
from app.errors import NotAllowed, SignInRequired
from app.extensions import login_manager
from app.i18n import N_
from app.people.models import Person, SignIn
from app.people.permissions import needs_second_factor
from app.people.queries.sign_ins import live_sign_in
from app.people.services import sign_ins


class SignedIn(UserMixin):
    """A signed-in browser as Flask-Login wants to see it."""

    def __init__(self, token: str, sign_in: SignIn | None = None) -> None:
        self.token = token
        self.sign_in = sign_in

    def get_id(self) -> str:
        """Return the key that the session cookie carries."""
        return self.token


@login_manager.user_loader
def _load(token: str) -> SignedIn | None:
    idle = timedelta(minutes=_config().staff_idle_minutes)
    row = live_sign_in(sign_ins.token_hash(token), staff_idle=idle, at=utc_now())
    return None if row is None else SignedIn(token, row)


def init_app(app: Flask) -> None:
    """Note, at most once a minute, that a signed-in browser is in use; the idle timeout counts from it."""
    login_manager.session_protection = None  # a telephone changes its address all day; sign-ins are ended by hand

    @app.before_request
    def _note_seen() -> None:
        if request.endpoint in {None, "static"} or "_user_id" not in cookie:
            return
        row, at = current_sign_in(), utc_now()
        if row is not None and sign_ins.seen_as(row.person, at) - row.last_seen_at >= sign_ins.SEEN_EVERY:
            with transaction():
                sign_ins.note_seen(row.id, at=at)


def current_sign_in() -> SignIn | None:
    """Return the sign-in of this browser, second factor shown or not; None for a guest."""
    if not current_user.is_authenticated:
        return None
    return cast("SignedIn", current_user).sign_in


def owes_second_factor() -> Person | None:
    """Return the person who gave a password here and must still show (or set up) a second factor; otherwise None."""
    row = current_sign_in()
    if row is None or row.second_factor_at is not None or not needs_second_factor(row.person, utc_now()):
        return None
    return row.person


def current_person() -> Person | None:
    """Return the signed-in person of this request, or None for a guest and for whoever owes a second factor."""
    row = current_sign_in()
    return None if row is None or owes_second_factor() is not None else row.person


def require_person() -> Person:
    """Return the signed-in person.

    Raises:
        SignInRequired: a guest; the error page leads them to sign in and back, with what they typed.
    """
    person = current_person()
    if person is None:
        raise SignInRequired(N_("로그인하면 이어서 할 수 있습니다."))
    return person


def require_allowed(allowed: bool) -> None:  # noqa: FBT001
    """Refuse a page whose ``can_*`` answered no.

    Raises:
        NotAllowed: the answer was no.
    """
    if not allowed:
        raise NotAllowed(N_("권한이 있는 사람만 볼 수 있는 화면입니다."))


def remember(token: str, *, language: str) -> None:
    """Put a fresh sign-in into the cookie. Nothing of the guest's session survives it (session fixation)."""
    cookie.clear()
    cookie["language"] = language
    cookie.permanent = True
    login_user(_load(token) or SignedIn(token))


def forget() -> None:
    """Empty the cookie."""
    language = cookie.get("language")
    logout_user()
    cookie.clear()
    if language:
        cookie["language"] = language


def sign_in_lasts() -> timedelta:
    """Return after which time a sign-in is over, used or not."""
    return timedelta(hours=_config().session_hours)


def _config() -> Config:
    return cast("Config", current_app.config["MADANG"])
