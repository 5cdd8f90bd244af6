"""The numbers behind a decision: what a project needed, what it had, and who stood before it."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from voting.allocation.election import BallotKind, Election
from voting.allocation.equal_shares.market import Market
from voting.allocation.equal_shares.method import market_of
from voting.allocation.equal_shares.trace import Flow, Round, Standing, Trace, replay, standings
from voting.allocation.outcome import Decision, Outcome, Reason
from voting.allocation.rule import Rule
from voting.allocation.rules.ranking import RankedList, draw_up


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one decision.

    Attributes:
        project_id: the project.
        name: its name, or its id where it has none.
        cost: what it would cost.
        decision: what was decided.
        rank: its place by score among all projects, counted from one; equal scores in the tie order.
        needed: the money, votes or score that it needed; what is meant follows from the reason.
        had: what it had of that.
        ahead: ids of the funded projects that stood in its way, in order.
        purchase: how it was bought, when Equal Shares bought it.
        standing: where its supporters stood at the end, when Equal Shares did not.
    """

    project_id: str
    name: str
    cost: int
    decision: Decision
    rank: int
    needed: Fraction | None
    had: Fraction | None
    ahead: tuple[str, ...]
    purchase: Round | None = None
    standing: Standing | None = None

    @property
    def reason(self) -> Reason:
        """Why it was decided so."""
        return self.decision.reason

    @property
    def flows(self) -> tuple[Flow, ...]:
        """What the supporters' money bought instead."""
        return () if self.standing is None else self.standing.flows


@dataclass(frozen=True, slots=True)
class Account:
    """An outcome with everything needed to talk about it.

    Attributes:
        election: what was counted.
        rule: by which rule.
        outcome: the result.
        facts: per project, in the order of the ballot paper.
        ranked: the list the rule started from.
        market: the market, when the rule is Equal Shares.
        trace: the deciding run replayed, when the rule is Equal Shares.
    """

    election: Election
    rule: Rule
    outcome: Outcome
    facts: tuple[Facts, ...]
    ranked: RankedList
    market: Market | None = None
    trace: Trace | None = None

    def name_at(self, position: int) -> str:
        """Return what people call a project, by position."""
        return self.facts[position].name

    def name_of(self, project_id: str) -> str:
        """Return what people call a project, by id."""
        return self.name_at(self.election.position(project_id))

    @property
    def counts_points(self) -> bool:
        """Whether scores are points rather than votes."""
        profile = self.election.profile
        if profile is not None:
            return profile.kind.has_points or profile.kind is BallotKind.ORDINAL
        sums = self.election.sums
        return sums is not None and tuple(map(Fraction, sums.votes)) != sums.scores


def give_account(election: Election, rule: Rule, outcome: Outcome) -> Account:
    """Collect the facts of an outcome.

    Args:
        election: what was counted.
        rule: the rule it was counted by.
        outcome: what `voting.allocation.count` returned for exactly these.
    """
    ranked = draw_up(election, rule)
    market = trace = None
    rounds: dict[int, Round] = {}
    stands: dict[int, Standing] = {}
    if outcome.run is not None:
        market = market_of(election, rule, ranked)
        trace = replay(market, outcome.run)
        rounds = {round_.project: round_ for round_ in trace.rounds}
        missed = [
            position
            for position, project in enumerate(election.projects)
            if outcome.decisions[project.id].reason is Reason.SUPPORTERS_SPENT
        ]
        stands = standings(market, trace, missed)
    order = sorted(range(len(election.projects)), key=lambda p: (-ranked.scores[p], ranked.tie_ranks[p]))
    rank_of = {position: place for place, position in enumerate(order, 1)}
    facts = []
    for position, project in enumerate(election.projects):
        decision = outcome.decisions[project.id]
        needed, had = _needed_and_had(election, rule, position, decision, stands.get(position))
        facts.append(
            Facts(
                project_id=project.id,
                name=project.name or project.id,
                cost=project.cost,
                decision=decision,
                rank=rank_of[position],
                needed=needed,
                had=had,
                ahead=decision.because,
                purchase=rounds.get(position) if decision.reason is Reason.BOUGHT else None,
                standing=stands.get(position),
            )
        )
    return Account(election, rule, outcome, tuple(facts), ranked, market, trace)


def _needed_and_had(
    election: Election, rule: Rule, position: int, decision: Decision, stand: Standing | None
) -> tuple[Fraction | None, Fraction | None]:
    project = election.projects[position]
    answers: dict[Reason, Callable[[], tuple[Fraction, Fraction]]] = {
        Reason.TOO_FEW_VOTES: lambda: (Fraction(rule.conditions.minimum_votes), Fraction(decision.votes)),
        Reason.NO_SUPPORT: lambda: (Fraction(1), Fraction(decision.votes) if decision.votes == 0 else decision.score),
        Reason.BELOW_THRESHOLD: lambda: (rule.conditions.minimum_score or Fraction(0), decision.score),
        Reason.BELOW_FLOOR: lambda: (_floor_votes(election, rule, project.cost), Fraction(decision.votes)),
        Reason.NO_MAJORITY: lambda: _majority(election, rule, project.id),
        Reason.OVER_BUDGET: lambda: (Fraction(project.cost), Fraction(election.budget)),
    }
    if decision.reason in answers:
        return answers[decision.reason]()
    if stand is not None:
        return Fraction(project.cost), stand.supporters_money
    if decision.money_left is not None:
        return Fraction(project.cost), decision.money_left
    return None, None


def _floor_votes(election: Election, rule: Rule, cost: int) -> Fraction:
    """Return the smallest number of votes that reaches the support floor."""
    exact = (rule.conditions.support_floor or Fraction(0)) * cost * election.voters / (election.budget or 1)
    return Fraction(-(-exact.numerator // exact.denominator))


def _majority(election: Election, rule: Rule, project_id: str) -> tuple[Fraction, Fraction]:
    """Return the smallest number of yes votes that is a majority, and the yes votes given."""
    answers = election.yes_no[project_id]
    if rule.majority is None:
        return Fraction(0), Fraction(answers.yes)
    base = rule.majority.base_of(answers, election.voters)
    exact = rule.majority.share * base
    return Fraction(exact.numerator // exact.denominator + 1), Fraction(answers.yes)
