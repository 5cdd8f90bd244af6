"""What a round tells others, without knowing them."""

from blinker import signal

statement_decided = signal("deliberation.statement-decided")
"""Sent with a `Statement` inside the transaction in which it was published, rejected or merged; ``at`` is when."""
round_concluded = signal("deliberation.round-concluded")
"""Sent with an `OpinionRound` inside the transaction in which its conclusion was written; ``at`` is when."""
