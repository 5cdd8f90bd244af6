"""What the public record tells others, without knowing them."""

from blinker import signal

entry_appended = signal("record.entry-appended")
"""Sent with a `RecordEntry` inside the transaction of the act that it records."""
