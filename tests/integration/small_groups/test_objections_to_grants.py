"""Objections to grants on both databases: once, in time, answered by somebody else, decided anew within the round."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.assembly.objections.rules import Finding
from app.clock import kst_midnight
from app.council.models import CouncilMeeting
from app.cycle.gates import undone_duties
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import session, transaction
from app.errors import AppError, Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from app.execution.models import Project
from app.execution.queries.checking import check_ledgers
from app.outbox.models import Message
from app.people.models import Person
from app.people.rules import ContactKind, Role
from app.people.services.account import add_contact
from app.people.signals import account_closed
from app.privacy.sealing import reveal, seal
from app.record.models import RecordEntry
from app.small_groups.models import GrantObjection, GrantRecusal, GrantRound, GroupApplication, GroupPerson
from app.small_groups.queries.rounds import left_in
from app.small_groups.queries.todos import todos
from app.small_groups.rules.applications import Criterion, Ruling, State
from app.small_groups.rules.objections import Standing
from app.small_groups.services import applying, deliberating, granting, objecting, people, redeciding, reporting
from app.small_groups.services.deliberating import Sitting
from tests.conftest import NOW
from tests.factories import make_holder, make_resident
from tests.factories_small_groups import (
    AFTER,
    DAY,
    check,
    decide,
    make_application,
    make_report,
    make_sitting,
    wish,
)

WHY = "이웃 서른 명이 함께한다는 것을 빠뜨리고 정했습니다."
ANSWER = "함께하는 이웃의 수를 잘못 보았습니다. 다시 정합니다."
REASON = "예산 안에서 먼저 필요한 모임부터 정했습니다."
ENDS = kst_midnight(date(2026, 8, 12))
"""Thirty days after the day of the decision, which is 12 July."""
TICK = timedelta(microseconds=1)
ELSEWHERE = Sitting(None, "소모임 심의위원회", date(2026, 7, 20))
LATER = AFTER + 10 * DAY


def refused(kind: type[AppError], act: Callable[[], Any]) -> None:
    with pytest.raises(kind), transaction():
        act()


def decided(row: GrantRound, clerk: Person, *wons: int, asked: int = 600_000) -> list[GroupApplication]:
    """Make a round in which every application asked for the same and was granted so much."""
    made = [check(make_application(row, name=f"모임{n}", won=asked), clerk) for n in range(len(wons))]
    decide(row, {each.id: Ruling(won, REASON) for each, won in zip(made, wons, strict=True)}, clerk)
    return made


def objected(row: GroupApplication, *, at: Any = AFTER + DAY, once: str = "") -> GrantObjection:
    with transaction():
        return objecting.object_to_decision(row.id, body=WHY, once=once or f"o{row.id}", by=row.leader, at=at)


def other_clerk(row: GroupApplication) -> Person:
    """Return the clerk who announced the round and decided nothing about this application."""
    return session().get_one(Person, row.round.announced_by)


def answered(row: GroupApplication, finding: Finding = Finding.UPHELD, **changes: Any) -> GrantObjection:
    assert row.objection is not None
    by = other_clerk(row)
    values: dict[str, Any] = {"version": row.objection.version, "at": AFTER + 2 * DAY, "answer": ANSWER}
    with transaction():
        return objecting.answer_objection(row.id, finding=finding, by=by, **{**values, **changes})


def try_anew(row: GroupApplication, by: Person, won: int, sitting: Sitting = ELSEWHERE) -> None:
    assert row.objection is not None
    redeciding.decide_anew(row.id, Ruling(won, ANSWER), sitting, version=row.objection.version, by=by, at=LATER)


def anew(row: GroupApplication, by: Person, won: int) -> None:
    with transaction():
        try_anew(row, by, won)


def test_a_refused_group_objects_once_in_time_and_gets_one_receipt(row: GrantRound, clerk: Person):
    first, second = decided(row, clerk, 0, 0)
    assert row.objections_until == ENDS
    neighbour = next(each.person for each in first.people if each.person_id != first.leader_id)
    ask = objecting.object_to_decision
    refused(NotAllowed, lambda: ask(first.id, body=WHY, once="a", by=neighbour, at=AFTER))
    stranger = make_resident(row.place)
    refused(NotFound, lambda: ask(first.id, body=WHY, once="a", by=stranger, at=AFTER))
    refused(InvalidInput, lambda: ask(first.id, body="싫어요", once="a", by=first.leader, at=AFTER))
    refused(RuleViolation, lambda: ask(first.id, body=WHY, once="a", by=first.leader, at=ENDS))
    made = objected(first, at=ENDS - TICK, once="a")
    assert objected(first, at=ENDS - TICK, once="a").id == made.id
    refused(RuleViolation, lambda: ask(first.id, body=WHY, once="b", by=first.leader, at=AFTER))
    assert made.receipt == f"{row.place.slug}-{row.cycle.year}-SG{row.id}-001"
    assert made.due_at == kst_midnight(date(2026, 8, 26))
    assert (reveal(made, GrantObjection.body), made.before_reason) == (WHY, REASON)
    assert second.objection is None
    said = session().scalars(select(RecordEntry).where(RecordEntry.act == "small_groups.objected")).one()
    assert WHY not in str(said.values)


def test_only_what_was_denied_after_the_decision_can_be_objected_to(row: GrantRound, clerk: Person):
    sent = check(make_application(row), clerk)
    ask = objecting.object_to_decision
    refused(RuleViolation, lambda: ask(sent.id, body=WHY, once="a", by=sent.leader, at=AFTER))
    decide(row, {sent.id: Ruling(600_000, REASON)}, clerk)
    refused(RuleViolation, lambda: ask(sent.id, body=WHY, once="a", by=sent.leader, at=AFTER))


def test_somebody_else_answers_as_long_as_there_is_somebody(row: GrantRound, clerk: Person):
    (sent,) = decided(row, clerk, 0)
    objected(sent)
    version = sent.objection.version

    def answer(by: Person, **changes: Any) -> Any:
        values: dict[str, Any] = {"finding": Finding.DISMISSED, "answer": ANSWER, "version": version, "at": LATER}
        return objecting.answer_objection(sent.id, by=by, **{**values, **changes})

    member = make_holder(Role.COUNCIL_MEMBER, row.place)
    refused(NotAllowed, lambda: answer(member))
    other = other_clerk(sent)
    refused(NotAllowed, lambda: answer(clerk))
    assert not todos(clerk, LATER)
    (due,) = todos(other, LATER)
    assert (due.endpoint, due.due_at) == ("small_groups.answer_objection", sent.objection.due_at)
    with transaction() as current:
        current.add(GroupPerson(application_id=sent.id, person_id=other.id, confirmed_at=AFTER))
    session().refresh(sent)
    refused(NotAllowed, lambda: answer(other))
    assert [todo.endpoint for todo in todos(clerk, LATER)] == ["small_groups.answer_objection"]
    refused(InvalidInput, lambda: answer(clerk, answer="아니요"))
    refused(InvalidInput, lambda: answer(clerk, finding=Finding.PARTLY))
    with transaction():
        answer(clerk)
    assert (sent.objection.standing, sent.objection.answered_as) == (Standing.DISMISSED, Role.DONG_STAFF)
    refused(Conflict, lambda: answer(clerk))
    refused(RuleViolation, lambda: answer(clerk, version=sent.objection.version))
    refused(RuleViolation, lambda: objecting.object_to_decision(sent.id, body=WHY, once="n", by=sent.leader, at=LATER))
    refused(RuleViolation, lambda: redeciding.decide_anew(
        sent.id, Ruling(100, ANSWER), ELSEWHERE, version=sent.objection.version, by=clerk, at=LATER))  # fmt: skip


def test_an_upheld_objection_is_decided_anew_within_what_the_round_has_left(row: GrantRound, clerk: Person):
    first, second, third = decided(row, clerk, 900_000, 700_000, 0, asked=1_000_000)
    objected(third)
    answered(third)
    assert [todo.endpoint for todo in todos(clerk, LATER)].count("small_groups.decide_anew") == 1
    seen = third.objection.version
    refused(RuleViolation, lambda: try_anew(third, clerk, 400_001))
    refused(InvalidInput, lambda: redeciding.decide_anew(
        third.id, Ruling(400_000, ""), ELSEWHERE, version=seen, by=clerk, at=LATER))  # fmt: skip
    early = Sitting(None, "소모임 심의위원회", date(2026, 7, 13))
    refused(InvalidInput, lambda: redeciding.decide_anew(
        third.id, Ruling(400_000, ANSWER), early, version=seen, by=clerk, at=LATER))  # fmt: skip
    anew(third, clerk, 400_000)
    assert (third.state, third.granted_won, third.objection.new_won) == (State.GRANTED, 400_000, 400_000)
    refused(Conflict, lambda: redeciding.decide_anew(
        third.id, Ruling(400_000, ANSWER), ELSEWHERE, version=seen, by=clerk, at=LATER))  # fmt: skip
    refused(RuleViolation, lambda: try_anew(third, clerk, 400_000))
    projects = session().scalars(select(Project)).all()
    assert sum(project.balance.planned_won for project in projects) == row.envelope_won
    assert third.report_due_on >= first.report_due_on
    assert third.granted_on == date(2026, 7, 20)
    assert second.granted_on == date(2026, 7, 12)


def test_a_group_more_than_the_round_supports_stays_refused_with_a_reason(row: GrantRound, clerk: Person):
    *_three, fourth = decided(row, clerk, 400_000, 400_000, 400_000, 0)
    objected(fourth)
    answered(fourth)
    refused(RuleViolation, lambda: try_anew(fourth, clerk, 100_000))
    anew(fourth, clerk, 0)
    assert (fourth.state, fourth.objection.standing) == (State.REFUSED, Standing.DECIDED)


def test_what_was_given_up_can_be_given_to_who_objected(row: GrantRound, clerk: Person):
    *three, fourth = decided(row, clerk, 600_000, 600_000, 600_000, 0)
    objected(fourth)
    answered(fourth)
    with transaction():
        granting.give_up(three[0].id, by=three[0].leader, at=AFTER + 3 * DAY)
    anew(fourth, clerk, 600_000)
    assert fourth.state is State.GRANTED


def test_who_was_not_eligible_comes_before_the_council_by_an_objection(row: GrantRound, clerk: Person):
    good, barred = (make_application(row, name=f"모임{n}") for n in range(2))
    check(good, clerk)
    check(barred, clerk, failed=[Criterion.USES], reason="인건비가 들어 있어 받을 수 없습니다.")
    with transaction():
        add_contact(barred.leader, ContactKind.EMAIL, "leader@example.kr", at=AFTER)
    session().refresh(barred.leader)
    decide(row, {good.id: Ruling(600_000, REASON)}, clerk)
    assert "small_groups/may_object" in set(session().scalars(select(Message.template)))
    found = objected(barred)
    assert (found.before_state, found.before_reason) == (State.INELIGIBLE, "인건비가 들어 있어 받을 수 없습니다.")
    answered(barred)
    anew(barred, clerk, 0)
    assert barred.state is State.REFUSED


def test_more_money_is_a_change_of_the_plan_and_is_paid_once(row: GrantRound, clerk: Person):
    (grant,) = decided(row, clerk, 400_000)
    first = granting.Payment(date(2026, 7, 13))
    with transaction():
        granting.pay_out(grant.id, first, version=grant.version, by=clerk, at=AFTER + DAY)
    objected(grant)
    answered(grant)
    make_report(grant, spent=300_000, at=LATER + 30 * DAY)
    refused(RuleViolation, lambda: reporting.accept_report(
        grant.id, version=grant.report.version, by=clerk, at=LATER + 30 * DAY))  # fmt: skip
    refused(InvalidInput, lambda: try_anew(grant, clerk, 399_999))
    anew(grant, clerk, 550_000)
    assert grant.owed_won == 150_000
    refused(RuleViolation, lambda: reporting.accept_report(
        grant.id, version=grant.report.version, by=clerk, at=LATER + 30 * DAY))  # fmt: skip
    seen = grant.version
    refused(InvalidInput, lambda: granting.pay_out(grant.id, first, version=seen, by=clerk, at=LATER))
    second = granting.Payment(date(2026, 7, 21))
    with transaction():
        granting.pay_out(grant.id, second, version=seen, by=clerk, at=LATER)
    refused(Conflict, lambda: granting.pay_out(grant.id, second, version=seen, by=clerk, at=LATER))
    refused(RuleViolation, lambda: granting.pay_out(grant.id, second, version=grant.version, by=clerk, at=LATER))
    with transaction():
        reporting.accept_report(grant.id, version=grant.report.version, by=clerk, at=LATER + 31 * DAY)
    project = session().get_one(Project, grant.project_id)
    session().refresh(project)
    assert [(entry.kind.value, entry.amount_won) for entry in project.entries] == [
        ("planned", 400_000), ("contracted", 400_000), ("paid", 400_000), ("changed", 150_000), ("contracted", 150_000),
        ("paid", 150_000), ("correction", -400_000), ("correction", -150_000), ("paid", 300_000), ("returned", 250_000),
    ]  # fmt: skip
    assert project.balance.left_won == 0
    assert check_ledgers([project]).broken == []


def test_more_money_before_anything_was_paid_is_paid_in_one(row: GrantRound, clerk: Person):
    (grant,) = decided(row, clerk, 400_000)
    objected(grant)
    answered(grant)
    anew(grant, clerk, 600_000)
    with transaction():
        granting.pay_out(grant.id, granting.Payment(date(2026, 7, 21)), version=grant.version, by=clerk, at=LATER)
    assert (grant.paid_won, session().get_one(Project, grant.project_id).balance.paid_won) == (600_000, 600_000)


def test_money_that_objections_may_still_ask_for_is_not_promised_anew(row: GrantRound, clerk: Person):
    cycle = session().get_one(Cycle, row.cycle_id)
    first, second = decided(row, clerk, 800_000, 0, asked=1_000_000)
    won = 4_500_000

    def left(at: Any) -> tuple[int, int]:
        found = left_in(cycle, at)
        return found.won, found.groups

    assert left(AFTER) == (won - 2_000_000, 4 - 2)
    assert left(ENDS) == (won - 800_000, 4 - 1)
    objected(second)
    assert left(ENDS) == (won - 800_000 - 1_000_000, 4 - 2)
    answered(second)
    assert left(ENDS) == (won - 800_000 - 1_000_000, 4 - 2)
    anew(second, clerk, 0)
    assert left(ENDS) == (won - 800_000, 4 - 1)
    with transaction():
        granting.give_up(first.id, by=first.leader, at=LATER)
    assert left(ENDS) == (won, 4)


def test_execution_does_not_close_over_an_open_objection(row: GrantRound, clerk: Person):
    cycle = session().get_one(Cycle, row.cycle_id)
    (sent,) = decided(row, clerk, 0)

    def owed() -> bool:
        return any("이의" in duty.text for duty in undone_duties(cycle, Stage.EXECUTION))

    assert not owed()
    objected(sent)
    assert owed()
    answered(sent)
    assert owed()
    anew(sent, clerk, 0)
    assert not owed()


def test_nothing_is_taken_back_over_an_open_objection(row: GrantRound, clerk: Person):
    (grant,) = decided(row, clerk, 400_000)
    with transaction():
        granting.pay_out(grant.id, granting.Payment(date(2026, 7, 13)), version=grant.version, by=clerk, at=AFTER + DAY)
    objected(grant)
    late = kst_midnight(date(2026, 12, 22))
    refused(RuleViolation, lambda: granting.reclaim(
        grant.id, reason="세 번 알렸으나 보고가 없습니다.", version=grant.version, by=clerk, at=late))  # fmt: skip
    answered(grant, Finding.DISMISSED, at=late)
    with transaction():
        granting.reclaim(grant.id, reason="세 번 알렸으나 보고가 없습니다.", version=grant.version, by=clerk, at=late)
    assert grant.state is State.RECLAIMED


def test_who_gives_up_a_grant_gives_up_the_objection(row: GrantRound, clerk: Person):
    (grant,) = decided(row, clerk, 400_000)
    objected(grant)
    with transaction():
        granting.give_up(grant.id, by=grant.leader, at=AFTER + 2 * DAY)
    assert grant.objection.standing is Standing.LAPSED
    refused(RuleViolation, lambda: objecting.answer_objection(
        grant.id, finding=Finding.UPHELD, answer=ANSWER, version=grant.objection.version, by=other_clerk(grant), at=LATER))  # fmt: skip


def test_another_leads_an_objection_when_its_leader_goes_and_it_ends_with_the_last(row: GrantRound, clerk: Person):
    (sent,) = decided(row, clerk, 0)
    objected(sent)
    members = [each.person for each in sent.people]
    for person in members[:2]:
        with transaction():
            person.is_active, person.closed_at = False, AFTER + DAY
            account_closed.send(person)
    session().refresh(sent)
    assert (sent.leader_id, sent.objection.standing) == (members[2].id, Standing.WAITING)
    answered(sent)
    refused(RuleViolation, lambda: try_anew(sent, clerk, 600_000))
    with transaction():
        members[2].is_active, members[2].closed_at = False, LATER
        account_closed.send(members[2])
    session().refresh(sent.objection)
    assert sent.objection.standing is Standing.LAPSED


def test_a_group_that_lost_its_people_after_the_check_is_not_granted(row: GrantRound, clerk: Person):
    sent = check(make_application(row), clerk)
    gone = sent.people[2].person
    with transaction():
        gone.is_active, gone.closed_at = False, AFTER
        account_closed.send(gone)
    sitting = Sitting(None, "소모임 심의위원회", date(2026, 7, 12))
    refused(InvalidInput, lambda: deliberating.conclude(
        row.id, {sent.id: Ruling(600_000, REASON)}, sitting, version=row.version, by=clerk, at=AFTER))  # fmt: skip
    decide(row, {sent.id: Ruling(0, REASON)}, clerk)
    assert sent.state is State.REFUSED


@pytest.mark.slow
def test_the_council_decides_anew_with_its_quorum_without_those_left_out(row: GrantRound, clerk: Person):
    council = [make_holder(Role.COUNCIL_MEMBER, row.place) for _ in range(3)]
    meeting = make_sitting(row.place, council)
    sent = check(make_application(row), clerk)
    with transaction():
        deliberating.conclude(
            row.id, {sent.id: Ruling(0, REASON)}, Sitting(meeting.id), version=row.version, by=clerk, at=AFTER
        )
    objected(sent)
    answered(sent)
    version = sent.objection.version

    def decide_in(which: CouncilMeeting) -> Any:
        return redeciding.decide_anew(
            sent.id, Ruling(600_000, ANSWER), Sitting(which.id), version=version, by=clerk, at=LATER
        )

    refused(InvalidInput, lambda: decide_in(meeting))
    with transaction():
        meeting.opened_at = meeting.starts_at = AFTER + 5 * DAY
    refused(NotAllowed, lambda: deliberating.stand_back(sent.id, by=clerk, at=LATER))
    for member in council:
        with transaction():
            deliberating.stand_back(sent.id, by=member, at=LATER)
    refused(RuleViolation, lambda: decide_in(meeting))
    with transaction() as current:
        current.delete(current.scalars(select(GrantRecusal).where(GrantRecusal.person_id == council[0].id)).one())
    with transaction():
        decide_in(meeting)
    assert (sent.objection.recused, sent.objection.meeting_id, sent.state) == (2, meeting.id, State.GRANTED)
    refused(NotFound, lambda: deliberating.stand_back(sent.id, by=council[0], at=LATER))


def seal_birth(person: Person, born: str) -> None:
    seal(person, Person.birth_date, born)


def test_a_minor_does_not_begin_an_application(row: GrantRound):
    young = make_resident(row.place)
    with transaction():
        seal_birth(young, "2010-03-01")
    refused(NotAllowed, lambda: applying.begin_application(row.id, wish(), group_id=None, by=young, at=NOW))


def test_a_known_minor_does_not_answer_for_money_but_may_belong(row: GrantRound):
    sent = make_application(row)
    young = next(each.person for each in sent.people if each.person_id != sent.leader_id)
    with transaction():
        seal_birth(young, "2010-03-01")
    refused(NotAllowed, lambda: people.hand_over(sent.id, to=young.id, by=sent.leader, at=AFTER))
    with transaction():
        seal_birth(young, "2007-07-12")
    with transaction():
        people.hand_over(sent.id, to=young.id, by=sent.leader, at=AFTER)
    assert sent.leader_id == young.id
