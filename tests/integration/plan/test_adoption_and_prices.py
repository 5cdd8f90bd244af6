"""What the council's decision holds back until it is made, and a department's price taken at one press."""

from datetime import timedelta

import pytest
from flask import Flask

from app.assembly.services import preparing
from app.cycle.rules import Stage
from app.db.session import session, transaction
from app.errors import Conflict, InvalidInput, RuleViolation
from app.inspection.services.running import conclude
from app.people.models import Person
from app.plan.models import CouncilAdoption, DepartmentReview, Plan
from app.plan.queries import latest_version, living_items, unadopted_revision, unfrozen_plan, workbench
from app.plan.rules import FundSource, PlanState
from app.plan.services import freezing, pricing
from app.plan.services import workbench as services
from app.record.queries import entries_about
from tests.conftest import NOW
from tests.factories import make_cycle, make_place, make_resident
from tests.factories_council import set_rule
from tests.factories_inspection import say
from tests.factories_year import make_assembly, make_inspection, make_plan, make_staff
from tests.integration.plan.test_workbench import LINES, decided

pytestmark = pytest.mark.slow

HOUR = timedelta(hours=1)


def freeze(plan: Plan, chair: Person) -> None:
    with transaction():
        freezing.freeze_for_inspection(plan.id, version=plan.version, by=chair, at=NOW)


def thaw(plan: Plan, chair: Person, reason: str = "주민자치회가 다시 쓰라고 했습니다.") -> None:
    with transaction():
        freezing.thaw(plan.id, reason=reason, version=plan.version, by=chair, at=NOW + HOUR)


def test_drafting_waits_for_the_council_where_the_ordinance_says_so(plan: Plan, chair: Person):
    freeze(plan, chair)
    assert unfrozen_plan(plan.cycle) == []
    set_rule(plan.place, "plan.council_adoption", "inspection")
    [duty] = unfrozen_plan(plan.cycle)
    assert duty.values == {"n": 1}
    adopt(plan)
    assert unfrozen_plan(plan.cycle) == []


def test_an_inspection_takes_nothing_and_ends_with_nothing_before_the_council_has_adopted(app: Flask):
    cycle = make_inspection()
    set_rule(cycle.place, "plan.council_adoption", "both")
    with pytest.raises(RuleViolation, match="의결한 뒤에 의견을"):
        say(cycle, make_resident(cycle.place))
    closes = cycle.stage(Stage.INSPECTION).closes_at
    staff = make_staff(cycle.place)
    version = session().query(Plan).filter_by(cycle_id=cycle.id).one().version
    with pytest.raises(RuleViolation, match="의결하지 않은"), transaction():
        conclude(cycle, version=version, by=staff, at=closes)


def test_an_assembly_is_not_prepared_before_the_council_has_adopted(app: Flask):
    assembly, _people = make_assembly([3_000_000], is_open=False)
    cycle, staff = assembly.cycle, make_staff(assembly.place)
    set_rule(assembly.place, "plan.council_adoption", "assembly")
    assert [duty.values for duty in unadopted_revision(cycle)] == [{"n": 2}]
    with pytest.raises(RuleViolation, match="의결한 계획만"), transaction():
        preparing.prepare_assembly(
            cycle, opens_at=NOW, closes_at=NOW + timedelta(days=2), envelope_won=9_000_000, version=assembly.version,
            by=staff, at=NOW,
        )  # fmt: skip


def test_a_version_that_nobody_inspects_yet_is_taken_back_with_a_reason(plan: Plan, chair: Person):
    freeze(plan, chair)
    with pytest.raises(InvalidInput):
        thaw(plan, chair, reason="그냥")
    thaw(plan, chair)
    assert plan.state is PlanState.DRAFTING
    entry = entries_about(plan.place, f"plan:{plan.id}")[-1]
    assert (entry.act, entry.document_hash) == ("plan.thawed", latest_version(plan).hash)
    freeze(plan, chair)
    assert latest_version(plan).number == 2


def test_what_is_inspected_or_adopted_is_not_taken_back(plan: Plan, chair: Person):
    freeze(plan, chair)
    adopt(plan)
    with pytest.raises(RuleViolation, match="의결한 판"):
        thaw(plan, chair)
    with transaction():
        plan.cycle.stage(Stage.DRAFTING).closed_at = NOW
    with pytest.raises(RuleViolation, match="시작하기 전"):
        thaw(plan, chair)


def adopt(plan: Plan) -> None:
    """Tie the newest version to a decision; that only the council's own counts is shown with the workbench."""
    other = make_plan(make_cycle(make_place(), Stage.DRAFTING), [1_000_000])
    item_id, _version = decided(other, yes=3, no=1)
    with transaction() as found:
        found.add(CouncilAdoption(version_id=latest_version(plan).id, meeting_item_id=item_id, noted_at=NOW))


def corrected(plan: Plan, won: int | None) -> DepartmentReview:
    review = living_items(plan)[0].reviews[0]
    with transaction():
        review.corrected_cost_won, review.reason = won, "단가가 올해 물가와 다릅니다."
    return review


def test_a_departments_price_changes_every_line_in_proportion_and_the_envelopes_follow(plan: Plan, chair: Person):
    item = living_items(plan)[0]
    with transaction():
        services.keep_costs(item.id, LINES, version=item.version, by=chair, at=NOW)
    review = corrected(plan, 2_900_001)
    with transaction():
        change = pricing.take_price(review.id, version=item.version, by=chair, at=NOW)
        assert pricing.take_price(review.id, version=item.version, by=chair, at=NOW) is change
    assert item.cost_won == 2_900_001
    assert sum(row.line.total_won for row in workbench.costs_of(item)) == 2_900_001
    asked = {(each.source, each.year): each.asked_won for each in workbench.balances_of(plan, [item])}
    assert sum(asked.values()) == 2_900_001
    assert asked[FundSource.RESIDENT_TAX, 2027] == 189_720
    [kept] = workbench.price_changes_of(item)
    assert (kept.old_won, kept.new_won, kept.review.reason) == (3_210_000, 2_900_001, "단가가 올해 물가와 다릅니다.")
    assert [line["price_won"] for line in kept.old_lines] == [1_500_000, 20_000]
    assert entries_about(plan.place, f"plan_item:{item.id}")[-1].values["old_won"] == 3_210_000


def test_a_price_is_taken_by_who_saw_the_item_as_it_is(plan: Plan, chair: Person):
    item, review = living_items(plan)[0], corrected(plan, 2_000_000)
    with pytest.raises(Conflict), transaction():
        pricing.take_price(review.id, version=item.version + 1, by=chair, at=NOW)
    assert item.cost_won == 3_000_000


@pytest.mark.parametrize(("won", "is_old"), [(None, False), (3_000_000, False), (2_000_000, True)])
def test_a_price_that_says_nothing_new_or_no_longer_counts_is_not_taken(
    plan: Plan, chair: Person, won: int | None, is_old: bool
):
    item, review = living_items(plan)[0], corrected(plan, won)
    with transaction():
        review.superseded_at = NOW if is_old else None
    with pytest.raises(RuleViolation), transaction():
        pricing.take_price(review.id, version=item.version, by=chair, at=NOW)


def test_a_price_beyond_the_limits_in_force_is_not_taken(plan: Plan, chair: Person):
    item, review = living_items(plan)[0], corrected(plan, 10**11)
    with pytest.raises(InvalidInput), transaction():
        pricing.take_price(review.id, version=item.version, by=chair, at=NOW)
