"""Shows the view from above: a city whose dongs look back on earlier years, an alert with its answer, a visit with findings."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from app.clock import kst_date, kst_midnight
from app.cycle.models import Cycle, CycleStage
from app.cycle.queries import require_current_cycle
from app.cycle.rules import STAGES, Stage, number
from app.db.session import session, transaction
from app.demo.people import Cast
from app.execution.models import Project
from app.execution.rules.ledger import EntryKind
from app.execution.rules.projects import HAND_OVER, ProjectKind
from app.execution.services import money, news, projects, steps
from app.execution.services.money import NewLine
from app.observatory.models import Alert
from app.observatory.rules import CHECKLIST
from app.observatory.services import answering, visiting
from app.observatory.services.counting import count_again, stale_cycles
from app.people.models import Person, RoleGrant
from app.people.rules import Role
from app.places.models import Place
from app.places.services.settings import change_setting
from app.places.settings.observing import WATCH_LATE_PROJECTS
from app.plan.rules import FundSource

DAY = timedelta(days=1)
CITY = "sejong"
VISITED = "jeondong"
EARLIER: dict[str, tuple[tuple[str, int, int], ...]] = {
    # What the dongs of the city did in earlier years, made up: name, plan in won, percent of it paid. Returned: the rest.
    "dodam": (("먹자골목 안내판", 9_000_000, 96), ("아파트 사이 꽃길", 6_000_000, 100), ("밤길 살피기", 3_500_000, 71)),
    "jeondong": (("경로당 문턱 낮추기", 12_000_000, 92), ("마을 소식지", 2_400_000, 100), ("논두렁 음악회", 4_000_000, 55)),
    "daepyeong": (("강변 의자 놓기", 8_000_000, 88), ("이웃 장터", 5_000_000, 97), ("어린이 안전 지도", 2_000_000, 100)),
}  # fmt: skip
_MADE_UP = " (지어낸 보기)"


def show_overview(places: Mapping[str, Place], casts: Mapping[str, Cast], at: datetime) -> None:
    """Let one city's dongs look back on two years, and let its monitors call out, visit and find.

    Args:
        places: the demonstration's dongs by address word.
        casts: who acts in each.
        at: now.
    """
    for slug, done in EARLIER.items():
        for years_ago in (2, 1):
            with transaction():
                _earlier_year(places[slug], done, casts[slug].staff, kst_date(at).year - years_ago)
    place, staff = places[VISITED], casts[VISITED].staff
    with transaction():
        monitor = _monitor(place.parent or place, at)
    with transaction():
        late = _late_project(place, staff, at)
    with transaction():
        change_setting(
            (place.parent or place).id, WATCH_LATE_PROJECTS.key, typed="1", legal_basis="합동 모니터링 계획 제3조", reason="",
            seen=0, by=monitor, at=at - 2 * DAY,
        )  # fmt: skip
    _visit(place, late, monitor, staff, at)
    with transaction():
        count_again(stale_cycles(at), at=at)
    with transaction():
        for alert in session().query(Alert).filter_by(place_id=place.id, cleared_at=None):
            answering.answer_alert(
                alert.id, text="업체가 두 번 바뀌어 늦어졌습니다. 다음 주까지 새로 계약하고 마치는 날을 다시 알리겠습니다.",
                version=alert.version, by=staff, at=at,
            )  # fmt: skip


def _monitor(above: Place, at: datetime) -> Person:
    person = Person(public_name=f"{above.name} 점검 담당자", is_demo=True, created_at=at)
    session().add(person)
    session().flush()
    session().add(RoleGrant(person_id=person.id, place_id=above.id, role=Role.CITY_STAFF, granted_at=at - 30 * DAY))
    session().flush()
    return person


def _earlier_year(place: Place, done: tuple[tuple[str, int, int], ...], staff: Person, year: int) -> Cycle:
    """Walk a year whose projects were commissioned; everything in it is over."""
    cycle = Cycle(
        place_id=place.id, place=place, year=year, template="second", created_at=kst_midnight(date(year, 1, 2))
    )
    for index, stage in enumerate(STAGES):
        opens = kst_midnight(date(year, 1, 2) + index * 45 * DAY)
        cycle.stages.append(
            CycleStage(stage=stage, number=number(stage), opens_at=opens, closes_at=opens + 45 * DAY, opened_at=opens)
        )
    session().add(cycle)
    session().flush()
    begin = cycle.stage(Stage.EXECUTION).opens_at
    for index, (title, cost, percent) in enumerate(done):
        # The year before last was a little smaller.
        plan = cost if year % 2 else cost * 9 // 10
        project = _take_on(cycle, title, plan, staff, begin, once=f"earlier-{year}-{index}")
        last = kst_date(begin + 15 * DAY)
        step = steps.add_milestone(
            project.id, title="마무리하고 알리기", planned_on=last, version=project.version, by=staff, at=begin
        )
        steps.finish_milestone(step.id, done_on=last, version=step.version, by=staff, at=begin + 15 * DAY)
        paid = plan * percent // 100
        for number_, (kind, amount) in enumerate(((EntryKind.CONTRACTED, paid), (EntryKind.PAID, paid))):
            _enter(project, kind, amount, staff, begin + (5 + number_) * DAY)
        if plan > paid:
            _enter(project, EntryKind.RETURNED, plan - paid, staff, begin + 9 * DAY)
        projects.hand_over(
            project.id, dict.fromkeys(HAND_OVER, ""), version=project.version, by=staff, at=begin + 20 * DAY
        )
        projects.complete_project(project.id, version=project.version, by=staff, at=begin + 20 * DAY)
    for row in cycle.stages:
        row.closed_at = row.closes_at
    session().flush()
    return cycle


def _late_project(place: Place, staff: Person, at: datetime) -> Project:
    cycle = require_current_cycle(place)
    project = _take_on(cycle, "마을 방송 다시 켜기", 3_000_000, staff, at - 9 * DAY, once="late")
    steps.add_milestone(
        project.id, title="업체 고르고 계약하기", planned_on=kst_date(at - 4 * DAY), version=project.version, by=staff, at=at - 9 * DAY
    )  # fmt: skip
    news.post_update(
        project.id, text="첫 업체가 손을 들어 다시 찾고 있습니다.", photo=None, photo_text="", once="late", by=staff, at=at - 3 * DAY
    )  # fmt: skip
    return project


def _take_on(cycle: Cycle, title: str, cost_won: int, staff: Person, at: datetime, *, once: str) -> Project:
    words = projects.Description(
        title + _MADE_UP, "주민자치회가 공모에 내어 받은 돈으로 주민과 함께 합니다.", "마을가꾸기분과", "", ""
    )
    return projects.take_on_project(
        cycle, words, kind=ProjectKind.CALL, source=FundSource.PARTICIPATORY_BUDGET, cost_won=cost_won, approver="시 주민자치과",
        once=once, by=staff, at=at,
    )  # fmt: skip


def _enter(project: Project, kind: EntryKind, amount_won: int, staff: Person, at: datetime) -> None:
    line = NewLine(kind, amount_won, kst_date(at), "재료와 품삯")
    money.enter_money(project.id, line, once=f"{kind.value}-{project.id}", by=staff, at=at)


def _visit(place: Place, project: Project, monitor: Person, staff: Person, at: datetime) -> None:
    marks = dict.fromkeys(CHECKLIST, "good") | {"papers": "watch", "open": "bad", "statistics": "not_seen"}
    seen = visiting.Seen(
        kst_date(at - 3 * DAY), "합동 모니터링단 2조", marks,
        "마을회관에서 방송 장비를 함께 켜 보고 장부와 견적서를 맞추어 보았습니다. 주민 여덟 분이 함께했습니다.", project.id,
    )  # fmt: skip
    with transaction():
        visit = visiting.note_visit(
            require_current_cycle(place), seen, once="demo", by=monitor, at=at - 2 * DAY
        )  # fmt: skip
    texts = (
        "회의록이 두 달째 올라오지 않았습니다. 지난 회의의 기록을 올려 주세요.",
        "견적서 한 장이 장부에 붙어 있지 않습니다.",
    )
    found = []
    for index, text in enumerate(texts):
        with transaction():
            found.append(
                visiting.note_finding(
                    visit.id,
                    text=text,
                    due_on=kst_date(at + 7 * DAY),
                    once=f"demo-{index}",
                    by=monitor,
                    at=at - 2 * DAY,
                )
            )
    with transaction():
        visiting.answer_finding(
            found[1].id, text="견적서를 찾아 장부에 붙였습니다.", version=found[1].version, by=staff, at=at - DAY
        )
    with transaction():
        visiting.judge_answer(
            found[1].id, accepted=True, remark="확인했습니다.", version=found[1].version, by=monitor, at=at - DAY
        )
