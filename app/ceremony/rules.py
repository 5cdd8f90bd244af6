"""Rules of ceremonies: numbers of trustees, the order of steps, what must be done before opening. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.errors import InvalidInput
from app.i18n import N_

MOST_SEATS = 9
AUTHORITY = 0
"""The seat number of the credential authority; trustees count from 1, as on the board."""


class MessageKind(StrEnum):
    """What a seat publishes."""

    CERTIFICATE = "certificate"
    COMMITMENT = "commitment"
    REVEAL = "reveal"
    KEY = "key"
    COMPLAINT = "complaint"
    REHEARSAL = "rehearsal"
    CREDENTIALS = "credentials"
    SLIPS = "slips"
    """By what stations know letters again (`app.assembly.stations.rules.slips`)."""


OF_AUTHORITY = frozenset({MessageKind.CREDENTIALS, MessageKind.SLIPS})
"""What the credential authority publishes, and nobody else; may be published anew until the opening."""


KEY_STEPS = (MessageKind.CERTIFICATE, MessageKind.COMMITMENT, MessageKind.REVEAL, MessageKind.KEY)
"""How threshold trustees make a key together (docs/key-ceremony.md §2): each step waits for everybody's step before."""


def key_steps(threshold: int, size: int) -> tuple[MessageKind, ...]:
    """Return the steps to a key: where all trustees are needed, each makes a whole key on its own, in one step."""
    return KEY_STEPS if threshold < size else (MessageKind.KEY,)


def require_numbers(threshold: int, size: int) -> None:
    """Refuse numbers with which one person could open ballots alone, or nobody could survive a lost key.

    Raises:
        InvalidInput: naming the field.
    """
    if not 2 <= size <= MOST_SEATS:
        raise InvalidInput(N_("열쇠 지기는 2명부터 %(most)s명까지 정합니다."), field="names", most=MOST_SEATS)
    if not 2 <= threshold <= size:
        raise InvalidInput(N_("여는 데 필요한 사람은 2명부터 열쇠 지기 수까지 정합니다."), field="threshold")


def step_now(steps: Sequence[MessageKind], posted: Mapping[MessageKind, int], size: int) -> MessageKind | None:
    """Return the step that is under way: the first that not everybody has taken; None when the key is made."""
    return next((kind for kind in steps if posted.get(kind, 0) < size), None)


@dataclass(frozen=True)
class Check:
    """One line of the list before opening.

    Attributes:
        key: its name.
        title: what must be so, marked for translation.
        text: how it stands now.
        values: for ``text``.
        is_done: whether it is so.
        is_warned: whether it is so, and still something to think about before opening.
    """

    key: str
    title: str
    text: str
    is_done: bool
    values: Mapping[str, object] = field(default_factory=dict)
    is_warned: bool = False
