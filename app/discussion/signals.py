"""What the discussion tells others, without knowing them."""

from blinker import signal

somebody_called = signal("discussion.somebody-called")
"""Sent with a `Mention` inside the transaction in which the comment was written, within the day's cap only."""
comment_written = signal("discussion.comment-written")
"""Sent with a `Comment` inside the transaction in which it was written."""
