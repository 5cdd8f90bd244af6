"""Three projects over two years of account: one late, one changed by vote, one given up with its money returned."""

import io
import re
from datetime import date, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.clock import kst_date
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import get_or_not_found, session, transaction
from app.errors import InvalidInput
from app.execution.models import MoneyEntry, Project
from app.execution.queries.money import settlements, years_of_account
from app.execution.rules.changes import ChangeKind, Vote
from app.execution.rules.ledger import Balance, EntryKind
from app.execution.rules.projects import HAND_OVER, ProjectKind, ProjectState
from app.execution.services import changes, money, projects, steps
from app.execution.services.money import NewLine
from app.files.printing import can_print
from app.observatory.queries.report import report_of
from app.opendata.services import require_untouched
from app.people.models import Person
from app.people.rules import Role
from app.plan.rules import FundSource
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place
from tests.tampering import take_guards_away

pytestmark = pytest.mark.slow
DAY = timedelta(days=1)
TODAY = kst_date(NOW)
NEXT_YEAR = NOW + 200 * DAY


def take_on(cycle: Cycle, staff: Person, title: str, cost_won: int) -> Project:
    words = projects.Description(title, "주민이 함께 정하고 함께 합니다.", "환경분과", "", "통일로")
    with transaction():
        return projects.take_on_project(
            cycle, words, kind=ProjectKind.CALL, source=FundSource.VILLAGE_FUND, cost_won=cost_won, approver="구청",
            once=title, by=staff, at=NOW,
        )  # fmt: skip


def pay(project: Project, kind: EntryKind, amount: int, staff: Person, at=NOW, **more: object) -> None:
    with transaction():
        line = NewLine(kind, amount, kst_date(at), f"{kind.value} {amount}", **more)
        money.enter_money(project.id, line, once=f"{kind}{amount}", by=staff, at=at)


def fresh(project: Project) -> Project:
    found = get_or_not_found(Project, project.id)
    session().refresh(found)
    return found


def decide(project: Project, kind: ChangeKind, staff: Person, amount: int = 0) -> None:
    with transaction():
        wish = changes.Wish(kind, "주민과 의논해 이렇게 하기로 했습니다.", amount)
        change = changes.ask_for_change(project.id, wish, once=kind.value, by=staff, at=NOW)
    decision = changes.Decision("제7차 정기회의", TODAY, Vote(20, 15, 5, 0), members=30)
    with transaction():
        changes.decide_change(change.id, decision, version=change.version, by=staff, at=NOW)


@pytest.fixture
def year(app) -> Cycle:
    cycle = make_cycle(make_place(), Stage.EXECUTION)
    staff = make_holder(Role.DONG_STAFF, cycle.place)
    late = take_on(cycle, staff, "늦은 꽃길", 5_000_000)
    changed = take_on(cycle, staff, "줄인 장터", 4_000_000)
    cancelled = take_on(cycle, staff, "그만둔 쉼터", 3_000_000)
    with transaction():
        step = steps.add_milestone(
            late.id, title="심기", planned_on=TODAY - 20 * DAY, version=fresh(late).version, by=staff, at=NOW - 30 * DAY
        )
    with transaction():
        steps.move_milestone(
            step.id, planned_on=TODAY - 5 * DAY, reason="비가 잦았습니다.", version=step.version, by=staff, at=NOW
        )
    pay(late, EntryKind.CONTRACTED, 4_500_000, staff)
    pay(late, EntryKind.PAID, 2_000_000, staff)
    pay(late, EntryKind.CARRIED, 3_000_000, staff)
    pay(late, EntryKind.PAID, 2_500_000, staff, NEXT_YEAR, year=2027)
    decide(changed, ChangeKind.COST, staff, -1_000_000)
    pay(changed, EntryKind.CONTRACTED, 3_000_000, staff)
    pay(changed, EntryKind.PAID, 2_900_000, staff)
    pay(changed, EntryKind.RETURNED, 100_000, staff)
    with transaction():
        projects.divide(changed.id, [("장터", 1)], version=fresh(changed).version, by=staff, at=NOW)
    with transaction():
        parts = {part.id: 100 for part in fresh(changed).parts}
        projects.report_progress(changed.id, parts, version=fresh(changed).version, by=staff, at=NOW)
    with transaction():
        projects.hand_over(changed.id, dict.fromkeys(HAND_OVER, ""), version=fresh(changed).version, by=staff, at=NOW)
    with transaction():
        projects.complete_project(changed.id, version=fresh(changed).version, by=staff, at=NOW)
    pay(cancelled, EntryKind.CONTRACTED, 1_000_000, staff)
    pay(cancelled, EntryKind.PAID, 400_000, staff)
    decide(cancelled, ChangeKind.CANCEL, staff)
    session().expire_all()
    return cycle


def test_the_reports_totals_are_the_ledgers(year: Cycle):
    report = report_of(year, NEXT_YEAR)
    sums = dict(
        session().execute(select(MoneyEntry.kind, func.sum(MoneyEntry.amount_won)).group_by(MoneyEntry.kind)).all()
    )
    total = report.total
    assert total.planned_won == sums[EntryKind.PLANNED] + sums[EntryKind.CHANGED] == 11_000_000
    assert total.contracted_won == sums[EntryKind.CONTRACTED]
    assert total.paid_won == sums[EntryKind.PAID] == 7_800_000
    assert total.returned_won == sums[EntryKind.RETURNED] == 2_700_000
    assert total == sum((row.balance for row in report.purses), Balance())
    assert (report.figures.planned_won, report.figures.paid_won) == (total.planned_won, total.paid_won)
    settled = [one.total for y in years_of_account(year.place) for one in settlements(year.place, y)]
    assert sum(settled, Balance()) == total
    assert [(row.year, row.balance.left_won) for row in report.purses] == [(2026, 0), (2027, 500_000)]


def test_the_report_says_what_was_late_changed_and_given_up(year: Cycle):
    late, changed, cancelled = report_of(year, NEXT_YEAR).projects
    assert late.row.late_days
    assert late.moved == 1
    assert [(change.amount_won, change.in_favour) for change in changed.changes] == [(-1_000_000, 15)]
    assert changed.project.state is ProjectState.COMPLETED
    assert cancelled.project.state is ProjectState.CANCELLED
    assert cancelled.row.balance.returned_won == 2_600_000


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_everybody_reads_the_report_as_a_page_and_as_a_pdf(year: Cycle, client: FlaskClient, language: str):
    with time_machine.travel(NEXT_YEAR, tick=False):
        client.post("/language", data={"language": language, "next": "/"})
        page = client.get(f"/{year.place.slug}/report")
        assert page.status_code == 200
        assert re.search(r"<b>(₩)?7,800,000", page.text)
        assert "비가 잦았습니다." in page.text
        assert client.get(f"/{year.place.slug}/report?of=1999").status_code == 404
        if can_print() and language == "ko":
            printed = client.get(f"/{year.place.slug}/report.pdf?of=2026")
            assert printed.mimetype == "application/pdf"
            assert io.BytesIO(printed.data).read(5) == b"%PDF-"


def test_a_line_changed_behind_the_ledgers_back_is_found_and_named(year: Cycle):
    require_untouched()
    take_guards_away(MoneyEntry)
    for entry in session().scalars(select(MoneyEntry).order_by(MoneyEntry.id)).all():
        name = f"entry {entry.number} of project {entry.project_id} was changed"
        for change in ({"amount_won": entry.amount_won + 1}, {"happened_on": date(2020, 1, 1)}, {"memo": "다른 말"}):
            nested = session().begin_nested()
            session().execute(update(MoneyEntry).where(MoneyEntry.id == entry.id).values(change))
            session().expire_all()
            with pytest.raises(InvalidInput) as refused:
                require_untouched()
            assert name in str(refused.value.values["what"])
            nested.rollback()
            session().expire_all()
