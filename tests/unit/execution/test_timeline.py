"""The drawing of the projects' year."""

from datetime import date

from app.execution.timeline import Step, timeline

TODAY = date(2026, 7, 16)


def test_without_projects_there_is_no_drawing():
    assert timeline([], TODAY) is None


def test_the_axis_holds_whole_months_from_the_first_beginning_to_the_last_step():
    drawn = timeline([(date(2026, 11, 9), [Step(date(2027, 1, 28), None)])], TODAY)
    assert [month.first_day for month in drawn.months] == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
    assert drawn.months[0].left == "0.0%"
    assert drawn.today_at is None


def test_bars_begin_where_the_project_does_and_end_with_its_last_day():
    drawn = timeline([(date(2026, 7, 1), [Step(date(2026, 7, 31), None)])], TODAY)
    bar = drawn.bars[0]
    assert (bar.left, bar.planned, bar.done) == ("0.0%", "100.0%", None)
    assert drawn.today_at == "48.3%"  # 15 of 31 days


def test_what_is_done_reaches_to_the_last_day_on_which_something_was_done():
    steps = [Step(date(2026, 7, 10), date(2026, 7, 8)), Step(date(2026, 7, 31), None)]
    bar = timeline([(date(2026, 7, 1), steps)], TODAY).bars[0]
    assert bar.done == "25.8%"  # 8 of 31 days
    assert not bar.late


def test_a_step_that_is_overdue_makes_its_project_late_and_a_done_one_does_not():
    late, done = [Step(date(2026, 7, 15), None)], [Step(date(2026, 7, 1), date(2026, 7, 15))]
    drawn = timeline([(date(2026, 7, 1), late), (date(2026, 7, 1), done)], TODAY)
    assert [bar.late for bar in drawn.bars] == [True, False]


def test_a_step_done_after_its_day_stretches_the_bar():
    drawn = timeline([(date(2026, 6, 20), [Step(date(2026, 6, 25), date(2026, 7, 5))])], TODAY)
    assert drawn.bars[0].ends_on == date(2026, 7, 5)
    assert len(drawn.months) == 2


def test_a_project_without_steps_has_a_bar_of_one_day():
    bar = timeline([(date(2026, 7, 1), [])], TODAY).bars[0]
    assert bar.begins_on == bar.ends_on == date(2026, 7, 1)
    assert bar.planned == "3.2%"
