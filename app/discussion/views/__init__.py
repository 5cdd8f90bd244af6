"""Pages of the discussion."""

from app.discussion.views import moderation, rooms, seats, words
from app.discussion.views.blueprint import blueprint

__all__ = ["blueprint", "moderation", "rooms", "seats", "words"]
