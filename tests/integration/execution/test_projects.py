"""Projects over their life: promised, late, changed by vote, carried over, given up, completed, looked back at."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text, update

from app.clock import kst_date
from app.cycle.models import Cycle
from app.db.session import get_or_not_found, session, transaction
from app.errors import Conflict, InvalidInput, NotAllowed, RuleViolation
from app.execution.models import MoneyEntry, MonthlyFigures, Project
from app.execution.queries import duties
from app.execution.queries.checking import LedgerCheck, check_ledgers
from app.execution.queries.evaluation import heard_of
from app.execution.queries.money import settlements, years_of_account
from app.execution.rules.changes import ChangeKind, ChangeState, Decider, Vote
from app.execution.rules.ledger import NOT_RECORDED, BrokenLedgerError, EntryKind, verify_ledger
from app.execution.rules.projects import HAND_OVER, QUESTIONS, ProjectKind, ProjectState
from app.execution.services import changes, evaluating, money, news, projects, steps
from app.execution.services.calling_out import escalate_overdue
from app.execution.services.figures import open_due_figures
from app.execution.services.money import NewLine
from app.outbox.models import Message
from app.people.models import Person
from app.people.rules import ContactKind, Role
from app.people.services.sign_up import add_contact
from app.places.queries import setting
from app.places.settings.execution import SILENT_DAYS
from app.plan.rules import FundSource
from app.privacy.sealing import reveal
from tests.conftest import NOW
from tests.factories import make_holder, make_place, make_resident
from tests.tampering import take_guards_away

DAY = timedelta(days=1)
TODAY = kst_date(NOW)
CARRIED = Vote(present=20, in_favour=15, against=5, abstained=0)


def take_on(cycle: Cycle, staff: Person, cost: int = 1_000_000, once: str = "p", **changes_: object) -> Project:
    words = projects.Description("꽃길 가꾸기", "통일로에 꽃을 심고 돌봅니다.", "환경분과", "", "통일로")
    values = {
        "kind": ProjectKind.VILLAGE_FUND,
        "source": FundSource.VILLAGE_FUND,
        "approver": "제5차 정기회의",
    } | changes_
    with transaction():
        return projects.take_on_project(cycle, words, cost_won=cost, once=once, by=staff, at=NOW, **values)


def fresh(project: Project) -> Project:
    found = get_or_not_found(Project, project.id)
    session().refresh(found)
    return found


def enter(project: Project, staff: Person, kind: str, won: int, **more: object) -> None:
    line = NewLine(EntryKind(kind), won, TODAY, "쓴 까닭", **more)
    with transaction():
        money.enter_money(project.id, line, once=f"{kind}{won}{more}"[:60], by=staff, at=NOW)


def ask(project: Project, staff: Person, kind: ChangeKind, won: int = 0, after: str = "", once: str = "c"):
    wish = changes.Wish(kind, "사정이 달라져 바꾸어야 합니다.", won, after=after)
    with transaction():
        return changes.ask_for_change(project.id, wish, once=once, by=staff, at=NOW)


def decide(change, staff: Person, vote: Vote | None = CARRIED, members: int = 30):
    decision = changes.Decision("제6차 정기회의", TODAY, vote, members)
    with transaction():
        return changes.decide_change(change.id, decision, version=change.version, by=staff, at=NOW)


def test_the_same_form_takes_a_project_on_once(cycle, staff):
    assert take_on(cycle, staff).id == take_on(cycle, staff).id
    assert fresh(take_on(cycle, staff)).balance.planned_won == 1_000_000


def test_only_staff_take_projects_on_and_the_assemblys_are_not_made_by_hand(cycle, staff):
    with pytest.raises(NotAllowed):
        take_on(cycle, make_resident(cycle.place))
    with pytest.raises(InvalidInput):
        take_on(cycle, staff, kind=ProjectKind.ASSEMBLY)


def test_every_promised_day_stays_visible(cycle, staff):
    project = take_on(cycle, staff)
    with transaction():
        step = steps.add_milestone(project.id, title="심기", planned_on=TODAY + DAY, version=1, by=staff, at=NOW)
    for days, version in ((5, 1), (9, 2)):
        with transaction():
            steps.move_milestone(
                step.id, planned_on=TODAY + days * DAY, reason="비가 왔습니다.", version=version, by=staff, at=NOW
            )
    step = fresh(project).milestones[0]
    assert [(move.from_day, move.to_day) for move in step.moves] == [
        (TODAY + DAY, TODAY + 5 * DAY), (TODAY + 5 * DAY, TODAY + 9 * DAY),
    ]  # fmt: skip
    assert step.first_planned_on == TODAY + DAY


def test_a_small_change_needs_an_approval_a_large_one_a_vote(cycle, staff):
    project = take_on(cycle, staff)
    small = ask(project, staff, ChangeKind.COST, 50_000)
    assert small.decider is Decider.STAFF
    decide(small, staff, vote=None)
    assert fresh(project).balance.planned_won == 1_050_000
    entry = fresh(project).entries[-1]
    assert (entry.kind, entry.approver) == (EntryKind.CHANGED, "제6차 정기회의")
    large = ask(project, staff, ChangeKind.COST, -300_000, once="d")
    assert large.decider is Decider.COUNCIL
    with pytest.raises(InvalidInput):
        decide(large, staff, vote=None)
    with pytest.raises(RuleViolation):
        decide(large, staff, Vote(10, 10, 0, 0))
    assert decide(large, staff, Vote(20, 10, 10, 0)).state is ChangeState.REFUSED
    assert fresh(project).balance.planned_won == 1_050_000
    assert ask(project, staff, ChangeKind.COST, 900_000, once="e").decider is Decider.ASSEMBLY


def test_a_decision_is_entered_once_and_one_change_waits_at_a_time(cycle, staff):
    project = take_on(cycle, staff)
    change = ask(project, staff, ChangeKind.COST, 200_000)
    assert ask(project, staff, ChangeKind.COST, 200_000).id == change.id
    with pytest.raises(RuleViolation):
        ask(project, staff, ChangeKind.COST, 300_000, once="other")
    version = change.version
    decide(change, staff)
    with pytest.raises(Conflict), transaction():
        changes.decide_change(
            change.id, changes.Decision("다시", TODAY, Vote(20, 20, 0, 0), 30), version=version, by=staff, at=NOW
        )
    assert fresh(project).balance.planned_won == 1_200_000


def test_content_changes_keep_both_texts(cycle, staff):
    project = take_on(cycle, staff)
    decide(ask(project, staff, ChangeKind.CONTENT, after="꽃 대신 나무를 심습니다."), staff)
    found = fresh(project)
    assert found.description == "꽃 대신 나무를 심습니다."
    assert found.changes[0].before == "통일로에 꽃을 심고 돌봅니다."


def test_a_project_given_up_by_vote_returns_what_was_not_spent_purse_by_purse(cycle, staff):
    project = take_on(cycle, staff)
    enter(project, staff, "contracted", 800_000)
    enter(project, staff, "paid", 300_000)
    enter(project, staff, "carried", 200_000)
    decide(ask(project, staff, ChangeKind.CANCEL), staff)
    found = fresh(project)
    assert found.state is ProjectState.CANCELLED
    assert found.balance.left_won == 0
    returned = [(entry.year, entry.amount_won) for entry in found.entries if entry.kind is EntryKind.RETURNED]
    assert returned == [(TODAY.year, 500_000), (TODAY.year + 1, 200_000)]
    with pytest.raises(RuleViolation):
        enter(project, staff, "paid", 1)


def test_a_project_whose_money_is_carried_over_no_longer_holds_its_year_open(cycle, staff):
    project = take_on(cycle, staff)
    assert duties.unfinished(cycle)[0].values == {"n": 1}
    enter(project, staff, "carried", 1_000_000)
    assert duties.unfinished(cycle) == []
    assert years_of_account(cycle.place) == [TODAY.year + 1, TODAY.year]
    (following,) = settlements(cycle.place, TODAY.year + 1)
    assert (following.total.carried_in_won, following.total.left_won) == (1_000_000, 1_000_000)


def test_settlements_equal_the_ledger(cycle, staff):
    one = take_on(cycle, staff, 1_000_000)
    two = take_on(cycle, staff, 2_000_000, once="q", source=FundSource.RESIDENT_TAX)
    enter(one, staff, "contracted", 900_000)
    enter(two, staff, "contracted", 2_000_000)
    enter(two, staff, "paid", 1_500_000)
    found = {one.source: one.total for one in settlements(cycle.place, TODAY.year)}
    lines = (
        session().execute(text("SELECT source, kind, sum(amount_won) FROM money_entries GROUP BY source, kind")).all()
    )
    sums = {(source, kind): int(total) for source, kind, total in lines}
    for source, total in found.items():
        assert total.planned_won == sums[source, "planned"]
        assert total.contracted_won == sums[source, "contracted"]
        assert total.paid_won == sums.get((source, "paid"), 0)
    assert len(found) == 2


def test_a_line_of_the_database_that_was_changed_is_found_and_named(cycle, staff):
    project = take_on(cycle, staff)
    enter(project, staff, "contracted", 900_000)
    enter(project, staff, "paid", 100_000)
    assert verify_ledger((entry.hashed, entry.hash) for entry in fresh(project).entries) == 3
    take_guards_away(MoneyEntry)
    with transaction() as current:
        current.execute(text("UPDATE money_entries SET amount_won = 90000 WHERE number = 3"))
    session().expire_all()
    with pytest.raises(BrokenLedgerError, match="entry 3 "):
        verify_ledger((entry.hashed, entry.hash) for entry in fresh(project).entries)


def test_parts_keep_their_progress_by_name_and_two_clerks_do_not_overwrite_each_other(cycle, staff):
    project = take_on(cycle, staff)
    with transaction():
        projects.divide(project.id, [("설계", 20), ("심기", 80)], version=1, by=staff, at=NOW)
    design = fresh(project).parts[0]
    with transaction():
        projects.report_progress(project.id, {design.id: 100}, version=2, by=staff, at=NOW)
    assert fresh(project).percent == 20
    assert fresh(project).state is ProjectState.RUNNING
    with transaction():
        projects.divide(project.id, [("설계", 50), ("돌보기", 50)], version=3, by=staff, at=NOW)
    assert [(part.title, part.percent) for part in fresh(project).parts] == [("설계", 100), ("돌보기", 0)]
    with pytest.raises(Conflict), transaction():
        projects.divide(project.id, [("다른 것", 1)], version=3, by=staff, at=NOW)


def test_late_steps_are_told_to_the_district_once_for_each_promise(cycle, staff):
    district = cycle.place.parent
    official = make_holder(Role.DISTRICT_STAFF, district)
    with transaction():
        staff.locale = "en"
        for person, address in ((staff, "clerk@example.kr"), (official, "district@example.kr")):
            add_contact(person, ContactKind.EMAIL, address, at=NOW)
    project = take_on(cycle, staff)
    with transaction():
        step = steps.add_milestone(project.id, title="심기", planned_on=TODAY, version=1, by=staff, at=NOW)
    with transaction():
        assert escalate_overdue(NOW + 14 * DAY) == 0
    with transaction():
        assert escalate_overdue(NOW + 15 * DAY) == 1
    with transaction():
        assert escalate_overdue(NOW + 16 * DAY) == 0
    told = set(session().scalars(select(Message.person_id).where(Message.template == "execution/overdue")))
    assert told == {staff.id, official.id}
    subjects = {row.person_id: reveal(row, Message.subject) for row in session().scalars(select(Message))}
    assert subjects[staff.id].startswith(f"{cycle.place.name_en}: ")
    assert subjects[official.id].startswith(f"{cycle.place.name}: ")
    with transaction():
        steps.move_milestone(
            step.id, planned_on=TODAY + 20 * DAY, reason="비가 왔습니다.", version=1, by=staff, at=NOW + 16 * DAY
        )
    with transaction():
        assert escalate_overdue(NOW + 35 * DAY) == 1


def test_the_figures_of_a_month_open_once_and_keep_what_they_said(cycle, staff):
    project = take_on(cycle, staff)
    with transaction():
        assert open_due_figures(NOW + 35 * DAY) == [], "the tenth has not come"
    with transaction():
        (opened,) = open_due_figures(NOW + 41 * DAY)
    assert opened.month == date(2026, 7, 1)
    assert '"planned_won":1000000' in opened.text
    enter(project, staff, "contracted", 900_000)
    with transaction():
        assert open_due_figures(NOW + 42 * DAY) == []
    assert session().scalars(select(MonthlyFigures)).one().hash == opened.hash


def test_a_project_is_completed_only_when_done_settled_and_handed_over(cycle, staff):
    project = take_on(cycle, staff)
    with transaction():
        step = steps.add_milestone(project.id, title="심기", planned_on=TODAY, version=1, by=staff, at=NOW)

    def complete() -> None:
        with transaction():
            projects.complete_project(project.id, version=fresh(project).version, by=staff, at=NOW)

    with pytest.raises(RuleViolation, match="마치지 않은"):
        complete()
    with transaction():
        steps.finish_milestone(step.id, done_on=TODAY, version=1, by=staff, at=NOW)
    with pytest.raises(RuleViolation, match="반납"):
        complete()
    enter(project, staff, "returned", 1_000_000)
    with pytest.raises(RuleViolation, match="넘겨주기"):
        complete()
    with transaction():
        projects.hand_over(project.id, dict.fromkeys(HAND_OVER, ""), version=fresh(project).version, by=staff, at=NOW)
    complete()
    assert fresh(project).state is ProjectState.COMPLETED


@pytest.mark.slow
def test_residents_and_others_are_heard_apart_and_may_change_their_mind(cycle, staff):
    project = take_on(cycle, staff)
    with transaction():
        fresh(project).state = ProjectState.COMPLETED
    resident, stranger = make_resident(cycle.place), make_resident(make_place())
    for person, rating in ((resident, 1), (resident, 5), (stranger, 2)):
        with transaction():
            evaluating.evaluate(project.id, ratings=dict.fromkeys(QUESTIONS, rating), words="", by=person, at=NOW)
    heard = heard_of([fresh(project)])[project.id]
    assert (heard.residents.count, heard.residents.mean) == (1, 5)
    assert (heard.others.count, heard.others.mean) == (1, 2)
    with pytest.raises(InvalidInput), transaction():
        evaluating.evaluate(project.id, ratings={"needed": 5}, words="", by=resident, at=NOW)


def test_a_chain_rewritten_to_its_end_does_not_fit_the_public_record(cycle, staff):
    project = take_on(cycle, staff)
    enter(project, staff, "contracted", 900_000)
    assert check_ledgers([fresh(project)]) == LedgerCheck(2, [])
    take_guards_away(MoneyEntry)
    forged = replace(fresh(project).entries[1].hashed, amount_won=100_000)
    with transaction() as current:
        current.execute(
            update(MoneyEntry)
            .where(MoneyEntry.project_id == project.id, MoneyEntry.number == 2)
            .values(amount_won=100_000, hash=forged.hash())
        )
    found = fresh(project)
    assert verify_ledger((entry.hashed, entry.hash) for entry in found.entries) == 2
    [broken] = check_ledgers([found]).broken
    assert (broken.project.id, broken.number, broken.public_message) == (project.id, 2, NOT_RECORDED)


def test_a_running_project_without_news_stands_on_the_desk_of_its_own_staff_until_there_are_news(cycle, staff):
    project = take_on(cycle, staff)
    with transaction():
        steps.add_milestone(project.id, title="심기", planned_on=TODAY + 90 * DAY, version=1, by=staff, at=NOW)
    days = setting(cycle.place, SILENT_DAYS)
    neighbour = make_holder(Role.DONG_STAFF, make_place(parent=cycle.place.parent))

    def asked(person: Person, after: int) -> list[dict[str, object]]:
        return [todo.values for todo in duties.todos(person, NOW + after * DAY)]

    assert asked(staff, days - 1) == []
    assert asked(staff, days) == [{"project": "꽃길 가꾸기", "days": days}]
    assert asked(neighbour, days) == []
    with transaction():
        news.post_update(
            project.id, text="심을 곳을 골랐습니다.", photo=None, photo_text="", once="n", by=staff, at=NOW + days * DAY
        )
    assert asked(staff, days + 1) == []
