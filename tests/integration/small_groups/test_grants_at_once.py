"""Two people at one grant at the same instant, in threads of their own: one is told, nothing is given twice."""

import threading
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from app.assembly.objections.rules import Finding
from app.cycle.models import Cycle
from app.db.session import session, transaction
from app.errors import AppError, Conflict, InvalidInput, NotFound, RuleViolation
from app.execution.models import Project
from app.extensions import db
from app.people.models import Person
from app.plan.rules import FundSource
from app.small_groups.models import GrantObjection, GrantRound
from app.small_groups.rules.applications import Ruling
from app.small_groups.services import granting, objecting, people, redeciding, rounds
from app.small_groups.services.deliberating import Sitting
from tests.conftest import NOW
from tests.factories import make_cycle, make_place, make_resident
from tests.factories_small_groups import (
    AFTER,
    DAY,
    check,
    decide,
    make_application,
    make_clerk,
    make_draft,
    make_grant,
    make_round,
    terms,
)

pytestmark = pytest.mark.slow
REASON = "골목에 꼭 필요한 모임이어서 다시 봅니다."


@pytest.fixture
def row(app: Flask) -> GrantRound:
    return make_round()


def at_once(app: Flask, *acts: Callable[[], object]) -> list[type[AppError]]:
    """Do all of it at the same instant; return the kinds of the refusals."""
    gate = threading.Barrier(len(acts))
    refused: list[type[AppError]] = []

    def run(act: Callable[[], object]) -> None:
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    act()
            except AppError as refusal:
                refused.append(type(refusal))
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session().rollback()
    session().expire_all()
    return refused


def person(person_id: int) -> Person:
    return session().get_one(Person, person_id)


def test_a_mailed_address_lets_one_of_two_in_at_the_same_moment(app: Flask, row: GrantRound):
    draft = make_draft(row, people_count=1)
    with transaction():
        people.mail_invitation(draft.id, word="mail", to="a@example.kr", by=draft.leader, at=NOW)
    both = [make_resident(row.place).id for _ in range(2)]
    session().rollback()
    acts = [lambda n=n: people.confirm("mail", by=person(n), at=NOW) for n in both]
    assert at_once(app, *acts) == [NotFound]


def test_one_person_does_not_slip_into_two_groups_at_the_same_moment(app: Flask, row: GrantRound):
    drafts = [make_draft(row, people_count=1, name=f"모임{n}") for n in range(2)]
    for draft in drafts:
        with transaction():
            people.make_link(draft.id, word=f"w{draft.id}", by=draft.leader, at=NOW)
    neighbour, words = make_resident(row.place).id, [f"w{draft.id}" for draft in drafts]
    session().rollback()
    acts = [lambda w=w: people.confirm(w, by=person(neighbour), at=NOW) for w in words]
    assert at_once(app, *acts) == [RuleViolation]


def test_two_rounds_at_the_same_moment_do_not_promise_the_same_money(app: Flask):
    cycle = make_cycle(make_place())
    clerk, cycle_id = make_clerk(cycle.place).id, cycle.id
    session().rollback()

    def announce(once: str) -> None:
        words = rounds.Words("소모임", "동네에 도움이 되는 모임", "조례", FundSource.SUBSIDY)
        asked = terms(envelope_won=4_000_000)
        rounds.announce_round(session().get_one(Cycle, cycle_id), words, asked, once=once, by=person(clerk), at=NOW)

    assert at_once(app, lambda: announce("a"), lambda: announce("b")) == [InvalidInput]
    assert at_once(app, lambda: announce("c"), lambda: announce("c")) == [InvalidInput, InvalidInput]


def test_two_clerks_pay_a_grant_once(app: Flask, row: GrantRound):
    clerk = make_clerk(row.place)
    grant = make_grant(clerk, row, paid=False)
    key, version, who = grant.id, grant.version, [clerk.id, make_clerk(row.place).id]
    session().rollback()

    def pay(person_id: int) -> None:
        payment = granting.Payment(date(2026, 7, 20))
        granting.pay_out(key, payment, version=version, by=person(person_id), at=AFTER + 10 * DAY)

    assert at_once(app, *[lambda n=n: pay(n) for n in who]) == [Conflict]
    assert session().scalars(select(Project)).one().balance.paid_won == 600_000


def test_two_objections_decided_at_the_same_moment_do_not_share_the_same_money(app: Flask, row: GrantRound):
    clerk, other = make_clerk(row.place), session().get_one(Person, row.announced_by)
    groups = [check(make_application(row, name=f"모임{n}", won=1_000_000), clerk) for n in range(3)]
    granted = {each.id: Ruling(won, REASON) for each, won in zip(groups, (1_000_000, 0, 0), strict=True)}
    decide(row, granted, clerk)
    for each in groups[1:]:
        with transaction():
            objecting.object_to_decision(each.id, body=REASON, once=f"o{each.id}", by=each.leader, at=AFTER)
        with transaction():
            objecting.answer_objection(
                each.id, finding=Finding.UPHELD, answer=REASON, version=each.objection.version, by=other, at=AFTER
            )
    pair = [(each.id, each.objection.version) for each in groups[1:]]
    by, sitting = clerk.id, Sitting(None, "소모임 심의위원회", date(2026, 7, 13))
    session().rollback()
    acts = [
        lambda k=key, v=version: redeciding.decide_anew(
            k, Ruling(700_000, REASON), sitting, version=v, by=person(by), at=AFTER + 2 * DAY
        )
        for key, version in pair
    ]
    assert at_once(app, *acts) == [RuleViolation]
    assert sum(project.balance.planned_won for project in session().scalars(select(Project))) == 1_700_000


def test_an_objection_sent_twice_at_the_same_moment_is_one_and_another_is_refused(app: Flask, row: GrantRound):
    clerk = make_clerk(row.place)
    sent = check(make_application(row), clerk)
    decide(row, {sent.id: Ruling(0, REASON)}, clerk)
    key, leader = sent.id, sent.leader_id
    session().rollback()

    def object_to(once: str) -> None:
        objecting.object_to_decision(key, body=REASON, once=once, by=person(leader), at=AFTER)

    assert at_once(app, lambda: object_to("a"), lambda: object_to("a")) == []
    assert at_once(app, lambda: object_to("b"), lambda: object_to("a")) == [RuleViolation]
    assert session().scalars(select(GrantObjection.once)).all() == ["a"]


def test_of_two_answers_at_the_same_moment_one_counts(app: Flask, row: GrantRound):
    clerk = make_clerk(row.place)
    who = [row.announced_by, make_clerk(row.place).id]
    sent = check(make_application(row), clerk)
    decide(row, {sent.id: Ruling(0, REASON)}, clerk)
    with transaction():
        made = objecting.object_to_decision(sent.id, body=REASON, once="a", by=sent.leader, at=AFTER)
    key, version = sent.id, made.version
    session().rollback()

    def answer(person_id: int, finding: Finding) -> None:
        objecting.answer_objection(
            key, finding=finding, answer=REASON, version=version, by=person(person_id), at=AFTER + DAY
        )

    acts = [lambda n=n, f=f: answer(n, f) for n, f in zip(who, (Finding.UPHELD, Finding.DISMISSED), strict=True)]
    assert at_once(app, *acts) == [Conflict]
