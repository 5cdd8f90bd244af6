"""The ledger of a count: every rule writes its decisions here, so that no project stays without a reason."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from voting.allocation.conditions import Refusal
from voting.allocation.election import Election
from voting.allocation.outcome import Comparison, Decision, Outcome, Reason, SharesRun


class Ledger:
    """Collects decisions.

    Args:
        election: the projects.
        votes: supporters per project.
        scores: what projects are ranked by.
    """

    def __init__(self, election: Election, votes: Sequence[int], scores: Sequence[Fraction]) -> None:
        self._election = election
        self._votes = votes
        self._scores = scores
        self._decisions: dict[int, Decision] = {}
        self._funded: list[int] = []
        self._ids: dict[tuple[int, ...], tuple[str, ...]] = {}

    def fund(
        self, position: int, reason: Reason, amount: int | None = None, money_left: Fraction | int | None = None
    ) -> None:
        """Write down that a project gets ``amount``, by default its cost."""
        granted = self._election.projects[position].cost if amount is None else amount
        self._funded.append(position)
        self._write(position, reason, granted, money_left, ())

    def refuse(self, position: int, refusal: Refusal, money_left: Fraction | int | None = None) -> None:
        """Write down that a project gets nothing; a later `fund` overrules it."""
        self._write(position, refusal.reason, 0, money_left, refusal.because)

    def refuse_all(self, refused: Mapping[int, Refusal]) -> None:
        """Write down several refusals."""
        for position, refusal in refused.items():
            self.refuse(position, refusal)

    def outcome(self, *, run: SharesRun | None = None, comparison: Comparison | None = None) -> Outcome:
        """Close the ledger."""
        projects = self._election.projects
        total = sum(self._decisions[position].granted for position in self._funded)
        return Outcome(
            funded=tuple(projects[position].id for position in self._funded),
            total_cost=total,
            unspent=self._election.budget - total,
            decisions={project.id: self._decisions[position] for position, project in enumerate(projects)},
            run=run,
            comparison=comparison,
        )

    def _write(
        self, position: int, reason: Reason, granted: int, money_left: Fraction | int | None, because: Sequence[int]
    ) -> None:
        named = tuple(because)
        if named not in self._ids:
            # One list of winners stands in the way of many.
            self._ids[named] = tuple(self._election.projects[other].id for other in named)
        self._decisions[position] = Decision(
            reason=reason,
            votes=self._votes[position],
            score=self._scores[position],
            granted=granted,
            money_left=None if money_left is None else Fraction(money_left),
            because=self._ids[named],
        )
