"""Tables of the discussion: arguments and comments, their moderation, live meetings."""

from app.discussion.models.live import Attendance, Evidence, LiveRoom, TableIdea, TableSheet
from app.discussion.models.moderation import ModerationEntry, Report
from app.discussion.models.words import Argument, ArgumentSupport, Comment, Mention

__all__ = [
    "Argument",
    "ArgumentSupport",
    "Attendance",
    "Comment",
    "Evidence",
    "LiveRoom",
    "Mention",
    "ModerationEntry",
    "Report",
    "TableIdea",
    "TableSheet",
]
