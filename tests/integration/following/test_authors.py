"""Who said what a project now carries out hears of its beginning, its delay and its end, each once."""

import pytest
import time_machine
from flask import Flask

from app.assembly.rules import AssemblyState
from app.cycle.models import Cycle
from app.db.session import session, transaction
from app.execution.models import Project
from app.execution.services.projects import begin_projects
from app.following.models import Notice
from app.following.rules import Subject
from app.following.services import follows
from app.inspection.models import Disposition, Opinion
from app.inspection.rules import AnswerState, Channel, Result, Stance, receipt_number
from app.people.models import Person
from app.plan.models import PlanVersion
from app.record.services import append
from tests.conftest import NOW
from tests.factories import make_resident
from tests.factories_year import make_assembly

pytestmark = pytest.mark.slow


@pytest.fixture
def cycle(app: Flask) -> Cycle:
    """A year whose assembly decided for the first of two sections."""
    assembly, _people = make_assembly([3_000_000, 5_000_000], is_open=False)
    with transaction():
        assembly.state, assembly.counted_at = AssemblyState.COUNTED, NOW
        for item in assembly.items:
            item.is_funded = item.number == 1
            item.granted_won = item.cost_won if item.is_funded else 0
    return assembly.cycle


def said(
    cycle: Cycle, *, section: int, result: Result = Result.ADOPTED, change: int | None = None, wants: bool = True
) -> Person:
    """Make the author of an opinion that was answered and confirmed while the plan was inspected."""
    author = make_resident(cycle.place)
    version = session().query(PlanVersion).filter_by(number=1).one()
    number = session().query(Opinion).count() + 1
    with transaction() as found:
        opinion = Opinion(
            version_id=version.id, number=number, receipt=receipt_number(year=2026, place="동", number=number), section=section,
            stance=Stance.AMEND, text="나무를 더 심어 주세요.", channel=Channel.ONLINE, author_id=author.id, entered_by=author.id,
            once="x", wants_notice=wants, received_at=NOW,
        )  # fmt: skip
        opinion.disposition = Disposition(
            result=result, reason="그렇게 하겠습니다.", unit="분과", answered_at=NOW, answered_by=author.id,
            state=AnswerState.CONFIRMED, change_section=change,
        )  # fmt: skip
        found.add(opinion)
    return author


def begin(cycle: Cycle) -> Project:
    with transaction():
        [project] = begin_projects(cycle, at=NOW)
    return project


def happen(project: Project, *acts: str) -> None:
    for act in acts:
        with transaction():
            append(
                project.place, act, role="dong_staff", subject=f"project:{project.id}", at=NOW, values={"title": "가"}
            )


def told(person: Person) -> list[str]:
    session().expire_all()
    rows = session().query(Notice).filter_by(person_id=person.id).order_by(Notice.id)
    return [row.entry.act for row in rows if row.entry is not None]


@time_machine.travel(NOW, tick=False)
def test_authors_of_adopted_opinions_hear_of_the_beginning_one_delay_and_the_end(cycle: Cycle):
    author, by_change = said(cycle, section=1), said(cycle, section=2, change=1, result=Result.PARTLY)
    project = begin(cycle)
    happen(project, "execution.progress", "execution.paused", "execution.milestone_moved", "execution.called_out")
    happen(project, "execution.completed")
    expected = ["execution.begun", "execution.paused", "execution.completed"]
    assert told(author) == told(by_change) == expected


@time_machine.travel(NOW, tick=False)
def test_who_was_refused_spoke_of_something_else_or_wants_no_notice_is_not_told(cycle: Cycle):
    others = [
        said(cycle, section=1, result=Result.NOT_ADOPTED), said(cycle, section=1, result=Result.NOTED),
        said(cycle, section=2), said(cycle, section=1, wants=False),
    ]  # fmt: skip
    begin(cycle)
    assert [told(other) for other in others] == [[], [], [], []]


@time_machine.travel(NOW, tick=False)
def test_who_left_the_project_on_purpose_is_not_called_back(cycle: Cycle):
    author = said(cycle, section=1)
    project = begin(cycle)
    with transaction():
        follows.unfollow(Subject.PROJECT, project.id, by=author, at=NOW)
    happen(project, "execution.completed")
    assert told(author) == ["execution.begun"]
