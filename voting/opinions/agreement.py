"""Agreement on statements: counts, proportions, and how sure they are.

The tests are those Polis publishes: one added to the counts, passes counted among those who saw the statement. They call a
single vote significant; a majority of a village needs five people who saw the statement.
"""

import math
from dataclasses import dataclass

import numpy as np

from voting.opinions.votes import Floats, Id, Integers, Vote, VoteTable

SIGNIFICANT_90 = 1.2816
"""Standard normal quantile: one-sided significance at 90 %."""
SIGNIFICANT_95 = 1.6449
"""Standard normal quantile: one-sided significance at 95 %."""
FEWEST_SEEN = 5
"""A majority is spoken of only where so many saw the statement: five of one mind are chance once in 32 times."""
TWO_SIDED_95 = 1.959963984540054
"""Standard normal quantile: half width of a two-sided 95 % interval."""


@dataclass(frozen=True, eq=False)
class Counts:
    """Last votes counted; arrays of one shape, the last axis being the statements.

    Attributes:
        agree: participants who agree.
        disagree: participants who disagree.
        passes: participants who saw the statement and were not sure.
    """

    agree: Integers
    disagree: Integers
    passes: Integers

    @property
    def seen(self) -> Integers:
        """Participants who answered anything."""
        return self.agree + self.disagree + self.passes

    def summed(self) -> "Counts":
        """Sum over the first axis (the groups)."""
        return Counts(self.agree.sum(axis=0), self.disagree.sum(axis=0), self.passes.sum(axis=0))

    def minus(self, other: "Counts") -> "Counts":
        """Subtract count by count."""
        return Counts(self.agree - other.agree, self.disagree - other.disagree, self.passes - other.passes)


@dataclass(frozen=True)
class Interval:
    """A two-sided 95 % interval for a share (Wilson 1927), both ends in [0, 1]."""

    low: float
    high: float


@dataclass(frozen=True)
class StatementAgreement:
    """What all participants together say to one statement.

    Attributes:
        agree_share: (A+1)/(S+2), the estimate used everywhere for ranking.
        agree_test: z of the one-proportion test that more than half agree.
        agree_interval: 95 % interval of A/S; None as long as nobody saw the statement.
        division: 2·min(agree_share, disagree_share), 0 when all are of one mind, towards 1 when halves oppose each other.
    """

    statement: Id
    agree: int
    disagree: int
    passes: int
    agree_share: float
    disagree_share: float
    agree_test: float
    disagree_test: float
    agree_interval: Interval | None
    disagree_interval: Interval | None
    division: float

    @property
    def seen(self) -> int:
        """How many answered, passes included."""
        return self.agree + self.disagree + self.passes

    @property
    def majority(self) -> Vote | None:
        """The side that significantly (90 %, one-sided) more than half of at least five who saw it take, if either."""
        if self.seen < FEWEST_SEEN:
            return None
        if self.agree_test > SIGNIFICANT_90:
            return Vote.AGREE
        if self.disagree_test > SIGNIFICANT_90:
            return Vote.DISAGREE
        return None

    def is_hard_to_understand(self, *, from_views: int = 20, above_pass_share: float = 0.4) -> bool:
        """Tell whether so many pass, out of enough who saw it, that the wording is the likely reason."""
        return self.seen >= from_views and self.passes > above_pass_share * self.seen


def count_votes(table: VoteTable) -> Counts:
    """Count the last votes of everyone: arrays of shape (statements,)."""
    return Counts(*(_count(table, table.values == vote) for vote in (Vote.AGREE, Vote.DISAGREE, Vote.PASS)))


def count_votes_by_group(table: VoteTable, members: Integers, group_count: int) -> Counts:
    """Count the last votes per group: arrays of shape (groups, statements).

    Args:
        table: the votes.
        members: index of each participant's group, -1 for those in none.
        group_count: how many groups there are.
    """
    width = len(table.statements)
    group = members[table.rows]

    def counted(vote: Vote) -> Integers:
        chosen = (table.values == vote) & (group >= 0)
        cell = group[chosen] * width + table.columns[chosen]
        return np.bincount(cell, minlength=group_count * width).reshape(group_count, width)

    return Counts(counted(Vote.AGREE), counted(Vote.DISAGREE), counted(Vote.PASS))


def share(successes: Integers, seen: Integers) -> Floats:
    """Return (x+1)/(S+2), the proportion shrunk towards one half."""
    result: Floats = (successes + 1.0) / (seen + 2.0)
    return result


def one_proportion_test(successes: Integers, seen: Integers) -> Floats:
    """Return z for "more than half", with one added to both counts: 2·√(S+1)·((x+1)/(S+1) − ½)."""
    result: Floats = 2.0 * np.sqrt(seen + 1.0) * ((successes + 1.0) / (seen + 1.0) - 0.5)
    return result


def two_proportion_test(successes: Integers, seen: Integers, other_successes: Integers, other_seen: Integers) -> Floats:
    """Return z for "more than among the others", with one added to all four counts; 0 where everybody succeeds."""
    own, own_of = successes + 1.0, seen + 1.0
    others, others_of = other_successes + 1.0, other_seen + 1.0
    pooled = (own + others) / (own_of + others_of)
    variance = pooled * (1.0 - pooled) * (1.0 / own_of + 1.0 / others_of)
    # A pooled share of exactly 1 has no variance; rounding must not make it a tiny negative one.
    usable = variance > 0.0
    difference = own / own_of - others / others_of
    result: Floats = np.where(usable, difference / np.sqrt(np.where(usable, variance, 1.0)), 0.0)
    return result


def wilson_interval(successes: int, seen: int) -> Interval | None:
    """Return the two-sided 95 % Wilson score interval of a proportion, None of nothing (E. B. Wilson, 1927)."""
    if seen == 0:
        return None
    square = TWO_SIDED_95**2
    proportion = successes / seen
    middle = (proportion + square / (2 * seen)) / (1 + square / seen)
    half = TWO_SIDED_95 / (1 + square / seen) * math.sqrt(proportion * (1 - proportion) / seen + square / (4 * seen**2))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def agreement(table: VoteTable, counts: Counts) -> tuple[StatementAgreement, ...]:
    """Describe every statement, in the order of the table."""
    seen = counts.seen
    agree_share, disagree_share = share(counts.agree, seen), share(counts.disagree, seen)
    agree_test, disagree_test = one_proportion_test(counts.agree, seen), one_proportion_test(counts.disagree, seen)
    division = 2.0 * np.minimum(agree_share, disagree_share)
    return tuple(
        StatementAgreement(
            statement=statement,
            agree=int(counts.agree[column]),
            disagree=int(counts.disagree[column]),
            passes=int(counts.passes[column]),
            agree_share=float(agree_share[column]),
            disagree_share=float(disagree_share[column]),
            agree_test=float(agree_test[column]),
            disagree_test=float(disagree_test[column]),
            agree_interval=wilson_interval(int(counts.agree[column]), int(seen[column])),
            disagree_interval=wilson_interval(int(counts.disagree[column]), int(seen[column])),
            division=float(division[column]),
        )
        for column, statement in enumerate(table.statements)
    )


def _count(table: VoteTable, chosen: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> Integers:
    return np.bincount(table.columns[chosen], minlength=len(table.statements))
