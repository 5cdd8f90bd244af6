"""One thing that is due for somebody. Pure; every concept offers its own, the desk sorts them."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Todo:
    """A duty with a deadline, as the desk shows it.

    ``title``, ``why``, ``context`` and ``action`` are Korean sentences marked for translation; ``values`` fills their
    places. ``why`` says what hangs on it; where a source gives none, the desk has a sentence for its kind of duty.
    ``endpoint`` and ``arguments`` name the page where the duty is done.
    """

    title: str
    action: str
    endpoint: str
    arguments: dict[str, object] = field(default_factory=dict)
    values: dict[str, object] = field(default_factory=dict)
    context: str = ""
    why: str = ""
    due_at: datetime | None = None
    place_id: int | None = None
