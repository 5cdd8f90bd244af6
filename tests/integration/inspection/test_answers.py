"""Written, checked by somebody else, confirmed, published, told, corrected in the open, and followed to the change."""

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import kst_date
from app.cycle.rules import Stage
from app.cycle.services import plan_stage
from app.db.session import session, transaction
from app.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from app.inspection.models import OpinionContact, OpinionGroup
from app.inspection.queries import report as reports
from app.inspection.queries.opinions import (
    answers_are_public,
    bundles,
    inspected_version,
    inspected_versions,
    opinions_on,
    public_answer,
)
from app.inspection.queries.signposts import undone
from app.inspection.rules import AnswerState, Channel, Result
from app.inspection.services import answering, grouping, receiving, releasing, running
from app.outbox.models import Message
from app.people.models import Person
from app.people.rules import ContactKind, Role
from app.people.services.sign_up import add_contact
from app.places.services.settings import change_setting
from app.plan.rules import PlanState
from app.plan.services import freezing
from tests.conftest import NOW
from tests.factories import make_holder, make_resident
from tests.factories_inspection import ADOPTED, answer, release_all, say, settle
from tests.factories_year import make_inspection, make_staff

pytestmark = pytest.mark.slow

REFUSED = answering.Answer(Result.NOT_ADOPTED, "예산의 테두리를 벗어나 어렵습니다.", "", "총무분과")


@pytest.fixture
def cycle(app):
    return make_inspection()


@pytest.fixture
def chair(cycle):
    return make_holder(Role.COMMITTEE_CHAIR, cycle.place)


@pytest.fixture
def staff(cycle):
    return make_staff(cycle.place)


def reachable(place):
    person = make_resident(place)
    with transaction():
        add_contact(session().get_one(Person, person.id), ContactKind.EMAIL, "a@example.kr", at=NOW)
    return person


def advance(opinions, step, by):
    with transaction():
        return answering.advance([o.id for o in opinions], to=step, place=by_place(opinions), by=by, at=NOW)


def by_place(opinions):
    return opinions[0].plan_version.plan.place


def end(cycle, by, reason=""):
    version = inspected_version(cycle)
    with transaction():
        return running.conclude(
            cycle, version=version.plan.version, by=by, at=cycle.stage(Stage.INSPECTION).closes_at, reason=reason
        )


def test_nobody_checks_their_own_answer_and_nothing_is_confirmed_unchecked(cycle, chair, staff):
    opinion = say(cycle, make_resident(cycle.place))
    answer(opinion, chair)
    with pytest.raises(RuleViolation):
        advance([opinion], AnswerState.CHECKED, chair)
    with pytest.raises(RuleViolation):
        advance([opinion], AnswerState.CONFIRMED, staff)
    with pytest.raises(NotAllowed):
        advance([opinion], AnswerState.CHECKED, make_resident(cycle.place))
    member = make_holder(Role.COUNCIL_MEMBER, cycle.place)
    assert advance([opinion], AnswerState.CHECKED, member) == [opinion]
    with pytest.raises(NotAllowed):
        advance([opinion], AnswerState.CONFIRMED, member)
    assert advance([opinion], AnswerState.CONFIRMED, chair) == [opinion]
    assert advance([opinion], AnswerState.CONFIRMED, chair) == [], "a second click changes nothing"


def test_an_answer_is_public_when_it_is_confirmed_and_not_before(cycle, chair, staff):
    opinion = say(cycle, make_resident(cycle.place))
    answer(opinion, chair)
    assert public_answer(opinion, are_public=answers_are_public(opinion.plan_version)) is None
    settle([opinion], staff)
    assert public_answer(opinion, are_public=answers_are_public(opinion.plan_version)) is opinion.disposition


def test_a_place_may_publish_all_answers_together(cycle, chair, staff):
    operator = make_holder(Role.OPERATOR, cycle.place.parent)
    with transaction():
        change_setting(
            cycle.place_id,
            "plan.answers_published",
            typed="together",
            legal_basis="운영세칙 제3조",
            seen=0,
            by=operator,
            at=NOW,
        )
    opinion = say(cycle, reachable(cycle.place))
    answer(opinion, chair)
    settle([opinion], staff)
    release_all(cycle, staff)
    assert not answers_are_public(opinion.plan_version)
    assert list(session().scalars(select(Message))) == []
    end(cycle, chair)
    assert answers_are_public(opinion.plan_version)
    assert [message.template for message in session().scalars(select(Message))] == ["inspection/answered"]


def test_every_author_is_told_and_a_papers_address_is_forgotten_at_the_end(cycle, chair, staff):
    told = say(cycle, reachable(cycle.place))
    paper = say(cycle, staff, channel=Channel.PAPER, contact="b@example.kr")
    silent = say(cycle, staff, channel=Channel.VISIT)
    for opinion in (told, paper, silent):
        answer(opinion, chair)
    settle([told, paper, silent], staff)
    assert len(list(session().scalars(select(Message)))) == 2
    release_all(cycle, staff)
    end(cycle, chair)
    assert list(session().scalars(select(OpinionContact))) == []


def test_identical_opinions_share_an_answer_and_keep_their_numbers(cycle, chair, staff):
    opinions = [say(cycle, make_resident(cycle.place)) for _ in range(3)]
    other = say(cycle, make_resident(cycle.place), text="저는 다르게 생각합니다. 그대로 두세요.")
    version = inspected_version(cycle)
    with transaction():
        group = grouping.group_opinions(version, [o.id for o in opinions], title="같은 말", by=chair, at=NOW)
    with pytest.raises(RuleViolation):
        answer(opinions[0], chair)
    seen = group.version
    with transaction():
        answering.answer_group(group.id, ADOPTED, version=seen, by=chair, at=NOW)
    with pytest.raises(Conflict), transaction():
        answering.answer_group(group.id, REFUSED, version=seen, by=staff, at=NOW)
    assert {o.disposition.result for o in opinions} == {Result.ADOPTED}
    assert len({o.disposition.id for o in opinions}) == 3
    assert [len(b.opinions) for b in bundles(opinions_on(version))] == [3, 1]
    answer(other, chair, REFUSED)
    settle([*opinions, other], staff)
    figures = reports.report_on(version).figures
    assert (figures.received, figures.bundles, figures.identical) == (4, 2, 3)
    with pytest.raises(RuleViolation), transaction():
        grouping.ungroup(opinions[0].id, by=chair, at=NOW)


def test_a_group_of_one_is_no_group(cycle, chair):
    opinions = [say(cycle, make_resident(cycle.place)) for _ in range(2)]
    version = inspected_version(cycle)
    with pytest.raises(InvalidInput), transaction():
        grouping.group_opinions(version, [opinions[0].id], title="하나", by=chair, at=NOW)
    with transaction():
        grouping.group_opinions(version, [o.id for o in opinions], title="둘", by=chair, at=NOW)
    with transaction():
        grouping.ungroup(opinions[0].id, by=chair, at=NOW)
    assert [o.group_id for o in opinions] == [None, None]
    assert list(session().scalars(select(OpinionGroup))) == []


def test_an_opinion_is_read_before_it_is_published(cycle, chair, staff):
    clean = say(cycle, make_resident(cycle.place))
    personal = say(cycle, make_resident(cycle.place), text="궁금하면 010-1234-5678로 전화 주세요.")
    with pytest.raises(NotAllowed):
        release_all(cycle, chair)
    assert release_all(cycle, staff) == 1
    assert personal.released_at is None
    with pytest.raises(InvalidInput), transaction():
        releasing.release(personal.id, public_text=personal.text, version=personal.version, by=staff, at=NOW)
    with transaction():
        releasing.release(
            personal.id, public_text="궁금하면 ○○○로 전화 주세요.", version=personal.version, by=staff, at=NOW
        )
    assert personal.is_redacted
    assert not clean.is_redacted
    rows = reports.table(reports.report_on(inspected_version(cycle)))
    assert [row["redacted"] for row in rows] == [0, 1]
    assert "1234" not in str(rows)
    assert "010-1234-5678" in personal.text, "the original stays with the staff"


def test_a_correction_leaves_what_was_said_before(cycle, chair, staff):
    opinion = say(cycle, make_resident(cycle.place))
    answer(opinion, chair)
    with pytest.raises(RuleViolation), transaction():
        answering.correct(
            opinion.id, REFUSED, why="셈이 틀렸습니다. 바로잡습니다.", version=opinion.version, by=chair, at=NOW
        )
    settle([opinion], staff)
    with pytest.raises(Conflict):
        answer(opinion, chair)
    with pytest.raises(InvalidInput), transaction():
        answering.correct(opinion.id, REFUSED, why="틀림", version=opinion.version, by=chair, at=NOW)
    with transaction():
        answering.correct(
            opinion.id, REFUSED, why="셈이 틀렸습니다. 바로잡습니다.", version=opinion.version, by=chair, at=NOW
        )
    assert opinion.disposition.result is Result.NOT_ADOPTED
    assert [old.result for old in opinion.disposition.corrections] == [Result.ADOPTED]


def test_only_the_author_says_whether_an_answer_helped(cycle, chair, staff):
    author = make_resident(cycle.place)
    opinion = say(cycle, author)
    rate = {"helpful": True, "at": NOW}
    with pytest.raises(RuleViolation), transaction():
        receiving.rate_answer(opinion.id, by=author, **rate)
    answer(opinion, chair)
    settle([opinion], staff)
    with pytest.raises(NotFound), transaction():
        receiving.rate_answer(opinion.id, by=staff, **rate)
    with transaction():
        receiving.rate_answer(opinion.id, by=author, **rate)
    assert opinion.helpful is True


def test_an_inspection_is_only_ever_prolonged(cycle, staff):
    row = cycle.stage(Stage.INSPECTION)
    closes = row.closes_at
    with transaction():
        for stage in cycle.stages[5:]:
            stage.opens_at += timedelta(days=30)
            stage.closes_at += timedelta(days=30)
    late = say(cycle, make_resident(cycle.place), at=closes + timedelta(hours=1))
    assert late.late

    def extend(days: int) -> None:
        with transaction():
            running.extend(
                cycle.id, last_day=kst_date(closes) + timedelta(days=days), reason="한 주 더 듣기로 했습니다.",
                version=cycle.version, by=staff, at=closes + timedelta(hours=2),
            )  # fmt: skip

    with pytest.raises(InvalidInput):
        extend(-2)
    extend(6)
    assert row.closes_at == closes + timedelta(days=7)
    assert not late.late, "what came between the old end and the new one is in time"
    with pytest.raises(RuleViolation), transaction():
        plan_stage(
            cycle.id, Stage.INSPECTION, first_day=kst_date(row.opens_at), last_day=kst_date(closes), version=cycle.version,
            by=staff, at=closes + timedelta(hours=3),
        )  # fmt: skip


def test_much_changed_text_is_inspected_again_or_says_why_not(cycle, chair, staff):
    opinion = say(cycle, make_resident(cycle.place))
    answer(opinion, chair)
    settle([opinion], staff)
    release_all(cycle, staff)
    version = inspected_version(cycle)
    plan = version.plan
    with transaction():
        plan.items[0].cost_won *= 2
    with pytest.raises(InvalidInput):
        end(cycle, chair)
    closes = cycle.stage(Stage.INSPECTION).closes_at
    with transaction():
        running.inspect_again(
            cycle, reason="비용이 두 배가 되어 다시 듣습니다.", version=plan.version, by=chair, at=closes
        )
    assert plan.state is PlanState.DRAFTING
    assert undone(cycle), "the stage waits for the second inspection"
    with transaction():
        freezing.freeze_for_inspection(plan.id, version=plan.version, by=chair, at=closes)
    with transaction():
        cycle.stage(Stage.INSPECTION).closes_at = closes + timedelta(days=21)
    again = say(cycle, make_resident(cycle.place), at=closes + timedelta(days=1))
    assert again.receipt.endswith("0002"), "no two receipts of a year are alike"
    assert inspected_versions(cycle) == [version, again.plan_version]
    assert reports.report_on(version).end.is_again
    assert [line.inspections for line in reports.statistics(cycle.place)] == [2]


def test_the_reason_not_to_inspect_again_is_public(cycle, chair):
    version = inspected_version(cycle)
    with transaction():
        version.plan.items[1].dropped_at = NOW
    end(cycle, chair, reason="한 사업만 빠지고 나머지는 그대로입니다.")
    report = reports.report_on(version)
    assert report.end.reason.startswith("한 사업만")
    assert report.figures.changed == 1
    assert report.following.number == 2


def test_an_adopted_opinion_leads_to_the_section_that_it_changed(cycle, chair, staff):
    opinion = say(cycle, make_resident(cycle.place), section=None)
    with pytest.raises(InvalidInput):
        answer(opinion, chair, dataclasses.replace(ADOPTED, section=9))
    answer(opinion, chair, dataclasses.replace(ADOPTED, section=2))
    settle([opinion], staff)
    release_all(cycle, staff)
    with transaction():
        opinion.plan_version.plan.items[1].body += " 버스로도 갑니다."
    end(cycle, chair)
    report = reports.report_on(opinion.plan_version)
    assert [each.first for each in report.done] == [opinion]
    assert report.answer(opinion).change_section == 2
    assert [change.kind.value for change in report.changes] == ["same", "changed"]
