"""The course of a year: steps promised and done, money planned and paid, month by month. Pure: tenths of percents, no floats."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.execution.rules.ledger import EntryKind

MOST_MONTHS = 36
PLANNED = frozenset({EntryKind.PLANNED, EntryKind.CHANGED})


@dataclass(frozen=True)
class Promise:
    """A step: the day that was promised first, the day promised now, and the day it was done."""

    first_planned_on: date
    planned_on: date
    done_on: date | None


@dataclass(frozen=True)
class Movement:
    """A line of the ledger by its day; a correction carries the kind of what it corrects."""

    day: date
    kind: EntryKind
    amount_won: int


@dataclass(frozen=True)
class Point:
    """How far things were at the end of a month, everything before counted in. None: the month has not begun."""

    month: date
    """Its first day."""
    first_promised: int
    promised: int
    done: int | None
    planned_won: int
    contracted_won: int | None
    paid_won: int | None


@dataclass(frozen=True)
class Bar:
    """One bar of a column, in percents of the drawing: its top and how high it stands from the ground."""

    top: str
    height: str


@dataclass(frozen=True)
class Column:
    """A month of a drawing: where it stands, and its bars from the palest (what was promised first) to the darkest."""

    month: date
    left: str
    middle: str
    bars: list[Bar | None]


@dataclass(frozen=True)
class Course:
    """The numbers, and a drawing of the steps and of the money with the same months."""

    points: list[Point]
    width: str
    """Of every column."""
    steps: list[Column]
    money: list[Column]


def course(promises: Sequence[Promise], movements: Sequence[Movement], today: date) -> Course | None:
    """Add up what was promised and what was done.

    Args:
        promises: the steps of all projects.
        movements: the lines of all ledgers.
        today: months after it have promises only.

    Returns:
        months from the first line or promise to the last promise or today, at most the `MOST_MONTHS` newest; None when there
        is nothing to show.
    """
    days = [each.day for each in movements] + [
        day for each in promises for day in (each.first_planned_on, each.planned_on, each.done_on) if day is not None
    ]
    if not days:
        return None
    # A year long over does not go on growing to the right.
    months = _months(min(days), max(days))[-MOST_MONTHS:]
    points = [_point(month, promises, movements, today) for month in months]
    slot = 1000 // len(points)
    most_steps = max(max(point.first_promised, point.promised, point.done or 0) for point in points)
    most_won = max(max(point.planned_won, point.contracted_won or 0, point.paid_won or 0) for point in points)
    steps, money = [], []
    for number, point in enumerate(points):
        where = (point.month, _percent(number * slot + slot // 10), _percent(number * slot + slot // 2))
        heights = (point.first_promised, point.promised, point.done)
        steps.append(Column(*where, [_bar(height, most_steps) for height in heights]))
        amounts = (point.planned_won, point.contracted_won, point.paid_won)
        money.append(Column(*where, [_bar(amount, most_won) for amount in amounts]))
    return Course(points, _percent(slot * 8 // 10), steps, money)


def _point(month: date, promises: Sequence[Promise], movements: Sequence[Movement], today: date) -> Point:
    end = _next(month)
    has_begun = month <= today
    before = [each for each in movements if each.day < end]
    return Point(
        month=month,
        first_promised=sum(each.first_planned_on < end for each in promises),
        promised=sum(each.planned_on < end for each in promises),
        done=sum(each.done_on is not None and each.done_on < end for each in promises) if has_begun else None,
        planned_won=sum(each.amount_won for each in before if each.kind in PLANNED),
        contracted_won=_sum(before, EntryKind.CONTRACTED) if has_begun else None,
        paid_won=_sum(before, EntryKind.PAID) if has_begun else None,
    )


def _sum(movements: Sequence[Movement], kind: EntryKind) -> int:
    return sum(each.amount_won for each in movements if each.kind is kind)


def _bar(value: int | None, most: int) -> Bar | None:
    if not value or value < 0 or not most:
        return None
    height = max(value * 1000 // most, 5)
    return Bar(_percent(1000 - height), _percent(height))


def _months(first: date, last: date) -> list[date]:
    found = [first.replace(day=1)]
    while (following := _next(found[-1])) <= last:
        found.append(following)
    return found


def _next(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def _percent(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}%"
