"""Wraps Flask-Login, so that nothing else in the application knows it."""

from typing import cast

from flask_login import UserMixin, current_user

from app.people.models import Person


class SignedIn(UserMixin):
    """A person as Flask-Login wants to see them."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        """Return the key that the session cookie carries."""
        return str(self.person.id)


def current_person() -> Person | None:
    """Return the signed-in person of this request, or None for a guest."""
    if not current_user.is_authenticated:
        return None
    return cast("SignedIn", current_user).person
