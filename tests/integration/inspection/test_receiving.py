"""Every opinion gets a number and an answer, whoever clicks twice and whichever two clerks meet."""

import dataclasses
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.clock import kst_date
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import get_or_not_found, session, transaction
from app.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from app.inspection.models import Disposition, Opinion
from app.inspection.queries.opinions import inspected_version
from app.inspection.queries.signposts import undone
from app.inspection.rules import Channel, Result, Stance
from app.inspection.services import answering, receiving, running
from app.outbox.models import Message
from app.people.models import Person
from app.people.rules import Role
from app.plan.models import Plan
from app.plan.queries import latest_version, plan_of_cycle
from tests.at_once import at_once
from tests.conftest import NOW
from tests.factories import make_holder, make_resident
from tests.factories_inspection import ADOPTED, TEXT, answer, release_all, say, settle
from tests.factories_year import make_inspection

pytestmark = pytest.mark.slow

NOTED = answering.Answer(Result.NOTED, "다른 답변입니다. 참고만 합니다.", "", "총무분과")


@pytest.mark.usefixtures("app")
class TestOpinions:
    @pytest.mark.slow
    def test_numbers_follow_each_other_over_all_channels(self):
        cycle = make_inspection()
        staff = make_holder(Role.DONG_STAFF, cycle.place)
        receipts = [
            say(cycle, make_resident(cycle.place)).receipt,
            say(cycle, staff, once="b", channel=Channel.MAIL).receipt,
        ]
        assert [receipt[-4:] for receipt in receipts] == ["0001", "0002"]

    def test_the_same_form_twice_is_one_opinion(self):
        cycle = make_inspection()
        person = make_resident(cycle.place)
        assert say(cycle, person, once="a").id == say(cycle, person, once="a").id
        assert session().scalar(select(func.count(Opinion.id))) == 1

    def test_only_staff_enter_paper(self):
        cycle = make_inspection()
        with pytest.raises(NotAllowed):
            say(cycle, make_resident(cycle.place), channel=Channel.PAPER)

    @pytest.mark.parametrize("text", ["", "좋아요", "가" * 4001])
    def test_what_cannot_be_answered_is_not_taken(self, text):
        cycle = make_inspection()
        with pytest.raises(InvalidInput):
            say(cycle, make_resident(cycle.place), text=text)
        assert session().scalar(select(func.count(Opinion.id))) == 0

    def test_the_last_moment_is_in_time_and_the_closing_instant_is_late(self):
        cycle = make_inspection()
        closes = cycle.stage(Stage.INSPECTION).closes_at
        assert not say(cycle, make_resident(cycle.place), at=closes - timedelta(microseconds=1)).late
        assert say(cycle, make_resident(cycle.place), at=closes).late
        with pytest.raises(RuleViolation):
            say(cycle, make_resident(cycle.place), at=closes + timedelta(days=7))

    def test_a_paper_counts_from_the_day_on_which_it_came(self):
        cycle = make_inspection()
        staff = make_holder(Role.DONG_STAFF, cycle.place)
        closes = cycle.stage(Stage.INSPECTION).closes_at
        typed = closes + timedelta(days=2)
        paper = {"channel": Channel.PAPER, "at": typed}
        assert not say(cycle, staff, **paper, received_on=kst_date(closes - timedelta(days=1))).late
        assert say(cycle, staff, **paper, received_on=kst_date(typed)).late
        with pytest.raises(InvalidInput):
            say(cycle, staff, **paper, received_on=kst_date(typed + timedelta(days=1)))

    def test_an_author_edits_until_the_answer_and_others_never(self):
        cycle = make_inspection()
        author, stranger = make_resident(cycle.place), make_resident(cycle.place)
        chair = make_holder(Role.COMMITTEE_CHAIR, cycle.place)
        opinion = say(cycle, author)
        release_all(cycle, make_holder(Role.DONG_STAFF, cycle.place))
        change = {"section": None, "stance": Stance.OPPOSE, "text": "생각이 바뀌었습니다. 다시 봐 주세요."}
        with pytest.raises(NotFound), transaction():
            receiving.edit_opinion(opinion.id, **change, version=opinion.version, by=stranger, at=NOW)
        with transaction():
            receiving.edit_opinion(opinion.id, **change, version=opinion.version, by=author, at=NOW)
        assert [old.text for old in opinion.edits] == [TEXT]
        assert opinion.released_at is None, "what was changed is looked through again"
        answer(opinion, chair)
        settle([opinion], make_holder(Role.DONG_STAFF, cycle.place))
        with pytest.raises(RuleViolation), transaction():
            receiving.edit_opinion(opinion.id, **change, version=opinion.version, by=author, at=NOW)

    def test_a_change_sends_a_drafted_answer_back_and_keeps_it(self):
        cycle = make_inspection()
        author = make_resident(cycle.place)
        opinion = say(cycle, author)
        answer(opinion, make_holder(Role.COMMITTEE_CHAIR, cycle.place))
        seen = opinion.version
        with transaction():
            receiving.edit_opinion(
                opinion.id, section=2, stance=Stance.OPPOSE, text="생각이 바뀌었습니다. 다시 봐 주세요.", version=seen, by=author, at=NOW
            )  # fmt: skip
        assert opinion.disposition is not None
        with pytest.raises(Conflict):
            answer(opinion, make_holder(Role.DONG_STAFF, cycle.place), version=seen)

    def test_of_two_clerks_the_second_is_told(self):
        cycle = make_inspection()
        opinion = say(cycle, make_resident(cycle.place))
        seen = opinion.version
        answer(opinion, make_holder(Role.COMMITTEE_CHAIR, cycle.place), version=seen)
        with pytest.raises(Conflict):
            answer(opinion, make_holder(Role.DONG_STAFF, cycle.place), NOTED, version=seen)
        assert opinion.disposition is not None
        assert opinion.disposition.reason.startswith("그렇게")

    def test_an_adopted_opinion_must_say_what_changes(self):
        cycle = make_inspection()
        opinion = say(cycle, make_resident(cycle.place))
        with pytest.raises(InvalidInput):
            answer(opinion, make_holder(Role.COMMITTEE_CHAIR, cycle.place), dataclasses.replace(ADOPTED, change=""))

    def test_the_author_is_told_once(self):
        cycle = make_inspection()
        author = make_resident(cycle.place)
        opinion = say(cycle, author)
        answer(opinion, make_holder(Role.COMMITTEE_CHAIR, cycle.place))
        # An account without a contact gets no message; nothing breaks.
        assert session().scalar(select(func.count(Message.id))) == 0

    def test_the_inspection_ends_only_when_every_word_is_answered(self):
        cycle = make_inspection()
        chair, staff = make_holder(Role.COMMITTEE_CHAIR, cycle.place), make_holder(Role.DONG_STAFF, cycle.place)
        opinion = say(cycle, make_resident(cycle.place))
        closes = cycle.stage(Stage.INSPECTION).closes_at
        plan = get_or_not_found(Plan, opinion.plan_version.plan_id)

        def conclude() -> None:
            with transaction():
                running.conclude(cycle, version=plan.version, by=chair, at=closes)

        with pytest.raises(RuleViolation, match="1건"):
            conclude()
        assert len(undone(cycle)) == 3
        answer(opinion, chair)
        with pytest.raises(RuleViolation, match="확정"):
            conclude()
        settle([opinion], staff)
        with pytest.raises(RuleViolation, match="공개"):
            conclude()
        release_all(cycle, staff)
        first = inspected_version(cycle)
        conclude()
        session().refresh(cycle)
        assert undone(cycle) == []
        assert inspected_version(cycle) == first
        assert latest_version(plan_of_cycle(cycle)).number == 2

    def test_a_short_inspection_cannot_close(self):
        cycle = make_inspection()
        with transaction():
            cycle.stage(Stage.INSPECTION).closes_at = NOW + timedelta(days=5)
        assert any("20" in str(duty.values.get("n")) for duty in undone(cycle))


def test_twenty_opinions_at_once_get_twenty_numbers(app: Flask):
    cycle = make_inspection()
    people = [make_resident(cycle.place).id for _ in range(20)]
    cycle_id = cycle.id

    def one(person_id: int) -> None:
        receiving.submit_opinion(
            get_or_not_found(Cycle, cycle_id), section=1, stance=Stance.AGREE, text=TEXT, channel=Channel.ONLINE,
            wants_notice=False, once="x", by=get_or_not_found(Person, person_id), at=NOW,
        )  # fmt: skip

    assert at_once(app, *(partial(one, person_id) for person_id in people)) == []
    assert sorted(session().scalars(select(Opinion.number))) == list(range(1, 21))
    assert session().scalar(select(func.count(Disposition.id))) == 0
