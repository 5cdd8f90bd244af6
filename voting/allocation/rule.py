"""A counting rule as a value: everything that changes the winners, published before the vote and frozen at opening."""

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from voting.allocation.conditions import Conditions
from voting.allocation.election import BallotKind, Election, YesNo
from voting.allocation.errors import MalformedRuleError
from voting.allocation.scores import Ranking, Utility, default_utility
from voting.allocation.ties import TieOrder


class RuleName(StrEnum):
    """The rules of the house; the names are those of the command line."""

    GREEDY = "greedy"
    GREEDY_COST_RATIO = "greedy-cost-ratio"
    GREEDY_THRESHOLD = "greedy-threshold"
    GREEDY_NO_SKIP = "greedy-no-skip"
    EQUAL_SHARES = "equal-shares"
    PHRAGMEN = "phragmen"
    MAX_WELFARE = "max-welfare"

    @property
    def needs_ballots(self) -> bool:
        """Whether sums per project are not enough, so that shuffled ballots must be published."""
        return self in {RuleName.EQUAL_SHARES, RuleName.PHRAGMEN}


class Completion(StrEnum):
    """What is done with the money that Equal Shares leaves unspent. The choice changes the winners.

    ``none``: nothing. ``utilitarian``: fill up by utility per won. ``add1``: raise every voter's share step by step
    and keep the last list within the budget. ``add1-exhaustive``: the same, but stop at the first list to which
    nothing more could be added. ``add1u``: ``add1``, then fill up.
    """

    NONE = "none"
    UTILITARIAN = "utilitarian"
    ADD1 = "add1"
    ADD1_EXHAUSTIVE = "add1-exhaustive"
    ADD1U = "add1u"

    @property
    def raises_shares(self) -> bool:
        """Whether the endowment is raised step by step."""
        return self in {Completion.ADD1, Completion.ADD1_EXHAUSTIVE, Completion.ADD1U}


class MajorityBase(StrEnum):
    """Of what a majority is taken: of the yes and no votes, or of everybody who took part."""

    VALID = "valid"
    PARTICIPANTS = "participants"


@dataclass(frozen=True, slots=True)
class Majority:
    """The majority pre-step: a project must be approved before it is ranked. The share must be exceeded, not met."""

    share: Fraction = Fraction(1, 2)
    base: MajorityBase = MajorityBase.VALID

    def base_of(self, answers: YesNo, voters: int) -> int:
        """Return of how many a majority is wanted."""
        match self.base:
            case MajorityBase.VALID:
                return answers.yes + answers.no
            case MajorityBase.PARTICIPANTS:
                return voters


class ScoreScale(StrEnum):
    """How scores of different sources are made comparable before they are weighted.

    ``share``: of the sum over all projects; ``best``: of the best project's score; ``voters``: of the number of
    participants (residents only); ``raw``: as they are, for sources that already share a scale such as 0 to 100.
    """

    SHARE = "share"
    BEST = "best"
    VOTERS = "voters"
    RAW = "raw"


@dataclass(frozen=True, slots=True)
class ScoreSource:
    """One part of a weighted combination.

    Attributes:
        source: "residents" for the vote itself, otherwise a key of `Election.scores`.
        weight: relative to the other sources (30 and 70; 45, 45 and 10).
        scale: how its scores are made comparable.
    """

    source: str
    weight: int
    scale: ScoreScale = ScoreScale.SHARE


RESIDENTS = "residents"


@dataclass(frozen=True, slots=True)
class Rule:
    """A complete rule.

    Attributes:
        name: which rule.
        utility: what a project is worth to its supporters (Equal Shares); by default cost, or points where there are.
        completion: what Equal Shares does with money left over.
        increment: by how much ``add1`` raises every voter's share, in the election's unit of money.
        integral_start: start from budget/voters rounded down rather than exact.
        comparison_step: take the greedy list if more voters prefer it (Wieliczka 2023, Świecie 2023).
        ties: the total order that settles every tie.
        ranking: what a rank is worth on ordinal ballots: a named scheme or the points of the first, second, … rank;
            by default ``borda`` for Equal Shares and ``own-length`` for all others.
        conditions: who may be funded, and together with whom.
        majority: the approve-or-reject step before the ranking.
        combination: weights of residents, committee and survey; empty means the vote alone.
        pabutools: sequential Phragmén exactly as pabutools counts it: unsupported projects are funded once the
            supported ones are exhausted, the first tied project that does not fit ends the count, and the list is
            sorted by id. For comparisons with published sets only.

    Raises:
        MalformedRuleError: parts that do not belong together.
    """

    name: RuleName
    utility: Utility | None = None
    completion: Completion = Completion.NONE
    increment: int = 1
    integral_start: bool = False
    comparison_step: bool = False
    ties: TieOrder = field(default_factory=TieOrder)
    ranking: Ranking | tuple[int, ...] | None = None
    conditions: Conditions = field(default_factory=Conditions)
    majority: Majority | None = None
    combination: tuple[ScoreSource, ...] = ()
    pabutools: bool = False

    def __post_init__(self) -> None:
        if self.increment < 1:
            raise MalformedRuleError("the increment must be at least one unit of money")
        if self.name is not RuleName.EQUAL_SHARES and (
            self.completion is not Completion.NONE or self.comparison_step or self.integral_start
        ):
            raise MalformedRuleError("completion, integral start and comparison step belong to equal-shares")
        if self.name is RuleName.GREEDY_THRESHOLD and self.conditions.minimum_score is None:
            raise MalformedRuleError("greedy-threshold needs its threshold")
        if self.pabutools and self.name is not RuleName.PHRAGMEN:
            raise MalformedRuleError("compatibility with pabutools concerns phragmen only")
        if self.combination:
            if self.name.needs_ballots:
                raise MalformedRuleError(f"{self.name} counts ballots; it cannot weigh the scores of others")
            sources = [part.source for part in self.combination]
            if len(set(sources)) != len(sources) or any(part.weight < 1 for part in self.combination):
                raise MalformedRuleError("a combination names each source once, with a positive weight")

    @property
    def ranking_in_force(self) -> Ranking | tuple[int, ...]:
        """What a rank is worth, the default filled in."""
        if self.ranking is not None:
            return self.ranking
        return Ranking.BORDA if self.name is RuleName.EQUAL_SHARES else Ranking.OWN_LENGTH

    def utility_for(self, kind: BallotKind) -> Utility:
        """Return the utility in force for a kind of ballot."""
        return default_utility(kind) if self.utility is None else self.utility


def greedy_counterpart(rule: Rule) -> Rule:
    """Return the greedy rule under the same conditions and tie order: what the comparison step compares with.

    A ranking that the rule leaves open is the greedy rule's own default.
    """
    return Rule(
        name=RuleName.GREEDY,
        ties=rule.ties,
        ranking=rule.ranking,
        conditions=rule.conditions,
        majority=rule.majority,
        combination=rule.combination,
    )


def suggested_increment(election: Election) -> int:
    """Return a sensible increment for ``add1``: a thousandth of the initial share, at least one unit.

    In a currency of large numbers an increment of one unit means hundreds of thousands of recounts whose winners do
    not differ; the increment is part of the published rule either way.
    """
    voters = max(1, election.voters)
    return max(1, -(-election.budget // (1000 * voters)))
