"""Pages of small groups: public ones, rounds, applying, checking and deciding, objections, reports."""

from app.small_groups.views import applying, checking, objecting, public, reports, rounds
from app.small_groups.views.blueprint import blueprint

__all__ = ["applying", "blueprint", "checking", "objecting", "public", "reports", "rounds"]
