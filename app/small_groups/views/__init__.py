"""Pages of small groups: public ones, rounds, applying, checking and deciding, reports."""

from app.small_groups.views import applying, checking, public, reports, rounds
from app.small_groups.views.blueprint import blueprint

__all__ = ["applying", "blueprint", "checking", "public", "reports", "rounds"]
