"""Rules of projects and their steps. Pure: no Flask, no database, no clock, no randomness."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from app.errors import InvalidInput, RuleViolation
from app.i18n import N_


class ProjectKind(StrEnum):
    """From what a project came (domain.md §1.1: 15, 17, 19, 30, 31)."""

    ASSEMBLY = "assembly"
    COMMISSIONED = "commissioned"
    CALL = "call"
    GROUP_GRANT = "group_grant"
    VILLAGE_FUND = "village_fund"


PROJECT_KIND_NAMES: dict[ProjectKind, str] = {
    ProjectKind.ASSEMBLY: N_("주민총회에서 정한 사업"),
    ProjectKind.COMMISSIONED: N_("맡아서 하는 사업(위탁)"),
    ProjectKind.CALL: N_("공모로 얻은 사업"),
    ProjectKind.GROUP_GRANT: N_("주민 소모임 지원"),
    ProjectKind.VILLAGE_FUND: N_("마을기금으로 하는 사업"),
}


class ProjectState(StrEnum):
    """Where a project stands."""

    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


STATE_NAMES: dict[ProjectState, str] = {
    ProjectState.PLANNED: N_("준비 중"),
    ProjectState.RUNNING: N_("하는 중"),
    ProjectState.PAUSED: N_("멈춤"),
    ProjectState.COMPLETED: N_("마침"),
    ProjectState.CANCELLED: N_("그만둠"),
}
MOVES: dict[ProjectState, frozenset[ProjectState]] = {
    ProjectState.PLANNED: frozenset({ProjectState.RUNNING, ProjectState.CANCELLED}),
    ProjectState.RUNNING: frozenset({ProjectState.PAUSED, ProjectState.COMPLETED, ProjectState.CANCELLED}),
    ProjectState.PAUSED: frozenset({ProjectState.RUNNING, ProjectState.CANCELLED}),
    ProjectState.COMPLETED: frozenset(),
    ProjectState.CANCELLED: frozenset(),
}


class PhotoShows(StrEnum):
    """When a photo of the news was taken, seen from the work."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


PHOTO_NAMES: dict[PhotoShows, str] = {
    PhotoShows.BEFORE: N_("하기 전"),
    PhotoShows.DURING: N_("하는 동안"),
    PhotoShows.AFTER: N_("다 한 뒤"),
}
OPEN_STATES = frozenset({ProjectState.PLANNED, ProjectState.RUNNING, ProjectState.PAUSED})


def require_move(state: ProjectState, to: ProjectState) -> None:
    """Refuse a move that the table does not list.

    Raises:
        RuleViolation: the project cannot go there from where it is.
    """
    if to not in MOVES[state]:
        raise RuleViolation(N_("이 사업은 지금 그렇게 바꿀 수 없습니다."))


class RiskLevel(StrEnum):
    """How much a risk would hurt."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


RISK_LEVEL_NAMES: dict[RiskLevel, str] = {
    RiskLevel.LOW: N_("작음"),
    RiskLevel.MIDDLE: N_("보통"),
    RiskLevel.HIGH: N_("큼"),
}


@dataclass(frozen=True)
class Part:
    """A part of a project: how much of the whole it is, and how much of it is done."""

    weight: int
    percent: int


def progress(parts: Sequence[Part], *, steps_done: int, steps: int) -> int:
    """Return how far a project is, in whole percent, rounded down so that only the finished shows 100.

    Parts count by their weights; without parts, the steps done count, each the same.
    """
    whole = sum(part.weight for part in parts)
    if whole:
        return int(Fraction(sum(part.weight * part.percent for part in parts), whole))
    return steps_done * 100 // steps if steps else 0


def require_percent(percent: int) -> None:
    """Refuse a progress outside 0 to 100.

    Raises:
        InvalidInput: it is outside.
    """
    if not 0 <= percent <= 100:
        raise InvalidInput(N_("0에서 100 사이로 적어 주세요."), field="percent")


def is_late(*, planned_on: date, done_on: date | None, today: date) -> bool:
    """Tell whether a milestone is late: not done on its day, or done after it."""
    return (done_on or today) > planned_on


HAND_OVER: dict[str, str] = {
    "works": N_("약속한 것이 모두 되었는지 현장에서 확인했습니다."),
    "photos": N_("마친 뒤의 사진을 소식에 올렸습니다."),
    "keeper": N_("앞으로 누가 돌보고 고치는지 정했습니다."),
    "assets": N_("새로 생긴 물건과 시설을 대장에 올렸습니다."),
    "documents": N_("계약서, 영수증, 결과 보고를 보관했습니다."),
    "settled": N_("쓴 돈을 정산하고 남은 돈을 돌려주었습니다."),
}
"""What is checked before a project is handed over, code to sentence."""


def require_handed_over(ticked: frozenset[str]) -> None:
    """Refuse to complete a project whose hand-over list has gaps.

    Raises:
        RuleViolation: something is not ticked.
    """
    if ticked != frozenset(HAND_OVER):
        raise RuleViolation(N_("넘겨주기 전에 확인할 것이 남아 있습니다."))


QUESTIONS: dict[str, str] = {
    "needed": N_("우리 동네에 필요한 일이었나요?"),
    "well_done": N_("약속한 대로 잘 되었나요?"),
    "worth": N_("들어간 돈만큼 값어치가 있나요?"),
    "again": N_("내년에도 하면 좋을까요?"),
}
"""What residents rate from 1 to 5, code to question."""


def require_ratings(ratings: dict[str, int]) -> None:
    """Refuse an evaluation that leaves a question out or rates outside 1 to 5.

    Raises:
        InvalidInput: it does; ``field`` is the question.
    """
    for question in QUESTIONS:
        if not 1 <= ratings.get(question, 0) <= 5:
            raise InvalidInput(N_("1에서 5 사이로 골라 주세요."), field=question)
