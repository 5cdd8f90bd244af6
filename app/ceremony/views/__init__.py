"""Pages of ceremonies."""

from app.ceremony.views import arranging, seats
from app.ceremony.views.blueprint import blueprint

__all__ = ["arranging", "blueprint", "seats"]
