"""Equal Shares in plain Python: the engine to read. Integers only, no library, no rounding anywhere.

Voters who have the same money left share a *purse*; a purse holds a whole number of units, and all purses use the same
unit, 1/``unit`` of the smallest coin. A purchase makes the unit finer where it must.
"""

from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import gcd, lcm

from voting.allocation.equal_shares.market import Market
from voting.allocation.outcome import Purchase, SharesRun

_EMPTY = 0
"""The purse of everybody who has nothing left."""


class ExactEngine:
    """The reference engine.

    Args:
        market: who supports what.
    """

    def __init__(self, market: Market) -> None:
        self._market = market
        self._supporters: dict[int, list[tuple[int, int, int]]] = {position: [] for position in market.priced}
        support = market.support
        for ballot, (named, values, count) in enumerate(
            zip(support.projects, support.values, support.counts, strict=True)
        ):
            for position, value in zip(named, values, strict=True):
                if position in self._supporters:
                    self._supporters[position].append((ballot, value, count))

    def run(self, endowment: Fraction) -> SharesRun:
        """Buy project after project until nobody can afford one."""
        return _Run(self._market, self._supporters, endowment).run()


class _Run:
    def __init__(self, market: Market, supporters: dict[int, list[tuple[int, int, int]]], endowment: Fraction) -> None:
        self._market = market
        self._supporters = supporters
        self._endowment = endowment
        self._unit = endowment.denominator
        self._purses = [0, endowment.numerator]
        self._purse_of = [1] * len(market.support.counts)

    def run(self) -> SharesRun:
        market = self._market
        room = market.new_room() if market.new_room is not None else None
        purchases: list[Purchase] = []
        unaffordable: list[int] = []
        for position in market.free:
            if room is None or room.refusal(position) is None:
                purchases.append(Purchase(position, Fraction(0)))
                if room is not None:
                    room.take(position)
        # A price never falls while money is spent, so an old price is a lower bound of today's: projects are looked
        # at in the order of their bounds, until the next bound exceeds the best price found.
        bounds = [(self._bound(position), position) for position in market.priced]
        heapify(bounds)
        while True:
            best: tuple[Fraction, int, int, Fraction] | None = None
            looked_at: list[tuple[Fraction, int]] = []
            while bounds and (best is None or bounds[0][0] <= best[0]):
                _, position = heappop(bounds)
                if room is not None and room.refusal(position) is not None:
                    continue
                price = self._price(position)
                if price is None:
                    unaffordable.append(position)
                    continue
                per_utility = price / market.support.scales[position]
                looked_at.append((per_utility, position))
                candidate = (per_utility, market.tie_ranks[position], position, price)
                best = candidate if best is None or candidate < best else best
            if best is None:
                break
            _, _, position, price = best
            purchases.append(Purchase(position, price))
            self._pay(position, price)
            if room is not None:
                room.take(position)
            for entry in looked_at:
                if entry[1] != position:
                    heappush(bounds, entry)
        return SharesRun(
            endowment=self._endowment,
            purchases=tuple(purchases),
            unaffordable=tuple(
                sorted(position for position in unaffordable if room is None or room.refusal(position) is None)
            ),
        )

    def _bound(self, position: int) -> Fraction:
        """Return the price per utility if every supporter could pay in full."""
        total = sum(value * count for _, value, count in self._supporters[position])
        return Fraction(self._market.costs[position], total * self._market.support.scales[position])

    def _price(self, position: int) -> Fraction | None:
        """Return the exact price per unit of value, or ``None`` when the supporters cannot pay.

        The price p solves Σ min(money, p · value) = cost. Supporters are asked in the order in which they run dry:
        as soon as the rest can pay the remaining cost in proportion to their values, p is found.
        """
        groups: dict[tuple[int, int], int] = {}
        for ballot, value, count in self._supporters[position]:
            purse = self._purse_of[ballot]
            if purse != _EMPTY:
                groups[purse, value] = groups.get((purse, value), 0) + count
        common = lcm(*{value for _, value in groups})
        by_dryness = sorted(
            (self._purses[purse] * (common // value), self._purses[purse], value, count)
            for (purse, value), count in groups.items()
        )
        cost = self._market.costs[position] * self._unit
        values = sum(value * count for _, _, value, count in by_dryness)
        for _, money, value, count in by_dryness:
            if cost * value <= money * values:
                return Fraction(cost, values * self._unit)
            cost -= money * count
            values -= value * count
        return None

    def _pay(self, position: int, price: Fraction) -> None:
        """Take p · value, or everything that is left, from each supporter."""
        finer = price.denominator // gcd(price.denominator, self._unit)
        self._unit *= finer
        self._purses = [money * finer for money in self._purses]
        per_value = price.numerator * (self._unit // price.denominator)
        new_purse: dict[tuple[int, int], int] = {}
        for ballot, value, _ in self._supporters[position]:
            old = self._purse_of[ballot]
            if old == _EMPTY:
                continue
            if (old, value) not in new_purse:
                left = self._purses[old] - per_value * value
                new_purse[old, value] = len(self._purses) if left > 0 else _EMPTY
                if left > 0:
                    self._purses.append(left)
            self._purse_of[ballot] = new_purse[old, value]
        if len(self._purses) > 2 * len(self._purse_of):
            self._forget_unused_purses()

    def _forget_unused_purses(self) -> None:
        used = sorted(set(self._purse_of) | {_EMPTY})
        renumbered = {purse: number for number, purse in enumerate(used)}
        self._purses = [self._purses[purse] for purse in used]
        self._purse_of = [renumbered[purse] for purse in self._purse_of]
