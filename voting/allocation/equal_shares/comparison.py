"""The comparison step: the greedy list is taken if more voters prefer it (Wieliczka 2023, Świecie 2023).

A voter prefers the list that holds more projects she supports. Voters whom one of the lists gives nothing count like
all others; a tally that leaves them out, as one public tool does, can turn the result.
"""

from collections.abc import Iterable

from voting.allocation.scores import Support


def compare(support: Support, shares: Iterable[int], greedy: Iterable[int]) -> tuple[int, int]:
    """Return how many voters prefer the Equal Shares list and how many prefer the greedy one."""
    prefer_shares, prefer_greedy, _ = head_to_head(support, shares, greedy)
    return prefer_shares, prefer_greedy


def head_to_head(support: Support, first: Iterable[int], second: Iterable[int]) -> tuple[int, int, int]:
    """Return how many voters have more supported projects in ``first``, more in ``second``, and as many in both."""
    in_first, in_second = frozenset(first), frozenset(second)
    for_first = for_second = 0
    for named, count in zip(support.projects, support.counts, strict=True):
        gain = sum((position in in_first) - (position in in_second) for position in named)
        if gain > 0:
            for_first += count
        elif gain < 0:
            for_second += count
    return for_first, for_second, support.voters - for_first - for_second
