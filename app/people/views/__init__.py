"""Pages of people: signing in and up, one's own account, second factors, roles of a place, the voter roll."""

from app.people.views import account, factors, recovery, signing_in, signing_up
from app.people.views.blueprint import blueprint

__all__ = ["account", "blueprint", "factors", "recovery", "signing_in", "signing_up"]
