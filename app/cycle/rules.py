"""Rules of the cycle. Pure: no Flask, no database, no clock, no randomness."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.errors import InvalidInput, RuleViolation
from app.i18n import N_


class Stage(StrEnum):
    """The eight stages of a village-plan year, in order (domain.md §1.4)."""

    PLANNING_GROUP = "planning_group"
    RESOURCE_SURVEY = "resource_survey"
    DISCOVERY = "discovery"
    DRAFTING = "drafting"
    INSPECTION = "inspection"
    ASSEMBLY = "assembly"
    EXECUTION = "execution"
    EVALUATION = "evaluation"


STAGES: tuple[Stage, ...] = tuple(Stage)

STAGE_NAMES: dict[Stage, str] = {
    Stage.PLANNING_GROUP: N_("마을계획단 구성"),
    Stage.RESOURCE_SURVEY: N_("자원조사"),
    Stage.DISCOVERY: N_("의제발굴"),
    Stage.DRAFTING: N_("마을계획 수립"),
    Stage.INSPECTION: N_("주민공람"),
    Stage.ASSEMBLY: N_("주민총회"),
    Stage.EXECUTION: N_("실행"),
    Stage.EVALUATION: N_("평가"),
}

STAGE_EXPLANATIONS: dict[Stage, str] = {
    # One easy sentence each, shown where the word first appears.
    Stage.PLANNING_GROUP: N_("마을계획을 함께 세울 주민을 모읍니다."),
    Stage.RESOURCE_SURVEY: N_("우리 동네에 있는 사람, 장소, 모임을 찾아 지도에 모읍니다."),
    Stage.DISCOVERY: N_("동네에서 함께 풀 문제와 하고 싶은 일, 곧 의제를 찾습니다."),
    Stage.DRAFTING: N_("찾은 의제를 비용과 부서 검토를 거쳐 마을계획으로 씁니다."),
    Stage.INSPECTION: N_("완성된 계획안을 누구나 읽고 의견을 냅니다. 모든 의견에 답합니다."),
    Stage.ASSEMBLY: N_("주민이 함께 모여, 또는 미리 투표해서 우리 동네에서 할 일을 정합니다."),
    Stage.EXECUTION: N_("정한 일을 합니다. 돈이 어떻게 쓰이는지 모두 보입니다."),
    Stage.EVALUATION: N_("한 해를 돌아보고 다음 해를 준비합니다."),
}


class StageState(StrEnum):
    """Where a stage of a cycle stands."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


MOVES: dict[StageState, frozenset[StageState]] = {
    StageState.PLANNED: frozenset({StageState.OPEN}),
    StageState.OPEN: frozenset({StageState.CLOSED}),
    StageState.CLOSED: frozenset(),
}


@dataclass(frozen=True)
class Duty:
    """Something a stage still owes before it may close, and the page where it is done."""

    text: str
    endpoint: str
    arguments: dict[str, object] = field(default_factory=dict)
    values: dict[str, object] = field(default_factory=dict)


def number(stage: Stage) -> int:
    """Return the stage's number, 1 to 8; its colour in the look."""
    return STAGES.index(stage) + 1


def require_move(state: StageState, to: StageState) -> None:
    """Refuse a move that the table does not list.

    Raises:
        RuleViolation: the stage cannot go there from where it is.
    """
    if to not in MOVES[state]:
        raise RuleViolation(N_("이 단계는 지금 그렇게 바꿀 수 없습니다."))


def require_not_over(*, is_over: bool) -> None:
    """Refuse to change anything of a year that has ended.

    Raises:
        RuleViolation: the year is over.
    """
    if is_over:
        raise RuleViolation(N_("끝난 해의 자료는 읽기만 할 수 있습니다."))


def require_startable(year: int, *, newest: int | None, newest_is_over: bool) -> None:
    """Refuse a new year beside one that still runs, or one that is not after it.

    Raises:
        RuleViolation: the dong's newest year has not ended.
        InvalidInput: the year is not later than the newest one.
    """
    if newest is None:
        return
    if not newest_is_over:
        raise RuleViolation(N_("%(year)s년 마을계획이 아직 끝나지 않았습니다."), year=newest)
    if year <= newest:
        raise InvalidInput(N_("이미 있는 해입니다. %(year)s년 뒤의 해를 적어 주세요."), field="year", year=newest)


def require_duties_done(duties: list[Duty]) -> None:
    """Refuse to close a stage that still owes something.

    Raises:
        RuleViolation: duties are undone.
    """
    if duties:
        raise RuleViolation(
            N_("아직 마치지 않은 일이 %(count)s가지 있어 이 단계를 닫을 수 없습니다."), count=len(duties)
        )


@dataclass(frozen=True)
class Template:
    """A timeline: for each stage its first and last day, as (month, day) and years after the cycle's first year."""

    code: str
    name: str
    spans: dict[Stage, tuple[tuple[int, int, int], tuple[int, int, int]]]

    def dates(self, first_year: int) -> dict[Stage, tuple[date, date]]:
        """Return the first and last day of every stage."""
        return {
            stage: (date(first_year + a[0], a[1], a[2]), date(first_year + b[0], b[1], b[2]))
            for stage, (a, b) in self.spans.items()
        }


FIRST_CYCLE = Template(
    "first",
    N_("처음 하는 동네 (준비부터 17개월)"),
    {
        # domain.md §1.4, the plan's table for districts that begin; inspection has at least 20 days before the assembly.
        Stage.PLANNING_GROUP: ((0, 8, 1), (0, 10, 31)),
        Stage.RESOURCE_SURVEY: ((0, 11, 1), (0, 11, 30)),
        Stage.DISCOVERY: ((0, 12, 1), (0, 12, 31)),
        Stage.DRAFTING: ((1, 1, 1), (1, 3, 31)),
        Stage.INSPECTION: ((1, 4, 1), (1, 4, 20)),
        Stage.ASSEMBLY: ((1, 4, 21), (1, 5, 10)),
        Stage.EXECUTION: ((1, 5, 11), (1, 11, 30)),
        Stage.EVALUATION: ((1, 12, 1), (1, 12, 31)),
    },
)
SECOND_CYCLE = Template(
    "second",
    N_("두 번째부터 (계획 6개월, 한 해)"),
    {
        # domain.md §1.4: six months of planning (January to June) where the group exists already.
        Stage.PLANNING_GROUP: ((0, 1, 1), (0, 1, 31)),
        Stage.RESOURCE_SURVEY: ((0, 2, 1), (0, 2, 28)),
        Stage.DISCOVERY: ((0, 3, 1), (0, 3, 31)),
        Stage.DRAFTING: ((0, 4, 1), (0, 5, 10)),
        Stage.INSPECTION: ((0, 5, 11), (0, 5, 31)),
        Stage.ASSEMBLY: ((0, 6, 1), (0, 6, 30)),
        Stage.EXECUTION: ((0, 7, 1), (0, 11, 30)),
        Stage.EVALUATION: ((0, 12, 1), (0, 12, 31)),
    },
)
TEMPLATES: dict[str, Template] = {template.code: template for template in (FIRST_CYCLE, SECOND_CYCLE)}
