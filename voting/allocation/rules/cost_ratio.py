"""Greedy by votes per won: many votes for little money come first."""

from fractions import Fraction

from voting.allocation.conditions import Conditions
from voting.allocation.election import Election
from voting.allocation.outcome import Outcome
from voting.allocation.rules.ranking import RankedList
from voting.allocation.rules.walk import in_order, walk


def greedy_cost_ratio(election: Election, ranked: RankedList, conditions: Conditions) -> Outcome:
    """Fund by falling score per unit of cost what still fits; what costs nothing comes first."""
    free = [position for position in ranked.candidates if election.projects[position].cost == 0]
    priced = [position for position in ranked.candidates if election.projects[position].cost > 0]
    ratios = [
        score / project.cost if project.cost else Fraction(0)
        for score, project in zip(ranked.scores, election.projects, strict=True)
    ]
    order = [
        *in_order(free, ranked.scores, ranked.tie_ranks),
        *in_order(priced, ratios, ranked.tie_ranks),
    ]
    return walk(election, order, ranked.ledger, conditions)
