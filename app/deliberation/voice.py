"""Who speaks in a round: an account, or a device that has none."""

from dataclasses import dataclass

from app.people.models import Person


@dataclass(frozen=True)
class Voice:
    """A visitor as the use cases of a round see one.

    Attributes:
        person: the signed-in person, if any.
        device: the random token of this browser's signed cookie, if it has one.
        address: the network address, for counting new devices only.
    """

    person: Person | None = None
    device: str | None = None
    address: str = ""
