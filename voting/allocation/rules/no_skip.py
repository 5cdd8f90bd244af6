"""Greedy without skipping: the first project that exceeds the money left ends the count (Gdynia)."""

from voting.allocation.conditions import Conditions
from voting.allocation.election import Election
from voting.allocation.outcome import Outcome
from voting.allocation.rules.ranking import RankedList
from voting.allocation.rules.walk import in_order, walk


def greedy_no_skip(election: Election, ranked: RankedList, conditions: Conditions) -> Outcome:
    """Fund by falling score until one does not fit."""
    order = in_order(ranked.candidates, ranked.scores, ranked.tie_ranks)
    return walk(election, order, ranked.ledger, conditions, stop_at_first_overflow=True)
