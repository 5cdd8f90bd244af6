"""Wraps Flask-Login, so that nothing else in the application knows it."""

from typing import cast

from flask_login import UserMixin, current_user

from app.db.session import session
from app.errors import NotAllowed, SignInRequired
from app.extensions import login_manager
from app.i18n import N_
from app.people.models import Person


class SignedIn(UserMixin):
    """A person as Flask-Login wants to see them."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        """Return the key that the session cookie carries."""
        return str(self.person.id)


@login_manager.user_loader
def _load(key: str) -> SignedIn | None:
    person = session().get(Person, int(key)) if key.isdecimal() else None
    return SignedIn(person) if person and person.is_active else None


def current_person() -> Person | None:
    """Return the signed-in person of this request, or None for a guest."""
    if not current_user.is_authenticated:
        return None
    return cast("SignedIn", current_user).person


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
