"""Pages of people: signing in and up, one's own account, second factors, roles of a place, the voter roll."""

from app.people.views import account, factors, place_people, recovery, roll, signing_in, signing_up, verifying
from app.people.views.blueprint import blueprint

__all__ = [
    "account",
    "blueprint",
    "factors",
    "place_people",
    "recovery",
    "roll",
    "signing_in",
    "signing_up",
    "verifying",
]
