"""Drafting on both databases: two writers, estimates, amendments, and the council's adoption."""

import json
from datetime import timedelta

import pytest

from app.council.queries.meetings import attendances_of
from app.council.rules.meetings import ItemKind, Method, RecusalKind, Vote
from app.council.rules.meetings import MeetingKind as CouncilKind
from app.council.services import deciding
from app.council.services import meetings as council
from app.db.session import session, transaction
from app.errors import Conflict, InvalidInput, NotAllowed, RuleViolation
from app.people.models import Person
from app.people.rules import Role
from app.plan.models import Plan, PlanItem, PlanVersion
from app.plan.queries import living_items, workbench
from app.plan.rules import FundSource
from app.plan.rules.workbench import AmendmentState, Chapter, CostLine
from app.plan.services import contents, drafting, freezing
from app.plan.services import workbench as services
from app.record.queries import entries_about
from tests.conftest import NOW
from tests.factories import make_holder, make_place
from tests.factories_council import make_council

pytestmark = pytest.mark.slow

HOUR = timedelta(hours=1)
LINES = [
    CostLine("그늘막", "개", 200, 1_500_000, FundSource.PARTICIPATORY_BUDGET, 2026),
    CostLine("관리", "시간", 1050, 20_000, FundSource.RESIDENT_TAX, 2027),
]


def first(plan: Plan) -> PlanItem:
    return living_items(plan)[0]


def test_an_items_cost_follows_from_its_lines_and_is_frozen_with_them(plan: Plan, chair: Person):
    item = first(plan)
    with transaction():
        services.keep_costs(item.id, LINES, version=item.version, by=chair, at=NOW)
    assert (item.cost_won, item.fund_source) == (3_210_000, FundSource.PARTICIPATORY_BUDGET)
    with transaction():
        words = drafting.ItemWords("새 이름", item.body, 1, FundSource.OTHER, "분과")
        drafting.edit_item(item.id, words, version=item.version, by=chair, at=NOW)
    assert (item.title, item.cost_won) == ("새 이름", 3_210_000)
    with transaction():
        contents.keep_chapter(plan.cycle, Chapter.COUNCIL, "한 달에 한 번 모입니다.", version=0, by=chair, at=NOW)
        frozen = freezing.freeze_for_inspection(plan.id, version=plan.version, by=chair, at=NOW)
    parsed = json.loads(frozen.text)
    assert [cost["name"] for cost in parsed["sections"][0]["costs"]] == ["그늘막", "관리"]
    assert parsed["chapters"][0]["body"] == "한 달에 한 번 모입니다."
    assert "그늘막: 2 개" in workbench.as_text(frozen)


def test_an_old_page_overwrites_no_estimate(plan: Plan, chair: Person):
    item = first(plan)
    seen = item.version
    with transaction():
        services.keep_costs(item.id, LINES, version=seen, by=chair, at=NOW)
    with pytest.raises(Conflict), transaction():
        services.keep_costs(item.id, LINES[:1], version=seen, by=chair, at=NOW)
    assert len(workbench.costs_of(item)) == 2


def test_an_estimate_beyond_the_limit_of_a_project_is_refused(plan: Plan, chair: Person):
    dear = [CostLine("다리", "개", 100, 999_000_000, FundSource.PARTICIPATORY_BUDGET, 2026)]
    item = first(plan)
    with pytest.raises(InvalidInput), transaction():
        services.keep_costs(item.id, dear, version=item.version, by=chair, at=NOW)


def test_running_totals_count_items_with_and_without_lines(plan: Plan, chair: Person):
    item = first(plan)
    with transaction():
        services.keep_costs(item.id, LINES, version=item.version, by=chair, at=NOW)
        contents.set_envelope(plan.cycle, FundSource.PARTICIPATORY_BUDGET, 2026, 7_000_000, by=chair, at=NOW)
    found = {(row.source, row.year): row for row in workbench.balances_of(plan, living_items(plan))}
    budget = found[FundSource.PARTICIPATORY_BUDGET, 2026]
    assert (budget.asked_won, budget.left_won) == (8_000_000, -1_000_000)
    assert found[FundSource.RESIDENT_TAX, 2027].asked_won == 210_000


def test_an_amendment_is_decided_by_somebody_else_and_never_over_newer_words(plan: Plan, chair: Person):
    item, author = first(plan), make_holder(Role.COUNCIL_MEMBER, plan.place)
    body = "그늘막을 건널목 양쪽에 하나씩 놓고 겨울에는 접습니다."
    with transaction():
        one = services.suggest(
            item.id, title=item.title, body=body, reason="겨울 바람 때문입니다.", once="a", by=author, at=NOW
        )
        two = services.suggest(
            item.id, title="다른 이름", body=body, reason="이름이 깁니다.", once="b", by=author, at=NOW
        )
    with pytest.raises(NotAllowed), transaction():
        services.decide_amendment(one.id, take=True, answer="", version=one.version, by=author, at=NOW)
    with transaction():
        services.decide_amendment(one.id, take=True, answer="", version=one.version, by=chair, at=NOW)
    assert item.body == body
    with pytest.raises(Conflict), transaction():
        services.decide_amendment(two.id, take=True, answer="", version=two.version, by=chair, at=NOW)
    session().refresh(two)
    with pytest.raises(InvalidInput), transaction():
        services.decide_amendment(two.id, take=False, answer="", version=two.version, by=chair, at=NOW)
    session().refresh(two)
    with transaction():
        services.decide_amendment(
            two.id, take=False, answer="이름은 그대로 둡니다.", version=two.version, by=chair, at=NOW
        )
    assert two.state is AmendmentState.LEFT


def test_nobody_outside_the_council_drafts_and_nothing_moves_once_it_is_dropped(plan: Plan, chair: Person):
    item, stranger = first(plan), make_holder(Role.COUNCIL_MEMBER, make_place())
    with pytest.raises(NotAllowed), transaction():
        services.write_note(item.id, "쪽지", is_public=True, once="n", by=stranger, at=NOW)
    work = services.Assignment(None, stranger.id, NOW, "향촌초 앞", "")
    with pytest.raises(InvalidInput), transaction():
        services.assign(item.id, work, version=0, by=chair, at=NOW)
    with transaction():
        drafting.drop_item(item.id, reason="구청이 올해 하기로 했습니다.", version=item.version, by=chair, at=NOW)
    with pytest.raises(RuleViolation), transaction():
        services.write_note(item.id, "쪽지", is_public=True, once="n", by=chair, at=NOW)


def test_an_assigned_item_is_on_the_writers_desk_and_shows_its_neighbours_on_the_site(plan: Plan, chair: Person):
    one, two = living_items(plan)
    with transaction():
        for item, site in ((one, "향촌초 앞"), (two, "향촌초앞")):
            work = services.Assignment(None, chair.id, NOW + HOUR, site, "")
            services.assign(item.id, work, version=0, by=chair, at=NOW)
    assert [todo.values["title"] for todo in workbench.todos(chair, NOW)] == [one.title, two.title]
    assert workbench.neighbours_on_site(one, living_items(plan)) == [two]


def decided(plan: Plan, *, yes: int, no: int) -> tuple[int, PlanVersion]:
    _council, term, members = make_council(plan.place, members=5, seats=30)
    staff, chair = make_holder(Role.DONG_STAFF, plan.place), make_holder(Role.COMMITTEE_CHAIR, plan.place)
    with transaction():
        frozen = freezing.freeze_for_inspection(plan.id, version=plan.version, by=chair, at=NOW)
        meeting = council.call_meeting(
            term, None, kind=CouncilKind.REGULAR, title="7월 정기회의", where="주민센터", is_online=False, starts_at=NOW + HOUR,
            items=[council.ItemPlan("마을계획안 의결", "", ItemKind.DECISION)], once="m", by=staff, at=NOW,
        )  # fmt: skip
    at = NOW + 2 * HOUR
    with transaction():
        council.note_present(meeting.id, {}, version=meeting.version, by=staff, at=at)
    here = {row.id: True for row in attendances_of(meeting)}
    with transaction():
        council.note_present(meeting.id, here, version=meeting.version, by=staff, at=at)
        council.open_meeting(meeting.id, version=meeting.version, by=staff, at=at)
        item = meeting.items[0]
        deciding.recuse(
            item.id, members[0].id, kind=RecusalKind.WITHDRAWAL, reason="직접 맡을 일입니다.", by=staff, at=at
        )
        deciding.decide_item(
            item.id, text="원안대로 의결하다", outcome=None, method=Method.HANDS, vote=Vote(yes, no, 0), by=staff, at=at
        )
    return item.id, frozen


def test_the_council_adopts_a_frozen_version_with_its_quorum_vote_and_recusal(plan: Plan, chair: Person):
    item_id, frozen = decided(plan, yes=3, no=1)
    assert [item.id for item in workbench.adopting_items(plan.place)] == [item_id]
    with transaction():
        row = contents.note_adoption(frozen.id, item_id, by=chair, at=NOW + 3 * HOUR)
        assert contents.note_adoption(frozen.id, item_id, by=chair, at=NOW + 3 * HOUR) is row
    item = workbench.adoptions_of([frozen])[frozen.id].meeting_item
    assert item.decision is not None
    assert (item.decision.yes, item.decision.no, item.decision.voters) == (3, 1, 4)
    assert len(item.recusals) == 1
    assert entries_about(plan.place, f"plan:{plan.id}")[-1].document_hash == frozen.hash


def test_a_rejected_or_foreign_decision_adopts_nothing(plan: Plan, chair: Person):
    item_id, frozen = decided(plan, yes=1, no=3)
    with pytest.raises(InvalidInput), transaction():
        contents.note_adoption(frozen.id, item_id, by=chair, at=NOW + 3 * HOUR)
    member = make_holder(Role.COUNCIL_MEMBER, plan.place)
    with pytest.raises(NotAllowed), transaction():
        contents.note_adoption(frozen.id, item_id, by=member, at=NOW)
    assert not workbench.adoptions_of([frozen])
