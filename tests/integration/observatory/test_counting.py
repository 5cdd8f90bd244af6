"""The counted figures say what the ledger, the steps and the assembly say; alerts and findings go their way."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import kst_date
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import session, transaction
from app.errors import Conflict, InvalidInput, NotAllowed, RuleViolation
from app.execution.models import Project
from app.execution.rules.ledger import EntryKind
from app.execution.rules.projects import ProjectKind
from app.execution.services import money, projects, steps
from app.execution.services.money import NewLine
from app.jobs import worker
from app.observatory.models import Alert, DongFigures, GroupCount
from app.observatory.queries import comparing, exports, watching
from app.observatory.rules import CHECKLIST, AlertKind, Dimension, FindingState
from app.observatory.services import answering, visiting
from app.observatory.services.counting import count_again, stale_cycles
from app.outbox.models import Message
from app.people.models import Person
from app.people.rules import ContactKind, Role
from app.people.services.sign_up import add_contact
from app.places.models import Place
from app.places.rules import PlaceKind
from app.plan.rules import FundSource
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place

pytestmark = pytest.mark.slow

DAY = timedelta(days=1)
TODAY = kst_date(NOW)


@pytest.fixture
def cycle(app) -> Cycle:
    return make_cycle(make_place(), Stage.EXECUTION)


@pytest.fixture
def staff(cycle: Cycle) -> Person:
    return make_holder(Role.DONG_STAFF, cycle.place)


@pytest.fixture
def monitor(cycle: Cycle) -> Person:
    return make_holder(Role.DISTRICT_STAFF, cycle.place.parent)


def run_project(cycle: Cycle, staff: Person, once: str, *, late: bool = False) -> Project:
    words = projects.Description("꽃길 가꾸기", "통일로에 꽃을 심고 돌봅니다.", "환경분과", "", "통일로")
    with transaction():
        made = projects.take_on_project(
            cycle, words, kind=ProjectKind.CALL, source=FundSource.VILLAGE_FUND, cost_won=1_000_000, approver="구청",
            once=once, by=staff, at=NOW - 40 * DAY,
        )  # fmt: skip
    for number, (kind, amount) in enumerate(
        [(EntryKind.CONTRACTED, 700_000), (EntryKind.PAID, 300_000), (EntryKind.PAID, 50_000)]
    ):
        with transaction():
            money.enter_money(made.id, NewLine(kind, amount, TODAY, "재료"), once=f"m{number}", by=staff, at=NOW)
    with transaction():
        money.take_back(made.id, number=4, memo="잘못 적었습니다", once="back", by=staff, at=NOW)
    if late:
        session().refresh(made)
        with transaction():
            steps.add_milestone(
                made.id, title="마무리", planned_on=TODAY - 3 * DAY, version=made.version, by=staff, at=NOW - 20 * DAY
            )
    return made


def count(at=NOW) -> None:
    with transaction():
        count_again(stale_cycles(at), at=at)


def row_of(cycle: Cycle) -> DongFigures:
    session().expire_all()
    return session().get_one(DongFigures, cycle.id)


def test_the_figures_equal_the_ledger_and_the_steps(cycle: Cycle, staff: Person):
    run_project(cycle, staff, "a", late=True)
    made = run_project(cycle, staff, "b")
    count()
    found = row_of(cycle)
    balance = made.balance + made.balance
    assert (found.planned_won, found.contracted_won, found.paid_won, found.returned_won) == (
        balance.planned_won, balance.contracted_won, balance.paid_won, balance.returned_won,
    )  # fmt: skip
    assert found.paid_won == 600_000
    assert (found.projects, found.late, found.silent, found.completed) == (2, 1, 2, 0)
    assert (found.population, found.voters, found.stage) == (20_000, 0, Stage.EXECUTION)


def test_only_what_changed_is_counted_again(cycle: Cycle, staff: Person):
    other = make_cycle(make_place(), Stage.EXECUTION)
    count()
    count(NOW + timedelta(minutes=1))
    assert stale_cycles(NOW) == []
    run_project(cycle, staff, "a")
    assert [found.id for found in stale_cycles(NOW)] == [cycle.id]
    assert {found.id for found in stale_cycles(NOW + DAY)} == {cycle.id, other.id}


def test_the_clock_counts_every_year_that_is_stale(cycle: Cycle):
    worker.tick(NOW)
    assert row_of(cycle).population == 20_000


def test_an_alert_is_raised_once_told_and_cleared_when_it_is_over(cycle: Cycle, staff: Person, monitor: Person):
    with transaction():
        add_contact(staff, ContactKind.EMAIL, "clerk@example.kr", at=NOW)
        add_contact(monitor, ContactKind.EMAIL, "gu@example.kr", at=NOW)
    run_project(cycle, staff, "a", late=True)
    late = run_project(cycle, staff, "b", late=True)
    for at in (NOW, NOW, NOW + timedelta(minutes=5)):
        count(at)
    alerts = list(session().scalars(select(Alert).where(Alert.kind == AlertKind.PROJECTS_LATE)))
    assert [(alert.value, alert.cleared_at) for alert in alerts] == [(2, None)]
    told = session().scalars(select(Message).where(Message.template == "observatory/alert")).all()
    assert len(told) == 4  # two alerts (late, silent), two people
    assert {todo.endpoint for todo in watching.todos(staff, NOW)} == {"observatory.alert"}
    session().refresh(late)
    step = late.milestones[0]
    with transaction():
        steps.finish_milestone(step.id, done_on=TODAY, version=step.version, by=staff, at=NOW)
    count()
    session().expire_all()
    assert alerts[0].cleared_at == NOW


def test_staff_answer_an_alert_in_public_and_nobody_else(cycle: Cycle, staff: Person):
    run_project(cycle, staff, "a", late=True)
    run_project(cycle, staff, "b", late=True)
    count()
    alert = session().scalars(select(Alert).order_by(Alert.id)).first()
    assert alert is not None
    stranger = make_holder(Role.DONG_STAFF, make_place())
    for by, text, version, refusal in (
        (stranger, "업체가 늦어 다음 주에 마칩니다.", 1, NotAllowed),
        (staff, "짧음", 1, InvalidInput),
        (staff, "업체가 늦어 다음 주에 마칩니다.", 7, Conflict),
    ):
        with pytest.raises(refusal), transaction():
            answering.answer_alert(alert.id, text=text, version=version, by=by, at=NOW)
    with transaction():
        answering.answer_alert(alert.id, text="업체가 늦어 다음 주에 마칩니다.", version=1, by=staff, at=NOW)
    assert alert.answered_at == NOW
    with transaction():
        alert.cleared_at = NOW
    with pytest.raises(RuleViolation), transaction():
        answering.answer_alert(alert.id, text="업체가 늦어 다음 주에 마칩니다.", version=2, by=staff, at=NOW)


def seen(**changes: object) -> visiting.Seen:
    values = {
        "visited_on": TODAY, "team": "합동 모니터링단", "marks": dict.fromkeys(CHECKLIST, "good"),
        "summary": "현장에서 장부와 사진을 함께 보았습니다.",
    }  # fmt: skip
    return visiting.Seen(**values | changes)


def test_a_finding_goes_from_visit_to_answer_back_and_to_its_end(cycle: Cycle, staff: Person, monitor: Person):
    with pytest.raises(NotAllowed), transaction():
        visiting.note_visit(cycle, seen(), once="v", by=staff, at=NOW)
    with transaction():
        visit = visiting.note_visit(cycle, seen(), once="v", by=monitor, at=NOW)
    with transaction():
        assert visiting.note_visit(cycle, seen(), once="v", by=monitor, at=NOW).id == visit.id
    with transaction():
        finding = visiting.note_finding(
            visit.id, text="영수증 두 장이 없습니다.", due_on=TODAY + 7 * DAY, once="f", by=monitor, at=NOW
        )
    assert [todo.endpoint for todo in watching.todos(staff, NOW)] == ["observatory.finding"]
    with transaction():
        visiting.answer_finding(finding.id, text="영수증을 찾아 올렸습니다.", version=1, by=staff, at=NOW)
    with pytest.raises(NotAllowed), transaction():
        visiting.judge_answer(finding.id, accepted=True, remark="", version=2, by=staff, at=NOW)
    with pytest.raises(InvalidInput), transaction():
        visiting.judge_answer(finding.id, accepted=False, remark="", version=2, by=monitor, at=NOW)
    assert [todo.due_at for todo in watching.todos(monitor, NOW)] == [None]
    with transaction():
        visiting.judge_answer(
            finding.id, accepted=False, remark="한 장이 아직 없습니다.", version=2, by=monitor, at=NOW
        )
    with transaction():
        visiting.answer_finding(finding.id, text="나머지도 찾아 올렸습니다.", version=3, by=staff, at=NOW)
    with transaction():
        visiting.judge_answer(finding.id, accepted=True, remark="", version=4, by=monitor, at=NOW)
    assert (finding.state, finding.closed_at) == (FindingState.CLOSED, NOW)


@pytest.mark.parametrize(
    "wrong",
    [{"visited_on": TODAY + DAY}, {"marks": {}}, {"project_id": 12_345}],
    ids=["a day to come", "no marks", "no project here"],
)
def test_a_visit_that_cannot_be_is_refused(cycle: Cycle, monitor: Person, wrong: dict[str, object]):
    with pytest.raises(InvalidInput), transaction():
        visiting.note_visit(cycle, seen(**wrong), once="v", by=monitor, at=NOW)


def make_city(dongs: int) -> Place:
    """A city with two districts, whose dongs have figures as the job would count them."""
    city = make_place(PlaceKind.CITY)
    districts = [make_place(PlaceKind.DISTRICT, parent=city) for _ in range(2)]
    for number in range(dongs):
        make_cycle(make_place(parent=districts[number % 2], name=f"{number:02}동"), Stage.EXECUTION)
    count()
    return city


def test_a_city_adds_up_its_districts_and_those_their_dongs(app):
    city = make_city(6)
    (year,) = comparing.years_of(city)
    areas = comparing.areas_below(city, year.year)
    assert (year.figures.dongs, year.figures.population) == (6, 120_000)
    assert [area.figures.dongs for area in areas] == [3, 3]
    assert dict(comparing.stages_of(city, year.year))[Stage.EXECUTION] == 6
    assert [row.name for row in comparing.dongs_of(city, year.year, sort="name", page=1)] == [
        f"{n:02}동" for n in range(6)
    ]
    assert comparing.dongs_of(city, year.year, sort="name", page=2) == []


@pytest.mark.parametrize("sort", comparing.SORTS)
def test_dongs_come_in_the_order_asked_for_and_those_without_a_figure_last(app, sort: str):
    city = make_city(3)
    first, second, third = session().scalars(select(DongFigures).order_by(DongFigures.cycle_id))
    with transaction():
        for row, n in ((first, 1), (second, 2)):
            row.voters, row.electors, row.assemblies = n, 10, 1
            row.proposals, row.opinions_answered, row.opinions_adopted = n, 10, n
            row.planned_won, row.paid_won, row.late = 10 * n, n * n, n
            row.stage_number = 9 - n
        third.stage_number = 9
        third.population = 0
    found = [row.name for row in comparing.dongs_of(city, 2026, sort=sort, page=1)]
    assert found == (["00동", "01동", "02동"] if sort == "name" else ["01동", "00동", "02동"])


def test_numbers_that_could_point_to_somebody_are_hidden_in_sums_too(app):
    city = make_city(2)
    one, two = session().scalars(select(DongFigures.cycle_id).order_by(DongFigures.cycle_id))
    with transaction():
        for cycle_id, number in ((one, 12), (two, None)):
            session().add(
                GroupCount(cycle_id=cycle_id, circle="council", dimension="sex", name="여", year=2026, count=number)
            )
    (row,) = comparing.groups_of(city, 2026, dimensions=[Dimension.SEX])
    assert (row.count, row.hidden_in) == (12, 1)


@pytest.mark.parametrize("code", exports.DATASETS)
def test_every_dataset_has_a_value_for_every_column(cycle: Cycle, staff: Person, monitor: Person, code: str):
    run_project(cycle, staff, "a", late=True)
    run_project(cycle, staff, "b", late=True)
    with transaction():
        visit = visiting.note_visit(cycle, seen(), once="v", by=monitor, at=NOW)
    with transaction():
        visiting.note_finding(
            visit.id, text="영수증이 없습니다. 찾아 주세요.", due_on=TODAY, once="f", by=monitor, at=NOW
        )
    count()
    with transaction():
        session().add(GroupCount(cycle_id=cycle.id, circle="council", dimension="sex", name="여", year=2026, count=12))
    dataset = exports.DATASETS[code]
    rows = list(exports.rows_of(dataset, cycle.place.parent))
    assert rows
    assert {len(row) for row in rows} == {len(dataset.columns)}
    assert list(exports.rows_of(dataset, cycle.place, 2026)) == rows
    assert list(exports.rows_of(dataset, cycle.place, 2025)) == []
    assert list(exports.rows_of(dataset, make_place())) == []
