"""Parts that later concepts put onto the pages of an agenda and of a meeting: its discussion, its evidence, a button to follow it.

As with the life line, they come to the agenda: the factory binds their answers, the page asks for them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.agenda.models import Proposal, VillageMeeting
from app.people.models import Person


@dataclass(frozen=True)
class Panel:
    """A part of the page: its template gets ``panel`` (the values) beside what the page has."""

    template: str
    values: dict[str, Any]
    place: str = "main"
    """``actions`` (under the title), ``main`` (under the text) or ``aside``."""


Answer = Callable[[Proposal, Person | None, datetime], list[Panel]]
_answers: dict[int, Answer] = {}


def bind(order: int, answer: Answer) -> None:
    """Let a concept add its parts; smaller ``order`` stands higher."""
    _answers[order] = answer


def panels(proposal: Proposal, person: Person | None, at: datetime) -> dict[str, list[Panel]]:
    """Return the parts of an agenda's page by where they stand."""
    found: dict[str, list[Panel]] = {"actions": [], "main": [], "aside": []}
    for order in sorted(_answers):
        for panel in _answers[order](proposal, person, at):
            found[panel.place].append(panel)
    return found


MeetingAnswer = Callable[[VillageMeeting, Person | None, datetime], list[Panel]]
_meeting_answers: dict[int, MeetingAnswer] = {}


def bind_meeting(order: int, answer: MeetingAnswer) -> None:
    """Let a concept add its parts to the page of a meeting; smaller ``order`` stands higher."""
    _meeting_answers[order] = answer


def meeting_panels(meeting: VillageMeeting, person: Person | None, at: datetime) -> list[Panel]:
    """Return the parts of a meeting's page."""
    return [panel for order in sorted(_meeting_answers) for panel in _meeting_answers[order](meeting, person, at)]
