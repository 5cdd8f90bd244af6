"""What happened in a run of Equal Shares, replayed exactly: who paid how much for what, and what was left to whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from voting.allocation.equal_shares.market import Market
from voting.allocation.outcome import SharesRun


@dataclass(frozen=True, slots=True)
class Flow:
    """Money that the supporters of one project paid for another one.

    Attributes:
        project: what was bought.
        amount: what the supporters paid for it together.
        supporters: how many of them support it as well, whether or not they had money left to pay with.
    """

    project: int
    amount: Fraction
    supporters: int


@dataclass(frozen=True, slots=True)
class Round:
    """One purchase.

    Attributes:
        project: what was bought.
        price: per unit of relative value, as in `voting.allocation.outcome.Purchase`.
        largest_payment: the most that one voter paid.
        payers: voters who paid something.
        in_full: those of them who paid in proportion to their utility; the others gave all they had.
        effective_support: cost / largest payment: the number of voters that would be needed if all could pay alike.
        money_left: what all voters hold together afterwards.
    """

    project: int
    price: Fraction
    largest_payment: Fraction
    payers: int
    in_full: int
    effective_support: Fraction
    money_left: Fraction


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a project stood when the run ended.

    Attributes:
        supporters: its voters.
        supporters_money: what they held together at the end.
        share_of_cost: that, divided by the cost (1 and more: they could have paid).
        flows: what they had bought instead, largest amount first.
    """

    supporters: int
    supporters_money: Fraction
    share_of_cost: Fraction
    flows: tuple[Flow, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """A replayed run.

    Attributes:
        endowment: every voter's share.
        rounds: the purchases in order.
        unit: amounts below are whole numbers of 1/unit; exact, and without the cost of reducing every fraction.
        money: per distinct ballot, what each of its voters held at the end.
        payments: per distinct ballot, what each of its voters paid: pairs of project and amount in order of purchase.
    """

    endowment: Fraction
    rounds: tuple[Round, ...]
    unit: int
    money: tuple[int, ...]
    payments: tuple[tuple[tuple[int, int], ...], ...]


def replay(market: Market, run: SharesRun) -> Trace:
    """Replay a run payment by payment.

    All amounts are kept as whole numbers over one denominator, the least common one of all prices.
    """
    support = market.support
    unit = lcm(run.endowment.denominator, *(purchase.price.denominator for purchase in run.purchases))
    start = run.endowment.numerator * (unit // run.endowment.denominator)
    money = [start] * len(support.counts)
    payments: list[list[tuple[int, int]]] = [[] for _ in support.counts]
    backers: dict[int, list[tuple[int, int]]] = {position: [] for position in run.bought}
    for ballot, (named, values) in enumerate(zip(support.projects, support.values, strict=True)):
        for position, value in zip(named, values, strict=True):
            if position in backers:
                backers[position].append((ballot, value))
    total = start * support.voters
    rounds: list[Round] = []
    for purchase in run.purchases:
        price = purchase.price.numerator * (unit // purchase.price.denominator)
        largest = payers = in_full = 0
        for ballot, value in backers[purchase.project]:
            due, count = price * value, support.counts[ballot]
            paid = min(due, money[ballot])
            if paid == 0:
                continue
            money[ballot] -= paid
            payments[ballot].append((purchase.project, paid))
            total -= paid * count
            payers += count
            in_full += count if paid == due else 0
            largest = max(largest, paid)
        largest_payment = Fraction(largest, unit)
        rounds.append(
            Round(
                project=purchase.project,
                price=purchase.price,
                largest_payment=largest_payment,
                payers=payers,
                in_full=in_full,
                effective_support=(
                    market.costs[purchase.project] / largest_payment if largest_payment else Fraction(payers)
                ),
                money_left=Fraction(total, unit),
            )
        )
    return Trace(
        endowment=run.endowment,
        rounds=tuple(rounds),
        unit=unit,
        money=tuple(money),
        payments=tuple(map(tuple, payments)),
    )


def standings(market: Market, trace: Trace, projects: Iterable[int]) -> dict[int, Standing]:
    """Return where projects stood at the end of a run, and where their supporters' money went."""
    wanted = frozenset(projects)
    support = market.support
    supporters = dict.fromkeys(wanted, 0)
    held = dict.fromkeys(wanted, 0)
    amounts: dict[int, dict[int, int]] = {position: {} for position in wanted}
    shared: dict[int, dict[int, int]] = {position: {} for position in wanted}
    bought = {round_.project for round_ in trace.rounds}
    for named, count, money, paid in zip(support.projects, support.counts, trace.money, trace.payments, strict=True):
        for position in named:
            if position not in wanted:
                continue
            supporters[position] += count
            held[position] += money * count
            spent, number = amounts[position], shared[position]
            for other, amount in paid:
                spent[other] = spent.get(other, 0) + amount * count
            for other in named:
                if other in bought:
                    number[other] = number.get(other, 0) + count
    result = {}
    for position in sorted(wanted):
        flows = [
            Flow(other, Fraction(amount, trace.unit), shared[position][other])
            for other, amount in amounts[position].items()
        ]
        result[position] = Standing(
            supporters=supporters[position],
            supporters_money=Fraction(held[position], trace.unit),
            share_of_cost=Fraction(held[position], trace.unit * max(1, market.costs[position])),
            flows=tuple(sorted(flows, key=lambda flow: (-flow.amount, market.tie_ranks[flow.project]))),
        )
    return result
