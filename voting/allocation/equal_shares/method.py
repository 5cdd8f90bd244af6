"""The Method of Equal Shares as a rule: open the market, run, complete, compare, give reasons."""

import importlib
from enum import StrEnum
from typing import cast

from voting.allocation.conditions import Refusal, Room
from voting.allocation.election import Election
from voting.allocation.equal_shares.comparison import compare
from voting.allocation.equal_shares.completion import complete, fill_up
from voting.allocation.equal_shares.exact import ExactEngine
from voting.allocation.equal_shares.market import Engine, Market, open_market
from voting.allocation.errors import TooComplexError, UnsupportedConditionError
from voting.allocation.outcome import Comparison, Outcome, Reason, SharesRun
from voting.allocation.rule import Completion, Rule, greedy_counterpart
from voting.allocation.rules.greedy import greedy
from voting.allocation.rules.ranking import RankedList, draw_up
from voting.allocation.scores import require_ballots, support


class EngineName(StrEnum):
    """Which engine computes; the results are equal. ``auto`` takes the fast one for many ballots if numpy is there."""

    AUTO = "auto"
    EXACT = "exact"
    CERTIFIED = "certified"


def market_of(election: Election, rule: Rule, ranked: RankedList) -> Market:
    """Open the market of an election.

    Raises:
        BallotsNeededError: only sums are known.
    """
    backing = ranked.support
    if backing is None:
        # The list was drawn up for a rule that looks at sums.
        utility = rule.utility_for(require_ballots(election).kind)
        backing = support(election, utility, rule.ranking_in_force)
    return open_market(
        election,
        backing,
        ranked.candidates,
        ranked.tie_ranks,
        rule.conditions,
    )


def engine_for(market: Market, name: EngineName = EngineName.AUTO) -> Engine:
    """Return an engine.

    Raises:
        TooComplexError: the certified engine was asked for, and the amounts are too large for it.
    """
    if name is EngineName.EXACT or (name is EngineName.AUTO and market.support.columns is None):
        return ExactEngine(market)
    try:
        # Imported when called, so that the verifier also runs where numpy is not installed.
        certified = importlib.import_module("voting.allocation.equal_shares.certified")
    except ImportError:
        if name is EngineName.CERTIFIED:
            raise
        return ExactEngine(market)
    try:
        return cast("Engine", certified.CertifiedEngine(market))
    except TooComplexError:
        if name is EngineName.CERTIFIED:
            raise
        return ExactEngine(market)


def equal_shares(
    election: Election, rule: Rule, ranked: RankedList, *, engine: EngineName = EngineName.AUTO
) -> Outcome:
    """Count by Equal Shares.

    Raises:
        BallotsNeededError: only sums are known.
        UnsupportedConditionError: reserved places, or part funding without a completion that fills up.
    """
    _require_known_conditions(rule)
    market = market_of(election, rule, ranked)
    run = complete(engine_for(market, engine), market, rule, election.budget)
    room = Room(election, rule.conditions, budget=election.budget)
    for position in run.bought:
        room.take(position)
    fills = rule.completion in {Completion.UTILITARIAN, Completion.ADD1U}
    filled = list(fill_up(market, room)) if fills else []
    if rule.comparison_step:
        shares_list = (*run.bought, *(position for position, _ in filled))
        comparison = _comparison(election, rule, market, shares_list)
        if comparison.takes_greedy:
            counterpart = greedy_counterpart(rule)
            outcome = greedy(election, draw_up(election, counterpart), rule.conditions)
            return Outcome(
                funded=outcome.funded,
                total_cost=outcome.total_cost,
                unspent=outcome.unspent,
                decisions=outcome.decisions,
                run=run,
                comparison=comparison,
            )
    else:
        comparison = None
    _write(election, ranked, run, room, filled)
    return ranked.ledger.outcome(run=run, comparison=comparison)


def _require_known_conditions(rule: Rule) -> None:
    conditions = rule.conditions
    fills = rule.completion in {Completion.UTILITARIAN, Completion.ADD1U}
    if any(limit.at_least for limit in conditions.categories):
        raise UnsupportedConditionError("equal-shares knows no reserved places; they are what it makes unnecessary")
    if conditions.part_funding and not fills:
        raise UnsupportedConditionError("part funding needs a completion that fills up")


def _comparison(election: Election, rule: Rule, market: Market, shares_list: tuple[int, ...]) -> Comparison:
    other = greedy(election, draw_up(election, greedy_counterpart(rule)), rule.conditions)
    position_of = {project.id: position for position, project in enumerate(election.projects)}
    prefer_shares, prefer_greedy = compare(
        market.support, shares_list, [position_of[project_id] for project_id in other.funded]
    )
    return Comparison(prefer_shares=prefer_shares, prefer_greedy=prefer_greedy, greedy=other.funded)


def _write(
    election: Election,
    ranked: RankedList,
    run: SharesRun,
    room: Room,
    filled: list[tuple[int, int]],
) -> None:
    ledger = ranked.ledger
    left = election.budget
    for position in run.bought:
        ledger.fund(position, Reason.BOUGHT, money_left=left)
        left -= election.projects[position].cost
    for position, granted in filled:
        whole = granted == election.projects[position].cost
        ledger.fund(position, Reason.FILLED if whole else Reason.PARTLY, granted, money_left=left)
        left -= granted
    taken = set(room.funded)
    # Money was left or not: what was missing was money in the hands of its supporters.
    spent = Refusal(Reason.SUPPORTERS_SPENT, run.bought)
    for position in ranked.candidates:
        if position in taken:
            continue
        refusal = room.refusal(position)
        if refusal is None or refusal.reason is Reason.DOES_NOT_FIT:
            refusal = spent
        ledger.refuse(position, refusal)
