"""The year of the projects as a drawing: months across, one bar per project. Pure: percents of days, no floats."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Step:
    """A promised step: the day it is planned for and the day it was done."""

    planned_on: date
    done_on: date | None


@dataclass(frozen=True)
class Bar:
    """One project's bar. All positions are widths from the left edge, such as ``32.9%``."""

    begins_on: date
    ends_on: date
    left: str
    planned: str
    """How wide the whole bar is."""
    done: str | None
    """How wide the part is that is done; None before the first step is done."""
    late: bool


@dataclass(frozen=True)
class Month:
    """One month of the axis: where it begins and where its middle lies."""

    first_day: date
    left: str
    middle: str


@dataclass(frozen=True)
class Timeline:
    """The whole drawing."""

    months: list[Month]
    bars: list[Bar]
    today: date
    today_at: str | None
    """Where today lies; None outside the months drawn."""


def timeline(projects: Sequence[tuple[date, Sequence[Step]]], today: date) -> Timeline | None:
    """Lay out projects over whole months, from the earliest beginning to the latest step.

    Args:
        projects: for each, the day it began and its steps. Without steps it has a bar of one day.
        today: marks the line of today, and what is late.

    Returns:
        the drawing, in the order given; None without projects.
    """
    if not projects:
        return None
    spans = [_span(begun, steps) for begun, steps in projects]
    first = min(begin for begin, _ in spans).replace(day=1)
    end = _next_month(max(end for _, end in spans))
    days = (end - first).days

    def at(day: date) -> str:
        return _percent((day - first).days, days)

    months: list[Month] = []
    month = first
    while month < end:
        following = _next_month(month)
        middle = _percent((month - first).days + (following - first).days, 2 * days)
        months.append(Month(month, at(month), middle))
        month = following
    bars = [
        _bar(begin, last, steps, today, left=at(begin), days=days)
        for (begin, last), (_, steps) in zip(spans, projects, strict=True)
    ]
    return Timeline(months, bars, today, at(today) if first <= today < end else None)


def _span(begun: date, steps: Sequence[Step]) -> tuple[date, date]:
    days = [begun, *(step.planned_on for step in steps), *(step.done_on for step in steps if step.done_on)]
    return min(days), max(days)


def _bar(begin: date, last: date, steps: Sequence[Step], today: date, *, left: str, days: int) -> Bar:
    done = [step.done_on for step in steps if step.done_on is not None]
    return Bar(
        begins_on=begin,
        ends_on=last,
        left=left,
        planned=_percent((last - begin).days + 1, days),
        done=_percent((max(done) - begin).days + 1, days) if done else None,
        late=any(step.done_on is None and step.planned_on < today for step in steps),
    )


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _percent(part: int, whole: int) -> str:
    tenths = part * 1000 // whole
    return f"{tenths // 10}.{tenths % 10}%"
