"""From ballots to figures per project: votes, scores, and what a ballot is worth to its voter."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from voting.allocation.election import BallotKind, Election, Profile
from voting.allocation.errors import BallotsNeededError, MalformedRuleError


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
    """

    projects: tuple[tuple[int, ...], ...]
    values: tuple[tuple[int, ...], ...]
    counts: tuple[int, ...]
    scales: tuple[int, ...]
    voters: int


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
    profile = require_ballots(election)
    votes = [0] * len(election.projects)
    scores = [0] * len(election.projects)
    with_points = profile.kind.has_points or profile.kind is BallotKind.ORDINAL
    if with_points:
        points = points_of(profile, ranking, len(election.projects))
        for choices, given, count in zip(profile.choices, points, profile.counts, strict=True):
            for position, value in zip(choices, given, strict=True):
                scores[position] += value * count
                # Points of nought or less are an answer, but no support.
                if value > 0 or profile.kind is BallotKind.ORDINAL:
                    votes[position] += count
    else:
        for choices, count in zip(profile.choices, profile.counts, strict=True):
            for position in choices:
                votes[position] += count
        scores = votes
    return Tally(votes=tuple(votes), scores=tuple(Fraction(score, profile.points_scale) for score in scores))


def support(election: Election, utility: Utility, ranking: Ranking | Sequence[int] = Ranking.OWN_LENGTH) -> Support:
    """Return who supports what and how much.

    Raises:
        BallotsNeededError: only sums are known.
        MalformedRuleError: the points of the ranks are not usable.
    """
    profile = require_ballots(election)
    count = len(election.projects)
    if profile.kind.has_points or (profile.kind is BallotKind.ORDINAL and utility is Utility.POINTS):
        points = points_of(profile, ranking, count)
        pairs = [
            tuple((position, value) for position, value in zip(choices, given, strict=True) if value > 0)
            for choices, given in zip(profile.choices, points, strict=True)
        ]
        projects = tuple(tuple(position for position, _ in row) for row in pairs)
        given_values = tuple(tuple(value for _, value in row) for row in pairs)
    else:
        projects = profile.choices
        given_values = ()
    values = given_values if utility is Utility.POINTS and given_values else tuple((1,) * len(row) for row in projects)
    scales = tuple(project.cost for project in election.projects) if utility is Utility.COST else (1,) * count
    return Support(
        projects=projects,
        values=values,
        counts=profile.counts,
        scales=scales,
        voters=profile.voters,
    )


def require_ballots(election: Election) -> Profile:
    """Return the ballots.

    Raises:
        BallotsNeededError: only sums are known.
    """
    if election.profile is None:
        raise BallotsNeededError("this rule looks at whole ballots, and only sums per project are known")
    return election.profile
