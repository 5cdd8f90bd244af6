"""Random small elections, and Equal Shares computed straight from its definition. For tests only."""

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from voting.allocation import BallotKind, Election, Project, Rule, Utility, from_ballots
from voting.allocation.scores import tally
from voting.allocation.ties import tie_ranks

KINDS = tuple(BallotKind)


def random_election(
    dice: random.Random,
    *,
    kinds: Sequence[BallotKind] = KINDS,
    most_projects: int = 7,
    most_voters: int = 9,
    most_cost: int = 30,
) -> Election:
    """Return an election full of ties, free projects, unsupported projects, blank ballots and too dear projects."""
    kind = dice.choice(kinds)
    count = dice.randint(1, most_projects)
    lowest = dice.choice((0, 1, 1))
    step = dice.choice((1, 1, 5))
    projects = [
        Project(f"p{number}", step * dice.randint(lowest, most_cost // step), categories=(dice.choice("ab"),))
        for number in range(count)
    ]
    ids = [project.id for project in projects]
    ballots: list[Sequence[str] | Mapping[str, int]] = []
    for _ in range(dice.randint(0, most_voters)):
        longest = 1 if kind is BallotKind.CHOOSE_ONE else count
        named = dice.sample(ids, dice.randint(0, longest))
        if kind.has_points:
            least = -1 if kind is BallotKind.SCORING else 0
            ballots.append({project_id: dice.randint(least, 4) for project_id in named})
        else:
            ballots.append(named)
    budget = dice.randint(0, sum(project.cost for project in projects) + 5)
    return from_ballots(projects, budget, kind, ballots)


def shares_by_definition(election: Election, rule: Rule, endowment: Fraction) -> list[tuple[str, Fraction]]:
    """Return what Equal Shares buys from an endowment, with ρ of each purchase (price per utility).

    Peters, Pierczyński and Skowron 2021, "Proportional Participatory Budgeting with Additive Utilities", section 3:
    every voter i begins with bᵢ. A project c not bought yet is ρ-affordable if Σᵢ min(bᵢ, uᵢ(c)·ρ) = cost(c). While
    some project is ρ-affordable for some ρ, buy one of smallest ρ and let every i pay min(bᵢ, uᵢ(c)·ρ).

    Written without regard to speed: voter by voter, every ρ found by trying all points at which a voter runs dry.
    Beyond the definition: ties go by the rule's order, a project that costs nothing has ρ = 0, and projects that cost
    more than the whole budget are not for sale.
    """
    profile = election.profile
    if profile is None:
        return []
    kind = profile.kind
    utility = rule.utility_for(kind)
    utilities: list[dict[int, Fraction]] = []
    for choices, points, count in zip(profile.choices, profile.points, profile.counts, strict=True):
        row: dict[int, Fraction] = {}
        for place, position in enumerate(choices):
            given = Fraction(points[place]) if kind.has_points else Fraction(1)
            if kind is BallotKind.ORDINAL and utility is Utility.POINTS:
                given = Fraction(len(choices) - 1 - place)
            if given <= 0:
                continue
            if utility is Utility.COST:
                given = Fraction(election.projects[position].cost)
            elif utility is Utility.CARDINALITY:
                given = Fraction(1)
            row[position] = given
        utilities += [row] * count
    ranks = tie_ranks(election, rule.ties, tally(election).votes)
    money = [endowment] * len(utilities)
    waiting = {
        position
        for position, project in enumerate(election.projects)
        if project.cost <= election.budget and any(position in row for row in utilities)
    }
    bought = []
    while True:
        prices = {}
        for position in waiting:
            backers = [(money[voter], row[position]) for voter, row in enumerate(utilities) if position in row]
            rho = _rho(election.projects[position].cost, backers)
            if rho is not None:
                prices[position] = rho
        if not prices:
            return bought
        winner = min(prices, key=lambda position: (prices[position], ranks[position]))
        for voter, row in enumerate(utilities):
            money[voter] -= min(money[voter], row.get(winner, Fraction(0)) * prices[winner])
        waiting.remove(winner)
        bought.append((election.projects[winner].id, prices[winner]))


def _rho(cost: int, backers: Sequence[tuple[Fraction, Fraction]]) -> Fraction | None:
    """Return the smallest ρ with Σ min(money, utility · ρ) = cost, or ``None``."""

    def paid(rho: Fraction) -> Fraction:
        return sum((min(money, utility * rho) for money, utility in backers), Fraction(0))

    if cost == 0:
        return Fraction(0)
    points = sorted({Fraction(0), *(money / utility for money, utility in backers)})
    for low, high in pairwise(points):
        if paid(low) < cost <= paid(high):
            # Between two such points the sum is linear.
            return low + (high - low) * (cost - paid(low)) / (paid(high) - paid(low))
    return None
