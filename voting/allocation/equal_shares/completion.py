"""What happens to the money that Equal Shares leaves unspent: raising everybody's share, and filling up."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil

from voting.allocation.conditions import Room
from voting.allocation.equal_shares.market import Engine, Market
from voting.allocation.outcome import SharesRun
from voting.allocation.rule import Completion, Rule


def complete(engine: Engine, market: Market, rule: Rule, budget: int) -> SharesRun:
    """Return the deciding run: the first one, or the last one within the budget while shares are raised.

    The rise ends as soon as a run would exceed the budget, or when no supported project is left that more money could
    buy; without the second guard a vote in which everything supported fits would never end.

    Args:
        engine: computes one run.
        market: what is for sale.
        rule: completion, increment and start.
        budget: the envelope.
    """
    start = first_share(market.support.voters, budget, integral=rule.integral_start)
    run = engine.run(start)
    if not rule.completion.raises_shares:
        return run
    stop_when_exhausted = rule.completion is Completion.ADD1_EXHAUSTIVE
    harmless = _harmless_steps(market, rule, budget, start)
    if harmless:
        run = engine.run(start + harmless * rule.increment)
    while run.unaffordable:
        if stop_when_exhausted and _exhausts(market, run, budget):
            break
        richer = engine.run(run.endowment + rule.increment)
        if spent(market, richer) > budget:
            break
        run = richer
    return run


def first_share(voters: int, budget: int, *, integral: bool) -> Fraction:
    """Return every voter's share of the budget; rounded down to whole units when ``integral``."""
    if voters == 0:
        return Fraction(0)
    return Fraction(budget // voters) if integral else Fraction(budget, voters)


def spent(market: Market, run: SharesRun) -> int:
    """Return what the purchases of a run cost together."""
    return sum(market.costs[position] for position in run.bought)


def fill_up(market: Market, room: Room) -> Iterator[tuple[int, int]]:
    """Yield, and take, what still fits by falling utility per unit of money (for cost utilities: by votes).

    Where the conditions allow part funding, an adjustable project that no longer fits whole takes what is left.

    Args:
        market: what was for sale.
        room: the book of conditions and money, with everything bought already taken.
    """
    taken = set(room.funded)
    for position in utility_order(market, [c for c in market.candidates if c not in taken]):
        amount = market.costs[position] if room.refusal(position) is None else room.part(position)
        if amount is not None:
            room.take(position, amount)
            yield position, amount


def utility_order(market: Market, positions: Sequence[int]) -> list[int]:
    """Return projects by falling total utility per unit of cost, then in the tie order."""
    totals = [0] * len(market.costs)
    support = market.support
    for named, values, count in zip(support.projects, support.values, support.counts, strict=True):
        for position, value in zip(named, values, strict=True):
            totals[position] += value * count

    def per_cost(position: int) -> tuple[int, Fraction, int]:
        cost = market.costs[position]
        ratio = Fraction(totals[position] * support.scales[position], cost) if cost else Fraction(0)
        return (cost > 0, -ratio, market.tie_ranks[position])

    return sorted(positions, key=per_cost)


def _exhausts(market: Market, run: SharesRun, budget: int) -> bool:
    left = budget - spent(market, run)
    return all(market.costs[position] > left for position in run.unaffordable)


def _harmless_steps(market: Market, rule: Rule, budget: int, start: Fraction) -> int:
    """Return how many steps can be taken at once, because none of them can end the rise.

    Whatever the run does, it only buys projects whose supporters' shares together reach the cost. While all of those
    fit the budget, while at least one candidate is not among them, and (when the rise stops at an exhausted budget)
    while one of the others would still fit, no run can exceed the budget, buy everything or exhaust the money. A
    project with one supporter and a high cost would otherwise need millions of steps to be counted.
    """
    if market.new_room is not None:
        return 0
    supporters = dict.fromkeys(market.candidates, 0)
    for named, count in zip(market.support.projects, market.support.counts, strict=True):
        for position in named:
            if position in supporters:
                supporters[position] += count
    # The first step at which the shares of a project's supporters reach its cost.
    reached = sorted(
        (max(0, ceil((Fraction(market.costs[position], supporters[position]) - start) / rule.increment)), position)
        for position in market.candidates
    )
    within_reach = 0
    for place, (step, position) in enumerate(reached):
        within_reach += market.costs[position]
        beyond = [market.costs[other] for _, other in reached[place + 1 :]]
        decided = within_reach > budget or not beyond
        if rule.completion is Completion.ADD1_EXHAUSTIVE:
            decided = decided or min(beyond) > budget - within_reach
        if decided:
            return max(0, step - 1)
    return 0
