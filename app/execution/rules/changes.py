"""Who decides about changing what was promised. Pure: no Flask, no database, no clock, no randomness."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.errors import InvalidInput, RuleViolation
from app.i18n import N_


class ChangeKind(StrEnum):
    """What is to be changed."""

    COST = "cost"
    CONTENT = "content"
    CANCEL = "cancel"


CHANGE_KIND_NAMES: dict[ChangeKind, str] = {
    ChangeKind.COST: N_("돈 바꾸기"),
    ChangeKind.CONTENT: N_("내용 바꾸기"),
    ChangeKind.CANCEL: N_("사업 그만두기"),
}


class Decider(StrEnum):
    """Who decides about a change."""

    STAFF = "staff"
    COUNCIL = "council"
    ASSEMBLY = "assembly"


DECIDER_NAMES: dict[Decider, str] = {
    Decider.STAFF: N_("담당자"),
    Decider.COUNCIL: N_("주민자치회"),
    Decider.ASSEMBLY: N_("주민총회"),
}


class ChangeState(StrEnum):
    """Where a change stands."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"


CHANGE_STATE_NAMES: dict[ChangeState, str] = {
    ChangeState.PROPOSED: N_("결정을 기다림"),
    ChangeState.ACCEPTED: N_("바꾸기로 함"),
    ChangeState.REFUSED: N_("바꾸지 않기로 함"),
}


def decider_of(
    kind: ChangeKind,
    *,
    amount_won: int,
    planned_won: int,
    exceeds: bool,
    council_from: Fraction,
    assembly_from: Fraction,
) -> Decider:
    """Return who decides.

    A change of content or the end of a project is never decided by an office alone: the assembly adopted it, the
    council answers for it. Money goes by how large the change is.

    Args:
        kind: what changes.
        amount_won: by how much, up or down; 0 for content.
        planned_won: what is planned before the change.
        exceeds: whether the plans of the year would be more than the envelope of the assembly.
        council_from: share of the planned money from which the council decides.
        assembly_from: share from which only the assembly decides.
    """
    if kind is ChangeKind.CANCEL:
        return Decider.COUNCIL
    if kind is ChangeKind.CONTENT:
        return Decider.COUNCIL
    share = Fraction(abs(amount_won), planned_won) if planned_won else Fraction(1)
    if share >= assembly_from:
        return Decider.ASSEMBLY
    if exceeds or share >= council_from:
        return Decider.COUNCIL
    return Decider.STAFF


@dataclass(frozen=True)
class Vote:
    """How a body voted on a change."""

    present: int
    in_favour: int
    against: int
    abstained: int


def is_carried(vote: Vote, *, members: int, least_present: int, least_in_favour: int) -> bool:
    """Tell whether a vote carries a change: enough present of all members, enough of those present in favour.

    Args:
        vote: how the body voted.
        members: how many it has.
        least_present: how many must be present for it to decide.
        least_in_favour: how many of those present must be in favour.

    Raises:
        InvalidInput: more votes than people present, more present than members, or something negative.
        RuleViolation: too few are present for the body to decide at all.
    """
    if min(vote.present, vote.in_favour, vote.against, vote.abstained, members) < 0:
        raise InvalidInput(N_("0보다 작은 수는 적을 수 없습니다."), field="present")
    if vote.in_favour + vote.against + vote.abstained != vote.present:
        raise InvalidInput(N_("찬성, 반대, 기권을 더하면 참석한 사람 수와 같아야 합니다."), field="present")
    if vote.present > members:
        raise InvalidInput(N_("참석한 사람이 모두의 수보다 많습니다."), field="present")
    if vote.present < least_present:
        raise RuleViolation(N_("참석한 사람이 모자라 결정할 수 없습니다. 정족수를 확인해 주세요."))
    return vote.in_favour >= least_in_favour
