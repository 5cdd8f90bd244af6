"""Rules of meetings: who is needed, who votes, what is decided. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.council.rules.parts import Part
from app.errors import InvalidInput, RuleViolation
from app.i18n import N_


class MeetingKind(StrEnum):
    """Which meeting it is."""

    REGULAR = "regular"
    EXTRAORDINARY = "extraordinary"
    COMMITTEE = "committee"


MEETING_KIND_NAMES: dict[MeetingKind, str] = {
    MeetingKind.REGULAR: N_("정기회의"),
    MeetingKind.EXTRAORDINARY: N_("임시회의"),
    MeetingKind.COMMITTEE: N_("분과회의"),
}


class MeetingState(StrEnum):
    """Where a meeting stands."""

    CALLED = "called"
    IN_SESSION = "in_session"
    CLOSED = "closed"
    MINUTED = "minuted"
    FAILED = "failed"
    """Too few came."""
    CANCELLED = "cancelled"


MEETING_MOVES: dict[MeetingState, frozenset[MeetingState]] = {
    MeetingState.CALLED: frozenset({MeetingState.IN_SESSION, MeetingState.FAILED, MeetingState.CANCELLED}),
    MeetingState.IN_SESSION: frozenset({MeetingState.CLOSED}),
    MeetingState.CLOSED: frozenset({MeetingState.MINUTED}),
    MeetingState.MINUTED: frozenset(),
    MeetingState.FAILED: frozenset(),
    MeetingState.CANCELLED: frozenset(),
}

MEETING_STATE_NAMES: dict[MeetingState, str] = {
    MeetingState.CALLED: N_("열릴 예정"),
    MeetingState.IN_SESSION: N_("회의 중"),
    MeetingState.CLOSED: N_("회의록 쓸 차례"),
    MeetingState.MINUTED: N_("회의록 공개"),
    MeetingState.FAILED: N_("모자라 열지 못함"),
    MeetingState.CANCELLED: N_("취소함"),
}


class ItemKind(StrEnum):
    """What is done with an item of the agenda."""

    REPORT = "report"
    DISCUSSION = "discussion"
    DECISION = "decision"
    DISMISSAL = "dismissal"


ITEM_KIND_NAMES: dict[ItemKind, str] = {
    ItemKind.REPORT: N_("보고"),
    ItemKind.DISCUSSION: N_("논의"),
    ItemKind.DECISION: N_("의결"),
    ItemKind.DISMISSAL: N_("해촉"),
}
DECIDED_BY_VOTE = frozenset({ItemKind.DECISION, ItemKind.DISMISSAL})


class Method(StrEnum):
    """How a vote was taken."""

    HANDS = "hands"
    SECRET = "secret"  # noqa: S105 - a way of voting
    CONSENT = "consent"


METHOD_NAMES: dict[Method, str] = {
    Method.HANDS: N_("손을 들어"),
    Method.SECRET: N_("비밀 투표"),
    Method.CONSENT: N_("이의 없음"),
}


class Outcome(StrEnum):
    """What came of an item."""

    ADOPTED = "adopted"
    REJECTED = "rejected"
    DEFERRED = "deferred"
    NOTED = "noted"


OUTCOME_NAMES: dict[Outcome, str] = {
    Outcome.ADOPTED: N_("가결"),
    Outcome.REJECTED: N_("부결"),
    Outcome.DEFERRED: N_("다음으로 미룸"),
    Outcome.NOTED: N_("듣고 나눔"),
}


class RecusalKind(StrEnum):
    """Why a member does not decide on an item (순천시 조례 제22조의2)."""

    EXCLUSION = "exclusion"
    CHALLENGE = "challenge"
    WITHDRAWAL = "withdrawal"


RECUSAL_KIND_NAMES: dict[RecusalKind, str] = {
    RecusalKind.EXCLUSION: N_("제척(법으로 빠짐)"),
    RecusalKind.CHALLENGE: N_("기피(다른 사람의 청)"),
    RecusalKind.WITHDRAWAL: N_("회피(스스로 빠짐)"),
}


@dataclass(frozen=True)
class Quorum:
    """How many members there are, how many must come, how many are there."""

    members: int
    needed: int
    present: int

    @property
    def is_met(self) -> bool:
        """Whether the meeting may begin."""
        return self.members > 0 and self.present >= self.needed


@dataclass(frozen=True)
class Vote:
    """The counted votes of an item."""

    yes: int
    no: int
    abstained: int

    @property
    def total(self) -> int:
        """All who answered."""
        return self.yes + self.no + self.abstained


def quorum_of(*, members: int, present: int, threshold: Part) -> Quorum:
    """Return how many members must be there, and whether they are. Only those with a vote are counted."""
    return Quorum(members, threshold.least(members), present)


def require_meeting_move(now: MeetingState, new: MeetingState) -> None:
    """Refuse a step of a meeting that the table does not have.

    Raises:
        RuleViolation: it is not in the table.
    """
    if new not in MEETING_MOVES[now]:
        raise RuleViolation(N_("지금 상태(%(state)s)에서는 할 수 없습니다."), state=MEETING_STATE_NAMES[now])


def require_quorum(quorum: Quorum) -> None:
    """Refuse to open a meeting, or to decide in it, with too few members.

    Raises:
        RuleViolation: naming how many are there and how many are needed.
    """
    if not quorum.is_met:
        raise RuleViolation(
            N_("위원 %(members)s명 가운데 %(present)s명이 있습니다. %(needed)s명이 되어야 합니다."),
            members=quorum.members,
            present=quorum.present,
            needed=quorum.needed,
        )


def decide(vote: Vote, *, voters: int, threshold: Part, whole: int | None = None) -> Outcome:
    """Return what a vote decided.

    Args:
        vote: the counts.
        voters: the members present who may vote on this item (without those recused).
        threshold: how large a part must say yes.
        whole: of what that part is taken: of those present (None: ``voters``), or of all members for a dismissal.

    Raises:
        InvalidInput: the counts do not add up to the voters.
    """
    if min(vote.yes, vote.no, vote.abstained) < 0 or vote.total != voters:
        raise InvalidInput(
            N_("찬성·반대·기권을 더하면 %(total)s명인데, 이 안건에 투표할 위원은 %(voters)s명입니다."),
            field="yes",
            total=vote.total,
            voters=voters,
        )
    return Outcome.ADOPTED if threshold.is_met(vote.yes, voters if whole is None else whole) else Outcome.REJECTED


def require_agenda(titles: Sequence[str]) -> None:
    """Refuse a meeting about nothing, or with the same item twice.

    Raises:
        InvalidInput: no item, or two with the same words.
    """
    if not titles:
        raise InvalidInput(N_("안건을 하나 이상 적어 주세요."), field="items")
    if len(set(titles)) != len(titles):
        raise InvalidInput(N_("같은 안건이 두 번 있습니다."), field="items")
