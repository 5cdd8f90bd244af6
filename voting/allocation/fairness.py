"""How fair a funded list is to the voters: figures for the result page, each of them exact.

Greedy lists can leave large groups with nothing; these figures show it, whatever the rule was.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from voting.allocation.election import Election, Project
from voting.allocation.scores import Support, Utility, require_ballots, support


@dataclass(frozen=True, slots=True)
class Proportion:
    """One category or area: the part of the support that it got, and the part of the money.

    Attributes:
        label: the category or area; "" for projects without one.
        support: share of all votes; a project's votes are divided among its categories.
        money: share of the money granted.
    """

    label: str
    support: Fraction
    money: Fraction


@dataclass(frozen=True, slots=True)
class Deserving:
    """An unfunded project whose supporters deserve more than they got.

    Attributes:
        project_id: the project.
        group: how many of its supporters form the group.
        entitlement: the group's share of the budget.
        best_served: the largest cost of funded projects supported by one of them, plus the project's cost; smaller
            than the entitlement.
    """

    project_id: str
    group: int
    entitlement: Fraction
    best_served: int


@dataclass(frozen=True, slots=True)
class Fairness:
    """The fairness panel.

    Attributes:
        voters: all who took part.
        satisfied: voters with at least one funded project that they support.
        empty_handed: share of voters without one.
        funded_per_voter: average number of funded projects that a voter supports.
        budget_used: share of the budget that was granted.
        gini: inequality of the money share (a project's money divided equally among its supporters, summed per voter):
            0 if all have the same, towards 1 if one has everything.
        categories: support and money per category.
        areas: support and money per area.
        deserving: projects that fail the check for justified representation; empty is good.
    """

    voters: int
    satisfied: int
    empty_handed: Fraction
    funded_per_voter: Fraction
    budget_used: Fraction
    gini: Fraction
    categories: tuple[Proportion, ...]
    areas: tuple[Proportion, ...]
    deserving: tuple[Deserving, ...]


def measure(election: Election, granted: dict[str, int]) -> Fairness:
    """Measure a funded list.

    Args:
        election: with ballots.
        granted: money per funded project id.

    Raises:
        BallotsNeededError: only sums are known; nothing can be said about single voters.
    """
    require_ballots(election)
    backing = support(election, Utility.CARDINALITY)
    money = {election.position(project_id): amount for project_id, amount in granted.items()}
    votes = _votes(election, backing)
    voters = max(1, backing.voters)
    satisfied = in_hand = 0
    for named, count in zip(backing.projects, backing.counts, strict=True):
        number = sum(position in money for position in named)
        satisfied += count if number else 0
        in_hand += count * number
    return Fairness(
        voters=backing.voters,
        satisfied=satisfied,
        empty_handed=Fraction(backing.voters - satisfied, voters),
        funded_per_voter=Fraction(in_hand, voters),
        budget_used=Fraction(sum(money.values()), max(1, election.budget)),
        gini=_gini(backing, _money_shares(backing, money, votes)),
        categories=_proportions(election, votes, money, lambda project: project.categories),
        areas=_proportions(election, votes, money, lambda project: (project.area,) if project.area else ()),
        deserving=deserving_projects(election, set(money)),
    )


def deserving_projects(election: Election, funded: set[int]) -> tuple[Deserving, ...]:
    """Return unfunded projects that a group of voters could have claimed with its own share of the budget.

    The check is in the spirit of EJR+ up to one project (Brill and Peters 2023), for cost utilities: a project fails
    if some group N of its supporters has, for every member i, cost of i's funded projects + cost of the project <
    |N| · budget / voters. The members with the least come first, so one pass per project suffices. Equal Shares with
    cost utilities never fails it.

    Raises:
        BallotsNeededError: only sums are known.
    """
    backing = support(election, Utility.CARDINALITY)
    costs = [project.cost for project in election.projects]
    holdings: dict[int, list[tuple[int, int]]] = {
        position: [] for position in range(len(costs)) if position not in funded
    }
    for named, count in zip(backing.projects, backing.counts, strict=True):
        holding = sum(costs[position] for position in named if position in funded)
        for position in named:
            if position in holdings:
                holdings[position].append((holding, count))
    found = []
    for position, rows in holdings.items():
        group = 0
        claim: Deserving | None = None
        for holding, count in sorted(rows):
            group += count
            if (holding + costs[position]) * backing.voters < group * election.budget:
                claim = Deserving(
                    project_id=election.projects[position].id,
                    group=group,
                    entitlement=Fraction(group * election.budget, backing.voters),
                    best_served=holding + costs[position],
                )
        if claim is not None:
            found.append(claim)
    return tuple(found)


def _votes(election: Election, backing: Support) -> list[int]:
    votes = [0] * len(election.projects)
    for named, count in zip(backing.projects, backing.counts, strict=True):
        for position in named:
            votes[position] += count
    return votes


def _money_shares(backing: Support, money: dict[int, int], votes: Sequence[int]) -> list[int]:
    """Return per distinct ballot the money share of each of its voters, over one common denominator."""
    unit = lcm(*(votes[position] for position in money if votes[position]))
    per_head = {position: amount * unit // votes[position] for position, amount in money.items() if votes[position]}
    return [sum(per_head.get(position, 0) for position in named) for named in backing.projects]


def _gini(backing: Support, shares: Sequence[int]) -> Fraction:
    """Return Σᵢ Σⱼ |xᵢ − xⱼ| / (2 n Σ x), from one pass over the sorted shares."""
    total = sum(share * count for share, count in zip(shares, backing.counts, strict=True))
    if total == 0:
        return Fraction(0)
    below = below_sum = spread = 0
    for share, count in sorted(zip(shares, backing.counts, strict=True)):
        spread += count * (share * below - below_sum)
        below += count
        below_sum += share * count
    return Fraction(spread, below * total)


def _proportions(
    election: Election,
    votes: Sequence[int],
    money: dict[int, int],
    labels_of: Callable[[Project], Sequence[str]],
) -> tuple[Proportion, ...]:
    support_: dict[str, Fraction] = {}
    money_: dict[str, Fraction] = {}
    for position, project in enumerate(election.projects):
        labels = tuple(dict.fromkeys(labels_of(project))) or ("",)
        for label in labels:
            support_[label] = support_.get(label, Fraction(0)) + Fraction(votes[position], len(labels))
            money_[label] = money_.get(label, Fraction(0)) + Fraction(money.get(position, 0), len(labels))
    if set(support_) <= {""}:
        return ()
    all_support, all_money = sum(support_.values()) or 1, sum(money_.values()) or 1
    return tuple(
        Proportion(label=label, support=support_[label] / all_support, money=money_[label] / all_money)
        for label in sorted(support_)
    )
