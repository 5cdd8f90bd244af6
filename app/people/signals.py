"""What people's accounts tell others, without knowing them."""

from blinker import signal

account_closed = signal("people.account-closed")
"""Sent with a `Person` inside the transaction in which the account was closed and blanked."""
