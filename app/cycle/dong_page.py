"""What later concepts show on a dong's page: the one thing to do now, numbers of the year, coming meetings.

As with gates, they come to the cycle: the factory binds their answers, the page asks for them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.people.models import Person
from app.places.models import Place
from app.todo import Todo


@dataclass(frozen=True)
class Meter:
    """How far the stage's one quantity has come. ``title``, ``said`` and ``remark`` are marked for translation."""

    title: str
    value: int
    goal: int
    """What the quantity is measured against: a threshold to pass, or all that there is."""
    said: str
    """The figures in words."""
    values: dict[str, object]
    remark: str = ""
    is_threshold: bool = False
    """The goal is to be passed, and more is welcome; otherwise it is the whole."""

    @property
    def scale(self) -> int:
        """What the full width of the drawing stands for; a threshold leaves room to its right."""
        return max(self.value, self.goal * 5 // 4, 1) if self.is_threshold else max(self.goal, 1)


@dataclass(frozen=True)
class Lead:
    """The main act of a stage: a question, a sentence, one button (and a quieter second one)."""

    question: str
    text: str
    action: str
    endpoint: str
    arguments: dict[str, object]
    values: dict[str, object] = field(default_factory=dict)
    second_action: str = ""
    second_endpoint: str = ""
    meter: Meter | None = None
    until: datetime | None = None
    """When the act itself ends; None where it lasts as long as its stage."""
    then: "Lead | None" = None
    """What is shown once it has ended."""


@dataclass(frozen=True)
class Number:
    """One number of the year. ``label``, ``unit`` and ``note`` are marked for translation; money is given in won."""

    label: str
    value: str = ""
    unit: str = ""
    note: str = ""
    values: dict[str, object] = field(default_factory=dict)
    won: int | None = None


@dataclass(frozen=True)
class Meeting:
    """A coming public meeting."""

    title: str
    at: datetime
    where: str
    endpoint: str
    arguments: dict[str, object]


@dataclass(frozen=True)
class Link:
    """A page of the year that a resident may be looking for now. ``text`` is marked for translation."""

    text: str
    icon: str
    endpoint: str
    arguments: dict[str, object]
    values: dict[str, object] = field(default_factory=dict)


_leads: dict[Stage, Callable[[Cycle], Lead | None]] = {}
_numbers: list[Callable[[Cycle], list[Number]]] = []
_todos: list[Callable[[Person, datetime], list[Todo]]] = []
_meetings: list[Callable[[Place, datetime], list[Meeting]]] = []
_links: list[Callable[[Cycle, datetime], list[Link]]] = []


def bind_lead(stage: Stage, answer: Callable[[Cycle], Lead | None]) -> None:
    """Let a concept say what can be done in a stage."""
    _leads[stage] = answer


def bind_numbers(answer: Callable[[Cycle], list[Number]]) -> None:
    """Let a concept add numbers of the year."""
    if answer not in _numbers:
        _numbers.append(answer)


def bind_meetings(answer: Callable[[Place, datetime], list[Meeting]]) -> None:
    """Let a concept add its coming meetings."""
    if answer not in _meetings:
        _meetings.append(answer)


def bind_links(answer: Callable[[Cycle, datetime], list[Link]]) -> None:
    """Let a concept add a page to what the dong's page lists of the year."""
    if answer not in _links:
        _links.append(answer)


def bind_todos(answer: Callable[[Person, datetime], list[Todo]]) -> None:
    """Let the desk say what is due for somebody."""
    if answer not in _todos:
        _todos.append(answer)


def todos_here(person: Person | None, place: Place, at: datetime) -> list[Todo]:
    """Return what is due for the visitor in this dong, most urgent first."""
    if person is None or not person.grants:
        return []
    return [todo for answer in _todos for todo in answer(person, at) if todo.place_id == place.id]


def lead(cycle: Cycle, at: datetime) -> Lead | None:
    """Return the main act of the current stage at an instant, if a concept offers one."""
    answer = _leads.get(cycle.current.stage)
    found = answer(cycle) if answer and cycle.is_open(cycle.current.stage) else None
    return found.then if found is not None and found.until is not None and found.until <= at else found


def numbers(cycle: Cycle) -> list[Number]:
    """Return at most four numbers of the year."""
    return [number for answer in _numbers for number in answer(cycle)][:4]


def links(cycle: Cycle, at: datetime) -> list[Link]:
    """Return the pages that concepts add to the list of the year."""
    return [link for answer in _links for link in answer(cycle, at)]


def meetings(place: Place, at: datetime) -> list[Meeting]:
    """Return the next five meetings."""
    found = [meeting for answer in _meetings for meeting in answer(place, at)]
    return sorted(found, key=lambda meeting: meeting.at)[:5]
