"""What people agree on: among everybody, and in every group at once."""

from dataclasses import dataclass

import numpy as np

from voting.opinions.agreement import FEWEST_SEEN, SIGNIFICANT_90, Counts, StatementAgreement, share
from voting.opinions.votes import Flags, Floats

MOST_STATEMENTS = 5


@dataclass(frozen=True)
class MajorityConsensus:
    """Statements that significantly more than half of those who saw them agree, or disagree, with; the clearest first."""

    agree: tuple[StatementAgreement, ...]
    disagree: tuple[StatementAgreement, ...]


@dataclass(frozen=True, eq=False)
class GroupInformedConsensus:
    """Agreement across groups; arrays of shape (statements,).

    Attributes:
        agree: Π over groups of (A+1)/(S+2). It shrinks with the number of groups: compare it inside one run only.
        disagree: the same of disagreeing.
        least_agree: the smallest of the groups' (A+1)/(S+2): "in every group at least x %", fit for showing.
        least_disagree: the same of disagreeing.
    """

    agree: Floats
    disagree: Floats
    least_agree: Floats
    least_disagree: Floats


def majority_consensus(
    statements: tuple[StatementAgreement, ...],
    *,
    used: Flags,
    fewest_seen: int = FEWEST_SEEN,
    most: int = MOST_STATEMENTS,
) -> MajorityConsensus:
    """Return the statements most clearly agreed, and disagreed, with by all participants together.

    Args:
        statements: everybody's agreement, in table order.
        used: flag per statement: may be listed.
        fewest_seen: how many must have seen a statement; Polis asks for none.
        most: how many at most on each side.
    """
    listed = [
        statement
        for statement, flag in zip(statements, used.tolist(), strict=True)
        if flag and statement.seen >= fewest_seen
    ]
    agree = [item for item in listed if item.agree_share > 0.5 and item.agree_test > SIGNIFICANT_90]
    disagree = [item for item in listed if item.disagree_share > 0.5 and item.disagree_test > SIGNIFICANT_90]
    agree.sort(key=lambda item: -item.agree_share * item.agree_test)
    disagree.sort(key=lambda item: -item.disagree_share * item.disagree_test)
    return MajorityConsensus(tuple(agree[:most]), tuple(disagree[:most]))


def group_informed_consensus(counts: Counts) -> GroupInformedConsensus:
    """Return the agreement across groups.

    Args:
        counts: arrays of shape (groups, statements), at least one group.
    """
    agree, disagree = share(counts.agree, counts.seen), share(counts.disagree, counts.seen)
    return GroupInformedConsensus(
        agree=np.prod(agree, axis=0),
        disagree=np.prod(disagree, axis=0),
        least_agree=agree.min(axis=0),
        least_disagree=disagree.min(axis=0),
    )
