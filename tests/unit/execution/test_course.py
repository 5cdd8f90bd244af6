"""What was promised and what was done, month by month."""

from datetime import date

import pytest

from app.execution.course import MOST_MONTHS, Movement, Promise, course
from app.execution.rules.ledger import EntryKind

TODAY = date(2026, 8, 20)
LATE = Promise(date(2026, 7, 31), date(2026, 9, 30), None)
KEPT = Promise(date(2026, 7, 31), date(2026, 7, 31), date(2026, 8, 1))
MONEY = [
    Movement(date(2026, 7, 1), EntryKind.PLANNED, 1000),
    Movement(date(2026, 8, 1), EntryKind.CHANGED, -200),
    Movement(date(2026, 8, 2), EntryKind.CONTRACTED, 600),
    Movement(date(2026, 8, 3), EntryKind.PAID, 500),
    Movement(date(2026, 8, 4), EntryKind.PAID, -100),
]


def test_without_promises_and_money_there_is_no_drawing():
    assert course([], [], TODAY) is None


def test_every_month_counts_all_before_it_and_the_future_has_promises_only():
    points = course([LATE, KEPT], MONEY, TODAY).points
    assert [point.month.month for point in points] == [7, 8, 9]
    assert [(point.first_promised, point.promised, point.done) for point in points] == [
        (2, 1, 0),
        (2, 1, 1),
        (2, 2, None),
    ]
    assert [(point.planned_won, point.contracted_won, point.paid_won) for point in points] == [
        (1000, 0, 0), (800, 600, 400), (800, None, None),
    ]  # fmt: skip


def test_bars_stand_on_the_ground_and_the_highest_fills_the_drawing():
    drawn = course([LATE, KEPT], MONEY, TODAY)
    july, august, september = drawn.money
    assert [bar and (bar.top, bar.height) for bar in july.bars] == [("0.0%", "100.0%"), None, None]
    assert [bar and (bar.top, bar.height) for bar in august.bars] == [
        ("20.0%", "80.0%"),
        ("40.0%", "60.0%"),
        ("60.0%", "40.0%"),
    ]
    assert september.bars[1:] == [None, None]
    assert drawn.steps[0].bars[2] is None


@pytest.mark.parametrize("years", [1, 9])
def test_columns_lie_side_by_side_within_the_drawing(years: int):
    drawn = course([KEPT], [Movement(date(2026 + years, 7, 1), EntryKind.PLANNED, 5)], TODAY)
    lefts = [float(column.left.rstrip("%")) for column in drawn.steps]
    width = float(drawn.width.rstrip("%"))
    assert len(lefts) == min(12 * years + 1, MOST_MONTHS)
    assert all(left + width <= after for left, after in zip(lefts, [*lefts[1:], 100.0], strict=True))
