"""Drawing up the list that a rule starts from: figures, refusals known beforehand, tie order."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from voting.allocation.conditions import unsupported
from voting.allocation.election import Election
from voting.allocation.rule import Rule
from voting.allocation.rules.combination import combined_scores
from voting.allocation.rules.ledger import Ledger
from voting.allocation.rules.majority import rejected
from voting.allocation.scores import Tally, tally
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
    """

    tally: Tally
    scores: Sequence[Fraction]
    tie_ranks: Sequence[int]
    candidates: tuple[int, ...]
    ledger: Ledger


def draw_up(election: Election, rule: Rule) -> RankedList:
    """Count, combine, and refuse what cannot win: no majority, no support, below the threshold or the floor.

    Raises:
        MalformedRuleError: the ranking or the lottery order is unusable.
        MissingScoresError: a majority question or a score is missing.
    """
    figures = tally(election, rule.ranking_in_force)
    scores = combined_scores(election, figures.scores, rule.combination) if rule.combination else figures.scores
    refused = unsupported(election, Tally(votes=figures.votes, scores=scores), rule.conditions)
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
    )
