"""Equal Shares with numpy: floats propose, integers decide.

No float ever decides which project is bought or at what price:

- **Bounds.** For *any* split of the supporters into those who pay all they have (dry) and those who pay in proportion
  (liquid), (cost − Σ money of the dry) / Σ values of the liquid is a lower bound of the price, because min(a, b) is at
  most a and at most b. Floats only look for a good split; the bound itself is lowered by more than all rounding can
  amount to, so a project whose bound exceeds the best exact price is out for certain.
- **Exact prices.** A voter who has money left has paid every purchase in full, so holds E − Σ pⱼ · vⱼ at the exact
  prices pⱼ. The money of all the dry together is K·E − Σ kⱼ·pⱼ with whole numbers K and kⱼ, which floats count without
  error. The exact price of the split follows, and then the split itself is checked: with floats where the difference
  is larger than any rounding, otherwise with integers. A split that fails is mended and priced again.
- **No drift.** Floats of money are charged with correctly rounded exact prices, so their error grows by less than four
  units in the last place of E per purchase. It is known at any time and not amplified from round to round.

Within a run money only shrinks and prices only grow, so who is dry for a project stays dry: every project keeps its
split from the last look and goes on from there.
"""

from collections.abc import Callable
from fractions import Fraction
from math import gcd, inf, nextafter

import numpy as np
from numpy.typing import NDArray

from voting.allocation.columns import EXACT, Columns
from voting.allocation.equal_shares.market import Market
from voting.allocation.errors import TooComplexError
from voting.allocation.outcome import Purchase, SharesRun

_ULP = 2.0**-53

_Floats = NDArray[np.floating]
_Indices = NDArray[np.int64]
_Flags = NDArray[np.bool_]


class CertifiedEngine:
    """The fast engine; arrays are built once and used for every run.

    Args:
        market: who supports what.

    Raises:
        TooComplexError: sums of values or costs exceed 2⁵³, where floats no longer count exactly.
    """

    def __init__(self, market: Market) -> None:
        support = market.support
        try:
            columns = support.columns or Columns(support.projects, support.counts, support.values)
        except OverflowError:
            columns = None
        if columns is None or max(market.costs, default=0) >= EXACT:
            raise TooComplexError("these amounts are too large for the fast engine; the exact engine has no limit")
        order, ends = columns.by_project()
        ballots, counts = columns.ballot[order], columns.counts[order]
        values = None if columns.values is None else columns.values[order]
        weights = counts if values is None else counts * values
        until = ends.tolist()
        self.market = market
        self.ballots = columns.ballots
        self.weights = dict(enumerate(columns.totals(len(market.costs))))
        self.splits: dict[int, tuple[_Indices, _Floats, _Floats | None, _Floats]] = {}
        for position in market.priced:
            own = slice(until[position - 1] if position else 0, until[position])
            self.splits[position] = (ballots[own], counts[own], None if values is None else values[own], weights[own])
        # One row per purchase: what each ballot paid for, in units of value. Kept between runs to spare the memory.
        single = columns.largest * support.voters < 2**24
        self.history: _Floats = np.zeros((8, self.ballots), dtype=np.float32 if single else np.float64)

    def run(self, endowment: Fraction) -> SharesRun:
        """Buy project after project until nobody can afford one."""
        return _Run(self, endowment).run()

    def history_row(self, number: int) -> _Floats:
        """Return the emptied row of the ``number``-th purchase, making room for it when needed."""
        if number >= len(self.history):
            self.history = np.concatenate([self.history, np.zeros_like(self.history)])
        row: _Floats = self.history[number]
        row[:] = 0
        return row


class _Split:
    """The supporters of one project, split into dry and liquid ones as far as this run knows."""

    def __init__(
        self, ballots: _Indices, counts: _Floats, values: _Floats | None, weights: _Floats, weight: int
    ) -> None:
        self.liquid = ballots
        self.liquid_counts = counts
        self.liquid_values = values
        self.weights = weights
        self.weight = float(weight)
        self.dry = ballots[:0]
        self.dry_counts = counts[:0]
        self.dry_values = None if values is None else values[:0]
        self.dry_voters = 0.0

    def payments(self, price: float) -> _Floats | float:
        """Return what each liquid supporter pays."""
        return price if self.liquid_values is None else self.liquid_values * price

    def dry_payments(self, price: float) -> _Floats | float:
        """Return what each dry supporter would pay in proportion."""
        return price if self.dry_values is None else self.dry_values * price

    def dry_up(self, which: _Flags) -> tuple[_Indices, _Floats, _Indices]:
        """Move liquid supporters to the dry ones; return who went, how many voters each stands for, and who stayed."""
        (go,), (stay,) = which.nonzero(), (~which).nonzero()
        counts = self.liquid_counts.take(go)
        self.dry = np.concatenate((self.dry, self.liquid.take(go)))
        self.dry_counts = np.concatenate((self.dry_counts, counts))
        self.dry_voters += float(np.add.reduce(counts))
        self.liquid, self.liquid_counts = self.liquid.take(stay), self.liquid_counts.take(stay)
        if self.liquid_values is not None and self.dry_values is not None:
            self.dry_values = np.concatenate((self.dry_values, self.liquid_values.take(go)))
            self.liquid_values = self.liquid_values.take(stay)
            self.weights = self.weights.take(stay)
        else:
            self.weights = self.liquid_counts
        self.weight = float(np.add.reduce(self.weights))
        return go, counts, stay

    def flow_back(self, which: _Flags) -> None:
        """Move dry supporters back to the liquid ones."""
        back, counts = self.dry[which], self.dry_counts[which]
        self.liquid = np.concatenate([self.liquid, back])
        self.liquid_counts = np.concatenate([self.liquid_counts, counts])
        weights = counts
        if self.liquid_values is not None and self.dry_values is not None:
            self.liquid_values = np.concatenate([self.liquid_values, self.dry_values[which]])
            weights = counts * self.dry_values[which]
        self.weights = np.concatenate([self.weights, weights])
        self.weight = float(self.weights.sum())
        self.keep_dry(~which)

    def keep_dry(self, which: _Flags) -> None:
        """Forget dry supporters: those who hold nothing any more."""
        self.dry, self.dry_counts = self.dry[which], self.dry_counts[which]
        self.dry_voters = float(self.dry_counts.sum())
        if self.dry_values is not None:
            self.dry_values = self.dry_values[which]


class _Run:
    def __init__(self, engine: CertifiedEngine, endowment: Fraction) -> None:
        self._engine = engine
        self._market = engine.market
        self._endowment = endowment
        # Exact quantities are whole numbers of 1/unit.
        self._unit = endowment.denominator
        self._start = endowment.numerator
        self._prices: list[int] = []
        self._start_float = self._start / self._unit
        self._money: _Floats = np.full(engine.ballots, self._start_float)
        self._alive: _Flags = np.full(engine.ballots, self._start > 0)
        self._all_alive = self._start > 0
        self._splits: dict[int, _Split] = {}
        self._bounds = np.full(len(self._market.costs), inf)
        self._unaffordable: list[int] = []

    def run(self) -> SharesRun:
        market = self._market
        room = market.new_room() if market.new_room is not None else None
        purchases: list[Purchase] = []

        def refused(position: int) -> bool:
            return room is not None and room.refusal(position) is not None

        for position in market.free:
            if not refused(position):
                purchases.append(Purchase(position, Fraction(0)))
                if room is not None:
                    room.take(position)
        for position in self._engine.splits:
            cost, scale = market.costs[position], market.support.scales[position]
            self._bounds[position] = _down(cost / self._engine.weights[position] / scale)
        while True:
            best = self._cheapest(refused)
            if best is None:
                break
            position, price = best
            purchases.append(Purchase(position, price))
            self._pay(position, price)
            if room is not None:
                room.take(position)
        return SharesRun(
            endowment=self._endowment,
            purchases=tuple(purchases),
            unaffordable=tuple(sorted(position for position in self._unaffordable if not refused(position))),
        )

    def _cheapest(self, refused: Callable[[int], bool]) -> tuple[int, Fraction] | None:
        """Return the project of smallest exact price per utility, with its price per value."""
        bounds, scales, ranks = self._bounds, self._market.support.scales, self._market.tie_ranks
        best: tuple[int, Fraction] | None = None
        limit = inf
        fresh: set[int] = set()
        priced: dict[int, float] = {}
        while True:
            position = int(bounds.argmin())
            if bounds[position] > limit or bounds[position] == inf:
                break
            if position not in fresh:
                fresh.add(position)
                bound = None if refused(position) else self._bound(position)
                if bound is not None:
                    bounds[position] = max(bounds[position], bound)
                    continue
                if not refused(position):
                    self._unaffordable.append(position)
                bounds[position] = inf
                continue
            # The bound is as good as floats can make it and does not exceed the best price: integers must decide.
            bounds[position] = inf
            price = self._price(position)
            if price is None:
                self._unaffordable.append(position)
                continue
            per_utility = price.numerator / (price.denominator * scales[position])
            priced[position] = _down(per_utility)
            if best is None or _cheaper(
                price, scales[position], best[1], scales[best[0]], ranks[position], ranks[best[0]]
            ):
                best = (position, price)
                limit = nextafter(per_utility, inf)
        for position, bound in priced.items():
            if best is not None and position != best[0]:
                bounds[position] = bound
        return best

    def _margin(self) -> float:
        """Return a limit on the error of any living voter's money.

        The start is off by at most one unit in the last place (u); every purchase adds at most 2u for the rounded
        price and product and u for the difference, all relative to the start.
        """
        return self._start_float * _ULP * 4.1 * (len(self._prices) + 1)

    def _split(self, position: int) -> _Split:
        split = self._splits.get(position)
        if split is None:
            split = self._splits[position] = _Split(*self._engine.splits[position], self._engine.weights[position])
        return split

    def _bound(self, position: int) -> float | None:
        """Return a certain lower bound of the price per utility, or ``None`` when it is certain that nobody can pay."""
        split = self._split(position)
        cost = float(self._market.costs[position])
        dry_money = float(split.dry_counts @ self._money.take(split.dry)) if split.dry.size else 0.0
        money = self._money.take(split.liquid)
        if not money.size:
            return 0.0
        while True:
            price = (cost - dry_money) / split.weight
            drying = money < split.payments(price)
            number = int(np.count_nonzero(drying))
            if number in {0, money.size}:
                break
            go, counts, stay = split.dry_up(drying)
            dry_money += float(counts @ money.take(go))
            money = money.take(stay)
        error = self._sum_error(split.dry_voters, split.dry.size, dry_money) if split.dry.size else 0.0
        if number:
            everything = dry_money + float(split.liquid_counts @ money)
            more = self._sum_error(float(split.liquid_counts.sum()), money.size, everything)
            if everything + more + error < cost * (1 - 4 * _ULP):
                return None
        return max(0.0, _down((cost - dry_money - error) / split.weight / self._market.support.scales[position]))

    def _sum_error(self, voters: float, terms: int, total: float) -> float:
        """Return a limit on the error of Σ count · money: that of the money, and that of adding it up."""
        return 1.01 * (voters * self._margin() + (terms + 16) * 2 * _ULP * abs(total))

    def _price(self, position: int) -> Fraction | None:
        """Return the exact price per value, or ``None`` when the supporters cannot pay. Leaves the exact split behind.

        Each turn prices the split exactly. No split is priced above the true price, so the voters whom a turn finds to
        be dry are dry at the true price too, and the turns end after finitely many (Newton's method on a concave
        piecewise linear function).
        """
        split = self._split(position)
        if not self._all_alive:
            self._forget_the_poor(split)
        if not split.liquid.size:
            # Nothing to start from (all had run dry at exactly the price of an earlier look): begin anew.
            split.flow_back(np.full(split.dry.size, fill_value=True))
        cost = self._market.costs[position] * self._unit
        while split.liquid.size:
            price = Fraction(cost - self._exact_money(split.dry, split.dry_counts), int(split.weight) * self._unit)
            rounded = _as_float(price)
            back: _Flags = np.zeros(split.dry.size, dtype=np.bool_)
            if split.dry.size:
                money = self._money.take(split.dry)
                sign = self._compare(split.dry, split.dry_values, money, split.dry_payments(rounded), price)
                back = np.ones_like(back) if sign is None else sign > 0
            money = self._money.take(split.liquid)
            sign = self._compare(split.liquid, split.liquid_values, money, split.payments(rounded), price)
            flows = bool(np.count_nonzero(back))
            drying = None if sign is None else sign <= 0
            number = 0 if drying is None else int(np.count_nonzero(drying))
            if not flows and not number:
                return price
            if sign is not None and number == money.size and not flows:
                # All of them run dry at this price: it is the true one if they hold exactly enough, none otherwise.
                affordable = not np.count_nonzero(sign)
                split.dry_up(sign <= 0)
                return price if affordable else None
            if drying is not None and number:
                back = np.concatenate([back, np.zeros(number, dtype=np.bool_)])
                split.dry_up(drying)
            if flows:
                split.flow_back(back)
        return None

    def _forget_the_poor(self, split: _Split) -> None:
        """Take voters who hold nothing out of a split."""
        split.keep_dry(self._alive[split.dry])
        living = self._alive.take(split.liquid)
        if np.count_nonzero(living) < living.size:
            split.dry_up(~living)
            split.keep_dry(self._alive[split.dry])

    def _exact_money(self, ballots: _Indices, counts: _Floats) -> int:
        """Return what living voters hold together, in units: K·E − Σ kⱼ·pⱼ."""
        if not ballots.size:
            return 0
        rows = self._engine.history[: len(self._prices)].take(ballots, axis=1)
        paid = (rows @ counts.astype(rows.dtype)).astype(np.int64).tolist()
        held = int(counts.sum()) * self._start
        for times, price in zip(paid, self._prices, strict=True):
            held -= times * price
        return held

    def _compare(
        self, ballots: _Indices, values: _Floats | None, money: _Floats, payments: _Floats | float, price: Fraction
    ) -> NDArray[np.int8] | None:
        """Return per ballot the exact sign of money − price · value, or ``None`` when all are positive.

        Floats answer where they can: nobody holds more than at the start, so one margin holds for all.
        """
        difference = money - payments
        margin = self._margin() + 8 * _ULP * (self._start_float + float(np.max(payments)))
        if difference.min() > margin:
            return None
        sign = (difference > margin).astype(np.int8) - (difference < -margin).astype(np.int8)
        unclear = np.flatnonzero(sign == 0)
        if not len(unclear):
            return sign
        history = self._engine.history[: len(self._prices)].take(ballots[unclear], axis=1).T
        known: dict[tuple[bytes, int], int] = {}
        for place, row in zip(unclear.tolist(), history, strict=True):
            value = 1 if values is None else int(values[place])
            key = (row.tobytes(), value)
            if key not in known:
                paid = sum(int(times) * spent for times, spent in zip(row.tolist(), self._prices, strict=True) if times)
                left = (self._start - paid) * price.denominator - value * price.numerator * self._unit
                known[key] = (left > 0) - (left < 0)
            sign[place] = known[key]
        return sign

    def _pay(self, position: int, price: Fraction) -> None:
        """Charge the supporters as the exact split says: the dry give all they have."""
        split = self._splits.pop(position)
        finer = price.denominator // gcd(price.denominator, self._unit)
        if finer > 1:
            self._unit *= finer
            self._start *= finer
            self._prices = [spent * finer for spent in self._prices]
        row = self._engine.history_row(len(self._prices))
        row[split.liquid] = 1 if split.liquid_values is None else split.liquid_values
        self._prices.append(price.numerator * (self._unit // price.denominator))
        self._money[split.liquid] -= split.payments(_as_float(price))
        self._money[split.dry] = 0.0
        self._alive[split.dry] = False
        self._all_alive = self._all_alive and not split.dry.size


def _down(bound: float) -> float:
    """Lower a bound by more than the handful of roundings that led to it."""
    return bound * (1 - 2.0**-48) if bound > 0 else bound


def _as_float(number: Fraction) -> float:
    """Return the nearest float, correctly rounded however long the integers are."""
    return number.numerator / number.denominator


def _cheaper(price: Fraction, scale: int, other: Fraction, other_scale: int, rank: int, other_rank: int) -> bool:
    """Return whether price/scale is smaller than other/other_scale, or equal and first in the tie order."""
    left = price.numerator * other.denominator * other_scale
    right = other.numerator * price.denominator * scale
    return left < right or (left == right and rank < other_rank)
