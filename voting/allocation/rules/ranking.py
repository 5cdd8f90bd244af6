"""Drawing up the list that a rule starts from: figures, refusals known beforehand, tie order."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from voting.allocation.conditions import unsupported
from voting.allocation.election import Election
from voting.allocation.rule import Rule, RuleName
from voting.allocation.rules.combination import combined_scores
from voting.allocation.rules.ledger import Ledger
from voting.allocation.rules.majority import rejected
from voting.allocation.scores import Support, Tally, Utility, require_ballots, tally, tally_and_support
from voting.allocation.ties import tie_ranks


@dataclass(frozen=True, slots=True)
class RankedList:
    """What a rule starts from.

    Attributes:
        tally: votes and scores of the vote itself.
        scores: what projects are ranked by: the score, or the weighted combination.
        tie_ranks: per project its place in the tie order.
        candidates: positions of the projects that were not refused beforehand.
        ledger: holds the refusals; the rule goes on writing here.
        support: who supports what, for rules that look at ballots.
    """

    tally: Tally
    scores: Sequence[Fraction]
    tie_ranks: Sequence[int]
    candidates: tuple[int, ...]
    ledger: Ledger
    support: Support | None = None


def draw_up(election: Election, rule: Rule) -> RankedList:
    """Count, combine, and refuse what cannot win: no majority, no support, below the threshold or the floor.

    Raises:
        BallotsNeededError: the rule looks at ballots, and only sums are known.
        MalformedRuleError: the ranking or the lottery order is unusable.
        MissingScoresError: a majority question or a score is missing.
    """
    backing: Support | None = None
    if rule.name.needs_ballots:
        figures, backing = tally_and_support(election, _utility(election, rule), rule.ranking_in_force)
    else:
        figures = tally(election, rule.ranking_in_force)
    scores = combined_scores(election, figures.scores, rule.combination) if rule.combination else figures.scores
    ranked_by = Tally(votes=figures.votes, scores=scores)
    refused = unsupported(election, ranked_by, rule.conditions, _backed(ranked_by, backing))
    if rule.majority is not None:
        # The majority comes first in time, so it is also the reason given.
        refused = {**refused, **rejected(election, rule.majority)}
    ledger = Ledger(election, figures.votes, scores)
    ledger.refuse_all(refused)
    return RankedList(
        tally=figures,
        scores=scores,
        tie_ranks=tie_ranks(election, rule.ties, figures.votes),
        candidates=tuple(position for position in range(len(election.projects)) if position not in refused),
        ledger=ledger,
        support=backing,
    )


def _utility(election: Election, rule: Rule) -> Utility:
    if rule.name is RuleName.EQUAL_SHARES:
        return rule.utility_for(require_ballots(election).kind)
    return Utility.CARDINALITY


def _backed(ranked_by: Tally, backing: Support | None) -> frozenset[int]:
    """Return the projects that have support in the sense of the rule.

    Rules that look at ballots ask whether somebody supports a project; what the ranks or the points of all voters sum
    up to is nothing to them. Last on every ordinal ballot that names it, a project has no Borda point but supporters.
    """
    if backing is not None:
        return backing.supported
    return frozenset(
        position
        for position, (votes, score) in enumerate(zip(ranked_by.votes, ranked_by.scores, strict=True))
        if votes > 0 and score > 0
    )
