"""Which hand counts may be published: none of so few papers that they tell what somebody chose (security.md T49). Pure.

Three people of one 통 who all voted alike are told by the count of their box. Sums cannot be kept secret by leaving one part
out, either, if it follows from the whole: what is withheld has at least the smallest number of papers together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.assembly.rules.reading import ONLINE
from voting.allocation import Channel, combine_answers, combine_channels

HAND = "hand"
"""Channels counted by hand that are told together, because one of them is too small alone."""


@dataclass(frozen=True)
class Part:
    """One part of a sum that is published.

    Attributes:
        key: which one.
        papers: how many it holds.
    """

    key: str
    papers: int


def told(parts: Sequence[Part], *, least: int) -> frozenset[str]:
    """Return the parts whose counts may be published beside their sum.

    A part is told with ``least`` papers or more, or none at all. What is left has together none or at least ``least``: where
    it would have less, the smallest part that could be told is withheld as well.
    """
    found = sorted((part for part in parts if part.papers >= least), key=lambda part: (part.papers, part.key))
    withheld = sum(part.papers for part in parts if part.papers < least)
    while found and 0 < withheld < least:
        withheld += found.pop(0).papers
    return frozenset({part.key for part in found} | {part.key for part in parts if not part.papers})


def told_channels(channels: Mapping[str, Channel], *, least: int) -> dict[str, Channel]:
    """Return the channels as they are published: small ones that weigh the same are told as one.

    The encrypted ballots have one public sum, so that nothing can be hidden in it. A channel that is small, and alone in what
    it weighs, is told: without it nobody could add up the result. The page that sets up stations warns of that.
    """
    by_weight: dict[Fraction, list[str]] = {}
    for name, channel in channels.items():
        if name != ONLINE:
            by_weight.setdefault(channel.weight, []).append(name)
    found = dict(channels)
    for weight, names in by_weight.items():
        parts = [Part(name, channels[name].sums.voters) for name in names]
        hidden = [name for name in names if name not in told(parts, least=least)]
        if len(hidden) > 1:
            together = HAND if HAND not in found else f"{HAND}-{weight.numerator}-{weight.denominator}"
            found[together] = _joined([found.pop(name) for name in hidden], weight)
    return found


def is_small(papers: Iterable[int], *, least: int) -> bool:
    """Tell whether what was counted by hand is so little that the whole of it tells what somebody chose."""
    return 0 < sum(papers) < least


def _joined(parts: Sequence[Channel], weight: Fraction) -> Channel:
    sums = combine_channels({str(number): part.sums for number, part in enumerate(parts)}, {})
    return Channel(sums, combine_answers([part.yes_no for part in parts]), weight)
