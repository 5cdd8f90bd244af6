"""Rules of objections to a decision about a grant: who has one, what a new decision may say. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from app.assembly.objections.rules import Finding
from app.errors import InvalidInput, RuleViolation
from app.i18n import N_
from app.small_groups.rules.applications import Ruling, State
from app.small_groups.rules.rounds import REASON_LEAST, Left

OBJECTABLE = frozenset({State.INELIGIBLE, State.REFUSED, State.GRANTED})
"""States in which something may have been denied; a grant only where it is less than was asked for."""
ANSWERS: dict[Finding, str] = {
    Finding.UPHELD: N_("받아들임(주민자치회가 다시 정합니다)"),
    Finding.DISMISSED: N_("받아들이지 않음"),
}
"""How an objection is answered. There is no half: whether, and how much, is for the council to decide anew."""


class Standing(StrEnum):
    """Where an objection stands; follows from what has been written down."""

    WAITING = "waiting"
    UPHELD = "upheld"
    """The council is to decide anew."""
    DECIDED = "decided"
    DISMISSED = "dismissed"
    LAPSED = "lapsed"
    """What it was about is over: the grant was given up, or nobody is left to ask for it."""


STANDING_NAMES: dict[Standing, str] = {
    Standing.WAITING: N_("답을 기다림"),
    Standing.UPHELD: N_("받아들여 다시 심의함"),
    Standing.DECIDED: N_("받아들여 다시 정함"),
    Standing.DISMISSED: N_("받아들이지 않음"),
    Standing.LAPSED: N_("모임이 그만두어 끝남"),
}
OPEN = frozenset({Standing.WAITING, Standing.UPHELD})


def standing_of(finding: Finding | None, *, is_decided: bool, is_lapsed: bool) -> Standing:
    """Return where an objection stands."""
    if is_lapsed:
        return Standing.LAPSED
    if finding is None:
        return Standing.WAITING
    if finding is Finding.DISMISSED:
        return Standing.DISMISSED
    return Standing.DECIDED if is_decided else Standing.UPHELD


@dataclass(frozen=True)
class Denied:
    """What a group may object to: where its application stands, and what it got of what it asked for."""

    state: State
    asked_won: int
    granted_won: int

    @property
    def is_something(self) -> bool:
        """Whether anything was denied."""
        if self.state is State.GRANTED:
            return self.granted_won < self.asked_won
        return self.state in OBJECTABLE


def require_objectable(denied: Denied, *, has_objected: bool) -> None:
    """Refuse an objection to what was not denied, and a second one: there is one round of it.

    Raises:
        RuleViolation: naming which of the two.
    """
    if has_objected:
        raise RuleViolation(N_("이 신청에는 이의를 이미 냈습니다. 이의는 한 번 낼 수 있습니다."))
    if not denied.is_something:
        raise RuleViolation(N_("지원하지 않거나 줄이기로 정한 신청에만 이의를 낼 수 있습니다."))


def require_answer(finding: Finding) -> None:
    """Refuse an answer that is none of `ANSWERS`.

    Raises:
        InvalidInput: naming the field.
    """
    if finding not in ANSWERS:
        raise InvalidInput(N_("받아들이는지 골라 주세요."), field="finding")


def require_standing(standing: Standing, wanted: Standing) -> None:
    """Refuse a step for which an objection does not stand right.

    Raises:
        RuleViolation: naming where it stands.
    """
    if standing is not wanted:
        raise RuleViolation(N_("이 이의는 지금 ‘%(standing)s’ 상태입니다."), standing=STANDING_NAMES[standing])


def require_nothing_open(standing: Standing | None) -> None:
    """Refuse to end a grant about which an objection is open.

    Raises:
        RuleViolation: it is so.
    """
    if standing in OPEN:
        raise RuleViolation(N_("모임이 낸 이의가 남아 있습니다. 이의를 먼저 마쳐 주세요."))


def require_new_ruling(
    ruling: Ruling, *, denied: Denied, max_won: int, left: Left, confirmed: int, min_people: int
) -> None:
    """Refuse a new decision that takes away, gives more than there is, or does not say why.

    An objection never makes it worse, and never takes from the others: what they were granted stays theirs.

    Args:
        ruling: what the council decided anew; won for the whole grant, not for what is added.
        denied: what the objection was about.
        max_won: for one group of the round.
        left: what the round has for this application when the grants of all others are taken off.
        confirmed: how many verified residents the group has now.
        min_people: how many it needs.

    Raises:
        InvalidInput: less than before, more than was asked for, or no reason.
        RuleViolation: more than the round has left, for one group more than it supports, or for too few people.
    """
    most = min(denied.asked_won, max_won)
    if ruling.won < denied.granted_won:
        raise InvalidInput(
            N_("이의를 냈다고 지원금을 줄일 수 없습니다. %(won)s원 이상으로 적어 주세요."),
            field="won",
            won=f"{denied.granted_won:,}",
        )
    if ruling.won > most:
        raise InvalidInput(N_("%(most)s원까지 지원할 수 있습니다."), field="won", most=f"{most:,}")
    if len(ruling.reason.strip()) < REASON_LEAST:
        raise InvalidInput(N_("까닭을 한 문장 이상 적어 주세요."), field="reason")
    if ruling.won == denied.granted_won:
        return
    if ruling.won > left.won:
        raise RuleViolation(
            N_("이 지원에서 이 모임에 줄 수 있는 돈은 %(won)s원까지입니다. 다른 모임에 주기로 한 돈은 그대로 둡니다."),
            won=f"{left.won:,}",
        )
    if left.groups < 1:
        raise RuleViolation(N_("이 지원은 정한 수의 모임을 이미 지원합니다."))
    if confirmed < min_people:
        raise RuleViolation(TOO_FEW, n=confirmed, least=min_people)


TOO_FEW = N_("지금 주민으로 확인된 사람이 %(n)s명입니다. %(least)s명 이상이어야 지원할 수 있습니다.")
