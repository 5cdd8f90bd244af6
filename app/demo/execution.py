"""Executes and evaluates a demonstration dong's projects: one late, one changed by vote, one with its parts."""

from datetime import date, datetime, timedelta

from app.clock import kst_date
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import get_or_not_found, session, transaction
from app.demo.people import Cast
from app.demo.pictures import empty_ground, small_park
from app.execution.models import Project
from app.execution.queries.board import projects_of
from app.execution.rules.changes import ChangeKind, Decider, Vote
from app.execution.rules.ledger import EntryKind
from app.execution.rules.projects import HAND_OVER, QUESTIONS, PhotoShows, RiskLevel
from app.execution.services import changes, evaluating, money, news, projects, steps
from app.execution.services.money import NewLine
from app.people.models import Person

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
STEPS = (("업체 고르고 계약하기", 7), ("주민과 함께 하기", 30), ("마무리하고 알리기", 80))


def execute(cycle: Cycle, cast: Cast, now: datetime) -> None:
    """Run the projects of a year up to now; all are completed when its execution is over."""
    row = cycle.stage(Stage.EXECUTION)
    over = row.closes_at <= now
    for index, found in enumerate(projects_of(cycle, kst_date(row.opens_at))):
        project = found.project
        _plan(project, cast.staff, row.opens_at + HOUR)
        if index == 0:
            _picture(project, PhotoShows.BEFORE, cast.staff, row.opens_at + 2 * DAY)
            _shift_money(project, cast.staff, row.opens_at + 4 * DAY)
        if index == 1:
            _slip(project, cast.staff, row.opens_at + 6 * DAY)
        contracted = _fresh(project).balance.planned_won * 9 // 10
        _pay(project, EntryKind.CONTRACTED, contracted, "계약", "1", cast.staff, row.opens_at + 7 * DAY)
        paid = contracted if over else contracted // 2
        _pay(project, EntryKind.PAID, paid, "재료와 품삯", "2", cast.staff, row.opens_at + 10 * DAY)
        for step in _fresh(project).milestones[: 3 if over else 1]:
            done_at = max(row.opens_at + 8 * DAY, row.opens_at + (step.planned_on - kst_date(row.opens_at)) + HOUR)
            with transaction():
                steps.finish_milestone(
                    step.id, done_on=step.planned_on, version=step.version, by=cast.staff, at=done_at
                )
        _report(project, 100 if over else 60, cast.staff, row.opens_at + 12 * DAY)
        with transaction():
            news.post_update(
                project.id, text="주민과 함께 첫 모임을 열고 할 일을 나누었습니다.", photo=None, photo_text="",
                once="demo", by=cast.chair, at=row.opens_at + 9 * DAY,
            )  # fmt: skip
        if over:
            if index == 0:
                _picture(project, PhotoShows.AFTER, cast.staff, row.closes_at - 3 * DAY)
            _complete(project, cast.staff, row.closes_at - 2 * DAY)


def evaluate(cycle: Cycle, cast: Cast, residents: list[Person], now: datetime) -> None:
    """Let residents and the council look back at what was completed."""
    at = cycle.stage(Stage.EVALUATION).opens_at + DAY
    for found in projects_of(cycle, kst_date(at)):
        project = found.project
        for index, person in enumerate(residents[1:10]):
            ratings = {question: 3 + (index + turn) % 3 for turn, question in enumerate(QUESTIONS)}
            words = "덕분에 동네가 밝아졌어요. 내년에도 하면 좋겠습니다." if index == 0 else ""
            with transaction():
                evaluating.evaluate(project.id, ratings=ratings, words=words, by=person, at=at + index * HOUR)
        with transaction():
            evaluating.evaluate_as_council(
                project.id, went_well="주민이 처음부터 함께 정하고 함께 했습니다.",
                went_badly="비가 잦아 일정이 한 번 밀렸습니다.", next_time="장마를 피해 봄에 시작합니다.",
                meeting="정기회의", decided_on=kst_date(at), version=0, by=cast.chair, at=at,
            )  # fmt: skip
    with transaction():
        evaluating.hold_sharing_meeting(
            cycle, held_on=kst_date(at + 10 * DAY), where="주민자치회관 큰방", attendance=None, minutes="", version=0,
            by=cast.chair, at=at,
        )  # fmt: skip


def _plan(project: Project, by: Person, at: datetime) -> None:
    begins: date = kst_date(at)
    for title, days in STEPS:
        with transaction():
            steps.add_milestone(
                project.id, title=title, planned_on=begins + days * DAY, version=_fresh(project).version, by=by, at=at
            )
    with transaction():
        projects.divide(
            project.id,
            [("준비와 계약", 30), ("만들기", 50), ("마무리", 20)],
            version=_fresh(project).version,
            by=by,
            at=at,
        )
    with transaction():
        evaluating.set_indicator(
            project.id, name="한 달 동안 찾아온 사람", measure="명", before=40, target=120,
            version=_fresh(project).version, by=by, at=at,
        )  # fmt: skip


def _shift_money(project: Project, by: Person, at: datetime) -> None:
    """The council votes to cut the plan by a tenth."""
    cut = -(_fresh(project).balance.planned_won // 10)
    with transaction():
        change = changes.ask_for_change(
            project.id,
            changes.Wish(ChangeKind.COST, "견적이 낮게 나와 사업비를 줄입니다.", cut, year=project.entries[0].year),
            once="demo",
            by=by,
            at=at,
        )
    vote = None if change.decider is Decider.STAFF else Vote(present=24, in_favour=21, against=1, abstained=2)
    decision = changes.Decision("정기회의 제3호 안건", kst_date(at), vote, members=30 if vote else 0)
    with transaction():
        changes.decide_change(change.id, decision, version=change.version, by=by, at=at + HOUR)


def _slip(project: Project, by: Person, at: datetime) -> None:
    """A step is promised for a later day, and a risk is named."""
    last = _fresh(project).milestones[-1]
    with transaction():
        steps.move_milestone(
            last.id, planned_on=last.planned_on + 14 * DAY, reason="땅을 쓰는 협의가 길어졌습니다.",
            version=last.version, by=by, at=at,
        )  # fmt: skip
    with transaction():
        projects.note_risk(
            project.id, level=RiskLevel.MIDDLE, text="장마에 공사가 멈출 수 있습니다.",
            response="실내 작업을 먼저 하고, 비가 그치면 이어서 합니다.", version=_fresh(project).version, by=by, at=at,
        )  # fmt: skip


def _picture(project: Project, shows: PhotoShows, by: Person, at: datetime) -> None:
    content, text, said = {
        PhotoShows.BEFORE: (empty_ground(), "시작하기 전의 모습입니다.", "울타리가 부서지고 풀이 난 빈 땅(그림)"),
        PhotoShows.AFTER: (
            small_park(),
            "다 한 뒤의 모습입니다. 와서 쉬어 가세요.",
            "나무와 긴의자가 있는 작은 공원(그림)",
        ),
    }[shows]
    with transaction():
        news.post_update(
            project.id, text=text, photo=content, photo_text=said, once=shows.value, by=by, at=at, shows=shows
        )


def _report(project: Project, percent: int, by: Person, at: datetime) -> None:
    found = _fresh(project)
    percents = {part.id: 100 if part.position == 1 else percent * (part.position == 2) for part in found.parts}
    if percent == 100:
        percents = {part.id: 100 for part in found.parts}
    with transaction():
        projects.report_progress(project.id, percents, version=found.version, by=by, at=at)


def _complete(project: Project, by: Person, at: datetime) -> None:
    left = _fresh(project).balance.left_won
    if left:
        _pay(project, EntryKind.RETURNED, left, "남은 돈", "3", by, at)
    with transaction():
        projects.hand_over(
            project.id, dict.fromkeys(HAND_OVER, ""), version=_fresh(project).version, by=by, at=at + HOUR
        )
    with transaction():
        projects.complete_project(project.id, version=_fresh(project).version, by=by, at=at + 2 * HOUR)


def _pay(project: Project, kind: EntryKind, amount: int, memo: str, once: str, by: Person, at: datetime) -> None:
    """Enter a line; where the year has turned, what was left of the old one is carried over first."""
    for (source, year), purse in _fresh(project).purses.items():
        if year < kst_date(at).year and purse.left_won:
            line = NewLine(EntryKind.CARRIED, purse.left_won, kst_date(at), "해를 넘긴 돈", source=source, year=year)
            with transaction():
                money.enter_money(project.id, line, once=f"carried-{year}", by=by, at=at)
    with transaction():
        money.enter_money(project.id, NewLine(kind, amount, kst_date(at), memo), once=once, by=by, at=at)


def _fresh(project: Project) -> Project:
    found = get_or_not_found(Project, project.id)
    session().refresh(found)
    return found
