"""Everything that can be said about a result, for the result page and for ``python -m voting explain``."""

from dataclasses import dataclass
from fractions import Fraction

from voting.allocation.counting import count
from voting.allocation.election import Election
from voting.allocation.equal_shares.comparison import head_to_head
from voting.allocation.equal_shares.method import EngineName
from voting.allocation.explanation.facts import Account, give_account
from voting.allocation.explanation.what_if import WhatIf, what_ifs
from voting.allocation.fairness import Fairness, measure
from voting.allocation.outcome import Outcome
from voting.allocation.rule import Rule, greedy_counterpart
from voting.allocation.scores import Utility, support


@dataclass(frozen=True, slots=True)
class SideBySide:
    """A result beside the one that the greedy rule would have given under the same conditions.

    Attributes:
        outcome: the greedy result.
        only_here: ids funded by the rule in force only, in order.
        only_greedy: ids funded by the greedy rule only, in order.
        more_here: voters who have more funded projects that they support under the rule in force.
        more_greedy: voters who have more under the greedy rule.
        alike: all others.
        fairness: the greedy result's fairness.
    """

    outcome: Outcome
    only_here: tuple[str, ...]
    only_greedy: tuple[str, ...]
    more_here: int
    more_greedy: int
    alike: int
    fairness: Fairness


@dataclass(frozen=True, slots=True)
class Report:
    """A result, explained.

    Attributes:
        account: the facts about every project, and the replayed run of Equal Shares.
        what_ifs: how far the unfunded projects were from being funded.
        fairness: the fairness panel; ``None`` when only sums are known.
        greedy: side by side with the greedy rule; ``None`` when only sums are known.
    """

    account: Account
    what_ifs: tuple[WhatIf, ...]
    fairness: Fairness | None
    greedy: SideBySide | None


def explain(election: Election, rule: Rule, *, engine: EngineName = EngineName.AUTO) -> Report:
    """Count and explain.

    Raises:
        VotingError: whatever `voting.allocation.count` refuses.
    """
    outcome = count(election, rule, engine=engine)
    account = give_account(election, rule, outcome)
    has_ballots = election.profile is not None
    return Report(
        account=account,
        what_ifs=what_ifs(account),
        fairness=measure(election, granted(outcome)) if has_ballots else None,
        greedy=beside_greedy(election, rule, outcome) if has_ballots else None,
    )


def granted(outcome: Outcome) -> dict[str, int]:
    """Return the money per funded project."""
    return {project_id: outcome.decisions[project_id].granted for project_id in outcome.funded}


def beside_greedy(election: Election, rule: Rule, outcome: Outcome) -> SideBySide:
    """Compare a result with the greedy rule's.

    Raises:
        BallotsNeededError: only sums are known.
    """
    other = count(election, greedy_counterpart(rule))
    backing = support(election, Utility.CARDINALITY)
    here = {election.position(project_id) for project_id in outcome.funded}
    there = {election.position(project_id) for project_id in other.funded}
    more_here, more_greedy, alike = head_to_head(backing, here, there)
    return SideBySide(
        outcome=other,
        only_here=tuple(project_id for project_id in outcome.funded if project_id not in other.funded),
        only_greedy=tuple(project_id for project_id in other.funded if project_id not in outcome.funded),
        more_here=more_here,
        more_greedy=more_greedy,
        alike=alike,
        fairness=measure(election, granted(other)),
    )


def share_of_voter(account: Account, choices: tuple[int, ...]) -> tuple[tuple[str, Fraction], ...]:
    """Return what the share of a voter with these choices paid for, in order of purchase.

    A voter's own page can show this; the ballot never has to leave her device for it, since the trace is public.

    Args:
        account: of a count by Equal Shares.
        choices: positions of the supported projects as in the merged ballots.
    """
    if account.market is None or account.trace is None:
        return ()
    wanted = tuple(sorted(choices))
    for named, paid in zip(account.market.support.projects, account.trace.payments, strict=True):
        if tuple(sorted(named)) == wanted:
            return tuple(
                (account.election.projects[position].id, Fraction(amount, account.trace.unit))
                for position, amount in paid
            )
    return ()
