"""Greedy with a threshold: a project needs a minimum score before it is ranked at all (Łódź, Katowice, Warszawa)."""

from voting.allocation.conditions import Conditions
from voting.allocation.election import Election
from voting.allocation.errors import MalformedRuleError
from voting.allocation.outcome import Outcome
from voting.allocation.rules.ranking import RankedList
from voting.allocation.rules.walk import in_order, walk


def greedy_threshold(election: Election, ranked: RankedList, conditions: Conditions) -> Outcome:
    """Fund by falling score, among those that reach the threshold, what still fits.

    Those below the threshold were refused when the list was drawn up; this rule only insists that there is one.

    Raises:
        MalformedRuleError: there is no threshold.
    """
    if conditions.minimum_score is None:
        raise MalformedRuleError("greedy-threshold needs its threshold")
    order = in_order(ranked.candidates, ranked.scores, ranked.tie_ranks)
    return walk(election, order, ranked.ledger, conditions)
