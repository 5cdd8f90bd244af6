"""What is particular to a group: representative statements (at most five per group), as Polis publishes them."""

from dataclasses import dataclass

import numpy as np

from voting.opinions.agreement import SIGNIFICANT_90, Counts, one_proportion_test, share, two_proportion_test
from voting.opinions.votes import Flags, Floats, Id, Vote, VoteTable

MOST_STATEMENTS = 5


@dataclass(frozen=True, eq=False)
class GroupStatistics:
    """Per group and statement; every array has shape (groups, statements).

    Attributes:
        agree_share: (A+1)/(S+2) in the group.
        agree_test: z of "more than half of the group agrees".
        agree_ratio: the group's share over that of all other groups together.
        agree_ratio_test: z of "the group agrees more than the others do".
        disagree_share, disagree_test, disagree_ratio, disagree_ratio_test: the same for disagreeing.
    """

    agree_share: Floats
    agree_test: Floats
    agree_ratio: Floats
    agree_ratio_test: Floats
    disagree_share: Floats
    disagree_test: Floats
    disagree_ratio: Floats
    disagree_ratio_test: Floats


@dataclass(frozen=True)
class Representative:
    """A statement that tells a group from the others.

    Attributes:
        side: what the group says to it, more than the others do.
        votes: how many of the group say so.
        seen: how many of the group saw it.
        share: (votes+1)/(seen+2).
        share_test: z of "more than half of the group".
        ratio: the group's share over the others'.
        ratio_test: z of "more than the others".
        is_best_agree: the statement that speaks best for what the group is *for*, put first.
    """

    statement: Id
    side: Vote
    votes: int
    seen: int
    share: float
    share_test: float
    ratio: float
    ratio_test: float
    is_best_agree: bool = False

    @property
    def weight(self) -> float:
        """The rank: ratio · its test · share · its test."""
        return self.ratio * self.ratio_test * self.share * self.share_test


def group_statistics(counts: Counts) -> GroupStatistics:
    """Compare every group with all the others together.

    Args:
        counts: arrays of shape (groups, statements).
    """
    whole = counts.summed()
    others = whole.minus(counts)
    seen, seen_by_others = counts.seen, others.seen
    agree_share, disagree_share = share(counts.agree, seen), share(counts.disagree, seen)
    return GroupStatistics(
        agree_share=agree_share,
        agree_test=one_proportion_test(counts.agree, seen),
        agree_ratio=agree_share / share(others.agree, seen_by_others),
        agree_ratio_test=two_proportion_test(counts.agree, seen, others.agree, seen_by_others),
        disagree_share=disagree_share,
        disagree_test=one_proportion_test(counts.disagree, seen),
        disagree_ratio=disagree_share / share(others.disagree, seen_by_others),
        disagree_ratio_test=two_proportion_test(counts.disagree, seen, others.disagree, seen_by_others),
    )


def representative_statements(
    table: VoteTable, counts: Counts, statistics: GroupStatistics, *, used: Flags
) -> tuple[tuple[Representative, ...], ...]:
    """Return each group's representative statements: agreed ones before disagreed ones, the strongest first.

    A statement qualifies if on one side both the share and the ratio are significant; it is listed on the side with the
    larger ratio test. If none qualifies, the best agreed one stands alone, or else the most distinguishing one.

    Args:
        table: for the statements' ids.
        counts: arrays of shape (groups, statements).
        statistics: of the same counts.
        used: flag per statement; the others represent nobody.
    """
    return tuple(_of_group(table, counts, statistics, group, used) for group in range(len(counts.agree)))


def _of_group(
    table: VoteTable, counts: Counts, statistics: GroupStatistics, group: int, used: Flags
) -> tuple[Representative, ...]:
    agree = _Side.of(statistics, group, Vote.AGREE)
    disagree = _Side.of(statistics, group, Vote.DISAGREE)
    leans_to_agree = agree.ratio_test > disagree.ratio_test
    weight = np.where(leans_to_agree, agree.weight, disagree.weight)
    qualified = np.flatnonzero((agree.is_significant | disagree.is_significant) & used)
    ranked = qualified[np.argsort(-weight[qualified], kind="stable")].tolist()
    best = _best_agree(agree, answered=counts.agree[group] + counts.disagree[group] > 0, used=used)
    if best is not None:
        ranked = [best, *(column for column in ranked if column != best)]
    elif not ranked and used.any():
        distinguishing = np.where(used, np.maximum(agree.ratio_test, disagree.ratio_test), -np.inf)
        ranked = [int(np.argmax(distinguishing))]
    chosen = [
        _represent(table, counts, agree if leans_to_agree[column] or column == best else disagree, group, column, best)
        for column in ranked[:MOST_STATEMENTS]
    ]
    return tuple(sorted(chosen, key=lambda statement: statement.side is not Vote.AGREE))


@dataclass(frozen=True, eq=False)
class _Side:
    """One group's statistics on one side; arrays of shape (statements,)."""

    vote: Vote
    share: Floats
    share_test: Floats
    ratio: Floats
    ratio_test: Floats

    @classmethod
    def of(cls, statistics: GroupStatistics, group: int, vote: Vote) -> "_Side":
        every = statistics
        if vote is Vote.AGREE:
            arrays = (every.agree_share, every.agree_test, every.agree_ratio, every.agree_ratio_test)
        else:
            arrays = (every.disagree_share, every.disagree_test, every.disagree_ratio, every.disagree_ratio_test)
        return cls(vote, *(array[group] for array in arrays))

    @property
    def weight(self) -> Floats:
        return self.ratio * self.ratio_test * self.share * self.share_test

    @property
    def is_significant(self) -> Flags:
        result: Flags = (self.ratio_test > SIGNIFICANT_90) & (self.share_test > SIGNIFICANT_90)
        return result


def _best_agree(agree: _Side, *, answered: Flags, used: Flags) -> int | None:
    """Return the statement that speaks best for what the group is for.

    A running best, as Polis keeps it: against one that the group agrees with more than the others do, the full weight is
    compared, otherwise only share · its test. The first must be agreed to significantly, or by more than half and by more
    than among the others.
    """
    best: int | None = None
    by_share, by_weight = agree.share * agree.share_test, agree.weight
    for column in np.flatnonzero(answered & used).tolist():
        if best is None:
            is_better = agree.share_test[column] > SIGNIFICANT_90 or (
                agree.ratio[column] > 1 and agree.share[column] > 0.5
            )
        elif agree.ratio[best] > 1:
            is_better = by_weight[column] > by_weight[best]
        else:
            is_better = by_share[column] > by_share[best]
        if is_better:
            best = column
    return best


def _represent(
    table: VoteTable, counts: Counts, side: _Side, group: int, column: int, best: int | None
) -> Representative:
    votes = counts.agree if side.vote is Vote.AGREE else counts.disagree
    return Representative(
        statement=table.statements[column],
        side=side.vote,
        votes=int(votes[group, column]),
        seen=int(counts.seen[group, column]),
        share=float(side.share[column]),
        share_test=float(side.share_test[column]),
        ratio=float(side.ratio[column]),
        ratio_test=float(side.ratio_test[column]),
        is_best_agree=column == best,
    )
