"""A plan that the council rejects after its inspection: taken back, written anew, frozen again, nothing forgotten."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.council.models import Council, CouncilMeeting, CouncilTerm, MeetingDecision, MeetingItem
from app.council.rules.meetings import ItemKind, MeetingKind, MeetingState, Outcome
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import session, transaction
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.inspection.queries.opinions import counts, inspected_version, inspected_versions
from app.inspection.queries.signposts import undone
from app.inspection.services import running
from app.people.models import Person
from app.people.rules import Role
from app.plan.models import CouncilAdoption, CouncilRejection, Plan
from app.plan.queries import latest_version, living_items, rejected_revision, workbench
from app.plan.rules import PlanState
from app.plan.services import drafting, freezing
from app.record.queries import entries_about
from tests.conftest import NOW
from tests.factories import make_holder, make_place, make_resident
from tests.factories_council import make_council, set_rule
from tests.factories_inspection import answer, release_all, say, settle
from tests.factories_year import make_inspection, make_staff

pytestmark = pytest.mark.slow
HOUR = timedelta(hours=1)
REASON = "주민자치회가 첫 사업의 비용을 다시 셈하라고 했습니다."


@pytest.fixture
def cycle(app: Flask) -> Cycle:
    """A year whose inspection had one opinion and was concluded: version 1 inspected, version 2 frozen from it."""
    found = make_inspection()
    staff = make_staff(found.place)
    opinion = say(found, make_resident(found.place))
    answer(opinion, staff)
    settle([opinion], make_staff(found.place))
    release_all(found, staff)
    with transaction():
        running.conclude(found, version=plan_of(found).version, by=staff, at=after(found))
    return found


def plan_of(cycle: Cycle) -> Plan:
    return session().query(Plan).filter_by(cycle_id=cycle.id).one()


def after(cycle: Cycle) -> Any:
    return cycle.stage(Stage.INSPECTION).closes_at + HOUR


def decided(cycle: Cycle, outcome: Outcome = Outcome.REJECTED, *, early: bool = False) -> MeetingItem:
    """A decision of the dong's council about something, an hour after the version was frozen."""
    staff = make_staff(cycle.place)
    term = session().query(CouncilTerm).join(Council).filter_by(place_id=cycle.place_id).first()
    term = term or make_council(cycle.place, seats=30)[1]
    at = after(cycle) - 3 * HOUR if early else after(cycle) + HOUR
    with transaction() as current:
        meeting = CouncilMeeting(
            place_id=cycle.place_id, term_id=term.id, kind=MeetingKind.REGULAR, state=MeetingState.CLOSED,
            title="9월 정기회의", where="주민센터", starts_at=at, called_by=staff.id, called_at=at, once=f"m{cycle.id}{outcome}{early}",
        )  # fmt: skip
        current.add(meeting)
        current.flush()
        item = MeetingItem(meeting_id=meeting.id, number=1, title="마을계획안 의결", kind=ItemKind.DECISION)
        current.add(item)
        current.flush()
        decision = MeetingDecision(
            item_id=item.id, outcome=outcome, text="다시 쓰기로 하다", yes=3, no=9, abstained=1, voters=13, needed=7,
            decided_at=at, decided_by=staff.id,
        )  # fmt: skip
        current.add(decision)
    return item


def thaw(cycle: Cycle, item: MeetingItem | None, by: Person) -> None:
    plan = plan_of(cycle)
    with transaction():
        freezing.thaw(
            plan.id, reason=REASON, version=plan.version, by=by, at=after(cycle) + 2 * HOUR,
            item_id=item.id if item else None,
        )  # fmt: skip


def rewritten(cycle: Cycle, cost_won: int, chair: Person) -> None:
    item = living_items(plan_of(cycle))[0]
    with transaction():
        drafting.edit_item(
            item.id,
            drafting.ItemWords(
                title=item.title, body=item.body, cost_won=cost_won, fund_source=item.fund_source, unit=item.unit
            ),
            version=item.version, by=chair, at=after(cycle) + 3 * HOUR,
        )  # fmt: skip


def freeze_again(cycle: Cycle, by: Person, reason: str = "") -> None:
    with transaction():
        running.revise_again(cycle, reason=reason, version=plan_of(cycle).version, by=by, at=after(cycle) + 4 * HOUR)


def test_a_revised_plan_is_taken_back_by_the_councils_no_and_by_nothing_else(cycle: Cycle):
    chair = make_holder(Role.COMMITTEE_CHAIR, cycle.place)
    with pytest.raises(InvalidInput, match="부결했을 때만"):
        thaw(cycle, None, chair)
    for item in (decided(cycle, Outcome.ADOPTED), decided(cycle, early=True), decided(make_inspection())):
        with pytest.raises(InvalidInput, match="부결한 안건만"):
            thaw(cycle, item, chair)
    assert plan_of(cycle).state is PlanState.REVISED
    no = decided(cycle)
    with pytest.raises(NotAllowed):
        thaw(cycle, no, make_staff(make_place()))
    assert [item.id for item in workbench.rejecting_items(latest_version(plan_of(cycle)))] == [no.id]
    thaw(cycle, no, chair)
    assert plan_of(cycle).state is PlanState.DRAFTING
    acts = {entry.act: entry.values for entry in entries_about(cycle.place, f"plan:{plan_of(cycle).id}")}
    assert (acts["plan.council_rejected"]["yes"], acts["plan.council_rejected"]["no"]) == (3, 9)
    assert acts["plan.thawed"] == {"version": 2, "reason": REASON}


def test_what_was_adopted_or_goes_before_the_assembly_stays(cycle: Cycle):
    chair, no = make_holder(Role.COMMITTEE_CHAIR, cycle.place), decided(cycle)
    with transaction() as current:
        current.add(CouncilAdoption(version_id=latest_version(plan_of(cycle)).id, meeting_item_id=no.id, noted_at=NOW))
    with pytest.raises(RuleViolation, match="의결한 판"):
        thaw(cycle, no, chair)
    with transaction():
        cycle.stage(Stage.INSPECTION).closed_at = after(cycle)
    with pytest.raises(RuleViolation, match="총회에 올리기 전"):
        thaw(cycle, no, chair)


def test_opinions_and_answers_stay_while_it_is_written_anew_and_after(cycle: Cycle):
    chair = make_holder(Role.COMMITTEE_CHAIR, cycle.place)
    thaw(cycle, decided(cycle), chair)
    rejected = rejected_revision(plan_of(cycle))
    assert rejected is not None
    assert rejected.number == 2
    assert [duty.endpoint for duty in undone(cycle)] == ["inspection.revise_again"]
    rewritten(cycle, 3_100_000, chair)
    freeze_again(cycle, chair)
    plan = plan_of(cycle)
    assert (plan.state, latest_version(plan).number, rejected_revision(plan)) == (PlanState.REVISED, 3, None)
    assert [version.number for version in inspected_versions(cycle)] == [1]
    assert inspected_version(cycle).number == 1
    assert counts(inspected_version(cycle)).confirmed == 1
    assert undone(cycle) == []


def test_a_text_that_changed_much_needs_a_public_reason_or_another_inspection(cycle: Cycle):
    chair = make_holder(Role.COMMITTEE_CHAIR, cycle.place)
    thaw(cycle, decided(cycle), chair)
    rewritten(cycle, 9_000_000, chair)
    with pytest.raises(InvalidInput, match="다시 공람하거나"):
        freeze_again(cycle, chair)
    assert plan_of(cycle).state is PlanState.DRAFTING
    freeze_again(cycle, chair, "견적이 올라 비용만 늘었고 하는 일은 같습니다.")
    acts = [entry.act for entry in entries_about(cycle.place, f"plan:{plan_of(cycle).id}")]
    assert acts[-2:] == ["inspection.not_again", "plan.revised"]


def test_the_rewritten_text_may_be_inspected_again_and_the_first_inspection_is_kept(cycle: Cycle):
    chair = make_holder(Role.COMMITTEE_CHAIR, cycle.place)
    thaw(cycle, decided(cycle), chair)
    with transaction():
        freezing.freeze_for_inspection(plan_of(cycle).id, version=plan_of(cycle).version, by=chair, at=after(cycle))
    assert [version.number for version in inspected_versions(cycle)] == [1, 3]
    assert inspected_version(cycle).number == 3


def test_nothing_is_frozen_again_that_the_council_did_not_reject_nor_concluded_twice(cycle: Cycle):
    chair = make_holder(Role.COMMITTEE_CHAIR, cycle.place)
    with pytest.raises(RuleViolation, match="부결해"):
        freeze_again(cycle, chair)
    with pytest.raises(RuleViolation, match="이미 마쳤"), transaction():
        running.conclude(cycle, version=plan_of(cycle).version, by=chair, at=after(cycle))
    with pytest.raises(RuleViolation, match="고정한 계획은"):
        rewritten(cycle, 3_100_000, chair)


def test_the_pages_lead_from_the_rejection_to_the_next_version(cycle: Cycle, client: FlaskClient, client_of: Any):
    set_rule(cycle.place, "plan.council_adoption", "assembly")
    chair, slug = client_of(make_holder(Role.COMMITTEE_CHAIR, cycle.place)), cycle.place.slug
    assert f'href="/{slug}/plan/thaw"' in chair.get(f"/{slug}/plan").text
    assert "아직 풀 수 없습니다" in chair.get(f"/{slug}/plan/thaw").text
    item = decided(cycle)
    form = {"version": str(plan_of(cycle).version), "item": "0", "reason": REASON}
    refused = chair.post(f"/{slug}/plan/thaw", data=form)
    assert refused.status_code == 422
    assert REASON in refused.text
    assert chair.post(f"/{slug}/plan/thaw", data=form | {"item": str(item.id)}).status_code == 303
    seen = client.get(f"/{slug}/plan").text
    assert "제2판을 부결해 다시 쓰고" in seen
    assert "찬성 3, 반대 9, 기권 1" in seen
    assert "/inspection/rejected" not in seen, "only who may freeze"
    assert "부결해 다시 쓰고 있습니다" in client.get(f"/{slug}/inspection").text
    page = chair.get(f"/{slug}/inspection/rejected")
    assert "크게 다르지 않습니다" in page.text
    version = str(plan_of(cycle).version)
    assert chair.post(f"/{slug}/inspection/rejected", data={"version": version}).status_code == 303
    assert plan_of(cycle).state is PlanState.REVISED
    assert session().query(CouncilRejection).count() == 1
    assert chair.get(f"/{slug}/inspection/rejected").status_code == 404
