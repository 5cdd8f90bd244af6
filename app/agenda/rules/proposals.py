"""Rules of the agenda. Pure: no Flask, no database, no clock, no randomness."""

from enum import StrEnum

from app.errors import RuleViolation
from app.i18n import N_


class ProposalState(StrEnum):
    """Where a proposal stands before the plan."""

    DRAFT = "draft"
    GATHERING = "gathering"
    """Proposed; looks for co-signers."""
    ACCEPTED = "accepted"
    """Signed by enough residents (or proposed by a public body): the council must deal with it."""
    PLANNED = "planned"
    """Taken into the village plan as an item."""
    MERGED = "merged"
    SPLIT = "split"
    """Divided into others, which carry on."""
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


STATE_NAMES: dict[ProposalState, str] = {
    ProposalState.DRAFT: N_("쓰는 중"),
    ProposalState.GATHERING: N_("함께할 사람 찾는 중"),
    ProposalState.ACCEPTED: N_("의제로 받음"),
    ProposalState.PLANNED: N_("계획에 담김"),
    ProposalState.MERGED: N_("다른 의제와 합침"),
    ProposalState.SPLIT: N_("여러 의제로 나눔"),
    ProposalState.DECLINED: N_("이번에는 담지 않음"),
    ProposalState.WITHDRAWN: N_("거둠"),
}

MOVES: dict[ProposalState, frozenset[ProposalState]] = {
    ProposalState.DRAFT: frozenset({ProposalState.GATHERING, ProposalState.WITHDRAWN}),
    ProposalState.GATHERING: frozenset(
        {
            ProposalState.ACCEPTED,
            ProposalState.MERGED,
            ProposalState.SPLIT,
            ProposalState.DECLINED,
            ProposalState.WITHDRAWN,
        }
    ),
    ProposalState.ACCEPTED: frozenset(
        {
            ProposalState.PLANNED,
            ProposalState.MERGED,
            ProposalState.SPLIT,
            ProposalState.DECLINED,
            ProposalState.WITHDRAWN,
        }
    ),
    # A plan that is redrafted may give an item back to the agenda.
    ProposalState.PLANNED: frozenset({ProposalState.ACCEPTED}),
    # Taken apart again, it stands where it stood: accepted, or still looking for signers.
    ProposalState.MERGED: frozenset({ProposalState.ACCEPTED, ProposalState.GATHERING}),
    ProposalState.SPLIT: frozenset(),
    ProposalState.DECLINED: frozenset({ProposalState.ACCEPTED}),
    ProposalState.WITHDRAWN: frozenset(),
}
PUBLIC_STATES = frozenset(ProposalState) - {ProposalState.DRAFT}


class Source(StrEnum):
    """How an idea arrived; a village without the internet has the same standing."""

    ONLINE = "online"
    INITIATIVE = "initiative"
    ALLEY_MEETING = "alley_meeting"
    DISCUSSION = "discussion"
    PAPER = "paper"
    VISIT = "visit"
    PUBLIC_BODY = "public_body"


SOURCE_NAMES: dict[Source, str] = {
    Source.ONLINE: N_("온라인"),
    Source.INITIATIVE: N_("주민발의"),
    Source.ALLEY_MEETING: N_("골목회의"),
    Source.DISCUSSION: N_("토론"),
    Source.PAPER: N_("종이"),
    Source.VISIT: N_("방문"),
    Source.PUBLIC_BODY: N_("공공 발의"),
}


class Field(StrEnum):
    """What a proposal is about."""

    CULTURE = "culture"
    ENVIRONMENT = "environment"
    SAFETY = "safety"
    WELFARE = "welfare"
    CHILDREN = "children"
    FACILITIES = "facilities"
    ECONOMY = "economy"
    COMMUNITY = "community"


FIELD_NAMES: dict[Field, str] = {
    Field.CULTURE: N_("문화·축제"),
    Field.ENVIRONMENT: N_("환경·청소"),
    Field.SAFETY: N_("안전·교통"),
    Field.WELFARE: N_("복지·돌봄"),
    Field.CHILDREN: N_("어린이·청소년"),
    Field.FACILITIES: N_("시설·공간"),
    Field.ECONOMY: N_("가게·일자리"),
    Field.COMMUNITY: N_("모임·소식"),
}


class MeetingKind(StrEnum):
    """What a public meeting is for (domain.md §2.2, §2.7)."""

    ALLEY = "alley"
    """About proposals, with those who live in the alley and the offices responsible."""
    LOUNGE = "lounge"
    """A small open talk: 사랑방."""
    FORUM = "forum"
    """The hundred at tables: 100인 토론회."""
    EMPATHY = "empathy"
    """One that listens before it decides: 공감토론회."""


MEETING_NAMES: dict[MeetingKind, str] = {
    MeetingKind.ALLEY: N_("골목회의"),
    MeetingKind.LOUNGE: N_("사랑방"),
    MeetingKind.FORUM: N_("100인 토론회"),
    MeetingKind.EMPATHY: N_("공감토론회"),
}
SOURCE_OF: dict[MeetingKind, Source] = {
    MeetingKind.ALLEY: Source.ALLEY_MEETING,
    MeetingKind.LOUNGE: Source.DISCUSSION,
    MeetingKind.FORUM: Source.DISCUSSION,
    MeetingKind.EMPATHY: Source.DISCUSSION,
}
"""How an agenda that comes out of a meeting arrived."""
FROM_MEETINGS = frozenset(SOURCE_OF.values())

TITLE_MAX = 80
BODY_MAX = 4000


def require_move(state: ProposalState, to: ProposalState) -> None:
    """Refuse a move that the table does not list.

    Raises:
        RuleViolation: the proposal cannot go there from where it is.
    """
    if to not in MOVES[state]:
        raise RuleViolation(N_("이 의제는 지금 그렇게 할 수 없습니다. 그 사이에 상태가 바뀌었을 수 있습니다."))


def is_initiative(signers: int, *, minimum: int) -> bool:
    """Tell whether a proposal has the signers of a resident initiative, the proposer counted (domain.md §2.7)."""
    return signers >= minimum
