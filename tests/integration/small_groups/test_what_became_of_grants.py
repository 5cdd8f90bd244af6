"""What becomes of a grant on both databases: paid, reported, settled, given up, taken back, remembered."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.clock import kst_midnight
from app.cycle.gates import undone_duties
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import session, transaction
from app.errors import AppError, Conflict, InvalidInput, NotFound, RuleViolation
from app.execution.models import Project
from app.execution.queries.checking import check_ledgers
from app.execution.rules.ledger import EntryKind
from app.execution.rules.projects import ProjectState
from app.execution.services import money
from app.execution.services.money import NewLine
from app.outbox.models import Message
from app.people.models import Person
from app.people.rules import ContactKind
from app.people.services.account import add_contact
from app.people.signals import account_closed
from app.small_groups.models import GrantRound
from app.small_groups.queries.applications import confirmed_count
from app.small_groups.queries.todos import todos
from app.small_groups.rules.applications import Ruling, State
from app.small_groups.rules.reports import Reminder
from app.small_groups.services import applying, granting, reminding, reporting, rounds
from tests.conftest import NOW
from tests.factories import make_cycle, make_resident
from tests.factories_council import set_rule
from tests.factories_small_groups import (
    AFTER,
    DAY,
    applications,
    check,
    decide,
    make_application,
    make_draft,
    make_grant,
    make_report,
    make_round,
    receipt,
    wish,
)

REASON = "예산 안에서 먼저 필요한 모임부터 정했습니다."
TICK = timedelta(microseconds=1)


def refused(kind: type[AppError], act: Callable[[], Any]) -> None:
    with pytest.raises(kind), transaction():
        act()


def test_what_was_not_spent_is_returned_by_counter_entry_and_the_ledger_is_whole(row: GrantRound, clerk: Person):
    grant = make_grant(clerk, row)
    project = session().get_one(Project, grant.project_id)
    assert (project.state, project.balance.paid_won) == (ProjectState.RUNNING, 600_000)
    refused(RuleViolation, lambda: granting.pay_out(
        grant.id, granting.Payment(date(2026, 7, 20)), version=grant.version, by=clerk, at=AFTER + 10 * DAY))  # fmt: skip
    make_report(grant, spent=450_000)
    found = grant.report
    assert found is not None
    seen = found.version
    with transaction():
        reporting.accept_report(grant.id, version=seen, by=clerk, at=AFTER + 61 * DAY)
    refused(Conflict, lambda: reporting.accept_report(grant.id, version=seen, by=clerk, at=AFTER + 61 * DAY))
    session().refresh(project)
    assert [(entry.kind.value, entry.amount_won) for entry in project.entries] == [
        ("planned", 600_000), ("contracted", 600_000), ("paid", 600_000), ("correction", -600_000), ("paid", 450_000),
        ("returned", 150_000),
    ]  # fmt: skip
    assert (project.state, project.balance.left_won, grant.state) == (ProjectState.COMPLETED, 0, State.SETTLED)
    assert all(step.done_on is not None for step in project.milestones)
    assert check_ledgers([project]).broken == []


def test_a_report_in_january_settles_the_money_of_the_year_that_gave_it(row: GrantRound, clerk: Person):
    grant = make_grant(clerk, row)
    later = kst_midnight(date(2027, 1, 10))
    make_report(grant, spent=450_000, at=later)
    with transaction():
        reporting.accept_report(grant.id, version=grant.report.version, by=clerk, at=later)
    project = session().get_one(Project, grant.project_id)
    session().refresh(project)
    assert {entry.year for entry in project.entries} == {2026}


def test_a_grant_that_was_never_reported_is_taken_back_and_keeps_the_group_out(row: GrantRound, clerk: Person):
    grant = make_grant(clerk, row)
    due = kst_midnight(date(2026, 12, 21))
    version = grant.version
    refused(RuleViolation, lambda: granting.reclaim(
        grant.id, reason="세 번 알렸으나 보고가 없습니다.", version=version, by=clerk, at=due - TICK))  # fmt: skip
    assert any("늦은" in todo.title for todo in todos(clerk, due))
    with transaction():
        granting.reclaim(grant.id, reason="세 번 알렸으나 보고가 없습니다.", version=version, by=clerk, at=due)
    project = session().get_one(Project, grant.project_id)
    session().refresh(project)
    assert (project.state, project.balance.paid_won, project.balance.returned_won) == (
        ProjectState.CANCELLED,
        0,
        600_000,
    )
    refused(RuleViolation, lambda: reporting.submit_report(grant.id, by=grant.leader, at=due))
    later = make_round(clerk, make_cycle(row.place, at=due, year=2027), at=due, **_next_year())
    members = [each.person for each in grant.people]
    for person in members:
        refused(RuleViolation, lambda p=person: applying.begin_application(
            later.id, wish("이름만 바꾼 모임", months={3: "모임"}), group_id=None, by=p, at=due + 20 * DAY))  # fmt: skip
    set_rule(row.place, "group.barred_years", "0")
    with transaction():
        applying.begin_application(
            later.id, wish(months={3: "모임"}), group_id=grant.group_id, by=grant.leader, at=due + 20 * DAY
        )
    assert applications()[-1].group_id == grant.group_id


def _next_year() -> dict[str, Any]:
    return {
        "opens_at": kst_midnight(date(2027, 1, 4)), "closes_at": kst_midnight(date(2027, 2, 1)),
        "starts_on": date(2027, 2, 10), "ends_on": date(2027, 11, 30), "report_due_on": date(2027, 12, 20),
    }  # fmt: skip


def test_a_grant_is_given_up_before_it_is_paid_and_not_after(row: GrantRound, clerk: Person):
    grant = make_grant(clerk, row, paid=False)
    stranger = make_resident(row.place)
    refused(NotFound, lambda: granting.give_up(grant.id, by=stranger, at=AFTER))
    for _ in range(2):
        with transaction():
            granting.give_up(grant.id, by=grant.leader, at=AFTER)
    project = session().get_one(Project, grant.project_id)
    assert (project.balance.returned_won, project.state) == (600_000, ProjectState.CANCELLED)


def test_a_paid_grant_is_not_given_up(row: GrantRound, clerk: Person):
    grant = make_grant(clerk, row)
    refused(RuleViolation, lambda: granting.give_up(grant.id, by=grant.leader, at=AFTER + 20 * DAY))


def test_receipts_are_of_the_budget_of_the_time_and_no_more_than_the_grant(row: GrantRound, clerk: Person):
    grant = make_grant(clerk, row)
    at, leader = AFTER + 30 * DAY, grant.leader
    with transaction():
        first = reporting.add_receipt(grant.id, receipt(600_000, on=date(2026, 8, 1)), once="a", by=leader, at=at)
    with transaction():
        assert (
            reporting.add_receipt(grant.id, receipt(600_000, on=date(2026, 8, 1)), once="a", by=leader, at=at) is first
        )
    for wrong in (
        receipt(600_000, on=date(2026, 8, 1)),
        receipt(0, on=date(2026, 8, 1)),
        receipt(10, on=date(2026, 7, 1)),
        receipt(10, on=date(2027, 1, 1)),
        reporting.Spending("술값", "술", 10, date(2026, 8, 1), "a.txt", b"x"),
        reporting.Spending("도구", "삽", 10, date(2026, 8, 1), "a.exe", b"MZ"),
    ):
        refused(InvalidInput, lambda w=wrong: reporting.add_receipt(grant.id, w, once="b", by=leader, at=at))
    with transaction():
        reporting.add_receipt(grant.id, receipt(1, on=date(2026, 8, 1)), once="c", by=leader, at=at)
    with transaction():
        reporting.write_report(grant.id, reporting.Account("가" * 40, 3, 9), version=1, by=leader, at=at)
    refused(RuleViolation, lambda: reporting.submit_report(grant.id, by=leader, at=at))
    refused(NotFound, lambda: reporting.remove_receipt(grant.id, first.id, by=clerk, at=at))
    with transaction():
        reporting.remove_receipt(grant.id, first.id, by=grant.people[1].person, at=at)
    assert first.file.content == b""
    with transaction():
        reporting.submit_report(grant.id, by=leader, at=at)
    refused(RuleViolation, lambda: reporting.remove_receipt(grant.id, first.id, by=leader, at=at))


def test_each_reminder_is_sent_once_and_none_after_the_report(row: GrantRound, clerk: Person):
    grant = make_grant(clerk, row)
    last = kst_midnight(date(2026, 12, 20))
    said = []
    for days in (-15, -14, -14, -3, -3, 0, 1, 1, 5):
        with transaction():
            reminding.remind_due(last + days * DAY)
        session().refresh(grant)
        said.append(grant.reminded)
    early, soon, late = Reminder.EARLY, Reminder.SOON, Reminder.LATE
    assert said == [None, early, early, soon, soon, soon, late, late, late]
    make_report(grant, at=last + 6 * DAY)
    with transaction():
        assert reminding.remind_due(last + 7 * DAY) == 0


def test_who_closes_the_account_leaves_and_the_next_one_leads(row: GrantRound):
    sent = make_application(row)
    leader, heir = sent.leader, sent.people[1].person
    with transaction():
        leader.is_active, leader.closed_at = False, NOW
        account_closed.send(leader)
    session().refresh(sent)
    assert sent.leader_id == heir.id
    assert confirmed_count(sent) == 2
    alone = make_draft(row, people_count=1, name="혼자")
    gone = alone.leader
    with transaction():
        gone.is_active, gone.closed_at = False, NOW
        account_closed.send(gone)
    session().refresh(alone)
    assert alone.state is State.WITHDRAWN


def test_execution_does_not_close_over_an_undecided_round(row: GrantRound, clerk: Person):
    cycle = session().get_one(Cycle, row.cycle_id)
    assert any("소모임" in duty.text for duty in undone_duties(cycle, Stage.EXECUTION))
    with transaction():
        rounds.cancel_round(row.id, reason="예산이 줄어 올해는 하지 않습니다.", version=row.version, by=clerk, at=NOW)
    assert not any("소모임" in duty.text for duty in undone_duties(cycle, Stage.EXECUTION))


def test_lines_that_staff_enter_by_hand_are_settled_as_well(row: GrantRound, clerk: Person):
    grant = make_grant(clerk, row)
    at = AFTER + 20 * DAY
    with transaction():
        money.take_back(grant.project_id, number=3, memo="금액을 잘못 적음", once="x", by=clerk, at=at)
    with transaction():
        line = NewLine(EntryKind.PAID, 300_000, date(2026, 7, 30), "반만 줌")
        money.enter_money(grant.project_id, line, once="y", by=clerk, at=at)
    make_report(grant, spent=300_000)
    with transaction():
        reporting.accept_report(grant.id, version=grant.report.version, by=clerk, at=AFTER + 61 * DAY)
    project = session().get_one(Project, grant.project_id)
    session().refresh(project)
    assert (project.balance.paid_won, project.balance.returned_won, project.balance.left_won) == (300_000, 300_000, 0)


def test_leaders_hear_of_the_decision_by_their_contacts(row: GrantRound, clerk: Person):
    sent = make_application(row)
    with transaction():
        add_contact(sent.leader, ContactKind.EMAIL, "leader@example.kr", at=NOW)
    session().refresh(sent.leader)
    check(sent, clerk)
    decide(row, {sent.id: Ruling(0, REASON)}, clerk)
    told = set(session().scalars(select(Message.template).where(Message.person_id == sent.leader_id)))
    assert told == {"small_groups/checked", "small_groups/decided"}
