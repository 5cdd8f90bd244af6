"""Rules of the assembly. Pure: no Flask, no database, no clock, no randomness."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from app.errors import InvalidInput, RuleViolation
from app.i18n import N_
from voting.allocation import Project, Report, Rule, RuleName, TieKey, TieOrder, explain, from_sums
from voting.encoding import JSON


class AssemblyState(StrEnum):
    """Where an assembly stands."""

    PREPARING = "preparing"
    OPEN = "open"
    """Frozen: the ballot, the codes and the rule cannot change any more."""
    CLOSED = "closed"
    COUNTED = "counted"


MOVES: dict[AssemblyState, frozenset[AssemblyState]] = {
    AssemblyState.PREPARING: frozenset({AssemblyState.OPEN}),
    AssemblyState.OPEN: frozenset({AssemblyState.CLOSED}),
    AssemblyState.CLOSED: frozenset({AssemblyState.COUNTED}),
    AssemblyState.COUNTED: frozenset(),
}
STATE_NAMES: dict[AssemblyState, str] = {
    AssemblyState.PREPARING: N_("준비 중"),
    AssemblyState.OPEN: N_("투표 중"),
    AssemblyState.CLOSED: N_("개표 중"),
    AssemblyState.COUNTED: N_("결과 나옴"),
}


def require_move(state: AssemblyState, to: AssemblyState) -> None:
    """Refuse a move that the table does not list.

    Raises:
        RuleViolation: the assembly cannot go there from where it is.
    """
    if to not in MOVES[state]:
        raise RuleViolation(N_("총회를 지금 그렇게 바꿀 수 없습니다."))


def require_times(*, opens_at: datetime, closes_at: datetime, at: datetime, longest_days: int) -> None:
    """Refuse voting times that make no sense.

    Raises:
        InvalidInput: the end before the beginning, in the past, or longer than early voting may last.
    """
    if closes_at <= opens_at:
        raise InvalidInput(N_("투표가 끝나는 때가 시작하는 때보다 앞섭니다."), field="closes_on")
    if closes_at <= at:
        raise InvalidInput(N_("투표가 끝나는 때가 이미 지났습니다."), field="closes_on")
    if (closes_at - opens_at).days > longest_days:
        raise InvalidInput(N_("투표 기간은 %(n)s일을 넘을 수 없습니다."), field="closes_on", n=longest_days)


def least_turnout(share: Fraction, base: int) -> int:
    """Return how many must take part, rounded up (domain.md §2.3: 1000분의 5 of the population by default)."""
    return -((-share.numerator * base) // share.denominator)


@dataclass(frozen=True)
class BallotLine:
    """One item on the ballot, in its fixed order."""

    item_id: int
    number: int
    title: str
    cost_won: int

    @property
    def project_id(self) -> str:
        """The item's name in the election and in every download."""
        return f"item-{self.item_id}"


def bound_facts(lines: list[BallotLine], *, place: str, year: int, envelope_won: int, plan_hash: str, tie_order: list[str],
                opens_at: datetime, closes_at: datetime, least_turnout: int) -> dict[str, JSON]:  # fmt: skip
    """Return what is frozen with the election, under its fingerprint (voting.md §1.3.6)."""
    return {
        "assembly": {
            "place": place,
            "year": year,
            "plan_sha256": plan_hash,
            "envelope_won": envelope_won,
            "rule": "greedy",
            "tie_order": ["votes", "cost", *tie_order],
            "least_turnout": least_turnout,
            "opens_at": opens_at.isoformat(),
            "closes_at": closes_at.isoformat(),
            "items": [{"id": line.project_id, "number": line.number, "cost_won": line.cost_won} for line in lines],
        }
    }


def spend(lines: list[BallotLine], votes: list[int], *, voters: int, envelope_won: int, tie_order: list[str]) -> Report:
    """Apply the frozen rule: most votes first while the envelope lasts; ties by cost, then by the published lot order.

    Args:
        lines: the ballot, in order.
        votes: per line.
        voters: how many ballots counted.
        envelope_won: the money there is.
        tie_order: project ids in the order that was published before the vote.
    """
    projects = [Project(line.project_id, line.cost_won, line.title) for line in lines]
    counted = dict(zip((line.project_id for line in lines), votes, strict=True))
    election = from_sums(projects, envelope_won, counted, voters=voters)
    ties = TieOrder((TieKey.VOTES, TieKey.COST, TieKey.LOTTERY), tuple(tie_order))
    return explain(election, Rule(RuleName.GREEDY, ties=ties))
