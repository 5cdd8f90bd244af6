"""Rules of rounds, applications and reports, over their whole tables."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

import pytest

from app.errors import InvalidInput, RuleViolation
from app.small_groups.rules import applications, reports, rounds
from app.small_groups.rules.applications import BudgetLine, Candidate, Criterion, Mark, Ruling, State, Wish
from app.small_groups.rules.reports import Reminder, ReportState
from app.small_groups.rules.rounds import Left, Phase, Terms

OPENS = datetime(2026, 2, 1, tzinfo=UTC)
CLOSES = datetime(2026, 3, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def terms(**changes: Any) -> Terms:
    values: dict[str, Any] = {
        "envelope_won": 4_500_000, "max_won": 1_500_000, "most_groups": 4, "opens_at": OPENS, "closes_at": CLOSES,
        "starts_on": date(2026, 3, 10), "ends_on": date(2026, 11, 30), "report_due_on": date(2026, 12, 30),
    }  # fmt: skip
    return Terms(**{**values, **changes})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closes_at": OPENS}, "last_day"),
        ({"ends_on": date(2026, 3, 9)}, "ends_on"),
        ({"ends_on": date(2027, 3, 12), "report_due_on": date(2027, 4, 1)}, "ends_on"),
        ({"report_due_on": date(2026, 11, 30)}, "report_due_on"),
        ({"envelope_won": 0}, "envelope_won"),
        ({"max_won": 0}, "envelope_won"),
        ({"max_won": 4_500_001}, "max_won"),
        ({"envelope_won": 4_500_001}, "envelope_won"),
        ({"most_groups": 5}, "most_groups"),
        ({"most_groups": 0}, "most_groups"),
    ],
)
def test_a_round_promises_nothing_that_it_cannot_keep(changes: dict[str, Any], field: str):
    rounds.require_terms(terms(), left=Left(4_500_000, 4))
    with pytest.raises(InvalidInput) as refused:
        rounds.require_terms(terms(**changes), left=Left(4_500_000, 4))
    assert refused.value.field == field


def test_the_months_of_the_doings_follow_the_calendar_over_new_year():
    assert terms().months == (3, 4, 5, 6, 7, 8, 9, 10, 11)
    assert terms(starts_on=date(2026, 11, 20), ends_on=date(2027, 2, 1)).months == (11, 12, 1, 2)
    assert len(terms(starts_on=date(2026, 3, 31), ends_on=date(2027, 3, 1)).months) == 12


def test_an_open_round_only_closes_later():
    rounds.require_change(terms(), terms(envelope_won=1), at=OPENS - TICK)
    rounds.require_change(terms(), terms(closes_at=CLOSES + TICK), at=OPENS)
    for changes in (
        {"closes_at": CLOSES - TICK},
        {"envelope_won": 1},
        {"max_won": 1},
        {"report_due_on": date(2027, 1, 1)},
    ):
        with pytest.raises(RuleViolation):
            rounds.require_change(terms(), terms(**changes), at=OPENS)


@pytest.mark.parametrize(
    ("at", "cancelled", "concluded", "unchecked", "phase"),
    [
        (OPENS - TICK, False, False, 0, Phase.ANNOUNCED), (OPENS, False, False, 3, Phase.OPEN),
        (CLOSES - TICK, False, False, 3, Phase.OPEN), (CLOSES, False, False, 3, Phase.CHECKING),
        (CLOSES, False, False, 0, Phase.DELIBERATING), (CLOSES, False, True, 0, Phase.CONCLUDED),
        (OPENS, True, False, 3, Phase.CANCELLED),
    ],
)  # fmt: skip
def test_a_round_stands_where_its_dates_and_its_checks_say(at, cancelled, concluded, unchecked, phase):
    found = rounds.phase_of(terms(), is_cancelled=cancelled, is_concluded=concluded, unchecked=unchecked, at=at)
    assert found is phase
    rounds.require_phase(found, phase)
    with pytest.raises(RuleViolation):
        rounds.require_phase(found, *(set(Phase) - {phase}))


@pytest.mark.parametrize(("now", "new"), list(product(State, State)))
def test_an_application_moves_only_as_its_table_says(now: State, new: State):
    if new in applications.MOVES[now]:
        applications.require_move(now, new)
        return
    with pytest.raises(RuleViolation):
        applications.require_move(now, new)


@pytest.mark.parametrize(("now", "new"), list(product(ReportState, ReportState)))
def test_a_report_moves_only_as_its_table_says(now: ReportState, new: ReportState):
    if new in reports.REPORT_MOVES[now]:
        reports.require_report_move(now, new)
        return
    with pytest.raises(RuleViolation):
        reports.require_report_move(now, new)


def test_what_is_over_stays_over_and_what_is_public_was_granted():
    over = {State.GIVEN_UP, State.SETTLED, State.RECLAIMED}
    assert all(not applications.MOVES[state] for state in over)
    assert applications.MOVES[State.REFUSED] == {State.GRANTED}
    reachable, frontier = set(), {State.GRANTED}
    while frontier:
        reachable |= frontier
        frontier = {new for state in frontier for new in applications.MOVES[state]} - reachable
    assert reachable == applications.PUBLIC


def wish(**changes: Any) -> Wish:
    values: dict[str, Any] = {
        "name": "꽃길",
        "purpose": "…",
        "months": {3: "모임"},
        "lines": [BudgetLine("재료", 500_000)],
    }
    return Wish(**{**values, **changes})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"months": {}}, "months"), ({"months": {12: "모임"}}, "months"), ({"lines": []}, "lines"),
        ({"lines": [BudgetLine("재료", 1)] * 2}, "lines"), ({"lines": [BudgetLine("재료", 0)]}, "lines"),
        ({"lines": [BudgetLine("가", 1_000_000), BudgetLine("나", 500_001)]}, "lines"), ({"name": "꽃길🌸"}, "name"),
        ({"lines": [BudgetLine(str(n), 1) for n in range(applications.MOST_LINES + 1)]}, "lines"),
    ],
)  # fmt: skip
def test_a_wish_outside_of_the_round_is_refused(changes: dict[str, Any], field: str):
    applications.require_wish(wish(), months=terms().months, max_won=1_500_000)
    with pytest.raises(InvalidInput) as refused:
        applications.require_wish(wish(**changes), months=terms().months, max_won=1_500_000)
    assert refused.value.field == field


def test_three_are_a_group_and_two_are_not():
    applications.require_people(3, minimum=3)
    with pytest.raises(RuleViolation):
        applications.require_people(2, minimum=3)


@pytest.mark.parametrize(
    ("confirmed", "asked", "barred", "failed"),
    [
        (3, 100, False, set()), (2, 100, False, {Criterion.PEOPLE}), (3, 101, False, {Criterion.LIMIT}),
        (3, 0, False, {Criterion.LIMIT}), (3, 100, True, {Criterion.REPORTED}),
        (0, 101, True, {Criterion.PEOPLE, Criterion.LIMIT, Criterion.REPORTED}),
    ],
)  # fmt: skip
def test_what_needs_no_reader_is_checked_by_itself(confirmed: int, asked: int, barred: bool, failed: set[Criterion]):
    found = applications.machine_failures(
        confirmed=confirmed, minimum=3, asked_won=asked, max_won=100, is_barred=barred
    )
    assert found == failed


REASON = "꼭 필요한 만큼입니다."


@pytest.mark.parametrize(
    ("rulings", "refusal"),
    [
        ({1: Ruling(500, "")}, RuleViolation),
        ({1: Ruling(500, ""), 2: Ruling(301, REASON)}, InvalidInput),
        ({1: Ruling(-1, REASON), 2: Ruling(0, REASON)}, InvalidInput),
        ({1: Ruling(400, ""), 2: Ruling(0, REASON)}, InvalidInput),
        ({1: Ruling(500, ""), 2: Ruling(300, "")}, InvalidInput),
        ({1: Ruling(0, "아니요"), 2: Ruling(0, REASON)}, InvalidInput),
        ({1: Ruling(500, ""), 2: Ruling(201, REASON)}, RuleViolation),
        ({1: Ruling(500, ""), 2: Ruling(0, REASON), 3: Ruling(1, REASON)}, InvalidInput),
    ],
)
def test_a_decision_leaves_nobody_out_gives_no_more_than_there_is_and_says_why(rulings, refusal):
    candidates = {1: Candidate(500, is_scored=True), 2: Candidate(300, is_scored=False)}
    if 3 in rulings:
        candidates[3] = Candidate(100, is_scored=True, has_people=False)
    with pytest.raises(refusal):
        applications.require_rulings(rulings, candidates, envelope_won=700, max_won=600, most_groups=2)


def test_a_decision_within_the_round_is_taken_and_too_many_groups_are_not():
    candidates = {1: Candidate(500, is_scored=True), 2: Candidate(300, is_scored=False)}
    rulings = {1: Ruling(500, ""), 2: Ruling(200, REASON)}
    applications.require_rulings(rulings, candidates, envelope_won=700, max_won=600, most_groups=2)
    applications.require_rulings({}, {}, envelope_won=700, max_won=600, most_groups=2)
    with pytest.raises(RuleViolation):
        applications.require_rulings(rulings, candidates, envelope_won=700, max_won=600, most_groups=1)


def test_marks_are_whole_and_their_mean_is_exact():
    full = dict.fromkeys(Mark, 5)
    applications.require_marks(full)
    for mark, wrong in product(Mark, (0, 6)):
        with pytest.raises(InvalidInput) as refused:
            applications.require_marks({**full, mark: wrong})
        assert refused.value.field == mark.value
    assert applications.mean([20, 15, 18]) == Fraction(53, 3)
    assert applications.mean([]) is None


def test_a_report_says_what_was_done_and_no_more_than_the_grant_was_spent():
    good: dict[str, Any] = {"did": "가" * 30, "meetings": 1, "people": 3, "spent_won": 100, "granted_won": 100}
    reports.require_report(**good)
    for field, wrong in (("did", "가" * 29), ("meetings", 0), ("people", 0)):
        with pytest.raises(InvalidInput):
            reports.require_report(**{**good, field: wrong})
    with pytest.raises(RuleViolation):
        reports.require_report(**{**good, "spent_won": 101})


def test_a_report_is_late_the_day_after_unless_it_lies_with_the_staff():
    due = date(2026, 12, 30)
    assert not reports.is_late(due, today=due, is_with_staff=False)
    assert reports.is_late(due, today=date(2026, 12, 31), is_with_staff=False)
    assert not reports.is_late(due, today=date(2026, 12, 31), is_with_staff=True)


def test_every_reminder_is_said_once_and_the_strongest_first():
    due = date(2026, 12, 30)
    said: Reminder | None = None
    heard = []
    for days in range(-20, 10):
        now = reports.reminder_due(due, today=due + timedelta(days=days), said=said)
        if now is not None:
            heard.append((days, now))
            said = now
    assert heard == [(-14, Reminder.EARLY), (-3, Reminder.SOON), (1, Reminder.LATE)]
    assert reports.reminder_due(due, today=due + timedelta(days=9), said=None) is Reminder.LATE
    assert all(reports.REMIND_BEFORE[a] > reports.REMIND_BEFORE[b] for a, b in pairwise(Reminder))


def test_a_group_without_a_report_is_kept_out_for_whole_years():
    assert reports.barred_until(date(2026, 12, 30), years=1) == date(2027, 12, 30)
    assert reports.barred_until(date(2028, 2, 29), years=1) == date(2029, 3, 1)
