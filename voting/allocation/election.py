"""What is counted: projects, money and merged ballots. Pure values; whole numbers and fractions only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from math import lcm

from voting.allocation.errors import MalformedElectionError


class BallotKind(StrEnum):
    """How a voter may answer. The names are Pabulib's, but for ``knapsack`` (there: approval with a sum of costs)."""

    APPROVAL = "approval"
    CHOOSE_ONE = "choose-1"
    KNAPSACK = "knapsack"
    CUMULATIVE = "cumulative"
    SCORING = "scoring"
    ORDINAL = "ordinal"

    @property
    def has_points(self) -> bool:
        """Whether a ballot carries a number beside every project it names."""
        return self in {BallotKind.CUMULATIVE, BallotKind.SCORING}


@dataclass(frozen=True, slots=True)
class Project:
    """One item that may be funded.

    Attributes:
        id: unique in the election; compared as a string.
        cost: in the smallest unit of money of the election (whole won).
        name: what people call it.
        categories: fields of work, used by category limits and the fairness panel.
        area: the part of the village it serves.
        least_cost: an adjustable item may be granted any amount from here to ``cost``; ``None`` means all or nothing.
    """

    id: str
    cost: int
    name: str = ""
    categories: tuple[str, ...] = ()
    area: str = ""
    least_cost: int | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """All ballots, identical ones merged. Three parallel tuples, one entry per distinct ballot.

    Attributes:
        kind: how the ballots were cast.
        choices: the project positions that a ballot names: ascending, or best first when ``kind`` is ordinal.
        points: beside each choice its points (in ``1/points_scale``); all empty for kinds without points.
        counts: how many voters cast this ballot.
        points_scale: points are stored multiplied by this, so that decimal points stay whole numbers.
    """

    kind: BallotKind
    choices: tuple[tuple[int, ...], ...]
    points: tuple[tuple[int, ...], ...]
    counts: tuple[int, ...]
    points_scale: int = 1

    @property
    def voters(self) -> int:
        """The number of ballots cast, blank ones included."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class YesNo:
    """The answers to one approve-or-reject question."""

    yes: int
    no: int


@dataclass(frozen=True, slots=True)
class Sums:
    """What a homomorphic tally or a paper count reveals: per project, nothing about single voters.

    Attributes:
        votes: voters who support each project.
        scores: points, or votes again when the ballot has no points.
        voters: how many took part.
    """

    votes: tuple[int, ...]
    scores: tuple[Fraction, ...]
    voters: int


@dataclass(frozen=True, slots=True)
class Election:
    """Everything a rule may look at, and nothing about who voted.

    Attributes:
        projects: in the order of the ballot paper.
        budget: the envelope, in the same unit as the costs.
        profile: merged ballots, or ``None`` when only sums are known.
        sums: sums per project, when there is no profile.
        yes_no: answers to the majority question, by project id.
        scores: points given by others than the voters, by source ("committee", "survey") and project id.
        currency: ISO 4217 code; used in texts only.
        money_scale: costs and budget are stored multiplied by this (1, or 100 where a file has cents).

    Raises:
        MalformedElectionError: the parts contradict each other.
    """

    projects: tuple[Project, ...]
    budget: int
    profile: Profile | None = None
    sums: Sums | None = None
    yes_no: Mapping[str, YesNo] = field(default_factory=dict)
    scores: Mapping[str, Mapping[str, Fraction]] = field(default_factory=dict)
    currency: str = "KRW"
    money_scale: int = 1

    def __post_init__(self) -> None:
        if self.budget < 0 or self.money_scale < 1:
            raise MalformedElectionError("the budget must not be negative")
        if (self.profile is None) == (self.sums is None):
            raise MalformedElectionError("an election has either ballots or sums")
        seen: set[str] = set()
        for project in self.projects:
            if not project.id or project.id in seen:
                raise MalformedElectionError(f"the project id '{project.id}' is empty or given twice")
            seen.add(project.id)
            if project.cost < 0:
                raise MalformedElectionError(f"project '{project.id}' has a negative cost")
            if project.least_cost is not None and not 0 < project.least_cost <= project.cost:
                raise MalformedElectionError(f"project '{project.id}' must cost between its least cost and its cost")
        for named in (self.yes_no, *self.scores.values()):
            unknown = sorted(set(named) - seen)
            if unknown:
                raise MalformedElectionError(f"figures are given for the unknown project '{unknown[0]}'")
        if self.sums is not None and not len(self.sums.votes) == len(self.sums.scores) == len(self.projects):
            raise MalformedElectionError("there must be one sum per project")
        if self.profile is not None and any(
            choices and (min(choices) < 0 or max(choices) >= len(self.projects)) for choices in self.profile.choices
        ):
            raise MalformedElectionError("a ballot names a project that is not on the ballot paper")

    @property
    def voters(self) -> int:
        """How many took part, blank ballots included."""
        if self.profile is not None:
            return self.profile.voters
        return self.sums.voters if self.sums is not None else 0

    def position(self, project_id: str) -> int:
        """Return where the project stands on the ballot paper.

        Raises:
            MalformedElectionError: there is no such project.
        """
        for position, project in enumerate(self.projects):
            if project.id == project_id:
                return position
        raise MalformedElectionError(f"there is no project '{project_id}'")


def merge_ballots(
    kind: BallotKind,
    ballots: Iterable[Mapping[int, Fraction | int] | Sequence[int]],
) -> Profile:
    """Merge identical ballots.

    Args:
        kind: how they were cast.
        ballots: per voter the project positions (best first when ordinal), or a mapping position → points where the
            kind has points. An empty ballot is a blank vote: it counts as a voter.

    Raises:
        MalformedElectionError: a ballot names a project twice, or points are missing or not allowed.
    """
    rows: list[tuple[tuple[int, ...], tuple[Fraction, ...]]] = []
    for ballot in ballots:
        if isinstance(ballot, Mapping) != kind.has_points:
            raise MalformedElectionError(f"a ballot of kind '{kind}' {'needs' if kind.has_points else 'has no'} points")
        if isinstance(ballot, Mapping):
            named = tuple(sorted(ballot))
            rows.append((named, tuple(Fraction(ballot[position]) for position in named)))
        else:
            named = tuple(ballot) if kind is BallotKind.ORDINAL else tuple(sorted(ballot))
            rows.append((named, ()))
        if len(set(named)) != len(named):
            raise MalformedElectionError("a ballot names the same project twice")
        if kind is BallotKind.CHOOSE_ONE and len(named) > 1:
            raise MalformedElectionError("a ballot of kind 'choose-1' names more than one project")
    scale = lcm(*(point.denominator for _, points in rows for point in points))
    merged: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}
    for named, points in rows:
        key = (named, tuple(int(point * scale) for point in points))
        merged[key] = merged.get(key, 0) + 1
    return Profile(
        kind=kind,
        choices=tuple(choices for choices, _ in merged),
        points=tuple(points for _, points in merged),
        counts=tuple(merged.values()),
        points_scale=scale,
    )


def from_ballots(
    projects: Sequence[Project],
    budget: int,
    kind: BallotKind,
    ballots: Iterable[Mapping[str, Fraction | int] | Sequence[str]],
    *,
    currency: str = "KRW",
    yes_no: Mapping[str, YesNo] | None = None,
    scores: Mapping[str, Mapping[str, Fraction]] | None = None,
) -> Election:
    """Make an election from ballots that name projects by id.

    Raises:
        MalformedElectionError: a ballot names an unknown project, or names one twice.
    """
    position_of = {project.id: position for position, project in enumerate(projects)}

    def positions(ballot: Mapping[str, Fraction | int] | Sequence[str]) -> dict[int, Fraction | int] | list[int]:
        try:
            if isinstance(ballot, Mapping):
                return {position_of[named]: points for named, points in ballot.items()}
            return [position_of[named] for named in ballot]
        except KeyError as error:
            raise MalformedElectionError(f"a ballot names the unknown project '{error.args[0]}'") from None

    return Election(
        projects=tuple(projects),
        budget=budget,
        profile=merge_ballots(kind, map(positions, ballots)),
        currency=currency,
        yes_no=yes_no or {},
        scores=scores or {},
    )


def from_sums(
    projects: Sequence[Project],
    budget: int,
    votes: Mapping[str, int],
    *,
    voters: int,
    points: Mapping[str, Fraction | int] | None = None,
    currency: str = "KRW",
    yes_no: Mapping[str, YesNo] | None = None,
    scores: Mapping[str, Mapping[str, Fraction]] | None = None,
) -> Election:
    """Make an election from sums per project, as a homomorphic tally gives them.

    Args:
        projects: the items, in the order of the ballot paper.
        budget: the envelope.
        votes: voters who support each project, by id; a project that is not named has none.
        voters: how many took part.
        points: points by project id where the ballot had points.
        currency: ISO 4217 code.
        yes_no: answers to the majority question, by id.
        scores: points of other sources, by source and id.

    Raises:
        MalformedElectionError: sums for an unknown project, a negative sum, or more votes than voters.
    """
    known = {project.id for project in projects}
    for named in (votes, points or {}):
        unknown = sorted(set(named) - known)
        if unknown:
            raise MalformedElectionError(f"a sum is given for the unknown project '{unknown[0]}'")
    if any(not 0 <= sum_ <= voters for sum_ in votes.values()):
        raise MalformedElectionError("a project has fewer votes than none, or more than there are voters")
    return Election(
        projects=tuple(projects),
        budget=budget,
        sums=Sums(
            votes=tuple(votes.get(project.id, 0) for project in projects),
            scores=tuple(
                Fraction((points if points is not None else votes).get(project.id, 0)) for project in projects
            ),
            voters=voters,
        ),
        currency=currency,
        yes_no=yes_no or {},
        scores=scores or {},
    )
