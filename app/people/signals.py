"""What people's accounts tell others, without knowing them."""

from blinker import signal

invitation_accepted = signal("people.invitation-accepted")
"""Sent with an `Invitation` inside the transaction in which somebody took it; ``person`` is who."""
account_closed = signal("people.account-closed")
"""Sent with a `Person` inside the transaction in which the account was closed and blanked."""
