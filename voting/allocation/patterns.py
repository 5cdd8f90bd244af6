"""How many different ballots there are: what a published ballot can carry as a secret mark (the "Italian" attack).

Where whole ballots are opened after a shuffle, everybody sees every ballot, though not whose it is. A coercer who fixes
one choice and lets every victim fill in the rest by an agreed pattern finds each of them again, if there are more patterns
than voters. With thirty items there are about 7·10^32 orders. Sums publish no ballot, so that they have no room for a mark.

Sources: R. Di Cosmo, "On privacy and anonymity in electronic and non electronic voting: the ballot-as-signature attack"
(2007); J. Heather, "Implementing STV securely in Prêt à Voter" (CSF 2007) for the name. Only ballots that count are looked
at: an answer that is none counts as blank, so that it marks its voter without voting for anything, and can force no more
than an abstention.

Exact integers; the largest is 30! and a little more.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, chain
from math import comb, perm, prod

from voting.allocation.errors import ImpossibleBallotsError

MOST_BASKET_ITEMS = 40
"""Baskets are counted by meeting in the middle: 2^20 sums on either side."""


@dataclass(frozen=True)
class Patterns:
    """How many different ballots one question admits.

    Attributes:
        ballots: all of them, the blank one included.
        beside: of them those that contain one dictated choice in the best place, for the choice that leaves most: the marks
            that a coercer has at hand who wants that choice as well.
    """

    ballots: int
    beside: int

    def per_voter(self, voters: int) -> Fraction:
        """Return how many different ballots there are for every voter; of nobody's, as for one."""
        return Fraction(self.ballots, max(1, voters))

    def can_mark(self, voters: int) -> bool:
        """Tell whether a coercer could give every voter a mark of their own beside one dictated choice."""
        return self.beside > voters


SUMS_ONLY = Patterns(1, 1)
"""Nothing but sums is published: every ballot looks alike."""


def rankings(items: int, longest: int) -> Patterns:
    """Return the rankings of up to ``longest`` of ``items``: the sum over k of n!/(n-k)!.

    Raises:
        ImpossibleBallotsError: negative numbers.
    """
    _require(items, longest)
    length = min(items, longest)
    ballots = sum(perm(items, size) for size in range(length + 1))
    return Patterns(ballots, sum(perm(items - 1, size) for size in range(length)) if items else 0)


def longest_ranking(items: int, voters: int) -> int:
    """Return the longest ranking that leaves a coercer no mark for every voter; at least 1.

    Raises:
        ImpossibleBallotsError: negative numbers.
    """
    _require(items, voters)
    fitting = [length for length in range(1, items + 1) if not rankings(items, length).can_mark(voters)]
    return max(fitting, default=1)


def approvals(items: int, most: int) -> Patterns:
    """Return the choices of up to ``most`` of ``items``.

    Raises:
        ImpossibleBallotsError: negative numbers.
    """
    _require(items, most)
    size = min(items, most)
    beside = sum(comb(items - 1, others) for others in range(size)) if items else 0
    return Patterns(sum(comb(items, chosen) for chosen in range(size + 1)), beside)


def choices_by_category(sizes: Sequence[int], most: int) -> Patterns:
    """Return the choices of up to ``most`` items in each of several categories.

    Args:
        sizes: the number of items of each category.
        most: how many may be chosen in each.

    Raises:
        ImpossibleBallotsError: negative numbers.
    """
    each = [approvals(size, most) for size in sizes]
    ballots = prod(part.ballots for part in each)
    return Patterns(ballots, max((ballots // part.ballots * part.beside for part in each), default=0))


def points(items: int, total: int, per_item: int) -> Patterns:
    """Return the ways of giving up to ``total`` points, up to ``per_item`` to each; dictated: the most for one item.

    Raises:
        ImpossibleBallotsError: negative numbers.
    """
    _require(items, total, per_item)
    most = min(per_item, total)
    beside = _distributions(items - 1, total - most, per_item) if items and most else 0
    return Patterns(_distributions(items, total, per_item), beside)


def baskets(costs: Sequence[int], envelope: int) -> Patterns:
    """Return the sets of items whose costs fit into the envelope together.

    Raises:
        ImpossibleBallotsError: negative numbers, or more than `MOST_BASKET_ITEMS` items.
    """
    _require(envelope, *costs)
    if len(costs) > MOST_BASKET_ITEMS:
        raise ImpossibleBallotsError(f"baskets of more than {MOST_BASKET_ITEMS} items cannot be counted")
    # The cheapest item leaves most sets beside it: exchange it for a dearer one, and every set beside that still fits.
    cheapest, *others = sorted(costs) or [envelope + 1]
    beside = _fitting(others, envelope - cheapest) if cheapest <= envelope else 0
    return Patterns(_fitting(costs, envelope), beside)


def _distributions(items: int, total: int, per_item: int) -> int:
    ways = [1] + [0] * total
    for _ in range(items):
        so_far = [0, *accumulate(ways)]
        ways = [so_far[given + 1] - so_far[max(0, given - per_item)] for given in range(total + 1)]
    return sum(ways)


def _fitting(costs: Sequence[int], envelope: int) -> int:
    half = len(costs) // 2
    one, other = (sorted(_sums(part)) for part in (costs[:half], costs[half:]))
    return sum(bisect_right(other, envelope - spent) for spent in one if spent <= envelope)


def _sums(costs: Sequence[int]) -> list[int]:
    found = [0]
    for cost in costs:
        found = list(chain(found, (spent + cost for spent in found)))
    return found


def _require(*numbers: int) -> None:
    if any(number < 0 for number in numbers):
        raise ImpossibleBallotsError("numbers of items, choices, points, voters and won are not negative")
