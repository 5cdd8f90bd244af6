"""What the page of a result shows, as plain numbers and names. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from voting.allocation import (
    Account,
    Comparison,
    Election,
    Fairness,
    Report,
    Rule,
    SideBySide,
    TieKey,
    Utility,
    english_what_if,
    korean_what_if,
)
from voting.allocation.scores import support

MOST_FLOWS = 3
"""How many projects are named that the supporters' money went to instead."""
MOST_COUNTED = 3
"""People with this many of their projects, or more, are counted together."""


@dataclass(frozen=True)
class Step:
    """One purchase of Equal Shares: who paid, and how much."""

    title: str
    cost_won: int
    payers: int
    most_won: int
    """The most that one of them paid."""
    support: Fraction
    """How many would have been enough if all could have paid as much."""
    left_won: int
    """What all together still held afterwards."""


@dataclass(frozen=True)
class Flow:
    """Money of a project's supporters that bought something else."""

    title: str
    won: int
    supporters: int


@dataclass(frozen=True)
class Missed:
    """A project whose supporters could not pay."""

    title: str
    cost_won: int
    had_won: int
    supporters: int
    flows: tuple[Flow, ...]


@dataclass(frozen=True)
class Lacked:
    """What an unfunded project lacked, in words."""

    title: str
    korean: str
    english: str


@dataclass(frozen=True)
class Tie:
    """Projects of equal score, in the order in which they were looked at, and what put them in it."""

    titles: tuple[str, ...]
    score: Fraction
    settled_by: TieKey


@dataclass(frozen=True)
class Shared:
    """How fair a list is to the voters. Shares are fractions of one.

    Attributes:
        voters: all who took part.
        with_projects: people with no, one, two, … of the projects they chose in the list; the last number counts all
            with that many or more.
        gini: inequality of the money, 0 to 1.
        budget_used: share of the budget.
        left_out: titles of projects that a group could have claimed with its own share of the money.
    """

    voters: int
    with_projects: tuple[int, ...]
    gini: Fraction
    budget_used: Fraction
    left_out: tuple[str, ...]

    @property
    def empty_handed(self) -> int:
        """People with none of the projects they chose."""
        return self.with_projects[0]


@dataclass(frozen=True)
class Beside:
    """The list beside the one that most votes first would have given."""

    both: tuple[str, ...]
    only_here: tuple[str, ...]
    only_greedy: tuple[str, ...]
    more_here: int
    more_greedy: int
    alike: int
    greedy: Shared

    @property
    def is_same(self) -> bool:
        """Whether both rules fund the same projects."""
        return not (self.only_here or self.only_greedy)


@dataclass(frozen=True)
class Part:
    """A field of work: its share of the support and of the money."""

    label: str
    support: Fraction
    money: Fraction


@dataclass(frozen=True)
class Explained:
    """Everything the page says beyond the sentence of each project."""

    rule: Rule
    share_won: Fraction | None
    """What every voter had, where the rule is Equal Shares."""
    first_share_won: Fraction | None
    """What every voter had before the shares were raised."""
    steps: tuple[Step, ...]
    filled: tuple[str, ...]
    """What was added with the money that the shares left."""
    missed: tuple[Missed, ...]
    lacked: tuple[Lacked, ...]
    ties: tuple[Tie, ...]
    comparison: Comparison | None
    shared: Shared | None
    beside: Beside | None
    parts: tuple[Part, ...]


def explained(report: Report) -> Explained:
    """Turn a report of the kernel into what the page shows."""
    account, election = report.account, report.account.election
    trace = account.trace
    steps = [
        Step(
            title=account.name_at(round_.project),
            cost_won=election.projects[round_.project].cost,
            payers=round_.payers,
            most_won=to_won(round_.largest_payment),
            support=round_.effective_support,
            left_won=to_won(round_.money_left),
        )
        for round_ in (trace.rounds if trace is not None else ())
    ]
    return Explained(
        rule=account.rule,
        share_won=None if trace is None else trace.endowment,
        first_share_won=None if trace is None else Fraction(election.budget, max(1, election.voters)),
        steps=tuple(steps),
        filled=tuple(
            facts.name for facts in account.facts if trace is not None and _is_filled(account, facts.project_id)
        ),
        missed=tuple(_missed(account)),
        lacked=tuple(_lacked(report)),
        ties=ties_of(account),
        comparison=account.outcome.comparison,
        shared=None if report.fairness is None else _shared(account, report.fairness, account.outcome.funded),
        beside=None if report.greedy is None else _beside(account, report.greedy),
        parts=tuple(Part(part.label, part.support, part.money) for part in _categories(report.fairness)),
    )


def ties_of(account: Account) -> tuple[Tie, ...]:
    """Return the groups of supported projects with equal scores, best first, in the order of the frozen tie order."""
    ranked, election = account.ranked, account.election
    order = sorted(
        (position for position in range(len(election.projects)) if ranked.scores[position] > 0),
        key=lambda position: (-ranked.scores[position], ranked.tie_ranks[position]),
    )
    found = []
    for score, members in groupby(order, key=lambda position: ranked.scores[position]):
        group = list(members)
        if len(group) > 1:
            titles = tuple(account.name_at(position) for position in group)
            found.append(Tie(titles, score, _settled_by(account, group)))
    return tuple(found)


def _settled_by(account: Account, group: list[int]) -> TieKey:
    """Return the last criterion that was needed to tell the members of a group apart."""
    projects, votes = account.election.projects, account.ranked.tally.votes
    last = TieKey.LEXICO
    values: list[tuple[int, ...]] = [() for _ in group]
    for key in account.rule.ties.keys:
        last = key
        match key:
            case TieKey.VOTES:
                values = [(*value, votes[position]) for value, position in zip(values, group, strict=True)]
            case TieKey.COST:
                values = [(*value, projects[position].cost) for value, position in zip(values, group, strict=True)]
            case TieKey.LOTTERY | TieKey.LEXICO:
                return key
        if len(set(values)) == len(group):
            return key
    return last if len(set(values)) == len(group) else TieKey.LEXICO


def _is_filled(account: Account, project_id: str) -> bool:
    run = account.outcome.run
    return (
        project_id in account.outcome.funded
        and run is not None
        and account.election.position(project_id) not in run.bought
    )


def _missed(account: Account) -> Iterable[Missed]:
    for facts in account.facts:
        if facts.standing is None:
            continue
        yield Missed(
            title=facts.name,
            cost_won=facts.cost,
            had_won=to_won(facts.standing.supporters_money),
            supporters=facts.standing.supporters,
            flows=tuple(
                Flow(account.name_at(flow.project), to_won(flow.amount), flow.supporters)
                for flow in facts.flows[:MOST_FLOWS]
            ),
        )


def _lacked(report: Report) -> Iterable[Lacked]:
    for what_if in report.what_ifs:
        title = report.account.name_of(what_if.project_id)
        korean, english = korean_what_if(report.account, what_if), english_what_if(report.account, what_if)
        if korean:
            yield Lacked(title, korean, english)


def _shared(account: Account, fairness: Fairness, funded: Iterable[str]) -> Shared:
    return Shared(
        voters=fairness.voters,
        with_projects=_with_projects(account.election, set(funded)),
        gini=fairness.gini,
        budget_used=fairness.budget_used,
        left_out=tuple(account.name_of(claim.project_id) for claim in fairness.deserving),
    )


def _with_projects(election: Election, funded: set[str]) -> tuple[int, ...]:
    backing = support(election, Utility.CARDINALITY)
    in_list = [project.id in funded for project in election.projects]
    counts = [0] * (MOST_COUNTED + 1)
    for named, voters in zip(backing.projects, backing.counts, strict=True):
        counts[min(MOST_COUNTED, sum(in_list[position] for position in named))] += voters
    return tuple(counts)


def _beside(account: Account, greedy: SideBySide) -> Beside:
    def titles(ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(account.name_of(project_id) for project_id in ids)

    other = greedy.outcome.funded
    return Beside(
        both=titles(project_id for project_id in account.outcome.funded if project_id in other),
        only_here=titles(greedy.only_here),
        only_greedy=titles(greedy.only_greedy),
        more_here=greedy.more_here,
        more_greedy=greedy.more_greedy,
        alike=greedy.alike,
        greedy=_shared(account, greedy.fairness, other),
    )


def _categories(fairness: Fairness | None) -> tuple[Part, ...]:
    if fairness is None:
        return ()
    return tuple(Part(entry.label, entry.support, entry.money) for entry in fairness.categories)


def to_won(amount: Fraction) -> int:
    """Return whole won, rounded half up."""
    return int((2 * amount + 1) // 2)
