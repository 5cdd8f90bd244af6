"""Rules of dismissing a member (해촉). Pure."""

from enum import StrEnum

from app.council.rules.parts import Part
from app.errors import RuleViolation
from app.i18n import N_


class Grounds(StrEnum):
    """For what a dismissal may be proposed (ordinances of 성동구, 대덕구, 순천시)."""

    ABUSE = "abuse"
    NEGLECT = "neglect"
    SELF_INTEREST = "self_interest"
    PARTIALITY = "partiality"


GROUNDS_NAMES: dict[Grounds, str] = {
    Grounds.ABUSE: N_("권한을 함부로 씀"),
    Grounds.NEGLECT: N_("맡은 일을 하지 않음"),
    Grounds.SELF_INTEREST: N_("자기 이익을 꾀함"),
    Grounds.PARTIALITY: N_("정치적 중립을 어김"),
}


class ProposedBy(StrEnum):
    """Who proposes."""

    MEMBERS = "members"
    RESIDENTS = "residents"


PROPOSED_BY_NAMES: dict[ProposedBy, str] = {ProposedBy.MEMBERS: N_("위원"), ProposedBy.RESIDENTS: N_("주민")}


class MotionState(StrEnum):
    """Where a motion stands."""

    GATHERING = "gathering"
    PROPOSED = "proposed"
    """Enough have signed: it goes before a meeting."""
    ADOPTED = "adopted"
    """The council asks the head to dismiss."""
    REJECTED = "rejected"
    DISMISSED = "dismissed"
    """The head has dismissed."""
    REFUSED = "refused"
    """The head did not follow."""
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


MOTION_MOVES: dict[MotionState, frozenset[MotionState]] = {
    MotionState.GATHERING: frozenset({MotionState.PROPOSED, MotionState.LAPSED, MotionState.WITHDRAWN}),
    MotionState.PROPOSED: frozenset({MotionState.ADOPTED, MotionState.REJECTED, MotionState.LAPSED}),
    MotionState.ADOPTED: frozenset({MotionState.DISMISSED, MotionState.REFUSED}),
    MotionState.REJECTED: frozenset(),
    MotionState.DISMISSED: frozenset(),
    MotionState.REFUSED: frozenset(),
    MotionState.LAPSED: frozenset(),
    MotionState.WITHDRAWN: frozenset(),
}

MOTION_STATE_NAMES: dict[MotionState, str] = {
    MotionState.GATHERING: N_("함께할 사람을 모으는 중"),
    MotionState.PROPOSED: N_("회의에 올라감"),
    MotionState.ADOPTED: N_("해촉을 요구함"),
    MotionState.REJECTED: N_("부결"),
    MotionState.DISMISSED: N_("해촉됨"),
    MotionState.REFUSED: N_("해촉하지 않음"),
    MotionState.LAPSED: N_("기한이 지남"),
    MotionState.WITHDRAWN: N_("거둠"),
}
PENDING = frozenset({MotionState.GATHERING, MotionState.PROPOSED, MotionState.ADOPTED})


def require_motion_move(now: MotionState, new: MotionState) -> None:
    """Refuse a step of a motion that the table does not have.

    Raises:
        RuleViolation: it is not in the table.
    """
    if new not in MOTION_MOVES[now]:
        raise RuleViolation(N_("지금 상태(%(state)s)에서는 할 수 없습니다."), state=MOTION_STATE_NAMES[now])


def signers_needed(by: ProposedBy, *, members: int, share: Part, residents: int) -> int:
    """Return how many must sign before a motion goes before a meeting.

    Raises:
        RuleViolation: residents cannot propose here (the ordinance has no such rule).
    """
    if by is ProposedBy.MEMBERS:
        return share.least(members)
    if residents == 0:
        raise RuleViolation(N_("이곳의 조례에는 주민이 해촉을 제안하는 길이 없습니다."))
    return residents
