"""What the application says no with. Pure: imports nothing.

Every `AppError` carries a message that is safe to show to anyone by construction: a fixed Korean sentence (the key of
its translation) and named values that the sentence may hold. The web layer maps each class to a status once.
"""


class AppError(Exception):
    """A refusal that a person may read. ``message`` is the Korean sentence, ``values`` fills its ``%(name)s`` places."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return self.message % self.values if self.values else self.message


class NotFound(AppError):  # noqa: N818 - named by the refusal
    """It does not exist, or this person may not know that it does."""


class UnknownPlace(NotFound):  # noqa: N818
    """No place has this address, so that no way leads back to one."""


class NotAllowed(AppError):  # noqa: N818
    """It exists and is known to exist, but this person may not do that."""


class RuleViolation(AppError):  # noqa: N818
    """A rule of the process refuses it now: closed, too many, not yet, below the minimum."""


class Conflict(AppError):  # noqa: N818
    """Somebody else changed it meanwhile; nothing was overwritten."""


class InvalidInput(AppError):  # noqa: N818
    """One field holds something that cannot be taken. ``field`` names it, for the form."""

    def __init__(self, message: str, *, field: str | None = None, **values: object) -> None:
        super().__init__(message, **values)
        self.field = field


class SignInRequired(AppError):  # noqa: N818
    """Only somebody signed in can do this; guests are led to the sign-in page and back."""


class Overloaded(AppError):  # noqa: N818
    """Too many at once: nothing was begun, and the same again in a moment is right."""
