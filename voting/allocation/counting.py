"""Counting: one function for all rules."""

from voting.allocation.election import Election
from voting.allocation.equal_shares.method import EngineName, equal_shares
from voting.allocation.outcome import Outcome
from voting.allocation.rule import Rule, RuleName
from voting.allocation.rules.cost_ratio import greedy_cost_ratio
from voting.allocation.rules.greedy import greedy
from voting.allocation.rules.max_welfare import max_welfare
from voting.allocation.rules.no_skip import greedy_no_skip
from voting.allocation.rules.phragmen import phragmen, phragmen_as_pabutools
from voting.allocation.rules.ranking import draw_up
from voting.allocation.rules.threshold import greedy_threshold
from voting.allocation.scores import Utility, support


def count(election: Election, rule: Rule, *, engine: EngineName = EngineName.AUTO) -> Outcome:
    """Apply a rule to an election. The same input gives the same outcome on every machine.

    Args:
        election: projects, money and ballots (or sums).
        rule: everything that changes the winners.
        engine: which implementation of Equal Shares computes; the outcome is the same.

    Raises:
        MalformedRuleError: the rule does not fit the election (a lottery order that lacks a project).
        BallotsNeededError: the rule looks at ballots, and only sums are known.
        MissingScoresError: the rule wants a majority or scores that are not there.
        UnsupportedConditionError: the rule cannot honour one of its conditions.
        TooComplexError: an exact answer is out of reach (maximum welfare with very many undominated sets).
    """
    ranked = draw_up(election, rule)
    match rule.name:
        case RuleName.GREEDY:
            return greedy(election, ranked, rule.conditions)
        case RuleName.GREEDY_COST_RATIO:
            return greedy_cost_ratio(election, ranked, rule.conditions)
        case RuleName.GREEDY_THRESHOLD:
            return greedy_threshold(election, ranked, rule.conditions)
        case RuleName.GREEDY_NO_SKIP:
            return greedy_no_skip(election, ranked, rule.conditions)
        case RuleName.MAX_WELFARE:
            return max_welfare(election, ranked, rule.conditions)
        case RuleName.PHRAGMEN:
            backing = support(election, Utility.CARDINALITY, rule.ranking_in_force)
            if rule.pabutools:
                return phragmen_as_pabutools(election, ranked, backing)
            return phragmen(election, ranked, backing, rule.conditions)
        case RuleName.EQUAL_SHARES:
            return equal_shares(election, rule, ranked, engine=engine)
