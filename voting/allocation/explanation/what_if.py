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
from voting.allocation.count import count
from voting.allocation.election import Election, Profile, Sums
from voting.allocation.equal_shares.completion import fill_up
from voting.allocation.equal_shares.market import Market
from voting.allocation.explanation.facts import Account
from voting.allocation.outcome import Reason, SharesRun
from voting.allocation.rule import Completion, Rule, RuleName
from voting.allocation.scores import Utility

LARGEST = 400_000
"""Supports times purchases beyond which Equal Shares is not asked what would have been: it would take minutes."""


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
    """What supporters held before a purchase, and the price per utility that the purchase went for."""

    money: Sequence[int]
    price: Fraction | None
    winner: int | None


class _SharesBook:
    """Asks a run of Equal Shares, round by round, what would have been enough."""

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
        cost = self._market.costs[position]

        def wins(lower: int) -> bool:
            return any(self._excess(moment, position, lower) >= 0 for moment in self._moments) or (
                self._fills and self._is_filled_in(position, lower)
            )

        votes = None
        if self._utility is not Utility.POINTS and not self._fills:
            votes = min((self._missing(moment, position) for moment in self._moments), default=None)
        return WhatIf(self._account.election.projects[position].id, _largest(wins, 1, cost - 1), votes)

    def _is_filled_in(self, position: int, cost: int) -> bool:
        """Return whether the completion would add the project at that cost."""
        election, market = self._account.election, self._market
        project = replace(election.projects[position], cost=cost, least_cost=None)
        projects = (*election.projects[:position], project, *election.projects[position + 1 :])
        room = Room(replace(election, projects=projects), self._account.rule.conditions, budget=election.budget)
        for bought in self._bought:
            room.take(bought)
        costs = (*market.costs[:position], cost, *market.costs[position + 1 :])
        return any(filled == position for filled, _ in fill_up(replace(market, costs=costs), room))

    def _replay(self, run: SharesRun) -> list[_Moment]:
        money = [self._share] * len(self._market.support.counts)
        moments = []
        for bought in run.purchases:
            scale = self._market.support.scales[bought.project]
            if bought.price:
                moments.append(_Moment(tuple(money), bought.price / scale, bought.project))
            price = int(bought.price * self._unit)
            for ballot, value in self._backers[bought.project]:
                money[ballot] -= min(money[ballot], price * value)
        moments.append(_Moment(tuple(money), None, None))
        return moments

    def _payment(self, moment: _Moment, position: int, cost: int) -> Fraction | None:
        """Return the payment per value at which the project would just not be dearer than the one bought."""
        if moment.price is None:
            return None
        scale = cost if self._utility is Utility.COST else 1
        return moment.price * scale * self._unit

    def _excess(self, moment: _Moment, position: int, cost: int) -> Fraction:
        """Return how much more than ``cost`` its supporters would pay at that price; negative if it loses."""
        payment = self._payment(moment, position, cost)
        held = Fraction(0)
        for ballot, value in self._backers[position]:
            have = moment.money[ballot]
            held += (have if payment is None else min(Fraction(have), payment * value)) * self._market.support.counts[
                ballot
            ]
        excess = held - cost * self._unit
        # An equal price wins only if the tie order says so.
        if excess == 0 and moment.winner is not None:
            ranks = self._market.tie_ranks
            return excess if ranks[position] < ranks[moment.winner] else Fraction(-1)
        return excess

    def _missing(self, moment: _Moment, position: int) -> int:
        cost = self._market.costs[position]
        payment = self._payment(moment, position, cost)
        each = Fraction(self._share) if payment is None else min(Fraction(self._share), payment)
        lacking = -self._excess(moment, position, cost)
        whole = lacking / each
        number = -(-whole.numerator // whole.denominator)
        return max(1, int(number))


def _utility(election: Election, rule: Rule) -> Utility:
    profile = election.profile
    return rule.utility or Utility.COST if profile is None else rule.utility_for(profile.kind)
