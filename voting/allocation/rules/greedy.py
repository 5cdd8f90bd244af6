"""Greedy by votes: most votes (or points, or weighted score) first, pass over what does not fit, go on.

The usual Korean text is "within the envelope, in the order of votes received" (Eunpyeong 2024).
"""

from voting.allocation.conditions import Conditions
from voting.allocation.election import Election
from voting.allocation.outcome import Outcome
from voting.allocation.rules.ranking import RankedList
from voting.allocation.rules.walk import in_order, walk


def greedy(election: Election, ranked: RankedList, conditions: Conditions) -> Outcome:
    """Fund by falling score what still fits."""
    order = in_order(ranked.candidates, ranked.scores, ranked.tie_ranks)
    return walk(election, order, ranked.ledger, conditions)
