"""Rules of joining, dividing and hiding proposals. Pure: no Flask, no database, no clock, no randomness."""

from collections.abc import Sequence
from enum import StrEnum

from app.errors import InvalidInput, RuleViolation
from app.i18n import N_

MOST_PARTS = 5
"""Into how many proposals one may be divided."""


class AskKind(StrEnum):
    """What the council asks the authors of a proposal."""

    MERGE = "merge"
    SPLIT = "split"


ASK_KIND_NAMES: dict[AskKind, str] = {AskKind.MERGE: N_("합치기"), AskKind.SPLIT: N_("나누기")}


class AskState(StrEnum):
    """Where a question to the authors stands."""

    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    """The time to answer passed, and the council did it without an answer."""
    TAKEN_BACK = "taken_back"


ASK_STATE_NAMES: dict[AskState, str] = {
    AskState.ASKED: N_("답을 기다림"),
    AskState.AGREED: N_("낸 사람이 동의함"),
    AskState.REFUSED: N_("낸 사람이 동의하지 않음"),
    AskState.UNANSWERED: N_("기한까지 답이 없어 진행함"),
    AskState.TAKEN_BACK: N_("거둠"),
}

ASK_MOVES: dict[AskState, frozenset[AskState]] = {
    AskState.ASKED: frozenset({AskState.AGREED, AskState.REFUSED, AskState.UNANSWERED, AskState.TAKEN_BACK}),
    AskState.AGREED: frozenset(),
    AskState.REFUSED: frozenset(),
    AskState.UNANSWERED: frozenset(),
    AskState.TAKEN_BACK: frozenset(),
}


class HideReason(StrEnum):
    """Why a proposal may be hidden; the whole list is published, and no other reason counts."""

    INSULT = "insult"
    PRIVATE = "private"
    ADVERT = "advert"
    OFF_TOPIC = "off_topic"
    REPEATED = "repeated"
    UNLAWFUL = "unlawful"


HIDE_REASON_NAMES: dict[HideReason, str] = {
    HideReason.INSULT: N_("사람을 욕하거나 깎아내림"),
    HideReason.PRIVATE: N_("다른 사람의 개인정보가 있음"),
    HideReason.ADVERT: N_("광고나 장사"),
    HideReason.OFF_TOPIC: N_("동네 일이 아님"),
    HideReason.REPEATED: N_("같은 의제를 되풀이해 냄"),
    HideReason.UNLAWFUL: N_("법에 어긋남(선거운동, 명예훼손 따위)"),
}


def require_ask_move(state: AskState, to: AskState) -> None:
    """Refuse a step of a question that the table does not list.

    Raises:
        RuleViolation: it was answered, done or taken back already.
    """
    if to not in ASK_MOVES[state]:
        raise RuleViolation(N_("이미 끝난 물음입니다."))


def require_parts(titles: Sequence[str]) -> None:
    """Refuse to divide a proposal into one, into too many, or into two of the same name.

    Raises:
        InvalidInput: as said.
    """
    if not 2 <= len(titles) <= MOST_PARTS:  # noqa: PLR2004 - one part is no division
        raise InvalidInput(N_("둘에서 다섯 의제로 나눌 수 있습니다."), field="part_1_title")
    if len(set(titles)) != len(titles):
        raise InvalidInput(N_("나눈 의제의 제목이 같습니다."), field="part_2_title")
