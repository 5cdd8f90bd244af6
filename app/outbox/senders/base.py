"""What every sender takes and how it refuses."""

from dataclasses import dataclass
from typing import Protocol

from app.outbox.rules import Channel


class SendingError(Exception):
    """The message did not leave. ``code`` is short and holds no personal data."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Refused(SendingError):  # noqa: N818 - named by the refusal
    """The other side will never take it: no such mailbox, no such number, not allowed."""


class Unreachable(SendingError):  # noqa: N818
    """The other side cannot take it now: try again later."""


@dataclass(frozen=True)
class Outgoing:
    """A message as it leaves."""

    key: str
    """The same for every attempt, so that the other side can drop what it already has."""
    channel: Channel
    to: str
    subject: str
    text: str
    locale: str
    unsubscribe: str | None = None
    """Where one click ends messages of this sort."""

    def __repr__(self) -> str:
        return f"Outgoing({self.key})"


class Sender(Protocol):
    """Sends one message."""

    def send(self, message: Outgoing) -> str | None:
        """Hand the message over and return what the other side calls it, if it says.

        Raises:
            Refused: it will never be taken.
            Unreachable: it may be taken later.
        """
