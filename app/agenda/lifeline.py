"""The life line of a proposal: from the idea to the finished work, so that nobody must ask what became of it.

The agenda draws it; later concepts (plan, inspection, assembly, execution) bind functions that add their steps.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from app.agenda.models import Proposal


@dataclass(frozen=True)
class Step:
    """One stone. ``name`` and ``text`` are marked for translation; ``number`` is the stage whose dye it wears."""

    number: int
    state: str
    """``done``, ``now`` or ``next``."""
    icon: str
    name: str
    at: datetime | None = None
    text: str = ""
    values: dict[str, object] = field(default_factory=dict)
    endpoint: str = ""
    arguments: dict[str, object] = field(default_factory=dict)


Answer = Callable[[Proposal, datetime], list[Step]]
_answers: dict[int, Answer] = {}


def bind(order: int, answer: Answer) -> None:
    """Let a concept add its steps; ``order`` is the number of its stage (3 agenda … 8 evaluation)."""
    _answers[order] = answer


def steps(proposal: Proposal, at: datetime) -> list[Step]:
    """Return the whole life line of a proposal, in the order of the year."""
    return [step for order in sorted(_answers) for step in _answers[order](proposal, at)]
