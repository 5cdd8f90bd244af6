"""Pages of following."""

from app.following.views import feeds, own
from app.following.views.blueprint import blueprint

__all__ = ["blueprint", "feeds", "own"]
