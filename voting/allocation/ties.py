"""Ties are settled by an order that is total and published before the vote; nothing is drawn at counting time."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from voting.allocation.election import Election
from voting.allocation.errors import MalformedRuleError


class TieKey(StrEnum):
    """One criterion of a tie order.

    ``votes``: more voters first; ``cost``: cheaper first; ``lottery``: the published order of a public lottery;
    ``lexico``: the project id compared as a string of code points, as pabutools does.
    """

    VOTES = "votes"
    COST = "cost"
    LOTTERY = "lottery"
    LEXICO = "lexico"


@dataclass(frozen=True, slots=True)
class TieOrder:
    """Criteria in the order in which they are asked.

    Whatever is named, the project id ends the order, so that it is always total. A village names the lottery last.

    Attributes:
        keys: the criteria.
        lottery: project ids in the order drawn; every project must be there when ``keys`` names the lottery.

    Raises:
        MalformedRuleError: a criterion or a drawn id occurs twice.
    """

    keys: tuple[TieKey, ...] = (TieKey.VOTES, TieKey.COST)
    lottery: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(set(self.keys)) != len(self.keys):
            raise MalformedRuleError("a tie order names a criterion twice")
        if len(set(self.lottery)) != len(self.lottery):
            raise MalformedRuleError("the lottery order names a project twice")


def tie_ranks(election: Election, order: TieOrder, votes: Sequence[int]) -> tuple[int, ...]:
    """Return per project its place in the tie order; the smaller place wins.

    Raises:
        MalformedRuleError: the lottery order lacks a project.
    """
    drawn = {project_id: place for place, project_id in enumerate(order.lottery)}
    if TieKey.LOTTERY in order.keys:
        missing = [project.id for project in election.projects if project.id not in drawn]
        if missing:
            raise MalformedRuleError(f"the lottery order lacks the project '{missing[0]}'")

    def key(position: int) -> tuple[int | str, ...]:
        project = election.projects[position]
        values: list[int | str] = []
        for criterion in order.keys:
            match criterion:
                case TieKey.VOTES:
                    values.append(-votes[position])
                case TieKey.COST:
                    values.append(project.cost)
                case TieKey.LOTTERY:
                    values.append(drawn[project.id])
                case TieKey.LEXICO:
                    values.append(project.id)
        return (*values, project.id)

    ranks = [0] * len(election.projects)
    for place, position in enumerate(sorted(range(len(election.projects)), key=key)):
        ranks[position] = place
    return tuple(ranks)
