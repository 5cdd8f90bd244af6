"""Whether opinion groups may be shown at all.

At village size groups are rarely stable. Showing them is a statement about neighbours, so it needs enough people, groups
of some size, a clear separation, and the same result without a tenth of the people. Otherwise agreement is shown alone.
"""

from dataclasses import dataclass
from enum import StrEnum

from voting.opinions.grouping import smallest_real_group

MINIMUM_PEOPLE = 30
MINIMUM_SILHOUETTE = 0.30
MINIMUM_STABILITY = 0.8


class Refusal(StrEnum):
    """Why groups are not shown."""

    TOO_FEW_PEOPLE = "too-few-people"
    NO_GROUPS = "no-groups"
    SMALL_GROUP = "small-group"
    NO_SEPARATION = "no-separation"
    UNSTABLE = "unstable"
    STABILITY_UNKNOWN = "stability-unknown"


@dataclass(frozen=True)
class Gate:
    """The decision and the figures it rests on.

    Attributes:
        refusals: every condition that is not met, in a fixed order; empty if groups may be shown.
        qualified: participants with enough votes of their own; at least 30 are needed.
        group_sizes: members per group, in order of label.
        required_group_size: five, or a tenth of the analysed.
        silhouette: at least 0.30 is needed; None without groups.
        stability: mean adjusted Rand index, at least 0.8 is needed; None if not measured.
    """

    refusals: tuple[Refusal, ...]
    qualified: int
    group_sizes: tuple[int, ...]
    required_group_size: int
    silhouette: float | None
    stability: float | None

    @property
    def is_open(self) -> bool:
        """Whether groups may be shown."""
        return not self.refusals


def judge(*, qualified: int, group_sizes: tuple[int, ...], silhouette: float | None, stability: float | None) -> Gate:
    """Decide whether groups may be shown.

    Args:
        qualified: participants with enough votes.
        group_sizes: members per group.
        silhouette: mean silhouette of the division shown.
        stability: mean adjusted Rand index under resampling, None if not measured.
    """
    required = smallest_real_group(sum(group_sizes))
    refusals: list[Refusal] = []
    if qualified < MINIMUM_PEOPLE:
        refusals.append(Refusal.TOO_FEW_PEOPLE)
    if len(group_sizes) < 2 or silhouette is None:
        refusals.append(Refusal.NO_GROUPS)
        return Gate(tuple(refusals), qualified, group_sizes, required, silhouette, stability)
    if min(group_sizes) < required:
        refusals.append(Refusal.SMALL_GROUP)
    if silhouette < MINIMUM_SILHOUETTE:
        refusals.append(Refusal.NO_SEPARATION)
    if stability is None:
        refusals.append(Refusal.STABILITY_UNKNOWN)
    elif stability < MINIMUM_STABILITY:
        refusals.append(Refusal.UNSTABLE)
    return Gate(tuple(refusals), qualified, group_sizes, required, silhouette, stability)
