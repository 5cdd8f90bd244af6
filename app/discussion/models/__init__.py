"""Tables of the discussion: arguments and comments, their moderation, live meetings."""

from app.discussion.models.moderation import ModerationEntry, Report
from app.discussion.models.words import Argument, ArgumentSupport, Comment, Mention

__all__ = ["Argument", "ArgumentSupport", "Comment", "Mention", "ModerationEntry", "Report"]
