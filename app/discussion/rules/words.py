"""Rules of arguments, comments and their moderation. Pure: no Flask, no database, no clock, no randomness."""

from collections.abc import Mapping
from enum import StrEnum

from app.agenda.rules import ProposalState
from app.errors import InvalidInput, RuleViolation
from app.i18n import N_

ARGUMENT_MAX = 140
"""One thought, as long as a statement (deliberation.md §4.2, 4 and 9)."""
COMMENT_MAX = 1_000
MOST_MENTIONS = 3
"""How many people one comment may call."""
MENTIONS_A_DAY = 5
"""How often a day one person is told that somebody called them; more calls stay readable but ring no bell."""
OPEN_STATES = frozenset({ProposalState.GATHERING, ProposalState.ACCEPTED, ProposalState.PLANNED})
"""Where an agenda still takes new words; what was said stays readable in every public state."""


class Side(StrEnum):
    """The column in which an argument stands."""

    FOR = "for"
    FACT = "fact"
    WORRY = "worry"


SIDE_NAMES: dict[Side, str] = {Side.FOR: N_("좋은 점"), Side.FACT: N_("사실과 질문"), Side.WORRY: N_("걱정되는 점")}


class Kind(StrEnum):
    """What can be reported and moderated."""

    ARGUMENT = "argument"
    COMMENT = "comment"


KIND_NAMES: dict[Kind, str] = {Kind.ARGUMENT: N_("생각"), Kind.COMMENT: N_("댓글")}


class Reason(StrEnum):
    """Why a text may be hidden; the whole list is published, and no other reason counts."""

    INSULT = "insult"
    PRIVATE = "private"
    ADVERT = "advert"
    OFF_TOPIC = "off_topic"
    REPEATED = "repeated"
    UNLAWFUL = "unlawful"


REASON_NAMES: dict[Reason, str] = {
    Reason.INSULT: N_("사람을 욕하거나 깎아내림"),
    Reason.PRIVATE: N_("다른 사람의 개인정보가 있음"),
    Reason.ADVERT: N_("광고나 장사"),
    Reason.OFF_TOPIC: N_("이 의제와 상관없음"),
    Reason.REPEATED: N_("같은 말을 되풀이함"),
    Reason.UNLAWFUL: N_("법에 어긋남(선거운동, 명예훼손 따위)"),
}


class Verdict(StrEnum):
    """What a moderator decided."""

    HIDE = "hide"
    RESTORE = "restore"
    DISMISS = "dismiss"


VERDICT_NAMES: dict[Verdict, str] = {
    Verdict.HIDE: N_("가림"),
    Verdict.RESTORE: N_("다시 보임"),
    Verdict.DISMISS: N_("그대로 둠"),
}


def require_open(state: ProposalState) -> None:
    """Refuse new words where an agenda is over.

    Raises:
        RuleViolation: it was merged, declined or withdrawn, or is still a draft.
    """
    if state not in OPEN_STATES:
        raise RuleViolation(N_("이 의제에는 이제 새 글을 쓸 수 없습니다. 쓰인 글은 그대로 읽을 수 있습니다."))


def require_verdict(verdict: Verdict, *, hidden: bool, reason: Reason | None) -> None:
    """Refuse a decision that makes no sense for a text as it is now.

    Raises:
        RuleViolation: hide what is hidden, restore or leave what is not what one thinks it is.
        InvalidInput: hide without a published reason.
    """
    if (verdict is Verdict.RESTORE) is not hidden:
        raise RuleViolation(N_("그 사이에 다른 사람이 이 글을 먼저 살폈습니다."))
    if verdict is Verdict.HIDE and reason is None:
        raise InvalidInput(N_("까닭을 골라 주세요."), field="reason")


def called_in(text: str, names: Mapping[str, int]) -> list[int]:
    """Return whom a text calls with ``@name``, in the order of the text, nobody twice, at most `MOST_MENTIONS`.

    Only people who take part in the same discussion can be called, so that nobody is pulled into a quarrel. Names may
    hold spaces; the longest name that fits is meant (``@한빛동 주민`` is not ``@한빛동``).

    Args:
        text: the comment.
        names: the public names of those who take part, with their ids.
    """
    found: list[int] = []
    by_length = sorted(names, key=len, reverse=True)
    for part in text.split("@")[1:]:
        person = next((names[name] for name in by_length if part.startswith(name)), None)
        if person is not None and person not in found:
            found.append(person)
    return found[:MOST_MENTIONS]
