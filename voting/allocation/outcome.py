"""What a count returns: the funded list in order, and for every project the reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction


class Reason(StrEnum):
    """Why a project was funded or not. The texts are in ``explanation``."""

    # Funded.
    RANKED = "ranked"
    RESERVED = "reserved-place"
    BOUGHT = "bought-by-supporters"
    FILLED = "filled-up"
    PARTLY = "partly-funded"
    BEST_SET = "in-best-set"
    # Not funded, whatever the others do.
    NO_SUPPORT = "no-support"
    TOO_FEW_VOTES = "too-few-votes"
    BELOW_THRESHOLD = "below-threshold"
    BELOW_FLOOR = "below-support-floor"
    NO_MAJORITY = "no-majority"
    OVER_BUDGET = "over-budget"
    # Not funded because of the others.
    DOES_NOT_FIT = "does-not-fit"
    AFTER_STOP = "after-stop"
    CONFLICT = "conflict"
    NO_PLACE_LEFT = "no-place-left"
    CATEGORY_FULL = "category-full"
    CATEGORY_SPENT = "category-spent"
    SUPPORTERS_SPENT = "supporters-spent"
    NOT_IN_BEST_SET = "not-in-best-set"

    @property
    def funded(self) -> bool:
        """Whether the reason is one for funding."""
        return self in _FUNDED


_FUNDED = {Reason.RANKED, Reason.RESERVED, Reason.BOUGHT, Reason.FILLED, Reason.PARTLY, Reason.BEST_SET}


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about one project.

    Attributes:
        reason: why.
        votes: its supporters.
        score: what it was ranked by (votes, points, a weighted score); votes again for Equal Shares.
        granted: the money it gets.
        money_left: what was left of the envelope when its turn came; for Equal Shares what its supporters had left.
        because: ids of the funded projects that stood in its way, in funding order.
    """

    reason: Reason
    votes: int
    score: Fraction
    granted: int = 0
    money_left: Fraction | None = None
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Purchase:
    """One purchase of Equal Shares.

    Attributes:
        project: position of the project.
        price: what a supporter pays per unit of relative value (see `voting.allocation.scores.Support`): for cost and
            cardinality utilities the largest single payment; for points the payment per point.
    """

    project: int
    price: Fraction


@dataclass(frozen=True, slots=True)
class SharesRun:
    """One complete run of Equal Shares from a given endowment.

    Attributes:
        endowment: the money every voter starts with.
        purchases: in order, at exact prices.
        unaffordable: projects that were admissible to the end, but that their supporters could not pay.
    """

    endowment: Fraction
    purchases: tuple[Purchase, ...]
    unaffordable: tuple[int, ...]

    @property
    def bought(self) -> tuple[int, ...]:
        """Positions in order of purchase."""
        return tuple(purchase.project for purchase in self.purchases)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The comparison step: how many voters have more funded projects that they support under which list.

    Attributes:
        prefer_shares: voters who prefer the Equal Shares list.
        prefer_greedy: voters who prefer the greedy list; the greedy list is taken only if they are more.
        greedy: the greedy list, ids in order.
    """

    prefer_shares: int
    prefer_greedy: int
    greedy: tuple[str, ...]

    @property
    def takes_greedy(self) -> bool:
        """Whether the greedy list wins."""
        return self.prefer_greedy > self.prefer_shares


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a count.

    Attributes:
        funded: ids in the order in which they were funded.
        total_cost: the money granted, in the election's unit.
        unspent: what is left of the budget.
        decisions: one per project, by id, in the order of the ballot paper.
        run: the deciding run of Equal Shares, when that was the rule.
        comparison: the comparison step, when it was asked for.
    """

    funded: tuple[str, ...]
    total_cost: int
    unspent: int
    decisions: Mapping[str, Decision]
    run: SharesRun | None = field(default=None, compare=False)
    comparison: Comparison | None = field(default=None, compare=False)
