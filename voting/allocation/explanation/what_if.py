"""What a project lacked: the highest cost at which it would have won, and the votes that were missing.

For rules that look at sums the answer is found by counting again, so it is right by construction: these rules never
punish a project for becoming cheaper or more popular, and a binary search is enough. For Equal Shares the deciding run
is taken as it is, every voter's share included: until the project is bought nothing in it changes, so it suffices to ask
in every round at which cost, or with how many more supporters holding a full share, it would have come first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm

from voting.allocation.conditions import Room
from voting.allocation.counting import count
from voting.allocation.election import Election, Profile, Sums
from voting.allocation.equal_shares.completion import fill_up
from voting.allocation.equal_shares.market import Market
from voting.allocation.explanation.facts import Account
from voting.allocation.outcome import Reason, SharesRun
from voting.allocation.rule import Completion, Rule, RuleName
from voting.allocation.scores import Utility
from voting.allocation.ties import tie_ranks

LARGEST = 1_000_000
"""Supports times purchases beyond which Equal Shares is not asked what would have been: it would take too long."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """How far an unfunded project was from being funded, everything else unchanged.

    Attributes:
        project_id: the project.
        winning_cost: the highest cost below its own at which it would have been funded; ``None`` if there is none.
        votes_missing: the fewest further votes (points, where the rule counts points) with which it would have been
            funded at its own cost; for Equal Shares further voters who support nothing else; ``None`` if no number of
            votes helps, or if it cannot be said (points, or a completion that fills up, under Equal Shares).
    """

    project_id: str
    winning_cost: int | None
    votes_missing: int | None


def what_ifs(account: Account) -> tuple[WhatIf, ...]:
    """Return one answer per unfunded project, in the order of the ballot paper."""
    unfunded = [facts for facts in account.facts if not facts.reason.funded]
    if account.outcome.run is not None and account.market is not None:
        size = sum(map(len, account.market.support.projects)) * (1 + len(account.outcome.run.purchases))
        if size > LARGEST or (account.outcome.comparison is not None and account.outcome.comparison.takes_greedy):
            return ()
        book = _SharesBook(account, account.market, account.outcome.run)
        asked = [account.election.position(facts.project_id) for facts in unfunded]
        return tuple(
            book.what_if(position)
            for position, facts in zip(asked, unfunded, strict=True)
            if facts.reason is Reason.SUPPORTERS_SPENT
        )
    if account.rule.pabutools:
        return ()
    return tuple(
        WhatIf(
            facts.project_id,
            winning_cost=_winning_cost(account, facts.project_id, facts.cost),
            votes_missing=_votes_missing(account, facts.project_id),
        )
        for facts in unfunded
        if facts.reason is not Reason.NO_MAJORITY
    )


def _winning_cost(account: Account, project_id: str, cost: int) -> int | None:
    position = account.election.position(project_id)

    def wins(lower: int) -> bool:
        project = replace(account.election.projects[position], cost=lower, least_cost=None)
        projects = (*account.election.projects[:position], project, *account.election.projects[position + 1 :])
        outcome = count(replace(account.election, projects=projects), account.rule)
        return project_id in outcome.funded

    return _largest(wins, 1, cost - 1)


def _votes_missing(account: Account, project_id: str) -> int | None:
    position = account.election.position(project_id)
    more = _with_voters if account.rule.name is RuleName.PHRAGMEN else _with_votes
    best = max(account.ranked.tally.scores, default=Fraction(0))
    most = max(account.election.voters, int(best)) + 1
    if not account.counts_points and account.rule.name is not RuleName.PHRAGMEN:
        most = account.election.voters - account.ranked.tally.votes[position]

    def loses(extra: int) -> bool:
        return project_id not in count(more(account, position, extra), account.rule).funded

    last_loss = _largest(loses, 0, most)
    return None if last_loss is None or last_loss == most else last_loss + 1


def _with_votes(account: Account, position: int, extra: int) -> Election:
    """Give a project more votes, or more points, of people who took part anyway."""
    tally = account.ranked.tally
    votes, scores = list(tally.votes), list(tally.scores)
    scores[position] += extra
    votes[position] = (
        min(account.election.voters, max(1, votes[position])) if account.counts_points else votes[position] + extra
    )
    sums = Sums(votes=tuple(votes), scores=tuple(scores), voters=account.election.voters)
    return replace(account.election, profile=None, sums=sums)


def _with_voters(account: Account, position: int, extra: int) -> Election:
    """Add voters who support this project only."""
    profile = account.election.profile
    if profile is None or extra == 0:
        return account.election
    added = Profile(
        kind=profile.kind,
        choices=(*profile.choices, (position,)),
        points=(*profile.points, (profile.points_scale,) if profile.kind.has_points else ()),
        counts=(*profile.counts, extra),
        points_scale=profile.points_scale,
    )
    return replace(account.election, profile=added)


def _largest(holds: Callable[[int], bool], low: int, high: int) -> int | None:
    """Return the largest number from ``low`` to ``high`` for which something holds that holds up to some point."""
    if low > high or not holds(low):
        return None
    while low < high:
        middle = (low + high + 1) // 2
        if holds(middle):
            low = middle
        else:
            high = middle - 1
    return low


@dataclass(frozen=True, slots=True)
class _Moment:
    """What supporters held before a purchase, and the price per utility that the purchase went for.

    After the last purchase there is no price any more: whatever the supporters can pay is bought.
    """

    money: Sequence[int]
    price: Fraction | None
    winner: int | None


class _SharesBook:
    """Asks a run of Equal Shares, round by round, what would have been enough. Money in whole numbers of 1/unit."""

    def __init__(self, account: Account, market: Market, run: SharesRun) -> None:
        self._account = account
        self._market = market
        self._utility = _utility(account.election, account.rule)
        self._fills = account.rule.completion in {Completion.UTILITARIAN, Completion.ADD1U}
        self._bought = run.bought
        self._unit = lcm(run.endowment.denominator, *(bought.price.denominator for bought in run.purchases))
        self._share = int(run.endowment * self._unit)
        self._backers: dict[int, list[tuple[int, int]]] = {position: [] for position in market.candidates}
        for ballot, (named, values) in enumerate(zip(market.support.projects, market.support.values, strict=True)):
            for position, value in zip(named, values, strict=True):
                if position in self._backers:
                    self._backers[position].append((ballot, value))
        self._moments = self._replay(run)

    def what_if(self, position: int) -> WhatIf:
        """Return how far a project was from being bought in this run."""
        costs = [self._highest_cost(moment, position) for moment in self._moments]
        if self._fills:
            costs.append(_largest(lambda cost: self._is_filled_in(position, cost), 1, self._market.costs[position] - 1))
        votes = None
        if self._utility is not Utility.POINTS and not self._fills:
            votes = min(self._missing(moment, position) for moment in self._moments)
        return WhatIf(
            self._account.election.projects[position].id,
            winning_cost=max((cost for cost in costs if cost is not None), default=None),
            votes_missing=votes,
        )

    def _replay(self, run: SharesRun) -> list[_Moment]:
        money = [self._share] * len(self._market.support.counts)
        moments = []
        for bought in run.purchases:
            if bought.price:
                scale = self._market.support.scales[bought.project]
                moments.append(_Moment(tuple(money), bought.price / scale, bought.project))
            price = int(bought.price * self._unit)
            for ballot, value in self._backers[bought.project]:
                money[ballot] -= min(money[ballot], price * value)
        moments.append(_Moment(tuple(money), None, None))
        return moments

    def _highest_cost(self, moment: _Moment, position: int) -> int | None:
        """Return the highest cost below its own at which the project would have come first at that moment."""
        if moment.price is not None and self._utility is Utility.COST:
            highest = self._break_even(moment, position, moment.price)
        else:
            # The price per value does not depend on the cost, so what supporters would pay at it is the cost.
            excess, scale = self._excess(moment, position, 0)
            highest = excess // (self._unit * scale)
        highest = min(highest, self._market.costs[position] - 1)
        # At break-even prices are equal and the tie order decides; where many costs tie, the cheaper ones come first.
        return _largest(lambda cost: self._wins(moment, position, cost), 1, highest)

    def _break_even(self, moment: _Moment, position: int, price: Fraction) -> int:
        """Return the cost at which a project is as dear as the one bought, under cost utilities, rounded down.

        At cost c everybody would pay at most price · c; the costs at which Σ min(money, price · c) ≥ c form an interval
        from nought, because the left side is concave in c. Its end lies where the payment passes the money of some
        supporter for the last time.
        """
        held = sorted(
            (moment.money[ballot], self._market.support.counts[ballot]) for ballot, _ in self._backers[position]
        )
        dry, liquid = 0, sum(voters for _, voters in held)
        for money, voters in held:
            if price.numerator * (dry + liquid * money) < price.denominator * money:
                break
            dry += money * voters
            liquid -= voters
        return price.denominator * dry // ((price.denominator - price.numerator * liquid) * self._unit)

    def _excess(self, moment: _Moment, position: int, cost: int) -> tuple[int, int]:
        """Return by how much its supporters' payments at the price of that moment exceed ``cost``, and its scale."""
        payment = Fraction(1) if moment.price is None else moment.price * self._unit
        if self._utility is Utility.COST:
            payment *= cost
        held = 0
        for ballot, value in self._backers[position]:
            have = moment.money[ballot] * payment.denominator
            pay = have if moment.price is None else min(have, payment.numerator * value)
            held += pay * self._market.support.counts[ballot]
        return held - cost * self._unit * payment.denominator, payment.denominator

    def _wins(self, moment: _Moment, position: int, cost: int) -> bool:
        excess, _ = self._excess(moment, position, cost)
        return excess > 0 or (excess == 0 and self._wins_tie(moment, position, cost=cost))

    def _wins_tie(self, moment: _Moment, position: int, *, cost: int, more_votes: int = 0) -> bool:
        """Return whether a project whose supporters pay exactly its cost at the price of that moment comes first.

        If all of them run dry below that price the project is the cheaper one; otherwise the prices are equal, and the
        tie order decides, with the new cost and votes.
        """
        if moment.winner is None or moment.price is None:
            return True
        due = moment.price * (cost if self._utility is Utility.COST else 1) * self._unit
        money = [(moment.money[ballot], value) for ballot, value in self._backers[position]]
        if more_votes:
            money.append((self._share, 1))
        if all(have < due * value for have, value in money):
            return True
        votes = list(self._account.ranked.tally.votes)
        votes[position] += more_votes
        ranks = tie_ranks(self._with_cost(position, cost), self._account.rule.ties, votes)
        return ranks[position] < ranks[moment.winner]

    def _with_cost(self, position: int, cost: int) -> Election:
        election = self._account.election
        project = replace(election.projects[position], cost=cost, least_cost=None)
        projects = (*election.projects[:position], project, *election.projects[position + 1 :])
        return replace(election, projects=projects)

    def _missing(self, moment: _Moment, position: int) -> int:
        """Return how many more supporters with a full share would have been enough at that moment."""
        cost = self._market.costs[position]
        excess, scale = self._excess(moment, position, cost)
        each = Fraction(self._share)
        if moment.price is not None:
            worth = cost if self._utility is Utility.COST else 1
            each = min(each, moment.price * worth * self._unit)
        exact = -Fraction(excess, scale) / each
        number = max(1, -(-exact.numerator // exact.denominator))
        if number == exact and not self._wins_tie(moment, position, cost=cost, more_votes=number):
            number += 1
        return number

    def _is_filled_in(self, position: int, cost: int) -> bool:
        """Return whether the completion would add the project at that cost."""
        market = self._market
        cheaper = self._with_cost(position, cost)
        room = Room(cheaper, self._account.rule.conditions, budget=cheaper.budget)
        for bought in self._bought:
            room.take(bought)
        costs = tuple(project.cost for project in cheaper.projects)
        scales = costs if self._utility is Utility.COST else market.support.scales
        ranks = tie_ranks(cheaper, self._account.rule.ties, self._account.ranked.tally.votes)
        other = replace(market, costs=costs, support=replace(market.support, scales=scales), tie_ranks=ranks)
        return any(filled == position for filled, _ in fill_up(other, room))


def _utility(election: Election, rule: Rule) -> Utility:
    profile = election.profile
    return rule.utility or Utility.COST if profile is None else rule.utility_for(profile.kind)
