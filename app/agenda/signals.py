"""What the agenda tells others, without knowing them."""

from blinker import signal

proposal_joined = signal("agenda.proposal-joined")
"""Sent with a `Proposal` and ``person`` inside the transaction in which they proposed or signed it."""
