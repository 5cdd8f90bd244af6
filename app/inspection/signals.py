"""What an inspection tells others, without knowing them."""

from blinker import signal

opinion_answered = signal("inspection.opinion-answered")
"""Sent with an `Opinion` inside the transaction in which it was answered."""
