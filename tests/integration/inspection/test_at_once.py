"""Two people at one thing at the same instant, in threads of their own: one is told, nothing is lost."""

from datetime import timedelta

import pytest
from flask import Flask

from app.clock import kst_date
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import session, transaction
from app.errors import Conflict
from app.inspection.models import AnswerState, Disposition, InspectionExtension, Opinion
from app.inspection.rules import Channel, Result, Stance
from app.inspection.services import answering, receiving, running
from app.people.models import Person
from app.people.rules import Role
from app.plan.models import DepartmentReview
from app.plan.rules import Verdict
from app.review import services as reviewing
from app.review.models import ReviewFinding
from app.review.rules import Criterion, Finding
from tests.at_once import at_once
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place, make_resident
from tests.factories_inspection import say
from tests.factories_year import make_inspection, make_plan, make_staff

pytestmark = pytest.mark.slow
FINE = [Finding(code, Verdict.ELIGIBLE) for code in Criterion]


def person(person_id: int) -> Person:
    return session().get_one(Person, person_id)


def test_two_reviewers_at_one_item_both_count(app: Flask):
    item = make_plan(make_cycle(make_place(), Stage.DRAFTING), [3_000_000], reviewed=False).items[0]
    staff = make_staff(item.plan.place)
    offices = [make_holder(Role.DEPARTMENT_REVIEWER, item.plan.place.parent, name) for name in ("도로과", "공원과")]
    with transaction():
        asked = reviewing.ask(item.id, offices, due_at=None, by=staff, at=NOW)
    jobs = [(review.id, review.version, office.id) for review, office in zip(asked, offices, strict=True)]

    def answer(review_id: int, version: int, office_id: int) -> None:
        reviewing.answer(
            review_id, FINE, condition="", corrected_cost_won=None, version=version, by=person(office_id), at=NOW
        )

    refused = at_once(app, *(lambda job=job: answer(*job) for job in jobs))
    assert refused == []
    assert session().query(DepartmentReview).filter_by(verdict=Verdict.ELIGIBLE).count() == 2
    assert session().query(ReviewFinding).count() == 2 * len(Criterion)


def test_one_reviewer_in_two_windows_answers_once(app: Flask):
    item = make_plan(make_cycle(make_place(), Stage.DRAFTING), [3_000_000], reviewed=False).items[0]
    staff, office = make_staff(item.plan.place), make_holder(Role.DEPARTMENT_REVIEWER, item.plan.place.parent)
    with transaction():
        [review] = reviewing.ask(item.id, [office], due_at=None, by=staff, at=NOW)
    review_id, version, office_id = review.id, review.version, office.id

    def answer() -> None:
        reviewing.answer(
            review_id, FINE, condition="", corrected_cost_won=None, version=version, by=person(office_id), at=NOW
        )

    assert at_once(app, answer, answer) == [Conflict]
    assert session().query(ReviewFinding).count() == len(Criterion)


def test_two_clerks_answering_one_opinion_leave_one_answer_and_the_second_is_told(app: Flask):
    cycle = make_inspection()
    opinion = say(cycle, make_resident(cycle.place))
    opinion_id, version = opinion.id, opinion.version
    clerks = [make_staff(cycle.place).id for _ in range(2)]

    def answer(clerk_id: int) -> None:
        words = answering.Answer(Result.NOTED, f"{clerk_id}번 담당자가 적은 답변입니다.", "", "총무분과")
        answering.answer_opinion(opinion_id, words, version=version, by=person(clerk_id), at=NOW)

    assert at_once(app, *(lambda clerk=clerk: answer(clerk) for clerk in clerks)) == [Conflict]
    [left] = session().query(Disposition).all()
    assert left.state is AnswerState.DRAFT
    assert left.reason == f"{left.answered_by}번 담당자가 적은 답변입니다."


def test_opinions_that_come_while_the_inspection_is_prolonged_are_all_kept_and_in_time(app: Flask):
    cycle = make_inspection()
    staff, cycle_id, version = make_staff(cycle.place).id, cycle.id, cycle.version
    row = cycle.stage(Stage.INSPECTION)
    with transaction():
        for stage in cycle.stages[5:]:
            stage.opens_at, stage.closes_at = stage.opens_at + timedelta(days=30), stage.closes_at + timedelta(days=30)
    closes, last_day = row.closes_at, kst_date(row.closes_at + timedelta(days=6))
    late = closes + timedelta(seconds=1)
    people = [make_resident(cycle.place).id for _ in range(4)]

    def speak(number: int, author_id: int) -> None:
        receiving.submit_opinion(
            session().get_one(Cycle, cycle_id), section=1, stance=Stance.AMEND, text=f"{number}번째로 드리는 말씀입니다.",
            channel=Channel.ONLINE, wants_notice=True, once=f"o{number}", by=person(author_id), at=late,
        )  # fmt: skip

    def prolong() -> None:
        reason = "많은 분이 더 읽고 싶어 합니다."
        running.extend(cycle_id, last_day=last_day, reason=reason, version=version, by=person(staff), at=late)

    speakers = [lambda n=n, who=who: speak(n, who) for n, who in enumerate(people)]
    assert at_once(app, *speakers, prolong) == []
    kept = session().query(Opinion).all()
    assert sorted(opinion.number for opinion in kept) == [1, 2, 3, 4]
    assert not any(opinion.late for opinion in kept)
    assert session().query(InspectionExtension).count() == 1
