"""Where the day, its items and the word stand, and which step follows which. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from app.errors import RuleViolation
from app.i18n import N_


class DayState(StrEnum):
    """Where the assembly day stands."""

    PLANNED = "planned"
    DOORS = "doors"
    """People come in; nothing has begun."""
    IN_SESSION = "in_session"
    RECESS = "recess"
    CLOSED = "closed"
    """Over; the minutes are being written."""
    MINUTED = "minuted"
    FAILED = "failed"
    """Too few came."""
    CANCELLED = "cancelled"


class ItemKind(StrEnum):
    """What is done with an item of the day."""

    REPORT = "report"
    DELIBERATION = "deliberation"
    """A project of the plan is explained and questioned; it is voted on in the booth."""
    VOTE = "vote"
    """The vote of the plan: the item only leads to the booth and the stations."""
    HANDS = "hands"
    """Decided here by raised cards."""
    STICKER = "sticker"
    """Decided here by stickers on a board."""
    FREE = "free"


class ItemState(StrEnum):
    """Where an item stands."""

    WAITING = "waiting"
    OPEN = "open"
    DONE = "done"
    DEFERRED = "deferred"
    """Not today."""


class WordState(StrEnum):
    """Where somebody's asking for the word stands."""

    ASKED = "asked"
    SPEAKING = "speaking"
    SPOKEN = "spoken"
    WITHDRAWN = "withdrawn"
    PASSED = "passed"
    """Called, and not there."""
    UNHEARD = "unheard"
    """The item was closed before their turn."""


class SpeakerRole(StrEnum):
    """As whom somebody speaks: all that the minutes say without their consent."""

    RESIDENT = "resident"
    COUNCIL = "council"
    OFFICE = "office"
    GUEST = "guest"


DAY_MOVES: Mapping[DayState, frozenset[DayState]] = {
    DayState.PLANNED: frozenset({DayState.DOORS, DayState.CANCELLED}),
    DayState.DOORS: frozenset({DayState.IN_SESSION, DayState.FAILED}),
    DayState.IN_SESSION: frozenset({DayState.RECESS, DayState.CLOSED}),
    DayState.RECESS: frozenset({DayState.IN_SESSION, DayState.CLOSED}),
    DayState.CLOSED: frozenset({DayState.MINUTED}),
    DayState.MINUTED: frozenset(),
    DayState.FAILED: frozenset(),
    DayState.CANCELLED: frozenset(),
}
ITEM_MOVES: Mapping[ItemState, frozenset[ItemState]] = {
    ItemState.WAITING: frozenset({ItemState.OPEN, ItemState.DEFERRED}),
    ItemState.OPEN: frozenset({ItemState.DONE, ItemState.DEFERRED}),
    ItemState.DONE: frozenset(),
    ItemState.DEFERRED: frozenset(),
}
WORD_MOVES: Mapping[WordState, frozenset[WordState]] = {
    WordState.ASKED: frozenset({WordState.SPEAKING, WordState.WITHDRAWN, WordState.PASSED, WordState.UNHEARD}),
    WordState.SPEAKING: frozenset({WordState.SPOKEN}),
    WordState.SPOKEN: frozenset(),
    WordState.WITHDRAWN: frozenset({WordState.ASKED}),
    WordState.PASSED: frozenset({WordState.ASKED}),
    WordState.UNHEARD: frozenset(),
}
DAY_STATE_NAMES: Mapping[DayState, str] = {
    DayState.PLANNED: N_("열릴 예정"),
    DayState.DOORS: N_("입장하는 중"),
    DayState.IN_SESSION: N_("총회 중"),
    DayState.RECESS: N_("쉬는 중"),
    DayState.CLOSED: N_("회의록 쓰는 중"),
    DayState.MINUTED: N_("회의록 공개"),
    DayState.FAILED: N_("모자라 열지 못함"),
    DayState.CANCELLED: N_("취소함"),
}
ITEM_STATE_NAMES: Mapping[ItemState, str] = {
    ItemState.WAITING: N_("기다리는 순서"),
    ItemState.OPEN: N_("지금 하는 순서"),
    ItemState.DONE: N_("마친 순서"),
    ItemState.DEFERRED: N_("다음으로 미룬 순서"),
}
KIND_NAMES: Mapping[ItemKind, str] = {
    ItemKind.REPORT: N_("보고"),
    ItemKind.DELIBERATION: N_("설명과 질문"),
    ItemKind.VOTE: N_("마을계획 투표"),
    ItemKind.HANDS: N_("손들어 정하기"),
    ItemKind.STICKER: N_("스티커로 정하기"),
    ItemKind.FREE: N_("자유 발언"),
}
ROLE_NAMES: Mapping[SpeakerRole, str] = {
    SpeakerRole.RESIDENT: N_("주민"),
    SpeakerRole.COUNCIL: N_("주민자치회 위원"),
    SpeakerRole.OFFICE: N_("담당자"),
    SpeakerRole.GUEST: N_("손님"),
}
DECIDED_HERE = frozenset({ItemKind.HANDS, ItemKind.STICKER})
"""Items that the floor itself decides."""
ADMITTING = frozenset({DayState.DOORS, DayState.IN_SESSION, DayState.RECESS})
"""While people may come in."""
NOT_BEGUN = frozenset({DayState.PLANNED, DayState.DOORS})
"""While the order of the day may change."""
OVER = frozenset({DayState.CLOSED, DayState.MINUTED, DayState.FAILED, DayState.CANCELLED})
FRUITLESS = frozenset({DayState.FAILED, DayState.CANCELLED})
"""After which a further day may be planned."""


def require_day_move(now: DayState, new: DayState) -> None:
    """Refuse a step of the day that the table does not have.

    Raises:
        RuleViolation: it is not in the table.
    """
    if new not in DAY_MOVES[now]:
        raise RuleViolation(N_("총회가 지금 상태(%(state)s)에서는 할 수 없습니다."), state=DAY_STATE_NAMES[now])


def require_item_move(now: ItemState, new: ItemState) -> None:
    """Refuse a step of an item that the table does not have.

    Raises:
        RuleViolation: it is not in the table.
    """
    if new not in ITEM_MOVES[now]:
        raise RuleViolation(N_("지금 상태(%(state)s)의 순서에는 할 수 없습니다."), state=ITEM_STATE_NAMES[now])


def require_word_move(now: WordState, new: WordState) -> None:
    """Refuse a step of the word that the table does not have.

    Raises:
        RuleViolation: it is not in the table.
    """
    if new not in WORD_MOVES[now]:
        raise RuleViolation(N_("이 발언은 이미 지나갔습니다. 화면을 새로 고쳐 주세요."))
