"""From ballots to figures per project: votes, scores, and what a ballot is worth to its voter."""

import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, cast

from voting.allocation.election import BallotKind, Election, Profile
from voting.allocation.errors import BallotsNeededError, MalformedRuleError

if TYPE_CHECKING:
    from voting.allocation.columns import Columns

_NUMPY_FROM = 5_000
"""Choices (distinct ballots times projects named) from which it pays to load numpy."""
_COLUMNS_FROM = 1_000
"""The same where numpy is loaded already, as in the application."""


class Utility(StrEnum):
    """What a funded project is worth to a voter who supports it.

    ``cost``: its cost (a larger project is worth more); ``cardinality``: one, whatever it costs;
    ``points``: the points on the ballot, or those of its rank.
    """

    COST = "cost"
    CARDINALITY = "cardinality"
    POINTS = "points"


class Ranking(StrEnum):
    """How many points a rank on an ordinal ballot is worth.

    ``own-length``: the first rank is worth the length of that ballot, the next one less, the last one point; the
    ``score`` column of Pabulib's ordinal files. ``longest``: the same, but every ballot starts from the length of the
    longest one. ``borda``: the number of projects ranked below on that ballot, so that the last rank is worth nothing;
    pabutools' Borda satisfaction. ``all-projects``: the first rank is worth the number of projects less one.
    """

    OWN_LENGTH = "own-length"
    LONGEST = "longest"
    BORDA = "borda"
    ALL_PROJECTS = "all-projects"


@dataclass(frozen=True, slots=True)
class Tally:
    """Figures per project, in the order of the ballot paper.

    Attributes:
        votes: voters who support it (any positive number of points; any rank).
        scores: the sum of points or of rank points; the votes again for ballots without points.
    """

    votes: tuple[int, ...]
    scores: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Support:
    """Who supports what, and how much: the input of every rule that looks at single ballots.

    Three parallel tuples, one entry per distinct ballot.

    Attributes:
        projects: the positions of supported projects (positive points only).
        values: beside each of them what it is worth, relative to the project's ``scale`` (a positive whole number).
        counts: how many voters cast this ballot.
        scales: per project, the factor common to all its supporters; utility = scale · value.
        voters: how many voters there are, blank ballots included.
        columns: the same as flat arrays, where there are so many ballots that arrays are quicker.
    """

    projects: tuple[tuple[int, ...], ...]
    values: tuple[tuple[int, ...], ...]
    counts: tuple[int, ...]
    scales: tuple[int, ...]
    voters: int
    columns: "Columns | None" = field(default=None, compare=False, repr=False)

    @property
    def supported(self) -> frozenset[int]:
        """The positions of all projects that somebody supports."""
        if self.columns is not None:
            return self.columns.named
        return frozenset(chain.from_iterable(self.projects))


def default_utility(kind: BallotKind) -> Utility:
    """Return the utility that fits a kind of ballot when the rule names none."""
    return Utility.POINTS if kind.has_points or kind is BallotKind.ORDINAL else Utility.COST


def rank_points(profile: Profile, ranking: Ranking | Sequence[int], projects: int) -> tuple[tuple[int, ...], ...]:
    """Return the points beside every choice of every distinct ordinal ballot.

    Args:
        profile: ordinal ballots.
        ranking: a named scheme, or the points of the first, second, … rank; ranks past its end are worth nothing.
        projects: how many projects there are.

    Raises:
        MalformedRuleError: the points of the ranks are negative, or grow towards the end.
    """
    longest = max(map(len, profile.choices), default=0)
    if isinstance(ranking, Ranking):
        match ranking:
            case Ranking.LONGEST:
                vector = tuple(range(longest, 0, -1))
            case Ranking.ALL_PROJECTS:
                vector = tuple(range(projects - 1, projects - 1 - longest, -1))
            case Ranking.OWN_LENGTH:
                return tuple(tuple(range(len(choices), 0, -1)) for choices in profile.choices)
            case Ranking.BORDA:
                return tuple(tuple(range(len(choices) - 1, -1, -1)) for choices in profile.choices)
    else:
        vector = tuple(ranking) + (0,) * max(0, longest - len(ranking))
        if not ranking or any(points < 0 for points in vector) or list(vector) != sorted(vector, reverse=True):
            raise MalformedRuleError("points of ranks must not be negative and must not grow")
    return tuple(vector[: len(choices)] for choices in profile.choices)


def points_of(profile: Profile, ranking: Ranking | Sequence[int], projects: int) -> tuple[tuple[int, ...], ...]:
    """Return the points beside every choice: as cast, by rank, or one each."""
    if profile.kind.has_points:
        return profile.points
    if profile.kind is BallotKind.ORDINAL:
        return rank_points(profile, ranking, projects)
    return tuple((1,) * len(choices) for choices in profile.choices)


def tally(election: Election, ranking: Ranking | Sequence[int] = Ranking.OWN_LENGTH) -> Tally:
    """Count votes and scores per project.

    Raises:
        MalformedRuleError: the points of the ranks are not usable.
    """
    if election.sums is not None:
        return Tally(votes=election.sums.votes, scores=election.sums.scores)
    return _Reading(election, ranking).tally()


def support(election: Election, utility: Utility, ranking: Ranking | Sequence[int] = Ranking.OWN_LENGTH) -> Support:
    """Return who supports what and how much.

    Raises:
        BallotsNeededError: only sums are known.
        MalformedRuleError: the points of the ranks are not usable.
    """
    return _Reading(election, ranking).support(utility)


def tally_and_support(
    election: Election, utility: Utility, ranking: Ranking | Sequence[int] = Ranking.OWN_LENGTH
) -> tuple[Tally, Support]:
    """Return both from one look at the ballots.

    Raises:
        BallotsNeededError: only sums are known.
        MalformedRuleError: the points of the ranks are not usable.
    """
    reading = _Reading(election, ranking)
    return reading.tally(), reading.support(utility)


class _Reading:
    """All ballots with the points beside every choice."""

    def __init__(self, election: Election, ranking: Ranking | Sequence[int]) -> None:
        self._election = election
        self._profile = require_ballots(election)
        with_points = self._profile.kind.has_points or self._profile.kind is BallotKind.ORDINAL
        self._points = points_of(self._profile, ranking, len(election.projects)) if with_points else None
        self._columns = columns_of(self._profile.choices, self._profile.counts, self._points)

    def tally(self) -> Tally:
        """Count votes and scores."""
        profile, projects = self._profile, len(self._election.projects)
        # Points of nought or less are an answer, but no support; a rank is support whatever it is worth.
        whatever = profile.kind is BallotKind.ORDINAL
        if self._columns is not None:
            votes = self._columns.voters(projects, whatever=whatever)
            scores = self._columns.totals(projects)
        elif self._points is not None:
            votes, scores = _count_points(profile, self._points, projects, whatever=whatever)
        else:
            votes = scores = _count_votes(profile, projects)
        scale = profile.points_scale
        return Tally(votes=votes, scores=tuple(Fraction(score, scale) for score in scores))

    def support(self, utility: Utility) -> Support:
        """Return who supports what."""
        profile, points, columns = self._profile, self._points, self._columns
        in_points = utility is Utility.POINTS
        if points is None or (profile.kind is BallotKind.ORDINAL and not in_points):
            projects, values = profile.choices, None
        elif columns.positive if columns is not None else all(value > 0 for row in points for value in row):
            projects, values = profile.choices, points
        else:
            projects, values = _above_nought(profile.choices, points)
            columns = columns_of(projects, profile.counts, values)
        if values is None or not in_points:
            values = _ones(projects)
            columns = columns.without_values() if columns is not None else None
        cost = utility is Utility.COST
        return Support(
            projects=projects,
            values=values,
            counts=profile.counts,
            scales=tuple(project.cost if cost else 1 for project in self._election.projects),
            voters=profile.voters,
            columns=columns,
        )


def columns_of(
    rows: Sequence[Sequence[int]], counts: Sequence[int], values: Sequence[Sequence[int]] | None = None
) -> "Columns | None":
    """Return ballots as flat arrays where that is quicker: not for few of them, nor where numpy is not installed."""
    least = _COLUMNS_FROM if "numpy" in sys.modules else _NUMPY_FROM
    if sum(map(len, rows)) < least:
        return None
    try:
        # Imported when called, so that the verifier also runs where numpy is not installed.
        module = importlib.import_module("voting.allocation.columns")
        return cast("Columns", module.Columns(rows, counts, values))
    except (ImportError, OverflowError):
        return None


def _ones(rows: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    lengths = list(map(len, rows))
    ones = [(1,) * length for length in range(max(lengths, default=0) + 1)]
    return tuple(map(ones.__getitem__, lengths))


def _above_nought(
    rows: Sequence[Sequence[int]], points: Sequence[Sequence[int]]
) -> tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]:
    pairs = [
        tuple((position, value) for position, value in zip(named, given, strict=True) if value > 0)
        for named, given in zip(rows, points, strict=True)
    ]
    return (
        tuple(tuple(position for position, _ in row) for row in pairs),
        tuple(tuple(value for _, value in row) for row in pairs),
    )


def _count_votes(profile: Profile, projects: int) -> tuple[int, ...]:
    votes = [0] * projects
    for named, count in zip(profile.choices, profile.counts, strict=True):
        for position in named:
            votes[position] += count
    return tuple(votes)


def _count_points(
    profile: Profile, points: Sequence[Sequence[int]], projects: int, *, whatever: bool
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    votes, scores = [0] * projects, [0] * projects
    for named, given, count in zip(profile.choices, points, profile.counts, strict=True):
        for position, value in zip(named, given, strict=True):
            scores[position] += value * count
            if whatever or value > 0:
                votes[position] += count
    return tuple(votes), tuple(scores)


def require_ballots(election: Election) -> Profile:
    """Return the ballots.

    Raises:
        BallotsNeededError: only sums are known.
    """
    if election.profile is None:
        raise BallotsNeededError("this rule looks at whole ballots, and only sums per project are known")
    return election.profile
