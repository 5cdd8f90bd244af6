"""Parts that the draw puts onto the council's pages: a call's draw, the reserve who is next for an empty seat.

The draw comes after the council and may not be imported here: the factory binds its answers, the pages ask for them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.council.models import OpenCall, Vacancy
from app.people.models import Person


@dataclass(frozen=True)
class Panel:
    """A part of the page: its template gets ``panel`` (the values) beside what the page has."""

    template: str
    values: dict[str, Any]
    place: str = "main"
    """``actions`` (under the title) or ``main`` (where the page keeps what is to be done)."""


CallAnswer = Callable[[OpenCall, Person | None, datetime], list[Panel]]
VacancyAnswer = Callable[[Vacancy, Person | None, datetime], list[Panel]]
_of_calls: list[CallAnswer] = []
_of_vacancies: list[VacancyAnswer] = []


def bind_call(answer: CallAnswer) -> None:
    """Let a concept add its parts to the page of a call; binding again changes nothing."""
    if answer not in _of_calls:
        _of_calls.append(answer)


def bind_vacancy(answer: VacancyAnswer) -> None:
    """Let a concept add its parts to the page of an empty seat; binding again changes nothing."""
    if answer not in _of_vacancies:
        _of_vacancies.append(answer)


def call_panels(call: OpenCall, person: Person | None, at: datetime) -> dict[str, list[Panel]]:
    """Return the parts of a call's page by where they stand."""
    return _by_place(panel for answer in _of_calls for panel in answer(call, person, at))


def vacancy_panels(vacancy: Vacancy, person: Person | None, at: datetime) -> dict[str, list[Panel]]:
    """Return the parts of an empty seat's page by where they stand."""
    return _by_place(panel for answer in _of_vacancies for panel in answer(vacancy, person, at))


def _by_place(panels: Iterable[Panel]) -> dict[str, list[Panel]]:
    found: dict[str, list[Panel]] = {"actions": [], "main": []}
    for panel in panels:
        found[panel.place].append(panel)
    return found
